package visit

import (
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
}

// documents are the requests that are held: those for documents, before they leave.
func documents() fetch.EnableParams {
	return fetch.EnableParams{Patterns: []*fetch.RequestPattern{{URLPattern: "*", ResourceType: cdpnet.ResourceTypeDocument, RequestStage: fetch.RequestStageRequest}}}
}

// guardForms begins to hold forms, in all documents there are and will be.
func (d *driver) guardForms() {
	r := d.rec
	r.mu.Lock()
	defer r.mu.Unlock()
	r.guard = guard{on: true, sent: map[string]bool{}}
	for s := range r.sessions {
		if s.Info.Type == "page" || s.Info.Type == "iframe" {
			cdp.Send(s, fetch.Enable, documents())
		}
	}
	if d.main != nil {
		cdp.Send(d.main, fetch.Enable, documents())
	}
}

// unguardForms lets everything pass again. What is held goes on by itself.
func (d *driver) unguardForms() {
	r := d.rec
	r.mu.Lock()
	r.guard.on = false
	list := []*cdp.Session{d.main}
	for s := range r.sessions {
		if s != d.main && (s.Info.Type == "page" || s.Info.Type == "iframe") {
			list = append(list, s)
		}
	}
	r.mu.Unlock()
	for _, s := range list {
		cdp.Send(s, fetch.Disable, cdptypes.Empty{})
	}
}

// guarded prepares a new document's session while forms are held.
func (r *recorder) guarded(s *cdp.Session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.guard.on {
		cdp.Send(s, fetch.Enable, documents())
	}
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

// requestPaused decides about a document that is held.
func (r *recorder) requestPaused(e cdp.Event) {
	ev := new(fetch.EventRequestPaused)
	if e.Decode(ev) != nil || ev.Request == nil {
		return
	}
	if r.carriesForm(ev) {
		r.stopForm(e.Session, ev)
		return
	}
	if !r.guard.on {
		r.letPass(e.Session, ev)
		return
	}
	time.AfterFunc(patience, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.carriesForm(ev) {
			r.stopForm(e.Session, ev)
			return
		}
		r.letPass(e.Session, ev)
	})
}

func (r *recorder) carriesForm(ev *fetch.EventRequestPaused) bool {
	return r.guard.on && (ev.Request.Method != "GET" || r.guard.sent[ev.Request.URL])
}

func (r *recorder) letPass(s *cdp.Session, ev *fetch.EventRequestPaused) {
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
