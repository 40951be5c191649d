package visit

import (
	"context"
	"errors"
	"fmt"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	cdptypes "github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"

	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/canary"
	"github.com/spoor-audit/spoor/crawler/cdp"
	"github.com/spoor-audit/spoor/crawler/consent/auto"
	"github.com/spoor-audit/spoor/crawler/instrument"
	"github.com/spoor-audit/spoor/evidence"
)

// A Plan says what one run does.
type Plan struct {
	Scenario  evidence.Scenario
	URL       string
	Steps     []Step
	Settle    Settle
	Timeout   time.Duration  // of the whole run
	UserAgent string         // "" is the browser's own
	As        *browser.Agent // how the browser presents itself; nil is its own way
	// Ordinary says that the run is the one that visits in an app are compared with.
	Ordinary bool
	// Rules know consent managers by name; nil leaves spoor's own finder alone.
	Rules *auto.Rules
	// Ask looks for the site's question for consent and, where the scenario says
	// so, answers it.
	Ask bool
	// Asked gets the question for consent when it has been looked for, before it is
	// answered; nil is nobody.
	Asked func(evidence.Dialog)
	// Further chooses further pages when the first one has settled, from the
	// links on it; nil is none.
	Further func(ctx context.Context, finalURL string, links []string) ([]string, error)
	// Return comes back to the first page at the end of a run of scenario none, with
	// cookies and storage cleared, to see what recognises the visitor then.
	Return bool
	// Seed of the texts that scenario forms types, and into how many fields of a page
	// at most; 0 means 30.
	Seed   int64
	Blanks int
	// Tell gets news of the run's progress; nil is nobody.
	Tell func(Progress)
	// Message is shown instead of a site; URL is what it is called then. Steps, Ask
	// and Further do not apply.
	Message *Message
	// Bare leaves out the probes. Only benchmarks and tests use it, to see what
	// the probes change.
	Bare bool

	look func(context.Context, *driver) // of tests: a look at the settled page
}

// Progress is news of a run.
type Progress struct {
	Scenario evidence.Scenario
	Stage    string // "loading", "settling", "acting", "collecting", [StageDone] ...
	URL      string
	Requests int
	Open     int           // requests without an answer yet
	Left     time.Duration // until the stage ends at the latest
}

// StageDone is the stage of the last news of a run.
const StageDone = "done"

// A Record is what a run brought home.
type Record struct {
	Run   evidence.Run
	Gaps  []evidence.Gap
	Shots map[string][]byte // PNG by name in the bundle
}

// ErrNoBrowser is returned when the browser was lost before the run began.
var ErrNoBrowser = errors.New("visit: the browser is gone")

// collectLimit is how long a run may take to look at what the site left behind
// when its time is over.
const collectLimit = 5 * time.Second

// Run carries out one run in a fresh context of the browser. What could not be
// observed is in the record's gaps; an error means that there is no record.
func (h *Hub) Run(ctx context.Context, table *instrument.Table, p Plan) (*Record, error) {
	d, err := h.open(ctx, table, p)
	if err != nil {
		return nil, err
	}
	runCtx, cancel := context.WithTimeout(ctx, p.Timeout)
	defer cancel()
	d.visit(runCtx)
	back := p.Return && p.Scenario == evidence.None && d.firstPage().Error == "" && !d.gone()
	if !back {
		d.leave(ctx)
		d.say(StageDone, p.URL)
		return d.finish(ctx), nil
	}
	keys := d.storageKeys(ctx)
	d.retire(ctx)
	rec := d.finish(ctx)
	h.comeBack(runCtx, table, d, rec, keys)
	d.partWithLast(ctx)
	d.say(StageDone, p.URL)
	return rec, nil
}

// open makes a fresh context with an empty page in it.
func (h *Hub) open(ctx context.Context, table *instrument.Table, p Plan) (*driver, error) {
	created, err := cdp.Do(ctx, h.Browser.Conn.Root(), target.CreateBrowserContext, target.CreateBrowserContextParams{})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoBrowser, err)
	}
	d, err := h.enter(ctx, table, p, created.BrowserContextID, func(*recorder) {})
	if err != nil {
		h.dispose(ctx, created.BrowserContextID)
		return nil, err
	}
	return d, nil
}

