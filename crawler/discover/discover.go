// Package discover owns the choice of further pages of a site: which there are,
// by links and sitemaps, which of them may be visited, by robots.txt, and which
// are taken, by seeded sampling.
//
// It works over plain HTTP with a user agent of its own, one request a second.
// It must not know Chrome; links that only a browser finds are handed in.
package discover

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/spoor-audit/spoor/crawler/hostrules"
)

// Options says how to make requests.
type Options struct {
	// UserAgent names spoor to the site, "spoor/1.0 (+https://...)". Its first
	// word is also looked for in robots.txt. It must not be empty.
	UserAgent string
	Seed      int64 // of the sampling

	HostRules hostrules.Rules
	Proxy     string // URL of a proxy, or "host:port"; "" for none
	Insecure  bool   // accept invalid certificates

	// Budget is the time for one call of Pages; 0 means 20 seconds.
	Budget time.Duration
	// Every is the time between two requests; 0 means one second.
	Every time.Duration
}

const (
	defaultBudget  = 20 * time.Second
	defaultEvery   = time.Second
	requestTimeout = 10 * time.Second
	maxFurther     = 5     // pages fetched for their links when the first has too few
	maxCandidates  = 50000 // what one sitemap may hold by its specification
)

// A Finder finds pages. It keeps the robots.txt of each host and may be used by
// several goroutines.
type Finder struct {
	options   Options
	transport *http.Transport
	limiter   *rate.Limiter

	mu     sync.Mutex
	robots map[string]*robotsEntry // by scheme and host
}

// New returns a Finder. The error tells of a proxy that is not one.
func New(options Options) (*Finder, error) {
	if options.UserAgent == "" {
		return nil, errors.New("discover: no user agent given")
	}
	if options.Budget == 0 {
		options.Budget = defaultBudget
	}
	if options.Every == 0 {
		options.Every = defaultEvery
	}
	transport, err := newTransport(options)
	if err != nil {
		return nil, err
	}
	return &Finder{
		options:   options,
		transport: transport,
		limiter:   rate.NewLimiter(rate.Every(options.Every), 1),
		robots:    map[string]*robotsEntry{},
	}, nil
}

// Close ends the connections that are kept open.
func (f *Finder) Close() { f.transport.CloseIdleConnections() }

// Notes says where candidates came from and what went wrong.
type Notes struct {
	Links      int       // candidates found by following links
	Sitemap    int       // candidates that only sitemaps named
	Browser    int       // candidates that only the browser saw
	Disallowed int       // candidates drawn and dropped because of robots.txt
	Problems   []Problem // in order of appearance
}

// A Problem is something that could not be read, and therefore may hide pages.
type Problem struct {
	URL string
	Why string
}

// Pages chooses up to n further pages of the site of start, in the order in
// which to visit them. The same site, seed and n give the same pages; as long as
// the candidates stay the same, a larger n adds pages to them. Candidates are links that the browser
// saw, relative to start or absolute; others are found by reading start and the
// sitemaps. Two addresses that differ in fragment, final slash, order of
// parameters, tracking parameters, scheme or "www." count as one page.
//
// The error is of start, or of the context when the caller ended it. What else
// goes wrong stands in the Notes.
func (f *Finder) Pages(ctx context.Context, start *url.URL, n int, candidates []string) ([]string, Notes, error) {
	if start == nil || start.Host == "" || start.Scheme != "http" && start.Scheme != "https" {
		return nil, Notes{}, fmt.Errorf("discover: %q is not the address of a web page", start)
	}
	if n <= 0 {
		return nil, Notes{}, nil
	}
	limited, cancel := context.WithTimeout(ctx, f.options.Budget)
	defer cancel()
	s := newSearch(f, start)
	for _, link := range candidates {
		s.add(start, link, fromBrowser)
	}
	s.readSitemaps(limited)
	s.readLinks(limited, start.String())
	for range maxFurther {
		next, ok := s.unread()
		if len(s.found) >= n || !ok || limited.Err() != nil {
			break
		}
		s.readLinks(limited, next)
	}
	pages := s.draw(limited, n)
	if err := ctx.Err(); err != nil {
		return nil, s.notes, fmt.Errorf("discover: pages of %s: %w", start.Host, err)
	}
	if limited.Err() != nil {
		s.problem(start.String(), fmt.Sprintf("not finished after %v", f.options.Budget))
	}
	return pages, s.notes, nil
}

// A source says how a candidate was found.
type source int

const (
	fromLink source = iota
	fromSitemap
	fromBrowser
)

// A search is one call of Pages.
type search struct {
	f     *Finder
	start *url.URL
	site  string
	found map[string]candidate // by key
	read  map[string]bool      // keys of pages whose links were read
	notes Notes
}

type candidate struct {
	url string // of several spellings the smallest, so that order does not matter
	by  source
}

func newSearch(f *Finder, start *url.URL) *search {
	return &search{f: f, start: start, site: SiteOf(start), found: map[string]candidate{}, read: map[string]bool{keyOf(start): true}}
}

// add takes up a link if it leads to another page of the site.
func (s *search) add(base *url.URL, link string, by source) {
	u, ok := resolve(base, link)
	if !ok || SiteOf(u) != s.site || !isPage(u) {
		return
	}
	key := keyOf(u)
	if key == keyOf(s.start) {
		return
	}
	old, known := s.found[key]
	if !known && len(s.found) >= maxCandidates {
		return
	}
	c := candidate{u.String(), by}
	if known {
		c.url, c.by = smaller(c.url, old.url), min(by, old.by)
	}
	s.found[key] = c
}

// smaller prefers https, then the shorter, then the first in the alphabet.
func smaller(a, b string) string {
	if sa, sb := a[:5] == "https", b[:5] == "https"; sa != sb {
		if sa {
			return a
		}
		return b
	}
	if len(a) != len(b) {
		if len(a) < len(b) {
			return a
		}
		return b
	}
	return min(a, b)
}

// keys returns the keys of all candidates, sorted.
func (s *search) keys() []string {
	keys := make([]string, 0, len(s.found))
	for key := range s.found {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// unread returns the first candidate whose links were not read yet.
func (s *search) unread() (string, bool) {
	for _, key := range s.keys() {
		if !s.read[key] {
			s.read[key] = true
			return s.found[key].url, true
		}
	}
	return "", false
}

// draw takes n candidates that robots.txt allows.
func (s *search) draw(ctx context.Context, n int) []string {
	keys := s.keys()
	for _, key := range keys {
		switch s.found[key].by {
		case fromLink:
			s.notes.Links++
		case fromSitemap:
			s.notes.Sitemap++
		case fromBrowser:
			s.notes.Browser++
		}
	}
	shuffle(keys, s.f.options.Seed)
	var pages []string
	for _, key := range keys {
		if len(pages) == n || ctx.Err() != nil {
			break
		}
		allowed, err := s.f.Allowed(ctx, s.found[key].url)
		switch {
		case err != nil:
			s.problem(s.found[key].url, err.Error())
		case !allowed:
			s.notes.Disallowed++
		default:
			pages = append(pages, s.found[key].url)
		}
	}
	return pages
}

func (s *search) problem(where, why string) {
	p := Problem{where, why}
	if !slices.Contains(s.notes.Problems, p) {
		s.notes.Problems = append(s.notes.Problems, p)
	}
}
