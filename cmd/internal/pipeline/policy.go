package pipeline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/checks"
	"github.com/spoor-audit/spoor/detectors/techniques"
	"github.com/spoor-audit/spoor/reports"
)

// thresholds are the severities at which an audit may be made to fail, heaviest
// first.
var thresholds = [...]detectors.Severity{detectors.Critical, detectors.High, detectors.Medium}

// A Policy says what is against it: findings, and failed checks, with one of the
// IDs or at least as heavy as a severity.
type Policy struct {
	ids     []string
	weights []detectors.Severity
}

// NewPolicy reads what the user gave: IDs of techniques and checks, and critical,
// high or medium. The error is an *[UnknownError].
func NewPolicy(words []string) (Policy, error) {
	var p Policy
	for _, word := range words {
		if i := slices.Index(thresholds[:], detectors.Severity(word)); i >= 0 {
			p.weights = append(p.weights, thresholds[:i+1]...)
			continue
		}
		if !known(word) {
			words := IDs()
			for _, s := range thresholds {
				words = append(words, string(s))
			}
			return Policy{}, &UnknownError{ID: word, Near: Near(word, words)}
		}
		p.ids = append(p.ids, word)
	}
	return p, nil
}

// Against lists the IDs of the findings and failed checks that are against the
// policy, one for each, in the order of the result.
func (p Policy) Against(r *reports.Result) []string {
	var ids []string
	for _, f := range r.Findings {
		if p.Names(f.ID, f.Severity) {
			ids = append(ids, f.ID)
		}
	}
	for _, c := range r.Checks {
		if c.Outcome == reports.Fail && p.Names(c.ID, c.Severity) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// Undecided lists what the policy names and what could not be measured: nobody
// can say that nothing is against it.
func (p Policy) Undecided(r *reports.Result) []string {
	var ids []string
	for _, t := range r.Techniques {
		if t.State == reports.NotMeasured && slices.Contains(p.ids, t.ID) {
			ids = append(ids, t.ID)
		}
	}
	for _, c := range r.Checks {
		if c.Outcome == reports.Unknown && slices.Contains(p.ids, c.ID) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// Names reports whether the policy speaks of a finding or check, by its ID or its
// severity.
func (p Policy) Names(id, severity string) bool {
	return slices.Contains(p.ids, id) || slices.Contains(p.weights, detectors.Severity(severity))
}

// An UnknownError tells of an ID that names no technique and no check.
type UnknownError struct {
	ID   string
	Near string // the ID that was probably meant, or ""
}

func (e *UnknownError) Error() string { return fmt.Sprintf("there is no technique or check %q", e.ID) }

// CheckIDs returns an *[UnknownError] for the first ID that names no technique
// and no check.
func CheckIDs(ids []string) error {
	for _, id := range ids {
		if !known(id) {
			return &UnknownError{ID: id, Near: Near(id, IDs())}
		}
	}
	return nil
}

func known(id string) bool { return slices.Contains(IDs(), id) }

// IDs lists the IDs of all techniques and checks, sorted.
func IDs() []string {
	var ids []string
	for _, t := range techniques.All() {
		ids = append(ids, t.ID)
	}
	for _, c := range checks.All() {
		ids = append(ids, c.ID)
	}
	slices.Sort(ids)
	return ids
}

// Near returns the word that a misspelt one probably means: one that is few
// letters away or of which it is a part. It returns "" if none comes near.
func Near(word string, known []string) string {
	word = strings.ToLower(strings.ReplaceAll(word, "_", "-"))
	best, least := "", 3
	if len(word) < 4 {
		least = 2
	}
	for _, k := range known {
		if d := distance(word, k); d < least {
			best, least = k, d
		}
	}
	if best != "" || len(word) < 4 {
		return best
	}
	for _, k := range known {
		if strings.Contains(k, word) || sameParts(k, word) {
			return k
		}
	}
	return ""
}

// sameParts reports whether two IDs have the same parts in another order:
// "canvas-fingerprint" and "fingerprint-canvas".
func sameParts(a, b string) bool {
	as, bs := strings.Split(a, "-"), strings.Split(b, "-")
	slices.Sort(as)
	slices.Sort(bs)
	return slices.Equal(as, bs)
}

// distance counts the letters to change, add or take away to turn a into b
// (Levenshtein 1966).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
