package compare_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/compare"
	"github.com/spoor-audit/spoor/reports/internal/try"
)

func shop(t *testing.T) *reports.Result {
	t.Helper()
	return try.Result(t, "consent")
}

func keys(list []compare.Item) []string {
	out := []string{}
	for _, item := range list {
		out = append(out, item.Key)
	}
	return out
}

func TestNothingChanged(t *testing.T) {
	for name, r := range try.Results(t) {
		if c := compare.Results(r, r); c.Any() || c.AnyNew() || len(c.Differs) > 0 {
			t.Errorf("%s differs from itself: %+v", name, c)
		}
	}
}

// What changes with every load is no change.
func TestLoadsDiffer(t *testing.T) {
	a, b := shop(t), shop(t)
	for i := range b.Findings {
		b.Findings[i].FirstMS += 100
		b.Findings[i].Times = "1 of 3"
		b.Findings[i].Script += "?v=2"
	}
	for i := range b.Cookies {
		b.Cookies[i].ValueDigest = "sha256:0"
		b.Cookies[i].LifetimeDays += 0.001
		b.Cookies[i].FirstMS += 17
	}
	for i := range b.Runs {
		for j := range b.Runs[i].Hosts {
			h := &b.Runs[i].Hosts[j]
			if h.Before > 0 {
				h.Before += 3
			}
		}
	}
	if c := compare.Results(a, b); c.Any() {
		t.Errorf("changes: %+v", c)
	}
}

func TestWhatIsNewAndGone(t *testing.T) {
	a, b := shop(t), shop(t)
	// A company, a cookie, a stored item and a technique go; a check mends.
	without := func(r *reports.Result) {
		for i := range r.Runs {
			r.Runs[i].Hosts = slices.DeleteFunc(r.Runs[i].Hosts, func(h reports.Host) bool { return h.Party == "hotjar" })
		}
		r.Cookies = slices.DeleteFunc(r.Cookies, func(c reports.Cookie) bool { return c.Name == "_ga" })
		r.Storage = slices.DeleteFunc(r.Storage, func(s reports.StorageItem) bool { return s.Key == "hjViewportId" })
		r.Findings = slices.DeleteFunc(r.Findings, func(f reports.Finding) bool { return f.ID == "geolocation" })
		for i := range r.Techniques {
			if r.Techniques[i].ID == "geolocation" {
				r.Techniques[i].State, r.Techniques[i].Findings = reports.Clean, 0
			}
		}
		for i := range r.Checks {
			if r.Checks[i].ID == "preticked-purposes" {
				r.Checks[i].Outcome = reports.Pass
			}
		}
	}
	without(b)
	c := compare.Results(a, b)
	for what, got := range map[string][]string{
		"companies": keys(c.Companies.Gone), "cookies": keys(c.Cookies.Gone), "storage": keys(c.Storage.Gone),
		"findings": keys(c.Findings.Gone), "checks": keys(c.Checks.Gone),
	} {
		want := map[string][]string{
			"companies": {"Contentsquare accept", "Contentsquare none"}, "cookies": {"_ga shop.example /"},
			"storage": {"local hjViewportId https://shop.example"}, "findings": {"geolocation@widgets.example none"}, "checks": {"preticked-purposes"},
		}[what]
		if !slices.Equal(got, want) {
			t.Errorf("%s gone: %q, want %q", what, got, want)
		}
	}
	if c.AnyNew() {
		t.Errorf("something is new: %+v", c)
	}
	back := compare.Results(b, a)
	if !back.AnyNew() || len(back.Findings.New) != 1 || len(back.Companies.New) != 2 || len(back.Cookies.Gone) != 0 {
		t.Errorf("the other way round: %+v", back)
	}
}

// A company that had received data before a choice, and now does after a refusal
// too, is news.
func TestFurtherState(t *testing.T) {
	a, b := shop(t), shop(t)
	reject := b.Run(evidence.Reject)
	for i := range reject.Hosts {
		if h := &reject.Hosts[i]; h.Party == "hotjar" {
			h.After, h.ReachedAfter = 4, true
		}
	}
	if got := keys(compare.Results(a, b).Companies.New); !slices.Equal(got, []string{"Contentsquare reject"}) {
		t.Errorf("new: %q", got)
	}
}

// What one of the visits did not measure is neither new nor gone.
func TestUnmeasured(t *testing.T) {
	a, b := shop(t), shop(t)
	for i := range b.Techniques {
		if b.Techniques[i].ID == "geolocation" {
			b.Techniques[i].State, b.Techniques[i].Findings = reports.NotMeasured, 0
			for _, s := range []evidence.Scenario{evidence.None, evidence.Reject, evidence.Accept} {
				b.Techniques[i].NotMeasured = append(b.Techniques[i].NotMeasured, reports.Unmeasured{Scenario: s, Why: "gone"})
			}
		}
	}
	b.Findings = slices.DeleteFunc(b.Findings, func(f reports.Finding) bool { return f.ID == "geolocation" })
	for i := range b.Runs {
		b.Gaps = append(b.Gaps, reports.Gap{Scenario: b.Runs[i].Scenario, Kind: "cookies", Whole: true})
	}
	b.Cookies = []reports.Cookie{}
	b.Run(evidence.Accept).Measured = false
	for i := range b.Run(evidence.Accept).Hosts {
		b.Run(evidence.Accept).Hosts[i].Reached = false
	}
	for i := range b.Checks {
		if b.Checks[i].ID == "preticked-purposes" {
			b.Checks[i].Outcome = reports.Unknown
		}
	}
	for _, c := range []*compare.Changes{compare.Results(a, b), compare.Results(b, a)} {
		if n := len(c.Companies.Gone) + len(c.Cookies.Gone) + len(c.Findings.Gone) + len(c.Checks.Gone); n > 0 || c.AnyNew() {
			t.Errorf("new or gone: %+v", c)
		}
		if len(c.Cookies.Unmeasured) != len(a.Cookies) || !slices.Contains(keys(c.Findings.Unmeasured), "geolocation@widgets.example none") ||
			!slices.Contains(keys(c.Companies.Unmeasured), "retarget.example accept") || !slices.Contains(keys(c.Checks.Unmeasured), "preticked-purposes") {
			t.Errorf("not said to be unmeasured: %+v", c)
		}
	}
}

