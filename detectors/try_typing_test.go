package detectors

import (
	"bytes"
	"compress/gzip"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
)

// posts makes a request one that sends a body.
func posts(body string) change {
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

// moved adds the way of the mouse to a visit.
func (m *maker) moved() *maker {
	for i := range 10 {
		m.run.Moves = append(m.run.Moves, evidence.Move{At: m.now, X: 341 + 31*i, Y: 268 + 13*i})
	}
	return m
}

// mouseWay writes the way of the mouse by a format for each point.
func mouseWay(format string) string {
	var points []string
	for i := range 10 {
		points = append(points, fmt.Sprintf(format, 341+31*i, 268+13*i))
	}
	return strings.Join(points, ",")
}

const rrwebPage = `[{"type":2,"data":{"node":{"type":0,"childNodes":[{"type":2,"tagName":"html","attributes":{},"childNodes":[` +
	`{"type":2,"tagName":"head","attributes":{},"childNodes":[],"id":3}]}],"id":1},"initialOffset":{"left":0,"top":0}},"timestamp":1795000000000}]`

const canary = "bodifakela4821@example.com"

const collector = "https://collect.other.test/c"

func sha256Of(s string) string { sum := sha256.Sum256([]byte(s)); return hex.EncodeToString(sum[:]) }

func md5Of(s string) string { sum := md5.Sum([]byte(s)); return hex.EncodeToString(sum[:]) }

func crcOf(s string) uint32 { return crc32.ChecksumIEEE([]byte(s)) }

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func gzipOf(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(s))
	_ = w.Close()
	return b.String()
}

// typing starts a visit with a run that types.
func typing() *maker { return visit().another(evidence.Forms) }

// typed adds a text that is typed into a field.
func (m *maker) typed(asks, text string, changes ...func(*evidence.Typed)) *maker {
	m.now++
	t := evidence.Typed{
		ID: evidence.NewID(m.run.Scenario, "typed", len(m.run.Typed)+1), At: m.now, Target: "t1",
		Label: "Field for " + asks, Name: "f", Type: "text", Asks: asks, Value: text,
	}
	for _, change := range changes {
		change(&t)
	}
	m.run.Typed = append(m.run.Typed, t)
	return m
}

// post adds a request with a body.
func (m *maker) post(url, body string, changes ...change) *maker {
	return m.request("fetch", url, append([]change{func(r *evidence.Request) { r.Method, r.Body = "POST", body }}, changes...)...)
}

// line adds a socket over which the page sends messages.
func (m *maker) line(url string, frames ...string) *maker {
	m.now++
	s := evidence.Socket{ID: evidence.NewID(m.run.Scenario, "socket", len(m.run.Sockets)+1), At: m.now, URL: url, Status: 101, Target: "t1"}
	for _, f := range frames {
		m.now++
		s.Sent, s.SentBytes = s.Sent+1, s.SentBytes+int64(len(f))
		s.Frames = append(s.Frames, evidence.SocketFrame{At: m.now, Sent: true, Text: f, Size: len(f)})
	}
	m.run.Sockets = append(m.run.Sockets, s)
	return m
}

// by says which scripts made a request, innermost first.
func by(scripts ...string) change {
	return func(r *evidence.Request) {
		r.Initiator.Kind = "script"
		for _, s := range scripts {
			r.Initiator.Stack = append(r.Initiator.Stack, evidence.Frame{URL: s, Line: 1})
		}
	}
}

func binary(r *evidence.Request) { r.Body, r.BodyBinary = b64(r.Body), true }

func sentHeader(name, value string) change {
	return func(r *evidence.Request) { r.Headers = append(r.Headers, evidence.Header{Name: name, Value: value}) }
}

const called = "Bodifakela Gofudiri"
