package detectors

import (
	"strconv"
)

// asked judges each script that put a question to the browser, once for each
// phase; severity weighs the calls, "" leaves them out.
func (v *View) asked(one role, severity func([]call) Severity) []verdict {
	var list []verdict
	for _, a := range v.acts {
		list = append(list, perPhase(playing(a.calls, one), func(calls []call) (verdict, bool) {
			s := severity(calls)
			return question(a.by, calls, s), s != ""
		})...)
	}
	return list
}

// question is the verdict that a script put a question to the browser.
func question(by *actor, calls []call, severity Severity) verdict {
	return verdict{
		by:        by,
		calls:     calls,
		certainty: Observed,
		severity:  severity,
		args: map[string]string{
			"count":   strconv.Itoa(uses(calls)),
			"api":     members(calls),
			"gesture": yes(len(unasked(calls)) == 0),
		},
	}
}
