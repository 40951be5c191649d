package detectors

import (
	"strconv"

	"github.com/spoor-audit/spoor/evidence"
)

var beacon = &Technique{
	ID: "beacon",
	Doc: Doc{
		Found:    "Pages send measurements in the background",
		Clean:    "No measurements sent in the background were seen",
		Sentence: `The page sent data to {host} ({who}) in the background. Times: {count}, bytes: {bytes}.`,
		Why: "A beacon is a message that the browser sends without waiting for an answer, also while you leave the page. " +
			"It is made for measurements: what you read, clicked and how long you stayed.",
		Fix: "Send only what is needed, and nothing about single visitors before they have agreed.",
		Limits: "Only messages sent as beacon or ping are counted; the same data can be sent as an ordinary request, which " +
			"is not told apart. A beacon to the site itself is a note. What is in the message is not judged here.",
		Severity: Low,
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

func runBeacon(v *View) []Finding {
	var out []Finding
	for _, g := range v.byHost(func(c *contact) bool { return c.kind == "beacon" || c.kind == "ping" }) {
		answer := v.judge(g.list[0])
		f := v.contactFinding(g, partyOf(answer))
		f.Severity = lineSeverity(g.list[0].third, answer.Tracker)
		var size int64
		for _, c := range g.list {
			size += c.request.BodySize
		}
		f.Args["bytes"] = strconv.FormatInt(size, 10)
		out = append(out, f)
	}
	return out
}

// lineSeverity weighs a way of sending: to the site itself a note, to a known
// tracker more than to others.
func lineSeverity(third, tracker bool) Severity {
	switch {
	case third && tracker:
		return Medium
	case third || tracker:
		return Low
	}
	return Note
}
