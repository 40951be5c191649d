package visit

import (
	"encoding/json"

	cdpnet "github.com/chromedp/cdproto/network"

	"github.com/spoor-audit/spoor/crawler/cdp"
	"github.com/spoor-audit/spoor/evidence"
)

// Messages on a WebSocket are kept up to a number and a length. Of what the page
// sends more is kept than of what it gets, as far as the socket has room: recorders
// send whole pages in one message.
const (
	maxSocketFrames = 40
	maxSocketText   = 2048
	maxSocketSent   = 16 << 10
	maxSocketRoom   = 128 << 10
)

func (r *recorder) socketCreated(e cdp.Event) {
	var ev cdpnet.EventWebSocketCreated
	if e.Decode(&ev) != nil {
		return
	}
	s := evidence.Socket{
		ID: r.id("socket", len(r.run.Sockets)+1), At: r.since(e.At), Page: r.page, URL: ev.URL,
		Target: r.targetOf(e.Session, ""),
	}
	if ev.Initiator != nil {
		s.Initiator = r.initiator(e.Session, ev.Initiator)
	}
	r.net.sockets[ev.RequestID] = len(r.run.Sockets)
	r.run.Sockets = append(r.run.Sockets, s)
	r.changed = e.At
}

func (r *recorder) socket(id cdpnet.RequestID) *evidence.Socket {
	i, ok := r.net.sockets[id]
	if !ok {
		return nil
	}
	return &r.run.Sockets[i]
}

func (r *recorder) socketAnswered(e cdp.Event) {
	var ev cdpnet.EventWebSocketHandshakeResponseReceived
	if e.Decode(&ev) != nil || ev.Response == nil {
		return
	}
	if s := r.socket(ev.RequestID); s != nil {
		s.Status = int(ev.Response.Status)
	}
}

func (r *recorder) socketSent(e cdp.Event)     { r.socketFrame(e, true) }
func (r *recorder) socketReceived(e cdp.Event) { r.socketFrame(e, false) }

func (r *recorder) socketFrame(e cdp.Event, sent bool) {
	// cdproto takes the payload for base64, which it is only for binary messages.
	var ev struct {
		ID       cdpnet.RequestID `json:"requestId"`
		Response struct {
			Opcode  int    `json:"opcode"`
			Payload string `json:"payloadData"`
		} `json:"response"`
	}
	if json.Unmarshal(e.Params, &ev) != nil {
		return
	}
	s := r.socket(ev.ID)
	if s == nil {
		return
	}
	binary := ev.Response.Opcode == 2
	size := len(ev.Response.Payload)
	if binary {
		size = size / 4 * 3
	}
	if sent {
		s.Sent++
		s.SentBytes += int64(size)
	} else {
		s.Received++
	}
	if len(s.Frames) < maxSocketFrames {
		s.Frames = append(s.Frames, evidence.SocketFrame{
			At: r.since(e.At), Sent: sent, Text: clip(ev.Response.Payload, socketRoom(s, sent)), Size: size, Binary: binary,
		})
	}
}

// socketRoom is how much of the next message is kept.
func socketRoom(s *evidence.Socket, sent bool) int {
	if !sent {
		return maxSocketText
	}
	room := maxSocketRoom
	for i := range s.Frames {
		room -= len(s.Frames[i].Text)
	}
	return min(max(room, maxSocketText), maxSocketSent)
}

func (r *recorder) socketFailed(e cdp.Event) {
	var ev cdpnet.EventWebSocketFrameError
	if e.Decode(&ev) != nil {
		return
	}
	if s := r.socket(ev.RequestID); s != nil {
		s.Error = ev.ErrorMessage
	}
}
