// Package prompts owns the techniques about questions that the browser puts to the
// visitor for a script: for the place, notices, camera and the like.
package prompts

import (
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
)

// PermissionPrompt is the technique permission-prompt.
var PermissionPrompt = &detectors.Technique{
	ID: "permission-prompt",
	Doc: detectors.Doc{
		Found:    "A script asks for access to the device before the visitor has done anything",
		Clean:    "No script was seen asking for access to the device unasked",
		Sentence: `A script of {host} asked for the permission "{permission}" ({api}). Times: {count}.`,
		Why: "Camera, microphone, clipboard, connected devices and the like are private. A question that comes before you " +
			"have done anything is hard to judge.",
		Fix: "Ask only after the visitor pressed a button that needs it.",
		Limits: "It counts when no click or key press came shortly before the question. Many of these questions fail " +
			"without a click, so the visitor may have seen nothing; the script still asked. Location and messages have " +
			"findings of their own.",
		Severity: detectors.Medium,
		Refs: []string{
			"W3C Permissions",
			"W3C Media Capture and Streams",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindCalls, evidence.KindScripts},
	Run:   runPermissionPrompt,
}

func runPermissionPrompt(v *detectors.View) []detectors.Finding {
	var list []detectors.Verdict
	for _, a := range v.Acts {
		var asked []detectors.Call
		for _, c := range a.Calls {
			if c.Known.Grants != "" && !c.Gesture {
				asked = append(asked, c)
			}
		}
		list = append(list, detectors.PerPhase(asked, func(calls []detectors.Call) (detectors.Verdict, bool) {
			permissions := make([]string, 0, len(calls))
			for _, c := range calls {
				permissions = append(permissions, c.Known.Grants)
			}
			slices.Sort(permissions)
			x := detectors.Question(a.By, calls, detectors.Medium)
			x.Args["permission"] = strings.Join(slices.Compact(permissions), ", ")
			return x, true
		})...)
	}
	return v.Findings(list)
}
