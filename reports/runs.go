package reports

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// A contact is one request or socket of a run, as far as the question goes who
// was contacted.
type contact struct {
	id    evidence.ID
	at    evidence.Millis
	page  int
	host  string
	url   string
	kind  string
	sent  bool // it reached the host, as far as can be told
	tried bool // it did, or the network failed it
	third bool
}

// contacts lists the requests and sockets of a run that have a host, in order
// of time. A socket that was also recorded as a request counts once.
func (b *builder) contacts(r *evidence.Run) []contact {
	if list, known := b.met[r]; known {
		return list
	}
	list := make([]contact, 0, len(r.Requests)+len(r.Sockets))
	handshakes := map[string]bool{}
	for i := range r.Requests {
		q := &r.Requests[i]
		if q.Kind == "websocket" {
			handshakes[q.URL] = true
		}
		if host := hostOf(q.URL); host != "" {
			list = append(list, contact{q.ID, q.At, q.Page, host, q.URL, q.Kind, reached(q), tried(q), b.third(r, q.Page, host)})
		}
	}
	for i := range r.Sockets {
		s := &r.Sockets[i]
		if host := hostOf(s.URL); host != "" && !handshakes[s.URL] {
			sent := s.Status != 0 || s.Sent > 0 || s.Error == ""
			list = append(list, contact{s.ID, s.At, s.Page, host, s.URL, "websocket", sent, true, b.third(r, s.Page, host)})
		}
	}
	slices.SortStableFunc(list, func(a, b contact) int { return cmp.Compare(a.at, b.at) })
	b.met[r] = list
	return list
}

// reached reports whether a request got through to its host. One that was
// answered did; one that failed did if a connection stood. What the browser
// took from its own cache or a service worker answered told the host nothing.
func reached(q *evidence.Request) bool {
	switch {
	case q.FromCache || q.FromWorker:
		return false
	case q.Status != 0:
		return true
	case q.BlockedReason != "":
		return q.RemoteIP != ""
	case q.Error != "":
		// A beacon that outlives its page counts as aborted and was sent.
		return q.RemoteIP != "" || strings.HasSuffix(q.Error, "ERR_ABORTED") && q.Method == "POST"
	}
	return true
}

// tried reports whether a request was sent on its way: it got through, or would have
// if the network had let it.
func tried(q *evidence.Request) bool {
	return reached(q) || !q.FromCache && !q.FromWorker && q.BlockedReason == ""
}

// runs fills Result.Runs, and with it the parties that were contacted.
func (b *builder) runs() {
	b.r.Runs = []Run{}
	for _, run := range b.runsInOrder() {
		out := Run{
			Scenario: run.Scenario, Outcome: run.Outcome, Reason: clip(run.Reason, maxText), Measured: measured(run),
			Pages: pages(run), Typed: typed(run),
			Requests: len(run.Requests), Sockets: len(run.Sockets), SecondLooks: secondLooks(run),
			Began: stamp(run.Began), TookMS: int64(run.Took),
		}
		for i := range run.Requests {
			out.Bytes += max(0, run.Requests[i].Size)
		}
		if run.Chosen != nil {
			ms := int64(*run.Chosen)
			out.ChosenMS = &ms
		}
		b.choice(&out, run)
		out.picture(run.Shots)
		out.Hosts = b.hosts(run, &out.ThirdPartyRequests)
		b.r.Runs = append(b.r.Runs, out)
	}
}

// picture names the picture that shows the page, or the message with its pictures.
func (r *Run) picture(shots []evidence.Shot) {
	for _, what := range []string{"pictures", "page"} {
		for _, s := range shots {
			if s.What == what && r.Picture == "" {
				r.Picture, r.PictureMS = s.Name, int64(s.At)
			}
		}
	}
}

// secondLooks counts how often the run came back to its first page.
func secondLooks(run *evidence.Run) int {
	n := 0
	for i := range run.Returns {
		if run.Returns[i].Skipped == "" {
			n++
		}
	}
	return n
}

func pages(run *evidence.Run) []Page {
	out := []Page{}
	for _, p := range run.Pages {
		out = append(out, Page{
			URL: clip(p.URL, maxURL), FinalURL: clip(p.FinalURL, maxURL), Status: p.Status, Title: clip(p.Title, maxTitle),
			Settled: p.Settled, TookMS: int64(p.Took), AtMS: int64(p.At), LoadedMS: int64(p.Loaded),
			Language: clip(p.Language, maxName), Pending: p.Pending, Error: clip(p.Error, maxName),
			ErrorText: clip(p.ErrorText, maxText), ViaLink: p.ViaLink,
		})
	}
	return out
}

// maxTyped is how many typed texts of a run are told.
const maxTyped = 300

func typed(run *evidence.Run) []Typed {
	out := []Typed{}
	for _, t := range run.Typed[:min(len(run.Typed), maxTyped)] {
		out = append(out, Typed{
			ID: t.ID, AtMS: int64(t.At), Page: max(t.Page, 0), Form: clip(t.Form, maxWord), Label: clip(t.Label, maxLabel), Name: clip(t.Name, maxLabel),
			Type: clip(t.Type, maxWord), Asks: clip(t.Asks, maxWord), Value: clip(t.Value, maxLabel), Became: clip(t.Became, maxLabel),
		})
	}
	return out
}

// hosts counts the contacts of a run by host.
func (b *builder) hosts(run *evidence.Run, third *int) []Host {
	byHost := map[string]*Host{}
	for _, c := range b.contacts(run) {
		h := byHost[c.host]
		if h == nil {
			h = &Host{Host: c.host, Party: b.party(c.host)}
			byHost[c.host] = h
		}
		if c.third {
			h.ThirdParty = true
			*third++
		}
		if !h.Tracker {
			h.Tracker = b.db.Judge(signatures.Query{URL: c.url, Type: c.kind, Page: b.v.PageURL(run, c.page)}).Tracker
		}
		before := run.PhaseOf(c.at) == evidence.Before
		if before {
			h.Before++
		} else {
			h.After++
		}
		h.Reached = h.Reached || c.sent
		h.ReachedBefore = h.ReachedBefore || c.sent && before
		h.ReachedAfter = h.ReachedAfter || c.sent && !before
		h.TriedBefore = h.TriedBefore || c.tried && before
		h.TriedAfter = h.TriedAfter || c.tried && !before
	}
	out := []Host{}
	for _, h := range byHost {
		out = append(out, *h)
		b.count(h, run.Scenario)
	}
	slices.SortFunc(out, func(a, b Host) int { return cmp.Compare(a.Host, b.Host) })
	return out
}
