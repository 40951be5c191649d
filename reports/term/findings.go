package term

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
)

// idColumn is where texts begin beside the ids of techniques, the longest of
// which has 25 characters.
const idColumn = 27

// shownNames is how many names stand behind one technique.
const shownNames = 4

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
		list := techniques(r, func(t *reports.Technique) bool { return t.Clump == section.clump })
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

// techniques lists some of the techniques, heaviest first, then by ID.
func techniques(r *reports.Result, want func(*reports.Technique) bool) []reports.Technique {
	var list []reports.Technique
	for i := range r.Techniques {
		if want(&r.Techniques[i]) {
			list = append(list, r.Techniques[i])
		}
	}
	slices.SortStableFunc(list, func(a, b reports.Technique) int {
		return cmp.Compare(reports.Weight(a.Severity), reports.Weight(b.Severity))
	})
	return list
}

// details says of a technique how heavy and how sure its findings are, when the
// first was seen, and who is behind them, heaviest first; with all, each finding
// on a line of its own.
func details(p *printer, r *reports.Result, id string) {
	list := r.Distinct(id)
	if only := slices.DeleteFunc(slices.Clone(list), func(f *reports.Finding) bool { return reports.Consented(f.Scenario, f.Phase) }); len(only) > 0 {
		list = only // What was done with consent does not make it a problem.
	}
	slices.SortStableFunc(list, func(a, b *reports.Finding) int {
		return cmp.Or(cmp.Compare(reports.Weight(a.Severity), reports.Weight(b.Severity)), cmp.Compare(a.FirstMS, b.FirstMS))
	})
	if p.all {
		for _, f := range list {
			p.wrap(idColumn, plain, weight(p, f, f.FirstMS, []string{reports.StateKey(f.Scenario, f.Phase)})+": "+who(r, f))
		}
		return
	}
	first := list[0].FirstMS
	var names []string
	for _, f := range list {
		// What weighs less stands in the full report; naming it here would make
		// a session cookie look like a problem.
		if reports.Clump(f.Severity) != reports.Clump(list[0].Severity) {
			break
		}
		first = min(first, f.FirstMS)
		if name := who(r, f); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	p.wrap(idColumn, plain, weight(p, list[0], first, r.FindingStates(id))+": "+p.t.Some(names, shownNames))
}

// weight says how heavy and how sure a finding is, and when it was seen: in which
// states of consent if the result speaks of several, else how soon.
func weight(p *printer, f *reports.Finding, first int64, states []string) string {
	words := []string{p.t.Word("severity", f.Severity), p.t.Word("certainty", f.Certainty)}
	switch {
	case p.several:
		named := make([]string, len(states))
		for i, key := range states {
			named[i] = p.t.T(key)
		}
		words = append(words, strings.Join(named, "/"))
	case first > 0:
		words = append(words, p.t.T("term.after", "time", p.t.Seconds(first)))
	}
	return strings.Join(words, ", ")
}

// who names what a finding is about: a cookie and its company, or the company,
// or the host where no company is known.
func who(r *reports.Result, f *reports.Finding) string {
	name := cmp.Or(r.PartyName(f.Party), f.Host, f.Script)
	if f.Cookie != "" {
		name = f.Cookie + " (" + name + ")"
	}
	return clean.Short(name, 100)
}

// inventory writes what was noted: how much of it, and not each.
func inventory(p *printer, r *reports.Result) {
	list := techniques(r, func(t *reports.Technique) bool { return t.Clump == reports.Inventory })
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
	var reasons []string
	byReason := map[string][]string{}
	add := func(id, why string) {
		if byReason[why] == nil {
			reasons = append(reasons, why)
		}
		// A technique is judged in every run, and may have the same reason in each.
		if !slices.Contains(byReason[why], id) {
			byReason[why] = append(byReason[why], id)
		}
	}
	for _, c := range r.ChecksOf(reports.Unknown) {
		add(c.ID, clean.Line(c.Why.In(p.t.Code())))
	}
	everything := ""
	for _, t := range r.Techniques {
		if t.State == reports.Skipped {
			continue
		}
		for _, u := range t.NotMeasured {
			why := clean.Line(u.Text.In(p.t.Code()))
			everything = cmp.Or(everything, why)
			add(t.ID, why)
		}
	}
	if len(reasons) == 0 && len(r.Gaps) == 0 {
		return
	}
	p.title(attention, p.t.T("clump.not-measured"))
	if r.Summary.Measured == reports.MeasuredNot && everything != "" && !p.all {
		// One thing went wrong, and all else follows from it.
		p.entry(idColumn, attention, p.t.T("term.everything"), everything)
		reasons = nil
	}
	for _, why := range reasons {
		if ids := byReason[why]; len(ids) > 2 {
			p.entry(idColumn, attention, p.t.N("term.things", len(ids)), why)
			p.wrap(idColumn, plain, strings.Join(ids, ", "))
		} else {
			for _, id := range ids {
				p.entry(idColumn, attention, id, why)
			}
		}
	}
	gaps(p, r)
}

// shownGaps is how many gaps are named unless all are asked for.
const shownGaps = 8

// gaps writes what could not be observed. Gaps that read the same are one line.
func gaps(p *printer, r *reports.Result) {
	shown := 0
	seen := map[string]bool{}
	for _, g := range r.Gaps {
		key := clean.Line(g.Text.In(p.t.Code()))
		// After a visit that failed, everything is missing for the same reason.
		if seen[key] || g.Whole && r.Summary.Measured == reports.MeasuredNot {
			continue
		}
		seen[key] = true
		if shown++; shown <= shownGaps || p.all {
			p.item(attention, key)
		}
	}
	if shown > shownGaps && !p.all {
		p.item(faint, p.t.N("form.more-gaps", shown-shownGaps))
	}
}

// inOrder writes the checks that passed, what was looked for and not found, and
// the checks that do not apply.
func inOrder(p *printer, r *reports.Result) {
	list := techniques(r, func(t *reports.Technique) bool { return t.State == reports.Clean })
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
