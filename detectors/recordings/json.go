package recordings

import (
	"strings"

	"github.com/spoor-audit/spoor/detectors/values"
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
			s = values.UnescapeJSON(s)
		}
		i = end + 1
		next := i
		for next < len(text) && (text[next] == ' ' || text[next] == '\n') {
			next++
		}
		visit(s, next < len(text) && text[next] == ':')
	}
}
