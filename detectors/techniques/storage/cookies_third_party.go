package storage

import (
	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
)

// CookiesThirdParty is the technique cookies-third-party.
var CookiesThirdParty = &detectors.Technique{
	ID: "cookies-third-party",
	Doc: detectors.Doc{
		Found:    "Other companies store cookies through this site",
		Clean:    "No cookies of other companies were seen",
		Sentence: `The cookie "{name}" for {domain} ({who}) was set by {setter}. Days it is kept: {days} (0 means until the browser is closed).`,
		Why: "A cookie of another company is sent to that company from every site that uses it. " +
			"With an identifier in it, the company can follow you from site to site.",
		Fix: "Load parts of other companies only after the visitor has agreed, or use a version without cookies.",
		Limits: "Another company means another registrable domain than that of the page; a second domain of the same " +
			"company counts as other. Whether a value looks like an identifier is judged as for the site's own cookies. " +
			"Cookies that the browser refused are not counted here: when cookies of other sites are blocked in the " +
			"settings of the visit, this list is empty although companies tried.",
		Severity: detectors.Medium,
		Refs: []string{
			"IETF RFC 6265: HTTP State Management Mechanism",
			"Englehardt, Narayanan: Online Tracking: A 1-million-site Measurement and Analysis (CCS 2016)",
			"Directive 2002/58/EC (ePrivacy), article 5(3)",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindPage, evidence.KindCookies},
	Run:   func(v *detectors.View) []detectors.Finding { return cookieFindings(v, true) },
}
