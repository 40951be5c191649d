package detectors

import (
	"cmp"
	_ "embed" // the table
	"slices"
	"strconv"
	"sync"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// A contact is a request or a WebSocket that left the browser for a host. Pages
// that the run opened on purpose are none.
type contact struct {
	id      evidence.ID
	at      evidence.Millis
	phase   evidence.Phase
	kind    string // as evidence.Request.Kind
	url     string
	host    string
	page    int
	third   bool               // the host belongs to another site than the page
	request *evidence.Request  // nil for a socket
	socket  *evidence.Socket   // nil for a request
	answer  *signatures.Answer // of the signatures, once asked
}

//go:embed contacts.yaml
var contactsYAML []byte

// stoppedReasons are the reasons of Chrome for which a request reached nobody.
var stoppedReasons = sync.OnceValue(func() map[string]bool {
	var file struct {
		Stopped []string `yaml:"stopped"`
	}
	if err := read("contacts.yaml", contactsYAML, &file); err != nil {
		panic(err) // a mistake of the programmer; the tests find it
	}
	return set(file.Stopped)
})

// gatherContacts lists what left the browser, in order of time.
func (v *View) gatherContacts() {
	stopped := stoppedReasons()
	v.contacts = make([]contact, 0, len(v.Run.Requests)+len(v.Run.Sockets))
	for i := range v.Run.Requests {
		r := &v.Run.Requests[i]
		navigation := r.Kind == "document" && !r.Frame
		if navigation || r.FromCache || r.FromWorker || stopped[r.BlockedReason] || r.BlockedReason == evidence.StoppedForm || !isHTTP(r.URL) {
			continue
		}
		host := evidence.Host(r.URL)
		v.contacts = append(v.contacts, contact{
			id: r.ID, at: r.At, phase: v.Run.PhaseOf(r.At), kind: r.Kind, url: r.URL, host: host,
			page: r.Page, third: v.third(host, r.Page), request: r,
		})
	}
	for i := range v.Run.Sockets {
		s := &v.Run.Sockets[i]
		if !isSocket(s.URL) {
			continue
		}
		host := evidence.Host(s.URL)
		v.contacts = append(v.contacts, contact{
			id: s.ID, at: s.At, phase: v.Run.PhaseOf(s.At), kind: "websocket", url: s.URL, host: host,
			page: s.Page, third: v.third(host, s.Page), socket: s,
		})
	}
	slices.SortStableFunc(v.contacts, func(a, b contact) int { return inTime(a.at, a.id, b.at, b.id) })
}

// judge says what the signatures know of a contact. The first question asks for
// all contacts of the run.
func (v *View) judge(c *contact) *signatures.Answer {
	if c.answer == nil {
		queries := make([]signatures.Query, len(v.contacts))
		for i := range v.contacts {
			queries[i] = v.query(&v.contacts[i])
		}
		for i, a := range v.known.judge(queries) {
			v.contacts[i].answer = a
		}
	}
	return c.answer
}

// query puts a contact in the words of signatures.
func (v *View) query(c *contact) signatures.Query {
	page := cmp.Or(v.Visit.PageURL(v.Run, c.page), v.Visit.Home())
	kind := c.kind
	if kind == "document" { // of a frame: pages are no contacts
		kind = "subdocument"
	}
	return signatures.Query{URL: c.url, Type: kind, Page: page}
}

// answered reports whether the other side was there.
func (c *contact) answered() bool {
	if c.socket != nil {
		return c.socket.Status == 101 || c.socket.Received > 0
	}
	return c.request.Status > 0
}

// A group is contacts of one host in one phase.
type group struct {
	host  string
	phase evidence.Phase
	list  []*contact
}

// byHost groups the contacts that keep wants, by host and phase, in order of
// their first ones.
func (v *View) byHost(keep func(*contact) bool) []group {
	var groups []group
	index := map[[2]string]int{}
	for i := range v.contacts {
		c := &v.contacts[i]
		if !keep(c) {
			continue
		}
		k := [2]string{c.host, string(c.phase)}
		g, ok := index[k]
		if !ok {
			g = len(groups)
			index[k] = g
			groups = append(groups, group{host: c.host, phase: c.phase})
		}
		groups[g].list = append(groups[g].list, c)
	}
	return groups
}

// finding starts a finding about the contacts of a group: key, company, counts
// and evidence.
func (v *View) contactFinding(g group, party string) Finding {
	party = cmp.Or(party, v.known.party(g.host))
	answered := 0
	ids := make([]evidence.ID, 0, min(len(g.list), maxEvidence))
	for _, c := range g.list {
		if c.answered() {
			answered++
		}
		if len(ids) < maxEvidence {
			ids = append(ids, c.id)
		}
	}
	return Finding{
		Key:       g.host,
		Phase:     g.phase,
		Party:     party,
		Host:      g.host,
		URL:       g.list[0].url,
		Certainty: Observed,
		First:     g.list[0].at,
		Evidence:  ids,
		Args: map[string]string{
			"host":     g.host,
			"who":      v.known.name(party, g.host),
			"count":    strconv.Itoa(len(g.list)),
			"answered": strconv.Itoa(answered),
		},
	}
}

// partyOf returns the party of an answer, or "".
func partyOf(a *signatures.Answer) string {
	if a.Party == nil {
		return ""
	}
	return a.Party.ID
}

// carries reports whether a contact took a cookie or an identifier along.
func (v *View) carries(c *contact) bool {
	if c.request != nil && len(c.request.CookiesSent) > 0 {
		return true
	}
	return identifierIn(query(c.url), v.Visit.Subject.Started) != ""
}
