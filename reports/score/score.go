package score

import (
	"maps"
	"slices"

	"github.com/spoor-audit/spoor/detectors"
)

// An Outcome is what a check came to; the words are those of package checks.
type Outcome string

// The outcomes. Only Warn and Fail cost points; NA costs nothing and leaves no
// doubt; Unknown leaves doubt.
const (
	Pass    Outcome = "pass"
	Warn    Outcome = "warn"
	Fail    Outcome = "fail"
	NA      Outcome = "n/a"
	Unknown Outcome = "unknown"
)

// Uncounted is Finding.Organisations where a check counts no organisations.
const Uncounted = -1

// A Finding is the outcome of one check, as far as it matters for points. If a
// check comes twice, its heaviest finding counts.
type Finding struct {
	Check    string
	Group    string             // G1 to G6; others are not scored
	Severity detectors.Severity // Note is not scored; unknown words count as Critical
	Outcome  Outcome
	// Certainty, 0 to 1, of Warn and Fail. From 0.9 on it is certain.
	Certainty float64
	// Organisations that are involved, each counted once, or Uncounted.
	Organisations int
}

// Conditions are the facts that rules of dominance and the grade need beside
// the findings. The zero value takes nothing in the site's favour: no policy was
// seen.
type Conditions struct {
	// NothingNeedsConsent says that nothing that needs consent was found in any
	// scenario (D6). Findings that say otherwise lift it.
	NothingNeedsConsent bool
	// PolicySeen says that a privacy or cookie policy could be read, however it
	// was reached (D4).
	PolicySeen bool
	// Blocked says that what was seen may not be what a visitor sees: a bot wall,
	// or other behaviour towards spoor than towards a person (D5).
	Blocked bool
	// NotVisited says that the state before a choice was not observed at all.
	NotVisited bool
	// NoStatement says that no signal, register, dialog or policy could be read,
	// and that it is not certain that there is none.
	NoStatement bool
}

// InsufficientEvidence is the grade of a site that could not be graded; the
// others stand in rules.yaml.
const InsufficientEvidence = "IE"

// Reasons for insufficient evidence.
const (
	ReasonNotVisited  = "not-visited"  // the state before a choice was not observed
	ReasonBlocked     = "blocked"      // a bot wall, or suspected cloaking
	ReasonNoStatement = "no-statement" // nothing of what the site states could be read
	ReasonNotJudged   = "not-judged"   // no check came to anything
	ReasonNotObserved = "not-observed" // Result.Unknown could not be observed
)

// A Result is a compliance score and how it came about.
type Result struct {
	// Value is the score, 0 to 100. If Grade is IE it is no score and must not be
	// shown; if AtMost, it is an upper bound.
	Value int `json:"value"`
	// Low and High bound the score: with all that is unknown failed, and clean.
	Low    int    `json:"low"`
	High   int    `json:"high"`
	Grade  string `json:"grade"`             // A B C D F, or IE
	AtMost bool   `json:"at_most,omitempty"` // the grade is this or lower
	Reason string `json:"reason,omitempty"`  // a code: why Grade is IE
	// Lost has the points that each group lost for what was observed, rounded to
	// one decimal; groups without loss are there with 0.
	Lost map[string]float64 `json:"lost"`
	// Ceiling is the highest score that the findings allow; 100 if any.
	Ceiling int `json:"ceiling"`
	// Gains has an entry for each check that warns or fails and costs points,
	// most points first, then by check.
	Gains []Gain `json:"gains"`
	// Unknown lists the groups with outcomes that are unknown, sorted.
	Unknown []string `json:"unknown,omitempty"`
	// Applied lists codes of the rules of dominance that had a say, sorted; see
	// rules.yaml, and "nothing-needs-consent".
	Applied []string `json:"applied,omitempty"`
}

// A Gain is what putting one thing right, and that alone, would bring. It can be
// 0 where a ceiling or another finding holds the score down.
type Gain struct {
	Check  string `json:"check"`
	Points int    `json:"points"`
}

// A Group is a group of checks and the points that it can lose.
type Group struct {
	ID  string
	Cap float64
}

// Groups lists the groups that are scored, by ID. Their caps add up to 100.
func Groups() []Group {
	var out []Group
	for _, id := range slices.Sorted(maps.Keys(theRules().Caps)) {
		out = append(out, Group{id, theRules().Caps[id]})
	}
	return out
}

// GradeOf returns the grade that a score would have if it were beyond doubt.
func GradeOf(value int) string { return theRules().gradeOf(value) }

// Grades lists the grades, best first, without insufficient evidence.
func Grades() []string {
	var out []string
	for _, g := range theRules().Grades {
		out = append(out, g.Grade)
	}
	return out
}

// Reweigh is the score that the losses of a site leave if groups weighed otherwise:
// factors say by how much the cap of a group is multiplied, before all caps are
// brought to a sum of 100 again. What a group loses is a share of its cap, so losses
// grow with it. Ceilings stay as they are.
func Reweigh(lost map[string]float64, ceiling int, factors map[string]float64) int {
	sum := 0.0
	factor := func(group string) float64 {
		if f, ok := factors[group]; ok {
			return f
		}
		return 1
	}
	caps := theRules().Caps
	for group, points := range caps {
		sum += points * factor(group)
	}
	scaled := make(map[string]float64, len(lost))
	for group, points := range lost {
		if _, scored := caps[group]; scored && sum > 0 {
			scaled[group] = points * factor(group) * 100 / sum
		}
	}
	return total(scaled, ceiling)
}
