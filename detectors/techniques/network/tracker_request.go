package network

import (
	"cmp"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// TrackerRequest is the technique tracker-request.
var TrackerRequest = &detectors.Technique{
	ID: "tracker-request",
	Doc: detectors.Doc{
		Found:    "Pages contact companies that follow visitors",
		Clean:    "No contact with a known tracker was seen",
		Sentence: `The page contacted {host} ({who}), which list "{list}" names as a tracker. Requests: {count}, answered: {answered}.`,
		Why: "These companies measure or follow visitors, for statistics, advertising or profiles. One contact is enough " +
			"to tell them that you visit this page.",
		Fix: "Load these services only after the visitor has agreed, or take them out.",
		Limits: "This rests on lists: a tracker on no list is missed, and a list can be wrong or out of date. The finding " +
			"names the list and the rule. It weighs more when a cookie or a value that looks like an identifier was sent " +
			"along, and less when the service runs on the site's own domain. A contact does not prove that data were used " +
			"to follow anyone.",
		Severity: detectors.Medium,
		Refs: []string{
			"EasyPrivacy and EasyList",
			"Englehardt, Narayanan: Online Tracking: A 1-million-site Measurement and Analysis (CCS 2016)",
			"EDPB Guidelines 2/2023 on article 5(3) of the ePrivacy Directive",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindPage, evidence.KindRequests},
	Run:   runTrackerRequest,
}

func runTrackerRequest(v *detectors.View) []detectors.Finding {
	var out []detectors.Finding
	for _, g := range v.ByHost(func(c *detectors.Contact) bool { return v.Judge(c).Tracker }) {
		answer := v.Judge(g.List[0])
		f := v.ContactFinding(g, detectors.PartyOf(answer))
		f.Certainty = detectors.Matched
		f.Severity = trackerSeverity(v, g)
		f.Args["list"], f.Args["rule"] = listed(answer)
		f.Args["own_host"] = detectors.Yes(!g.List[0].Third)
		out = append(out, f)
	}
	return out
}

// trackerSeverity weighs what went along: an identifier makes a contact a
// recognition.
func trackerSeverity(v *detectors.View, g detectors.Group) detectors.Severity {
	if !g.List[0].Third {
		return detectors.Low
	}
	for _, c := range g.List {
		if v.Carries(c) {
			return detectors.High
		}
	}
	return detectors.Medium
}

// listed names the list and the rule that speak of a request. Where only the
// company is known, that is the core's own list.
func listed(a *signatures.Answer) (list, rule string) {
	list = "core"
	if len(a.Matches) > 0 {
		list, rule = a.Matches[0].List, a.Matches[0].Rule
	}
	return list, cmp.Or(rule, detectors.PartyOf(a))
}