// enter opens an empty page in a context, with a recorder of its own, which is
// prepared before anything is told to it.
func (h *Hub) enter(ctx context.Context, table *instrument.Table, p Plan, id cdptypes.BrowserContextID, prepare func(*recorder)) (*driver, error) {
	know, err := loadKnowledge()
	if err != nil {
		return nil, err
	}
	script, err := table.New()
	if err != nil {
		return nil, err
	}
	rec := newRecorder(script, newLook(h.Browser, p.UserAgent, p.As), p.Scenario)
	rec.bare, rec.message = p.Bare, p.Message
	if p.Ordinary {
		rec.part = evidence.OrdinaryKind("")
	}
	prepare(rec)
	h.add(id, rec)
	go rec.drain()
	d := &driver{hub: h, rec: rec, plan: p, know: know, context: id, shots: map[string][]byte{}}
	if err := d.start(ctx); err != nil {
		d.stopRecording()
		return nil, err
	}
	return d, nil
}

// leave gives up the context and waits until all that it told is recorded. A
// context that cannot be disposed of goes with its browser.
func (d *driver) leave(ctx context.Context) {
	d.hub.dispose(ctx, d.context)
	d.stopRecording()
}

// stopRecording waits until all that was told is recorded. What comes later is
// let go.
func (d *driver) stopRecording() {
	d.hub.remove(d.context, d.rec)
	d.rec.queue.close()
	<-d.rec.drained
}

// dispose gives up a context with all that it holds.
func (h *Hub) dispose(ctx context.Context, id cdptypes.BrowserContextID) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), collectLimit)
	defer cancel()
	_, _ = cdp.Do(ctx, h.Browser.Conn.Root(), target.DisposeBrowserContext, target.DisposeBrowserContextParams{BrowserContextID: id})
}

// start opens an empty page in the context and waits until it is prepared.
func (d *driver) start(ctx context.Context) error {
	root := d.hub.Browser.Conn.Root()
	yes := true
	if _, err := cdp.Do(ctx, root, cdpbrowser.SetDownloadBehavior, cdpbrowser.SetDownloadBehaviorParams{
		Behavior: cdpbrowser.SetDownloadBehaviorBehaviorDeny, BrowserContextID: d.context, EventsEnabled: &yes,
	}); err != nil {
		return fmt.Errorf("%w: %w", ErrNoBrowser, err)
	}
	w := d.rec.look.window
	if _, err := cdp.Do(ctx, root, target.CreateTarget, target.CreateTargetParams{
		URL: "about:blank", BrowserContextID: d.context, Width: int64(w.Width), Height: int64(w.Height),
	}); err != nil {
		return fmt.Errorf("%w: %w", ErrNoBrowser, err)
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-d.hub.Lost():
		return ErrNoBrowser
	case <-d.rec.ready:
	}
	d.main = d.rec.main
	return d.awaitWindow(ctx)
}

// awaitWindow waits until the window has its size: a page that starts in a
// window without one sees what no person's window shows.
func (d *driver) awaitWindow(ctx context.Context) error {
	for range 40 {
		var width int
		if err := d.eval(ctx, "outerWidth", &width); err != nil {
			return fmt.Errorf("%w: %w", ErrNoBrowser, err)
		}
		if width > 0 {
			return nil
		}
		time.Sleep(25 * time.Millisecond)
	}
	d.rec.mu.Lock()
	defer d.rec.mu.Unlock()
	d.rec.gap(evidence.KindPage, "window", "no-window-size")
	return nil
}

// A driver carries out the plan of one run.
type driver struct {
	hub     *Hub
	rec     *recorder
	plan    Plan
	know    *knowledge
	context cdptypes.BrowserContextID
	main    *cdp.Session
	shots   map[string][]byte
	pointer *pointer
	large   bool
	maker   *canary.Maker // of texts to type; nil until one is wanted
	texts   int           // how many were asked of it
	lastSay time.Time
	stage   string
}

// visit opens the pages one after another, and looks at what they left.
func (d *driver) visit(ctx context.Context) {
	if d.plan.Message != nil {
		d.showMessage(ctx)
	} else {
		d.visitSite(ctx)
	}
	if d.plan.look != nil {
		d.plan.look(ctx, d)
	}
	d.partWithLast(ctx)
	d.say("collecting", d.plan.URL)
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), collectLimit)
	defer cancel()
	d.collect(last, d.phase())
}

func (d *driver) visitSite(ctx context.Context) {
	d.openPage(ctx, d.plan.URL, false)
	first := d.firstPage()
	if first.Error == "" {
		if d.plan.Ask {
			d.ask(ctx)
		}
		for _, s := range d.plan.Steps {
			d.say("acting", first.URL)
			if err := d.do(ctx, s); err != nil {
				d.rec.note("step-failed", err.Error())
				d.lockedGap(evidence.KindPage, s.Act+" "+s.Selector+s.Key+s.URL, "step-failed")
				break
			}
		}
		d.typeForms(ctx)
		d.further(ctx, first.FinalURL)
		d.tryControls(ctx)
	}
}

