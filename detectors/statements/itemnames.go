package statements

import (
	"regexp"
	"strings"
	"unicode"
)

// maxNames bounds how many names of one cell are read.
const maxNames = 100

// Parts of a name that stand for something that varies.
var (
	bracketed = regexp.MustCompile(`<[^<>]{0,60}>|\{\{?[^{}]{0,60}\}?\}|\[[^\[\]]{0,60}\]|%[^%\s]{1,40}%|\$\{[^{}]{0,60}\}`)
	crossed   = regexp.MustCompile(`[xX]{2,}|#+|…|\.{3,}|\*+|[_-][xX]$`)
	attached  = regexp.MustCompile(`(\S)\([^()]{0,60}\)`)
	aside     = regexp.MustCompile(`\s+\([^()]*\)`)
	breaks    = regexp.MustCompile(`(?i)<br\s*/?>`)
	stars     = regexp.MustCompile(`\*{2,}`)
)

// namesOf splits a cell into the names of items.
func namesOf(cell string) []string {
	if len(cell) > 20_000 {
		cell = cell[:20_000]
	}
	cell = breaks.ReplaceAllString(cell, "\n")
	// Spaces inside brackets would split a name.
	cell = bracketed.ReplaceAllStringFunc(cell, func(s string) string {
		return strings.Join(strings.Fields(s), "-")
	})
	cell = aside.ReplaceAllString(cell, "")
	var list []string
	for part := range strings.FieldsFuncSeq(cell, func(c rune) bool { return c == ',' || c == ';' || c == '\n' || c == '\r' || c == '|' || c == '•' }) {
		list = append(list, splitWords(part)...)
		if len(list) > maxNames {
			return list[:maxNames]
		}
	}
	return list
}

// splitWords splits at words such as "and" and at slashes between names, and at
// spaces where every part looks like a name.
func splitWords(part string) []string {
	t := &theTables().registers
	words := strings.Fields(part)
	var list []string
	var now []string
	flush := func() {
		if len(now) > 0 {
			list = append(list, strings.Join(now, " "))
		}
		now = nil
	}
	for _, w := range words {
		if w == "/" || w == "&" || w == "+" || t.and[strings.ToLower(w)] && len(words) > 1 {
			flush()
			continue
		}
		now = append(now, w)
	}
	flush()
	var out []string
	for _, s := range list {
		fields := strings.Fields(s)
		if len(fields) > 1 && allIdentifiers(fields) {
			out = append(out, fields...)
			continue
		}
		out = append(out, splitSlash(s)...)
	}
	return out
}

// splitSlash splits "_ga/_gid" and not "ads/ga-audiences", which is one name.
func splitSlash(s string) []string {
	parts := strings.Split(s, "/")
	for _, p := range parts {
		if len(p) < 2 || p[0] != '_' {
			return []string{s}
		}
	}
	return parts
}

func allIdentifiers(fields []string) bool {
	for _, f := range fields {
		if !strings.ContainsAny(f, "_0123456789*") || len(f) < 3 {
			return false
		}
	}
	return true
}

// isItemName reports whether a text can be the name of a cookie or a key, and
// not a word about them.
func isItemName(s string) bool {
	if s == "" || len(s) > 200 || strings.ContainsFunc(s, func(c rune) bool { return unicode.IsSpace(c) || unicode.IsControl(c) }) {
		return false
	}
	return strings.ContainsFunc(s, func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }) &&
		strings.Trim(s, "-–—./") != "" && !strings.HasSuffix(s, ":")
}

// patternOf replaces what varies in a name by "*".
func patternOf(name string) string {
	p := attached.ReplaceAllString(name, "$1*")
	p = bracketed.ReplaceAllString(p, "*")
	p = crossed.ReplaceAllStringFunc(p, func(s string) string {
		if s[0] == '_' || s[0] == '-' {
			return s[:1] + "*"
		}
		return "*"
	})
	return stars.ReplaceAllString(p, "*")
}

// hostsOf returns the hosts that a cell names, canonical, each once.
func hostsOf(cell string) []string {
	var list []string
	seen := map[string]bool{}
	cell = breaks.ReplaceAllString(cell, "\n")
	for part := range strings.FieldsFuncSeq(cell, func(c rune) bool {
		return unicode.IsSpace(c) || strings.ContainsRune(",;()|<>\"", c)
	}) {
		if h := canonicalHost(part); h != "" && !seen[h] && len(list) < 16 {
			seen[h] = true
			list = append(list, h)
		}
	}
	return list
}
