package score

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spoor-audit/spoor/detectors"
)

// The worked examples of docs/consent.md 4.4. Where the text names no number of
// organisations or no certainty, the values here are those that give the losses
// that it states; comments say which.

func found(check, group string, s detectors.Severity, o Outcome, certainty float64, n int) Finding {
	return Finding{Check: check, Group: group, Severity: s, Outcome: o, Certainty: certainty, Organisations: n}
}

func passed(check, group string, s detectors.Severity) Finding {
	return found(check, group, s, Pass, 1, Uncounted)
}

func unknown(check, group string, s detectors.Severity) Finding {
	return found(check, group, s, Unknown, 0, Uncounted)
}

func municipality() ([]Finding, Conditions) {
	return []Finding{
		found("consent-missing", "G1", "critical", NA, 0, Uncounted),
		passed("pre-consent-tracking-cookies", "G1", "critical"),
		found("policy-unreadable", "G5", "low", Warn, 1, Uncounted),
		passed("policy-not-one-click", "G5", "high"),
		found("undeclared-cookies", "G4", "medium", Warn, 0.7, 1),
	}, Conditions{NothingNeedsConsent: true, PolicySeen: true}
}

// newsSite has three vendors who act against the string. That the six
// undeclared cookies and the two lifetimes belong to six and two organisations
// is chosen: it gives the stated loss of 4.6.
func newsSite() ([]Finding, Conditions) {
	return []Finding{
		passed("consent-missing", "G1", "critical"),
		found("consent-mode-pings", "G1", "medium", Warn, 1, 1),
		found("tcf-vendor-without-consent", "G2", "critical", Fail, 1, 3),
		found("reject-ignored-requests", "G2", "high", Fail, 1, 3),
		found("no-reject-first-layer", "G3", "high", Fail, 1, Uncounted),
		found("reject-more-clicks", "G3", "high", Fail, 1, Uncounted),
		found("button-prominence-asymmetry", "G3", "medium", Fail, 0.7, Uncounted),
		found("undeclared-cookies", "G4", "medium", Fail, 1, 6),
		found("declared-lifetime-exceeded", "G4", "medium", Fail, 1, 2),
		found("withdraw-more-clicks", "G5", "medium", Warn, 1, Uncounted),
		passed("policy-not-one-click", "G5", "high"),
	}, Conditions{PolicySeen: true}
}

// webshop has 14 organisations of which one each embeds a button and gets the
// hashed address. The check that finds Google Analytics called necessary is not
// named; it is one of weight high.
func webshop() ([]Finding, Conditions) {
	return []Finding{
		passed("consent-missing", "G1", "critical"),
		found("pre-consent-tracking-cookies", "G1", "critical", Fail, 1, 14),
		found("pre-consent-id-sync", "G1", "critical", Fail, 1, 9),
		found("social-plugin-preload", "G1", "high", Fail, 1, 1),
		found("no-reject-any-layer", "G3", "critical", Fail, 1, Uncounted),
		found("undeclared-cookies", "G4", "medium", Fail, 1, 14),
		found("known-cookie-wrong-category", "G4", "high", Fail, 1, 2),
		found("withdraw-link-missing", "G5", "high", Fail, 1, Uncounted),
		passed("policy-not-one-click", "G5", "high"),
		found("hashed-identifier-to-third-party", "G6", "high", Fail, 1, 1),
	}, Conditions{PolicySeen: true}
}

// without returns a list without some checks.
func without(list []Finding, checks ...string) []Finding {
	var out []Finding
	for _, f := range list {
		keep := true
		for _, c := range checks {
			keep = keep && f.Check != c
		}
		if keep {
			out = append(out, f)
		}
	}
	return out
}