func (d *driver) further(ctx context.Context, finalURL string) {
	if d.plan.Further == nil || ctx.Err() != nil {
		return
	}
	var links []string
	_ = d.eval(ctx, `[...document.querySelectorAll('a[href]')].slice(0,2000).map(a=>a.href)`, &links)
	pages, err := d.plan.Further(ctx, finalURL, links)
	if err != nil {
		d.lockedGap(evidence.KindPage, finalURL, "no-further-pages")
	}
	for _, p := range pages {
		if ctx.Err() != nil || d.gone() {
			d.lockedGap(evidence.KindPage, p, "no-time")
			continue
		}
		d.partWith(ctx)
		d.openPage(ctx, p, true)
		d.typeForms(ctx)
	}
}

func (d *driver) gone() bool {
	select {
	case <-d.main.Gone():
		return true
	default:
		return false
	}
}

// openPage opens one page, waits until it is settled, and records how that went.
func (d *driver) openPage(ctx context.Context, address string, link bool) {
	began := time.Now()
	d.rec.mu.Lock()
	d.rec.page = len(d.rec.run.Pages)
	d.rec.started = true
	d.rec.moves = 0
	d.rec.run.Pages = append(d.rec.run.Pages, evidence.Page{URL: address, FinalURL: address, At: d.rec.since(began), ViaLink: link})
	i := d.rec.page
	d.rec.mu.Unlock()
	d.rec.forgetLoad()
	d.large, d.pointer = false, &pointer{}
	d.say("loading", address)
	pg := evidence.Page{}
	answered := d.navigate(ctx, address, &pg)
	if answered {
		d.say("settling", address)
		pg.Settled, pg.Pending = d.settle(ctx, began, d.plan.Settle)
	} else {
		pg.Settled = settledLimit
	}
	d.describe(ctx, &pg, i, !link)
	if answered {
		d.readLinks(ctx)
	}
	d.rec.mu.Lock()
	defer d.rec.mu.Unlock()
	p := &d.rec.run.Pages[i]
	pg.URL, pg.At, pg.ViaLink = p.URL, p.At, p.ViaLink
	if pg.FinalURL == "" {
		pg.FinalURL = address
	}
	pg.Took = d.rec.since(time.Now()) - p.At
	*p = pg
	if pg.Error != "" {
		d.rec.gap(evidence.KindPage, address, pg.Error)
	} else if pg.Settled == settledLimit {
		d.rec.gap(evidence.KindPage, address, "not-settled")
	}
}

// navigate sends the page to an address, and reports whether a document came.
func (d *driver) navigate(ctx context.Context, address string, pg *evidence.Page) bool {
	ctx, cancel := context.WithTimeout(ctx, d.plan.Settle.Max)
	defer cancel()
	res, err := cdp.Do(ctx, d.main, page.Navigate, page.NavigateParams{URL: address})
	switch {
	case err != nil && ctx.Err() != nil:
		pg.Error = "timeout"
		d.stopLoading(ctx)
		return false
	case err != nil:
		pg.Error, pg.ErrorText = d.lossReason(err), err.Error()
		return false
	case res.IsDownload:
		pg.Error, pg.ErrorText = "download", res.ErrorText
		return false
	case res.ErrorText != "":
		pg.Error, pg.ErrorText = d.know.reason(res.ErrorText), res.ErrorText
		return false
	}
	return true
}

// lossReason says what became of a page that answers no more.
func (d *driver) lossReason(err error) string {
	switch {
	case errors.Is(err, errCrashed):
		return "crash"
	case errors.Is(err, cdp.ErrLost):
		return "browser-lost"
	case errors.Is(err, cdp.ErrDetached):
		return "closed"
	}
	return "protocol"
}

// stopLoading ends a page that would load for ever, so that it can be looked at.
func (d *driver) stopLoading(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_, _ = cdp.Do(ctx, d.main, page.StopLoading, cdptypes.Empty{})
}

func (d *driver) firstPage() evidence.Page {
	d.rec.mu.Lock()
	defer d.rec.mu.Unlock()
	return d.rec.run.Pages[0]
}

func (d *driver) lockedGap(k evidence.Kind, where, why string) {
	d.rec.mu.Lock()
	defer d.rec.mu.Unlock()
	d.rec.gap(k, where, why)
}
