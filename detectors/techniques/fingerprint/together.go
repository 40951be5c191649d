package fingerprint

import (
	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/apis"
)

// together judges the calls of each script that play one of some roles. What no script
// did alone is then judged for all scripts of one host, as bundles come in several
// files, and last for all in one document, where halves that come from two hosts meet.
// Calls of which unrelated says that they do not belong together are not put together.
func together(v *detectors.View, roles apis.Role, unrelated func([]detectors.Call) bool, judge func([]detectors.Call) (detectors.Verdict, bool)) []detectors.Verdict {
	var list []detectors.Verdict
	var rest []detectors.Call
	for _, a := range v.Acts {
		calls := detectors.Playing(a.Calls, roles)
		found := detectors.PerPhase(calls, judge)
		if len(found) == 0 {
			rest = append(rest, calls...)
		}
		list = append(list, found...)
	}
	for _, group := range []func(detectors.Call) string{
		func(c detectors.Call) string { return c.By.Host },
		func(c detectors.Call) string { return string(c.In) },
	} {
		groups, order := map[string][]detectors.Call{}, []string{}
		for _, c := range rest {
			key := group(c)
			if groups[key] == nil {
				order = append(order, key)
			}
			groups[key] = append(groups[key], c)
		}
		rest = nil
		for _, key := range order {
			calls := detectors.InOrder(groups[key])
			var found []detectors.Verdict
			if !unrelated(calls) {
				found = detectors.PerPhase(calls, judge)
			}
			if len(found) == 0 {
				rest = append(rest, calls...)
			}
			list = append(list, found...)
		}
	}
	return list
}
