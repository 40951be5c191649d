package mail

import (
	"encoding/base64"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spoor-audit/spoor/detectors/addresses"
	"github.com/spoor-audit/spoor/detectors/codes"
	"github.com/spoor-audit/spoor/evidence"
)

// An address is that of a link or picture of a message, taken apart.
type address struct {
	id     evidence.ID
	url    string
	host   string
	pieces []piece
	image  *evidence.MailImage // nil of a link
	link   *evidence.MailLink  // nil of a picture
	// told are the pieces that differ between copies of the message and so belong
	// to the recipient.
	told []piece
	// compared says that a copy for somebody else has the same place.
	compared bool
}

// A piece is one part of an address that can hold a code.
type piece struct {
	place string // "host", "path/2", "file" (the end of the path), "?name", "#"
	name  string // of a parameter
	value string // decoded
}

// Places of pieces that the rule knows.
const (
	placeHost = "host"
	placeFile = "file"
)

const (
	maxPieces = 60 // of one address
	maxDecode = 4  // encodings inside encodings
)

// newAddress takes an address apart. It is lenient: messages hold strange ones.
func newAddress(raw string) address {
	a := address{url: raw, host: evidence.Host(raw)}
	add := func(place, name, value string) {
		if value != "" && len(a.pieces) < maxPieces {
			a.pieces = append(a.pieces, piece{place, name, value})
		}
	}
	add(placeHost, "", a.host)
	folders := strings.Split(strings.TrimPrefix(addresses.PathOf(raw), "/"), "/")
	for i, part := range folders {
		place := "path/" + strconv.Itoa(i)
		if i == len(folders)-1 {
			place = placeFile
		}
		add(place, "", plainly(part))
	}
	for part := range strings.FieldsFuncSeq(addresses.Query(raw), func(r rune) bool { return r == '&' || r == ';' }) {
		name, value, ok := strings.Cut(part, "=")
		if !ok {
			name, value = "", part
		}
		add("?"+name, name, plainly(value))
	}
	if _, fragment, ok := strings.Cut(raw, "#"); ok {
		add("#", "", plainly(fragment))
	}
	return a
}

// plainly takes percent signs off, as often as they were put on.
func plainly(s string) string {
	for range maxDecode {
		plain, err := url.QueryUnescape(s)
		if err != nil || plain == s {
			return s
		}
		s = plain
	}
	return s
}

// code returns the first piece that holds a code by its form, beside what names a
// version of a file or a mailing. near is about when the message was sent.
func (a *address) code(near time.Time) (piece, bool) {
	for _, p := range a.pieces {
		if p.place != placeHost && !a.assetName(p) && p.isCode(near) {
			return p, true
		}
	}
	return piece{}, false
}

// isCode judges one piece by its form. A parameter that names a version or a
// mailing holds none, and one that services give each reader always does.
func (p *piece) isCode(near time.Time) bool {
	t := theEmailTable()
	if p.isReader() {
		return true
	}
	if p.name != "" && (named(t.Versions, p.name) || named(t.Campaigns, p.name) || named(t.Mailings, p.name)) {
		return false
	}
	if destination(p.value) != "" {
		return false
	}
	value := p.value
	if p.place == placeFile {
		value = strings.TrimSuffix(value, path.Ext(value))
	}
	return codes.IdentifierIn(value, near) != "" || isShortCode(value)
}

// isReader reports whether a piece is a parameter to which mail services give one
// value for each reader.
func (p *piece) isReader() bool {
	return addresses.Known().Decoration[strings.ToLower(p.name)] == "mail" && !named(theEmailTable().Mailings, p.name) && len(p.value) >= minReader
}

// minReader is the length of what names a reader in a parameter made for that.
const minReader = 4

// isShortCode reports whether a value is a code of 8 characters or more in which
// letters and digits alternate at least three times: "f3a91c07d2". In an address of
// a web page that can be anything, so identifierIn asks for more; in one of a
// message, beside nothing to look at, it is enough.
func isShortCode(s string) bool {
	if len(s) < codes.MinIdentifier || strings.ContainsAny(s, "-_. /") {
		return false
	}
	turns := 0
	for i := 0; i < len(s); i++ {
		if !codes.IsLetter(s[i]) && !codes.IsDigit(s[i]) {
			return false
		}
		if i > 0 && codes.IsDigit(s[i]) != codes.IsDigit(s[i-1]) {
			turns++
		}
	}
	return turns >= 3
}