func expect(t *testing.T, got Result, value int, grade string, lost map[string]float64) {
	t.Helper()
	if got.Value != value || got.Grade != grade || got.AtMost || got.Reason != "" {
		t.Errorf("score is %d %s (at most: %v, reason %q), want %d %s", got.Value, got.Grade, got.AtMost, got.Reason, value, grade)
	}
	all := map[string]float64{"G1": 0, "G2": 0, "G3": 0, "G4": 0, "G5": 0, "G6": 0}
	for group, points := range lost {
		all[group] = points
	}
	if d := cmp.Diff(all, got.Lost); d != "" {
		t.Errorf("points lost (-want +got):\n%s", d)
	}
}

func TestMunicipality(t *testing.T) {
	got := Compliance(municipality())
	expect(t, got, 98, "A", map[string]float64{"G4": 0.8, "G5": 0.4})
	if d := cmp.Diff([]string{"nothing-needs-consent"}, got.Applied); d != "" {
		t.Errorf("applied (-want +got):\n%s", d)
	}
	if score, band := Exposure(nil); score != 0 || band != "none" {
		t.Errorf("exposure is %d %s, want 0 none", score, band)
	}
}

func TestNewsSite(t *testing.T) {
	list, in := newsSite()
	got := Compliance(list, in)
	expect(t, got, 59, "D", map[string]float64{"G1": 2.0, "G2": 16.5, "G3": 11.2, "G4": 4.6, "G5": 1.1})
	r := theRules()
	known := r.follow(list, in, false)
	if sum := total(r.losses(known), 100); sum != 64 || got.Ceiling != 59 {
		t.Errorf("without ceiling %d, ceiling %d; want 64 and 59", sum, got.Ceiling)
	}
	// The three vendors put right: both findings of G2 go, "+22".
	fixed := Compliance(without(list, "tcf-vendor-without-consent", "reject-ignored-requests"), in)
	expect(t, fixed, 81, "B", map[string]float64{"G1": 2.0, "G3": 11.2, "G4": 4.6, "G5": 1.1})
	if gain := fixed.Value - got.Value; gain != 22 {
		t.Errorf("gain is %d, want 22", gain)
	}
}

func TestWebshop(t *testing.T) {
	list, in := webshop()
	got := Compliance(list, in)
	expect(t, got, 23, "F", map[string]float64{"G1": 24.0, "G2": 23, "G3": 10.5, "G4": 6.8, "G5": 8.7, "G6": 3.8})
	if d := cmp.Diff([]string{"no-refusal", "no-withdrawal"}, got.Applied); d != "" {
		t.Errorf("applied (-want +got):\n%s", d)
	}

	// A button that does nothing: 14 organisations go on.
	idle := append(without(list, "no-reject-any-layer"),
		found("reject-ignored-cookies", "G2", "critical", Fail, 1, 14),
		found("reject-ignored-requests", "G2", "high", Fail, 1, 14))
	got = Compliance(idle, in)
	expect(t, got, 27, "F", map[string]float64{"G1": 24.0, "G2": 19.0, "G3": 10.5, "G4": 6.8, "G5": 8.7, "G6": 3.8})
	if d := cmp.Diff([]string{"no-withdrawal", "refusal-does-not-work"}, got.Applied); d != "" {
		t.Errorf("applied (-want +got):\n%s", d)
	}

	// It blocks until the choice, and obeys it.
	works := without(idle, "pre-consent-tracking-cookies", "pre-consent-id-sync", "social-plugin-preload", "reject-ignored-cookies", "reject-ignored-requests")
	expect(t, Compliance(works, in), 80, "B", map[string]float64{"G4": 6.8, "G5": 8.7, "G6": 3.8})
}

