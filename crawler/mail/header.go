package mail

import (
	"bytes"
	_ "embed" // the list of headers
	"fmt"
	netmail "net/mail"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // headers and texts in all character sets
	"go.yaml.in/yaml/v3"

	"github.com/spoor-audit/spoor/evidence"
)

//go:embed headers.yaml
var headersYAML []byte

// keeping says which headers are kept; see headers.yaml.
type keeping struct {
	Names      []string `yaml:"names"`
	Prefixes   []string `yaml:"prefixes"`
	Recipients []string `yaml:"recipients"`
}

// theKeeping reads the embedded list once. It is part of the program; a test finds
// a mistake in it.
var theKeeping = sync.OnceValue(func() *keeping {
	k := new(keeping)
	dec := yaml.NewDecoder(bytes.NewReader(headersYAML))
	dec.KnownFields(true)
	if err := dec.Decode(k); err != nil {
		panic(fmt.Errorf("mail: read headers.yaml: %w", err))
	}
	return k
})

func (k *keeping) keeps(name string) bool {
	same := func(other string) bool { return strings.EqualFold(name, other) }
	begins := func(p string) bool { return len(name) >= len(p) && strings.EqualFold(name[:len(p)], p) }
	return slices.ContainsFunc(k.Names, same) || slices.ContainsFunc(k.Prefixes, begins)
}

// maxHeaders is how many headers are kept.
const maxHeaders = 200

// envelope reads the headers of a message.
func envelope(h message.Header, name string) evidence.Mail {
	m := evidence.Mail{
		File: clip(name, maxText), Subject: text(h, "Subject"), From: text(h, "From"), ID: clip(strings.Trim(h.Get("Message-Id"), "<> \t"), maxValue),
	}
	if !strings.Contains(m.From, "@") {
		m.From = text(h, "Sender")
	}
	if at, err := netmail.ParseDate(h.Get("Date")); err == nil && at.Year() > 1970 && at.Year() < 10000 {
		m.Date = at.UTC().Format(time.RFC3339)
	}
	m.To = strings.Join(recipients(h), ", ")
	k := theKeeping()
	for fields := h.Fields(); fields.Next() && len(m.Headers) < maxHeaders; {
		if k.keeps(fields.Key()) {
			value, err := fields.Text()
			if err != nil {
				value = fields.Value()
			}
			m.Headers = append(m.Headers, evidence.Header{Name: fields.Key(), Value: clip(oneLine(value), maxValue)})
		}
	}
	return m
}

// maxRecipients is how many recipients are kept: a newsletter has one.
const maxRecipients = 20

// recipients lists the addresses of who got the message, in lower case, in the
// order of the headers.
func recipients(h message.Header) []string {
	var out []string
	add := func(address string) {
		address = strings.ToLower(strings.Trim(address, "<> \t"))
		if local, host, ok := strings.Cut(address, "@"); ok && local != "" && host != "" && len(address) < 255 &&
			!strings.ContainsAny(address, " ,;") && !slices.Contains(out, address) && len(out) < maxRecipients {
			out = append(out, address)
		}
	}
	for _, name := range theKeeping().Recipients {
		for fields := h.FieldsByKey(name); fields.Next(); {
			list, err := netmail.ParseAddressList(fields.Value())
			if err != nil {
				add(fields.Value())
			}
			for _, a := range list {
				add(a.Address)
			}
		}
	}
	return out
}

// text is a header in plain text, its encoded words decoded.
func text(h message.Header, name string) string {
	s, err := h.Text(name)
	if err != nil {
		s = h.Get(name)
	}
	return clip(oneLine(strings.ToValidUTF8(s, "�")), maxValue)
}

// oneLine makes one line of a text, with single blanks.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// clip cuts a text that is too long to keep, at a whole character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n] + "…"
}
