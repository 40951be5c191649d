package detectors

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors/apis"
	"github.com/spoor-audit/spoor/evidence"
)

// MaxEvidence is how many pieces of evidence a finding names at most; the
// arguments of its sentence hold the full count. A reader needs a few, and a
// page can send ten thousand requests to one host.
const MaxEvidence = 200

// A Verdict is what a rule says of one script in one phase.
type Verdict struct {
	By        *Actor
	Phase     evidence.Phase
	Calls     []Call // on which it rests
	Certainty Certainty
	Severity  Severity
	Args      map[string]string
}

// PerPhase judges the calls of a script for each phase of the run. What a script
// began before the choice and completed after it counts after it.
func PerPhase(calls []Call, rule func([]Call) (Verdict, bool)) []Verdict {
	split := len(calls)
	for i, c := range calls {
		if c.Phase == evidence.After {
			split = i
			break
		}
	}
	var list []Verdict
	before, found := Verdict{}, false
	if split > 0 {
		if before, found = rule(calls[:split]); found {
			before.Phase = evidence.Before
			list = append(list, before)
		}
	}
	if split == len(calls) {
		return list
	}
	after, ok := rule(calls[split:])
	if !ok && !found && split > 0 {
		after, ok = rule(calls)
	}
	if ok {
		after.Phase = evidence.After
		list = append(list, after)
	}
	return list
}

// Findings turns verdicts into findings: the key is the script's address.
func (v *View) Findings(list []Verdict) []Finding {
	out := make([]Finding, 0, len(list))
	for _, x := range list {
		args := map[string]string{"host": cmp.Or(x.By.Host, x.By.URL), "who": v.who(x.By)}
		maps.Copy(args, x.Args)
		ids := make([]evidence.ID, 0, min(len(x.Calls), MaxEvidence))
		for _, c := range x.Calls {
			if len(ids) < MaxEvidence {
				ids = append(ids, c.ID)
			}
		}
		out = append(out, Finding{
			Key:       x.By.URL,
			Phase:     x.Phase,
			Party:     x.By.party,
			Host:      x.By.Host,
			Script:    x.By.URL,
			Certainty: x.Certainty,
			Severity:  x.Severity,
			First:     x.Calls[0].At,
			Args:      args,
			Evidence:  ids,
		})
	}
	return out
}

// Playing returns the calls that play one of some roles.
func Playing(calls []Call, roles apis.Role) []Call {
	var out []Call
	for i := range calls {
		if calls[i].Plays(roles) {
			out = append(out, calls[i])
		}
	}
	return out
}

// Uses adds up how often calls were made.
func Uses(calls []Call) int {
	n := 0
	for _, c := range calls {
		n += max(c.Count, 1)
	}
	return n
}

// Unasked returns the calls before which the visitor had done nothing.
func Unasked(calls []Call) []Call {
	var out []Call
	for _, c := range calls {
		if !c.Gesture {
			out = append(out, c)
		}
	}
	return out
}

// Members names the APIs of calls for a sentence, without their interfaces,
// sorted.
func Members(calls []Call) string {
	names := make([]string, 0, len(calls))
	for _, c := range calls {
		name := c.API
		if i := strings.LastIndexByte(name, '.'); i >= 0 {
			name = name[i+1:]
		}
		names = append(names, strings.TrimSuffix(name, "="))
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ", ")
}

// InOrder sorts calls by time and drops doubles.
func InOrder(calls []Call) []Call {
	slices.SortStableFunc(calls, func(a, b Call) int { return InTime(a.At, a.ID, b.At, b.ID) })
	return slices.CompactFunc(calls, func(a, b Call) bool { return a.Call == b.Call })
}

// Yes writes a truth for the arguments of a finding.
func Yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// MergeEvidence joins two lists in order, each piece once.
func MergeEvidence(a, b []evidence.ID) []evidence.ID {
	out := slices.Clone(a)
	for _, id := range b {
		if len(out) < MaxEvidence && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// AfterGesture reports whether the visitor had just clicked or pressed a key.
func AfterGesture(c Call) bool { return c.Gesture }

// Every reports whether all calls, of at least one, have a property.
func Every(calls []Call, has func(Call) bool) bool {
	for _, c := range calls {
		if !has(c) {
			return false
		}
	}
	return len(calls) > 0
}
