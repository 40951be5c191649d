package network

import (
	"slices"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
)

// SocialWidget is the technique social-widget.
var SocialWidget = &detectors.Technique{
	ID: "social-widget",
	Doc: detectors.Doc{
		Found:    "Buttons or posts of a social network report the visit",
		Clean:    "No buttons or posts of a social network were loaded",
		Sentence: `The page loaded a part of {who} from {host}. Requests: {count}.`,
		Why: "The social network learns that you visit this page even if you press nothing. If you are logged in there, " +
			"it also knows who you are.",
		Fix: "Use a plain link or a picture, and load the button, post or video only after a click.",
		Limits: "Recognised by the addresses of social networks in spoor's list; a network that is not in the list is " +
			"missed. Plain links to a social network contact nobody and are not counted.",
		Severity: detectors.Medium,
		Refs: []string{
			"CJEU C-40/17, Fashion ID",
			"Roesner, Kohno, Wetherall: Detecting and Defending Against Third-Party Tracking on the Web (NSDI 2012)",
		},
		Since: "1.0",
	},
	Needs:   []evidence.Kind{evidence.KindPage, evidence.KindRequests},
	Subject: evidence.KindOfPage,
	Run:     runSocialWidget,
}

// socialCategory is the category of parties that are parts of social networks
// for use on other sites.
const socialCategory = "social-widget"

func runSocialWidget(v *detectors.View) []detectors.Finding {
	var out []detectors.Finding
	isWidget := func(c *detectors.Contact) bool {
		if !c.Third {
			return false
		}
		a := v.Judge(c)
		return slices.Contains(a.Categories, socialCategory) ||
			a.Party != nil && slices.Contains(a.Party.Categories, socialCategory)
	}
	for _, g := range v.ByHost(isWidget) {
		f := v.ContactFinding(g, detectors.PartyOf(v.Judge(g.List[0])))
		f.Certainty, f.Severity = detectors.Matched, detectors.Medium
		out = append(out, f)
	}
	return out
}
