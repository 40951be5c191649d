package testsites

import (
	"bytes"
	"io"
	"net/http"
	"sync"
	"time"
)

// A Request is one request that the server received.
type Request struct {
	At     time.Time
	Scheme string // "http" or "https"
	Method string
	Host   string
	Path   string
	Query  string
	Header http.Header
	Body   []byte // the first 64 KiB
}

const (
	bodyKept     = 64 << 10
	requestsKept = 100_000
)

// journal remembers requests in the order in which they came.
type journal struct {
	mu   sync.Mutex
	list []Request
}

// add notes a request and gives it its body back for the handler.
func (j *journal) add(r *http.Request, host string) {
	var body []byte
	if r.Body != nil && r.Body != http.NoBody {
		body, _ = io.ReadAll(io.LimitReader(r.Body, bodyKept))
		r.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(bytes.NewReader(body), r.Body), r.Body}
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.list) >= requestsKept {
		return
	}
	j.list = append(j.list, Request{
		At: time.Now(), Scheme: scheme, Method: r.Method, Host: host,
		Path: r.URL.Path, Query: r.URL.RawQuery, Header: r.Header.Clone(), Body: body,
	})
}

// Requests returns the requests received since the start or the last Forget, in
// order of arrival; the first 100,000 of them.
func (s *Server) Requests() []Request {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	return append([]Request(nil), s.journal.list...)
}

// Forget empties the list of [Server.Requests].
func (s *Server) Forget() {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	s.journal.list = nil
}
