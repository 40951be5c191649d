package junit_test

import (
	"encoding/xml"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/internal/try"
	"github.com/spoor-audit/spoor/reports/junit"
)

var render = try.Render(func(w io.Writer, r *reports.Result, code string) error {
	return junit.Render(w, r, junit.Options{Lang: code})
})

func TestFormat(t *testing.T) { try.Format(t, ".xml", render) }

type outcome struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

type testCase struct {
	Name    string   `xml:"name,attr"`
	Class   string   `xml:"classname,attr"`
	Failure *outcome `xml:"failure"`
	Error   *outcome `xml:"error"`
	Skipped *outcome `xml:"skipped"`
	Output  string   `xml:"system-out"`
}

func (c *testCase) state() string {
	switch {
	case c.Failure != nil:
		return "failed"
	case c.Error != nil:
		return "error"
	case c.Skipped != nil:
		return "skipped"
	}
	return "passed"
}

type suite struct {
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Errors   int        `xml:"errors,attr"`
	Skipped  int        `xml:"skipped,attr"`
	Cases    []testCase `xml:"testcase"`
}

func read(t *testing.T, r *reports.Result) suite {
	t.Helper()
	var doc struct {
		Tests  int     `xml:"tests,attr"`
		Suites []suite `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(render.Text(t, r, "en")), &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Suites) != 1 || doc.Tests != doc.Suites[0].Tests {
		t.Fatalf("%d suites", len(doc.Suites))
	}
	return doc.Suites[0]
}

func TestForm(t *testing.T) {
	for name, r := range try.Results(t) {
		try.JUnit(t, name, render.Text(t, r, "nl"))
	}
	try.EachGate(t, junit.RenderGate, func(name, doc string) { try.JUnit(t, name, doc) })
}

func TestCounts(t *testing.T) {
	for name, r := range try.Results(t) {
		s := read(t, r)
		counts := map[string]int{}
		names := map[string]bool{}
		for i := range s.Cases {
			c := &s.Cases[i]
			counts[c.state()]++
			if names[c.Class+c.Name] {
				t.Errorf("%s: two cases are called %s", name, c.Name)
			}
			names[c.Class+c.Name] = true
		}
		if s.Tests != len(s.Cases) || s.Failures != counts["failed"] || s.Errors != counts["error"] || s.Skipped != counts["skipped"] {
			t.Errorf("%s: %d tests, %d failures, %d errors, %d skipped; there are %v", name, s.Tests, s.Failures, s.Errors, s.Skipped, counts)
		}
		if want := len(r.Techniques)*len(r.Columns()) + len(r.Checks); s.Tests != want {
			t.Errorf("%s: %d cases, want %d", name, s.Tests, want)
		}
		if r.Summary.Measured == reports.MeasuredNot && counts["passed"]+counts["failed"] > 0 {
			t.Errorf("%s was not measured, and has %v", name, counts)
		}
	}
}

func TestCases(t *testing.T) {
	for name, cases := range map[string]map[string]string{
		"consent": {
			"fingerprint-canvas: before any choice": "failed",
			"fingerprint-audio: before any choice":  "passed",
			"tracker-request: after no":             "failed",
			"websocket: after yes":                  "passed", // done with consent
			"beacon: before any choice":             "passed", // only to consider
			"storage-indexeddb: before any choice":  "error",
			"pre-consent-tracking-cookies":          "failed",
			"reject-more-clicks":                    "passed",
			"no-reject-any-layer":                   "passed",
			"gpc-ignored":                           "skipped",
			"withdrawal-ignored":                    "error",
		},
		"unclear": {"tracker-request: after no": "skipped"}, // no way to refuse was found
		"blocked": {"tracker-request: before any choice": "error"},
	} {
		s := read(t, try.Result(t, name))
		for id, want := range cases {
			at := slices.IndexFunc(s.Cases, func(c testCase) bool { return c.Name == id })
			if at < 0 {
				t.Errorf("%s: there is no case %s", name, id)
				continue
			}
			c := &s.Cases[at]
			if c.state() != want {
				t.Errorf("%s: %s is %s, want %s", name, id, c.state(), want)
			}
			for _, o := range []*outcome{c.Failure, c.Error, c.Skipped} {
				if o != nil && o.Message == "" {
					t.Errorf("%s: %s does not say why", name, id)
				}
			}
			if c.Failure != nil && !strings.Contains(c.Failure.Text, "What to do: ") {
				t.Errorf("%s: %s does not say what to do: %q", name, id, c.Failure.Text)
			}
		}
	}
}
