package score

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/spoor-audit/spoor/detectors"
)

// catalogue has checks of every group and severity, all that rules of dominance
// speak of among them.
var catalogue = []Finding{
	{Check: "consent-missing", Group: "G1", Severity: "critical"},
	{Check: "pre-consent-tracking-cookies", Group: "G1", Severity: "critical"},
	{Check: "pre-consent-tracker-requests", Group: "G1", Severity: "high"},
	{Check: "consent-mode-pings", Group: "G1", Severity: "medium"},
	{Check: "reject-ignored-cookies", Group: "G2", Severity: "critical"},
	{Check: "reject-ignored-requests", Group: "G2", Severity: "high"},
	{Check: "reject-signal-mismatch", Group: "G2", Severity: "critical"},
	{Check: "tcf-vendor-without-consent", Group: "G2", Severity: "critical"},
	{Check: "no-reject-any-layer", Group: "G3", Severity: "critical"},
	{Check: "reject-more-clicks", Group: "G3", Severity: "high"},
	{Check: "loaded-wording", Group: "G3", Severity: "low"},
	{Check: "declaration-missing", Group: "G4", Severity: "high"},
	{Check: "undeclared-cookies", Group: "G4", Severity: "medium"},
	{Check: "withdraw-link-missing", Group: "G5", Severity: "high"},
	{Check: "withdrawal-ignored", Group: "G5", Severity: "critical"},
	{Check: "withdraw-more-clicks", Group: "G5", Severity: "medium"},
	{Check: "policy-not-one-click", Group: "G5", Severity: "high"},
	{Check: "policy-unreadable", Group: "G5", Severity: "low"},
	{Check: "form-exfiltration-before-submit", Group: "G6", Severity: "critical"},
	{Check: "pii-in-url", Group: "G6", Severity: "high"},
	{Check: "noted", Group: "G6", Severity: "note"},
	{Check: "elsewhere", Group: "G9", Severity: "high"},
}

var outcomes = []Outcome{Fail, Fail, Fail, Warn, Warn, Pass, NA, Unknown}

// judge leaves out the gains, which take most of the time.
func judge(list []Finding, in Conditions) Result { return theRules().judge(list, in) }

func randomSet(r *rand.Rand) ([]Finding, Conditions) {
	var list []Finding
	share := r.Float64()
	for _, f := range catalogue {
		if r.Float64() > share {
			continue
		}
		f.Outcome = outcomes[r.IntN(len(outcomes))]
		f.Certainty = []float64{0, 0.4, 0.7, 0.89, 0.9, 1}[r.IntN(6)]
		f.Organisations = r.IntN(25) - 1
		list = append(list, f)
	}
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list, Conditions{
		NothingNeedsConsent: r.IntN(5) == 0, PolicySeen: r.IntN(2) == 0, Blocked: r.IntN(20) == 0,
		NotVisited: r.IntN(20) == 0, NoStatement: r.IntN(20) == 0,
	}
}

// each tries a property on random sets.
func each(t *testing.T, try func(r *rand.Rand, list []Finding, in Conditions, before Result) string) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2)) // #nosec G404 -- the same sets every time
	for i := range sets {
		list, in := randomSet(r)
		if list == nil {
			continue
		}
		if wrong := try(r, list, in, judge(list, in)); wrong != "" {
			t.Fatalf("set %d: %s\n%+v\n%+v", i, wrong, list, in)
		}
	}
}

// change returns a copy with one finding changed.
func change(list []Finding, i int, f func(*Finding)) []Finding {
	out := slices.Clone(list)
	f(&out[i])
	return out
}

func notLower(what string, before, after Result) string {
	if after.Value < before.Value {
		return fmt.Sprintf("%s: from %d to %d", what, before.Value, after.Value)
	}
	return ""
}

