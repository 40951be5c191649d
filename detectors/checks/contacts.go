package checks

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// A contact is the requests of a sample to one host of a tracker.
type contact struct {
	host       string
	party      signatures.Party
	org        string
	class      string // as of items
	third      bool
	identified bool // a cookie or something like an identifier went along
	requests   []*evidence.Request
}

// ids lists the evidence of a contact.
func (k *contact) ids() []evidence.ID {
	out := make([]evidence.ID, 0, len(k.requests))
	for _, q := range k.requests {
		out = append(out, q.ID)
	}
	return out
}

// gatherContacts lists the trackers that a sample contacted, by host. It rests
// on the findings of tracker-request; of hosts with very many requests those
// hold the first ones.
func (c *Case) gatherContacts(s *sample) {
	index := map[string]int{}
	values := c.ownIdentifiers(s)
	for i := range s.run.Requests {
		q := &s.run.Requests[i]
		f := c.facts.trackers[q.ID]
		if f == nil || !s.holds(q.At) {
			continue
		}
		host := evidence.Host(q.URL)
		at, ok := index[host]
		if !ok {
			at = len(s.contacts)
			index[host] = at
			s.contacts = append(s.contacts, c.newContact(host, f))
		}
		k := &s.contacts[at]
		k.requests = append(k.requests, q)
		if !k.identified {
			k.identified = len(q.CookiesSent) > 0 || !c.facts.pings[q.ID] && (carriesAny(q, values) || c.looksIdentified(f, q))
		}
	}
	slices.SortStableFunc(s.contacts, func(a, b contact) int { return cmp.Compare(a.host, b.host) })
}

func (c *Case) newContact(host string, f *detectors.Finding) contact {
	p := c.party(f.Party)
	if p.ID == "" {
		p, _ = c.partyOf(host)
	}
	return contact{
		host: host, party: p, org: c.facts.orgs.of(p.ID, host),
		class: cmp.Or(c.classOfParty(p), classMarketing), third: c.siteOf(host) != c.facts.site,
	}
}

// looksIdentified reports whether the technique itself saw an identifier in a
// query to the host: the finding is heavy then. A ping among the requests may be
// why, so a host that got pings does not count by that alone.
func (c *Case) looksIdentified(f *detectors.Finding, q *evidence.Request) bool {
	if f.Severity != detectors.High || !strings.Contains(q.URL, "?") {
		return false
	}
	return !slices.ContainsFunc(f.Evidence, func(id evidence.ID) bool { return c.facts.pings[id] })
}

// minValue is how long a part of a value must be to be looked for in requests.
const minValue = 8

// ownIdentifiers lists the parts of identifiers that the site's own storage held
// in a sample: what a tracker gets of them, it can recognise the visitor by.
func (c *Case) ownIdentifiers(s *sample) []string {
	var out []string
	for i := range s.items {
		x := &s.items[i]
		if !x.id8 || x.third || x.exempt == "consent" {
			continue
		}
		value := ""
		if x.cookie != nil {
			value = x.cookie.Value
		} else if x.stored != nil && x.stored.Length <= 4096 {
			value = x.stored.Value
		}
		for part := range strings.FieldsFuncSeq(value, func(r rune) bool {
			digit, letter := r >= '0' && r <= '9', r|0x20 >= 'a' && r|0x20 <= 'z'
			return r != '-' && r != '_' && !digit && !letter
		}) {
			if len(part) >= minValue && strings.ContainsAny(part, "0123456789") && len(out) < 200 {
				out = append(out, part)
			}
		}
	}
	return out
}

// carriesAny reports whether a request holds one of some values in its query or
// body.
func carriesAny(q *evidence.Request, values []string) bool {
	if len(values) == 0 {
		return false
	}
	_, query, _ := strings.Cut(q.URL, "?")
	if plain, err := url.QueryUnescape(query); err == nil && plain != query {
		query += "\n" + plain
	}
	for _, v := range values {
		if strings.Contains(query, v) || !q.BodyBinary && strings.Contains(q.Body, v) {
			return true
		}
	}
	return false
}
