package sarif_test

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/internal/try"
	"github.com/spoor-audit/spoor/reports/sarif"
)

var render = try.Render(func(w io.Writer, r *reports.Result, code string) error {
	return sarif.Render(w, r, sarif.Options{Lang: code})
})

func TestFormat(t *testing.T) { try.Format(t, ".sarif", render) }

func TestSchema(t *testing.T) {
	s := try.Schema(t, "sarif-2.1.0.json")
	for name, r := range try.Results(t) {
		try.Valid(t, name, s, render.Text(t, r, "nl"))
	}
	try.EachGate(t, sarif.RenderGate, func(name, doc string) { try.Valid(t, name, s, doc) })
}

type message struct{ Text string }

// A log is the part of a file that these tests read.
type log struct {
	Version string
	Runs    []struct {
		Invocations []struct {
			ExecutionSuccessful        bool
			ToolExecutionNotifications []struct{ Message message }
		}
		Results []struct {
			RuleID, Level       string
			PartialFingerprints map[string]string
			WebRequest          struct{ Target string }
			Locations           []struct {
				LogicalLocations []struct{ Name, Kind string }
			}
		}
	}
}

func read(t *testing.T, r *reports.Result) log {
	t.Helper()
	var l log
	if err := json.Unmarshal([]byte(render.Text(t, r, "en")), &l); err != nil {
		t.Fatal(err)
	}
	if l.Version != "2.1.0" || len(l.Runs) != 1 {
		t.Fatalf("version %q, %d runs", l.Version, len(l.Runs))
	}
	return l
}

func TestGitHubTakesIt(t *testing.T) {
	for name, r := range try.Results(t) {
		try.CodeScanning(t, name, render.Text(t, r, "en"))
	}
	try.EachGate(t, sarif.RenderGate, func(name, doc string) { try.CodeScanning(t, name, doc) })
	many := &reports.GateReport{Config: "spoor.toml"}
	for i := range 26_000 {
		many.Items = append(many.Items, reports.Gated{Target: "home", Rule: "receiver", Kind: "receiver", Subject: strconv.Itoa(i), Text: "a receiver", Verdict: reports.GateAgainst})
	}
	var b strings.Builder
	if err := sarif.RenderGate(&b, many); err != nil {
		t.Fatal(err)
	}
	try.CodeScanning(t, "more than it takes", b.String())
}

func TestNotMeasured(t *testing.T) {
	for name, r := range try.Results(t) {
		for _, i := range read(t, r).Runs[0].Invocations {
			if i.ExecutionSuccessful == (r.Summary.Measured == reports.MeasuredNot) {
				t.Errorf("%s: measured %q, successful %v", name, r.Summary.Measured, i.ExecutionSuccessful)
			}
			if r.Summary.Measured == reports.MeasuredNot && len(i.ToolExecutionNotifications) == 0 {
				t.Errorf("%s: does not say why", name)
			}
		}
	}
}

func TestResults(t *testing.T) {
	r := try.Result(t, "consent")
	levels := map[string]string{}
	requests, receivers := 0, 0
	for _, result := range read(t, r).Runs[0].Results {
		if levels[result.RuleID] == "" { // The heaviest stands first.
			levels[result.RuleID] = result.Level
		}
		if result.WebRequest.Target != "" {
			requests++
		}
		for _, l := range result.Locations[0].LogicalLocations {
			if l.Kind == "receiver" && l.Name == "Google Analytics" {
				receivers++
			}
		}
	}
	for id, want := range map[string]string{
		"pre-consent-tracking-cookies": "error", "fingerprint-canvas": "error", "policy-claim-contradicted": "warning", "beacon": "warning",
		"third-party-request": "note", "websocket": "note", // done with consent
		"no-reject-any-layer": "", "gpc-ignored": "", "fingerprint-audio": "",
	} {
		if levels[id] != want {
			t.Errorf("%s has level %q, want %q", id, levels[id], want)
		}
	}
	if requests == 0 || receivers == 0 {
		t.Errorf("%d results with a request, %d with their receiver", requests, receivers)
	}
}

// The same thing keeps its fingerprint when addresses of files and counts change.
func TestFingerprintsAreStable(t *testing.T) {
	prints := func(r *reports.Result) []string {
		var out []string
		for _, result := range read(t, r).Runs[0].Results {
			out = append(out, result.PartialFingerprints["spoorFact/v1"])
		}
		slices.Sort(out)
		return out
	}
	before := prints(try.Result(t, "consent"))
	r := try.Result(t, "consent")
	for i := range r.Findings {
		f := &r.Findings[i]
		f.Script = strings.Replace(f.Script, ".js", ".8f3a2b.js?v=7", 1)
		f.URL += "&t=123456"
		f.FirstMS += 17
		f.Times = "1 of 3"
	}
	if after := prints(r); !slices.Equal(before, after) {
		t.Errorf("%d fingerprints became %d others", len(before), len(after))
	}
	r.Subject.URL = "https://other.example/"
	if after := prints(r); slices.Equal(before, after) {
		t.Error("another site has the same fingerprints")
	}
}

// What stands against the policy is a result, what was not measured a notification.
// What is known or allowed is in it no more: GitHub would show it as an open alert.
func TestGate(t *testing.T) {
	var b bytes.Buffer
	g := try.GateReports()["full"]
	if err := sarif.RenderGate(&b, g); err != nil {
		t.Fatal(err)
	}
	var l log
	if err := json.Unmarshal(b.Bytes(), &l); err != nil {
		t.Fatal(err)
	}
	want := 0
	for i := range g.Items {
		if g.Items[i].Verdict == reports.GateAgainst {
			want++
		}
	}
	run := l.Runs[0]
	if len(run.Results) != want || strings.Contains(b.String(), "known.test") || strings.Contains(b.String(), "allowed.test") {
		t.Errorf("%d results, want %d", len(run.Results), want)
	}
	if call := run.Invocations[0]; call.ExecutionSuccessful || len(call.ToolExecutionNotifications) != 1 {
		t.Errorf("what was not measured: %+v", call)
	}
	// Kinds of facts and limits say what they are and what to do.
	for _, said := range []string{"Remove it, allow it with a reason in spoor.toml", "min-score", "Canvas"} {
		if !strings.Contains(b.String(), said) {
			t.Errorf("nothing says %q", said)
		}
	}
}
