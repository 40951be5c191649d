package detectors

import (
	"cmp"
	_ "embed" // the table
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/spoor-audit/spoor/detectors/addresses"
	"github.com/spoor-audit/spoor/detectors/codes"
	"github.com/spoor-audit/spoor/detectors/datafile"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// A Contact is a request or a WebSocket that left the browser for a host. Pages
// that the run opened on purpose are none.
type Contact struct {
	ID      evidence.ID
	At      evidence.Millis
	Phase   evidence.Phase
	Kind    string // as evidence.Request.Kind
	URL     string
	Host    string
	Page    int
	Third   bool               // the host belongs to another site than the page
	Request *evidence.Request  // nil for a socket
	Socket  *evidence.Socket   // nil for a request
	Answer  *signatures.Answer // of the signatures, once asked
}

//go:embed contacts.yaml
var contactsYAML []byte

// stoppedReasons are the reasons of Chrome for which a request reached nobody.
var stoppedReasons = sync.OnceValue(func() map[string]bool {
	var file struct {
		Stopped []string `yaml:"stopped"`
	}
	if err := datafile.Read("contacts.yaml", contactsYAML, &file); err != nil {
		panic(err) // a mistake of the programmer; the tests find it
	}
	return datafile.Set(file.Stopped)
})

// gatherContacts lists what left the browser, in order of time.
func (v *View) gatherContacts() {
	stopped := stoppedReasons()
	v.Contacts = make([]Contact, 0, len(v.Run.Requests)+len(v.Run.Sockets))
	for i := range v.Run.Requests {
		r := &v.Run.Requests[i]
		navigation := r.Kind == "document" && !r.Frame
		if navigation || r.FromCache || r.FromWorker || stopped[r.BlockedReason] || r.BlockedReason == evidence.StoppedForm || !addresses.IsHTTP(r.URL) {
			continue
		}
		host := evidence.Host(r.URL)
		v.Contacts = append(v.Contacts, Contact{
			ID: r.ID, At: r.At, Phase: v.Run.PhaseOf(r.At), Kind: r.Kind, URL: r.URL, Host: host,
			Page: r.Page, Third: v.Third(host, r.Page), Request: r,
		})
	}
	for i := range v.Run.Sockets {
		s := &v.Run.Sockets[i]
		if !addresses.IsSocket(s.URL) {
			continue
		}
		host := evidence.Host(s.URL)
		v.Contacts = append(v.Contacts, Contact{
			ID: s.ID, At: s.At, Phase: v.Run.PhaseOf(s.At), Kind: "websocket", URL: s.URL, Host: host,
			Page: s.Page, Third: v.Third(host, s.Page), Socket: s,
		})
	}
	slices.SortStableFunc(v.Contacts, func(a, b Contact) int { return InTime(a.At, a.ID, b.At, b.ID) })
}

// Judge says what the signatures know of a contact. The first question asks for
// all contacts of the run.
func (v *View) Judge(c *Contact) *signatures.Answer {
	if c.Answer == nil {
		queries := make([]signatures.Query, len(v.Contacts))
		for i := range v.Contacts {
			queries[i] = v.Query(&v.Contacts[i])
		}
		for i, a := range v.Known.Judge(queries) {
			v.Contacts[i].Answer = a
		}
	}
	return c.Answer
}

// Query puts a contact in the words of signatures.
func (v *View) Query(c *Contact) signatures.Query {
	page := cmp.Or(v.Visit.PageURL(v.Run, c.Page), v.Visit.Home())
	kind := c.Kind
	if kind == "document" { // of a frame: pages are no contacts
		kind = "subdocument"
	}
	return signatures.Query{URL: c.URL, Type: kind, Page: page}
}

// Answered reports whether the other side was there.
func (c *Contact) Answered() bool {
	if c.Socket != nil {
		return c.Socket.Status == 101 || c.Socket.Received > 0
	}
	return c.Request.Status > 0
}

// A Group is contacts of one host in one phase.
type Group struct {
	Host  string
	Phase evidence.Phase
	List  []*Contact
}

// ByHost groups the contacts that keep wants, by host and phase, in order of
// their first ones.
func (v *View) ByHost(keep func(*Contact) bool) []Group {
	var groups []Group
	index := map[[2]string]int{}
	for i := range v.Contacts {
		c := &v.Contacts[i]
		if !keep(c) {
			continue
		}
		k := [2]string{c.Host, string(c.Phase)}
		g, ok := index[k]
		if !ok {
			g = len(groups)
			index[k] = g
			groups = append(groups, Group{Host: c.Host, Phase: c.Phase})
		}
		groups[g].List = append(groups[g].List, c)
	}
	return groups
}

// ContactFinding starts a finding about the contacts of a group: key, company, counts
// and evidence.
func (v *View) ContactFinding(g Group, party string) Finding {
	party = cmp.Or(party, v.Known.Party(g.Host))
	answered := 0
	ids := make([]evidence.ID, 0, min(len(g.List), MaxEvidence))
	for _, c := range g.List {
		if c.Answered() {
			answered++
		}
		if len(ids) < MaxEvidence {
			ids = append(ids, c.ID)
		}
	}
	return Finding{
		Key:       g.Host,
		Phase:     g.Phase,
		Party:     party,
		Host:      g.Host,
		URL:       g.List[0].URL,
		Certainty: Observed,
		First:     g.List[0].At,
		Evidence:  ids,
		Args: map[string]string{
			"host":     g.Host,
			"who":      v.Known.Name(party, g.Host),
			"count":    strconv.Itoa(len(g.List)),
			"answered": strconv.Itoa(answered),
		},
	}
}

// PartyOf returns the party of an answer, or "".
func PartyOf(a *signatures.Answer) string {
	if a.Party == nil {
		return ""
	}
	return a.Party.ID
}

// Carries reports whether a contact took a cookie or an identifier along.
func (v *View) Carries(c *Contact) bool {
	if c.Request != nil && len(c.Request.CookiesSent) > 0 {
		return true
	}
	return codes.IdentifierIn(addresses.Query(c.URL), v.Visit.Subject.Started) != ""
}

// Header returns the value of a header, or "".
func Header(list []evidence.Header, name string) string {
	for _, h := range list {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}
