package storage

import (
	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
)

// Cache is the technique storage-cache.
var Cache = &detectors.Technique{
	ID: "storage-cache",
	Doc: detectors.Doc{
		Found:    "Scripts keep files in a cache of their own",
		Clean:    "No caches made by scripts were seen",
		Sentence: `{setter} kept the cache "{key}" in the browser for {host}: {length} entries, with no end date.`,
		Why: "A cache made by a script makes pages work faster and without a connection. It has no end date, and an entry " +
			"in it can also serve as an identifier.",
		Fix: "Cache only files that are the same for every visitor, and remove caches that are no longer used.",
		Limits: "This is an inventory: nearly all such caches are honest. What the entries hold is not read, so an " +
			"identifier in them is not seen.",
		Severity: detectors.Note,
		Refs: []string{
			"W3C Service Workers, section Cache",
			"EDPB Guidelines 2/2023 on article 5(3) of the ePrivacy Directive",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindPage, evidence.KindStorage},
	Run:   func(v *detectors.View) []detectors.Finding { return storageFindings(v, "cache") },
}
