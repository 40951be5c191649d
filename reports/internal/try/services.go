package try

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/internal/sample"
	"github.com/spoor-audit/spoor/reports/lang"
)

// GateReports returns outcomes of spoor check: one with everything in it, one in
// which nothing is against policy, and one whose every text is hostile.
func GateReports() map[string]*reports.GateReport {
	item := func(verdict, rule, kind, subject, text string) reports.Gated {
		return reports.Gated{
			Target: "home", Line: 4, URL: "https://shop.example/", Rule: rule, State: "none", Kind: kind, Subject: subject, Text: text, Verdict: verdict,
			New: verdict == reports.GateAgainst && kind == "receiver",
		}
	}
	full := []reports.Gated{
		item(reports.GateAgainst, "receiver", "receiver", "ads.test", "home, before: receiver ads.test; Ads"),
		item(reports.GateAgainst, "cookie", "cookie", "uid@ads.test", "home, before: cookie uid@ads.test"),
		item(reports.GateAgainst, "storage", "storage", "local:uid@ads.test", "home, before: storage local:uid@ads.test"),
		item(reports.GateAgainst, "fingerprint-canvas", "technique", "fingerprint-canvas@ads.test", "home, before: technique"),
		item(reports.GateAgainst, "tracker-request", "finding", "tracker-request@ads.test", "home, before: finding"),
		item(reports.GateAgainst, "no-reject-any-layer", "check", "no-reject-any-layer", "home: check"),
		item(reports.GateAgainst, "min-score", "score", "min-score", "home: score 40 of at least 60"),
		item(reports.GateAgainst, "budget", "requests", "budget", "home, before: requests 20 of at most 10"),
		item(reports.GateAgainst, "max-third-parties", "third-parties", "max-third-parties", "home, before: other sites 20 of at most 10"),
		item(reports.GateUnmeasured, "new", "state", "accept", "home, after yes; the dialog did not answer"),
		item(reports.GatePassed, "receiver", "receiver", "known.test", "home, before: receiver known.test"),
		item(reports.GateAllowed, "receiver", "receiver", "allowed.test", "home, before: receiver allowed.test"),
		{Target: "home", Line: 4, URL: "https://shop.example/", Rule: "expired", Verdict: reports.GatePassed},
		{Target: "second", Line: 9, URL: "public", Rule: "new", Verdict: reports.GatePassed},
	}
	hostile := slices.Clone(full)
	for i := range hostile {
		h := &hostile[i]
		h.Target, h.URL, h.Rule, h.Text, h.Reason = sample.Evil, "https://shop.example/"+sample.Evil, h.Rule+sample.Evil, sample.Evil+h.Text, sample.Evil
		if h.Kind != "" {
			h.Subject = sample.Evil + strings.Repeat("A", 1<<20) + strconv.Itoa(i)
		}
	}
	return map[string]*reports.GateReport{
		"full":    {Spoor: "1.0.0", Config: "sites/spoor.toml", Items: full},
		"passed":  {Spoor: "1.0.0", Config: "spoor.toml", Items: full[10:]},
		"empty":   {Spoor: "1.0.0", Config: "spoor.toml"},
		"hostile": {Spoor: sample.Evil, Config: "a folder:1/" + sample.Evil + "/spoor.toml", Items: hostile},
	}
}

// EachGate renders all outcomes in all languages.
func EachGate(t *testing.T, render func(w io.Writer, g *reports.GateReport) error, test func(name, doc string)) {
	t.Helper()
	for name, g := range GateReports() {
		for _, code := range lang.Codes() {
			var b bytes.Buffer
			g.Lang = code
			if err := render(&b, g); err != nil {
				t.Fatal(err)
			}
			test(name+" "+code, b.String())
		}
	}
}

type text struct{ Text, Markdown string }

// A scan is the part of a SARIF file that GitHub reads.
type scan struct {
	Schema  string `json:"$schema"`
	Version string
	Runs    []struct {
		Tool struct {
			Driver struct {
				Name  string
				Rules []struct {
					ID, Name                                string
					ShortDescription, FullDescription, Help text
					DefaultConfiguration                    struct{ Level string }
					Properties                              struct {
						Tags      []string
						Precision string
						Severity  string `json:"problem.severity"`
					}
				}
			}
		}
		AutomationDetails struct{ ID string }
		Results           []struct {
			RuleID, Level       string
			RuleIndex           int
			Message             text
			PartialFingerprints map[string]string
			Suppressions        []any
			Locations           []struct {
				PhysicalLocation struct {
					ArtifactLocation struct{ URI string }
					Region           struct{ StartLine, StartColumn, EndLine, EndColumn int }
				}
			}
		}
	}
}

