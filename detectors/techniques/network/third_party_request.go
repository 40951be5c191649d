// Package network owns the techniques about whom a page contacts and how: other
// companies, trackers on lists, pixels, beacons, sockets, widgets, and companies
// behind names of the site.
package network

import (
	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
)

// ThirdPartyRequest is the technique third-party-request.
var ThirdPartyRequest = &detectors.Technique{
	ID: "third-party-request",
	Doc: detectors.Doc{
		Found:    "Pages contact other companies",
		Clean:    "No contact with other companies was seen",
		Sentence: `The page contacted {host} ({who}). Requests: {count}, answered: {answered}.`,
		Why: "Every contact tells the other company your internet address, your browser and mostly the page you are on, " +
			"whatever it was asked for.",
		Fix: "Serve fonts, scripts and pictures from your own site where you can, and load the rest only when needed or " +
			"after the visitor has agreed.",
		Limits: "Another company means another registrable domain than that of the page; a second domain of the same " +
			"company counts as other, and an own subdomain that really belongs to another company does not. " +
			"Requests that the page's own rules stopped before they left the browser are not counted. Requests without " +
			"an answer are counted: the page made them, even if nobody was there.",
		Severity: detectors.Note,
		Refs: []string{
			"Englehardt, Narayanan: Online Tracking: A 1-million-site Measurement and Analysis (CCS 2016)",
			"Public Suffix List",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindPage, evidence.KindRequests},
	Run:   runThirdPartyRequest,
}

func runThirdPartyRequest(v *detectors.View) []detectors.Finding {
	var out []detectors.Finding
	for _, g := range v.ByHost(func(c *detectors.Contact) bool { return c.Third }) {
		f := v.ContactFinding(g, "")
		f.Severity = detectors.Note
		out = append(out, f)
	}
	return out
}