// TestBetterNeverCosts: less of a finding never lowers the score.
func TestBetterNeverCosts(t *testing.T) {
	ladder := []detectors.Severity{"note", "low", "medium", "high", "critical"}
	each(t, func(r *rand.Rand, list []Finding, in Conditions, before Result) string {
		i := r.IntN(len(list))
		what := list[i].Check
		if wrong := notLower("without "+what, before, judge(slices.Delete(slices.Clone(list), i, i+1), in)); wrong != "" {
			return wrong
		}
		better := change(list, i, func(f *Finding) {
			switch r.IntN(4) {
			case 0:
				f.Organisations = r.IntN(max(f.Organisations, 0)+1) - min(1+f.Organisations, 0)
				if list[i].Organisations == Uncounted {
					f.Organisations = Uncounted
				}
			case 1:
				if f.Outcome == Fail {
					f.Outcome = Warn
				}
			case 2:
				f.Severity = ladder[r.IntN(slices.Index(ladder, f.Severity)+1)]
			case 3:
				f.Certainty = r.Float64() * f.Certainty
			}
		})
		return notLower("less of "+what, before, judge(better, in))
	})
}

// TestFixNeverCosts: a working control instead of a missing or broken one, which
// is a check that passes, lowers neither end of the interval.
func TestFixNeverCosts(t *testing.T) {
	each(t, func(r *rand.Rand, list []Finding, in Conditions, before Result) string {
		i := r.IntN(len(list))
		after := judge(change(list, i, func(f *Finding) { f.Outcome = Pass }), in)
		if after.Low < before.Low {
			return fmt.Sprintf("%s passes: low from %d to %d", list[i].Check, before.Low, after.Low)
		}
		if wrong := notLower(list[i].Check+" passes", before, after); wrong != "" {
			return wrong
		}
		in.PolicySeen = true
		return notLower("with a policy", before, judge(list, in))
	})
}

// TestMissingNeverCheaper: where a thing is missing, the score is at most what
// it is with the thing there and broken in any way, all else being equal.
func TestMissingNeverCheaper(t *testing.T) {
	cases := []struct {
		missing string
		broken  []string // checks that cannot fail where it is missing
	}{
		{"no-reject-any-layer", []string{"reject-ignored-cookies", "reject-ignored-requests", "reject-signal-mismatch", "tcf-vendor-without-consent"}},
		{"consent-missing", []string{
			"no-reject-any-layer", "reject-more-clicks", "loaded-wording",
			"reject-ignored-cookies", "reject-ignored-requests", "reject-signal-mismatch", "tcf-vendor-without-consent",
		}},
		{"declaration-missing", []string{"undeclared-cookies"}},
		{"withdraw-link-missing", []string{"withdrawal-ignored", "withdraw-more-clicks"}},
		{"policy-not-one-click", []string{"policy-unreadable"}},
	}
	each(t, func(r *rand.Rand, list []Finding, in Conditions, _ Result) string {
		c := cases[r.IntN(len(cases))]
		rest := without(list, append(c.broken, c.missing)...)
		one := catalogue[slices.IndexFunc(catalogue, func(f Finding) bool { return f.Check == c.missing })]
		one.Outcome, one.Certainty, one.Organisations = Fail, 1, Uncounted
		broken := slices.Clone(rest)
		for _, f := range list {
			if slices.Contains(c.broken, f.Check) {
				broken = append(broken, f)
			}
		}
		in.NothingNeedsConsent = false // something does, or nothing were broken
		none := in
		none.PolicySeen = false
		gone, there := judge(append(rest, one), none), judge(broken, in)
		if gone.Value > there.Value {
			return fmt.Sprintf("%s: %d, broken %d", c.missing, gone.Value, there.Value)
		}
		return ""
	})
}

