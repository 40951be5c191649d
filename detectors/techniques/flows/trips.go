package flows

import (
	"cmp"
	"slices"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/addresses"
	"github.com/spoor-audit/spoor/evidence"
)

// maxOnShow is how long a page may be on show and still count as a hop: Chrome's
// own protection against bounce tracking uses the same ten seconds (DIPS,
// client bounces).
const maxOnShow = 10_000

// A trip is one way of a tab from a page to another, begun by the visitor or by
// opening an address, with all the hops that nobody asked for.
type trip struct {
	from   string // site of the page that it began on, or of the address that was opened
	opened bool   // by an address; no page linked to it
	hops   []hop  // the last one is where it ended
}

// A hop is one document of a trip.
type hop struct {
	*evidence.Request
	host   string
	site   string
	until  evidence.Millis // when the next hop was asked for
	script bool            // a script or the page itself, not the server, sent the visitor on
}

// to returns the hop where a trip ended.
func (t *trip) to() *hop { return &t.hops[len(t.hops)-1] }

// trips joins the documents of all tabs to trips, in order of time.
//
// Browsers say of each navigation whether the visitor asked for it, in the
// header Sec-Fetch-User, or nobody but the browser, in Sec-Fetch-Site (Fetch
// Metadata). What is neither, a page did by itself.
func trips(v *detectors.View) []trip { return detectors.Once(v, "trips", gatherTrips) }

func gatherTrips(v *detectors.View) []trip {
	var documents []*evidence.Request
	for i := range v.Run.Requests {
		if r := &v.Run.Requests[i]; r.Kind == "document" && !r.Frame && addresses.IsHTTP(r.URL) {
			documents = append(documents, r)
		}
	}
	slices.SortStableFunc(documents, func(a, b *evidence.Request) int { return detectors.InTime(a.At, a.ID, b.At, b.ID) })
	trips := make([]*trip, 0, len(documents))
	of := map[evidence.ID]*trip{} // by request
	for _, r := range documents {
		host := evidence.Host(r.URL)
		h := hop{Request: r, host: host, site: v.Known.Site(host)}
		t := of[r.Initiator.Request]
		script := false
		if t == nil || r.Initiator.Kind != "redirect" {
			t, script = continued(v, r, trips), true
		}
		if t == nil {
			t = begin(v, r, h)
			trips = append(trips, t)
		} else {
			t.to().until, t.to().script = r.At, script
			t.hops = append(t.hops, h)
		}
		of[r.ID] = t
	}
	out := make([]trip, len(trips))
	for i, t := range trips {
		out[i] = *t
	}
	return out
}

// begin starts a trip with the first address of it.
func begin(v *detectors.View, r *evidence.Request, h hop) *trip {
	t := &trip{from: h.site, opened: true, hops: []hop{h}}
	if came := evidence.Host(detectors.Header(r.Headers, "referer")); came != "" {
		t.from, t.opened = v.Known.Site(came), false
	} else if d := v.Targets[r.Target]; d != nil && addresses.IsHTTP(d.URL) && detectors.Header(r.Headers, "sec-fetch-site") != "none" {
		t.from, t.opened = v.Known.Site(evidence.Host(d.URL)), false
	}
	return t
}

// continued finds the trip that a page carries on by itself with a request: its
// document is the last hop of it, and was shown for a moment only.
func continued(v *detectors.View, r *evidence.Request, trips []*trip) *trip {
	d := v.Targets[r.Target]
	if d == nil || !addresses.IsHTTP(d.URL) || requested(v, r) {
		return nil
	}
	for i := len(trips) - 1; i >= 0; i-- {
		last := trips[i].to()
		if last.Page == r.Page && last.At <= d.At && addresses.Bare(last.URL) == addresses.Bare(d.URL) {
			if r.At-last.At > maxOnShow {
				return nil
			}
			return trips[i]
		}
	}
	return nil
}

// requested reports whether the visitor asked for a document, or spoor did.
func requested(v *detectors.View, r *evidence.Request) bool {
	switch site := detectors.Header(r.Headers, "sec-fetch-site"); {
	case site == "none" || detectors.Header(r.Headers, "sec-fetch-user") == "?1":
		return true
	case site != "":
		return false
	}
	// Without such headers, which browsers leave out on unprotected addresses, what
	// follows an act closely is taken to follow from it.
	for _, e := range v.Run.Events {
		if e.Kind == "step" && e.At <= r.At && r.At-e.At < 1000 {
			return true
		}
	}
	for i := range v.Run.Pages {
		if p := &v.Run.Pages[i]; p.At <= r.At && cmp.Or(p.URL, p.FinalURL) == r.URL {
			return true
		}
	}
	return false
}
