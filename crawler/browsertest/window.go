package browsertest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	cdptypes "github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/cdproto/target"

	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/cdp"
	"github.com/spoor-audit/spoor/crawler/consent"
	"github.com/spoor-audit/spoor/crawler/document"
)

// loadLimit is how long a page of a test may take to load.
const loadLimit = 20 * time.Second

// A Window is a real browser whose pages are seen as package consent sees them.
// It records nothing.
type Window struct {
	browser *browser.Browser

	mu   sync.Mutex
	tabs map[cdptypes.BrowserContextID]*Tab
}

// Start starts a browser that ends with the test.
func Start(t testing.TB) *Window {
	t.Helper()
	w, err := Launch(t.Context(), Options(t, nil, browser.Headless))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// Launch starts a browser that ends when it is closed.
func Launch(ctx context.Context, o browser.Options) (*Window, error) {
	w := &Window{tabs: map[cdptypes.BrowserContextID]*Tab{}}
	var err error
	w.browser, err = browser.Launch(ctx, o, nil, w.route)
	return w, err
}

// Close ends the browser.
func (w *Window) Close() error { return w.browser.Close() }

func (w *Window) route(s *cdp.Session) cdp.Sink {
	w.mu.Lock()
	defer w.mu.Unlock()
	if t := w.tabs[s.Info.BrowserContextID]; t != nil {
		return t.sink
	}
	return nil
}

// A Tab is one page of a browser, with a profile of its own.
type Tab struct {
	// Pause is how long the tab rests after a click.
	Pause time.Duration

	window  *Window
	context cdptypes.BrowserContextID
	main    *cdp.Session
	ready   chan struct{}
	loaded  chan struct{}

	mu     sync.Mutex
	frames []*cdp.Session // documents in processes of their own
}

// Open opens an address in a fresh profile and waits for it to be loaded.
func (w *Window) Open(t testing.TB, address string) *Tab {
	t.Helper()
	return w.OpenSized(t, address, 0, 0)
}

// OpenSized does so in a viewport of this size; a width of 0 leaves it as it is.
func (w *Window) OpenSized(t testing.TB, address string, width, height int64) *Tab {
	t.Helper()
	root := w.browser.Conn.Root()
	made, err := cdp.Do(t.Context(), root, target.CreateBrowserContext, target.CreateBrowserContextParams{})
	if err != nil {
		t.Fatal(err)
	}
	tab := &Tab{Pause: 500 * time.Millisecond, window: w, context: made.BrowserContextID, ready: make(chan struct{}), loaded: make(chan struct{}, 1)}
	w.mu.Lock()
	w.tabs[tab.context] = tab
	w.mu.Unlock()
	t.Cleanup(func() {
		cdp.Send(root, target.DisposeBrowserContext, target.DisposeBrowserContextParams{BrowserContextID: tab.context})
	})
	created, err := cdp.Do(t.Context(), root, target.CreateTarget, target.CreateTargetParams{URL: "about:blank", BrowserContextID: tab.context})
	if err != nil {
		t.Fatal(err)
	}
	yes := true
	if _, err := cdp.Do(t.Context(), root, target.AttachToTarget, target.AttachToTargetParams{TargetID: created.TargetID, Flatten: &yes}); err != nil {
		t.Fatal(err)
	}
	<-tab.ready
	if width > 0 {
		tab.Resize(t, width, height)
	}
	if _, err := cdp.Do(t.Context(), tab.main, page.Navigate, page.NavigateParams{URL: address}); err != nil {
		t.Fatal(err)
	}
	tab.await(t)
	return tab
}

// await waits for the page to be loaded. A page may be too busy to say so itself,
// and a session may come too late to hear it.
func (p *Tab) await(t testing.TB) {
	t.Helper()
	for deadline := time.Now().Add(loadLimit); time.Now().Before(deadline); {
		select {
		case <-p.loaded:
			return
		case <-time.After(30 * time.Millisecond):
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		var state string
		err := p.Main(ctx, `location.href==='about:blank'?'':document.readyState`, &state)
		cancel()
		if err == nil && state == "complete" {
			return
		}
	}
	t.Fatal("the page was not loaded in time")
}

func (p *Tab) sink(e cdp.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e.Method {
	case "Target.attachedToTarget":
		yes := true
		cdp.Send(e.Session, page.Enable, page.EnableParams{})
		cdp.Send(e.Session, target.SetAutoAttach, target.SetAutoAttachParams{AutoAttach: true, Flatten: &yes})
		if p.main == nil {
			p.main = e.Session
			close(p.ready)
		} else if e.Session.Info.Type == "iframe" {
			p.frames = append(p.frames, e.Session)
		}
	case "Target.detachedFromTarget":
		p.frames = slices.DeleteFunc(p.frames, func(s *cdp.Session) bool { return s == e.Session })
	case "Page.loadEventFired":
		if e.Session == p.main {
			select {
			case p.loaded <- struct{}{}:
			default:
			}
		}
	}
}

// Main runs JavaScript among the scripts of the page's own document.
func (p *Tab) Main(ctx context.Context, js string, into any) error {
	return (&document.Document{Session: p.main, Frame: cdptypes.FrameID(p.main.Info.TargetID)}).Main(ctx, js, into)
}

// Cookies lists the cookies of the tab's profile.
func (p *Tab) Cookies(t testing.TB) []*network.Cookie {
	t.Helper()
	got, err := cdp.Do(t.Context(), p.window.browser.Conn.Root(), storage.GetCookies, storage.GetCookiesParams{BrowserContextID: p.context})
	if err != nil {
		t.Fatal(err)
	}
	return got.Cookies
}

// Frames implements [consent.Page].
func (p *Tab) Frames(ctx context.Context) ([]consent.Frame, error) {
	p.mu.Lock()
	sessions := append([]*cdp.Session{p.main}, p.frames...)
	p.mu.Unlock()
	var out []consent.Frame
	for i, s := range sessions {
		tree, err := cdp.Do(ctx, s, page.GetFrameTree, cdptypes.Empty{})
		if err != nil {
			if i == 0 {
				return nil, err
			}
			continue // The frame has just gone.
		}
		out = append(out, flatten(s, tree.FrameTree)...)
	}
	return out, nil
}

func flatten(s *cdp.Session, t *page.FrameTree) []consent.Frame {
	out := []consent.Frame{frame{&document.Document{Session: s, Frame: t.Frame.ID, Address: t.Frame.URL, Room: "spoor"}}}
	for _, c := range t.ChildFrames {
		out = append(out, flatten(s, c)...)
	}
	return out
}

// Shot implements [consent.Page]: it keeps only the picture's name, or, where
// SPOOR_TEST_SHOTS names a folder, the picture there.
func (p *Tab) Shot(ctx context.Context, what string) (string, error) {
	if dir := os.Getenv("SPOOR_TEST_SHOTS"); dir != "" {
		shot, err := cdp.Do(ctx, p.main, page.CaptureScreenshot, page.CaptureScreenshotParams{})
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(dir, what+".png"), []byte(shot.Data), 0o600); err != nil { //nolint:gosec // The folder is the tester's own, and the names are spoor's.
			return "", err
		}
	}
	return "shots/" + what + ".png", nil
}

// Rest implements [consent.Page].
func (p *Tab) Rest(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(p.Pause):
	}
}

// A frame is a document whose own scripts can be reached only where it has a
// process of its own: the worlds of frames that share one are not known without
// Runtime.enable.
type frame struct{ *document.Document }

var errShared = errors.New("browsertest: the frame shares a process with the page")

func (f frame) Main(ctx context.Context, js string, into any) error {
	if string(f.Frame) != string(f.Session.Info.TargetID) {
		return errShared
	}
	return f.Document.Main(ctx, js, into)
}
