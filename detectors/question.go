package detectors

import (
	"strconv"

	"github.com/spoor-audit/spoor/detectors/apis"
)

// Asked judges each script that put a question to the browser, once for each
// phase; severity weighs the calls, "" leaves them out.
func (v *View) Asked(one apis.Role, severity func([]Call) Severity) []Verdict {
	var list []Verdict
	for _, a := range v.Acts {
		list = append(list, PerPhase(Playing(a.Calls, one), func(calls []Call) (Verdict, bool) {
			s := severity(calls)
			return Question(a.By, calls, s), s != ""
		})...)
	}
	return list
}

// Question is the verdict that a script put a question to the browser.
func Question(by *Actor, calls []Call, severity Severity) Verdict {
	return Verdict{
		By:        by,
		Calls:     calls,
		Certainty: Observed,
		Severity:  severity,
		Args: map[string]string{
			"count":   strconv.Itoa(Uses(calls)),
			"api":     Members(calls),
			"gesture": Yes(len(Unasked(calls)) == 0),
		},
	}
}
