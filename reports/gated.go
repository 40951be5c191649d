package reports

import "github.com/spoor-audit/spoor/evidence"

// The verdicts of a gate.
const (
	GateAgainst    = "against"    // against policy
	GatePassed     = "passed"     // known, or a gate that holds
	GateAllowed    = "allowed"    // allowed for a reason and a time
	GateUnmeasured = "unmeasured" // could not be decided
)

// A Gated is one thing that spoor check came to a verdict on: a fact, a finding, a
// check, a limit. Formats for CI services render lists of them.
type Gated struct {
	Target  string // name in spoor.toml
	Line    int    // where it stands there, from 1
	URL     string // what was audited, or the folder that was served
	Rule    string // ID of a technique or check; else the kind of fact or limit
	State   evidence.Scenario
	Kind    string
	Subject string // holds no counts
	Text    string // one sentence, in the language of the report
	Verdict string
	Reason  string // why it is allowed
	New     bool   // a fact that neither lock nor allowance knew
}

// Fact names the thing in a way that stays the same from check to check.
func (g *Gated) Fact() Fact {
	return Fact{Target: g.Target, Step: g.State, Kind: g.Kind, Subject: g.Subject}
}

// A GateReport is the outcome of spoor check for CI services.
type GateReport struct {
	Spoor  string // version
	Config string // path of spoor.toml in the repository, with forward slashes
	Lang   string
	Items  []Gated // sorted by the order of targets, then by verdict and fact
}

// Decided reports whether everything could be measured.
func (g *GateReport) Decided() bool {
	for i := range g.Items {
		if g.Items[i].Verdict == GateUnmeasured {
			return false
		}
	}
	return true
}
