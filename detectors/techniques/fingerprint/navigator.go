package fingerprint

import (
	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
)

// Navigator is the technique fingerprint-navigator.
var Navigator = &detectors.Technique{
	ID: "fingerprint-navigator",
	Doc: detectors.Doc{
		Found:    "A script collects properties of browser and device",
		Clean:    "No script was seen collecting properties of browser and device",
		Sentence: `A script of {host} read {properties} properties of browser and device that help to recognise it: {api}.`,
		Why: "Each property alone says little; memory, processors, languages, plug-ins and the like together can single out " +
			"your device.",
		Fix: "Read only what the page needs, and load scripts that collect more only after the visitor has agreed.",
		Limits: "Each property has points, from 0 for what every request tells anyway (the user agent, the language) to 3 for " +
			"what hardly any page needs (the keyboard layout, the installed voices). One script that reaches 8 points with " +
			"at least 5 properties is reported. Checks whether the browser can do something stay below that. " +
			"The points stand in the file surfaces.yaml. Measurement of loading speed reads some of the same properties; " +
			"what they are used for cannot be seen.",
		Severity: detectors.Medium,
		Refs: []string{
			"Eckersley: How Unique Is Your Web Browser? (PETS 2010)",
			"Laperdrix, Rudametkin, Baudry: Beauty and the Beast (S&P 2016)",
			"W3C Mitigating Browser Fingerprinting in Web Specifications",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindCalls, evidence.KindScripts},
	Run:   runFingerprintNavigator,
}

// From these on reading properties is collecting them. A script for playing
// films, for measuring loading speed or for statistics stays below.
const (
	minNavigatorPoints     = 8
	minNavigatorProperties = 5
)

func runFingerprintNavigator(v *detectors.View) []detectors.Finding {
	return v.Findings(collected(v, "navigator", minNavigatorPoints, minNavigatorProperties))
}
