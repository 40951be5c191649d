package term_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/compare"
	"github.com/spoor-audit/spoor/reports/internal/golden"
	"github.com/spoor-audit/spoor/reports/internal/try"
	"github.com/spoor-audit/spoor/reports/term"
)

// later is the shop when it was visited again.
func later(t *testing.T) *reports.Result {
	t.Helper()
	r := try.Result(t, "consent")
	r.Subject.Started = "2026-12-03T09:00:00Z"
	r.Tools.Signatures.Version = "another"
	for i := range r.Runs {
		r.Runs[i].Hosts = slices.DeleteFunc(r.Runs[i].Hosts, func(h reports.Host) bool { return h.Party == "hotjar" })
	}
	for i := range r.Cookies {
		if c := &r.Cookies[i]; c.Name == "_ga" {
			c.LifetimeDays = 30
		}
	}
	extra := r.Cookies[0]
	extra.Name, extra.Party = "uid", "retarget.example"
	r.Cookies = append(r.Cookies, extra)
	for i := range r.Techniques {
		if r.Techniques[i].ID == "geolocation" {
			r.Techniques[i].State = reports.NotMeasured
			r.Techniques[i].NotMeasured = []reports.Unmeasured{{Scenario: "none"}, {Scenario: "reject"}, {Scenario: "accept"}}
		}
	}
	r.Findings = slices.DeleteFunc(r.Findings, func(f reports.Finding) bool { return f.ID == "geolocation" || f.ID == "storage-local" })
	for i := range r.Techniques {
		if r.Techniques[i].ID == "storage-local" {
			r.Techniques[i].State = reports.Clean
		}
	}
	for i := range r.Checks {
		switch r.Checks[i].ID {
		case "preticked-purposes":
			r.Checks[i].Outcome = reports.Pass
		case "no-reject-any-layer":
			r.Checks[i].Outcome = reports.Fail
		}
	}
	r.Score.Compliance.Value, r.Score.Compliance.Grade = 61, "C"
	r.Score.Exposure["accept"] = 55
	return r
}

func changes(t *testing.T, c *compare.Changes, o term.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := term.Changes(&b, c, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestChanges(t *testing.T) {
	before, after := try.Result(t, "consent"), later(t)
	c := compare.Results(before, after)
	for _, code := range []string{"en", "nl"} {
		golden.Equal(t, "changes."+code+".txt", changes(t, c, term.Options{Unicode: true, Lang: code}))
		for _, width := range []int{40, 80, 100} {
			fits(t, code, changes(t, c, term.Options{Width: width, Unicode: true, Color: true, Lang: code}), width, true)
		}
		fits(t, code, changes(t, c, term.Options{Lang: code}), 80, false)
	}
	if text := changes(t, compare.Results(before, before), term.Options{Unicode: true}); !strings.Contains(text, "Nothing changed.") {
		t.Errorf("two times the same: %s", text)
	}
	if term.Changes(&bytes.Buffer{}, nil, term.Options{}) == nil {
		t.Error("no changes are no error")
	}
}

func TestHostileChangesFit(t *testing.T) {
	hostile, empty := try.Result(t, "hostile"), try.Result(t, "empty")
	for _, c := range []*compare.Changes{compare.Results(empty, hostile), compare.Results(hostile, empty)} {
		fits(t, "hostile", changes(t, c, term.Options{Unicode: true, Lang: "nl"}), 80, false)
	}
}
