package sample

import (
	"fmt"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
)

// Names lists the results that every format must be able to show: consent is the
// shop visited three times, and the others are what else there is in this package.
func Names() []string {
	return []string{"consent", "shop", "unclear", "blocked", "failed", "empty", "hostile"}
}

// Result makes one of them.
func Result(name string) (*reports.Result, error) {
	judged := func(v *evidence.Visit, j detectors.Judgement) (reports.Input, error) {
		db, err := DB()
		return reports.Input{Visit: v, Judgement: j, DB: db}, err
	}
	var in reports.Input
	var err error
	switch name {
	case "consent":
		in, err = Consent()
	case "unclear":
		in, err = Unclear()
	case "hostile":
		in, err = HostileInput()
	case "shop":
		in, err = judged(Shop(), Judgement())
	case "blocked":
		in, err = judged(Blocked(), Unmeasured("the site showed a bot wall instead of the page: captcha"))
	case "failed":
		in, err = judged(Failed(), Unmeasured("the visit failed: dns"))
	case "empty":
		in, err = judged(frame(), detectors.Judgement{})
	default:
		err = fmt.Errorf("sample: there is no result %q", name)
	}
	if err != nil {
		return nil, err
	}
	return reports.New(in), nil
}
