package visit

import (
	"fmt"
	"net/http"
	"slices"
	"sort"
	"strings"

	cdpnet "github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"

	"github.com/spoor-audit/spoor/crawler/cdp"
	"github.com/spoor-audit/spoor/evidence"
)

// finishRequests joins the parts of all requests, in the order of time.
func (r *recorder) finishRequests() {
	type item struct {
		x *exchange
		i int
	}
	var items []item
	for _, x := range r.net.order {
		for i, h := range x.hops {
			if !r.ofMessage(h) {
				items = append(items, item{x, i})
			}
		}
	}
	sort.SliceStable(items, func(a, b int) bool { return items[a].x.hops[items[a].i].at.Before(items[b].x.hops[items[b].i].at) })
	ids := map[*hop]evidence.ID{}
	for n, it := range items {
		ids[it.x.hops[it.i]] = r.id("request", n+1)
	}
	r.run.Requests = make([]evidence.Request, 0, len(items))
	for _, it := range items {
		r.run.Requests = append(r.run.Requests, r.request(it.x, it.i, ids))
	}
}

// request joins one hop.
func (r *recorder) request(x *exchange, i int, ids map[*hop]evidence.ID) evidence.Request {
	h := x.hops[i]
	ev := h.event
	q := evidence.Request{
		ID: ids[h], At: r.since(h.at), Page: h.page, Target: h.target, Document: clip(ev.DocumentURL, 4096),
		Kind: kindOf(h), URL: ev.Request.URL + ev.Request.URLFragment, Method: ev.Request.Method,
		Initiator: r.initiator(x.session, ev.Initiator),
		Took:      evidence.Millis(h.took * 1000), Size: h.size, Error: h.failed, BlockedReason: h.blocked,
		AnswerDigest: h.digest, AnswerLength: h.length, Width: h.width, Height: h.height, FromCache: h.cached,
		Carries: h.carries,
	}
	if h.stopped {
		q.BlockedReason = evidence.StoppedForm
	}
	q.Frame = q.Kind == "document" && (x.session.Info.Type != "page" || string(ev.FrameID) != string(x.session.Info.TargetID))
	if i > 0 {
		q.Initiator.Kind, q.Initiator.Request = "redirect", ids[x.hops[i-1]]
	} else if ev.Initiator != nil && ev.Initiator.RequestID != "" {
		if cause := r.net.byID[ev.Initiator.RequestID]; cause != nil && len(cause.hops) > 0 {
			q.Initiator.Request = ids[cause.hops[0]]
		}
	}
	if i+1 < len(x.hops) {
		q.Redirect = ids[x.hops[i+1]]
	}
	setBody(&q, h)
	q.Headers = headers(ev.Request.Headers)
	sent, got := x.extra(i)
	if sent != nil {
		q.Headers = headers(sent.Headers)
		sentCookies(&q, sent)
	}
	if a := h.answer; a != nil {
		q.Status, q.MIME, q.Protocol, q.RemoteIP = int(a.Status), a.MimeType, a.Protocol, a.RemoteIPAddress
		q.FromCache = q.FromCache || a.FromDiskCache || a.FromPrefetchCache
		q.FromWorker = a.FromServiceWorker
		q.Answer = headers(a.Headers)
	}
	if got != nil {
		q.Answer = headers(got.Headers)
		q.Confirmed = got.StatusCode == http.StatusNotModified
		refusedCookies(&q, got)
		if got.CookiePartitionKey != nil {
			r.net.partitions[q.ID] = got.CookiePartitionKey.TopLevelSite
		}
		if q.Status == 0 {
			q.Status = int(got.StatusCode)
		}
	}
	return q
}

// extra finds the extra information of a hop. Chrome sends it apart from the
// hop and in the hops' order, but only for hops that went over the network.
func (x *exchange) extra(i int) (*cdpnet.EventRequestWillBeSentExtraInfo, *cdpnet.EventResponseReceivedExtraInfo) {
	n := 0
	for _, h := range x.hops[:i] {
		if h.answer == nil || h.hasExtra {
			n++
		}
	}
	h := x.hops[i]
	if h.answer != nil && !h.hasExtra {
		return nil, nil
	}
	var sent *cdpnet.EventRequestWillBeSentExtraInfo
	var got *cdpnet.EventResponseReceivedExtraInfo
	if n < len(x.sent) {
		sent = x.sent[n]
	}
	if n < len(x.got) {
		got = x.got[n]
	}
	return sent, got
}

