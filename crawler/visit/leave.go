package visit

import (
	"context"
	"sync"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	cdptarget "github.com/chromedp/cdproto/target"

	"github.com/spoor-audit/spoor/crawler/cdp"
	"github.com/spoor-audit/spoor/evidence"
)

// How long a page may take to send what it kept until the visitor turns away.
const (
	leaveLeast = 150 * time.Millisecond
	leaveQuiet = 100 * time.Millisecond
	leaveMost  = time.Second
)

// partWithLast lets the last page say good-bye.
func (d *driver) partWithLast(ctx context.Context) {
	if d.plan.Message == nil && ctx.Err() == nil && !d.gone() {
		d.left(d.turnAway(ctx))
	}
}

// partWith lets a page say good-bye before the next one is opened.
func (d *driver) partWith(ctx context.Context) {
	if ctx.Err() != nil || d.gone() {
		return
	}
	err := d.hide(ctx)
	if err == nil {
		d.sayGoodBye(ctx)
	}
	d.left(err)
	d.unguardForms()
}

// left notes that a page could not be left: after typing, its good-bye is what is
// looked for.
func (d *driver) left(err error) {
	if err != nil && d.plan.Scenario == evidence.Forms {
		d.lockedGap(evidence.KindTyped, d.plan.URL, whyNotLeft)
	}
}

// hideRule is the rule by which a page that was hidden, or left, counts as quiet.
var hideRule = Settle{Quiet: 400 * time.Millisecond, Min: 600 * time.Millisecond, Max: 4 * time.Second}

// hide puts the page out of sight for a moment, as people do who turn to another tab,
// and brings it back. Many pages send what they gathered only then.
func (d *driver) hide(ctx context.Context) error {
	err := within(ctx, func(ctx context.Context) error {
		cdp.Send(d.main, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: false})
		_, err := cdp.Do(ctx, d.main, page.SetWebLifecycleState, page.SetWebLifecycleStateParams{State: "frozen"})
		return err
	})
	if err != nil {
		return err
	}
	d.settle(ctx, time.Now(), hideRule)
	return within(ctx, func(ctx context.Context) error {
		cdp.Send(d.main, page.SetWebLifecycleState, page.SetWebLifecycleStateParams{State: "active"})
		_, err := cdp.Do(ctx, d.main, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		return err
	})
}

// turnAway hides the page, as when a visitor turns to another window, tells it that
// it is left, and waits for what it sends then: many scripts keep what they measured
// or recorded until that moment. The page lives on meanwhile, so that its last words
// can be read.
func (d *driver) turnAway(ctx context.Context) error {
	if d.firstPage().Error != "" {
		return nil
	}
	if err := within(ctx, d.minimize); err != nil {
		return err
	}
	d.sayGoodBye(ctx)
	began := time.Now()
	tick := time.NewTicker(settleStep)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-d.main.Gone():
			return cdp.ErrDetached
		case now := <-tick.C:
			spent := now.Sub(began)
			if quiet, _ := d.quiet(now); spent >= leaveMost || spent >= leaveLeast && quiet >= leaveQuiet {
				return nil
			}
		}
	}
}

// minimize puts the page's window out of sight.
func (d *driver) minimize(ctx context.Context) error {
	root := d.hub.Browser.Conn.Root()
	w, err := cdp.Do(ctx, root, cdpbrowser.GetWindowForTarget, cdpbrowser.GetWindowForTargetParams{TargetID: cdptarget.ID(d.main.Info.TargetID)})
	if err != nil {
		return err
	}
	cdp.Send(d.main, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: false})
	_, err = cdp.Do(ctx, root, cdpbrowser.SetWindowBounds, cdpbrowser.SetWindowBoundsParams{
		WindowID: w.WindowID, Bounds: &cdpbrowser.Bounds{WindowState: cdpbrowser.WindowStateMinimized},
	})
	return err
}

// goodBye is what a document hears when it is left. It is said in a world of spoor's
// own; the document's listeners hear it all the same.
const goodBye = `dispatchEvent(new Event("beforeunload",{cancelable:true}));dispatchEvent(new PageTransitionEvent("pagehide"))`

// sayGoodBye tells all documents of the page that they are left, while they are still
// there: of what a page sends while it goes away, Chrome reports nothing. Whoever asks
// the browser learns that the event is not its own.
func (d *driver) sayGoodBye(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, leaveMost)
	defer cancel()
	frames, err := surface{d}.Frames(ctx)
	if err != nil {
		return
	}
	var wg sync.WaitGroup
	for _, f := range frames {
		// A document that hears nothing has nothing to say; the others are told.
		wg.Go(func() { _ = f.World(ctx, goodBye, nil) })
	}
	wg.Wait()
}
