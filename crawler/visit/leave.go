package visit

import (
	"context"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	cdptarget "github.com/chromedp/cdproto/target"

	"github.com/spoor-audit/spoor/crawler/cdp"
)

// How long a page may take to send what it kept until the visitor turns away.
const (
	leaveLeast = 150 * time.Millisecond
	leaveQuiet = 100 * time.Millisecond
	leaveMost  = time.Second
)

// turnAway hides the page, as when a visitor turns to another window, and waits for
// what it sends then: many scripts keep what they measured or recorded until that
// moment. The page lives on meanwhile, so that its last words can be read.
func (d *driver) turnAway(ctx context.Context) {
	if ctx.Err() != nil || d.gone() || d.firstPage().Error != "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 2*leaveMost)
	defer cancel()
	root := d.hub.Browser.Conn.Root()
	w, err := cdp.Do(ctx, root, cdpbrowser.GetWindowForTarget, cdpbrowser.GetWindowForTargetParams{TargetID: cdptarget.ID(d.main.Info.TargetID)})
	if err != nil {
		return
	}
	cdp.Send(d.main, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: false})
	began := time.Now()
	if _, err := cdp.Do(ctx, root, cdpbrowser.SetWindowBounds, cdpbrowser.SetWindowBoundsParams{
		WindowID: w.WindowID, Bounds: &cdpbrowser.Bounds{WindowState: cdpbrowser.WindowStateMinimized},
	}); err != nil {
		return
	}
	tick := time.NewTicker(settleStep)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-d.main.Gone():
			return
		case now := <-tick.C:
			spent := now.Sub(began)
			if quiet, _ := d.quiet(now); spent >= leaveMost || spent >= leaveLeast && quiet >= leaveQuiet {
				return
			}
		}
	}
}
