package gate

import (
	"fmt"
	"strings"

	"github.com/spoor-audit/spoor/reports/baseline"
	"github.com/spoor-audit/spoor/reports/clean"
)

// text is the outcome for a terminal.
func (v View) text() string {
	t := v.speak()
	var b strings.Builder
	if !v.Quiet {
		v.totals(&b)
	}
	v.section(&b, t.T("gate.against"), v.Against)
	v.section(&b, t.T("gate.unmeasured"), v.Undecided)
	if v.Quiet {
		return b.String()
	}
	v.notes(&b)
	if len(v.Diff.New)+len(v.Diff.Expired) > 0 {
		b.WriteString("\n" + t.T("gate.accept", "file", clean.Line(v.Config)) + "\n")
	}
	return b.String()
}

// ascii replaces what a terminal without Unicode cannot show. Lines stay.
func ascii(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '“' || r == '”':
			return '"'
		case r >= 0x80:
			return '?'
		}
		return r
	}, text)
}

// totals is a line for every target.
func (v View) totals(b *strings.Builder) {
	t := v.speak()
	width := 4
	for _, s := range v.Targets {
		width = max(width, min(len([]rune(s.Name)), 30))
	}
	for i := range v.Targets {
		s := &v.Targets[i]
		fmt.Fprintf(b, "%-*s  %s x %s  %s\n", width, clean.Short(s.Name, 30), t.N("gate.loads", s.Loads), t.N("gate.states", s.States), strings.Join(t.counts(s, false), "  "))
	}
	if !v.Locked {
		b.WriteString(t.T("gate.no-lock") + "\n")
	}
}

// counts says how many facts of a target are new, known and so on; all of them, or
// those of which there are any.
func (t speaker) counts(s *Summary, all bool) []string {
	parts := []string{t.T("gate.count.new", "n", s.New)}
	for _, x := range []struct {
		n    int
		text string
	}{
		{s.Rare, t.T("gate.count.rare", "n", s.Rare)}, {s.Expired, t.T("gate.count.expired", "n", s.Expired)},
		{s.Allowed, t.T("gate.count.allowed", "n", s.Allowed)}, {s.Known, t.T("gate.count.known", "n", s.Known)},
		{s.Gone, t.T("gate.count.gone", "n", s.Gone)},
	} {
		if x.n > 0 || all {
			parts = append(parts, x.text)
		}
	}
	return parts
}

// section lists items, a line or two each.
func (v View) section(b *strings.Builder, title string, items []Item) {
	if len(items) == 0 {
		return
	}
	t := v.speak()
	b.WriteString("\n" + title + "\n")
	for i := range items {
		item := &items[i]
		kind, about := t.what(item.Kind, t.subject(item))
		fields := []string{item.Gate, clean.Line(item.Target), strings.TrimSpace(t.when(item.Scenario) + " " + kind), about, clean.Short(t.who(item), 60)}
		if kind == "" {
			fields[0] = "" // No word of the policy names a target or state.
		}
		b.WriteString(columns(fields))
		if more := t.more(item); len(more) > 0 {
			wrap(b, strings.Join(more, "; "), v.Width)
		}
	}
}

// columns joins the fields of a line that hold something.
func columns(fields []string) string {
	var list []string
	for _, f := range fields {
		if f != "" {
			list = append(list, f)
		}
	}
	return strings.Join(list, "  ") + "\n"
}

// wrap writes a text in lines of a width, set in by eight.
func wrap(b *strings.Builder, text string, width int) {
	const indent = 8
	room := max(width-indent, 30)
	line := 0
	for word := range strings.FieldsSeq(text) {
		n := len([]rune(word))
		switch {
		case line == 0:
			b.WriteString(strings.Repeat(" ", indent))
		case line+1+n > room:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			line = 0
		default:
			b.WriteString(" ")
			line++
		}
		b.WriteString(word)
		line += n
	}
	b.WriteString("\n")
}

// notes tells what is against nothing and yet good to know.
func (v View) notes(b *strings.Builder) {
	t := v.speak()
	var inner strings.Builder
	line := func(word string, f baseline.Fact, more string) {
		kind, about := t.what(f.Kind, f.Subject)
		inner.WriteString(columns([]string{word, clean.Line(f.Target), t.when(f.Scenario) + " " + kind, about, more}))
	}
	for _, e := range v.Diff.Rare {
		line(t.T("gate.note.rare"), e.Fact, t.T("gate.seen", "seen", e.Loads, "of", e.Of)+"; "+t.T("gate.confirm", "confirm", v.Confirm))
	}
	for i := range v.Diff.Gone {
		line(t.T("gate.note.gone"), v.Diff.Gone[i].Fact, t.absence(&v.Diff.Gone[i]))
	}
	for _, f := range v.Diff.Undecided {
		line(t.T("gate.note.unseen"), f, t.T("gate.undecided"))
	}
	for _, a := range t.unused(v.Outcome) {
		inner.WriteString(columns([]string{
			t.T("gate.note.unused"), fmt.Sprintf("%s:%d", clean.Line(v.Config), a.Line), t.T("gate.unused", "what", clean.Short(a.What, 120), "day", a.Until),
		}))
	}
	if inner.Len() > 0 {
		b.WriteString("\n" + t.T("gate.to-know") + "\n" + inner.String())
	}
}
