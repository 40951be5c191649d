package prompts

import (
	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/apis"
	"github.com/spoor-audit/spoor/evidence"
)

// NotificationPrompt is the technique notification-prompt.
var NotificationPrompt = &detectors.Technique{
	ID: "notification-prompt",
	Doc: detectors.Doc{
		Found:    "A script asks to send messages before the visitor has done anything",
		Clean:    "No script was seen asking to send messages unasked",
		Sentence: `A script of {host} asked for permission to send messages ({api}). Times: {count}.`,
		Why: "Permission for messages lets the site reach you at any time, also when you have left it, and gives it a " +
			"fixed address for your browser.",
		Fix: "Ask only after the visitor pressed a button for messages.",
		Limits: "It counts when no click or key press came shortly before the question. A question inside the page, " +
			"which looks like that of the browser but is drawn by the site, is not seen.",
		Severity: detectors.Medium,
		Refs: []string{
			"WHATWG Notifications API",
			"W3C Push API",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindCalls, evidence.KindScripts},
	Run:   runNotificationPrompt,
}

func runNotificationPrompt(v *detectors.View) []detectors.Finding {
	return v.Findings(v.Asked(apis.Notify, func(calls []detectors.Call) detectors.Severity {
		if len(detectors.Unasked(calls)) > 0 {
			return detectors.Medium
		}
		return "" // the visitor pressed something first
	}))
}
