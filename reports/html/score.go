package html

import (
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
)

// groups lists the groups of checks in the order of reports.
var groups = []string{"G1", "G2", "G3", "G4", "G5", "G6"}

type score struct {
	Grade, Class, Word, Value string
	Exposure                  []exposure
	Notes                     []string
	Lost                      []lostRow
	Gains                     []gain
	Rules                     string
	Limits                    []string
}

type exposure struct {
	State, Word, Number, Counts string
	N                           int
}

type lostRow struct{ Group, Points string }

type gain struct{ ID, Title, Points string }

// score fills the grade and how it came about.
func (m *maker) score() {
	if m.r.Score == nil {
		return
	}
	s, t := m.r.Score, m.t
	c := s.Compliance
	out := &score{
		Grade: clean.Short(c.Grade, 4), Class: gradeClass(c.Grade), Word: t.Word("grade.word", c.Grade),
		Value: t.T("grade.value", "value", c.Value),
		Rules: t.T("score.rules", "rules", clean.Short(s.Rules, 20), "profile", clean.Short(s.Profile, 40)),
	}
	switch {
	case c.Grade == "IE":
		out.Value = t.T("grade.insufficient", "low", c.Low, "high", c.High)
	case c.AtMost:
		out.Value = t.T("grade.at-most-grade", "value", c.High, "grade", out.Grade)
	}
	for _, col := range m.r.Columns() {
		if n, ok := s.Exposure[string(col.Scenario)]; ok && col.Measured {
			e := exposure{State: t.T(col.Key()), Word: t.Word("exposure", s.Bands[string(col.Scenario)]), Number: t.Number(n), N: n}
			if all, known := s.Organisations[string(col.Scenario)]; known {
				e.Counts = t.T("score.identified", "organisations", t.N("score.organisations", all), "n", s.Identified[string(col.Scenario)])
			}
			out.Exposure = append(out.Exposure, e)
		}
	}
	out.Notes = m.scoreNotes(&c)
	for _, g := range groups {
		if lost, ok := c.Lost[g]; ok {
			out.Lost = append(out.Lost, lostRow{t.T("group." + g), t.Decimal(lost, 1)})
		}
	}
	for _, g := range c.Gains {
		i := slices.IndexFunc(m.r.Checks, func(k reports.Check) bool { return k.ID == g.Check })
		if i < 0 {
			continue
		}
		row := gain{ID: g.Check, Title: clean.Line(m.r.Checks[i].Title.In(t.Code())), Points: t.T("score.no-gain")}
		if g.Points > 0 {
			row.Points = t.N("score.gain", g.Points)
		}
		out.Gains = append(out.Gains, row)
	}
	for _, code := range s.Limits {
		out.Limits = append(out.Limits, t.Word("score.limit", clean.Short(code, shortText)))
	}
	m.p.Score = out
}

// scoreNotes says what held a score down, and how sure it is.
func (m *maker) scoreNotes(c *reports.Compliance) []string {
	t := m.t
	var notes []string
	if c.Reason != "" {
		notes = append(notes, t.Word("score.reason", clean.Short(c.Reason, shortText)))
	}
	for _, code := range c.Applied {
		notes = append(notes, t.Word("score.applied", clean.Short(code, shortText)))
	}
	if c.Ceiling > 0 && c.Ceiling < 100 {
		notes = append(notes, t.T("score.ceiling", "n", c.Ceiling))
	}
	if len(c.Unknown) > 0 {
		names := make([]string, len(c.Unknown))
		for i, g := range c.Unknown {
			names[i] = t.Word("group", clean.Short(g, 10))
		}
		notes = append(notes, t.T("score.unknown", "groups", strings.Join(names, "; ")))
	}
	if c.Low != c.High {
		notes = append(notes, t.T("score.interval", "low", c.Low, "high", c.High))
	}
	return notes
}

// gradeClass says how a grade looks; the letter carries it, colour repeats it.
func gradeClass(grade string) string {
	switch grade {
	case "A", "B":
		return "good"
	case "C":
		return "fair"
	case "D", "F":
		return "poor"
	}
	return "open"
}
