package network

import (
	"strconv"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
)

// WebSocket is the technique websocket.
var WebSocket = &detectors.Technique{
	ID: "websocket",
	Doc: detectors.Doc{
		Found:    "Pages keep a line open to a server",
		Clean:    "No open lines to a server were seen",
		Sentence: `The page opened a line to {host} ({who}). Messages sent: {sent}, received: {received}.`,
		Why: "Over an open line a page can send what you do at the moment you do it. It serves chats and live prices as " +
			"well as recording of visits.",
		Fix: "Open the line only when the visitor uses what needs it.",
		Limits: "This says that a line was open, not what it serves. A line to the site itself is a note. Lines between " +
			"visitors (WebRTC) and WebTransport are not counted here.",
		Severity: detectors.Low,
		Refs: []string{
			"WHATWG WebSockets",
			"Bashir et al.: How Tracking Companies Circumvented Ad Blockers Using WebSockets (IMC 2018)",
		},
		Since: "1.0",
	},
	Needs:   []evidence.Kind{evidence.KindPage, evidence.KindRequests},
	Subject: evidence.KindOfPage,
	Run:     runWebSocket,
}

func runWebSocket(v *detectors.View) []detectors.Finding {
	var out []detectors.Finding
	for _, g := range v.ByHost(func(c *detectors.Contact) bool { return c.Socket != nil }) {
		answer := v.Judge(g.List[0])
		f := v.ContactFinding(g, detectors.PartyOf(answer))
		f.Severity = lineSeverity(g.List[0].Third, answer.Tracker)
		sent, received := 0, 0
		for _, c := range g.List {
			sent += c.Socket.Sent
			received += c.Socket.Received
		}
		f.Args["sent"], f.Args["received"] = strconv.Itoa(sent), strconv.Itoa(received)
		out = append(out, f)
	}
	return out
}
