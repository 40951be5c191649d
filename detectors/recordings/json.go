package recordings

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// literals calls visit for each string in a text that is JSON or holds some, and
// says which are keys. It reads what was clipped or comes in several documents,
// too; that a text is no JSON at all does not matter.
func literals(text string, visit func(s string, key bool)) {
	for i := 0; i < len(text); {
		start := strings.IndexByte(text[i:], '"')
		if start < 0 {
			return
		}
		i += start + 1
		end, escaped := i, false
		for end < len(text) && text[end] != '"' {
			if text[end] == '\\' {
				escaped = true
				end++
			}
			end++
		}
		end = min(end, len(text))
		s := text[i:end]
		if escaped {
			s = unescape(s)
		}
		i = end + 1
		next := i
		for next < len(text) && (text[next] == ' ' || text[next] == '\n') {
			next++
		}
		visit(s, next < len(text) && text[next] == ':')
	}
}

// unescape undoes the escapes of JSON as far as they are right.
func unescape(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch s[i] {
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
		case 'u':
			if i+4 < len(s) {
				if n, err := strconv.ParseUint(s[i+1:i+5], 16, 16); err == nil {
					b.WriteRune(rune(n))
					i += 4
					continue
				}
			}
			b.WriteRune(utf8.RuneError)
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}
