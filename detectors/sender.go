package detectors

import (
	"encoding/base64"
	"strings"

	"github.com/spoor-audit/spoor/detectors/addresses"
	"github.com/spoor-audit/spoor/evidence"
)

// Initiator returns what made a contact, and the document or worker it was for.
func (c *Contact) Initiator() (*evidence.Initiator, evidence.TargetID) {
	if c.Socket != nil {
		return &c.Socket.Initiator, c.Socket.Target
	}
	return &c.Request.Initiator, c.Request.Target
}

// Sender names the script that sent a contact, or its document. For a worker that was
// made at run time, its maker answers.
func (v *View) Sender(c *Contact) *Actor {
	init, target := c.Initiator()
	for i := range init.Stack {
		if url := v.FrameOrigin(&init.Stack[i], 0); url != "" {
			return v.Actor(url)
		}
	}
	if addresses.IsHTTP(init.URL) {
		return v.Actor(init.URL)
	}
	if t := v.Targets[target]; t != nil && t.By != nil && !addresses.IsHTTP(t.URL) {
		if url := v.FrameOrigin(t.By, 0); url != "" {
			return v.Actor(url)
		}
	}
	// What goes on after a promise has no stack. Mostly a script sends to where it
	// came from.
	if init.Kind != "parser" && c.Third {
		for i := range v.Run.Scripts {
			if s := &v.Run.Scripts[i]; s.Kind == "external" && evidence.Host(s.URL) == c.Host {
				return v.Actor(s.URL)
			}
		}
	}
	return v.Actor(v.documentOf(target))
}

// Messages returns what a contact sent besides its address: the body of a request,
// or each message on a socket. Of long ones the record has the beginning.
func (c *Contact) Messages() []string {
	var out []string
	if c.Socket != nil {
		for i := range c.Socket.Frames {
			if f := &c.Socket.Frames[i]; f.Sent && f.Text != "" {
				out = append(out, RawText(f.Text, f.Binary))
			}
		}
		return out
	}
	if c.Request.Body != "" {
		out = append(out, RawText(c.Request.Body, c.Request.BodyBinary))
	}
	return out
}

// SentBytes is how much a contact sent besides its address.
func (c *Contact) SentBytes() int64 {
	if c.Socket != nil {
		return c.Socket.SentBytes
	}
	return max(c.Request.BodySize, int64(len(c.Request.Body)))
}

// RawText undoes the base64 in which the record keeps what is no text.
func RawText(s string, binary bool) string {
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

// Predecessor returns the ID of the request whose answer redirected to a contact,
// or "".
func (c *Contact) Predecessor() evidence.ID {
	if c.Request == nil || c.Request.Initiator.Kind != "redirect" {
		return ""
	}
	return c.Request.Initiator.Request
}

// SentBy returns the address of the script that sent a contact, or "". Where no
// script did, the page itself asked.
func (c *Contact) SentBy() string {
	init, _ := c.Initiator()
	for _, f := range init.Stack {
		if addresses.IsHTTP(f.URL) {
			return addresses.Bare(f.URL)
		}
	}
	return ""
}
