// Package patterns owns names with wildcards, as the tables write them.
package patterns

import "strings"

// Fits reports whether a text fits a pattern in which * stands for any characters.
func Fits(pattern, text string) bool {
	head, rest, star := strings.Cut(pattern, "*")
	if !star {
		return pattern == text
	}
	if !strings.HasPrefix(text, head) {
		return false
	}
	text = text[len(head):]
	for {
		part, more, again := strings.Cut(rest, "*")
		if !again {
			return strings.HasSuffix(text, part)
		}
		i := strings.Index(text, part)
		if i < 0 {
			return false
		}
		text, rest = text[i+len(part):], more
	}
}

// FitsAny reports whether a text fits one of some patterns.
func FitsAny(patterns []string, text string) bool {
	for _, p := range patterns {
		if Fits(p, text) {
			return true
		}
	}
	return false
}
