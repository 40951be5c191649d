package baseline

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/codes"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/signatures"
)

// The kinds of facts.
const (
	Receiver  = "receiver"  // a registrable domain of another site that was sent a request
	Cookie    = "cookie"    // "name@domain"; codes in the name are "*"
	Storage   = "storage"   // "kind:key@domain"
	Technique = "technique" // "id@domain" of whoever did it
)

// Kinds lists the kinds of facts, sorted.
var Kinds = []string{Cookie, Receiver, Storage, Technique}

// A Fact is one thing that a target is known to do in one state of consent.
type Fact struct {
	Target   string            `json:"target"`
	Scenario evidence.Scenario `json:"scenario"` // none stands for the state before any choice
	Kind     string            `json:"kind"`
	Subject  string            `json:"subject"`
	Company  string            `json:"company,omitempty"` // for the reader; it is not compared
}

// same drops what is not compared.
func (f Fact) same() Fact {
	f.Company = ""
	return f
}

// compare orders facts by target, scenario, kind and subject.
func compare(a, b Fact) int {
	return cmp.Or(strings.Compare(a.Target, b.Target), strings.Compare(string(a.Scenario), string(b.Scenario)),
		strings.Compare(a.Kind, b.Kind), strings.Compare(a.Subject, b.Subject))
}

// A Seen is a fact that some loads of a target showed.
type Seen struct {
	Fact
	Loads int `json:"loads"` // that showed it
	Of    int `json:"of"`    // loads in which its state was measured
	// By names what loaded it, as an address without query; "" is the page itself.
	By string `json:"by,omitempty"`
	// Doors are the domains without which it would not have been loaded, sorted:
	// in every load that showed it, each way to it led through them.
	Doors []string `json:"-"`
	// Purpose says what the company is for, as a category of the signatures.
	Purpose string `json:"purpose,omitempty"`
	// Severity is that of a technique, the heaviest seen; "" for other kinds.
	Severity string `json:"severity,omitempty"`
}

// A State is a scenario of a target, and whether it was seen.
type State struct {
	Target   string            `json:"target"`
	Scenario evidence.Scenario `json:"scenario"`
	Loads    int               `json:"loads"` // in which it was measured
	// Applies is false where the state cannot come about: a site that asks no
	// question has no state after an answer.
	Applies bool          `json:"applies"`
	Why     reports.Words `json:"why,omitzero"` // why it was not measured
}

// Facts unites what several loads of a target showed. Facts are sorted by
// scenario, kind and subject, states in reporting order of scenarios.
func Facts(target string, loads []*reports.Result) ([]Seen, []State) {
	states := statesOf(target, loads)
	of := map[evidence.Scenario]int{}
	for _, s := range states {
		of[s.Scenario] = s.Loads
	}
	index := map[Fact]*Seen{}
	for _, r := range loads {
		for _, s := range factsOf(target, r) {
			have := index[s.same()]
			if have == nil {
				s.Of = of[s.Scenario]
				index[s.same()] = &s
				continue
			}
			have.Loads++
			have.Company, have.By, have.Purpose = cmp.Or(have.Company, s.Company), cmp.Or(have.By, s.By), cmp.Or(have.Purpose, s.Purpose)
			have.Severity = heavier(have.Severity, s.Severity)
			have.Doors = slices.DeleteFunc(have.Doors, func(d string) bool { return !slices.Contains(s.Doors, d) })
		}
	}
	list := make([]Seen, 0, len(index))
	for _, s := range index {
		s.Of = max(s.Of, s.Loads)
		list = append(list, *s)
	}
	slices.SortFunc(list, func(a, b Seen) int { return compare(a.Fact, b.Fact) })
	return list, states
}

// statesOf says of every state of consent in how many loads it was measured.
func statesOf(target string, loads []*reports.Result) []State {
	index := map[evidence.Scenario]*State{}
	for _, r := range loads {
		for _, c := range r.Columns() {
			s := index[c.Scenario]
			if s == nil {
				s = &State{Target: target, Scenario: c.Scenario}
				index[c.Scenario] = s
			}
			switch {
			case c.Measured:
				s.Loads++
				s.Applies = true
			case !missing(r, c.Scenario):
				s.Applies = true
			}
			if !c.Measured && s.Why == (reports.Words{}) {
				s.Why = c.Why
			}
		}
	}
	var list []State
	for _, name := range evidence.Scenarios {
		if s := index[name]; s != nil {
			if s.Loads > 0 {
				s.Why = reports.Words{}
			}
			list = append(list, *s)
		}
	}
	return list
}

// missing reports whether a state did not come about because the site offers no
// such choice.
func missing(r *reports.Result, s evidence.Scenario) bool {
	for i := range r.Runs {
		if run := &r.Runs[i]; run.Scenario == s {
			switch run.Outcome {
			case evidence.NoDialog, evidence.NotOffered, evidence.PayOrAccept:
				return true
			}
		}
	}
	return false
}

// A collector gathers the facts of one load.
type collector struct {
	target    string
	result    *reports.Result
	companies map[string]*reports.Party
	owners    map[string]string // party by registrable domain
	ways      map[evidence.Scenario]*ways
	index     map[Fact]*Seen
}