func TestChanged(t *testing.T) {
	a, b := shop(t), shop(t)
	for i := range b.Cookies {
		if c := &b.Cookies[i]; c.Name == "_ga" {
			c.LifetimeDays, c.Secure = 30, true
		}
	}
	for i := range b.Findings {
		if b.Findings[i].ID == "fingerprint-canvas" {
			b.Findings[i].Severity = "critical"
		}
	}
	b.Tools.Signatures.Version = "another"
	c := compare.Results(a, b)
	want := []compare.Field{{Name: "lifetime", Old: "400 d", New: "30 d"}, {Name: "secure", Old: "false", New: "true"}}
	if len(c.Cookies.Changed) != 1 || !slices.Equal(c.Cookies.Changed[0].Fields, want) {
		t.Errorf("cookies: %+v", c.Cookies.Changed)
	}
	if len(c.Findings.Changed) != 1 || c.Findings.Changed[0].Fields[0] != (compare.Field{Name: "severity", Old: "high", New: "critical"}) {
		t.Errorf("findings: %+v", c.Findings.Changed)
	}
	if !slices.Equal(c.Differs, []string{"signatures"}) {
		t.Errorf("differs in %q", c.Differs)
	}
}

// reread is a result after it went through a file.
func reread(t *testing.T, r *reports.Result) *reports.Result {
	t.Helper()
	var b bytes.Buffer
	if err := reports.WriteJSON(&b, r); err != nil {
		t.Fatal(err)
	}
	out, err := reports.ReadJSON(&b)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestFollows(t *testing.T) {
	for name, r := range try.Results(t) {
		list, err := compare.Follows(reread(t, r), reread(t, r))
		if err != nil || len(list) > 0 {
			t.Errorf("%s does not follow from itself: %+v, %v", name, list, err)
		}
	}
	for name, c := range map[string]struct {
		change func(r *reports.Result)
		want   []compare.Discrepancy
	}{
		"a finding was lightened": {
			func(r *reports.Result) { r.Findings[0].Severity = "note" },
			[]compare.Discrepancy{{Kind: compare.Otherwise, Part: "findings"}},
		},
		"a finding was left out": {
			func(r *reports.Result) { r.Findings = r.Findings[1:] },
			[]compare.Discrepancy{{Kind: compare.NotSaved, Part: "findings"}},
		},
		"a finding was added": {
			func(r *reports.Result) {
				f := r.Findings[0]
				f.ID = "key-logging"
				r.Findings = append(r.Findings, f)
			},
			[]compare.Discrepancy{{Kind: compare.NotDerived, Part: "findings"}},
		},
		"a finding was doubled": {
			func(r *reports.Result) { r.Findings = append(r.Findings, r.Findings[0]) },
			[]compare.Discrepancy{{Kind: compare.NotDerived, Part: "findings"}},
		},
		"evidence of it was changed": {
			func(r *reports.Result) { r.Findings[0].Evidence = r.Findings[0].Evidence[1:] },
			[]compare.Discrepancy{{Kind: compare.Otherwise, Part: "findings"}},
		},
		"a check was turned": {
			func(r *reports.Result) { r.Checks[1].Outcome = reports.Pass },
			[]compare.Discrepancy{{Kind: compare.Otherwise, Part: "checks"}},
		},
		"the score was raised": {
			func(r *reports.Result) { r.Score.Compliance.Value = 99 },
			[]compare.Discrepancy{{Kind: compare.Otherwise, Part: "score"}},
		},
		"a cookie was left out": {
			func(r *reports.Result) { r.Cookies = r.Cookies[1:] },
			[]compare.Discrepancy{{Kind: compare.Otherwise, Part: "cookies"}},
		},
		"the versions differ": {
			func(r *reports.Result) { r.Tools.Signatures.Version, r.Tools.Spoor = "x", "0.1" },
			nil,
		},
	} {
		saved := reread(t, shop(t))
		c.change(saved)
		got, err := compare.Follows(saved, reread(t, shop(t)))
		if err != nil {
			t.Fatal(err)
		}
		var kinds []compare.Discrepancy
		for _, d := range got {
			kinds = append(kinds, compare.Discrepancy{Kind: d.Kind, Part: d.Part})
		}
		if !slices.Equal(kinds, c.want) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
