package pipeline

import (
	"slices"

	"github.com/spoor-audit/spoor/evidence"
)

// Serving returns the plan for a local file: its name, the address at which it is
// served, and the rule that sends the browser there.
func (p Plan) Serving(file, address, rule string) Plan {
	p.File, p.URL, p.userRules = file, address, p.Browser.HostRules
	if p.Browser.HostRules != "" {
		rule = p.Browser.HostRules + ", " + rule
	}
	p.Browser.HostRules = rule
	return p
}

// addFile writes into the record that the page was a local file, and what of it
// could not be seen: what it asked for that lies beside it. How the browser was led
// to the file is nobody's setting and differs each time, so the record leaves it out.
func (p *Plan) addFile(v *evidence.Visit) {
	if p.File == "" {
		return
	}
	v.Subject.File, v.Tools.HostRules = p.File, p.userRules
	host := evidence.Host(p.URL)
	for i := range v.Runs {
		run := &v.Runs[i]
		var missed []string
		for j := range run.Requests {
			q := &run.Requests[j]
			if q.Status == 404 && evidence.Host(q.URL) == host && canAct[q.Kind] && !slices.Contains(missed, q.URL) {
				missed = append(missed, q.URL)
				v.Gaps = append(v.Gaps, evidence.Gap{Scenario: run.Scenario, Kind: evidence.KindPage, Where: q.URL, Why: "not-served"})
			}
		}
	}
}

// canAct holds the kinds of answers that can lead to further requests: a picture
// that is missing hides nothing but itself.
var canAct = map[string]bool{"document": true, "script": true, "stylesheet": true, "xhr": true, "fetch": true, "manifest": true, "other": true}