// ending is the ending of the file that an address names, in lower case and
// without its dot; "" if it names none.
func (a *address) ending() string {
	return strings.ToLower(strings.TrimPrefix(path.Ext(addresses.Bare(a.url)), "."))
}

// isPicture reports whether an address names a file that is a picture.
func (a *address) isPicture() bool { return slices.Contains(theEmailTable().Pictures, a.ending()) }

// isSpacer reports whether an address names a file that only fills space.
func (a *address) isSpacer() bool {
	stem := strings.ToLower(strings.TrimSuffix(path.Base(addresses.Bare(a.url)), path.Ext(addresses.Bare(a.url))))
	for word := range strings.FieldsFuncSeq(stem, func(r rune) bool { return r < 'a' || r > 'z' }) {
		if slices.Contains(theEmailTable().Spacers, word) {
			return a.isPicture()
		}
	}
	return false
}

// assetName reports whether a piece is the name of a picture with a word in it, as
// programs that build sites make: "logo-5f2b9d3c1a7e.png". The code tells versions of
// the picture apart.
func (a *address) assetName(p piece) bool {
	if p.place != placeFile || !a.isPicture() {
		return false
	}
	stem := strings.TrimSuffix(p.value, path.Ext(p.value))
	for word := range strings.FieldsFuncSeq(stem, func(r rune) bool { return r == '-' || r == '_' || r == '.' }) {
		if isWord(word) {
			return true
		}
	}
	return false
}

// isWord reports whether a text is a word: three letters or more of one case, the
// first of which may be a capital.
func isWord(s string) bool {
	if len(s) < 3 {
		return false
	}
	rest := s[1:]
	for i := 0; i < len(s); i++ {
		if !codes.IsLetter(s[i]) {
			return false
		}
	}
	return rest == strings.ToLower(rest) || s == strings.ToUpper(s)
}

// destination returns the host of the address of a page that stands inside a piece
// of another address, plain or in Base64; "" if none does.
func destination(value string) string {
	if len(value) > codes.MaxValue {
		value = value[:codes.MaxValue]
	}
	for _, text := range []string{value, unBase64(value)} {
		text = strings.ToLower(plainly(text))
		for _, scheme := range []string{"https:/", "http:/"} {
			if _, rest, ok := strings.Cut(text, scheme); ok {
				// As a part of a path, an address may have lost one of its slashes.
				if host := evidence.Host("http://" + strings.TrimLeft(rest, "/")); strings.Contains(host, ".") {
					return host
				}
			}
		}
	}
	return ""
}

// leads returns the host to which an address leads on, "" if it does not say.
func (a *address) leads() string {
	for _, p := range a.pieces {
		if p.place == placeHost {
			continue
		}
		if host := destination(p.value); host != "" && host != a.host {
			return host
		}
	}
	// In a path, an inner address is cut at its slashes.
	if host := destination(addresses.PathOf(a.url)); host != a.host {
		return host
	}
	return ""
}

// unBase64 decodes a text of Base64, in either alphabet; "" if it is none.
func unBase64(s string) string {
	s = strings.TrimRight(s, "=")
	if len(s) < 12 || len(s) > codes.MaxValue {
		return ""
	}
	for _, enc := range []*base64.Encoding{base64.RawURLEncoding, base64.RawStdEncoding} {
		if plain, err := enc.DecodeString(s); err == nil && isPrintable(plain) {
			return string(plain)
		}
	}
	return ""
}

func isPrintable(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\n' && c != '\t' || c >= 0x7f {
			return false
		}
	}
	return true
}

// leaving reports whether a link is there to leave the list, or to see the message
// elsewhere: it must say who the reader is. ways are the addresses in the header
// List-Unsubscribe.
func (a *address) leaving(ways string) bool {
	if strings.Contains(ways, "<"+a.url+">") {
		return true
	}
	text := strings.ToLower(plainly(addresses.PathOf(a.url)))
	if a.link != nil {
		text += " " + strings.ToLower(a.link.Text)
	}
	return slices.ContainsFunc(theEmailTable().Leaving, func(word string) bool { return strings.Contains(text, word) })
}
