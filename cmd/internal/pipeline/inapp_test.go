package pipeline_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/crawler"
	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/browsertest"
	"github.com/spoor-audit/spoor/crawler/visit"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/testsites"
)

// inApp visits a page of the site in-app as the in-app browser of an app, in the
// three ordinary scenarios, and returns what differs from an ordinary browser.
func inApp(t *testing.T, srv *testsites.Server, page, app string) (*evidence.Visit, []string) {
	t.Helper()
	options := browsertest.Options(t, srv, browser.Headless)
	options.Mobile = true
	c, err := crawler.Open(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	p := pipeline.Pipeline{DB: database(t), Visit: func(ctx context.Context, plan crawler.Plan, tell func(crawler.Progress)) (*evidence.Visit, evidence.Files, error) {
		return c.Visit(ctx, plan, tell)
	}}
	audit, err := p.Site(t.Context(), pipeline.Plan{Plan: crawler.Plan{
		URL: srv.URL("in-app", page), App: app, Scenarios: []evidence.Scenario{evidence.None, evidence.Reject, evidence.Accept},
		Settle: visit.Settle{Quiet: 500 * time.Millisecond, Min: time.Second, Max: 10 * time.Second}, Timeout: time.Minute, Browser: options,
	}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var facts []string
	for _, d := range audit.Result.Compared.Facts {
		side := "ordinary"
		if d.InApp != "" {
			side = "app"
		}
		if d.Kind == reports.DiffAddress {
			side = d.InApp
		}
		facts = append(facts, strings.Join(strings.Fields(d.Kind+" "+d.ID+" "+d.Subject+" "+side), " "))
	}
	return audit.Visit, facts
}

// TestInApp visits a site that shows another face to in-app browsers, and one that
// shows everybody the same with some chance in it.
func TestInApp(t *testing.T) {
	srv := testsites.Start(t)
	v, facts := inApp(t, srv, "index.html", "facebook-ios")
	for _, want := range []string{
		"host cdn.tracker.test app", "host third.test ordinary", "cookie app_visitor@in-app.test app", "cookie reader@in-app.test ordinary",
		"finding beacon cdn.tracker.test app",
	} {
		if !slices.Contains(facts, want) {
			t.Errorf("no difference %q among %q", want, facts)
		}
	}
	for i := range v.Runs {
		if c := v.Runs[i].Cookies; len(c) != 1 || c[0].Name != "app_visitor" {
			t.Errorf("%s: cookies %+v", v.Runs[i].Scenario, c)
		}
	}
	if _, facts = inApp(t, srv, "store.html", "instagram"); !slices.Contains(facts, "address https://store.test/-/json") {
		t.Errorf("sent away: %q", facts)
	}
	if _, facts = inApp(t, srv, "clean.html", "facebook"); len(facts) > 0 {
		t.Errorf("an honest page differs: %q", facts)
	}
	if _, facts = inApp(t, srv, "index.html", "pinterest"); len(facts) > 0 {
		t.Errorf("in an app that the page does not look for: %q", facts)
	}
}