func factsOf(target string, r *reports.Result) []Seen {
	c := &collector{
		target: target, result: r, companies: map[string]*reports.Party{}, owners: map[string]string{},
		ways: map[evidence.Scenario]*ways{}, index: map[Fact]*Seen{},
	}
	for i := range r.Parties {
		p := &r.Parties[i]
		c.companies[p.ID] = p
		for _, h := range p.Hosts {
			if c.owners[Site(h)] == "" {
				c.owners[Site(h)] = p.ID
			}
		}
	}
	c.receivers()
	c.kept()
	c.techniques()
	list := make([]Seen, 0, len(c.index))
	for _, s := range c.index {
		list = append(list, *s)
	}
	slices.SortFunc(list, func(a, b Seen) int { return compare(a.Fact, b.Fact) })
	return list
}

// add notes a fact of a state of consent, as a run showed it, about a party. via
// are the domains of scripts that did it. Within one load every place where it was
// seen must lead through a door, or that is none.
func (c *collector) add(run, state evidence.Scenario, kind, subject, party string, via ...string) *Seen {
	f := Fact{Target: c.target, Scenario: state, Kind: kind, Subject: oneLine(subject)}
	w := c.waysOf(run)
	places := []string{party}
	for _, domain := range via {
		places = append(places, domain, c.owners[domain])
	}
	doors, by := w.doors(places), w.loader(party)
	have := c.index[f]
	if have == nil {
		s := &Seen{Fact: f, Loads: 1, By: by, Doors: doors}
		if p := c.companies[party]; p != nil {
			s.Company = oneLine(cmp.Or(p.Company, p.Name))
			if len(p.Categories) > 0 {
				s.Purpose = p.Categories[0]
			}
		}
		c.index[f] = s
		return s
	}
	have.Doors = slices.DeleteFunc(have.Doors, func(d string) bool { return !slices.Contains(doors, d) })
	return have
}

func (c *collector) waysOf(run evidence.Scenario) *ways {
	w := c.ways[run]
	if w == nil {
		w = newWays(c.result, run)
		c.ways[run] = w
	}
	return w
}

// receivers gathers who is contacted. What the network failed counts too: visitors
// have another network than a machine for tests, which often may not leave.
func (c *collector) receivers() {
	for i := range c.result.Runs {
		run := &c.result.Runs[i]
		for _, h := range run.Hosts {
			if !h.ThirdParty {
				continue
			}
			if h.ReachedBefore || h.TriedBefore {
				c.add(run.Scenario, reports.StateOf(run.Scenario, evidence.Before), Receiver, Site(h.Host), h.Party)
			}
			if h.ReachedAfter || h.TriedAfter {
				c.add(run.Scenario, reports.StateOf(run.Scenario, evidence.After), Receiver, Site(h.Host), h.Party)
			}
		}
	}
}

// kept gathers cookies and storage. What lives for the visit alone tells nobody
// apart and often has a new name each time: session storage is no fact.
func (c *collector) kept() {
	for i := range c.result.Cookies {
		k := &c.result.Cookies[i]
		if k.State == "blocked" {
			continue
		}
		subject := codes.KeyPattern(k.Name) + "@" + Site(k.Domain)
		for s, p := range k.Seen {
			run := evidence.Scenario(s)
			c.add(run, reports.StateOf(run, evidence.Phase(p)), Cookie, subject, k.Party, Site(hostOf(k.SetBy.Script)))
		}
	}
	for i := range c.result.Storage {
		k := &c.result.Storage[i]
		if k.Kind == "session" {
			continue
		}
		subject := k.Kind + ":" + codes.KeyPattern(k.Key) + "@" + Site(hostOf(k.Origin))
		for s, p := range k.Seen {
			run := evidence.Scenario(s)
			c.add(run, reports.StateOf(run, evidence.Phase(p)), Storage, subject, k.Party, Site(hostOf(k.Script)))
		}
	}
}

// techniques gathers findings. Inventories are facts of their own kinds, and what
// only says that a host was contacted is the receiver's.
func (c *collector) techniques() {
	for i := range c.result.Findings {
		f := &c.result.Findings[i]
		if inventory(f.ID) || f.Severity == string(detectors.Note) {
			continue
		}
		host := cmp.Or(hostOf(f.Script), f.Host)
		s := c.add(f.Scenario, reports.StateOf(f.Scenario, f.Phase), Technique, f.ID+"@"+Site(host), f.Party, Site(hostOf(f.Script)))
		s.Severity = heavier(s.Severity, f.Severity)
	}
}

// heavier returns the heavier of two severities; "" is none.
func heavier(a, b string) string {
	if a == "" || b != "" && reports.Weight(b) < reports.Weight(a) {
		return b
	}
	return a
}

// inventory reports whether findings of a technique are facts of another kind.
func inventory(id string) bool {
	switch id {
	case "cookies-first-party", "cookies-third-party", "service-worker", "third-party-request", "tracker-request":
		return true
	}
	return strings.HasPrefix(id, "storage-")
}

// Site returns the registrable domain of a host, or the host where it has none.
func Site(host string) string { return cmp.Or(signatures.Site(host), host) }

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// oneLine makes a text of a page fit for one field of a line.
func oneLine(s string) string {
	const longest = 200
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '?'
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	if len(s) > longest {
		s = strings.ToValidUTF8(s[:longest], "") + "…"
	}
	return s
}

// SiteOf returns the registrable domain of an address.
func SiteOf(address string) string { return Site(hostOf(address)) }
