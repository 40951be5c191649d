package detectors

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// Options choose what is judged. IDs that name no technique are ignored: the
// same flags choose checks too.
type Options struct {
	Only []string // IDs to judge; empty means all
	Skip []string // IDs to leave out
}

// wants reports whether a technique is chosen.
func (o Options) wants(id string) bool {
	return (len(o.Only) == 0 || slices.Contains(o.Only, id)) && !slices.Contains(o.Skip, id)
}

// Run judges a visit by those of some techniques that are chosen. It never fails: a technique that
// cannot look, or that breaks, is not measured, and the others go on. db may be
// nil; then nobody is known and nothing is on a list.
//
// A run that a bot wall blocked shows the wall and not the site: nothing is
// found in it. A run that failed halfway may hold findings, which are facts;
// what it does not show is not measured.
func Run(techniques []*Technique, v *evidence.Visit, db *signatures.DB, opts Options) Judgement {
	var j Judgement
	k := newKnowledge(v, db)
	visited := scenarios(v)
	for _, s := range visited {
		p := prepare(v, s, k)
		for _, t := range techniques {
			switch {
			case !opts.wants(t.ID) || !t.Applies(&v.Subject):
			case t.Judges(s):
				p.judge(t, &j)
			case !slices.ContainsFunc(visited, t.Judges):
				j.NotMeasured = append(j.NotMeasured, NotMeasured{ID: t.ID, Scenario: s, Why: otherScenario})
			}
		}
	}
	j.sort()
	return j
}

// otherScenario is why a technique cannot be seen in a visit that lacks the
// scenarios it needs.
const otherScenario = "other-scenario"

