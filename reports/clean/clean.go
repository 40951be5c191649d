// Package clean owns escaping: it makes text that came from a visited page, and
// is therefore hostile, safe to show in a terminal, a CSV file, Markdown, SARIF or
// a GitHub annotation. It must not know what the text means.
//
// HTML needs no function here, because html/template escapes by context; but
// text goes through [Line] before that too, so that a page cannot turn the
// direction of a line or hide characters in it.
package clean

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Line makes text safe to show on one line of anything that prints characters,
// first of all a terminal. White space becomes a single blank; control
// characters (and with them ANSI sequences), characters that change the
// direction of text or are invisible, private-use characters and bytes that are
// not UTF-8 become visible as \x1b or \u{202e}. What an attacker hid is thus
// still there to be read, as it is evidence.
//
// The joiners U+200C and U+200D stay: Persian, Hindi and emoji need them.
func Line(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	blank := false
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r != utf8.RuneError && unicode.IsSpace(r) && r != '\u0085' {
			if !blank {
				b.WriteByte(' ')
			}
			blank = true
			i += size
			continue
		}
		blank = false
		switch {
		case r == utf8.RuneError && size <= 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case !hidden(r):
			b.WriteString(s[i : i+size])
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u{%x}`, r)
		}
		i += size
	}
	return b.String()
}

// plain reports whether Line would change nothing, which is nearly always so.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < 0x20 || c >= 0x7f || c == ' ' && i > 0 && s[i-1] == ' ' {
			return false
		}
	}
	return true
}

// hidden reports whether a character acts on its neighbours or the terminal
// instead of showing itself.
func hidden(r rune) bool {
	switch r {
	case '\u200c', '\u200d':
		return false
	case '\u115f', '\u1160', '\u3164', '\uffa0', '\u034f': // fillers that are letters by category, and the grapheme joiner
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp) || noncharacter(r)
}

// noncharacter reports the code points that Unicode reserves for no use.
func noncharacter(r rune) bool {
	return r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef
}

// ASCII replaces each character outside ASCII by "?", after [Line]. It is for
// terminals whose locale is not UTF-8.
func ASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x80 {
			return '?'
		}
		return r
	}, Line(s))
}

// Clip shortens text to at most limit characters, the last of which is then "…".
// It does not clean; clean first, so that the length is that of what is shown.
func Clip(s string, limit int) string {
	if len(s) <= limit || utf8.RuneCountInString(s) <= limit {
		return s
	}
	if limit < 1 {
		return ""
	}
	end := 0
	for range limit - 1 {
		_, size := utf8.DecodeRuneInString(s[end:])
		end += size
	}
	return s[:end] + "…"
}

// Short cleans text for one line and shortens it to at most limit characters. It
// looks at no more of the text than it needs, so a text of megabytes costs no
// more than a short one.
func Short(s string, limit int) string {
	// A cleaned character is made of at most four bytes, and runs of white
	// space shrink; beyond this bound the rest only says that there is more.
	if bound := 8*limit + 64; len(s) > bound {
		cut := bound
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		return Clip(Line(s[:cut])+"…", limit)
	}
	return Clip(Line(s), limit)
}

// CSV makes text safe as a cell of a CSV file that a person opens in a
// spreadsheet: a cell that would be taken for a formula gets an apostrophe in
// front, as OWASP advises for CSV injection. Quoting is left to encoding/csv.
func CSV(s string) string {
	s = Line(s)
	switch first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " \"'")); first {
	case '=', '+', '-', '@', '＝', '＋', '－', '＠', '|', '%':
		return "'" + s
	}
	return s
}

// markdownMarks are the characters that mean something in GitHub's Markdown
// wherever they stand; each may be escaped with a backslash (CommonMark 2.4).
// Parentheses need none, because they mean something only behind a bracket.
const markdownMarks = "\\`*_[]<>#|~&$^"

var (
	// address finds where GitHub begins to take text for an address, and what of it
	// to escape (GitHub Flavored Markdown, 6.9).
	address = regexp.MustCompile(`(?i)(www)(\.)|(:)(//)`)
	// block finds what would make a list, a heading or a rule of a line.
	block = regexp.MustCompile(`^( ?)([-+=]|\d+[.)])`)
	// reference finds "GH-1", which GitHub takes for an issue as it does "#1".
	reference = regexp.MustCompile(`(?i)(gh)(-\d)`)
)

// Markdown makes text safe inside a paragraph, list item or table cell of
// GitHub's Markdown: no markup, no HTML, no link, no mention of a person or an
// issue. A zero-width space after "@", "#" and "GH" stops mentions, which GitHub
// looks for in the finished text, where a backslash is gone.
func Markdown(s string) string {
	var b strings.Builder
	for _, r := range Line(s) {
		switch {
		case r == '@':
			b.WriteString("@\u200b")
		case r == '#':
			b.WriteString("\\#\u200b")
		case r < 0x80 && strings.ContainsRune(markdownMarks, r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	s = address.ReplaceAllString(b.String(), "${1}\\${2}${3}${4}")
	s = reference.ReplaceAllString(s, "$1\u200b$2")
	if at := block.FindStringSubmatchIndex(s); at != nil {
		s = s[:at[5]-1] + `\` + s[at[5]-1:]
	}
	return s
}

var sarif = strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, "{", "{{", "}", "}}")

// SARIF makes text safe as the message of a SARIF result, in which brackets make
// links and braces stand for arguments (SARIF 2.1.0, 3.11.5 and 3.11.6).
func SARIF(s string) string { return sarif.Replace(Line(s)) }

var (
	githubData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// GitHub makes text safe as the message of a GitHub Actions workflow command
// ("::error file=...::message"). Line breaks of the message stay, encoded;
// everything else is cleaned as by [Line].
func GitHub(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, line := range lines {
		lines[i] = Line(line)
	}
	return githubData.Replace(strings.Join(lines, "\n"))
}

// GitHubProperty makes text safe as a property of a workflow command, where
// ":" and "," end the value too.
func GitHubProperty(s string) string {
	return githubProperty.Replace(Line(s))
}

// JSON makes a JSON document safe to print: characters that [Line] would make
// visible become \u escapes. They can only stand inside strings,
// so the document keeps its meaning; ASCII control characters are escaped in any
// JSON already. Bytes that are not UTF-8, which no JSON may hold, become U+FFFD.
func JSON(doc []byte) []byte {
	bad := func(r rune) bool { return r >= 0x7f && (r == utf8.RuneError || hidden(r)) }
	if !bytes.ContainsFunc(doc, bad) {
		return doc
	}
	var b bytes.Buffer
	for len(doc) > 0 {
		r, size := utf8.DecodeRune(doc)
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteString(`\ufffd`)
		case !bad(r) || r == utf8.RuneError:
			b.Write(doc[:size])
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		doc = doc[size:]
	}
	return b.Bytes()
}
