package html

import (
	"github.com/spoor-audit/spoor/reports/clean"
)

// maxDifferences is how many differences are shown; the JSON holds all.
const maxDifferences = 100

// comparison shows what differs between visits in an app and an ordinary browser.
type comparison struct {
	Title, Intro string
	Agents       []fact
	Rows         []difference
	None, More   string
	Sizes        []difference
}

type difference struct{ What, InApp, Ordinary string }

// compared fills what differs from an ordinary browser.
func (m *maker) compared() {
	c := m.r.Compared
	if c == nil {
		return
	}
	out := &comparison{
		Title: m.t.T("section.compared", "app", m.t.Word("app", c.App)), Intro: clean.Line(c.Intro(m.t)),
		Agents: []fact{
			{m.t.T("compared.in-app"), clean.Short(c.UserAgent, longText)},
			{m.t.T("compared.ordinary"), clean.Short(c.OrdinaryUserAgent, longText)},
		},
	}
	for i := range c.Facts {
		if i == maxDifferences {
			out.More = m.more("more.rows", len(c.Facts)-i)
			break
		}
		d := &c.Facts[i]
		here, there := d.Values(m.t)
		out.Rows = append(out.Rows, difference{
			clean.Short(d.Text.In(m.t.Code()), longText), clean.Short(here, longText), clean.Short(there, longText),
		})
	}
	if len(c.Facts) == 0 {
		out.None = m.t.T("compared.none")
	}
	for i := range c.Sizes {
		s := &c.Sizes[i]
		here, there := s.Ranges(m.t)
		out.Sizes = append(out.Sizes, difference{m.t.Word("compared-size", s.What), here, there})
	}
	m.p.Compared = out
}