// kindOf is the evidence's word for a type of resource.
func kindOf(h *hop) string {
	if h.event.Initiator != nil && h.event.Initiator.Type == cdpnet.InitiatorTypePreflight {
		return "preflight"
	}
	k := h.kind
	if k == "" {
		k = h.event.Type
	}
	switch k {
	case cdpnet.ResourceTypePing:
		if h.event.Request.Method == "POST" && !strings.Contains(fmt.Sprint(h.event.Request.Headers["Ping-From"]), "http") {
			return "beacon"
		}
		return "ping"
	case "":
		return "other"
	}
	return strings.ToLower(string(k))
}

func setBody(q *evidence.Request, h *hop) {
	b := h.sent
	if b == nil {
		told := sentWith(h.event.Request)
		if len(told) == 0 {
			return
		}
		b = newSentBody(told)
	}
	q.Body, q.BodyBinary, q.BodySize, q.BodyDigest = b.text, b.binary, b.size, b.digest
}

// headers sorts headers by name. Several lines of one name, which Chrome joins
// with line breaks, become lines again.
func headers(h cdpnet.Headers) []evidence.Header {
	out := make([]evidence.Header, 0, len(h))
	for name, v := range h {
		for _, line := range strings.Split(fmt.Sprint(v), "\n") {
			out = append(out, evidence.Header{Name: name, Value: clip(line, 8192)})
		}
	}
	slices.SortStableFunc(out, func(a, b evidence.Header) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return out
}

func sentCookies(q *evidence.Request, ev *cdpnet.EventRequestWillBeSentExtraInfo) {
	for _, c := range ev.AssociatedCookies {
		if c.Cookie == nil {
			continue
		}
		if len(c.BlockedReasons) == 0 {
			q.CookiesSent = append(q.CookiesSent, c.Cookie.Name)
			continue
		}
		ref := evidence.Refused{Name: c.Cookie.Name, Domain: strings.TrimPrefix(c.Cookie.Domain, "."), Direction: "sent"}
		for _, why := range c.BlockedReasons {
			ref.Reasons = append(ref.Reasons, string(why))
		}
		slices.Sort(ref.Reasons)
		q.CookiesRefused = append(q.CookiesRefused, ref)
	}
	slices.Sort(q.CookiesSent)
}

func refusedCookies(q *evidence.Request, ev *cdpnet.EventResponseReceivedExtraInfo) {
	for _, c := range ev.BlockedCookies {
		name, _, _ := strings.Cut(c.CookieLine, "=")
		ref := evidence.Refused{Name: strings.TrimSpace(name), Line: c.CookieLine, Direction: "stored"}
		for _, why := range c.BlockedReasons {
			ref.Reasons = append(ref.Reasons, string(why))
		}
		slices.Sort(ref.Reasons)
		q.CookiesRefused = append(q.CookiesRefused, ref)
	}
}

// maxInitiator is how many frames end the search for those that scheduled a call.
const maxInitiator = 60

// initiator says what made the browser send a request. Calls under way are
// joined by those that scheduled them.
func (r *recorder) initiator(s *cdp.Session, in *cdpnet.Initiator) evidence.Initiator {
	if in == nil {
		return evidence.Initiator{Kind: "other"}
	}
	out := evidence.Initiator{Kind: strings.ToLower(string(in.Type)), URL: in.URL}
	if in.URL != "" {
		out.Line, out.Column = int(in.LineNumber)+1, int(in.ColumnNumber)+1
	}
	async := false
	for st := in.Stack; st != nil && (!async || len(out.Stack) < maxInitiator); st = st.Parent {
		for _, f := range st.CallFrames {
			out.Stack = append(out.Stack, r.stackFrame(s, f, async))
		}
		async = true
	}
	if out.URL == "" && len(out.Stack) > 0 {
		top := out.Stack[0]
		out.URL, out.Line, out.Column = top.URL, top.Line, top.Column
	}
	return out
}

func (r *recorder) stackFrame(s *cdp.Session, f *runtime.CallFrame, async bool) evidence.Frame {
	return evidence.Frame{
		Function: f.FunctionName, URL: f.URL, Line: int(f.LineNumber) + 1, Column: int(f.ColumnNumber) + 1,
		Script: r.scriptID(s, string(f.ScriptID)), Async: async,
	}
}
