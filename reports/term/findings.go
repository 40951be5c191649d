package term

import (
	"strings"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
)

// idColumn is where texts begin beside the ids of techniques, the longest of
// which has 25 characters.
const idColumn = 27

// found writes the checks and techniques that are problems, and those to
// consider.
func found(p *printer, r *reports.Result) {
	for _, section := range []struct {
		clump, outcome, key string
		style               style
	}{
		{reports.Problem, reports.Fail, "clump.problem", problem},
		{reports.Consider, reports.Warn, "clump.consider", attention},
	} {
		list := r.TechniquesOf(section.clump)
		checks := r.ChecksOf(section.outcome)
		if len(list)+len(checks) == 0 {
			continue
		}
		p.title(section.style, p.t.T(section.key))
		for _, c := range checks {
			p.entry(idColumn, section.style, c.ID, clean.Line(c.Title.In(p.t.Code())))
			aboutCheck(p, c)
		}
		for _, t := range list {
			p.entry(idColumn, section.style, t.ID, clean.Line(t.Title.In(p.t.Code())))
			details(p, r, t.ID)
		}
	}
}

// details says what stands behind a technique; with all, each finding on a line of
// its own.
func details(p *printer, r *reports.Result, id string) {
	if !p.all {
		p.wrap(idColumn, plain, r.AboutTechnique(p.t, id))
		return
	}
	for _, f := range r.OfTechnique(id) {
		p.wrap(idColumn, plain, r.AboutFinding(p.t, f))
	}
}

// inventory writes what was noted: how much of it, and not each.
func inventory(p *printer, r *reports.Result) {
	list := r.TechniquesOf(reports.Inventory)
	if len(list) == 0 {
		return
	}
	p.title(plain, p.t.T("clump.inventory"))
	for _, t := range list {
		p.entry(idColumn, plain, t.ID, clean.Line(t.Title.In(p.t.Code()))+": "+p.t.Number(len(r.Distinct(t.ID))))
	}
}

// notMeasured writes what could not be judged and what could not be observed.
// What shares a reason shares a line.
func notMeasured(p *printer, r *reports.Result) {
	unjudged, gaps := r.Unjudged(p.t), r.GapTexts(p.t)
	if len(unjudged)+len(r.Gaps) == 0 {
		return
	}
	p.title(attention, p.t.T("clump.not-measured"))
	if why := everything(p, r); r.Summary.Measured == reports.MeasuredNot && why != "" && !p.all {
		// One thing went wrong, and all else follows from it.
		p.entry(idColumn, attention, p.t.T("term.everything"), why)
		unjudged = nil
	}
	for _, u := range unjudged {
		if len(u.IDs) > 2 {
			p.entry(idColumn, attention, p.t.N("term.things", len(u.IDs)), u.Why)
			p.wrap(idColumn, plain, strings.Join(u.IDs, ", "))
			continue
		}
		for _, id := range u.IDs {
			p.entry(idColumn, attention, id, u.Why)
		}
	}
	for i, text := range gaps {
		if i == shownGaps && !p.all {
			p.item(faint, p.t.N("form.more-gaps", len(gaps)-shownGaps))
			break
		}
		p.item(attention, text)
	}
}

// shownGaps is how many gaps are named unless all are asked for.
const shownGaps = 8

// everything is why the first of the techniques could not be judged.
func everything(p *printer, r *reports.Result) string {
	for _, t := range r.Techniques {
		if t.State != reports.Skipped && len(t.NotMeasured) > 0 {
			return clean.Line(t.NotMeasured[0].Text.In(p.t.Code()))
		}
	}
	return ""
}

// inOrder writes the checks that passed, what was looked for and not found, and
// the checks that do not apply.
func inOrder(p *printer, r *reports.Result) {
	list := r.TechniquesIn(reports.Clean)
	passed := r.ChecksOf(reports.Pass)
	if len(list)+len(passed) > 0 {
		p.title(good, p.t.T(map[bool]string{true: "clump.in-order", false: "clump.clean"}[len(r.Checks) > 0]))
	}
	for _, c := range passed {
		p.entry(idColumn, good, c.ID, clean.Line(c.Title.In(p.t.Code())))
	}
	for _, t := range list {
		text := clean.Line(t.Title.In(p.t.Code()))
		if len(t.Partial) > 0 {
			text += " (" + p.t.T("technique.partly") + ")"
		}
		p.entry(idColumn, good, t.ID, text)
	}
	if none := r.ChecksOf(reports.NA); len(none) > 0 {
		p.title(plain, p.t.T("clump.na"))
		for _, c := range none {
			p.entry(idColumn, plain, c.ID, clean.Line(c.Why.In(p.t.Code())))
		}
	}
}
