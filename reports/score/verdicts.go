package score

import (
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors/checks"
	"github.com/spoor-audit/spoor/evidence"
)

// FromVerdicts puts the verdicts of checks in the words of scoring. Each
// organisation counts once, however many cookies it has.
//
// A failure that only repeats another one is left out: [Compliance] adds it
// again, and takes it back when the other one is put right. So a refusal that
// was carried out and not obeyed is not also counted as no refusal at all.
func FromVerdicts(list []checks.Verdict) []Finding {
	out := make([]Finding, 0, len(list))
	for i := range list {
		v := &list[i]
		f := Finding{
			Check: v.ID, Group: v.Group, Severity: v.Severity, Outcome: Outcome(v.Outcome),
			Certainty: v.Certainty, Organisations: Uncounted,
		}
		if v.Organisations != nil {
			f.Organisations = len(sortedSet(slices.Clone(v.Organisations)))
		}
		out = append(out, f)
	}
	return theRules().withoutRepeats(out)
}

// withoutRepeats leaves out failures of checks that a rule of dominance adds
// because of another failure in the list.
func (r *rules) withoutRepeats(list []Finding) []Finding {
	var others []string
	for _, rule := range r.Dominance {
		if len(rule.Adds) == 0 {
			continue
		}
		for _, f := range list {
			if f.Outcome == Fail && r.costs(f) && rule.speaksOf(f) {
				for _, a := range rule.Adds {
					others = append(others, a.Check)
				}
			}
		}
	}
	return slices.DeleteFunc(list, func(f Finding) bool { return f.Outcome == Fail && slices.Contains(others, f.Check) })
}

// FromVisit is what [Compliance] needs of one visit: [ConditionsOf], and
// [FromVerdicts] without doubts that the site has no say in: about scenarios
// beyond the ordinary ones and pages that nobody asked for, and what this version
// of spoor cannot see. [Limits] names them.
func FromVisit(v *evidence.Visit, list []checks.Verdict, stated bool) ([]Finding, Conditions) {
	findings := FromVerdicts(list)
	for i := range list {
		if _, out := theRules().leftOut(v, &list[i]); !out {
			continue
		}
		for j := range findings {
			if findings[j].Check == list[i].ID {
				findings[j].Outcome = NA
			}
		}
	}
	return findings, ConditionsOf(v, list, stated)
}

// leftOut reports whether a verdict is a doubt that the site has no say in, and
// the code of the limit that it is.
func (r *rules) leftOut(v *evidence.Visit, x *checks.Verdict) (limit string, out bool) {
	if x.Outcome != checks.Unknown {
		return "", false
	}
	if slices.Contains(r.LeftOut.Reasons, x.Reason) {
		return x.Reason, true
	}
	scenario, ok := r.LeftOut.Scenarios[x.ID]
	return "scenarios-not-run", ok && v.Run(evidence.Scenario(scenario)) == nil
}

// ConditionsOf reads the conditions of scoring off a visit. stated says that a
// statement of the site could be read: one of package statements without an
// error. Suspected cloaking is for the caller to add, as Conditions.Blocked.
func ConditionsOf(v *evidence.Visit, list []checks.Verdict, stated bool) Conditions {
	c := Conditions{NotVisited: true}
	absent := false // it is certain that the site asks nothing
	for i := range v.Runs {
		r := &v.Runs[i]
		for j := range r.Papers {
			if p := &r.Papers[j]; readable(p) {
				c.PolicySeen = c.PolicySeen || isPolicy(p)
				stated = stated || p.Kind != "ads-txt" && p.Kind != "trust-txt"
			}
		}
		stated = stated || len(r.Signals) > 0 || r.Dialog != nil && r.Dialog.Found
		if r.Scenario != evidence.None && r.Scenario != evidence.Reject && r.Scenario != evidence.Accept {
			continue
		}
		switch r.Outcome {
		case evidence.Blocked:
			c.Blocked = true
		case evidence.Failed:
		default:
			c.NotVisited = false
			absent = absent || r.Dialog != nil && !r.Dialog.Found && r.Dialog.Certainty >= theRules().Certain
		}
	}
	c.Blocked = c.Blocked && c.NotVisited // where another run got through, checks say what is unknown
	c.NoStatement = !stated && !absent
	c.NothingNeedsConsent = slices.ContainsFunc(list, func(x checks.Verdict) bool {
		return x.ID == theRules().NoNeed.Check && x.Outcome == checks.NA && x.Reason == theRules().NoNeed.Reason
	})
	return c
}

// readable reports whether a paper was read.
func readable(p *evidence.Paper) bool {
	return p.Error == "" && p.Status < 400 && (p.Text != "" || p.Body != "" || len(p.Tables) > 0)
}

// isPolicy reports whether a paper that was read is a policy, and not a page
// that only bears its name.
func isPolicy(p *evidence.Paper) bool {
	return (p.Kind == "policy" || p.Kind == "cookie-policy") && len(strings.Fields(p.Text)) >= theRules().PolicyWords
}

// Limits lists, as codes, what has to be said beside the numbers: what holds for
// every visit, then, sorted, why checks were left out of this score.
func Limits(v *evidence.Visit, list []checks.Verdict) []string {
	var more []string
	for i := range list {
		if limit, out := theRules().leftOut(v, &list[i]); out {
			more = append(more, limit)
		}
	}
	return append(slices.Clone(theRules().Limits), sortedSet(more)...)
}
