package fingerprint

import (
	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/apis"
	"github.com/spoor-audit/spoor/evidence"
)

// MediaDevices is the technique fingerprint-media-devices.
var MediaDevices = &detectors.Technique{
	ID: "fingerprint-media-devices",
	Doc: detectors.Doc{
		Found:    "A script lists cameras, microphones and loudspeakers",
		Clean:    "No script was seen listing cameras, microphones and loudspeakers",
		Sentence: `A script of {host} asked for the list of cameras, microphones and loudspeakers. Times: {count}.`,
		Why:      "Which devices are connected helps to recognise you.",
		Fix:      "Ask for the list only when the visitor starts a call or a recording.",
		Limits: "It counts when no click or key press came before, and when the same script does not ask for camera or " +
			"microphone itself. Without permission browsers tell only which kinds of devices are there. It weighs more " +
			"when the same script reads other properties of the device.",
		Severity: detectors.Low,
		Refs: []string{
			"W3C Media Capture and Streams, section Privacy considerations",
			"Laperdrix et al.: Browser Fingerprinting: A Survey (TWEB 2020)",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindCalls, evidence.KindScripts},
	Run:   runFingerprintMediaDevices,
}

func runFingerprintMediaDevices(v *detectors.View) []detectors.Finding {
	using := map[*detectors.Actor]bool{}
	for _, c := range detectors.Playing(v.Calls, apis.MediaUse) {
		using[c.By] = true
	}
	return v.Findings(v.Asked(apis.MediaList, func(calls []detectors.Call) detectors.Severity {
		by := calls[0].By
		switch {
		case using[by] || len(detectors.Unasked(calls)) == 0:
			return "" // a call or a recording
		case len(companyBut(v, by, "media-devices")) >= 2:
			return detectors.Medium
		}
		return detectors.Low
	}))
}
