package score

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spoor-audit/spoor/detectors/checks"
	"github.com/spoor-audit/spoor/evidence"
)

func TestFromVerdicts(t *testing.T) {
	got := FromVerdicts([]checks.Verdict{
		{ID: "pre-consent-tracking-cookies", Group: checks.BeforeChoice, Severity: "critical", Outcome: checks.Fail, Certainty: 0.95, Organisations: []string{"meta", "google", "meta"}},
		{ID: "reject-more-clicks", Group: checks.Question, Severity: "high", Outcome: checks.Warn, Certainty: 0.8},
		{ID: "undeclared-cookies", Group: checks.Stated, Severity: "medium", Outcome: checks.Unknown, Organisations: []string{}},
	})
	want := []Finding{
		{"pre-consent-tracking-cookies", "G1", "critical", Fail, 0.95, 2},
		{"reject-more-clicks", "G3", "high", Warn, 0.8, Uncounted},
		{"undeclared-cookies", "G4", "medium", Unknown, 0, 0},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestSplittingCookies: the cookies of one organisation weigh the same, however
// many they are.
func TestSplittingCookies(t *testing.T) {
	one := checks.Verdict{ID: "undeclared-cookies", Group: checks.Stated, Severity: "medium", Outcome: checks.Fail, Certainty: 1, Organisations: []string{"ads.example"}}
	many := one
	many.Organisations = slices.Repeat([]string{"ads.example"}, 12)
	a := Compliance(FromVerdicts([]checks.Verdict{one}), Conditions{})
	b := Compliance(FromVerdicts([]checks.Verdict{many}), Conditions{})
	if d := cmp.Diff(a, b); d != "" {
		t.Errorf("one cookie (-), twelve (+):\n%s", d)
	}
}

// TestRefusalIgnored: a refusal that was made and not obeyed is one fault, and
// putting it right brings back the question too.
func TestRefusalIgnored(t *testing.T) {
	orgs := []string{"a", "b", "c", "d", "e", "f"}
	ignored := checks.Verdict{ID: "reject-ignored-cookies", Group: checks.Obeyed, Severity: "critical", Outcome: checks.Fail, Certainty: 1, Organisations: orgs}
	absent := checks.Verdict{ID: "no-reject-any-layer", Group: checks.Question, Severity: "critical", Outcome: checks.Fail, Certainty: 1}
	policy := checks.Verdict{ID: "policy-not-one-click", Group: checks.Exit, Severity: "high", Outcome: checks.Pass}
	score := func(list ...checks.Verdict) Result { return Compliance(FromVerdicts(list), Conditions{}) }

	got := score(ignored, absent, policy)
	if got.Lost["G2"] >= 23 || got.Lost["G3"] != 10.5 {
		t.Errorf("lost %v: want less than all of G2, and 10.5 of G3", got.Lost)
	}
	if d := cmp.Diff(score(ignored, policy), got); d != "" {
		t.Errorf("it differs whether the check repeats it (-) or not (+):\n%s", d)
	}
	if len(got.Gains) != 1 || got.Gains[0].Points != 100-got.Value {
		t.Errorf("gains %v, want all %d points for the one fault", got.Gains, 100-got.Value)
	}
	if got := score(absent, policy); got.Lost["G2"] != 23 {
		t.Errorf("no refusal at all loses %v, want all of G2", got.Lost)
	}
}

func TestConditions(t *testing.T) {
	run := func(s evidence.Scenario, o evidence.Outcome, d *evidence.Dialog) evidence.Run {
		return evidence.Run{Scenario: s, Outcome: o, Dialog: d}
	}
	seen := &evidence.Dialog{Found: true, Certainty: 0.95}
	surelyNone := &evidence.Dialog{Certainty: 0.95}
	perhapsNone := &evidence.Dialog{Certainty: 0.5}
	policy := evidence.Paper{Kind: "policy", Status: 200, Text: strings.Repeat("We keep it for one year. ", 30)}
	empty := evidence.Paper{Kind: "policy", Status: 200, Text: "Coming soon"}
	gone := evidence.Paper{Kind: "policy", Status: 404, Text: "Not found"}
	ads := evidence.Paper{Kind: "ads-txt", Status: 200, Body: "a.example, 1, DIRECT"}
	with := func(r evidence.Run, p ...evidence.Paper) evidence.Run { r.Papers = p; return r }
	nothing := []checks.Verdict{{ID: "consent-missing", Outcome: checks.NA, Reason: "nothing-to-ask"}}
	elsewhere := []checks.Verdict{{ID: "consent-missing", Outcome: checks.NA, Reason: "not-binding"}}

	for _, c := range []struct {
		name   string
		runs   []evidence.Run
		list   []checks.Verdict
		stated bool
		want   Conditions
	}{
		{"no run at all", nil, nil, false, Conditions{NotVisited: true, NoStatement: true}},
		{"a dialog", []evidence.Run{run("none", "done", seen)}, nil, false, Conditions{}},
		{"certainly no dialog", []evidence.Run{run("none", "done", surelyNone)}, nothing, false, Conditions{NothingNeedsConsent: true}},
		{"a law that asks for no consent", []evidence.Run{run("none", "done", surelyNone)}, elsewhere, false, Conditions{}},
		{"perhaps no dialog", []evidence.Run{run("none", "done", perhapsNone)}, nil, false, Conditions{NoStatement: true}},
		{"a string in a request", []evidence.Run{run("none", "done", perhapsNone)}, nil, true, Conditions{}},
		{"a policy", []evidence.Run{with(run("none", "done", perhapsNone), policy)}, nil, false, Conditions{PolicySeen: true}},
		{"a policy that is to come", []evidence.Run{with(run("none", "done", perhapsNone), empty)}, nil, false, Conditions{}},
		{"a policy that is gone, and a list of sellers", []evidence.Run{with(run("none", "done", perhapsNone), gone, ads)}, nil, false, Conditions{NoStatement: true}},
		{"a bot wall", []evidence.Run{run("none", "blocked", nil), run("reject", "blocked", nil)}, nil, false, Conditions{Blocked: true, NotVisited: true, NoStatement: true}},
		{"a bot wall once", []evidence.Run{run("none", "blocked", nil), run("reject", "done", seen)}, nil, false, Conditions{}},
		{"failed", []evidence.Run{run("none", "failed", nil)}, nil, true, Conditions{NotVisited: true}},
		{"with GPC only", []evidence.Run{run("gpc", "done", seen)}, nil, true, Conditions{NotVisited: true}},
	} {
		if d := cmp.Diff(c.want, ConditionsOf(&evidence.Visit{Runs: c.runs}, c.list, c.stated)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
	}
}

// TestFromVisit: what nobody asked to look at is no doubt; what could not be
// seen is.
func TestFromVisit(t *testing.T) {
	unknown := func(id, reason string) checks.Verdict {
		return checks.Verdict{ID: id, Group: checks.Obeyed, Severity: "critical", Outcome: checks.Unknown, Reason: reason}
	}
	ordinary := []evidence.Run{{Scenario: evidence.None, Outcome: evidence.Done}}
	closed := append(slices.Clone(ordinary), evidence.Run{Scenario: evidence.Close, Outcome: evidence.Failed})
	for _, c := range []struct {
		name  string
		runs  []evidence.Run
		v     checks.Verdict
		want  Outcome
		limit string
	}{
		{"a scenario not asked for", ordinary, unknown("close-counts-as-consent", "no-run"), NA, "scenarios-not-run"},
		{"a scenario that failed", closed, unknown("close-counts-as-consent", "failed"), Unknown, ""},
		{"an ordinary scenario not asked for", ordinary, unknown("reject-ignored-cookies", "no-run"), Unknown, ""},
		{"a choice that was not verified", ordinary, unknown("reject-ignored-cookies", "unverified"), Unknown, ""},
		{"pages not asked for", ordinary, unknown("scroll-or-browse-consent", "one-page"), NA, "one-page"},
		{"a failure is none of these", ordinary, checks.Verdict{ID: "close-counts-as-consent", Outcome: checks.Fail, Reason: "one-page"}, Fail, ""},
	} {
		visit := &evidence.Visit{Runs: c.runs}
		list := []checks.Verdict{{ID: "pre-consent-tracking-cookies", Outcome: checks.Pass}, c.v}
		findings, in := FromVisit(visit, list, true)
		if got := findings[1].Outcome; got != c.want || findings[0].Outcome != Pass {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if in.NotVisited {
			t.Errorf("%s: the visit counts as not made", c.name)
		}
		limits := Limits(visit, list)
		more := limits[slices.Index(limits, "weights-are-editorial")+1:]
		if want := slices.DeleteFunc([]string{c.limit}, func(s string) bool { return s == "" }); !slices.Equal(more, want) {
			t.Errorf("%s: limits %v, want %v beside the common ones", c.name, limits, want)
		}
	}
}
