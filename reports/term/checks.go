package term

import (
	"strings"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
)

// stated is the group of checks that hold the site's words against what was seen.
const stated = "G4"

// gradeStyle says how a grade looks.
func gradeStyle(grade string) style {
	switch grade {
	case "A", "B":
		return good
	case "IE":
		return attention
	}
	return problem
}

// grade says the grade and the number of a score, as the first of the counts.
func grade(p *printer, r *reports.Result) []segment {
	if r.Score == nil {
		return nil
	}
	c := r.Score.Compliance
	text := p.t.T("grade.value", "value", c.Value)
	switch {
	case c.Grade == "IE":
		text = p.t.T("grade.insufficient-short")
	case c.AtMost:
		text = p.t.T("grade.at-most", "value", c.High)
	}
	return []segment{{gradeStyle(c.Grade), clean.Short(c.Grade, 4) + "  " + text}}
}

// exposure says how much a visitor is followed in each state of consent.
func exposure(p *printer, r *reports.Result) {
	if r.Score == nil {
		return
	}
	var states []string
	for _, col := range r.Columns() {
		n, ok := r.Score.Exposure[string(col.Scenario)]
		if !ok || !col.Measured {
			continue
		}
		states = append(states, p.t.T("exposure.state", "state", p.t.T(col.Key()), "word", p.t.Word("exposure", r.Score.Bands[string(col.Scenario)]), "n", n))
	}
	if len(states) > 0 {
		p.wrap(0, plain, p.t.T("exposure.sentence", "states", strings.Join(states, ", ")))
	}
}

// aboutCheck says how heavy and how sure the outcome of a check is, in how many
// visits it was seen, who is involved, and what mending it would win.
func aboutCheck(p *printer, c *reports.Check) {
	words := []string{p.t.Word("severity", c.Severity), p.t.T("check." + c.Sure())}
	if seen, of, ok := strings.Cut(c.Visits, " of "); ok && of != "1" {
		words = append(words, p.t.T("check.visits", "seen", seen, "of", of))
	}
	if c.Gain > 0 {
		words = append(words, p.t.N("check.gain-short", c.Gain))
	}
	text := strings.Join(words, ", ")
	if len(c.Named) > 0 {
		names := make([]string, len(c.Named))
		for i, name := range c.Named {
			names[i] = clean.Short(name, 60)
		}
		text += ": " + p.t.Some(names, shownNames)
	}
	p.wrap(idColumn, plain, text)
	// Where the site's own words matter, or nobody is named, the sentence says more.
	if p.all || len(c.Named) == 0 || c.Group == stated {
		p.wrap(idColumn, plain, clean.Short(c.Text.In(p.t.Code()), 600))
	}
}

// accepted writes what was found only after everything was accepted: which, and
// by whom.
func accepted(p *printer, r *reports.Result) {
	list := techniques(r, func(t *reports.Technique) bool { return t.Clump == reports.Accepted })
	if len(list) == 0 {
		return
	}
	p.title(plain, p.t.T("clump.accepted"))
	for _, t := range list {
		p.entry(idColumn, plain, t.ID, clean.Line(t.Title.In(p.t.Code())))
		if p.all {
			details(p, r, t.ID)
		}
	}
}
