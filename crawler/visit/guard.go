package visit

import (
	"net/url"
	"strings"
	"time"

	cdptypes "github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	cdpnet "github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"

	"github.com/spoor-audit/spoor/crawler/cdp"
	"github.com/spoor-audit/spoor/evidence"
)

// While a run types, no form is sent: not by spoor, which never presses Enter or a
// button, and not by the page, which may send one by itself as soon as something is
// typed. Chrome holds every document that is asked for, and the guard lets all go on
// but those that carry a form. The page stays as it is then; the record has the
// request with all that it would have carried, and an event.

// patience is how long the guard waits for Chrome to tell why a document was asked
// for: that comes from another process than the request.
const patience = 250 * time.Millisecond

// A guard knows which forms the page wants to send.
type guard struct {
	on bool
	// sent holds the addresses that forms were sent to, for as long as the page is
	// guarded. A window or frame that a form opens has another frame than the form.
	sent map[string]bool
	// typed holds what was typed, or is being typed.
	typed []string
}

// hold asks Chrome to hold what a session asks for, before it leaves: documents, and
// all that a service worker asks for, which may carry the documents of its pages. It
// does nothing for other workers.
func hold(s *cdp.Session) {
	p := &fetch.RequestPattern{URLPattern: "*", RequestStage: fetch.RequestStageRequest}
	switch s.Info.Type {
	case "page", "iframe":
		p.ResourceType = cdpnet.ResourceTypeDocument
	case "service_worker":
	default:
		return
	}
	cdp.Send(s, fetch.Enable, fetch.EnableParams{Patterns: []*fetch.RequestPattern{p}})
}

// guardForms begins to hold forms, in all documents there are and will be.
func (d *driver) guardForms() {
	r := d.rec
	r.mu.Lock()
	defer r.mu.Unlock()
	r.guard = guard{on: true, sent: map[string]bool{}}
	for s := range r.sessions {
		hold(s)
	}
	if !r.sessions[d.main] {
		hold(d.main)
	}
}

// unguardForms lets everything pass again. What is held goes on by itself.
func (d *driver) unguardForms() {
	r := d.rec
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.guard.on {
		return
	}
	r.guard.on = false
	for s := range r.sessions {
		cdp.Send(s, fetch.Disable, cdptypes.Empty{})
	}
}

// guarded prepares a new session while forms are held.
func (r *recorder) guarded(s *cdp.Session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.guard.on {
		hold(s)
	}
}

// types tells the guard what is typed next.
func (r *recorder) types(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.guard.typed = append(r.guard.typed, strings.ToLower(text))
}

// navigationAsked notes that a form is being sent.
func (r *recorder) navigationAsked(e cdp.Event) {
	var ev page.EventFrameRequestedNavigation
	if e.Decode(&ev) != nil || !r.guard.on {
		return
	}
	switch ev.Reason {
	case page.ClientNavigationReasonFormSubmissionGet, page.ClientNavigationReasonFormSubmissionPost:
		r.guard.sent[ev.URL] = true
	}
}

// windowAsked notes a window that is opened with what was typed: of a form that is
// sent to a window without a tie to the page, Chrome tells no more than that.
func (r *recorder) windowAsked(e cdp.Event) {
	var ev page.EventWindowOpen
	if e.Decode(&ev) == nil && r.guard.on && r.guard.carries(ev.URL) {
		r.guard.sent[ev.URL] = true
	}
}

// leastCarried is how much of a typed text tells that it is that text.
const leastCarried = 4

// carries reports whether a value in an address is what was typed, or what was typed
// of it so far.
func (g *guard) carries(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	for _, values := range u.Query() {
		for _, v := range values {
			v = strings.ToLower(v)
			for _, t := range g.typed {
				if len(v) >= min(leastCarried, len(t)) && strings.HasPrefix(t, v) {
					return true
				}
			}
		}
	}
	return false
}

// requestPaused decides about a request that is held.
func (r *recorder) requestPaused(e cdp.Event) {
	ev := new(fetch.EventRequestPaused)
	if e.Decode(ev) != nil || ev.Request == nil {
		return
	}
	switch {
	case r.carriesForm(e.Session, ev):
		r.stopForm(e.Session, ev)
	case !r.guard.on || workerKind(e.Session.Info.Type) != "":
		letPass(e.Session, ev)
	default:
		time.AfterFunc(patience, func() {
			r.mu.Lock()
			defer r.mu.Unlock()
			if r.carriesForm(e.Session, ev) {
				r.stopForm(e.Session, ev)
				return
			}
			letPass(e.Session, ev)
		})
	}
}

// carriesForm reports whether a request carries a form. A document that is not just
// asked for always does; what a worker asks for on its own account may look like it.
func (r *recorder) carriesForm(s *cdp.Session, ev *fetch.EventRequestPaused) bool {
	document := workerKind(s.Info.Type) == ""
	return r.guard.on && (document && ev.Request.Method != "GET" || r.guard.sent[ev.Request.URL])
}

func letPass(s *cdp.Session, ev *fetch.EventRequestPaused) {
	cdp.Send(s, fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: ev.RequestID})
}

// stopForm ends a request as if the visitor had changed his mind: the page stays.
func (r *recorder) stopForm(s *cdp.Session, ev *fetch.EventRequestPaused) {
	cdp.Send(s, fetch.FailRequest, fetch.FailRequestParams{RequestID: ev.RequestID, ErrorReason: cdpnet.ErrorReasonAborted})
	r.event(time.Now(), evidence.FormSubmitted, clip(ev.Request.URL, 4096), ev.Request.Method)
	if x := r.net.byID[ev.NetworkID]; x != nil && len(x.hops) > 0 {
		x.last().stopped = true
	}
}
