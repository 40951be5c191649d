package visit

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/browsertest"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/testsites"
)

// TestInAppLook visits a page as in-app browsers and as the ordinary ones of the
// same devices, and looks at what the page and its server see.
func TestInAppLook(t *testing.T) {
	srv := testsites.Start(t)
	o := browsertest.Options(t, srv, browser.Headless)
	o.Mobile = true
	b := &bench{srv: srv, hub: newHub(t, o), table: loadTable(t)}
	for _, c := range []struct {
		app, agent, platform string
		brand                string // among those that are sent; "" for no client hints
		width                int
	}{
		{"instagram", " Instagram ", "Linux armv81", "Android WebView", 412},
		{"facebook-ios", "[FBAN/FBIOS;", "iPhone", "", 390},
	} {
		app, ok := browser.AppByID(c.app)
		if !ok {
			t.Fatalf("no app %q", c.app)
		}
		inApp, ordinary := app.Agent(&o, b.hub.Browser.Version()), app.Ordinary(&o, b.hub.Browser.Version())
		for _, as := range []*browser.Agent{&inApp, &ordinary} {
			var text string
			rec := b.visit(t, Plan{URL: srv.URL("plain", "index.html"), As: as, look: func(ctx context.Context, d *driver) {
				_ = d.page().Main(ctx, `JSON.stringify({agent: navigator.userAgent, platform: navigator.platform, width: screen.width, touch: navigator.maxTouchPoints,
brands: navigator.userAgentData ? navigator.userAgentData.brands.map(b => b.brand).join() : ""})`, &text)
			}})
			var seen struct {
				Agent, Platform, Brands string
				Width, Touch            int
			}
			if err := json.Unmarshal([]byte(text), &seen); err != nil {
				t.Fatal(err)
			}
			sent, hints := header(rec.Run.Requests[0].Headers, "user-agent"), header(rec.Run.Requests[0].Headers, "sec-ch-ua")
			brand := c.brand
			if as == &ordinary && brand != "" {
				brand = o.Brand
			}
			if seen.Agent != as.UserAgent || sent != as.UserAgent || strings.Contains(sent, c.agent) != (as == &inApp) {
				t.Errorf("%s: the page sees %q, the server %q", c.app, seen.Agent, sent)
			}
			if seen.Platform != c.platform || seen.Width != c.width || seen.Touch == 0 {
				t.Errorf("%s: platform %q, width %d, touch %d", c.app, seen.Platform, seen.Width, seen.Touch)
			}
			if brand != "" && (!strings.Contains(seen.Brands, brand) || !strings.Contains(hints, brand)) || brand == "" && hints != "" {
				t.Errorf("%s: brands %q, sent %q, want %q", c.app, seen.Brands, hints, brand)
			}
		}
	}
}

func header(list []evidence.Header, name string) string {
	for _, h := range list {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}
