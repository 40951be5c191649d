package detectors

import (
	"encoding/base64"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
)

// sender finds the script that sent a contact, as actorOf does for calls; for what
// a worker sent without a stack, the worker's script or who made it.
func (v *View) sender(c *contact) *actor {
	in, target := v.initiator(c)
	for i := range in.Stack {
		if url := v.frameOrigin(&in.Stack[i], 0); url != "" {
			return v.actor(url)
		}
	}
	if isHTTP(in.URL) {
		return v.actor(in.URL)
	}
	if t := v.targets[target]; t != nil && t.By != nil && !isHTTP(t.URL) {
		if url := v.frameOrigin(t.By, 0); url != "" {
			return v.actor(url)
		}
	}
	return v.actor(v.documentOf(target))
}

func (v *View) initiator(c *contact) (*evidence.Initiator, evidence.TargetID) {
	if c.socket != nil {
		return &c.socket.Initiator, c.socket.Target
	}
	return &c.request.Initiator, c.request.Target
}

// messages returns what a contact sent besides its address: the body of a request,
// or each message on a socket. Of long ones the record has the beginning.
func (c *contact) messages() []string {
	var out []string
	if c.socket != nil {
		for i := range c.socket.Frames {
			if f := &c.socket.Frames[i]; f.Sent && f.Text != "" {
				out = append(out, rawText(f.Text, f.Binary))
			}
		}
		return out
	}
	if c.request.Body != "" {
		out = append(out, rawText(c.request.Body, c.request.BodyBinary))
	}
	return out
}

// sentBytes is how much a contact sent besides its address.
func (c *contact) sentBytes() int64 {
	if c.socket != nil {
		return c.socket.SentBytes
	}
	return max(c.request.BodySize, int64(len(c.request.Body)))
}

// rawText undoes the base64 in which the record keeps what is no text.
func rawText(s string, binary bool) string {
	if !binary {
		return s
	}
	code := strings.TrimRight(s, "=")
	if len(code)%4 == 1 { // where it was clipped
		code = code[:len(code)-1]
	}
	b, err := base64.RawStdEncoding.DecodeString(code)
	if err != nil {
		return s
	}
	return string(b)
}
