package pipeline_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
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
// warn. A summary names each technique and check of which something was said wrongly
// or not said, and where. SPOOR_TEST_ALL visits every variant in every language.
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
		total := tally{by: map[string]*retrieval{}}
		sideBySide(b, pages, func(pg page) {
			got, err := a.audit(b.Context(), pg)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				b.Logf("%s: %v", pg, err)
				total.lost++
				return
			}
			total.count(pg, got)
		})
		total.report(b)
	}
}

// A tally counts what was said rightly and wrongly.
type tally struct {
	dialogs, choices share
	findings, checks retrieval
	by               map[string]*retrieval // by ID of technique or check
	lost             int                   // pages that could not be audited
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
type retrieval struct {
	right, wrong, missed int
	where                []string // pages of what is not right
}

func (r *retrieval) add(right, wrong, missed int, page string) {
	r.right, r.wrong, r.missed = r.right+right, r.wrong+wrong, r.missed+missed
	if wrong+missed > 0 && !slices.Contains(r.where, page) {
		r.where = append(r.where, page)
	}
}

func (r *retrieval) precision() float64 {
	return 100 * float64(r.right) / float64(max(1, r.right+r.wrong))
}

func (r *retrieval) recall() float64 {
	return 100 * float64(r.right) / float64(max(1, r.right+r.missed))
}

func (t *tally) count(pg page, got audited) {
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
	say := func(of *retrieval, id string, right, wrong, missed int) {
		of.add(right, wrong, missed, pg.String())
		if t.by[id] == nil {
			t.by[id] = &retrieval{}
		}
		t.by[id].add(right, wrong, missed, pg.String())
	}
	for _, want := range pg.Findings {
		if slices.ContainsFunc(got.judgement.Findings, func(f detectors.Finding) bool { return agrees(want, f) }) {
			say(&t.findings, want.ID, 1, 0, 0)
		} else {
			say(&t.findings, want.ID, 0, 0, 1)
		}
	}
	for _, f := range got.judgement.Findings {
		if slices.Contains(pg.NoneOf, f.ID) && (f.Scenario == evidence.None || slices.Contains(pg.Scenarios, string(f.Scenario))) {
			say(&t.findings, f.ID, 0, 1, 0)
		}
	}
	for _, v := range got.verdicts {
		want, named := pg.Checks[v.ID]
		said := adverse(v.Outcome)
		switch {
		case named && adverse(checks.Outcome(want)) && said:
			say(&t.checks, v.ID, 1, 0, 0)
		case named && adverse(checks.Outcome(want)):
			say(&t.checks, v.ID, 0, 0, 1)
		case said && forbidden(pg.Page, v.ID):
			say(&t.checks, v.ID, 0, 1, 0)
		}
	}
}

// summary tells the totals, and what is not right by technique and check.
func (t *tally) summary() string {
	var b strings.Builder
	fmt.Fprintf(&b, "dialogs  %d of %d right, choices %d of %d, pages lost %d\n", t.dialogs.right, t.dialogs.all, t.choices.right, t.choices.all, t.lost)
	row := func(name string, r *retrieval) {
		fmt.Fprintf(&b, "%-34s right %4d  wrong %3d  missed %3d  precision %5.1f %%  recall %5.1f %%\n", name, r.right, r.wrong, r.missed, r.precision(), r.recall())
	}
	row("findings", &t.findings)
	row("checks", &t.checks)
	whole := 0
	for _, id := range slices.Sorted(maps.Keys(t.by)) {
		r := t.by[id]
		if r.wrong+r.missed == 0 {
			whole++
			continue
		}
		row("  "+id, r)
		slices.Sort(r.where)
		fmt.Fprintf(&b, "    at %s\n", strings.Join(r.where[:min(len(r.where), 8)], ", "))
	}
	fmt.Fprintf(&b, "%d techniques and checks without a mistake\n", whole)
	return b.String()
}

func (t *tally) report(b *testing.B) {
	b.Helper()
	b.ReportMetric(t.dialogs.percent(), "%dialogs")
	b.ReportMetric(t.choices.percent(), "%choices")
	b.ReportMetric(t.findings.precision(), "%findings-precision")
	b.ReportMetric(t.findings.recall(), "%findings-recall")
	b.ReportMetric(t.checks.precision(), "%checks-precision")
	b.ReportMetric(t.checks.recall(), "%checks-recall")
	b.ReportMetric(float64(t.lost), "lost")
	b.Log("\n" + t.summary())
}

// The summary names what is not right, where, and nothing else.
func TestSummary(t *testing.T) {
	site := &testsites.Site{Name: "shop"}
	total := tally{by: map[string]*retrieval{}}
	judged := func(ids ...string) audited {
		var out audited
		for _, id := range ids {
			out.judgement.Findings = append(out.judgement.Findings, detectors.Finding{ID: id, Scenario: evidence.None})
		}
		return out
	}
	want := func(ids ...string) (list []testsites.Finding) {
		for _, id := range ids {
			list = append(list, testsites.Finding{ID: id, Scenario: "none"})
		}
		return list
	}
	total.count(page{testsites.Page{File: "a.html", Findings: want("beacon", "websocket")}, site}, judged("beacon"))
	total.count(page{testsites.Page{File: "b.html", NoneOf: []string{"geolocation"}}, site}, judged("geolocation", "beacon"))
	got := total.summary()
	for _, part := range []string{"websocket", "geolocation", "at shop/a.html", "at shop/b.html", "precision  50.0 %", "1 techniques and checks without a mistake"} {
		if !strings.Contains(got, part) {
			t.Errorf("%q is not in the summary:\n%s", part, got)
		}
	}
	if strings.Contains(got, "beacon") {
		t.Errorf("what is right is listed:\n%s", got)
	}
}
