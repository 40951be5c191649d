package visit

import (
	"context"
	"strings"
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	cdptypes "github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"

	"github.com/spoor-audit/spoor/crawler/cdp"
)

func TestZZ(t *testing.T) {
	b := newBench(t)
	focus := func(d *driver, on bool) {
		cdp.Send(d.main, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: on})
	}
	pause := func() { time.Sleep(600 * time.Millisecond) }
	shut := func(d *driver) {
		began := time.Now()
		cdp.Send(d.main, page.Close, cdptypes.Empty{})
		<-d.main.Gone()
		t.Logf("gone after %v", time.Since(began))
	}
	vis := func(ctx context.Context, d *driver) {
		var state string
		t.Log(d.eval(ctx, "document.visibilityState+document.hasFocus()", &state), state)
	}
	ways := []struct {
		name string
		do   func(context.Context, *driver)
	}{
		{"minimize", func(ctx context.Context, d *driver) {
			root := d.hub.Browser.Conn.Root()
			w, err := cdp.Do(ctx, root, cdpbrowser.GetWindowForTarget, cdpbrowser.GetWindowForTargetParams{TargetID: d.main.Info.TargetID})
			t.Log(err, w.WindowID)
			focus(d, false)
			_, err = cdp.Do(ctx, root, cdpbrowser.SetWindowBounds, cdpbrowser.SetWindowBoundsParams{WindowID: w.WindowID, Bounds: &cdpbrowser.Bounds{WindowState: cdpbrowser.WindowStateMinimized}})
			t.Log(err)
			pause()
			vis(ctx, d)
			_, err = cdp.Do(ctx, root, cdpbrowser.SetWindowBounds, cdpbrowser.SetWindowBoundsParams{WindowID: w.WindowID, Bounds: &cdpbrowser.Bounds{WindowState: cdpbrowser.WindowStateNormal}})
			t.Log(err)
			focus(d, true)
			pause()
			vis(ctx, d)
			shut(d)
		}},
		{"focus only", func(ctx context.Context, d *driver) {
			focus(d, false)
			pause()
			vis(ctx, d)
			focus(d, true)
			pause()
			vis(ctx, d)
			shut(d)
		}},
		{"tab", func(ctx context.Context, d *driver) {
			root := d.hub.Browser.Conn.Root()
			focus(d, false)
			no := false
			made, err := cdp.Do(ctx, root, target.CreateTarget, target.CreateTargetParams{URL: "about:blank", BrowserContextID: d.context, NewWindow: no})
			t.Log(err)
			pause()
			vis(ctx, d)
			_, err = cdp.Do(ctx, root, target.ActivateTarget, target.ActivateTargetParams{TargetID: d.main.Info.TargetID})
			t.Log(err, made.TargetID)
			focus(d, true)
			pause()
			vis(ctx, d)
			shut(d)
		}},
		{"close", func(ctx context.Context, d *driver) { shut(d) }},
	}
	for _, w := range ways {
		b.srv.Forget()
		began := time.Now()
		p := Plan{URL: b.srv.URL("typing", "over.html"), Seed: 1, Timeout: 2 * time.Minute}
		p.look = func(ctx context.Context, d *driver) {
			w.do(ctx, d)
			time.Sleep(500 * time.Millisecond)
		}
		rec := b.visit(t, p)
		for _, q := range rec.Run.Requests {
			if strings.Contains(q.URL, "collect") {
				t.Logf("%s RECORD %d %s %s %d", w.name, q.At, q.Kind, q.URL, q.Status)
			}
		}
		for _, q := range b.srv.Requests() {
			if strings.Contains(q.Path, "collect") {
				t.Logf("%s SERVER %s", w.name, q.Query)
			}
		}
		t.Logf("%s took %v", w.name, time.Since(began))
	}
}
