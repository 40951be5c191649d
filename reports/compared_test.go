package reports_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/internal/sample"
	"github.com/spoor-audit/spoor/reports/lang"
)

// appInput is the sample of a visit in an app, changed.
func appInput(t *testing.T, change func(*reports.Input)) *reports.Result {
	t.Helper()
	in, err := sample.App()
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(&in)
	}
	return reports.New(in)
}

// facts lists differences in short: "kind subject: in the app | in an ordinary browser".
func facts(c *reports.Compared) []string {
	out := []string{}
	for i := range c.Facts {
		d := &c.Facts[i]
		here, there := d.Values(lang.Get("en"))
		out = append(out, strings.TrimSpace(d.Kind+" "+d.Subject)+": "+here+" | "+there)
	}
	return out
}

func TestCompared(t *testing.T) {
	r := appInput(t, nil)
	want := []string{
		"address: https://shop.example/app (3 of 3 visits) | https://shop.example (1 of 1 visits)",
		"dialog: not seen (0 of 3 visits) | seen in 1 of 1 visits",
		"host connect.facebook.net: seen in 3 of 3 visits | not seen (0 of 1 visits)",
		"host fpnpmcdn.net: seen in 3 of 3 visits | not seen (0 of 1 visits)",
		"host www.googletagmanager.com: not seen (0 of 3 visits) | seen in 1 of 1 visits",
		"cookie _fbp@shop.example: seen in 3 of 3 visits | not seen (0 of 1 visits)",
		"finding https://fpnpmcdn.net/v3/abc.js: seen in 3 of 3 visits | not seen (0 of 1 visits)",
	}
	if diff := cmp.Diff(want, facts(r.Compared)); diff != "" {
		t.Error(diff)
	}
	for _, d := range r.Compared.Facts {
		if d.Text.EN == "" || d.Text.NL == "" || d.Text.EN == d.Text.NL && d.Kind != reports.DiffCookie {
			t.Errorf("%s %s: texts %+v", d.Kind, d.Subject, d.Text)
		}
	}
	if c := r.Compared; c.InApp != 3 || c.Ordinary != 1 || c.App != "instagram" || len(c.Sizes) != 3 {
		t.Errorf("compared %+v", c)
	}
}

// What differs by chance, or could not be looked at, is no fact.
func TestComparedIsHonest(t *testing.T) {
	kinds := func(c *reports.Compared) string {
		var out []string
		for _, d := range c.Facts {
			out = append(out, d.Kind+" "+d.Subject)
		}
		return strings.Join(out, "\n")
	}
	same := func(in *reports.Input) {
		in.Visit.Ordinary.Run = in.Visit.Runs[0]
		in.Ordinary = detectors.Judgement{Findings: in.Judgement.Findings[:1]}
	}
	for _, c := range []struct {
		name   string
		change func(*reports.Input)
		not    []string // parts of facts that must not be there
		want   []string
	}{
		{"the same in both", same, []string{"host", "cookie", "finding", "dialog", "address", "outcome"}, nil},
		{"a host in one of three visits", nil, []string{"a7.cdn.example"}, nil},
		{"hosts of one site that take turns", nil, []string{"b3.cdn.example"}, nil},
		{"a technique that could not look", func(in *reports.Input) {
			in.Ordinary.NotMeasured = []detectors.NotMeasured{{ID: "fingerprint-canvas", Scenario: evidence.None}}
		}, []string{"finding"}, []string{"host connect.facebook.net"}},
		{"a dialog that was not looked for", func(in *reports.Input) { in.Visit.Ordinary.Run.Dialog = nil }, []string{"dialog"}, nil},
		{"a dialog in one of three visits", func(in *reports.Input) {
			in.Visit.Runs[1].Dialog = &evidence.Dialog{Found: true}
		}, []string{"dialog"}, nil},
		{"what came after the choice", func(in *reports.Input) {
			at := evidence.Millis(150)
			for i := range in.Visit.Runs {
				in.Visit.Runs[i].Chosen = &at
			}
		}, []string{"host fpnpmcdn.net", "cookie"}, []string{"host connect.facebook.net"}},
		{"turned away in the app", func(in *reports.Input) {
			for i := range in.Visit.Runs {
				in.Visit.Runs[i].Outcome, in.Visit.Runs[i].Reason = evidence.Blocked, "bot-wall"
			}
		}, []string{"host", "cookie", "finding", "dialog", "address"}, []string{"outcome"}},
		{"turned away once", func(in *reports.Input) {
			in.Visit.Runs[2].Outcome, in.Visit.Runs[2].Reason = evidence.Blocked, "bot-wall"
		}, []string{"outcome"}, []string{"host connect.facebook.net"}},
		{"the ordinary visit failed", func(in *reports.Input) {
			in.Visit.Ordinary.Run.Outcome, in.Visit.Ordinary.Run.Reason = evidence.Failed, "timeout"
		}, []string{"host", "cookie"}, []string{"outcome"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := kinds(appInput(t, c.change).Compared)
			for _, part := range c.not {
				if strings.Contains(got, part) {
					t.Errorf("%q is among the facts:\n%s", part, got)
				}
			}
			for _, part := range c.want {
				if !strings.Contains(got, part) {
					t.Errorf("%q is not among the facts:\n%s", part, got)
				}
			}
		})
	}
}

func TestNotCompared(t *testing.T) {
	if c := appInput(t, func(in *reports.Input) { in.Visit.Ordinary = nil }).Compared; c != nil {
		t.Errorf("compared %+v", c)
	}
}
