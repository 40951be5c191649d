package statements

import (
	"encoding/json"

	"github.com/spoor-audit/spoor/evidence"
)

// Last returns the latest statement of a kind in a phase of a scenario that
// could be read. What the page itself said goes before what cookies and storage
// hold, and that before what requests carried, whatever the time: a request may
// carry an old string. Of readings made at the same time the last in the list
// counts. For Google, readings that hold in some regions alone are left out;
// look for them in the list.
func Last(list []Statement, kind string, s evidence.Scenario, p evidence.Phase) (*Statement, bool) {
	var best *Statement
	for i := range list {
		x := &list[i]
		if x.Kind != kind || x.Scenario != s || x.Phase != p || x.Error != "" {
			continue
		}
		if x.Google != nil && len(x.Google.Region) > 0 {
			continue
		}
		if best == nil || x.authority() > best.authority() || x.authority() == best.authority() && x.Until >= best.Until {
			best = x
		}
	}
	return best, best != nil
}

// authority orders the ways in which a statement was made.
func (s *Statement) authority() int {
	switch {
	case s.Sent != "":
		return 0
	case s.Kept:
		return 1
	}
	return 2
}

// Parsed returns the set part of a statement as a JSON object; "{}" if there is
// none.
func (s *Statement) Parsed() json.RawMessage {
	var part any
	switch {
	case s.TCF != nil:
		part = s.TCF
	case s.GPP != nil:
		part = s.GPP
	case s.USP != nil:
		part = s.USP
	case s.Google != nil:
		part = s.Google
	case s.CMP != nil:
		part = s.CMP
	case s.Register != nil:
		part = s.Register
	case s.Claim != nil:
		part = s.Claim
	case s.GPC != nil:
		part = s.GPC
	case s.Ads != nil:
		part = s.Ads
	default:
		return json.RawMessage("{}")
	}
	raw, err := json.Marshal(part)
	if err != nil { // None of the parts holds what JSON cannot say.
		return json.RawMessage("{}")
	}
	return raw
}
