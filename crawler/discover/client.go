package discover

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// The most that is read of one answer, in bytes, unpacked.
const (
	maxRobots  = 512 << 10 // RFC 9309, 2.5, demands at least 500 KiB.
	maxPage    = 5 << 20
	maxSitemap = 16 << 20 // 50,000 addresses, as many as one file may hold, are rarely more.
)

func newTransport(o Options) (*http.Transport, error) {
	t := &http.Transport{
		DialContext:            o.HostRules.Dialer(&net.Dialer{Timeout: requestTimeout}),
		TLSHandshakeTimeout:    requestTimeout,
		ResponseHeaderTimeout:  requestTimeout,
		IdleConnTimeout:        10 * time.Second,
		MaxIdleConns:           10,
		MaxResponseHeaderBytes: 256 << 10,
		ForceAttemptHTTP2:      true,
		TLSClientConfig: &tls.Config{
			MinVersion:         tls.VersionTLS12,
			InsecureSkipVerify: o.Insecure, //nolint:gosec // The user asked for it, and the record says so.
		},
	}
	if o.Proxy == "" {
		return t, nil
	}
	proxy, err := ParseProxy(o.Proxy)
	if err != nil {
		return nil, err
	}
	t.Proxy = http.ProxyURL(proxy)
	return t, nil
}

// ParseProxy reads the address of a proxy: "host:port" or a URL of the schemes
// http, https or socks5. Browsers take no name and password there, so that these
// are an error.
func ParseProxy(address string) (*url.URL, error) {
	text := address
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	proxy, err := url.Parse(text)
	switch {
	case err != nil, proxy.Hostname() == "", strings.Trim(proxy.Path, "/") != "", proxy.RawQuery != "":
		return nil, fmt.Errorf("discover: %q is not the address of a proxy", address)
	case proxy.User != nil:
		return nil, errors.New("discover: the address of the proxy holds a name or password, which browsers do not take")
	}
	switch proxy.Scheme {
	case "http", "https", "socks5":
		return proxy, nil
	}
	return nil, fmt.Errorf("discover: %q is not the address of a proxy: its scheme is none of http, https, socks5", address)
}

// An answer is what a server said.
type answer struct {
	code   int
	status string // "404 Not Found"
	body   []byte
}

// get reads one address, waiting for its turn. It follows redirects, and takes
// at most limit bytes.
func (f *Finder) get(ctx context.Context, address string, limit int64) (answer, error) {
	if err := f.limiter.Wait(ctx); err != nil {
		return answer{}, errNoTime
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("User-Agent", f.options.UserAgent)
	response, err := (&http.Client{Transport: f.transport}).Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close() //nolint:errcheck // Nothing is written.
	body, err := io.ReadAll(io.LimitReader(response.Body, limit))
	return answer{response.StatusCode, response.Status, body}, err
}

var (
	errNoTime     = errors.New("there was no time left for it")
	errOffSite    = errors.New("it leads to another site")
	errDisallowed = errors.New("robots.txt does not allow it")
)

// A guard stands between colly and the network: it keeps requests within the
// site and within robots.txt, also after redirects, one at a time and until the
// context ends. Colly asks for robots.txt too, without a limit and once for
// each host; it gets the copy that the Finder keeps.
type guard struct {
	s   *search
	ctx context.Context //nolint:containedctx // Colly makes some requests without the context that it was given.
}

// RoundTrip implements [http.RoundTripper].
func (g *guard) RoundTrip(request *http.Request) (*http.Response, error) {
	if SiteOf(request.URL) != g.s.site {
		return nil, errOffSite
	}
	if request.URL.Path == "/robots.txt" {
		e := g.s.f.robotsOf(g.ctx, request.URL)
		return &http.Response{
			Status: http.StatusText(http.StatusOK), StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(e.forColly())), Request: request,
		}, nil
	}
	allowed, err := g.s.f.Allowed(g.ctx, request.URL.String())
	if err != nil {
		return nil, err
	}
	if !allowed {
		return nil, errDisallowed
	}
	if err := g.s.f.limiter.Wait(g.ctx); err != nil {
		return nil, errNoTime
	}
	ctx, cancel := context.WithTimeout(g.ctx, requestTimeout)
	response, err := g.s.f.transport.RoundTrip(request.WithContext(ctx))
	if err != nil {
		cancel()
		return nil, err
	}
	response.Body = &endingBody{io.LimitReader(response.Body, maxPage), response.Body, cancel}
	return response, nil
}

// An endingBody ends the context of its request when it is closed.
type endingBody struct {
	io.Reader
	body   io.Closer
	cancel context.CancelFunc
}

func (b *endingBody) Close() error {
	defer b.cancel()
	return b.body.Close()
}
