package sample

import (
	"fmt"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
)

// Heavy returns the shop of [Consent] with so many more receivers, each of which got
// a few requests in every visit, and some of which brought in others: a page that is
// paid for by advertisements.
func Heavy(receivers int) (reports.Input, error) {
	in := reports.Input{Visit: ConsentVisit(), Judgement: consentJudgement()}
	for i := range in.Visit.Runs {
		run := &in.Visit.Runs[i]
		r := &requester{list: run.Requests}
		for n := range receivers {
			if run.Scenario == evidence.Reject && n%2 > 0 {
				continue // Half of them come without consent.
			}
			loader := evidence.Initiator{Kind: "script", Stack: stack(gtmJS, 301, 12)}
			if n > 20 && n%4 > 0 {
				loader = evidence.Initiator{Kind: "script", Stack: stack(heavyURL(n%17, 0), 1, 1)}
			}
			for k := range 1 + 60/(5+n) + n%2 {
				at := evidence.Millis(500 + 37*n + 211*k)
				q := r.add(at, "script", heavyURL(n, k), loader)
				q.ID, q.MIME, q.Size = evidence.NewID(run.Scenario, "request", len(r.list)), "text/javascript", 2048
			}
		}
		run.Requests = r.list
	}
	err := fromFile(&in)
	return in, err
}

func heavyURL(n, k int) string {
	return fmt.Sprintf("https://cdn.bidder-%03d.example/tag-%d.js", n, k)
}
