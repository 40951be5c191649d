package discover

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/temoto/robotstxt"
)

// A robotsEntry is the robots.txt of one host.
type robotsEntry struct {
	once    sync.Once
	data    *robotstxt.RobotsData // nil if it could not be read
	body    []byte
	err     error // why it could not be read
	aborted bool  // the caller's time was over before it could be read
}

// forColly returns the text that makes colly decide as Allowed does.
func (e *robotsEntry) forColly() []byte {
	if e.data == nil {
		return []byte("User-agent: *\nDisallow: /\n")
	}
	return e.body
}

// Allowed reports whether robots.txt lets spoor visit an address. As RFC 9309
// says (2.3.1.3 and 2.3.1.4), all is allowed where there is no robots.txt, and
// nothing where it cannot be reached.
func (f *Finder) Allowed(ctx context.Context, address string) (bool, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return false, fmt.Errorf("discover: %q is not the address of a web page", address)
	}
	e := f.robotsOf(ctx, u)
	if e.data == nil {
		return false, e.err
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	return e.data.TestAgent(path, f.options.UserAgent), nil
}

// robotsOf returns the robots.txt for an address, reading it at the first use.
func (f *Finder) robotsOf(ctx context.Context, u *url.URL) *robotsEntry {
	origin := u.Scheme + "://" + u.Host
	f.mu.Lock()
	e := f.robots[origin]
	if e == nil {
		e = new(robotsEntry)
		f.robots[origin] = e
	}
	f.mu.Unlock()
	e.once.Do(func() { f.readRobots(ctx, origin, e) })
	if e.aborted {
		// That the caller had no time says nothing about the host.
		f.mu.Lock()
		if f.robots[origin] == e {
			delete(f.robots, origin)
		}
		f.mu.Unlock()
	}
	return e
}

func (f *Finder) readRobots(ctx context.Context, origin string, e *robotsEntry) {
	got, err := f.get(ctx, origin+"/robots.txt", maxRobots)
	switch {
	case err != nil:
		e.err = fmt.Errorf("robots.txt cannot be reached: %w", err)
		e.aborted = ctx.Err() != nil || errors.Is(err, errNoTime)
		return
	case got.code >= http.StatusInternalServerError:
		e.err = fmt.Errorf("robots.txt cannot be reached: %s", got.status)
		return
	case got.code >= http.StatusBadRequest:
		got.body = nil
	}
	e.body = robotsLines(got.body)
	if e.data, e.err = ReadRobots(got.body); e.err != nil {
		e.err = fmt.Errorf("robots.txt cannot be understood: %w", e.err)
	}
}

// ReadRobots reads a robots.txt as spoor obeys it.
func ReadRobots(body []byte) (*robotstxt.RobotsData, error) {
	return robotstxt.FromBytes(robotsLines(body))
}

// robotsLines keeps the lines of the four kinds that count, because the parser
// gives up on the whole file when one of another kind is malformed. A rule
// before the first User-agent belongs to nobody (RFC 9309, 2.2.1) and goes too.
func robotsLines(body []byte) []byte {
	var kept strings.Builder
	named := false
	for line := range strings.FieldsFuncSeq(string(body), func(r rune) bool { return r == '\n' || r == '\r' }) {
		line, _, _ = strings.Cut(strings.TrimPrefix(line, "\ufeff"), "#")
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		switch key = strings.ToLower(strings.TrimSpace(key)); key {
		case "user-agent":
			named = true
		case "allow", "disallow":
			if !named {
				continue
			}
		case "sitemap":
		default:
			continue
		}
		kept.WriteString(key + ": " + strings.TrimSpace(value) + "\n")
	}
	return []byte(kept.String())
}
