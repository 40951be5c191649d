package pipeline

import (
	"slices"
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

// TestLocalFile: what a local file asked for beside itself is a gap, where it could
// have done something; how the browser was led to it is no setting of the user's.
func TestLocalFile(t *testing.T) {
	var plan Plan
	plan.Browser.HostRules = "MAP shop.test 127.0.0.1:8443"
	plan = plan.Serving("page.html", "http://file.localhost/page.html", "MAP file.localhost:80 127.0.0.1:5")
	if want := "MAP shop.test 127.0.0.1:8443, MAP file.localhost:80 127.0.0.1:5"; plan.Browser.HostRules != want {
		t.Errorf("rules %q, want %q", plan.Browser.HostRules, want)
	}
	v := &evidence.Visit{Tools: evidence.Tools{HostRules: plan.Browser.HostRules}, Runs: []evidence.Run{{Scenario: evidence.None, Requests: []evidence.Request{
		{Kind: "document", URL: "http://file.localhost/page.html", Status: 200},
		{Kind: "script", URL: "http://file.localhost/app.js", Status: 404},
		{Kind: "script", URL: "http://file.localhost/app.js", Status: 404},
		{Kind: "image", URL: "http://file.localhost/logo.png", Status: 404},
		{Kind: "script", URL: "https://cdn.test/gone.js", Status: 404},
	}}}}
	plan.addFile(v)
	want := []evidence.Gap{{Scenario: evidence.None, Kind: evidence.KindPage, Where: "http://file.localhost/app.js", Why: "not-served"}}
	if !slices.Equal(v.Gaps, want) {
		t.Errorf("gaps %+v", v.Gaps)
	}
	if v.Subject.File != "page.html" || v.Tools.HostRules != "MAP shop.test 127.0.0.1:8443" {
		t.Errorf("subject %+v, rules %q", v.Subject, v.Tools.HostRules)
	}
	site := &evidence.Visit{Runs: v.Runs}
	new(Plan).addFile(site)
	if len(site.Gaps) > 0 || site.Subject.File != "" {
		t.Errorf("a site is taken for a file: %+v", site)
	}
}
