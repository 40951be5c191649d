package checks

import (
	"cmp"
	"slices"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/statements"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// partial is the scenario in which one purpose is accepted and another refused.
// Records of this version may lack it; its check is unknown then.
const partial evidence.Scenario = "partial"

func newCase(v *evidence.Visit, j detectors.Judgement, st []statements.Statement, db *signatures.DB, p Profile) *Case {
	c := &Case{
		Visit: v, Findings: j.Findings, Judgement: j, Statements: st, DB: db, Profile: p,
		results: map[string]Verdict{},
	}
	c.facts = newFacts(c)
	return c
}

// A sample is a part of a run: the state of the site before any choice, or after
// one.
type sample struct {
	run      *evidence.Run
	phase    evidence.Phase
	from, to evidence.Millis // [from, to)
	broken   bool            // the run failed: what it shows is a fact, what it lacks is not
	items    []item
	contacts []contact
	gathered bool
}

const endOfTime = evidence.Millis(1) << 60

func (s *sample) holds(at evidence.Millis) bool { return at >= s.from && at < s.to }

// has reports whether a finding is one of the sample.
func (s *sample) has(f *detectors.Finding) bool {
	return f.Scenario == s.run.Scenario && f.Phase == s.phase && s.holds(f.First)
}

// before returns the samples of the state before any choice that have evidence
// of all kinds, or why there is none. The before phases of the runs that refuse
// and accept repeat the run that touches nothing.
func (c *Case) before(kinds ...evidence.Kind) ([]*sample, string) {
	return c.unchosen([]evidence.Scenario{evidence.None, evidence.Reject, evidence.Accept}, kinds...)
}

// unchosen returns the samples of scenarios up to their choice, if they make one,
// or why there is none.
func (c *Case) unchosen(scenarios []evidence.Scenario, kinds ...evidence.Kind) ([]*sample, string) {
	var out []*sample
	why := "no-run"
	for _, s := range scenarios {
		runs, reason := c.usable(s, kinds)
		why = cmp.Or(reason, why)
		for _, r := range runs {
			out = append(out, c.facts.sample(c, r, evidence.Before, 0, end(r)))
		}
	}
	if len(out) == 0 {
		return nil, why
	}
	return out, ""
}

// usable lists the runs of a scenario that can be judged on some kinds of
// evidence, and says why the last one that cannot is not among them.
func (c *Case) usable(s evidence.Scenario, kinds []evidence.Kind) (runs []*evidence.Run, why string) {
	for i := range c.Visit.Runs {
		r := &c.Visit.Runs[i]
		if r.Scenario != s {
			continue
		}
		if reason := c.unusable(r, kinds); reason != "" {
			why = reason
			continue
		}
		runs = append(runs, r)
	}
	return runs, why
}

// end is when the phase before the choice ends: at the choice, or earlier at the
// first press that the site can take for one. A choice that took a second try, or
// that was not carried through, may have had its effect before.
func end(r *evidence.Run) evidence.Millis {
	out := endOfTime
	if r.Chosen != nil {
		out = *r.Chosen
	}
	if r.Choice == nil {
		return out
	}
	for _, p := range r.Choice.Presses {
		switch p.Role {
		case evidence.RoleAccept, evidence.RoleReject, evidence.RoleSave, evidence.RoleClose:
			if p.At > 0 {
				return min(out, p.At)
			}
		}
	}
	return out
}

// unusable says why a run cannot be judged on some kinds of evidence, or "".
func (c *Case) unusable(r *evidence.Run, kinds []evidence.Kind) string {
	if r.Outcome == evidence.Blocked {
		return "blocked"
	}
	for _, k := range kinds {
		for _, g := range c.Visit.Gaps {
			if g.Kind == k && g.Scenario == r.Scenario && g.Whole {
				return "gap-" + string(k)
			}
		}
	}
	if r.Outcome == evidence.Failed && len(r.Requests) == 0 && len(r.Cookies) == 0 {
		return "failed"
	}
	return ""
}

// after returns the samples of the state after the choice of a scenario,
// whether or not the choice was verified, or why there is none.
func (c *Case) after(s evidence.Scenario, kinds ...evidence.Kind) ([]*sample, string) {
	var out []*sample
	runs, reason := c.usable(s, kinds)
	why := cmp.Or(reason, "no-run")
	for _, r := range runs {
		if r.Chosen == nil {
			why = notChosen(r)
			continue
		}
		from := *r.Chosen
		if s == evidence.Withdraw && r.Choice != nil {
			from = max(from, reloaded(r, r.Choice.At))
		}
		out = append(out, c.facts.sample(c, r, evidence.After, from, endOfTime))
	}
	if len(out) == 0 {
		return nil, why
	}
	return out, ""
}

// notChosen says why a run has no choice.
func notChosen(r *evidence.Run) string {
	switch r.Outcome {
	case evidence.NoDialog, evidence.NotOffered, evidence.PayOrAccept, evidence.Failed, evidence.Unverified:
		return string(r.Outcome)
	case evidence.Done, evidence.Blocked:
	}
	return "no-choice"
}

// reloaded returns when the page was opened again after a moment, or the moment.
func reloaded(r *evidence.Run, at evidence.Millis) evidence.Millis {
	best := endOfTime
	for i := range r.Pages {
		if p := r.Pages[i].At; p > at && p < best {
			best = p
		}
	}
	for i := range r.Requests {
		if q := &r.Requests[i]; q.Kind == "document" && !q.Frame && q.At > at && q.At < best {
			best = q.At
		}
	}
	if best == endOfTime {
		return at
	}
	return best
}

// obedience says how far a run's choice can be relied on: 2 verified, 1 the
// dialog is gone after a sure click, 0 not at all.
func (c *Case) obedience(r *evidence.Run) int {
	ch := r.Choice
	switch {
	case ch == nil:
		return 0
	case ch.Verified && !ch.Contrary:
		return 2
	case ch.Gone && c.pressCertainty(r) >= certain:
		return 1
	}
	return 0
}

// pressCertainty says how sure it is that the last press of a run was of the
// kind that the choice wanted: the certainty of the button, as found.
func (c *Case) pressCertainty(r *evidence.Run) float64 {
	if r.Choice == nil || len(r.Choice.Presses) == 0 || r.Dialog == nil {
		return 0
	}
	last := r.Choice.Presses[len(r.Choice.Presses)-1]
	best := 0.0
	for _, b := range r.Dialog.Buttons {
		if b.Role == last.Role && b.Label == last.Label {
			best = max(best, b.Certainty)
		}
	}
	return min(best, r.Dialog.Certainty)
}

// refused returns the samples after a refusal that can be relied on, and 2 or 1
// as obedience does; or the verdict that there is none.
func (c *Case) refused(kinds ...evidence.Kind) ([]*sample, int, Verdict) {
	return c.obeyed(evidence.Reject, kinds...)
}

func (c *Case) obeyed(s evidence.Scenario, kinds ...evidence.Kind) ([]*sample, int, Verdict) {
	samples, why := c.after(s, kinds...)
	if why != "" {
		return nil, 0, c.withoutChoice(why)
	}
	best := 0
	for _, x := range samples {
		best = max(best, c.obedience(x.run))
	}
	if best == 0 {
		return nil, 0, unknown("unverified")
	}
	samples = slices.DeleteFunc(slices.Clone(samples), func(x *sample) bool { return c.obedience(x.run) < best })
	return samples, best, Verdict{}
}

// withoutChoice turns the reason why a run has no choice into a verdict: what is
// known not to exist makes a check n/a, what was not seen makes it unknown.
func (c *Case) withoutChoice(why string) Verdict {
	switch why {
	case string(evidence.NotOffered), string(evidence.PayOrAccept):
		return na(why)
	case string(evidence.NoDialog):
		if d := c.facts.dialog; d.looked && !d.found && d.absent >= certain {
			return na(why)
		}
		return unknown("dialog-unsure")
	}
	return unknown(why)
}

// dialogFacts says what is known of the site's question.
type dialogFacts struct {
	looked bool
	found  bool
	absent float64 // certainty that there is none
	best   *evidence.Dialog
	run    *evidence.Run // of best
}

// newDialogFacts picks the fullest record of the dialog of all runs.
func newDialogFacts(v *evidence.Visit) dialogFacts {
	var f dialogFacts
	for _, s := range []evidence.Scenario{evidence.None, evidence.Reject, evidence.Accept, evidence.Close, evidence.Withdraw} {
		for i := range v.Runs {
			r := &v.Runs[i]
			d := r.Dialog
			if r.Scenario != s || d == nil || r.Outcome == evidence.Blocked {
				continue
			}
			f.looked = true
			if !d.Found {
				f.absent = max(f.absent, d.Certainty)
				continue
			}
			if !f.found || fuller(d, f.best) {
				f.found, f.best, f.run = true, d, r
			}
		}
	}
	return f
}

func fuller(a, b *evidence.Dialog) bool {
	return cmp.Or(cmp.Compare(len(a.Layers), len(b.Layers)), cmp.Compare(len(a.Buttons)+len(a.Toggles), len(b.Buttons)+len(b.Toggles))) > 0
}

// dialog returns the dialog, or the verdict that a check of it comes to without
// one.
func (c *Case) dialog() (*evidence.Dialog, Verdict) {
	f := c.facts.dialog
	switch {
	case f.found:
		return f.best, Verdict{}
	case !f.looked:
		if _, why := c.before(); why != "" {
			return nil, unknown(why)
		}
		return nil, unknown("dialog-not-looked-for")
	case f.absent >= certain:
		return nil, na("no-dialog")
	}
	return nil, unknown("dialog-unsure")
}

// site is the registrable domain of the subject.
func (c *Case) site() string { return c.siteOf(evidence.Host(c.Visit.Home())) }

// siteOf returns the registrable domain of a host, or the host.
func (c *Case) siteOf(host string) string { return cmp.Or(signatures.Site(host), host) }
