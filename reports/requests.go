package reports

import (
	"cmp"
	"slices"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// A Request is one request or socket of a run, for tables.
type Request struct {
	ID         evidence.ID
	Scenario   evidence.Scenario
	Phase      evidence.Phase
	AtMS       int64
	Kind       string // document script image xhr ... websocket
	Method     string
	Status     int // 0: no answer
	Error      string
	URL        string // values of cookies and storage in it are cut
	Host       string
	Party      string // ID
	ThirdParty bool
	Tracker    bool   // its host serves to follow visitors, at least once in the run
	Loader     string // URL of the document, script or redirecting answer that caused it; "" if nothing did
	MIME       string
	Bytes      int64    // of the answer as it came over the network
	Cookies    []string // names of the cookies that were sent along
}

// HasRequests reports whether the single requests are known: a result that was
// read from JSON holds only counts.
func (r *Result) HasRequests() bool { return r.visit != nil }

// Requests lists every request and socket by run and time. Values are whole in a
// result that came from [Result.WithValues].
func (r *Result) Requests() []Request {
	if r.visit == nil {
		return nil
	}
	v := addresses(r.visit)
	if !r.whole {
		v = evidence.Redact(v, evidence.Rules{Values: true})
	}
	out := []Request{}
	for i := range v.Runs {
		hosts := map[string]*Host{}
		if run := r.Run(v.Runs[i].Scenario); run != nil {
			for j := range run.Hosts {
				hosts[run.Hosts[j].Host] = &run.Hosts[j]
			}
		}
		out = append(out, requestsOf(&v.Runs[i], hosts)...)
	}
	slices.SortStableFunc(out, func(a, b Request) int {
		return cmp.Or(cmp.Compare(order(a.Scenario), order(b.Scenario)), cmp.Compare(a.AtMS, b.AtMS))
	})
	return out
}

// addresses returns a visit that holds what a table of requests shows, and where
// values to be cut are known from.
func addresses(v *evidence.Visit) *evidence.Visit {
	out := &evidence.Visit{}
	for i := range v.Runs {
		run := &v.Runs[i]
		e := evidence.Run{Scenario: run.Scenario, Chosen: run.Chosen, Cookies: run.Cookies, Storage: run.Storage}
		for _, q := range run.Requests {
			q.Body = "" // It would be looked through for nothing.
			e.Requests = append(e.Requests, q)
		}
		for _, s := range run.Sockets {
			s.Frames = nil
			e.Sockets = append(e.Sockets, s)
		}
		out.Runs = append(out.Runs, e)
	}
	return out
}

// requestsOf lists the requests and sockets of one run.
func requestsOf(run *evidence.Run, hosts map[string]*Host) []Request {
	o := newOrigins(run)
	var out []Request
	for i := range run.Requests {
		q := &run.Requests[i]
		row := Request{
			ID: q.ID, AtMS: int64(q.At), Kind: clip(q.Kind, maxName), Method: clip(q.Method, maxName), Status: q.Status, Error: clip(q.Error, maxName),
			URL: clip(q.URL, maxURL), Loader: clip(o.loader(q), maxURL), MIME: clip(q.MIME, maxName), Bytes: q.Size, Cookies: []string{},
		}
		for _, name := range q.CookiesSent[:min(len(q.CookiesSent), maxSent)] {
			row.Cookies = append(row.Cookies, clip(name, maxName))
		}
		out = append(out, row)
	}
	for i := range run.Sockets {
		s := &run.Sockets[i]
		out = append(out, Request{ID: s.ID, AtMS: int64(s.At), Kind: "websocket", Method: "GET", URL: clip(s.URL, maxURL), Cookies: []string{}})
	}
	for i := range out {
		row := &out[i]
		row.Scenario, row.Phase, row.Host = run.Scenario, run.PhaseOf(evidence.Millis(row.AtMS)), hostOf(row.URL)
		if h := hosts[row.Host]; h != nil {
			row.Party, row.ThirdParty, row.Tracker = h.Party, h.ThirdParty, h.Tracker
		} else if row.Host != "" {
			row.Party = signatures.Site(row.Host)
		}
	}
	return out
}
