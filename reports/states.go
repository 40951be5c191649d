package reports

import (
	"slices"

	"github.com/spoor-audit/spoor/evidence"
)

// A Standing says what came of a technique in one state of consent.
type Standing struct {
	// State is Found, Clean, NotMeasured, Skipped, or NA where the site has no such
	// state: without a dialog there is nothing to refuse.
	State string
	Why   Words // of NotMeasured and NA; else empty
	// Findings are those of the state, as [Result.Distinct] lists them.
	Findings []*Finding
}

// Standing says what came of a technique in the state of a column of the result.
func (r *Result) Standing(t *Technique, col Column) Standing {
	if t.State == Skipped {
		return Standing{State: Skipped}
	}
	var s Standing
	for _, f := range r.Distinct(t.ID) {
		if StateOf(f.Scenario, f.Phase) == col.Scenario {
			s.Findings = append(s.Findings, f)
		}
	}
	switch why, unmeasured := r.unmeasuredIn(t, col); {
	case len(s.Findings) > 0:
		s.State = Found
	case !col.Measured && r.lacks(col.Scenario):
		s.State, s.Why = NA, col.Why
	case !col.Measured:
		s.State, s.Why = NotMeasured, col.Why
	case unmeasured:
		s.State, s.Why = NotMeasured, why
	default:
		s.State = Clean
	}
	return s
}

// unmeasuredIn reports whether a technique could not be judged in a state; if so,
// why. Every visit that was measured shows the state before a choice; if the
// technique could not look in one of them, it is not called clean.
func (r *Result) unmeasuredIn(t *Technique, col Column) (Words, bool) {
	same := []evidence.Scenario{col.Scenario}
	if col.Scenario == evidence.None {
		same = repeats
	}
	for _, u := range t.NotMeasured {
		if run := r.Run(u.Scenario); run != nil && run.Measured && slices.Contains(same, u.Scenario) {
			return u.Text, true
		}
	}
	return Words{}, false
}

// lacks reports whether the site has no way to a state of consent.
func (r *Result) lacks(s evidence.Scenario) bool {
	run := r.Run(s)
	if run == nil || !run.Measured {
		return false
	}
	switch run.Outcome {
	case evidence.NoDialog, evidence.NotOffered, evidence.PayOrAccept:
		return true
	}
	return false
}
