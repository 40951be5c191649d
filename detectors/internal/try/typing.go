package try

import (
	"bytes"
	"compress/gzip"
	"crypto/md5" //nolint:gosec // Others hash with it.
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
)

// Posts makes a request one that sends a body.
func Posts(body string) Change {
	return func(r *evidence.Request) {
		r.Method, r.Body, r.BodySize = "POST", body, int64(len(body))
		for i := range len(body) {
			if body[i] >= 0x80 {
				r.Body, r.BodyBinary = base64.StdEncoding.EncodeToString([]byte(body)), true
				return
			}
		}
	}
}

// Moved adds the way of the mouse to a visit.
func (m *Maker) Moved() *Maker {
	for i := range 10 {
		m.Run.Moves = append(m.Run.Moves, evidence.Move{At: m.Now, X: 341 + 31*i, Y: 268 + 13*i})
	}
	return m
}

// MouseWay writes the way of the mouse by a format for each point.
func MouseWay(format string) string {
	var points []string
	for i := range 10 {
		points = append(points, fmt.Sprintf(format, 341+31*i, 268+13*i))
	}
	return strings.Join(points, ",")
}

// RrwebPage is a copy of a page as rrweb sends it.
const RrwebPage = `[{"type":2,"data":{"node":{"type":0,"childNodes":[{"type":2,"tagName":"html","attributes":{},"childNodes":[` +
	`{"type":2,"tagName":"head","attributes":{},"childNodes":[],"id":3}]}],"id":1},"initialOffset":{"left":0,"top":0}},"timestamp":1795000000000}]`

// Canary is an e-mail address that is typed.
const Canary = "bodifakela4821@example.com"

// Collector is where scripts of another company send to.
const Collector = "https://collect.other.test/c"

// SHA256 is the hash of a text in hexadecimal digits.
func SHA256(s string) string { sum := sha256.Sum256([]byte(s)); return hex.EncodeToString(sum[:]) }

// MD5 is the hash of a text in hexadecimal digits.
func MD5(s string) string {
	sum := md5.Sum([]byte(s)) //nolint:gosec // See above.
	return hex.EncodeToString(sum[:])
}

// CRC is the checksum of a text.
func CRC(s string) uint32 { return crc32.ChecksumIEEE([]byte(s)) }

// Base64 is a text in base64.
func Base64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// Gzip is a text, compressed.
func Gzip(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(s))
	_ = w.Close()
	return b.String()
}

// Typing starts a visit with a run that types.
func Typing() *Maker { return Visit().Another(evidence.Forms) }

// Typed adds a text that is typed into a field.
func (m *Maker) Typed(asks, text string, changes ...func(*evidence.Typed)) *Maker {
	m.Now++
	t := evidence.Typed{
		ID: evidence.NewID(m.Run.Scenario, "typed", len(m.Run.Typed)+1), At: m.Now, Target: "t1",
		Label: "Field for " + asks, Name: "f", Type: "text", Asks: asks, Value: text,
	}
	for _, change := range changes {
		change(&t)
	}
	m.Run.Typed = append(m.Run.Typed, t)
	return m
}

// Post adds a request with a body.
func (m *Maker) Post(url, body string, changes ...Change) *Maker {
	return m.Request("fetch", url, append([]Change{func(r *evidence.Request) { r.Method, r.Body = "POST", body }}, changes...)...)
}

// Line adds a socket over which the page sends messages.
func (m *Maker) Line(url string, frames ...string) *Maker {
	m.Now++
	s := evidence.Socket{ID: evidence.NewID(m.Run.Scenario, "socket", len(m.Run.Sockets)+1), At: m.Now, URL: url, Status: 101, Target: "t1"}
	for _, f := range frames {
		m.Now++
		s.Sent, s.SentBytes = s.Sent+1, s.SentBytes+int64(len(f))
		s.Frames = append(s.Frames, evidence.SocketFrame{At: m.Now, Sent: true, Text: f, Size: len(f)})
	}
	m.Run.Sockets = append(m.Run.Sockets, s)
	return m
}

// By says which scripts made a request, innermost first.
func By(scripts ...string) Change {
	return func(r *evidence.Request) {
		r.Initiator.Kind = "script"
		for _, s := range scripts {
			r.Initiator.Stack = append(r.Initiator.Stack, evidence.Frame{URL: s, Line: 1})
		}
	}
}

// Binary makes the body of a request one that is no text.
func Binary(r *evidence.Request) { r.Body, r.BodyBinary = Base64(r.Body), true }

// SentHeader gives a request a header.
func SentHeader(name, value string) Change {
	return func(r *evidence.Request) { r.Headers = append(r.Headers, evidence.Header{Name: name, Value: value}) }
}

// Called is a name that is typed.
const Called = "Bodifakela Gofudiri"
