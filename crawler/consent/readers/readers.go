// Package readers owns reading what a site's consent tools say at one moment:
// the APIs that the advertising industry agreed on, Google's consent mode, and
// the record that a consent manager keeps of the visitor's choice. It also owns
// the judgement whether such a record agrees with a choice that was made. Which
// consent manager keeps its record where, and what its names mean, is in
// readers.yaml; words are in words.yaml. It must not know how a dialog is found
// or answered, nor the protocol of the browser.
package readers

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"github.com/spoor-audit/spoor/crawler/consent"
	"github.com/spoor-audit/spoor/evidence"
)

// Kinds of signals.
const (
	KindTCF    = "tcf"            // IAB Transparency and Consent Framework
	KindGPP    = "gpp"            // IAB Global Privacy Platform
	KindUSP    = "usp"            // IAB US Privacy
	KindGoogle = "google-consent" // Google's consent mode
	KindCMP    = "cmp"            // the consent manager's own record
)

// maxRaw is how much is kept of what was read, in bytes.
const maxRaw = 256 << 10

// State is what the browser keeps for the page at one moment, of all sites. It
// is read from the browser and not by the page, and so holds cookies that
// scripts cannot see.
type State struct {
	Cookies []Cookie
	// Local and Session are the storages: origin ("https://example.com"), key,
	// value.
	Local   map[string]map[string]string
	Session map[string]map[string]string
}

// A Cookie is one cookie of the browser.
type Cookie struct {
	Name   string
	Value  string
	Domain string
}

// Of is the part of the state that belongs to the site of an address, for the
// frames of other sites may have consent tools of their own. An address without
// a host leaves the state as it is.
func (s State) Of(address string) State {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return s
	}
	own := site(u.Hostname())
	var out State
	for _, c := range s.Cookies {
		if site(c.Domain) == own {
			out.Cookies = append(out.Cookies, c)
		}
	}
	keep := func(m map[string]map[string]string) map[string]map[string]string {
		kept := map[string]map[string]string{}
		for origin, values := range m {
			if u, err := url.Parse(origin); err == nil && site(u.Hostname()) == own {
				kept[origin] = values
			}
		}
		return kept
	}
	out.Local, out.Session = keep(s.Local), keep(s.Session)
	return out
}

// site is the registrable domain of a host, or the host if it has none.
func site(host string) string {
	host = strings.ToLower(strings.Trim(host, "."))
	if d, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil && net.ParseIP(host) == nil {
		return d
	}
	return host
}

// Read reads all signals of a page. What stands in cookies and storage is read
// from state and costs the page nothing; functions of consent tools are called
// among the page's own scripts, where it can see that. The kinds of signals are
// those of [evidence.Signal]; ID, At, Page and Phase are left to the caller.
// They are sorted by kind, source and frame. It takes a few seconds at most. An
// error says what could not be read; what could is returned with it.
func Read(ctx context.Context, page consent.Page, state State) ([]evidence.Signal, error) {
	t, err := load()
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, listLimit)
	frames, err := page.Frames(limited)
	cancel()
	if err != nil {
		return sorted(t.kept(state, nil)), fmt.Errorf("readers: list the frames: %w", err)
	}
	if len(frames) == 0 {
		return sorted(t.kept(state, nil)), fmt.Errorf("readers: the page has no documents")
	}
	signals, first := interfaces(ctx, frames)
	state = state.Of(frames[0].URL())
	seen, err := t.look(ctx, frames[0], state)
	if first == nil {
		first = err
	}
	signals = append(signals, t.kept(state, seen)...)
	for i := range signals {
		if signals[i].Kind == KindCMP && signals[i].Frame == "" {
			signals[i].Frame = frames[0].URL()
		}
	}
	return sorted(signals), first
}

// Kept reads the records of consent managers that stand in cookies and storage,
// of whatever site, and asks no page.
func Kept(state State) ([]evidence.Signal, error) {
	t, err := load()
	if err != nil {
		return nil, err
	}
	return sorted(t.kept(state, nil)), nil
}

// Tool is the name of the consent manager that is the source of a signal of kind
// cmp, as people know it; "" if the record is one that several managers keep.
func Tool(source string) string {
	t, err := load()
	if err != nil {
		return ""
	}
	for _, r := range t.Readers {
		if r.ID == source && len(r.Detect.Globals)+len(r.Detect.Selectors) > 0 {
			return r.Name
		}
	}
	return ""
}

func sorted(signals []evidence.Signal) []evidence.Signal {
	slices.SortStableFunc(signals, func(a, b evidence.Signal) int {
		return strings.Compare(a.Kind+"\x00"+a.Source+"\x00"+a.Frame, b.Kind+"\x00"+b.Source+"\x00"+b.Frame)
	})
	return signals
}

const (
	listLimit = 5 * time.Second
	readLimit = 4 * time.Second // for one document's functions to answer
)

// kept applies every row to what the browser keeps and to what was seen of the
// page, which may be nil.
func (t *table) kept(state State, seen *sight) []evidence.Signal {
	var out []evidence.Signal
	for i := range t.Readers {
		r := &t.Readers[i]
		got, ok := r.read(t.words, state, seen)
		if !ok {
			continue
		}
		raw, err := json.Marshal(got.raw)
		if err != nil {
			continue // Only text and decoded JSON goes in.
		}
		s := evidence.Signal{Kind: KindCMP, Source: r.ID, Raw: clip(raw), Made: got.made, Method: got.method}
		if len(got.categories) > 0 {
			s.Categories = maps.Clone(got.categories)
		}
		out = append(out, s)
	}
	return out
}

// clip keeps what was read within its limit, and JSON.
func clip(raw json.RawMessage) json.RawMessage {
	if len(raw) <= maxRaw {
		return raw
	}
	b, err := json.Marshal(map[string]any{"clipped": true, "length": len(raw), "head": strings.ToValidUTF8(string(raw[:4096]), "")})
	if err != nil {
		return json.RawMessage(`{"clipped":true}`)
	}
	return b
}