// CodeScanning checks a SARIF file against the rules of GitHub's code scanning: what
// it needs, what it takes at most, and what it does not show. From "SARIF support for
// code scanning" and "SARIF results exceed limits" of its documentation.
func CodeScanning(t *testing.T, what, doc string) {
	t.Helper()
	var s scan
	if err := json.Unmarshal([]byte(doc), &s); err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = io.WriteString(z, doc)
	_ = z.Close()
	if packed.Len() > 10_000_000 {
		t.Errorf("%s: %d bytes compressed", what, packed.Len())
	}
	if s.Schema == "" || s.Version != "2.1.0" || len(s.Runs) != 1 {
		t.Errorf("%s: schema %q, version %q, %d runs", what, s.Schema, s.Version, len(s.Runs))
		return
	}
	run := &s.Runs[0]
	rules := run.Tool.Driver.Rules
	// All before the last slash is the category; without one there is none.
	if !strings.Contains(run.AutomationDetails.ID, "/") || run.Tool.Driver.Name == "" {
		t.Errorf("%s: category %q, tool %q", what, run.AutomationDetails.ID, run.Tool.Driver.Name)
	}
	if len(rules) > 25_000 || len(run.Results) > 25_000 {
		t.Errorf("%s: %d rules, %d results", what, len(rules), len(run.Results))
	}
	ids := map[string]bool{}
	for i := range rules {
		r := &rules[i]
		if r.ID == "" || ids[r.ID] || r.ShortDescription.Text == "" || r.FullDescription.Text == "" || r.Help.Text == "" {
			t.Errorf("%s: something is missing, or stands twice: %+v", what, r)
		}
		ids[r.ID] = true
		if utf8.RuneCountInString(r.Name) > 255 || utf8.RuneCountInString(r.ShortDescription.Text) > 1024 || utf8.RuneCountInString(r.FullDescription.Text) > 1024 || len(r.Properties.Tags) > 10 {
			t.Errorf("%s: too much: %+v", what, r)
		}
		if !slices.Contains([]string{"note", "warning", "error"}, r.DefaultConfiguration.Level) ||
			!slices.Contains([]string{"very-high", "high", "medium", "low"}, r.Properties.Precision) ||
			!slices.Contains([]string{"error", "warning", "recommendation"}, r.Properties.Severity) {
			t.Errorf("%s: %s: level %q, precision %q, severity %q", what, r.ID, r.DefaultConfiguration.Level, r.Properties.Precision, r.Properties.Severity)
		}
	}
	alerts := map[string]bool{}
	for i := range run.Results {
		r := &run.Results[i]
		if r.RuleIndex < 0 || r.RuleIndex >= len(rules) || rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("%s: %q is not the rule of its index", what, r.RuleID)
		}
		if !slices.Contains([]string{"note", "warning", "error"}, r.Level) || strings.TrimSpace(r.Message.Text) == "" || len(r.Suppressions) > 0 {
			t.Errorf("%s: level %q, message %q, suppressions %v", what, r.Level, r.Message.Text, r.Suppressions)
		}
		// It looks at the first location only, which must be there.
		if len(r.Locations) != 1 {
			t.Errorf("%s: %s has %d locations", what, r.RuleID, len(r.Locations))
			continue
		}
		at := r.Locations[0].PhysicalLocation
		u, err := url.Parse(at.ArtifactLocation.URI)
		if err != nil || u.Scheme != "" || u.Host != "" || u.Path == "" || u.RawQuery != "" || u.Fragment != "" || strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "../") {
			t.Errorf("%s: %s is at %q", what, r.RuleID, at.ArtifactLocation.URI)
		}
		if g := at.Region; g.StartLine < 1 || g.StartColumn < 1 || g.EndLine < g.StartLine || g.EndColumn <= g.StartColumn {
			t.Errorf("%s: %s is at %+v", what, r.RuleID, g)
		}
		// Of fingerprints it reads this one alone.
		id := r.RuleID + r.PartialFingerprints["primaryLocationLineHash"]
		if r.PartialFingerprints["primaryLocationLineHash"] == "" || alerts[id] {
			t.Errorf("%s: %s shares a fingerprint or has none", what, r.RuleID)
		}
		alerts[id] = true
	}
}

