package score

import (
	"slices"
	"testing"
)

// TestGrade has the ways in which a score is printed.
func TestGrade(t *testing.T) {
	seen := []Finding{passed("pre-consent-tracking-cookies", "G1", "critical")}
	with := func(more ...Finding) []Finding { return append(slices.Clone(seen), more...) }
	critical := found("pre-consent-tracker-requests", "G1", "critical", Fail, 1, Uncounted)
	for _, c := range []struct {
		name   string
		list   []Finding
		in     Conditions
		grade  string
		atMost bool
		reason string
		low    int
		high   int
	}{
		{"all clear", with(), Conditions{}, "A", false, "", 100, 100},
		{"nothing judged", nil, Conditions{}, "IE", false, ReasonNotJudged, 0, 100},
		{"nothing applies", []Finding{found("gpc-ignored", "G2", "high", NA, 0, Uncounted)}, Conditions{}, "IE", false, ReasonNotJudged, 0, 100},
		{"not scored", []Finding{found("fact", "", "high", Fail, 1, 1)}, Conditions{}, "IE", false, ReasonNotJudged, 0, 100},
		{"a small doubt", with(unknown("policy-unreadable", "G5", "low")), Conditions{}, "A", false, "", 90, 100},
		{"a small doubt within a group", with(unknown("tag-without-consent-signal", "G1", "medium")), Conditions{}, "A", false, "", 94, 100},
		{"a doubt that is not scored", with(unknown("gpc-ignored", "G2", "note")), Conditions{}, "A", false, "", 100, 100},
		{"a great doubt", with(unknown("reject-ignored-cookies", "G2", "critical")), Conditions{}, "IE", false, ReasonNotObserved, 77, 100},
		{"a great doubt below 60", with(critical, unknown("reject-ignored-cookies", "G2", "critical")), Conditions{}, "D", false, "", 58, 59},
		{"blocked", with(), Conditions{Blocked: true}, "IE", false, ReasonBlocked, 0, 100},
		{"blocked below 60", with(critical), Conditions{Blocked: true}, "D", true, "", 0, 59},
		{"not visited", with(critical), Conditions{NotVisited: true}, "IE", false, ReasonNotVisited, 0, 59},
		{"not visited for a bot wall", with(), Conditions{NotVisited: true, Blocked: true}, "IE", false, ReasonBlocked, 0, 100},
		{"no statement", with(), Conditions{NoStatement: true}, "IE", false, ReasonNoStatement, 100, 100},
	} {
		got := Compliance(c.list, c.in)
		if got.Grade != c.grade || got.AtMost != c.atMost || got.Reason != c.reason || got.Low != c.low || got.High != c.high {
			t.Errorf("%s: %s, at most %v, %q, %d to %d; want %s, %v, %q, %d to %d",
				c.name, got.Grade, got.AtMost, got.Reason, got.Low, got.High, c.grade, c.atMost, c.reason, c.low, c.high)
		}
	}
}

// TestDominance has what follows from each thing that is missing.
func TestDominance(t *testing.T) {
	fail := func(check, group string, certainty float64, n int) Finding {
		return found(check, group, "critical", Fail, certainty, n)
	}
	for _, c := range []struct {
		name    string
		f       Finding
		in      Conditions
		lost    map[string]float64
		ceiling int
	}{
		{"no refusal", fail("no-reject-any-layer", "G3", 1, Uncounted), Conditions{}, map[string]float64{"G2": 23, "G3": 10.5}, 39},
		{"no refusal, it seems", fail("no-reject-any-layer", "G3", 0.7, Uncounted), Conditions{}, map[string]float64{"G2": 23, "G3": 7.4}, 100},
		{"no request", fail("consent-missing", "G1", 1, Uncounted), Conditions{}, map[string]float64{"G1": 18.2, "G2": 23, "G3": 15}, 39},
		{"ignored by four", fail("reject-ignored-cookies", "G2", 1, 4), Conditions{}, map[string]float64{"G2": 13.3}, 59},
		{"ignored by five", fail("reject-ignored-requests", "G2", 1, 5), Conditions{}, map[string]float64{"G2": 13.7, "G3": 10.5}, 39},
		{"a yes is stored", fail("reject-signal-mismatch", "G2", 1, Uncounted), Conditions{}, map[string]float64{"G2": 16.1, "G3": 10.5}, 39},
		{"no register", found("declaration-missing", "G4", "high", Fail, 1, Uncounted), Conditions{}, map[string]float64{"G4": 14}, 89},
		{"no policy", found("policy-not-one-click", "G5", "high", Fail, 1, Uncounted), Conditions{}, map[string]float64{"G5": 10}, 89},
		{"a policy far away", found("policy-not-one-click", "G5", "high", Fail, 1, Uncounted), Conditions{PolicySeen: true}, map[string]float64{"G5": 4.5}, 89},
		{"no way to withdraw", found("withdraw-link-missing", "G5", "high", Fail, 1, Uncounted), Conditions{}, map[string]float64{"G5": 8.7}, 89},
		{"withdrawal ignored", fail("withdrawal-ignored", "G5", 1, Uncounted), Conditions{}, map[string]float64{"G5": 7}, 89},
		{"nothing needs consent, but a prompt", found("permission-prompt-on-load", "G1", "medium", Fail, 1, Uncounted), Conditions{NothingNeedsConsent: true}, map[string]float64{"G1": 5.7}, 100},
		{"nothing needs consent, so the question is free", fail("no-reject-any-layer", "G3", 1, Uncounted), Conditions{NothingNeedsConsent: true}, nil, 100},
	} {
		got := Compliance([]Finding{c.f}, c.in)
		for group, points := range got.Lost {
			if points != c.lost[group] {
				t.Errorf("%s: %s loses %g, want %g", c.name, group, points, c.lost[group])
			}
		}
		if got.Ceiling != c.ceiling {
			t.Errorf("%s: ceiling %d, want %d", c.name, got.Ceiling, c.ceiling)
		}
	}
}

// TestUnknownIsNotNothing: where a look before the choice was not possible,
// nobody can say that nothing needs consent.
func TestUnknownIsNotNothing(t *testing.T) {
	got := Compliance([]Finding{
		passed("policy-not-one-click", "G5", "high"),
		unknown("pre-consent-fingerprinting", "G1", "critical"),
	}, Conditions{NothingNeedsConsent: true, PolicySeen: true})
	if got.Low != 74 || slices.Contains(got.Applied, codeNothing) {
		t.Errorf("low is %d, applied %v; want 74 and not %s", got.Low, got.Applied, codeNothing)
	}
}

// TestDoubtStaysAtHome: an unknown check costs nothing in groups that were
// observed.
func TestDoubtStaysAtHome(t *testing.T) {
	got := Compliance([]Finding{
		unknown("consent-missing", "G1", "critical"),
		passed("pre-consent-tracking-cookies", "G1", "critical"),
		passed("reject-ignored-cookies", "G2", "critical"),
		passed("no-reject-any-layer", "G3", "critical"),
	}, Conditions{})
	if got.Low != 81 || got.High != 100 {
		t.Errorf("%d to %d, want 81 to 100", got.Low, got.High)
	}
}
