package sample

import (
	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
)

// Results returns the results that every format must be able to show, by name:
// consent is the shop visited three times, and what else there is in this package.
func Results() (map[string]*reports.Result, error) {
	db, err := DB()
	if err != nil {
		return nil, err
	}
	judged := func(v *evidence.Visit, j detectors.Judgement) *reports.Result {
		return reports.New(reports.Input{Visit: v, Judgement: j, DB: db})
	}
	out := map[string]*reports.Result{
		"shop":    judged(Shop(), Judgement()),
		"blocked": judged(Blocked(), Unmeasured("the site showed a bot wall instead of the page: captcha")),
		"failed":  judged(Failed(), Unmeasured("the visit failed: dns")),
		"empty":   judged(frame(), detectors.Judgement{}),
	}
	for name, input := range map[string]func() (reports.Input, error){"consent": Consent, "unclear": Unclear, "hostile": HostileInput} {
		in, err := input()
		if err != nil {
			return nil, err
		}
		out[name] = reports.New(in)
	}
	return out, nil
}
