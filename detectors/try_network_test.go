package detectors

import (
	"slices"

	"github.com/spoor-audit/spoor/evidence"
)

// goes adds a document of a tab, asked for by the visitor unless auto says that a
// page did it by itself; from is the target that holds the page before it.
func (m *maker) goes(to, from string, changes ...change) *maker {
	m.now += 100
	m.request("document", to, append([]change{func(r *evidence.Request) {
		r.Target = evidence.TargetID(from)
		r.Headers = []evidence.Header{{Name: "Referer", Value: m.urlOf(from)}, {Name: "Sec-Fetch-Site", Value: "cross-site"}, {Name: "Sec-Fetch-User", Value: "?1"}}
	}}, changes...)...)
	return m
}

func (m *maker) urlOf(target string) string {
	for _, t := range m.run.Targets {
		if string(t.ID) == target {
			return t.URL
		}
	}
	return ""
}

// auto makes a navigation one that nobody asked for.
func auto(r *evidence.Request) {
	r.Headers = slices.DeleteFunc(r.Headers, func(h evidence.Header) bool { return h.Name == "Sec-Fetch-User" })
}

// opened makes a navigation one that began with an address.
func opened(r *evidence.Request) {
	r.Target = ""
	r.Headers = []evidence.Header{{Name: "Sec-Fetch-Site", Value: "none"}, {Name: "Sec-Fetch-User", Value: "?1"}}
}

// redirected adds the next hop of the last document.
func (m *maker) redirected(to string, changes ...change) *maker {
	last := &m.run.Requests[len(m.run.Requests)-1]
	last.Status = 302
	id, from, headers := last.ID, last.Target, last.Headers
	m.goes(to, string(from), append([]change{func(r *evidence.Request) {
		r.Initiator, r.Headers = evidence.Initiator{Kind: "redirect", Request: id}, headers
	}}, changes...)...)
	m.run.Requests[len(m.run.Requests)-2].Redirect = m.run.Requests[len(m.run.Requests)-1].ID
	return m
}

// landed makes the last document a page of its own.
func (m *maker) landed(target string) *maker {
	m.run.Targets = append(m.run.Targets, evidence.Target{
		ID: evidence.TargetID(target), Kind: "page", URL: m.run.Requests[len(m.run.Requests)-1].URL, At: m.now, BeforeFirstScript: true,
	})
	return m
}

// sets makes the last document's answer set a cookie.
func (m *maker) sets(name, domain, value string, days int64) *maker {
	id := m.run.Requests[len(m.run.Requests)-1].ID
	return m.cookie(name, domain, value, days, func(c *evidence.Cookie) { c.Writes[0].Request = id })
}

// writes makes a script of the last page write a cookie.
func (m *maker) writes(name, domain, value string, days int64) *maker {
	return m.cookie(name, domain, value, days, func(c *evidence.Cookie) { c.Writes[0].Kind = "script" })
}

const (
	counter = "https://click.counter.test/go?to=1"
	news    = "https://www.news.test/story"
)

const metrics = "https://metrics.shop.test/"

// named gives a host of a visit its aliases.
func (m *maker) named(host string, chain ...string) *maker {
	m.v.Names = append(m.v.Names, evidence.Name{Host: host, Chain: chain})
	return m
}

const aID = "4be1d0a2-7c1f-4e55-9a43-1f0c2d7e9b66" // of a.test

// answers makes the answer to the last request set a cookie.
func (m *maker) answers(name, domain, value string, changes ...func(*evidence.Cookie)) *maker {
	id := m.run.Requests[len(m.run.Requests)-1].ID
	return m.cookie(name, domain, value, 365, append([]func(*evidence.Cookie){func(c *evidence.Cookie) {
		c.Writes[0].Request, c.Writes[0].URL = id, m.run.Requests[len(m.run.Requests)-1].URL
	}}, changes...)...)
}

// leads makes the last request redirect to another.
func (m *maker) leads(to string, changes ...change) *maker {
	last := &m.run.Requests[len(m.run.Requests)-1]
	last.Status = 302
	id, kind := last.ID, last.Kind
	return m.request(kind, to, append([]change{func(r *evidence.Request) {
		r.Initiator = evidence.Initiator{Kind: "redirect", Request: id}
	}}, changes...)...)
}

// scripted makes a script write a cookie.
func scripted(script string) func(*evidence.Cookie) {
	return func(c *evidence.Cookie) { c.Writes[0].Kind, c.Writes[0].URL = "script", script }
}

const gclid = "Cj0KCQiA3sq6BhD2ARIsAJ8MRwXk2Yt"

// landing starts a visit that opens an address of the shop with a mark in it.
func landing(query string) *maker {
	m := visit()
	m.run.Pages[0].URL, m.run.Pages[0].FinalURL, m.run.Targets[0].URL = shop+query, shop+query, shop+query
	return m.goes(shop+query, "", opened)
}

// linked adds a link to the page, or to another document.
func (m *maker) linked(to string, from ...string) *maker {
	m.now++
	m.run.Links = append(m.run.Links, evidence.Link{
		ID: evidence.NewID(m.run.Scenario, "anchor", len(m.run.Links)+1), At: m.now, Document: append(from, shop)[0], URL: to,
	})
	return m
}

type change = func(*evidence.Request)

// pixel makes the answer a picture of one pixel.
func pixel(r *evidence.Request) { r.Width, r.Height, r.MIME, r.AnswerLength = 1, 1, "image/gif", 43 }

func picture(r *evidence.Request) {
	r.Width, r.Height, r.MIME, r.AnswerLength = 300, 250, "image/png", 20_000
}

func status(n int) change { return func(r *evidence.Request) { r.Status = n } }

func fails(err string) change { return func(r *evidence.Request) { r.Status, r.Error = 0, err } }

func sends(names ...string) change { return func(r *evidence.Request) { r.CookiesSent = names } }

const (
	google = "https://www.google-analytics.com/g/collect?v=2&tid=G-ABC123"
	id     = "3f2b8c1d9e7a4f60"
)

const uuid = "8a6e0804-2bd0-4672-b79d-d97027f9071a"