// scenarios lists the scenarios of a visit in reporting order; those unknown to
// this version come last, in the order of their runs.
func scenarios(v *evidence.Visit) []evidence.Scenario {
	var list []evidence.Scenario
	for _, s := range evidence.Scenarios {
		if v.Run(s) != nil {
			list = append(list, s)
		}
	}
	for i := range v.Runs {
		if s := v.Runs[i].Scenario; !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// A prospect is one scenario made ready for judging.
type prospect struct {
	visit    *evidence.Visit
	scenario evidence.Scenario
	views    []*View // of the runs that can be judged
	failed   string  // why runs are missing from views or broke off; "" if none
}

func prepare(v *evidence.Visit, s evidence.Scenario, k *Knowledge) *prospect {
	p := &prospect{visit: v, scenario: s}
	for i := range v.Runs {
		r := &v.Runs[i]
		switch {
		case r.Scenario != s:
			continue
		case r.Outcome == evidence.Blocked:
			p.failed = because("the site showed a bot wall instead of the page", r.Reason)
			continue
		case r.Outcome == evidence.Failed:
			p.failed = because("the visit failed", r.Reason)
		}
		p.views = append(p.views, newView(v, r, k))
	}
	return p
}

// judge runs one technique on all runs of the scenario and adds up what it
// says.
func (p *prospect) judge(t *Technique, j *Judgement) {
	unmeasured := func(why string) {
		j.NotMeasured = append(j.NotMeasured, NotMeasured{ID: t.ID, Scenario: p.scenario, Why: why})
	}
	if why := p.missing(t); why != "" {
		unmeasured(why)
		return
	}
	var found []Finding
	index := map[[2]string]int{}
	seen := map[[2]string]int{}
	for _, v := range p.views {
		list, err := try(t, v)
		if err != "" {
			unmeasured(err)
			return
		}
		inRun := map[[2]string]bool{}
		for _, f := range list {
			id := [2]string{f.Key, string(f.Phase)}
			if inRun[id] {
				continue
			}
			inRun[id] = true
			seen[id]++
			if _, ok := index[id]; !ok {
				index[id] = len(found)
				f.ID, f.Scenario = t.ID, p.scenario
				found = append(found, f)
			}
		}
	}
	for i := range found {
		f := &found[i]
		f.Times = fmt.Sprintf("%d of %d", seen[[2]string{f.Key, string(f.Phase)}], len(p.views))
	}
	j.Findings = append(j.Findings, found...)
	switch {
	case p.failed != "" && len(found) == 0:
		unmeasured(p.failed)
	default:
		if why := p.partial(t); why != "" {
			j.Partial = append(j.Partial, NotMeasured{ID: t.ID, Scenario: p.scenario, Why: why})
		}
	}
}

// missing says why a technique cannot look at all, or "".
func (p *prospect) missing(t *Technique) string {
	if len(p.views) == 0 {
		return p.failed
	}
	for _, k := range t.Needs {
		if p.visit.Has(k, p.scenario) {
			continue
		}
		for _, g := range p.visit.Gaps {
			if g.Kind == k && g.Scenario == p.scenario && g.Whole {
				return because("no "+string(k)+" were recorded", g.Why)
			}
		}
		return "no " + string(k) + " were recorded"
	}
	// What only typing shows was not looked for on pages without fields.
	if len(t.Scenarios) > 0 && slices.Contains(t.Needs, evidence.KindTyped) && !slices.ContainsFunc(p.views, func(v *View) bool { return len(v.Run.Typed) > 0 }) {
		return nothingTyped
	}
	return ""
}

// nothingTyped is why nothing can leave while a visitor types: there was no field.
const nothingTyped = "nothing-typed"

// partial says what part of the evidence a technique had to do without, or "".
func (p *prospect) partial(t *Technique) string {
	var why []string
	if p.failed != "" {
		why = append(why, p.failed)
	}
	for _, g := range p.visit.Gaps {
		if g.Scenario == p.scenario && (!g.Whole && slices.Contains(t.Needs, g.Kind) || slices.Contains(t.Uses, g.Kind)) {
			why = append(why, because(string(g.Kind)+" at "+g.Where, g.Why))
		}
	}
	for _, v := range p.views {
		why = append(why, losses(v.Run, t)...)
	}
	slices.Sort(why)
	return strings.Join(slices.Compact(why), "; ")
}

// losses says what a run lost of the evidence that a technique needs.
func losses(r *evidence.Run, t *Technique) []string {
	var why []string
	if slices.Contains(t.Needs, evidence.KindCalls) {
		late := 0
		for i := range r.Targets {
			if !r.Targets[i].BeforeFirstScript {
				late++
			}
		}
		if late > 0 {
			why = append(why, fmt.Sprintf("%d of %d documents and workers were not watched from their first script on", late, len(r.Targets)))
		}
		if n := r.Losses.CallsDropped; n > 0 {
			why = append(why, fmt.Sprintf("%d calls were counted but not kept", n))
		}
		if n := r.Losses.CallsAtLeast; n > 0 {
			why = append(why, fmt.Sprintf("%d calls were counted up to a limit only", n))
		}
	}
	if n := r.Losses.SentSkipped; n > 0 && slices.Contains(t.Needs, evidence.KindBodies) {
		why = append(why, fmt.Sprintf("the bodies of %d requests were not told", n))
	}
	if n := r.Losses.EventsDropped; n > 0 && slices.Contains(t.Needs, evidence.KindRequests) {
		why = append(why, fmt.Sprintf("%d messages of the browser were dropped", n))
	}
	return why
}

// try runs a technique and turns a panic into a reason: one bad technique must
// not lose the others.
func try(t *Technique, v *View) (found []Finding, err string) {
	defer func() {
		if r := recover(); r != nil {
			found, err = nil, fmt.Sprintf("the technique broke: %v", r)
		}
	}()
	return t.Run(v), ""
}

// because joins a statement and its reason.
func because(what, why string) string {
	if why == "" {
		return what
	}
	return what + ": " + why
}

func (j *Judgement) sort() {
	slices.SortStableFunc(j.Findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.ID, b.ID),
			cmp.Compare(rank(a.Scenario), rank(b.Scenario)),
			cmp.Compare(a.Scenario, b.Scenario),
			cmp.Compare(b.Phase, a.Phase), // "before" comes before "after"
			cmp.Compare(a.Key, b.Key),
		)
	})
	byID := func(a, b NotMeasured) int {
		return cmp.Or(
			cmp.Compare(a.ID, b.ID),
			cmp.Compare(rank(a.Scenario), rank(b.Scenario)),
			cmp.Compare(a.Scenario, b.Scenario),
		)
	}
	slices.SortStableFunc(j.NotMeasured, byID)
	slices.SortStableFunc(j.Partial, byID)
}

// rank gives a scenario its place in reporting order; unknown ones come last.
func rank(s evidence.Scenario) int {
	if i := slices.Index(evidence.Scenarios, s); i >= 0 {
		return i
	}
	return len(evidence.Scenarios)
}
