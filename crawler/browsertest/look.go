package browsertest

import (
	"context"
	"testing"
	"time"

	cdptypes "github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"

	"github.com/spoor-audit/spoor/crawler/cdp"
	"github.com/spoor-audit/spoor/crawler/document"
)

// Resize gives the tab a viewport of this size, in CSS pixels; one narrower than
// 600 is that of a telephone.
func (p *Tab) Resize(t testing.TB, width, height int64) {
	t.Helper()
	if _, err := cdp.Do(t.Context(), p.main, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: width, Height: height, DeviceScaleFactor: 1, Mobile: width < 600,
	}); err != nil {
		t.Fatal(err)
	}
}

// HideScrollbars leaves them out of pictures that are taken after the next Resize.
func (p *Tab) HideScrollbars(t testing.TB) {
	t.Helper()
	if _, err := cdp.Do(t.Context(), p.main, emulation.SetScrollbarsHidden, emulation.SetScrollbarsHiddenParams{Hidden: true}); err != nil {
		t.Fatal(err)
	}
}

// Show shows the page on "screen" or as in "print", and as to a visitor who prefers
// "light" or "dark".
func (p *Tab) Show(t testing.TB, media, scheme string) {
	t.Helper()
	if _, err := cdp.Do(t.Context(), p.main, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media:    media,
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	}); err != nil {
		t.Fatal(err)
	}
}

// Inspector is a world of its own in the tab's document, in which a whole library
// may run: the page's Content-Security-Policy does not reach there.
func (p *Tab) Inspector(limit time.Duration) func(ctx context.Context, js string, into any) error {
	d := &document.Document{Session: p.main, Frame: cdptypes.FrameID(p.main.Info.TargetID), Room: "inspector", Limit: limit}
	return d.World
}

// Picture is a PNG of what the viewport shows, or of the whole page.
func (p *Tab) Picture(t testing.TB, whole bool) []byte {
	t.Helper()
	shot, err := cdp.Do(t.Context(), p.main, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: &whole})
	if err != nil {
		t.Fatal(err)
	}
	return []byte(shot.Data)
}
