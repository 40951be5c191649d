package detectors

import (
	"encoding/base64"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
)

// initiator returns what made a contact, and the document or worker it was for.
func (c *contact) initiator() (*evidence.Initiator, evidence.TargetID) {
	if c.socket != nil {
		return &c.socket.Initiator, c.socket.Target
	}
	return &c.request.Initiator, c.request.Target
}

// sender names the script that sent a contact, or its document. For a worker that was
// made at run time, its maker answers.
func (v *View) sender(c *contact) *actor {
	init, target := c.initiator()
	for i := range init.Stack {
		if url := v.frameOrigin(&init.Stack[i], 0); url != "" {
			return v.actor(url)
		}
	}
	if isHTTP(init.URL) {
		return v.actor(init.URL)
	}
	if t := v.targets[target]; t != nil && t.By != nil && !isHTTP(t.URL) {
		if url := v.frameOrigin(t.By, 0); url != "" {
			return v.actor(url)
		}
	}
	// What goes on after a promise has no stack. Mostly a script sends to where it
	// came from.
	if init.Kind != "parser" && c.third {
		for i := range v.Run.Scripts {
			if s := &v.Run.Scripts[i]; s.Kind == "external" && evidence.Host(s.URL) == c.host {
				return v.actor(s.URL)
			}
		}
	}
	return v.actor(v.documentOf(target))
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

// predecessor returns the ID of the request whose answer redirected to a contact,
// or "".
func (c *contact) predecessor() evidence.ID {
	if c.request == nil || c.request.Initiator.Kind != "redirect" {
		return ""
	}
	return c.request.Initiator.Request
}

// sentBy returns the address of the script that sent a contact, or "". Where no
// script did, the page itself asked.
func (c *contact) sentBy() string {
	init, _ := c.initiator()
	for _, f := range init.Stack {
		if isHTTP(f.URL) {
			return bare(f.URL)
		}
	}
	return ""
}
