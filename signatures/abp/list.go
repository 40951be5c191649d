package abp

import "strings"

// A List is a filter list, read and indexed. It never changes after Parse.
type List struct {
	text     string // the list itself; rules point into it
	lowered  string // bodies that had to be put in lower case
	rules    []rule
	extras   []extra
	sections []string

	block, except index

	skipped  int
	odd      int
	headings headings
}

// A Rule is one rule of a list.
type Rule struct {
	Text    string // as it stands in the list
	Section string // the heading above it; see Parse
	Index   int    // counted from 0 over the rules that the list applies
}

// Len is the number of rules that the list applies.
func (l *List) Len() int { return len(l.rules) }

// Skipped is the number of network rules that the list does not apply: their
// options change pages instead of blocking requests, or are not understood.
func (l *List) Skipped() int { return l.skipped }

// Odd is the number of rules that the list applies and that fit no URL, because
// their patterns hold white space: lines that were not meant as rules. A text of
// which most lines are odd is no filter list.
func (l *List) Odd() int { return l.odd }

// Title is what the head of the list calls itself, or "". Here and in Version
// and Modified, placeholders that a packager left unfilled ("%timestamp%") count
// as "".
func (l *List) Title() string { return l.headings.title }

// Version is the list's own version; see Title.
func (l *List) Version() string { return l.headings.version }

// Modified is the date that the list gives itself; see Title.
func (l *List) Modified() string { return l.headings.modified }

// headings is what the first lines of a list say.
type headings struct{ title, version, modified string }

// headLines is how far into a list its own description may stand.
const headLines = 30

// Parse reads a list. It never fails: what it does not understand is skipped
// and counted. The section of a rule is the last heading above it: the file
// that EasyList marks with "! *** dir/file.txt ***", without folder and
// extension, or the text of "!-----heading-----!".
//
// The list keeps text alive and points into it.
func Parse(text string) *List {
	b := newBuilder(text)
	for start, n := 0, 0; start < len(text); n++ {
		end := strings.IndexByte(text[start:], '\n')
		next := start + end + 1
		if end < 0 {
			end, next = len(text)-start, len(text)
		}
		b.line(start, start+end, n)
		start = next
	}
	return b.build()
}

// builder collects the rules of a list.
type builder struct {
	list    *List
	lowered strings.Builder
	section uint16
	// disabled holds the rules that badfilter rules take back.
	disabled map[string]bool
}

// bytesPerRule is the length of a line in EasyList and EasyPrivacy; it sizes
// the first allocation.
const bytesPerRule = 26

func newBuilder(text string) *builder {
	return &builder{list: &List{
		text:     text,
		rules:    make([]rule, 0, len(text)/bytesPerRule),
		sections: []string{""},
	}}
}

