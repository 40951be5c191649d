package storage

import (
	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
)

// CookiesFirstParty is the technique cookies-first-party.
var CookiesFirstParty = &detectors.Technique{
	ID: "cookies-first-party",
	Doc: detectors.Doc{
		Found:    "The site stores its own cookies",
		Clean:    "No cookies of the site itself were seen",
		Sentence: `The cookie "{name}" for {domain} was set by {setter}. Days it is kept: {days} (0 means until the browser is closed).`,
		Why: "A cookie with an identifier lets the site recognise you on your next visit. " +
			"Companies for statistics and advertising often keep their identifier in a cookie of the site itself, " +
			"because browsers block cookies of other sites more and more.",
		Fix: "Set cookies that are not strictly needed only after the visitor has agreed, keep them no longer than " +
			"needed, and name each one in the cookie statement.",
		Limits: "This is an inventory: a cookie for a shopping basket or a language stands here too. " +
			"A cookie weighs more when its value looks like an identifier: a code of at least 8 characters that is no " +
			"word, date, time, version or address, kept for 30 days or more (or known as a cookie for statistics or " +
			"advertising), and not the same in another run with a fresh browser. The meaning of a value cannot be seen " +
			"from outside, so a long random value can be harmless and a short one can identify. " +
			"Cookies that the browser refused are not counted here; they stand in the list of cookies.",
		Severity: detectors.Note,
		Refs: []string{
			"IETF RFC 6265: HTTP State Management Mechanism",
			"Englehardt et al.: Cookies That Give You Away (WWW 2015)",
			"Directive 2002/58/EC (ePrivacy), article 5(3)",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindPage, evidence.KindCookies},
	Run:   func(v *detectors.View) []detectors.Finding { return cookieFindings(v, false) },
}
