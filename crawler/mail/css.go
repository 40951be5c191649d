package mail

import "strings"

// A reference is an address in a style sheet, and what it is for.
type reference struct {
	url string
	as  string // as evidence.MailImage.As: css, stylesheet, font
}

// rewriteCSS calls see with every address that a style sheet, or a style attribute,
// refers to, and puts the address that it returns in its place. It follows the
// tokens of CSS Syntax 3 as far as addresses need: strings, url( ), comments and
// escapes. Its work grows with the length of the text alone.
func rewriteCSS(css string, see func(reference) string) string {
	s := &scanner{css: css, see: see}
	s.run()
	return s.out.String()
}

// maxBlanks is how many blanks before a string are looked over.
const maxBlanks = 80

type scanner struct {
	css   string
	at    int
	out   strings.Builder
	see   func(reference) string
	depth int // of blocks
	font  int // depth of the @font-face block that is open; 0 is none
	rule  string
}

func (s *scanner) run() {
	for s.at < len(s.css) {
		c := s.css[s.at]
		switch {
		case strings.HasPrefix(s.css[s.at:], "/*"):
			end := strings.Index(s.css[s.at+2:], "*/")
			if end < 0 {
				return
			}
			s.at += end + 4
			s.out.WriteByte(' ')
		case c == '@':
			s.rule = s.name(s.at + 1)
			s.write(1 + len(s.rule))
			s.rule = strings.ToLower(s.rule)
		case c == '"' || c == '\'':
			s.text()
		case c == '{':
			s.depth++
			if s.rule == "font-face" && s.font == 0 {
				s.font = s.depth
			}
			s.rule = ""
			s.write(1)
		case c == '}':
			if s.font == s.depth {
				s.font = 0
			}
			s.depth = max(s.depth-1, 0)
			s.write(1)
		case c == ';':
			s.rule = ""
			s.write(1)
		case isNameByte(c):
			s.word()
		default:
			s.write(1)
		}
	}
}

// write writes the next bytes as they are.
func (s *scanner) write(n int) {
	end := min(s.at+n, len(s.css))
	s.out.WriteString(s.css[s.at:end])
	s.at = end
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '\\' || c >= 0x80
}

// name is the name that begins at a place, as it is written.
func (s *scanner) name(from int) string {
	i := from
	for i < len(s.css) && isNameByte(s.css[i]) {
		if s.css[i] == '\\' {
			i++
		}
		i++
	}
	return s.css[from:min(i, len(s.css))]
}

// word reads a name, and if it is url( what stands in the brackets.
func (s *scanner) word() {
	name := s.name(s.at)
	open := s.at + len(name)
	plain := strings.ToLower(unescape(name))
	if plain != "url" || open >= len(s.css) || s.css[open] != '(' {
		s.write(len(name))
		return
	}
	s.write(len(name) + 1)
	for s.at < len(s.css) && isSpace(s.css[s.at]) {
		s.at++
	}
	if s.at < len(s.css) && (s.css[s.at] == '"' || s.css[s.at] == '\'') {
		s.address(s.quoted())
		return
	}
	from := s.at
	for s.at < len(s.css) && s.css[s.at] != ')' {
		if s.css[s.at] == '\\' {
			s.at++
		}
		s.at++
	}
	s.at = min(s.at, len(s.css))
	s.address(strings.TrimSpace(s.css[from:s.at]))
}

// text reads a string outside of url( ): an address after @import and in
// image-set( ), a text elsewhere.
func (s *scanner) text() {
	written := s.out.String()
	before := strings.TrimRight(written[max(0, len(written)-maxBlanks):], " \t\r\n")
	inSet := strings.HasSuffix(before, "(") || strings.HasSuffix(before, ",")
	from := s.at
	content := s.quoted()
	if s.rule == "import" || inSet && looksRemote(unescape(content)) {
		s.address(content)
		return
	}
	s.out.WriteString(s.css[from:s.at])
}

// quoted reads a string in quotation marks and returns what stands in it.
func (s *scanner) quoted() string {
	mark := s.css[s.at]
	s.at++
	from := s.at
	for s.at < len(s.css) && s.css[s.at] != mark && s.css[s.at] != '\n' {
		if s.css[s.at] == '\\' {
			s.at++
		}
		s.at++
	}
	s.at = min(s.at, len(s.css))
	content := s.css[from:s.at]
	if s.at < len(s.css) {
		s.at++
	}
	return content
}

// address hands an address over, and writes the one that comes back.
func (s *scanner) address(raw string) {
	ref := reference{url: strings.TrimSpace(unescape(raw)), as: "css"}
	switch {
	case s.rule == "import":
		ref.as = "stylesheet"
	case s.font > 0:
		ref.as = "font"
	}
	to := s.see(ref)
	s.out.WriteByte('"')
	for _, r := range to {
		switch {
		case r == '"' || r == '\\':
			s.out.WriteByte('\\')
			s.out.WriteRune(r)
		case r < ' ' || r == '<':
			// A "<" could end the element that holds the style.
			s.out.WriteString("%" + string("0123456789ABCDEF"[r>>4&15]) + string("0123456789ABCDEF"[r&15]))
		default:
			s.out.WriteRune(r)
		}
	}
	s.out.WriteByte('"')
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' }

// unescape takes the escapes out of a name or string of CSS: "\75 rl" is "url".
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		i++
		n, digits := rune(0), 0
		for i < len(s) && digits < 6 && hexValue(s[i]) >= 0 {
			n = n<<4 | hexValue(s[i])
			i++
			digits++
		}
		switch {
		case digits > 0:
			if n == 0 || n > 0x10ffff {
				n = '\ufffd'
			}
			b.WriteRune(n)
			if i >= len(s) || !isSpace(s[i]) {
				i--
			}
		case i < len(s) && s[i] != '\n':
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func hexValue(c byte) rune {
	switch {
	case c >= '0' && c <= '9':
		return rune(c - '0')
	case c >= 'a' && c <= 'f':
		return rune(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return rune(c-'A') + 10
	}
	return -1
}