// line adds the line text[start:end], the n-th of the list.
func (b *builder) line(start, end, n int) {
	for start < end && isSpace(b.list.text[start]) {
		start++
	}
	for start < end && isSpace(b.list.text[end-1]) {
		end--
	}
	line := b.list.text[start:end]
	p, v := parseLine(line)
	switch v {
	case noRule:
		if line != "" && line[0] == '!' {
			b.comment(line, n)
		}
	case skipped:
		b.list.skipped++
	case disabler:
		if b.disabled == nil {
			b.disabled = map[string]bool{}
		}
		b.disabled[p.rest] = true
	case kept:
		if p.flags&flagRegexp == 0 && strings.ContainsAny(p.bodyText, " \t") {
			b.list.odd++
		}
		b.add(p, start, end)
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' }

// comment reads headings out of a comment.
func (b *builder) comment(line string, n int) {
	if n < headLines {
		b.headline(line)
	}
	name := ""
	switch {
	case strings.HasPrefix(line, "! *** ") && strings.HasSuffix(line, " ***"):
		name = strings.TrimSuffix(strings.TrimPrefix(line, "! *** "), " ***")
		name = name[strings.LastIndexAny(name, "/:")+1:]
		name = strings.TrimSuffix(name, ".txt")
	case strings.HasPrefix(line, "!--"):
		name = strings.Trim(line, "!- ")
	}
	// 65,535 headings are more than any list has; later rules keep the last.
	if name != "" && len(b.list.sections) < 1<<16-1 {
		b.section = uint16(len(b.list.sections)) // #nosec G115 -- bounded above
		b.list.sections = append(b.list.sections, name)
	}
}

// headline reads "! Title: EasyPrivacy" and the like.
func (b *builder) headline(line string) {
	key, value, ok := strings.Cut(strings.TrimLeft(line, "! "), ":")
	value = strings.TrimSpace(value)
	if !ok || strings.Contains(value, "%") {
		return
	}
	switch strings.ToLower(key) {
	case "title":
		b.list.headings.title = value
	case "version":
		b.list.headings.version = value
	case "last modified":
		b.list.headings.modified = value
	}
}

// add stores a rule that stands at text[start:end].
func (b *builder) add(p parsed, start, end int) {
	l, r := b.list, p.rule
	if len(l.text) > 1<<31 {
		return // offsets are 32 bits wide; no list comes near
	}
	r.line, r.lineLen = uint32(start), uint32(end-start) // #nosec G115 -- bounded above
	r.bodyLen = uint32(len(p.bodyText))                  // #nosec G115 -- bounded above
	r.section = b.section
	low := p.bodyText
	if r.flags&(flagMatchCase|flagRegexp) == 0 {
		low = lowerASCII(p.bodyText)
	}
	if low != p.bodyText || p.made {
		r.flags |= flagLowered
		r.body = uint32(b.lowered.Len()) // #nosec G115 -- bounded above
		b.lowered.WriteString(low)
	} else {
		// The body is a part of the line; where it begins follows from what
		// was taken off in front.
		r.body = r.line + uint32(strings.Index(l.text[start:end], p.bodyText)) // #nosec G115 -- bounded above
	}
	if r.flags&(anchorMask|flagRegexp) == 0 && !strings.ContainsAny(low, "*^") {
		r.flags |= flagPlain
	}
	r.extra = -1
	if p.hasExtra {
		r.extra = int32(len(l.extras)) // #nosec G115 -- fewer than bytes of text
		l.extras = append(l.extras, p.extra)
	}
	l.rules = append(l.rules, r)
}

// build finishes the list.
func (b *builder) build() *List {
	l := b.list
	l.lowered = b.lowered.String()
	if len(b.disabled) > 0 {
		for i := range l.rules {
			if r := &l.rules[i]; b.disabled[l.lineOf(r)] {
				r.flags |= flagDead
			}
		}
	}
	l.index()
	return l
}

// lineOf returns a rule as it stands in the list.
func (l *List) lineOf(r *rule) string { return l.text[r.line : r.line+r.lineLen] }

// bodyOf returns the pattern of a rule without anchors, in lower case unless
// the rule minds case.
func (l *List) bodyOf(r *rule) string {
	if r.flags&flagLowered != 0 {
		return l.lowered[r.body : r.body+r.bodyLen]
	}
	return l.text[r.body : r.body+r.bodyLen]
}

// rule returns a rule for callers.
func (l *List) rule(i int32) Rule {
	r := &l.rules[i]
	return Rule{Text: l.lineOf(r), Section: l.sections[r.section], Index: int(i)}
}

// ParsePatterns reads a text that holds one pattern a line and nothing else: no
// options, exceptions, comments or regular expressions, so that no line changes
// its meaning by what it happens to contain. Rule.Index is the number of the
// line, counted from 0; an empty line counts and matches nothing.
func ParsePatterns(text string) *List {
	b := newBuilder(text)
	for start := 0; start < len(text); {
		end := len(text)
		if i := strings.IndexByte(text[start:], '\n'); i >= 0 {
			end = start + i
		}
		p := parsed{}
		p.kinds = kindAll
		if body, anchors := splitAnchors(text[start:end]); body != "" {
			p.bodyText, p.flags = body, uint16(anchors)
		} else {
			p.flags = flagDead
		}
		b.add(p, start, end)
		start = end + 1
	}
	return b.build()
}
