package visit

import (
	"context"
	"fmt"
	"sync"

	cdptypes "github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"

	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/cdp"
)

// A Hub leads the targets of one browser to the runs they belong to. Runs go
// side by side, each in a browser context of its own.
type Hub struct {
	Browser *browser.Browser

	mu   sync.Mutex
	runs map[cdptypes.BrowserContextID]*recorder
}

// NewHub starts a browser for runs.
func NewHub(ctx context.Context, o browser.Options) (*Hub, error) {
	h := &Hub{runs: map[cdptypes.BrowserContextID]*recorder{}}
	b, err := browser.Launch(ctx, o, h.event, h.route)
	if err != nil {
		return nil, err
	}
	h.Browser = b
	if _, err := cdp.Do(ctx, b.Conn.Root(), target.SetAutoAttach, autoAttach()); err != nil {
		_ = b.Close() //nolint:contextcheck // Closing must work when the context has ended.
		return nil, fmt.Errorf("visit: %w", err)
	}
	return h, nil
}

// Close ends the browser.
func (h *Hub) Close() error { return h.Browser.Close() }

// Lost is closed when the browser has gone.
func (h *Hub) Lost() <-chan struct{} { return h.Browser.Conn.Lost() }

// route says which run a target that attached to the browser belongs to.
// Targets of nobody, such as the browser's own surfaces, are let go.
func (h *Hub) route(s *cdp.Session) cdp.Sink {
	r := h.run(s.Info.BrowserContextID)
	if r == nil || s.Info.Type == "browser_ui" || s.Info.Type == "tab" {
		cdp.Send(s, runtime.RunIfWaitingForDebugger, cdptypes.Empty{})
		return nil
	}
	return r.sink
}

func (h *Hub) run(id cdptypes.BrowserContextID) *recorder {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.runs[id]
}

// event takes what the browser itself says. Downloads are told to the browser,
// not to the page.
func (h *Hub) event(e cdp.Event) {
	if e.Method != "Browser.downloadWillBegin" {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range h.runs {
		r.queue.put(e)
	}
}

func (h *Hub) add(id cdptypes.BrowserContextID, r *recorder) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.runs[id] = r
}

// remove takes a recorder from its context, unless another has taken its place.
func (h *Hub) remove(id cdptypes.BrowserContextID, r *recorder) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.runs[id] == r {
		delete(h.runs, id)
	}
}

// autoAttach asks for every related target, held before its first script.
func autoAttach() target.SetAutoAttachParams {
	yes := true
	return target.SetAutoAttachParams{AutoAttach: true, WaitForDebuggerOnStart: true, Flatten: &yes}
}
