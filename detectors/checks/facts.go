package checks

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/statements"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// facts is the joins over a case that several checks need, each computed once.
type facts struct {
	site        string
	identifying map[evidence.ID]bool
	samples     map[*evidence.Run]map[string]*sample
	dialog      dialogFacts
	orgs        *organisations
	registers   []*statements.Register
	claims      []*statements.Statement
	papers      []paper
	trackers    map[evidence.ID]*detectors.Finding // request -> the finding that it is a tracker's
	pings       map[evidence.ID]bool               // hits of Google without an identifier that lasts
	requests    map[evidence.ID]*evidence.Request
	kept        map[string]bool // names in which the site keeps the choice
}

// A paper is a statement of policy with where it was found.
type paper struct {
	*evidence.Paper
	run   *evidence.Run
	words int
}

func newFacts(c *Case) *facts {
	f := &facts{
		site:        c.site(),
		identifying: detectors.Identifying(c.Visit, c.DB),
		samples:     map[*evidence.Run]map[string]*sample{},
		dialog:      newDialogFacts(c.Visit),
		trackers:    map[evidence.ID]*detectors.Finding{},
		requests:    map[evidence.ID]*evidence.Request{},
		kept:        map[string]bool{},
	}
	for i := range c.Visit.Runs {
		r := &c.Visit.Runs[i]
		if r.Choice != nil {
			for _, name := range r.Choice.Kept {
				f.kept[name] = true
			}
		}
		for j := range r.Requests {
			f.requests[r.Requests[j].ID] = &r.Requests[j]
		}
		for j := range r.Papers {
			p := &r.Papers[j]
			f.papers = append(f.papers, paper{Paper: p, run: r, words: len(strings.Fields(p.Text))})
		}
	}
	f.orgs = newOrganisations(c)
	for i := range c.Findings {
		if x := &c.Findings[i]; x.ID == "tracker-request" {
			for _, id := range x.Evidence {
				f.trackers[id] = x
			}
		}
	}
	for i := range c.Statements {
		switch s := &c.Statements[i]; {
		case s.Register != nil:
			f.registers = append(f.registers, s.Register)
		case s.Claim != nil:
			f.claims = append(f.claims, s)
		}
	}
	f.pings = pings(c)
	return f
}

// sample returns a part of a run with its items and contacts, gathered once.
func (f *facts) sample(c *Case, r *evidence.Run, p evidence.Phase, from, to evidence.Millis) *sample {
	byPhase := f.samples[r]
	if byPhase == nil {
		byPhase = map[string]*sample{}
		f.samples[r] = byPhase
	}
	s := byPhase[string(p)]
	if s == nil {
		s = &sample{run: r, phase: p, from: from, to: to, broken: r.Outcome == evidence.Failed}
		byPhase[string(p)] = s
	}
	if !s.gathered {
		s.gathered = true
		c.gatherItems(s)
		c.gatherContacts(s)
	}
	return s
}

// Classes of items.
const (
	classNecessary  = "necessary"
	classFunctional = "functional"
	classAnalytics  = "analytics"
	classMarketing  = "marketing"
	classSocial     = "social"
	classUnknown    = "unknown" // looks like an identifier, purpose not known
)

// An item is a cookie or a storage item as it stands in one sample.
type item struct {
	id       evidence.ID
	name     string
	host     string // domain of a cookie, host of an origin
	kind     string // cookie, or as evidence.StorageItem.Kind
	cookie   *evidence.Cookie
	stored   *evidence.StorageItem
	use      signatures.Use
	row      *statements.Row // of the site's own register, or nil
	class    string
	sure     float64 // certainty of the class, 0 to 1
	exempt   string  // kind of exempt storage, or ""
	audience bool    // the profile may exempt it as audience measurement
	id8      bool    // its value looks like an identifier
	third    bool    // of another site
	org      string
	fresh    bool // set or changed in the sample, not left over
	sent     bool // sent to a tracker in the sample
	evidence []evidence.ID
}

// key names an item across runs.
func (i *item) key() string { return i.kind + " " + i.name + "@" + i.host }

// follows reports whether an item is one of K: not exempt, and for analytics,
// marketing, social networks or recognition with a certainty of at least 0.7.
func (i *item) follows() bool {
	if i.exempt != "" || i.sure < likely {
		return false
	}
	switch i.class {
	case classAnalytics, classMarketing, classSocial, classUnknown:
		return true
	}
	return false
}

// surely reports whether an item is in K with certainty, and no profile may
// exempt it.
func (i *item) surely() bool { return i.follows() && i.sure >= certain && !i.audience }

// gatherItems lists the cookies and storage items of a sample.
func (c *Case) gatherItems(s *sample) {
	sent := c.sentToTrackers(s)
	for i := range s.run.Cookies {
		k := &s.run.Cookies[i]
		if k.State == "blocked" {
			continue
		}
		fresh, there, ids := cookieIn(k, s)
		if !there {
			continue
		}
		x := item{
			id: k.ID, name: k.Name, host: k.Domain, kind: "cookie", cookie: k, fresh: fresh,
			id8: c.facts.identifying[k.ID], third: c.siteOf(k.Domain) != c.facts.site,
			evidence: append([]evidence.ID{k.ID}, ids...),
		}
		x.sent = slices.ContainsFunc(sent[k.Name], func(host string) bool {
			return host == k.Domain || strings.HasSuffix(host, "."+k.Domain)
		})
		c.classify(&x)
		s.items = append(s.items, x)
	}
	for i := range s.run.Storage {
		t := &s.run.Storage[i]
		fresh := s.holds(t.At)
		if !fresh && (t.At >= s.to || t.Deleted) {
			continue
		}
		host := evidence.Host(t.Origin)
		x := item{
			id: t.ID, name: t.Key, host: host, kind: t.Kind, stored: t, fresh: fresh,
			id8: c.facts.identifying[t.ID], third: c.siteOf(host) != c.facts.site,
			evidence: []evidence.ID{t.ID},
		}
		if t.Deleted && !x.id8 {
			continue // written to see whether writing works
		}
		c.classify(&x)
		s.items = append(s.items, x)
	}
	slices.SortStableFunc(s.items, func(a, b item) int { return cmp.Compare(a.key(), b.key()) })
}

// cookieIn says whether a cookie was written in a sample, whether it was there
// at all, and on what that rests.
func cookieIn(k *evidence.Cookie, s *sample) (fresh, there bool, ids []evidence.ID) {
	kept, written := false, false
	for _, w := range k.Writes {
		if w.Delete || len(w.Refused) > 0 {
			kept = kept && !w.Delete
			continue
		}
		written = true
		switch {
		case s.holds(w.At):
			fresh = true
			if id := cmp.Or(w.Call, w.Request); id != "" {
				ids = append(ids, id)
			}
		case w.At < s.from:
			kept = true
		}
	}
	if !written {
		fresh = s.holds(k.At)
		kept = k.At < s.from && k.State == "stored"
	}
	return fresh, fresh || kept, ids
}

// sentToTrackers lists the hosts of trackers that got cookies in a sample, by
// name of the cookie.
func (c *Case) sentToTrackers(s *sample) map[string][]string {
	out := map[string][]string{}
	for i := range s.run.Requests {
		q := &s.run.Requests[i]
		if !s.holds(q.At) || c.facts.trackers[q.ID] == nil {
			continue
		}
		for _, name := range q.CookiesSent {
			out[name] = append(out[name], evidence.Host(q.URL))
		}
	}
	return out
}
