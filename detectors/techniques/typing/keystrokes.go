package typing

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/values"
	"github.com/spoor-audit/spoor/evidence"
)

// Signs that texts left key by key. A text that grows three times, or five keys in
// the order in which they were typed, do not come about by accident; a script that
// waits until its visitor pauses sends once or twice.
const (
	minGrowth = 3 // times that the beginning of a text grew
	minGrown  = 4 // characters that were there in the end
	minKeys   = 5 // single keys in order
	minInside = 6 // characters of a beginning inside of another text
)

// A stream is the texts that one parameter of messages to one host held, in order of
// time; of the path, its last part.
type stream struct {
	host  string
	texts []streamText
	// keys are the single keys among the texts, doubles once, and from which
	// messages they came.
	keys strings.Builder
	from []*Departure
}

type streamText struct {
	text string // in lower case
	from *Departure
}

// add appends a text to a stream.
func (s *stream) add(text, name string, from *Departure) {
	s.texts = append(s.texts, streamText{strings.ToLower(text), from})
	// Keys are often told twice, when they go down and when they come up.
	c := keyOf(text, name)
	if n := s.keys.Len(); c != 0 && (n == 0 || s.keys.String()[n-1] != c) {
		s.keys.WriteByte(c)
		s.from = append(s.from, from)
	}
}

// streams gathers what left by host, phase, place and name of the parameter.
func streams(v *detectors.View) []*stream {
	var out []*stream
	index := map[string]*stream{}
	all := departures(v)
	own := OwnAddresses(v)
	for i := range all {
		d := &all[i]
		for _, p := range values.Leaves(d.Parts) {
			if p.Where == "path" {
				p.Text = p.Text[strings.LastIndexByte(p.Text, '/')+1:]
			}
			if p.Text == "" || IsAddress(&p, own) {
				continue
			}
			k := d.Host + "\n" + string(d.Phase) + "\n" + p.Where + "\n" + p.Name
			s := index[k]
			if s == nil {
				s = &stream{host: d.Host}
				index[k] = s
				out = append(out, s)
			}
			s.add(p.Text, p.Name, d)
		}
	}
	return out
}

// A keying says that a text left key by key.
type keying struct {
	way  string // growing-text single-keys message-per-key
	from []*Departure
}

// keyed reports whether a stream carries a text key by key.
func (s *stream) keyed(t *evidence.Typed) (keying, bool) {
	text := strings.ToLower(t.Value)
	if utf8.RuneCountInString(text) < minGrown {
		return keying{}, false
	}
	if k, ok := s.grows(text); ok {
		return k, true
	}
	return s.spells(text)
}

// grows looks for beginnings of a text, each longer than the one before.
func (s *stream) grows(text string) (keying, bool) {
	var best, k keying
	longest := 0
	for i := range s.texts {
		x := &s.texts[i]
		n := beginning(x.text, text)
		switch {
		case n == 0 || n == longest:
			continue
		case n < longest: // from the start again: another try, or another field
			k, longest = keying{}, 0
			if n > 2 {
				continue
			}
		}
		longest = n
		k.from = append(k.from, x.from)
		if longest >= minGrown && len(k.from) > len(best.from) {
			best = keying{"growing-text", slices.Clone(k.from)}
		}
	}
	return best, len(best.from) >= minGrowth
}

// beginning returns how much of the beginning of a text another one is, or holds.
func beginning(in, text string) int {
	if in != "" && strings.HasPrefix(text, in) {
		return len(in)
	}
	if len(in) < minInside || len(text) < minInside || !strings.Contains(in, text[:minInside]) {
		return 0
	}
	n := minInside
	for n < len(text) && strings.Contains(in, text[:n+1]) {
		n++
	}
	return n
}

// spells looks for the keys of a text one by one.
func (s *stream) spells(text string) (keying, bool) {
	want := single(text)
	n := min(len(want), minKeys)
	for start := 0; n >= minGrown && start+n <= len(want); start++ {
		if at := strings.Index(s.keys.String(), want[start:start+n]); at >= 0 {
			return keying{"single-keys", s.from[at : at+n]}, true
		}
	}
	return keying{}, false
}

// single writes repeated characters once, and leaves out what no key stands for.
func single(s string) string {
	var b strings.Builder
	var last byte
	for i := range len(s) {
		if c := s[i]; c != last && c < 0x80 {
			b.WriteByte(c)
			last = c
		}
	}
	return b.String()
}

// keyOf reads a text as one key: the character itself, the names KeyB and Digit4 of
// its place (UI Events, KeyboardEvent code), or the number of its code; 0 if it is
// none.
func keyOf(text, name string) byte {
	if len(text) == 1 && text[0] > ' ' {
		return lowerByte(text[0])
	}
	for _, prefix := range []string{"Key", "Digit", "Numpad"} {
		if rest, ok := strings.CutPrefix(text, prefix); ok && len(rest) == 1 {
			return lowerByte(rest[0])
		}
	}
	if n, err := strconv.ParseUint(text, 10, 8); err == nil && isCode(name) && (n >= '0' && n <= '9' || n >= 'A' && n <= 'Z' || n >= 'a' && n <= 'z') {
		return lowerByte(byte(n))
	}
	return 0
}

// isCode reports whether a parameter is called like the number of a key.
func isCode(name string) bool {
	name = strings.ToLower(lastWords(name, 1))
	return strings.Contains(name, "code") || strings.Contains(name, "which") || strings.Contains(name, "key")
}

func lowerByte(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
