package sarif_test

import (
	"encoding/json"
	"io"
	"net/url"
	"slices"
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
}

type message struct{ Text, Markdown string }

// A log is the part of a file that GitHub reads.
type log struct {
	Version string
	Runs    []struct {
		Tool struct {
			Driver struct {
				Name  string
				Rules []struct {
					ID, Name, HelpURI                       string
					ShortDescription, FullDescription, Help message
					Properties                              struct{ Tags []string }
				}
			}
		}
		AutomationDetails struct{ ID string }
		Invocations       []struct {
			ExecutionSuccessful        bool
			ToolExecutionNotifications []struct{ Message message }
		}
		Results []struct {
			RuleID, Level       string
			RuleIndex           int
			Message             message
			PartialFingerprints map[string]string
			OccurrenceCount     int
			WebRequest          struct{ Target, Method string }
			Locations           []struct {
				PhysicalLocation struct {
					ArtifactLocation struct{ URI string }
					Region           struct{ StartLine int }
				}
				LogicalLocations []struct{ Name, Kind, FullyQualifiedName string }
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

// GitHub refuses a whole file for one location with a scheme, shows an alert only
// with a location, and tells alerts of one rule on one line apart by their
// fingerprint (SARIF support for code scanning).
func TestGitHubTakesIt(t *testing.T) {
	for name, r := range try.Results(t) {
		run := read(t, r).Runs[0]
		rules := run.Tool.Driver.Rules
		for _, rule := range rules {
			if rule.ID == "" || rule.Name == "" || rule.Name == rule.ID || rule.ShortDescription.Text == "" || rule.FullDescription.Text == "" ||
				rule.Help.Text == "" || rule.Help.Markdown == "" || rule.HelpURI == "" {
				t.Errorf("%s: something is missing: %+v", name, rule)
			}
			if len(rule.Name) > 255 || len([]rune(rule.ShortDescription.Text)) > 1024 || len([]rune(rule.FullDescription.Text)) > 1024 || len(rule.Properties.Tags) > 10 {
				t.Errorf("%s: too much: %+v", name, rule)
			}
		}
		seen := map[string]bool{}
		for _, result := range run.Results {
			if result.RuleIndex >= len(rules) || rules[result.RuleIndex].ID != result.RuleID {
				t.Errorf("%s: %s is not the rule of its index", name, result.RuleID)
			}
			if !slices.Contains([]string{"error", "warning", "note"}, result.Level) || result.Message.Text == "" {
				t.Errorf("%s: %+v", name, result)
			}
			if len(result.Locations) != 1 {
				t.Errorf("%s: %s has %d locations", name, result.RuleID, len(result.Locations))
				continue
			}
			at := result.Locations[0].PhysicalLocation
			u, err := url.Parse(at.ArtifactLocation.URI)
			if err != nil || u.Scheme != "" || u.Host != "" || u.Path == "" || strings.HasPrefix(u.Path, "/") || at.Region.StartLine < 1 {
				t.Errorf("%s: %s is at %+v", name, result.RuleID, at)
			}
			id := result.RuleID + result.PartialFingerprints["primaryLocationLineHash"]
			if len(result.PartialFingerprints["spoorFact/v1"]) != 64 || seen[id] {
				t.Errorf("%s: %s shares a fingerprint or has none", name, result.RuleID)
			}
			seen[id] = true
		}
		if !strings.HasSuffix(run.AutomationDetails.ID, "/") {
			t.Errorf("%s: category %q", name, run.AutomationDetails.ID)
		}
	}
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
