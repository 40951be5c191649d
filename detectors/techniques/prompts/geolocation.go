package prompts

import (
	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/apis"
	"github.com/spoor-audit/spoor/evidence"
)

// Geolocation is the technique geolocation.
var Geolocation = &detectors.Technique{
	ID: "geolocation",
	Doc: detectors.Doc{
		Found:    "A script asks where the visitor is",
		Clean:    "No script was seen asking where the visitor is",
		Sentence: `A script of {host} asked the browser for the location of the visitor. Times: {count}.`,
		Why: "Your location says where you live and work. The browser asks you first, but a question that comes before " +
			"you have done anything is hard to judge, and a yes is kept for the next visit.",
		Fix: "Ask for the location only after the visitor pressed a button that needs it, such as \"shops near me\".",
		Limits: "This fires on the question itself; whether a location was given is not said. It weighs more when no " +
			"click or key press came before it. A location guessed from the internet address is not seen from outside.",
		Severity: detectors.High,
		Refs: []string{
			"W3C Geolocation",
			"EDPB Guidelines 03/2022 on deceptive design patterns",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindCalls, evidence.KindScripts},
	Run:   runGeolocation,
}

func runGeolocation(v *detectors.View) []detectors.Finding {
	return v.Findings(v.Asked(apis.Location, func(calls []detectors.Call) detectors.Severity {
		if len(detectors.Unasked(calls)) > 0 {
			return detectors.High
		}
		return detectors.Low
	}))
}
