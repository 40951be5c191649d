package testsites

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// A Server serves all sites on two loopback ports until Close.
type Server struct {
	sites     map[string]bool // by name
	rules     map[string]rule // by path inside sites/
	dynamic   map[string]http.HandlerFunc
	keys      *keys
	heavy     *heavy
	consent   *consentPages
	libraries libraries
	aliases   *aliases
	journal   journal

	askedMu sync.Mutex
	asked   map[string]int // how often bodies with a number were, by path

	plain, secure net.Listener
	servers       []*http.Server
	client        *http.Client
	stop          context.CancelFunc
}

// Serve starts serving the sites on three free ports of 127.0.0.1: for HTTP, for
// HTTPS and for DNS. It fails if a port cannot be opened or a data file of the
// sites is malformed.
func Serve() (*Server, error) {
	all, err := Sites()
	if err != nil {
		return nil, err
	}
	s := &Server{sites: map[string]bool{}, asked: map[string]int{}, heavy: newHeavy()}
	for _, site := range all {
		s.sites[site.Name] = true
	}
	if s.consent, err = newConsentPages(all); err != nil {
		return nil, err
	}
	if s.rules, err = readRules(); err != nil {
		return nil, err
	}
	if s.libraries, err = findLibraries(); err != nil {
		return nil, err
	}
	if s.keys, err = newKeys(); err != nil {
		return nil, err
	}
	if s.plain, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("testsites: listen for http: %w", err)
	}
	if s.secure, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, errors.Join(fmt.Errorf("testsites: listen for https: %w", err), s.plain.Close())
	}
	if s.aliases, err = serveAliases(); err != nil {
		return nil, errors.Join(err, s.plain.Close(), s.secure.Close())
	}
	s.dynamic, s.client = dynamicPages(), s.newClient()

	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	run := func(l net.Listener, tc *tls.Config) {
		h := &http.Server{
			Handler:           s,
			TLSConfig:         tc,
			ReadHeaderTimeout: 10 * time.Second,
			ErrorLog:          log.New(io.Discard, "", 0), // broken handshakes are what some sites are for
			BaseContext:       func(net.Listener) context.Context { return ctx },
		}
		s.servers = append(s.servers, h)
		if tc == nil {
			go func() { _ = h.Serve(l) }()
		} else {
			go func() { _ = h.ServeTLS(l, "", "") }()
		}
	}
	run(s.plain, nil)
	run(s.secure, &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: s.keys.certificate})
	return s, nil
}

// Close ends all connections, the endless ones too, and frees the ports.
func (s *Server) Close() error {
	s.stop()
	s.client.CloseIdleConnections()
	errs := []error{s.aliases.close()}
	for _, h := range s.servers {
		errs = append(errs, h.Close())
	}
	return errors.Join(errs...)
}

// HTTPAddr is the address ("127.0.0.1:port") that serves http: URLs.
func (s *Server) HTTPAddr() string { return s.plain.Addr().String() }

// HTTPSAddr is the address ("127.0.0.1:port") that serves https: and wss: URLs.
func (s *Server) HTTPSAddr() string { return s.secure.Addr().String() }

// HostRules maps every host name to this server, in the syntax of Chrome's
// --host-resolver-rules.
func (s *Server) HostRules() string {
	return "MAP *:80 " + s.HTTPAddr() + ", MAP *:443 " + s.HTTPSAddr()
}

// SPKI is the base64 SHA-256 of the public key of all valid certificates of the
// server, for Chrome's --ignore-certificate-errors-spki-list.
func (s *Server) SPKI() string { return s.keys.spki }

// RootPEM is the certificate of the authority that signed the server's valid
// certificates, for programs that read a file of trusted roots.
func (s *Server) RootPEM() []byte { return s.keys.rootPEM }

// URL is the address of a page of a site: URL("plain", "clean.html"). The page
// index.html is the root of its host.
func (s *Server) URL(site, page string) string { return pageURL(site, page) }

func pageURL(site, page string) string {
	return "https://" + site + ".test/" + strings.TrimPrefix(page, "index.html")
}

// Client returns an HTTP client that reaches the sites by name, trusts the
// server's authority, keeps no cookies and does not follow redirects. It is the
// same client each time.
func (s *Server) Client() *http.Client { return s.client }

func (s *Server) newClient() *http.Client {
	dial := func(ctx context.Context, network, addr string) (net.Conn, error) {
		target := s.HTTPSAddr()
		if strings.HasSuffix(addr, ":80") {
			target = s.HTTPAddr()
		}
		return new(net.Dialer).DialContext(ctx, network, target)
	}
	return &http.Client{
		Transport: &http.Transport{
			DialContext:       dial,
			ForceAttemptHTTP2: true,
			TLSClientConfig:   &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: s.keys.pool},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// ServeHTTP answers one request for any of the hosts.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host := hostOf(r)
	s.journal.add(r, host)
	allowCrossOrigin(w, r)
	if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if h := s.dynamic[r.URL.Path]; h != nil {
		h(w, r)
		return
	}
	if name, ok := libraryName(r.URL.Path); ok {
		s.libraries.serve(w, name)
		return
	}
	if s.heavy.owns(host) {
		s.heavy.ServeHTTP(w, r)
		return
	}
	if p, ok := s.consent.page(host, r.URL.Path); ok && !s.ruled(r, host) {
		s.consent.serve(w, p)
		return
	}
	s.serveFile(w, r, host)
}

// allowCrossOrigin lets every page read every answer, credentials included: the
// sites are about what is sent, not about what is refused.
func allowCrossOrigin(w http.ResponseWriter, r *http.Request) {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return
	}
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Allow-Credentials", "true")
	h.Add("Vary", "Origin")
	if m := r.Header.Get("Access-Control-Request-Method"); m != "" {
		h.Set("Access-Control-Allow-Methods", m)
	}
	if l := r.Header.Get("Access-Control-Request-Headers"); l != "" {
		h.Set("Access-Control-Allow-Headers", l)
	}
}

func hostOf(r *http.Request) string {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.ToLower(host)
}
