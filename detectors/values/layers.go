package values

import (
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Bounds on unwrapping. A page can send anything, also archives that grow a
// thousandfold and words that can be decoded in many ways.
const (
	maxSteps  = 5        // encodings around a value
	maxLayers = 400      // texts that come of one part
	spare     = 1 << 20  // bytes that may come of all parts of a search, and
	growth    = 32       // so many for each byte of them
	maxOpened = 32 << 10 // bytes that may come of one archive, and growth for each byte of it
)

// A layer is a text that came of a part by undoing some steps.
type layer struct {
	text  string
	steps []string
}

// An emit is told of a text that comes of undoing one step.
type emit func(step, inner string)

// unwrap calls visit for a text and all that can be decoded from it, as long as
// the budget of bytes lasts.
func unwrap(text string, budget *int, visit func(*layer)) {
	queue := []layer{{text: text}}
	var seen map[string]bool
	for i := 0; i < len(queue); i++ {
		l := queue[i]
		visit(&l)
		if len(l.steps) >= maxSteps {
			continue
		}
		peel(l.text, func(step, inner string) {
			if len(inner) < minHash || len(queue) >= maxLayers || len(inner) > *budget {
				return
			}
			if seen == nil {
				seen = map[string]bool{text: true}
			}
			if seen[inner] {
				return
			}
			seen[inner] = true
			*budget -= len(inner)
			queue = append(queue, layer{inner, append(slices.Clip(l.steps), step)})
		})
	}
}

// peel undoes one step in every way that the text admits.
func peel(text string, out emit) {
	var plus, percent, slash, and, zero, high, hard bool
	for i := range len(text) {
		switch c := text[i]; {
		case c == '+':
			plus = true
		case c == '%':
			percent = true
		case c == '\\':
			slash = true
		case c == '&':
			and = true
		case c == 0:
			zero, hard = true, true
		case c >= 0x80:
			high = true
		case c < 0x20 && c != '\t' && c != '\n' && c != '\r':
			hard = true
		}
	}
	if percent {
		out("url", unescape(text, false))
	}
	if plus {
		out("url", unescape(text, true))
	}
	if slash {
		out("json", UnescapeJSON(text))
	}
	if and {
		out("html", html.UnescapeString(text))
	}
	if zero {
		peelWide(text, out)
	}
	if high {
		peelLatin(text, out)
	}
	peelWords(text, out)
	peelCodes(text, out)
	if high || hard {
		peelCompressed(text, out)
		peelLZBinary(text, out)
	}
}

// unescape undoes percent-encoding as far as it is right, also the %u0040 of the
// old escape function.
func unescape(s string, plus bool) string {
	if !strings.ContainsAny(s, "%+") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+' && plus:
			b.WriteByte(' ')
		case s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b.WriteByte(unhex(s[i+1])<<4 | unhex(s[i+2]))
			i += 2
		case s[i] == '%' && i+5 < len(s) && s[i+1] == 'u':
			i += writeCode(&b, s[i+2:], 4, "%u")
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// writeCode writes the character that hexadecimal digits name, and returns how
// many bytes after the sign it read; without them, it writes what stands there.
func writeCode(b *strings.Builder, s string, digits int, sign string) int {
	if len(s) >= digits {
		if n, err := strconv.ParseUint(s[:digits], 16, 16); err == nil {
			b.WriteRune(rune(n))
			return len(sign) - 1 + digits
		}
	}
	b.WriteString(sign)
	return len(sign) - 1
}

// UnescapeJSON undoes the escapes of JSON and JavaScript wherever they stand, as far
// as they are right.
func UnescapeJSON(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		switch s[i+1] {
		case 'u':
			i += writeCode(&b, s[i+2:], 4, `\u`)
			continue
		case 'x':
			i += writeCode(&b, s[i+2:], 2, `\x`)
			continue
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'r':
			b.WriteByte('\r')
		case 'b':
			b.WriteByte('\b')
		case 'f':
			b.WriteByte('\f')
		default:
			b.WriteByte(s[i+1])
		}
		i++
	}
	return b.String()
}

// peelWide reads a text as UTF-16 where every other byte of many is zero.
func peelWide(text string, out emit) {
	if strings.Count(text, "\x00")*4 < len(text) {
		return
	}
	for _, first := range []int{0, 1} { // little endian, big endian
		units := make([]uint16, 0, len(text)/2)
		for i := 0; i+1 < len(text); i += 2 {
			units = append(units, uint16(text[i+first])|uint16(text[i+1-first])<<8)
		}
		if s := string(utf16.Decode(units)); printable([]byte(s)) {
			out("utf-16", s)
		}
	}
}

// peelLatin reads characters as bytes: scripts keep bytes in texts, which are sent
// as UTF-8 then.
func peelLatin(text string, out emit) {
	b := make([]byte, 0, len(text))
	for _, c := range text {
		if c > 0xff {
			return
		}
		b = append(b, byte(c)) //nolint:gosec // See above.
	}
	if utf8.ValidString(text) {
		out("latin-1", string(b))
	}
}

// peelCodes reads lists of numbers as characters and as bytes: "106,111,46", also
// as an object by place, in which JSON shows arrays of bytes.
func peelCodes(text string, out emit) {
	for i := 0; i < len(text); {
		if !isDigit(text[i]) || i > 0 && isWord(text[i-1]) {
			i++
			continue
		}
		start := i
		if start > 0 && text[start-1] == '"' {
			start-- // the first place of an object
		}
		codes, end := readCodes(text, start)
		if len(codes) >= minPlain {
			emitCodes(codes, out)
		}
		i = max(end, i+1)
	}
}

func readCodes(text string, i int) (codes []uint16, end int) {
	for {
		if place := `"` + strconv.Itoa(len(codes)) + `":`; strings.HasPrefix(text[i:], place) {
			i += len(place)
		}
		for i < len(text) && text[i] == ' ' {
			i++
		}
		start := i
		for i < len(text) && isDigit(text[i]) && i-start < 5 {
			i++
		}
		n, err := strconv.ParseUint(text[start:i], 10, 16)
		if err != nil {
			return codes, i
		}
		codes = append(codes, uint16(n))
		if i == len(text) || strings.IndexByte(",;-. |_", text[i]) < 0 {
			return codes, i
		}
		i++
	}
}

func emitCodes(codes []uint16, out emit) {
	b := make([]byte, 0, len(codes))
	for _, c := range codes {
		if c > 0xff {
			break
		}
		b = append(b, byte(c))
	}
	if len(b) == len(codes) {
		out("char-codes", string(b))
		return
	}
	if s := string(utf16.Decode(codes)); printable([]byte(s)) {
		out("char-codes", s)
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c >= 'a':
		return c - 'a' + 10
	}
	return c - 'A' + 10
}

// printable reports whether bytes are text.
func printable(b []byte) bool {
	if !utf8.Valid(b) {
		return false
	}
	for _, c := range b {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' || c == 0x7f {
			return false
		}
	}
	return true
}
