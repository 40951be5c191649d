package pipeline_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/checks"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/testsites"
)

// BenchmarkAccuracy visits the test sites once and tells how often what was said
// of them is right: of the question for consent (found or not), of the outcome of
// every choice, and precision and recall of findings and of checks that fail or
// warn. SPOOR_TEST_ALL visits every variant in every language.
func BenchmarkAccuracy(b *testing.B) {
	srv := testsites.Start(b)
	a := newAuditor(b, srv)
	sites, err := testsites.Sites()
	if err != nil {
		b.Fatal(err)
	}
	pages := chosenPages(b, sites, srv.HasLibraries())
	for b.Loop() {
		var mu sync.Mutex
		var total tally
		sideBySide(b, pages, func(pg page) {
			got, err := a.audit(b.Context(), pg)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				b.Logf("%s: %v", pg, err)
				total.lost++
				return
			}
			total.count(pg.Page, got)
		})
		total.report(b)
	}
}

// A tally counts what was said rightly and wrongly.
type tally struct {
	dialogs, choices share
	findings, checks retrieval
	lost             int // pages that could not be audited
}

// A share is how many of all were right.
type share struct{ right, all int }

func (s *share) add(right bool) {
	s.all++
	if right {
		s.right++
	}
}

func (s *share) percent() float64 { return 100 * float64(s.right) / float64(max(1, s.all)) }

// A retrieval counts what was said and holds, what was said and does not, and
// what was not said.
type retrieval struct{ right, wrong, missed int }

func (r *retrieval) precision() float64 {
	return 100 * float64(r.right) / float64(max(1, r.right+r.wrong))
}

func (r *retrieval) recall() float64 {
	return 100 * float64(r.right) / float64(max(1, r.right+r.missed))
}

func (t *tally) count(pg testsites.Page, got audited) {
	if pg.Dialog != nil {
		d := got.visit.Runs[0].Dialog
		t.dialogs.add(d != nil && d.Found == pg.Dialog.Found)
	}
	for s, want := range pg.Consent {
		if s == string(evidence.None) {
			continue
		}
		run := got.visit.Run(evidence.Scenario(s))
		t.choices.add(run != nil && string(run.Outcome) == want)
	}
	for _, want := range pg.Findings {
		if slices.ContainsFunc(got.judgement.Findings, func(f detectors.Finding) bool { return agrees(want, f) }) {
			t.findings.right++
		} else {
			t.findings.missed++
		}
	}
	for _, f := range got.judgement.Findings {
		if f.Scenario == evidence.None && slices.Contains(pg.NoneOf, f.ID) {
			t.findings.wrong++
		}
	}
	for _, v := range got.verdicts {
		want, named := pg.Checks[v.ID]
		said := adverse(v.Outcome)
		switch {
		case named && adverse(checks.Outcome(want)) && said:
			t.checks.right++
		case named && adverse(checks.Outcome(want)):
			t.checks.missed++
		case said && forbidden(pg, v.ID):
			t.checks.wrong++
		}
	}
}

func (t *tally) report(b *testing.B) {
	b.ReportMetric(t.dialogs.percent(), "%dialogs")
	b.ReportMetric(t.choices.percent(), "%choices")
	b.ReportMetric(t.findings.precision(), "%findings-precision")
	b.ReportMetric(t.findings.recall(), "%findings-recall")
	b.ReportMetric(t.checks.precision(), "%checks-precision")
	b.ReportMetric(t.checks.recall(), "%checks-recall")
	b.ReportMetric(float64(t.lost), "lost")
	b.Logf("dialogs %+v, choices %+v, findings %+v, checks %+v", t.dialogs, t.choices, t.findings, t.checks)
}
