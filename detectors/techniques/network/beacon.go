package network

import (
	"strconv"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
)

// Beacon is the technique beacon.
var Beacon = &detectors.Technique{
	ID: "beacon",
	Doc: detectors.Doc{
		Found:    "Pages send measurements in the background",
		Clean:    "No measurements sent in the background were seen",
		Sentence: `The page sent data to {host} ({who}) in the background. Times: {count}, bytes: {bytes}.`,
		Why: "A beacon is a message that the browser sends without waiting for an answer, also while you leave the page. " +
			"It is made for measurements: what you read, clicked and how long you stayed.",
		Fix: "Send only what is needed, and nothing about single visitors before they have agreed.",
		Limits: "Only messages sent as beacon or ping are counted; the same data can be sent as an ordinary request, which " +
			"is not told apart. A beacon to the site itself is a note. What is in the message is not judged here.",
		Severity: detectors.Low,
		Refs: []string{
			"W3C Beacon",
			"WHATWG HTML, section Hyperlink auditing",
		},
		Since: "1.0",
	},
	Needs:   []evidence.Kind{evidence.KindPage, evidence.KindRequests},
	Subject: evidence.KindOfPage,
	Run:     runBeacon,
}

func runBeacon(v *detectors.View) []detectors.Finding {
	var out []detectors.Finding
	for _, g := range v.ByHost(func(c *detectors.Contact) bool { return c.Kind == "beacon" || c.Kind == "ping" }) {
		answer := v.Judge(g.List[0])
		f := v.ContactFinding(g, detectors.PartyOf(answer))
		f.Severity = lineSeverity(g.List[0].Third, answer.Tracker)
		var size int64
		for _, c := range g.List {
			size += c.Request.BodySize
		}
		f.Args["bytes"] = strconv.FormatInt(size, 10)
		out = append(out, f)
	}
	return out
}

// lineSeverity weighs a way of sending: to the site itself a note, to a known
// tracker more than to others.
func lineSeverity(third, tracker bool) detectors.Severity {
	switch {
	case third && tracker:
		return detectors.Medium
	case third || tracker:
		return detectors.Low
	}
	return detectors.Note
}
