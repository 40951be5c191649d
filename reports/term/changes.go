package term

import (
	"cmp"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/compare"
)

// changeColumn is where texts begin beside the kind of a thing that changed.
const changeColumn = 20

// Changes writes what changed between two results.
func Changes(w io.Writer, c *compare.Changes, o Options) error {
	if c == nil {
		return errors.New("term: changes: there are none")
	}
	p := newPrinter(o)
	dates := p.t.T("diff.sides", "old", day(p, c.Old.Started), "new", day(p, c.New.Started))
	if site := p.middle(clean.Line(c.New.Site), p.width); displayWidth(site)+2+displayWidth(dates) <= p.width {
		p.sides(problem, site, dates)
	} else {
		p.line(problem, site)
		p.wrap(0, plain, dates)
	}
	p.numbers(c)
	if len(c.Differs) > 0 {
		var what []string
		for _, code := range c.Differs {
			what = append(what, p.t.Word("diff.tool", code))
		}
		p.wrap(0, attention, p.t.T("diff.differs", "what", p.t.List(what)))
	}
	counts := map[string]int{}
	for _, part := range []struct {
		key   string
		style style
		of    func(compare.Section) []compare.Item
	}{
		{"new", problem, func(s compare.Section) []compare.Item { return s.New }},
		{"gone", good, func(s compare.Section) []compare.Item { return s.Gone }},
		{"changed", attention, func(s compare.Section) []compare.Item { return s.Changed }},
		{"unmeasured", plain, func(s compare.Section) []compare.Item { return s.Unmeasured }},
	} {
		for i, kind := range []string{"company", "cookie", "storage", "finding", "check"} {
			for _, item := range part.of(c.Sections()[i]) {
				if counts[part.key]++; counts[part.key] == 1 {
					p.title(part.style, p.t.T("diff.title."+part.key))
					if part.key == "unmeasured" {
						p.wrap(0, plain, p.t.T("diff.unmeasured-why"))
					}
				}
				p.entry(changeColumn, part.style, p.t.T("diff.kind."+kind), p.change(kind, &item))
			}
		}
	}
	p.blank()
	if !c.Any() {
		p.line(good, p.t.T("diff.nothing"))
		return p.flush(w)
	}
	p.wrap(0, plain, p.t.T("diff.counts", "new", p.t.N("diff.new", counts["new"]), "gone", p.t.N("diff.gone", counts["gone"]),
		"changed", p.t.N("diff.changed", counts["changed"])))
	return p.flush(w)
}

// day writes the day of a visit.
func day(p *printer, started string) string {
	at, err := time.Parse(time.RFC3339, started)
	if err != nil {
		return "?"
	}
	return p.t.Date(at)
}

// numbers writes how the score, the exposure and the count of problems changed.
func (p *printer) numbers(c *compare.Changes) {
	var parts []segment
	add := func(key, was, is string, pairs ...any) {
		if was != is {
			parts = append(parts, segment{plain, p.t.T(key, append(pairs, "old", was, "new", is)...)})
		}
	}
	if c.Old.Grade != "" && c.New.Grade != "" {
		add("diff.grade", score(p, &c.Old), score(p, &c.New))
	}
	for _, s := range evidence.Scenarios {
		was, before := c.Old.Exposure[string(s)]
		is, after := c.New.Exposure[string(s)]
		if before && after {
			state := "state." + string(s)
			if s == evidence.None {
				state = "state." + string(evidence.Before)
			}
			add("diff.exposure", p.t.Number(was), p.t.Number(is), "state", p.t.T(state))
		}
	}
	add("diff.problems", p.t.Number(c.Old.Problems), p.t.Number(c.New.Problems))
	if len(parts) > 0 {
		p.flow(parts)
	}
}

// score writes the grade and the number of one side.
func score(p *printer, s *compare.Side) string {
	if s.Grade == "IE" {
		return s.Grade
	}
	return clean.Short(s.Grade, 4) + " " + p.t.Number(s.Score)
}

// change says what changed of one thing.
func (p *printer) change(kind string, item *compare.Item) string {
	text := clean.Short(item.Name, 120)
	switch kind {
	case "check":
		text = clean.Short(item.ID, 80) + ": " + clean.Short(item.Title.In(p.t.Code()), 200)
	case "finding":
		text = strings.TrimSuffix(clean.Short(item.ID, 80)+": "+text, ": ")
	}
	if item.Company != "" && item.Company != item.Name {
		text += ", " + clean.Short(item.Company, 80)
	}
	if item.State != "" {
		text += ", " + p.t.Word("state", cmp.Or(strings.Replace(clean.Short(item.State, 20), string(evidence.None), string(evidence.Before), 1), "?"))
	}
	for i, f := range item.Fields {
		if i == 0 {
			text += "; "
		} else {
			text += ", "
		}
		text += p.t.T("diff.field", "name", p.t.Word("diff.property", f.Name), "old", p.value(f.Name, f.Old), "new", p.value(f.Name, f.New))
	}
	return text
}

// value writes one value of a property.
func (p *printer) value(name, v string) string {
	switch name {
	case "severity", "certainty":
		v = p.t.Word(name, v)
	case "outcome":
		v = p.t.Word("check.outcome", v)
	case "category":
		v = p.t.Word("cookie-category", v)
	}
	return cmp.Or(clean.Short(v, 80), "-")
}
