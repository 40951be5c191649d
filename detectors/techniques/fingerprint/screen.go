package fingerprint

import (
	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
)

// Screen is the technique fingerprint-screen.
var Screen = &detectors.Technique{
	ID: "fingerprint-screen",
	Doc: detectors.Doc{
		Found:    "A script collects properties of the screen",
		Clean:    "No script was seen collecting properties of the screen",
		Sentence: `A script of {host} read {properties} properties of the screen and window that help to recognise the device: {api}.`,
		Why:      "Size, colours, position of the window, and settings such as contrast together help to recognise your device.",
		Fix:      "Read only what the layout needs, and load scripts that collect more only after the visitor has agreed.",
		Limits: "Each property has points: 0 for what pages need for their layout (the size of the window, a media query on " +
			"width), 1 or 2 for what they hardly need (free space on the screen, colour range, inverted colours). One " +
			"script that reaches 6 points with at least 4 properties is reported. The points stand in " +
			"the file surfaces.yaml. Media queries in style sheets are not seen.",
		Severity: detectors.Medium,
		Refs: []string{
			"Laperdrix, Rudametkin, Baudry: Beauty and the Beast (S&P 2016)",
			"W3C CSSOM View",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindCalls, evidence.KindScripts},
	Run:   runFingerprintScreen,
}

// From these on reading properties is collecting them. Code that places a window
// in the middle of the screen stays below.
const (
	minScreenPoints     = 6
	minScreenProperties = 4
)

func runFingerprintScreen(v *detectors.View) []detectors.Finding {
	return v.Findings(collected(v, "screen", minScreenPoints, minScreenProperties))
}
