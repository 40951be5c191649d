package storage

import (
	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
)

// Local is the technique storage-local.
var Local = &detectors.Technique{
	ID: "storage-local",
	Doc: detectors.Doc{
		Found:    "Scripts keep data in the browser's local storage",
		Clean:    "No data in local storage were seen",
		Sentence: `{setter} kept "{key}" in the local storage of {host}: {length} characters, with no end date.`,
		Why: "Local storage works like a cookie without an end date. An identifier in it recognises you on your next " +
			"visit, also after the cookies were deleted.",
		Fix: "Keep only what the page needs before the visitor has agreed, and remove the rest when consent is refused " +
			"or withdrawn.",
		Limits: "This is an inventory: settings and shopping baskets stand here too. An item weighs more when its value " +
			"looks like an identifier (a code of at least 8 characters that is no word, date, time, version or address, " +
			"and not the same in another run with a fresh browser). Items that a script wrote and removed again are left out " +
			"unless they look like an identifier. Runs of digits and long codes in the name of an item " +
			"are shown as *, so that one item has one name in every visit.",
		Severity: detectors.Note,
		Refs: []string{
			"WHATWG HTML, section Web storage",
			"Papadogiannakis et al.: User Tracking in the Post-cookie Era (WWW 2021)",
			"EDPB Guidelines 2/2023 on article 5(3) of the ePrivacy Directive",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindPage, evidence.KindStorage},
	Run:   func(v *detectors.View) []detectors.Finding { return storageFindings(v, "local") },
}
