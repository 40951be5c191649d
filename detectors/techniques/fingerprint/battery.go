package fingerprint

import (
	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/apis"
	"github.com/spoor-audit/spoor/evidence"
)

// Battery is the technique fingerprint-battery.
var Battery = &detectors.Technique{
	ID: "fingerprint-battery",
	Doc: detectors.Doc{
		Found:    "A script reads the battery",
		Clean:    "No script was seen reading the battery",
		Sentence: `A script of {host} asked for the state of the battery. Times: {count}.`,
		Why:      "Charge level and charging times help to recognise a device over a short time, also on another site.",
		Fix:      "Leave it out; hardly any page needs to know the battery.",
		Limits: "This fires on the question itself. A page that only looks whether the question is possible does not count. " +
			"What the script does with the answer cannot be seen here.",
		Severity: detectors.Medium,
		Refs: []string{
			"Olejnik et al.: The Leaking Battery (DPM 2015)",
			"W3C Battery Status API",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindCalls, evidence.KindScripts},
	Run:   runFingerprintBattery,
}

func runFingerprintBattery(v *detectors.View) []detectors.Finding {
	return v.Findings(v.Asked(apis.Battery, func([]detectors.Call) detectors.Severity { return detectors.Medium }))
}
