package detectors

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
)

// maxEvidence is how many pieces of evidence a finding names at most; the
// arguments of its sentence hold the full count. A reader needs a few, and a
// page can send ten thousand requests to one host.
const maxEvidence = 200

// A verdict is what a rule says of one script in one phase.
type verdict struct {
	by        *actor
	phase     evidence.Phase
	calls     []call // on which it rests
	certainty Certainty
	severity  Severity
	args      map[string]string
}

// perPhase judges the calls of a script for each phase of the run. What a script
// began before the choice and completed after it counts after it.
func perPhase(calls []call, rule func([]call) (verdict, bool)) []verdict {
	split := len(calls)
	for i, c := range calls {
		if c.phase == evidence.After {
			split = i
			break
		}
	}
	var list []verdict
	before, found := verdict{}, false
	if split > 0 {
		if before, found = rule(calls[:split]); found {
			before.phase = evidence.Before
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
		after.phase = evidence.After
		list = append(list, after)
	}
	return list
}

// findings turns verdicts into findings: the key is the script's address.
func (v *View) findings(list []verdict) []Finding {
	out := make([]Finding, 0, len(list))
	for _, x := range list {
		args := map[string]string{"host": cmp.Or(x.by.host, x.by.url), "who": v.who(x.by)}
		maps.Copy(args, x.args)
		ids := make([]evidence.ID, 0, min(len(x.calls), maxEvidence))
		for _, c := range x.calls {
			if len(ids) < maxEvidence {
				ids = append(ids, c.ID)
			}
		}
		out = append(out, Finding{
			Key:       x.by.url,
			Phase:     x.phase,
			Party:     x.by.party,
			Host:      x.by.host,
			Script:    x.by.url,
			Certainty: x.certainty,
			Severity:  x.severity,
			First:     x.calls[0].At,
			Args:      args,
			Evidence:  ids,
		})
	}
	return out
}

// playing returns the calls that play one of some roles.
func playing(calls []call, roles role) []call {
	var out []call
	for i := range calls {
		if calls[i].plays(roles) {
			out = append(out, calls[i])
		}
	}
	return out
}

// uses adds up how often calls were made.
func uses(calls []call) int {
	n := 0
	for _, c := range calls {
		n += max(c.Count, 1)
	}
	return n
}

// unasked returns the calls before which the visitor had done nothing.
func unasked(calls []call) []call {
	var out []call
	for _, c := range calls {
		if !c.Gesture {
			out = append(out, c)
		}
	}
	return out
}

// members names the APIs of calls for a sentence, without their interfaces,
// sorted.
func members(calls []call) string {
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

// inOrder sorts calls by time and drops doubles.
func inOrder(calls []call) []call {
	slices.SortStableFunc(calls, func(a, b call) int { return inTime(a.At, a.ID, b.At, b.ID) })
	return slices.CompactFunc(calls, func(a, b call) bool { return a.Call == b.Call })
}

// yes writes a truth for the arguments of a finding.
func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// mergeEvidence joins two lists in order, each piece once.
func mergeEvidence(a, b []evidence.ID) []evidence.ID {
	out := slices.Clone(a)
	for _, id := range b {
		if len(out) < maxEvidence && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// afterGesture reports whether the visitor had just clicked or pressed a key.
func afterGesture(c call) bool { return c.Gesture }

// every reports whether all calls, of at least one, have a property.
func every(calls []call, has func(call) bool) bool {
	for _, c := range calls {
		if !has(c) {
			return false
		}
	}
	return len(calls) > 0
}
