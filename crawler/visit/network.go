package visit

import (
	"time"

	cdptypes "github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/cdp/jsonv2"
	cdpnet "github.com/chromedp/cdproto/network"

	"github.com/spoor-audit/spoor/crawler/cdp"
	"github.com/spoor-audit/spoor/evidence"
)

// traffic collects what Chrome tells of requests. The parts of one request come
// in several events and in no fixed order, so they are kept apart until the run
// is over, and joined then (see requests.go).
type traffic struct {
	byID       map[cdpnet.RequestID]*exchange
	order      []*exchange
	sockets    map[cdpnet.RequestID]int // into Run.Sockets
	open       map[cdpnet.RequestID]*exchange
	partitions map[evidence.ID]string // site under which an answer's Partitioned cookies are kept
	bodies     int                    // bodies that are being fetched
	asked      int                    // requests whose body was asked for apart
}

func newTraffic() traffic {
	return traffic{
		byID: map[cdpnet.RequestID]*exchange{}, sockets: map[cdpnet.RequestID]int{},
		open: map[cdpnet.RequestID]*exchange{}, partitions: map[evidence.ID]string{},
	}
}

// An exchange is a request with all its redirects.
type exchange struct {
	id      cdpnet.RequestID
	session *cdp.Session
	hops    []*hop
	sent    []*cdpnet.EventRequestWillBeSentExtraInfo
	got     []*cdpnet.EventResponseReceivedExtraInfo
}

func (x *exchange) last() *hop { return x.hops[len(x.hops)-1] }

// A hop is one request and its answer.
type hop struct {
	at       time.Time
	stamp    cdptypes.MonotonicTime
	event    *cdpnet.EventRequestWillBeSent
	sent     *sentBody // where Chrome did not tell it with the request
	kind     cdpnet.ResourceType
	page     int
	target   evidence.TargetID
	answer   *cdpnet.Response
	hasExtra bool
	cached   bool
	took     float64 // seconds
	size     int64
	failed   string
	blocked  string
	stopped  bool // it carried a form, and the guard stopped it
	digest   string
	length   int64
	width    int
	height   int
	carries  []string
}

func (r *recorder) requestWillBeSent(e cdp.Event) {
	ev := new(cdpnet.EventRequestWillBeSent)
	if e.Decode(ev) != nil || ev.Request == nil {
		r.run.Losses.EventsDropped++
		return
	}
	x := r.net.byID[ev.RequestID]
	if x == nil {
		x = &exchange{id: ev.RequestID}
		r.net.byID[ev.RequestID] = x
	}
	if x.session == nil {
		x.session = e.Session
		r.net.order = append(r.net.order, x)
	}
	if ev.RedirectResponse != nil && len(x.hops) > 0 {
		prev := x.last()
		prev.answer, prev.hasExtra = ev.RedirectResponse, ev.RedirectHasExtraInfo
		prev.took = float64(ev.Timestamp - prev.stamp)
		prev.size = int64(ev.RedirectResponse.EncodedDataLength)
	}
	h := &hop{at: e.At, stamp: ev.Timestamp, event: ev, kind: ev.Type, page: r.page, target: r.targetOf(e.Session, ev.FrameID)}
	x.hops = append(x.hops, h)
	r.fetchSent(e.Session, ev, h)
	if ev.Type != cdpnet.ResourceTypeEventSource {
		r.net.open[ev.RequestID] = x
	}
	r.changed = e.At
}

// targetOf is the document or worker on whose behalf a session speaks.
func (r *recorder) targetOf(s *cdp.Session, id cdptypes.FrameID) evidence.TargetID {
	if id != "" {
		return r.frames[id].target
	}
	for _, m := range r.realms.byContext {
		if m.session == s {
			return r.targetID(m)
		}
	}
	return ""
}

func (r *recorder) requestExtra(e cdp.Event) {
	ev := new(cdpnet.EventRequestWillBeSentExtraInfo)
	if e.Decode(ev) == nil {
		x := r.exchange(ev.RequestID)
		x.sent = append(x.sent, ev)
	}
}

func (r *recorder) responseExtra(e cdp.Event) {
	ev := new(cdpnet.EventResponseReceivedExtraInfo)
	if e.Decode(ev) == nil {
		x := r.exchange(ev.RequestID)
		x.got = append(x.got, ev)
	}
}

func (r *recorder) exchange(id cdpnet.RequestID) *exchange {
	x := r.net.byID[id]
	if x == nil {
		x = &exchange{id: id}
		r.net.byID[id] = x
	}
	return x
}

func (r *recorder) responseReceived(e cdp.Event) {
	var ev cdpnet.EventResponseReceived
	if e.Decode(&ev) != nil {
		return
	}
	x := r.net.byID[ev.RequestID]
	if x == nil || len(x.hops) == 0 {
		return
	}
	h := x.last()
	h.answer, h.hasExtra = ev.Response, ev.HasExtraInfo
	if ev.Type != "" {
		h.kind = ev.Type
	}
	if ev.Type == cdpnet.ResourceTypeEventSource || (ev.Response != nil && ev.Response.MimeType == "text/event-stream") {
		r.end(ev.RequestID, e.At)
	}
}

func (r *recorder) end(id cdpnet.RequestID, at time.Time) {
	delete(r.net.open, id)
	r.changed = at
}

func (r *recorder) loadingFinished(e cdp.Event) {
	var ev cdpnet.EventLoadingFinished
	if e.Decode(&ev) != nil {
		return
	}
	if x := r.net.byID[ev.RequestID]; x != nil && len(x.hops) > 0 {
		h := x.last()
		h.took, h.size = float64(ev.Timestamp-h.stamp), int64(ev.EncodedDataLength)
		r.fetchBody(e.Session, x)
	}
	r.end(ev.RequestID, e.At)
}

func (r *recorder) loadingFailed(e cdp.Event) {
	var ev cdpnet.EventLoadingFailed
	if e.Decode(&ev) != nil {
		return
	}
	if x := r.net.byID[ev.RequestID]; x != nil && len(x.hops) > 0 {
		h := x.last()
		h.took, h.failed, h.blocked = float64(ev.Timestamp-h.stamp), ev.ErrorText, string(ev.BlockedReason)
	}
	r.end(ev.RequestID, e.At)
}

func (r *recorder) servedFromCache(e cdp.Event) {
	var ev cdpnet.EventRequestServedFromCache
	if e.Decode(&ev) != nil {
		return
	}
	if x := r.net.byID[ev.RequestID]; x != nil && len(x.hops) > 0 {
		x.last().cached = true
	}
}

// dataReceived watches the size of the page itself: a document without end is
// stopped by the driver.
func (r *recorder) dataReceived(e cdp.Event) {
	var ev struct {
		ID   cdpnet.RequestID `json:"requestId"`
		Size int64            `json:"dataLength"`
	}
	if jsonv2.Unmarshal(e.Params, &ev) != nil {
		return
	}
	if x := r.net.byID[ev.ID]; x != nil && len(x.hops) > 0 {
		x.last().size += ev.Size
	}
}

// forget ends the open requests of a session that has gone: nobody will tell
// how they ended.
func (n *traffic) forget(s *cdp.Session) {
	for id, x := range n.open {
		if x.session == s {
			delete(n.open, id)
		}
	}
}