// TestInterval: the score lies in its interval, and the grade follows the rules
// of printing.
func TestInterval(t *testing.T) {
	each(t, func(_ *rand.Rand, list []Finding, in Conditions, x Result) string {
		r := theRules()
		same := r.gradeOf(x.Low) == r.gradeOf(x.High) || x.High-x.Low <= 10
		switch {
		case x.Low < 0 || x.Low > x.Value || x.Value > x.High || x.High > 100:
			return fmt.Sprintf("%d lies not in %d to %d", x.Value, x.Low, x.High)
		case (x.Grade == InsufficientEvidence) != (x.Reason != ""):
			return fmt.Sprintf("grade %s, reason %q", x.Grade, x.Reason)
		case (in.NotVisited || in.NoStatement) && x.Grade != InsufficientEvidence:
			return "graded without a visit or a statement"
		case x.AtMost && (x.High >= 60 || same):
			return fmt.Sprintf("at most, %d to %d", x.Low, x.High)
		case x.Grade != InsufficientEvidence && !x.AtMost && !same:
			return fmt.Sprintf("graded %s, %d to %d", x.Grade, x.Low, x.High)
		}
		// Knowing more narrows it: no unknown, no doubt.
		for i := range list {
			if list[i].Outcome == Unknown {
				list = change(list, i, func(f *Finding) { f.Outcome = Pass })
			}
		}
		sure := judge(list, Conditions{NothingNeedsConsent: in.NothingNeedsConsent, PolicySeen: in.PolicySeen})
		if sure.Low != sure.High && sure.Reason != ReasonNotJudged {
			return fmt.Sprintf("nothing unknown, but %d to %d", sure.Low, sure.High)
		}
		return ""
	})
}

// TestOrderAndRepeats: neither the order of findings nor a repeat of one, for a
// second cookie of the same organisation, changes anything.
func TestOrderAndRepeats(t *testing.T) {
	n := 0
	each(t, func(r *rand.Rand, list []Finding, in Conditions, before Result) string {
		score := judge
		if n++; n%10 == 0 { // with the gains, which take long
			score, before = Compliance, Compliance(list, in)
		}
		other := append(slices.Clone(list), list[r.IntN(len(list))])
		r.Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
		kept := slices.Clone(other)
		if after := score(other, in); !reflect.DeepEqual(before, after) {
			return fmt.Sprintf("%+v\n%+v", before, after)
		}
		if !slices.Equal(kept, other) {
			return "the list was changed"
		}
		return ""
	})
}

// TestAlwaysRewarding: before rounding and ceilings, each scored finding costs
// something, however many there are.
func TestAlwaysRewarding(t *testing.T) {
	rules := theRules()
	each(t, func(r *rand.Rand, list []Finding, _ Conditions, _ Result) string {
		i := r.IntN(len(list))
		f := list[i]
		if !rules.costs(f) {
			return ""
		}
		with := rules.losses(consequences{list: list})
		less := rules.losses(consequences{list: slices.Delete(slices.Clone(list), i, i+1)})
		if less[f.Group] >= with[f.Group] {
			return fmt.Sprintf("%s costs nothing", f.Check)
		}
		return ""
	})
}

// TestCeilings: a certain critical failure is never bought off.
func TestCeilings(t *testing.T) {
	each(t, func(_ *rand.Rand, list []Finding, in Conditions, x Result) string {
		groups, high := map[string]bool{}, false
		for _, f := range theRules().counted(list, theRules().nothingNeeded(list, in)) {
			if f.Outcome == Fail && f.Certainty >= 0.9 {
				if f.Severity == "critical" && f.Group != "G5" {
					groups[f.Group] = true
				}
				high = high || f.Severity == "critical" || f.Severity == "high"
			}
		}
		limit := 100
		switch {
		case len(groups) > 1:
			limit = 39
		case len(groups) == 1:
			limit = 59
		case high:
			limit = 89
		}
		if x.Value > limit {
			return fmt.Sprintf("%d with critical failures in %v", x.Value, slices.Sorted(maps.Keys(groups)))
		}
		return ""
	})
}
