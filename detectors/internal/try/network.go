package try

import (
	"slices"

	"github.com/spoor-audit/spoor/evidence"
)

// Goes adds a document of a tab, asked for by the visitor unless auto says that a
// page did it by itself; from is the target that holds the page before it.
func (m *Maker) Goes(to, from string, changes ...Change) *Maker {
	m.Now += 100
	m.Request("document", to, append([]Change{func(r *evidence.Request) {
		r.Target = evidence.TargetID(from)
		r.Headers = []evidence.Header{{Name: "Referer", Value: m.urlOf(from)}, {Name: "Sec-Fetch-Site", Value: "cross-site"}, {Name: "Sec-Fetch-User", Value: "?1"}}
	}}, changes...)...)
	return m
}

func (m *Maker) urlOf(target string) string {
	for _, t := range m.Run.Targets {
		if string(t.ID) == target {
			return t.URL
		}
	}
	return ""
}

// Auto makes a navigation one that nobody asked for.
func Auto(r *evidence.Request) {
	r.Headers = slices.DeleteFunc(r.Headers, func(h evidence.Header) bool { return h.Name == "Sec-Fetch-User" })
}

// Opened makes a navigation one that began with an address.
func Opened(r *evidence.Request) {
	r.Target = ""
	r.Headers = []evidence.Header{{Name: "Sec-Fetch-Site", Value: "none"}, {Name: "Sec-Fetch-User", Value: "?1"}}
}

// Redirected adds the next hop of the last document.
func (m *Maker) Redirected(to string, changes ...Change) *Maker {
	last := &m.Run.Requests[len(m.Run.Requests)-1]
	last.Status = 302
	id, from, headers := last.ID, last.Target, last.Headers
	m.Goes(to, string(from), append([]Change{func(r *evidence.Request) {
		r.Initiator, r.Headers = evidence.Initiator{Kind: "redirect", Request: id}, headers
	}}, changes...)...)
	m.Run.Requests[len(m.Run.Requests)-2].Redirect = m.Run.Requests[len(m.Run.Requests)-1].ID
	return m
}

// Landed makes the last document a page of its own.
func (m *Maker) Landed(target string) *Maker {
	m.Run.Targets = append(m.Run.Targets, evidence.Target{
		ID: evidence.TargetID(target), Kind: "page", URL: m.Run.Requests[len(m.Run.Requests)-1].URL, At: m.Now, BeforeFirstScript: true,
	})
	return m
}

// Sets makes the last document's answer set a cookie.
func (m *Maker) Sets(name, domain, value string, days int64) *Maker {
	id := m.Run.Requests[len(m.Run.Requests)-1].ID
	return m.Cookie(name, domain, value, days, func(c *evidence.Cookie) { c.Writes[0].Request = id })
}

// Writes makes a script of the last page write a cookie.
func (m *Maker) Writes(name, domain, value string, days int64) *Maker {
	return m.Cookie(name, domain, value, days, func(c *evidence.Cookie) { c.Writes[0].Kind = "script" })
}

// A company that counts clicks, and the page that it leads to.
const (
	Counter = "https://click.counter.test/go?to=1"
	News    = "https://www.news.test/story"
)

// Metrics is a name of the shop that others may stand behind.
const Metrics = "https://metrics.shop.test/"

// Named gives a host of a visit its aliases.
func (m *Maker) Named(host string, chain ...string) *Maker {
	m.Visit.Names = append(m.Visit.Names, evidence.Name{Host: host, Chain: chain})
	return m
}

// CodeOfA is an identifier of a.test.
const CodeOfA = "4be1d0a2-7c1f-4e55-9a43-1f0c2d7e9b66"

// Answers makes the answer to the last request set a cookie.
func (m *Maker) Answers(name, domain, value string, changes ...func(*evidence.Cookie)) *Maker {
	id := m.Run.Requests[len(m.Run.Requests)-1].ID
	return m.Cookie(name, domain, value, 365, append([]func(*evidence.Cookie){func(c *evidence.Cookie) {
		c.Writes[0].Request, c.Writes[0].URL = id, m.Run.Requests[len(m.Run.Requests)-1].URL
	}}, changes...)...)
}

// Leads makes the last request redirect to another.
func (m *Maker) Leads(to string, changes ...Change) *Maker {
	last := &m.Run.Requests[len(m.Run.Requests)-1]
	last.Status = 302
	id, kind := last.ID, last.Kind
	return m.Request(kind, to, append([]Change{func(r *evidence.Request) {
		r.Initiator = evidence.Initiator{Kind: "redirect", Request: id}
	}}, changes...)...)
}

// Scripted makes a script write a cookie.
func Scripted(script string) func(*evidence.Cookie) {
	return func(c *evidence.Cookie) { c.Writes[0].Kind, c.Writes[0].URL = "script", script }
}

// Gclid is a mark that tells a click on an advertisement.
const Gclid = "Cj0KCQiA3sq6BhD2ARIsAJ8MRwXk2Yt"

// Landing starts a visit that opens an address of the shop with a mark in it.
func Landing(query string) *Maker {
	m := Visit()
	m.Run.Pages[0].URL, m.Run.Pages[0].FinalURL, m.Run.Targets[0].URL = Shop+query, Shop+query, Shop+query
	return m.Goes(Shop+query, "", Opened)
}

// Linked adds a link to the page, or to another document.
func (m *Maker) Linked(to string, from ...string) *Maker {
	m.Now++
	m.Run.Links = append(m.Run.Links, evidence.Link{
		ID: evidence.NewID(m.Run.Scenario, "anchor", len(m.Run.Links)+1), At: m.Now, Document: append(from, Shop)[0], URL: to,
	})
	return m
}

// A Change changes a request before it is added.
type Change = func(*evidence.Request)

// Pixel makes the answer a picture of one pixel.
func Pixel(r *evidence.Request) { r.Width, r.Height, r.MIME, r.AnswerLength = 1, 1, "image/gif", 43 }

// Picture makes the answer a picture to look at.
func Picture(r *evidence.Request) {
	r.Width, r.Height, r.MIME, r.AnswerLength = 300, 250, "image/png", 20_000
}

// Status gives the answer a status.
func Status(n int) Change { return func(r *evidence.Request) { r.Status = n } }

// Fails makes a request one that nobody answered.
func Fails(err string) Change { return func(r *evidence.Request) { r.Status, r.Error = 0, err } }

// Sends makes a request take cookies along.
func Sends(names ...string) Change { return func(r *evidence.Request) { r.CookiesSent = names } }

// An address of Google Analytics, and an identifier of a visitor.
const (
	Google  = "https://www.google-analytics.com/g/collect?v=2&tid=G-ABC123"
	Visitor = "3f2b8c1d9e7a4f60"
)

// UUID is an identifier of a visitor in the form of a UUID.
const UUID = "8a6e0804-2bd0-4672-b79d-d97027f9071a"
