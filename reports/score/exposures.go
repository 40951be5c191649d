package score

import (
	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// An Exposed is the exposure in one scenario, with the counts that belong beside
// it.
type Exposed struct {
	Score         int    `json:"score"`
	Band          string `json:"band"`
	Organisations int    `json:"organisations"`
	Identified    int    `json:"identified"` // of them, with an identifier
}

// Exposures measures the exposure with nothing chosen, after refusing and after
// accepting. A scenario that was not measured is not in the map; see [Measured].
// db may be nil, as in [Organisations].
func Exposures(v *evidence.Visit, findings []detectors.Finding, db *signatures.DB) map[evidence.Scenario]Exposed {
	out := map[evidence.Scenario]Exposed{}
	for _, s := range []evidence.Scenario{evidence.None, evidence.Reject, evidence.Accept} {
		phase, ok := Measured(v, s)
		if !ok {
			continue
		}
		orgs := Organisations(v, findings, db, s, phase)
		e := Exposed{Organisations: len(orgs)}
		e.Score, e.Band = Exposure(orgs)
		for _, o := range orgs {
			if o.Identified() {
				e.Identified++
			}
		}
		out[s] = e
	}
	return out
}

// Measured says whether a scenario can have an exposure, and of which phase: of
// runs that choose nothing the whole, "", of the others what came after the
// choice. It cannot if there is no run, if none of its runs was carried out
// (for a choice: the click was made, and the site was seen to take it or the
// dialog to go), or if no requests were recorded.
func Measured(v *evidence.Visit, s evidence.Scenario) (evidence.Phase, bool) {
	if !v.Has(evidence.KindRequests, s) {
		return "", false
	}
	var phase evidence.Phase
	switch s {
	case evidence.Reject, evidence.Accept, evidence.Close, evidence.Withdraw:
		phase = evidence.After
	}
	for i := range v.Runs {
		r := &v.Runs[i]
		if r.Scenario == s && r.Outcome != evidence.Failed && r.Outcome != evidence.Blocked && (phase == "" || chosen(r)) {
			return phase, true
		}
	}
	return "", false
}

// chosen reports whether a run carried out its choice.
func chosen(r *evidence.Run) bool {
	return r.Chosen != nil && r.Choice != nil && (r.Choice.Outcome == evidence.Done || r.Choice.Verified)
}
