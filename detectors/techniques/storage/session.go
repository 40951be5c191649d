package storage

import (
	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
)

// Session is the technique storage-session.
var Session = &detectors.Technique{
	ID: "storage-session",
	Doc: detectors.Doc{
		Found:    "Scripts keep data in the browser's session storage",
		Clean:    "No data in session storage were seen",
		Sentence: `{setter} kept "{key}" in the session storage of {host}: {length} characters, until the tab is closed.`,
		Why:      "Session storage lasts until the tab is closed. It can tie your page views of one visit together.",
		Fix:      "Keep only what the page needs before the visitor has agreed.",
		Limits: "This is an inventory; most items here serve the page itself. An item weighs a little more when its value " +
			"looks like an identifier, by the same rule as for local storage. Runs of digits and long codes in the name " +
			"of an item are shown as *.",
		Severity: detectors.Note,
		Refs: []string{
			"WHATWG HTML, section Web storage",
			"EDPB Guidelines 2/2023 on article 5(3) of the ePrivacy Directive",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindPage, evidence.KindStorage},
	Run:   func(v *detectors.View) []detectors.Finding { return storageFindings(v, "session") },
}