// junitForm lists what the schema of Jenkins' xunit plugin lets each element hold:
// attributes, and the elements in it.
var junitForm = map[string]struct{ attributes, needs, children []string }{
	"testsuites": {[]string{"name", "time", "tests", "failures", "errors"}, nil, []string{"testsuite"}},
	"testsuite": {
		[]string{"name", "tests", "failures", "errors", "group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url", "version"},
		[]string{"name", "tests", "failures", "errors"}, []string{"properties", "testcase", "system-out", "system-err"},
	},
	"properties": {nil, nil, []string{"property"}},
	"property":   {[]string{"name", "value"}, []string{"name", "value"}, nil},
	"testcase": {
		[]string{"name", "time", "classname", "group", "assertions", "status", "class", "file", "line"}, []string{"name"},
		[]string{"skipped", "error", "failure", "system-out", "system-err", "properties"},
	},
	"skipped":    {[]string{"message", "type"}, nil, nil},
	"error":      {[]string{"message", "type"}, nil, nil},
	"failure":    {[]string{"message", "type"}, nil, nil},
	"system-out": {},
}

var seconds = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`)

// JUnit checks a file of test results: the form that Jenkins takes, that its counts
// are true, and that no two cases have one name, of which GitLab would leave one out.
func JUnit(t *testing.T, what, doc string) {
	t.Helper()
	var open []string
	names, counts := map[string]bool{}, map[string]int{}
	for d := xml.NewDecoder(strings.NewReader(doc)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Errorf("%s: %v", what, err)
			return
		}
		switch e := token.(type) {
		case xml.StartElement:
			tag := e.Name.Local
			if len(open) > 0 && !slices.Contains(junitForm[open[len(open)-1]].children, tag) || len(open) == 0 && tag != "testsuites" {
				t.Errorf("%s: %s in %v", what, tag, open)
				return
			}
			open = append(open, tag)
			counts[tag]++
			junitAttributes(t, what, e)
			if tag == "testcase" {
				id := attribute(e, "classname") + "\n" + attribute(e, "name")
				if names[id] {
					t.Errorf("%s: two cases are called %q", what, id)
				}
				names[id] = true
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		}
	}
	var sum struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
	}
	if err := xml.Unmarshal([]byte(doc), &sum); err != nil || sum.Tests != counts["testcase"] || sum.Failures != counts["failure"] || sum.Errors != counts["error"] {
		t.Errorf("%s: it counts %+v, and holds %v", what, sum, counts)
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func junitAttributes(t *testing.T, what string, e xml.StartElement) {
	t.Helper()
	form := junitForm[e.Name.Local]
	var got []string
	for _, a := range e.Attr {
		got = append(got, a.Name.Local)
		if !slices.Contains(form.attributes, a.Name.Local) {
			t.Errorf("%s: %s has the attribute %s", what, e.Name.Local, a.Name.Local)
		}
		switch a.Name.Local {
		case "time":
			if !seconds.MatchString(a.Value) {
				t.Errorf("%s: time %q", what, a.Value)
			}
		case "tests", "failures", "errors", "skipped":
			if _, err := strconv.ParseUint(a.Value, 10, 32); err != nil {
				t.Errorf("%s: %s is %q", what, a.Name.Local, a.Value)
			}
		}
	}
	for _, need := range form.needs {
		if !slices.Contains(got, need) {
			t.Errorf("%s: %s lacks %s", what, e.Name.Local, need)
		}
	}
}

var digest = regexp.MustCompile("^[0-9a-f]{64}$")

// CodeQuality checks a report of GitLab's kind: all fields, a severity that it knows,
// a path from the root of the repository, and a fingerprint that no other issue has.
func CodeQuality(t *testing.T, what, doc string) {
	t.Helper()
	var list []struct {
		Description, Fingerprint, Severity string
		Check                              string `json:"check_name"`
		Location                           struct {
			Path  string
			Lines struct{ Begin int }
		}
	}
	if err := json.Unmarshal([]byte(doc), &list); err != nil || list == nil {
		t.Errorf("%s: it is no list: %v", what, err)
	}
	seen := map[string]bool{}
	for _, i := range list {
		if i.Description == "" || i.Check == "" || i.Location.Lines.Begin < 1 || !digest.MatchString(i.Fingerprint) || seen[i.Fingerprint] {
			t.Errorf("%s: something is missing, or its fingerprint stands twice: %+v", what, i)
		}
		seen[i.Fingerprint] = true
		if !slices.Contains([]string{"info", "minor", "major", "critical", "blocker"}, i.Severity) {
			t.Errorf("%s: severity %q", what, i.Severity)
		}
		if p := i.Location.Path; p == "" || strings.HasPrefix(p, "/") || strings.HasPrefix(p, "./") || strings.HasPrefix(p, "../") {
			t.Errorf("%s: path %q", what, p)
		}
	}
}
