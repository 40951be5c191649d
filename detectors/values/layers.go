package values

import (
	"encoding/base64"
	"encoding/hex"
	"html"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounds on the unwrapping of one part. A page can send anything, also archives
// that grow a thousandfold.
const (
	maxSteps  = 5       // encodings around a value
	maxLayers = 300     // texts that come of one part
	maxBytes  = 4 << 20 // bytes of all of them
	maxOpened = 1 << 20 // bytes of what is decompressed
)

// A layer is a text that came of a part by undoing some steps.
type layer struct {
	text  string
	steps []string
	whole bool // it is a whole value: a part, a leaf, a decoded word
}

// unwrap calls visit for a text and all that can be decoded from it.
func unwrap(text string, visit func(*layer)) {
	queue := []layer{{text: text, whole: true}}
	var seen map[string]bool
	bytes := len(text)
	for i := 0; i < len(queue); i++ {
		l := queue[i]
		visit(&l)
		if len(l.steps) >= maxSteps {
			continue
		}
		l.peel(func(step, inner string, whole bool) {
			if len(inner) < minHash || len(queue) >= maxLayers || bytes+len(inner) > maxBytes {
				return
			}
			if seen == nil {
				seen = map[string]bool{text: true}
			}
			if seen[inner] {
				return
			}
			seen[inner] = true
			bytes += len(inner)
			queue = append(queue, layer{inner, append(l.steps[:len(l.steps):len(l.steps)], step), whole})
		})
	}
}

// peel calls emit with each text that comes of undoing one step.
func (l *layer) peel(emit func(step, inner string, whole bool)) {
	text := l.text
	if strings.Contains(text, "%") {
		emit("url", unescape(text, false), l.whole)
		if strings.Contains(text, "+") {
			emit("url", unescape(text, true), l.whole)
		}
	} else if strings.Contains(text, "+") {
		emit("url", strings.ReplaceAll(text, "+", " "), l.whole)
	}
	if strings.Contains(text, `\`) {
		emit("json", unescapeJSON(text), l.whole)
	}
	if strings.Contains(text, "&") && strings.Contains(text, ";") {
		emit("html", html.UnescapeString(text), l.whole)
	}
	peelWords(text, emit)
	peelCompressed(text, emit)
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
			if n, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil {
				b.WriteRune(rune(n))
				i += 5
				continue
			}
			b.WriteByte('%')
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// unescapeJSON undoes the escapes of JSON and JavaScript wherever they stand.
func unescapeJSON(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		digits := 0
		switch s[i] {
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'r':
			b.WriteByte('\r')
		case 'u':
			digits = 4
		case 'x':
			digits = 2
		default:
			b.WriteByte(s[i])
		}
		if digits == 0 {
			continue
		}
		if i+digits < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+1+digits], 16, 16); err == nil {
				b.WriteRune(rune(n))
				i += digits
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

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

// minWord is the least number of characters of an encoded word.
const minWord = 8

// peelWords decodes the words of a text that may be base64 or hexadecimal.
func peelWords(text string, emit func(step, inner string, whole bool)) {
	for start := 0; start < len(text); {
		if !is64[text[start]] {
			start++
			continue
		}
		end := start
		onlyHex := true
		for end < len(text) && is64[text[end]] {
			onlyHex = onlyHex && isHex(text[end])
			end++
		}
		word := text[start:end]
		start = end
		if len(word) < minWord {
			continue
		}
		if onlyHex && len(word)%2 == 0 {
			if b, err := hex.DecodeString(word); err == nil && (printable(b) || compressed(b)) {
				emit("hex", string(b), true)
			}
		}
		peel64(word, emit)
	}
}

// peel64 decodes a word of base64. Where it has the signs that also separate
// words, what follows them is tried too.
func peel64(word string, emit func(step, inner string, whole bool)) {
	word = fromURL64.Replace(word)
	for tries := 0; tries < 6 && len(word) >= minWord; tries++ {
		if b, err := base64.RawStdEncoding.DecodeString(word[:len(word)-len(word)%4+restOf(len(word)%4)]); err == nil &&
			(len(b) >= 16 || printable(b)) {
			emit("base64", string(b), true)
		}
		i := strings.IndexAny(word, "/+")
		if i < 0 {
			return
		}
		word = word[i+1:]
	}
}

var fromURL64 = strings.NewReplacer("-", "+", "_", "/")

// is64 holds the characters of base64, of addresses too, without padding.
var is64 = func() (t [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_") {
		t[c] = true
	}
	return t
}()

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
