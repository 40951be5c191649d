package detectors

import (
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
)

var permissionPrompt = &Technique{
	ID: "permission-prompt",
	Doc: Doc{
		Found:    "A script asks for access to the device before the visitor has done anything",
		Clean:    "No script was seen asking for access to the device unasked",
		Sentence: `A script of {host} asked for the permission "{permission}" ({api}). Times: {count}.`,
		Why: "Camera, microphone, clipboard, connected devices and the like are private. A question that comes before you " +
			"have done anything is hard to judge.",
		Fix: "Ask only after the visitor pressed a button that needs it.",
		Limits: "It counts when no click or key press came shortly before the question. Many of these questions fail " +
			"without a click, so the visitor may have seen nothing; the script still asked. Location and messages have " +
			"findings of their own.",
		Severity: Medium,
		Refs: []string{
			"W3C Permissions",
			"W3C Media Capture and Streams",
		},
		Since: "1.0",
	},
	Needs: []evidence.Kind{evidence.KindCalls, evidence.KindScripts},
	Run:   runPermissionPrompt,
}

func runPermissionPrompt(v *View) []Finding {
	var list []verdict
	for _, a := range v.acts {
		var asked []call
		for _, c := range a.calls {
			if c.api.grants != "" && !c.Gesture {
				asked = append(asked, c)
			}
		}
		list = append(list, perPhase(asked, func(calls []call) (verdict, bool) {
			permissions := make([]string, 0, len(calls))
			for _, c := range calls {
				permissions = append(permissions, c.api.grants)
			}
			slices.Sort(permissions)
			x := question(a.by, calls, Medium)
			x.args["permission"] = strings.Join(slices.Compact(permissions), ", ")
			return x, true
		})...)
	}
	return v.findings(list)
}
