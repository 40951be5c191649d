package probe

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/html/charset"

	"github.com/spoor-audit/spoor/crawler/discover"
)

const (
	// The most that is read of an answer, in bytes, unpacked.
	maxPage   = 1 << 20
	maxFile   = 1 << 20
	maxRobots = 512 << 10 // RFC 9309, 2.5, demands at least 500 KiB.
	maxHeader = 64 << 10
	// maxHops is how many redirects are followed, as in Chrome.
	maxHops = 20
)

func newTransport(o Options) (*http.Transport, error) {
	dialer := &net.Dialer{Timeout: o.Timeout, Resolver: o.Resolver}
	t := &http.Transport{
		DialContext:            o.HostRules.Dialer(dialer),
		TLSHandshakeTimeout:    o.Timeout,
		ResponseHeaderTimeout:  o.Timeout,
		IdleConnTimeout:        5 * time.Second,
		MaxIdleConns:           2 * o.Parallel,
		MaxIdleConnsPerHost:    1,
		MaxResponseHeaderBytes: maxHeader,
		ForceAttemptHTTP2:      true,
		TLSClientConfig: &tls.Config{
			MinVersion:         tls.VersionTLS12,
			InsecureSkipVerify: o.Insecure, //nolint:gosec // The user asked for it, and the facts say what was wrong.
		},
	}
	if o.Proxy == "" {
		return t, nil
	}
	proxy, err := discover.ParseProxy(o.Proxy)
	if err != nil {
		return nil, err
	}
	t.Proxy = http.ProxyURL(proxy)
	return t, nil
}

// turns lets one request at a time go to a host.
type turns struct {
	mu    sync.Mutex
	hosts map[string]*turn
}

type turn struct {
	busy  chan struct{}
	users int // who has it or waits for it
}

// take waits for the turn at a host, which ends with release.
func (t *turns) take(ctx context.Context, host string) (release func(), err error) {
	t.mu.Lock()
	at := t.hosts[host]
	if at == nil {
		at = &turn{busy: make(chan struct{}, 1)}
		t.hosts[host] = at
	}
	at.users++
	t.mu.Unlock()
	leave := func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if at.users--; at.users == 0 {
			delete(t.hosts, host)
		}
	}
	select {
	case at.busy <- struct{}{}:
		return func() { <-at.busy; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
}

// An answer is one answer of a server.
type answer struct {
	url    *url.URL
	status int
	header http.Header
	tls    *tls.ConnectionState
	at     time.Time
	body   []byte // nil of redirects
	cut    bool
	html   bool
}

// redirects reports whether the answer leads to another address.
func (a *answer) redirects() bool {
	switch a.status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return a.header.Get("Location") != ""
	}
	return false
}

// A guard stands between colly and the network for one site: it waits for the turn
// at a host, keeps to the site's budget, reads a bounded part of each answer, and
// keeps what all answers of a fetch said. Colly gets the body unpacked and in
// UTF-8, so that no header can make it unpack more or give up.
type guard struct {
	p       *Prober
	spent   time.Duration
	limit   int64 // of a body
	trees   bool  // HTML is made a tree of
	tree    bool  // there is one
	answers []answer
}

var (
	errBudget = fmt.Errorf("the site took too long: %w", context.DeadlineExceeded)
	errLoop   = errors.New("it redirects without end")
	errScheme = errors.New("it redirects to what is no web page")
)

// RoundTrip implements [http.RoundTripper].
func (g *guard) RoundTrip(request *http.Request) (*http.Response, error) {
	a, err := g.exchange(request)
	if err != nil {
		return nil, err
	}
	if a.html && g.trees && !g.tree {
		// Colly makes a tree next, which is many times as large as the text.
		select {
		case g.p.trees <- struct{}{}:
			g.tree = true
		case <-request.Context().Done():
			return nil, request.Context().Err()
		}
	}
	return a.forColly(request), nil
}

// felled says that the tree of the last page is not needed any more.
func (g *guard) felled() {
	if g.tree {
		g.tree = false
		<-g.p.trees
	}
}

// exchange makes one request and reads its answer.
func (g *guard) exchange(request *http.Request) (*answer, error) {
	if s := request.URL.Scheme; s != "http" && s != "https" {
		return nil, errScheme
	}
	release, err := g.p.turns.take(request.Context(), strings.ToLower(request.URL.Hostname()))
	if err != nil {
		return nil, err
	}
	defer release()
	left := min(g.p.options.Timeout, g.p.options.Budget-g.spent)
	if left <= 0 {
		return nil, errBudget
	}
	began := time.Now()
	defer func() { g.spent += time.Since(began) }()
	ctx, cancel := context.WithTimeout(request.Context(), left)
	defer cancel()
	response, err := g.p.transport.RoundTrip(request.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	defer response.Body.Close() //nolint:errcheck // Nothing is written.
	a := answer{url: request.URL, status: response.StatusCode, header: response.Header, tls: response.TLS, at: g.p.options.Now()}
	g.answers = append(g.answers, a)
	last := &g.answers[len(g.answers)-1]
	if !a.redirects() {
		if err := last.read(response.Body, g.limit); err != nil {
			return nil, err
		}
	}
	return last, nil
}

// read reads the body, and turns HTML into UTF-8.
func (a *answer) read(body io.Reader, limit int64) error {
	data, err := io.ReadAll(io.LimitReader(body, limit+1))
	if err != nil {
		return err
	}
	if int64(len(data)) > limit {
		data, a.cut = data[:limit], true
	}
	kind := a.header.Get("Content-Type")
	if kind == "" {
		kind = http.DetectContentType(data)
	}
	media, _, _ := mime.ParseMediaType(kind)
	if media == "" {
		media, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(kind)), ";")
	}
	if a.html = media == "text/html" || media == "application/xhtml+xml"; a.html {
		encoding, _, _ := charset.DetermineEncoding(data, kind)
		if text, err := encoding.NewDecoder().Bytes(data); err == nil && len(text) <= 4*maxPage {
			data = text
		}
	}
	a.body = bytes.ToValidUTF8(data, []byte("\ufffd"))
	return nil
}

// forColly is the answer as colly gets it.
func (a *answer) forColly(request *http.Request) *http.Response {
	header := a.header.Clone()
	header.Del("Content-Encoding")
	header.Set("Content-Type", "text/plain; charset=utf-8")
	if a.html {
		header.Set("Content-Type", "text/html; charset=utf-8")
	}
	return &http.Response{
		StatusCode: a.status, Status: http.StatusText(a.status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(bytes.NewReader(a.body)), ContentLength: int64(len(a.body)), Uncompressed: true, Request: request,
	}
}
