package storage

import (
	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
)

// IndexedDB is the technique storage-indexeddb.
var IndexedDB = &detectors.Technique{
	ID: "storage-indexeddb",
	Doc: detectors.Doc{
		Found:    "Scripts keep data in a database in the browser",
		Clean:    "No databases in the browser were seen",
		Sentence: `{setter} kept the database "{key}" in the browser for {host}: {length} records, with no end date.`,
		Why: "A database in the browser has no end date. It can hold an identifier that survives when cookies are " +
			"deleted, and few people know how to empty it.",
		Fix: "Create the database only when the page needs it, and remove it when consent is refused or withdrawn.",
		Limits: "This is an inventory: web apps keep honest data here. The values of records are seen only in part, so an " +
			"identifier inside can be missed. Test databases that scripts open and delete at once, to see whether " +
			"databases work, are left out.",
		Severity: detectors.Note,
		Refs: []string{
			"W3C Indexed Database API 3.0",
			"EDPB Guidelines 2/2023 on article 5(3) of the ePrivacy Directive",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindPage, evidence.KindStorage},
	Run:   func(v *detectors.View) []detectors.Finding { return storageFindings(v, "indexeddb") },
}
