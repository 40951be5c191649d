package storage

import (
	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
)

// ServiceWorker is the technique service-worker.
var ServiceWorker = &detectors.Technique{
	ID: "service-worker",
	Doc: detectors.Doc{
		Found:    "The site installs a program that stays in the browser",
		Clean:    "No program that stays in the browser was installed",
		Sentence: `{setter} installed a service worker for {key}.`,
		Why: "A service worker stays in the browser after you have left the site. It can answer for the site without a " +
			"connection, receive push messages, and see every request that later pages of the site make.",
		Fix: "Install it only for what the page needs, and not for push messages before the visitor has asked for them.",
		Limits: "This says that it was installed, not what it does. Most service workers make a site faster. It weighs " +
			"more when it belongs to another site than the page.",
		Severity: detectors.Note,
		Refs: []string{
			"W3C Service Workers",
			"EDPB Guidelines 2/2023 on article 5(3) of the ePrivacy Directive",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindPage, evidence.KindStorage},
	Run:   func(v *detectors.View) []detectors.Finding { return storageFindings(v, "service-worker") },
}
