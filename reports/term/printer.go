package term

import (
	"strings"
	"unicode/utf8"

	"github.com/olekukonko/tablewriter/pkg/twwidth"

	"github.com/spoor-audit/spoor/reports/lang"
)

// A style is how a piece of text looks where there are colours.
type style string

// The styles are ANSI sequences; orange is the yellow of the sixteen colours,
// which most terminals show so.
const (
	plain     style = ""
	good      style = "\x1b[34m"
	attention style = "\x1b[33m"
	problem   style = "\x1b[1m"
	faint     style = "\x1b[2m"

	endStyle = "\x1b[0m"
)

// A segment is a piece of a line.
type segment struct {
	style style
	text  string
}

// A printer gathers lines that are never wider than its width.
type printer struct {
	b       strings.Builder
	t       *lang.Text
	width   int
	color   bool
	unicode bool
	all     bool
	several bool  // the result speaks of several states of consent
	err     error // of drawing; the text is then incomplete
}

func newPrinter(o Options) *printer {
	return &printer{t: o.text(), width: o.width(), color: o.Color, unicode: o.Unicode, all: o.All}
}

func (p *printer) String() string { return p.b.String() }

// displayWidth is the number of columns that a text takes. East Asian ambiguous
// characters count as one, whatever the locale, so that output is the same
// everywhere.
func displayWidth(s string) int { return twwidth.WidthWithOptions(s, twwidth.Options{}) }

// show prepares text for the terminal. Fixed blanks become plain ones; without Unicode, letters lose their
// accents and other characters become "?".
func (p *printer) show(s string) string {
	s = strings.ReplaceAll(s, "\u00a0", " ")
	if p.unicode {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf {
			return r
		}
		if to, ok := ascii[r]; ok {
			return to
		}
		return '?'
	}, s)
}

// ascii maps characters of spoor's own texts to ones of the same width.
var ascii = map[rune]rune{
	'…': '~', '–': '-', '—': '-', '·': '-', '×': 'x', '‘': '\'', '’': '\'', '“': '"', '”': '"', '→': '>',
	'á': 'a', 'à': 'a', 'ä': 'a', 'â': 'a', 'é': 'e', 'è': 'e', 'ë': 'e', 'ê': 'e', 'í': 'i', 'ï': 'i', 'î': 'i',
	'ó': 'o', 'ö': 'o', 'ô': 'o', 'ú': 'u', 'ü': 'u', 'û': 'u', 'ç': 'c', 'ñ': 'n', 'É': 'E', 'ß': 's', 'Ö': 'O', 'Ü': 'U', 'Ä': 'A',
}

// paint puts a style around text.
func (p *printer) paint(s style, text string) string {
	if !p.color || s == plain || text == "" {
		return text
	}
	return string(s) + text + endStyle
}

// line writes one line; text that is too long is cut at the end.
func (p *printer) line(s style, text string) {
	p.b.WriteString(p.paint(s, p.show(p.cut(text, p.width))))
	p.b.WriteByte('\n')
}

func (p *printer) blank() { p.b.WriteByte('\n') }

// title writes the head of a section.
func (p *printer) title(s style, text string) {
	p.blank()
	p.line(s, strings.ToUpper(text))
}

// sides writes one text at the left edge and one at the right.
func (p *printer) sides(s style, left, right string) {
	gap := max(p.width-displayWidth(left)-displayWidth(right), 1)
	p.b.WriteString(p.paint(s, p.show(left)))
	if right != "" {
		p.b.WriteString(strings.Repeat(" ", gap) + p.show(right))
	}
	p.b.WriteByte('\n')
}

// flow writes pieces one after the other, three blanks apart, on as many lines
// as they need.
func (p *printer) flow(parts []segment) {
	at := 0
	for _, part := range parts {
		width := displayWidth(part.text)
		if at > 0 {
			if at+3+width > p.width {
				p.b.WriteByte('\n')
				at = 0
			} else {
				p.b.WriteString("   ")
				at += 3
			}
		}
		p.b.WriteString(p.paint(part.style, p.show(p.cut(part.text, p.width))))
		at += width
	}
	p.b.WriteByte('\n')
}

// wrap writes text on as many lines as it needs, each after indent blanks.
func (p *printer) wrap(indent int, s style, text string) {
	for _, line := range p.lines(text, p.width-indent) {
		p.b.WriteString(strings.Repeat(" ", indent) + p.paint(s, p.show(line)) + "\n")
	}
}

// entry writes a label and, beside it from column indent on, a text. A label
// that is too wide gets a line of its own.
func (p *printer) entry(indent int, s style, label, text string) {
	lines := p.lines(text, p.width-indent)
	label = p.cut(label, p.width)
	if displayWidth(label)+2 > indent || len(lines) == 0 {
		p.b.WriteString(p.paint(s, p.show(label)) + "\n")
	} else {
		p.b.WriteString(p.paint(s, p.show(label)) + strings.Repeat(" ", indent-displayWidth(label)) + p.show(lines[0]) + "\n")
		lines = lines[1:]
	}
	for _, line := range lines {
		p.b.WriteString(strings.Repeat(" ", indent) + p.show(line) + "\n")
	}
}

// item writes a text with a dash before its first line.
func (p *printer) item(s style, text string) {
	for i, line := range p.lines(text, p.width-2) {
		mark := "  "
		if i == 0 {
			mark = p.paint(s, "-") + " "
		}
		p.b.WriteString(mark + p.show(line) + "\n")
	}
}

// lines breaks text into lines of at most width columns, at blanks but not at
// fixed ones. Words that are wider than a line are cut in the middle.
func (p *printer) lines(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.SplitSeq(text, " ") {
		if word == "" {
			continue
		}
		word = p.middle(word, width)
		switch {
		case line == "":
			line = word
		case displayWidth(line)+1+displayWidth(word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// cut shortens text to at most width columns at its end.
func (p *printer) cut(s string, width int) string {
	if displayWidth(s) <= width {
		return s
	}
	return prefix(s, width-1) + "…"
}

// middle shortens text to at most width columns in its middle.
func (p *printer) middle(s string, width int) string {
	if displayWidth(s) <= width {
		return s
	}
	if width < 5 {
		return p.cut(s, width)
	}
	left := (width - 1) / 2
	return prefix(s, left) + "…" + suffix(s, width-1-left)
}

// prefix returns the longest start of a text that takes at most width columns.
func prefix(s string, width int) string {
	used := 0
	for i, r := range s {
		w := displayWidth(string(r))
		if used+w > width {
			return s[:i]
		}
		used += w
	}
	return s
}

// suffix returns the longest end of a text that takes at most width columns.
func suffix(s string, width int) string {
	used := 0
	for i := len(s); i > 0; {
		r, size := utf8.DecodeLastRuneInString(s[:i])
		w := displayWidth(string(r))
		if used+w > width {
			return s[i:]
		}
		used += w
		i -= size
	}
	return s
}