func TestClosedWidget(t *testing.T) {
	list := []Finding{
		passed("consent-missing", "G1", "critical"),
		passed("pre-consent-tracking-cookies", "G1", "critical"),
		unknown("reject-ignored-cookies", "G2", "critical"),
		unknown("reject-ignored-requests", "G2", "high"),
		unknown("no-reject-any-layer", "G3", "critical"),
		unknown("reject-more-clicks", "G3", "high"),
		unknown("undeclared-cookies", "G4", "medium"),
		passed("policy-not-one-click", "G5", "high"),
		found("policy-unreadable", "G5", "low", Warn, 1, Uncounted),
	}
	got := Compliance(list, Conditions{PolicySeen: true})
	if got.High != 99 || got.Low != 47 || got.Grade != InsufficientEvidence || got.Reason != ReasonNotObserved {
		t.Errorf("got %d to %d, %s %s; want 47 to 99, IE not-observed", got.Low, got.High, got.Grade, got.Reason)
	}
	if d := cmp.Diff([]string{"G2", "G3", "G4"}, got.Unknown); d != "" {
		t.Errorf("unknown groups (-want +got):\n%s", d)
	}
}

// TestWebshopBeforeChoiceOnly has the webshop with only S0 observed: not IE.
func TestWebshopBeforeChoiceOnly(t *testing.T) {
	list, in := webshop()
	for i := range list {
		if list[i].Group != "G1" {
			list[i].Outcome = Unknown
		}
	}
	got := Compliance(append(list, unknown("reject-ignored-cookies", "G2", "critical")), in)
	if got.Value != 59 || got.Grade != "D" || !got.AtMost {
		t.Errorf("got %d %s, at most: %v; want at most 59, D", got.Value, got.Grade, got.AtMost)
	}
}

func TestGains(t *testing.T) {
	list, in := webshop()
	got := Compliance(list, in)
	// Without its first finding G1 loses less by 6.6 points, and so on; a way to
	// refuse brings back all of G2 and G3, a way to withdraw takes both findings
	// that follow from it along.
	want := []Gain{
		{"no-reject-any-layer", 33},
		{"withdraw-link-missing", 9},
		{"pre-consent-tracking-cookies", 4},
		{"hashed-identifier-to-third-party", 4},
		{"known-cookie-wrong-category", 3},
		{"pre-consent-id-sync", 3},
		{"undeclared-cookies", 2},
		{"social-plugin-preload", 1},
	}
	for _, g := range want {
		alone := Compliance(without(list, g.Check), in).Value - got.Value
		if i := indexOf(got.Gains, g.Check); i < 0 || got.Gains[i].Points != alone {
			t.Errorf("%s: gains %v, want %d as for a list without it", g.Check, got.Gains, alone)
		}
	}
	if len(got.Gains) != len(want) || got.Gains[0] != want[0] {
		t.Errorf("gains are %v, want %d led by %v", got.Gains, len(want), want[0])
	}
}

func indexOf(list []Gain, check string) int {
	for i, g := range list {
		if g.Check == check {
			return i
		}
	}
	return -1
}

// TestExampleExposures has the exposures of the examples: one company pinged
// without identifier, three advertising vendors, fourteen of them.
func TestExampleExposures(t *testing.T) {
	ads := func(n int) []Organisation {
		var list []Organisation
		for i := range n {
			list = append(list, Organisation{ID: string(rune('a' + i)), Contact: true, AdvertisingID: true})
		}
		return list
	}
	for _, c := range []struct {
		name  string
		orgs  []Organisation
		score int
		band  string
	}{
		{"news site, nothing chosen", []Organisation{{ID: "google", Contact: true}}, 2, "low"},
		{"news site, refused", ads(3), 22, "moderate"},
		{"webshop", ads(14), 69, "high"},
	} {
		if score, band := Exposure(c.orgs); score != c.score || band != c.band {
			t.Errorf("%s: %d %s, want %d %s", c.name, score, band, c.score, c.band)
		}
	}
}

// TestSpread has the figures behind m(n): one organisation counts about 70 %,
// sixteen count in full.
func TestSpread(t *testing.T) {
	for n, want := range map[int]float64{Uncounted: 1, 0: 0.6, 1: 0.698, 3: 0.796, 16: 1, 1 << 62: 1} {
		if got := theRules().spread(n); math.Abs(got-want) > 0.0005 {
			t.Errorf("spread over %d is %.4f, want %.3f", n, got, want)
		}
	}
}
