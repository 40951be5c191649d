package detectors

import (
	"github.com/spoor-audit/spoor/evidence"
)

var thirdPartyRequest = &Technique{
	ID: "third-party-request",
	Doc: Doc{
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
		Severity: Note,
		Refs: []string{
			"Englehardt, Narayanan: Online Tracking: A 1-million-site Measurement and Analysis (CCS 2016)",
			"Public Suffix List",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindPage, evidence.KindRequests},
	Run:   runThirdPartyRequest,
}

func runThirdPartyRequest(v *View) []Finding {
	var out []Finding
	for _, g := range v.byHost(func(c *contact) bool { return c.third }) {
		f := v.contactFinding(g, "")
		f.Severity = Note
		out = append(out, f)
	}
	return out
}
