package pipeline_test

import (
	"context"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/cmd/internal/steps"
	"github.com/spoor-audit/spoor/crawler"
	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/browsertest"
	"github.com/spoor-audit/spoor/crawler/consent/auto"
	"github.com/spoor-audit/spoor/crawler/find"
	"github.com/spoor-audit/spoor/crawler/visit"
	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/checks"
	"github.com/spoor-audit/spoor/detectors/statements"
	"github.com/spoor-audit/spoor/detectors/techniques"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
	"github.com/spoor-audit/spoor/testsites"
)

// The machine is shared out: among pages that are visited side by side, and hogs,
// of which there is one at a time.
const (
	allShares = 12
	hogShare  = 7
	pageShare = 2
)

// maxRetries is how many pages are visited again alone: if more went wrong, it
// was not for want of time.
const maxRetries = 15

// TestSites visits every test site and its honest twin with the real browser,
// judges what was recorded, and compares that with the site's expect.yaml.
// SPOOR_SITES=canvas-* visits some only.
func TestSites(t *testing.T) {
	srv := testsites.Start(t)
	a := newAuditor(t, srv)
	sites, err := testsites.Sites()
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var again []retry
	sideBySide(t, chosenPages(t, sites, srv.HasLibraries()), func(pg page) {
		began := time.Now()
		complaints := a.check(t.Context(), pg)
		t.Logf("%s: %.1f s", pg, time.Since(began).Seconds())
		if len(complaints) > 0 {
			mu.Lock()
			defer mu.Unlock()
			again = append(again, retry{pg, complaints})
		}
	})
	// Beside others a page may not get the time that it needs. What is wrong with it
	// when it is alone is wrong; what was wrong before is in the log.
	for i, r := range again {
		t.Logf("%s, beside others: %s", r.page, strings.Join(r.complaints, "\n\t"))
		if i < maxRetries {
			r.complaints = a.check(t.Context(), r.page)
		}
		for _, complaint := range r.complaints {
			t.Errorf("%s: %s", r.page, complaint)
		}
	}
}

// sideBySide does something with all pages, as many at a time as the machine bears.
func sideBySide(t testing.TB, pages []page, do func(page)) {
	t.Helper()
	shares := semaphore.NewWeighted(allShares)
	var wg sync.WaitGroup
	lane := func(n int64, hogs bool) {
		for _, pg := range pages {
			if pg.site.Alone != hogs {
				continue
			}
			if err := shares.Acquire(t.Context(), n); err != nil {
				return // the test is over
			}
			wg.Go(func() {
				defer shares.Release(n)
				do(pg)
			})
		}
	}
	wg.Go(func() { lane(hogShare, true) })
	lane(pageShare, false)
	wg.Wait()
}

// A page is one page of a test site.
type page struct {
	testsites.Page
	site *testsites.Site
}

func (p page) String() string { return p.site.Name + "/" + p.File }

// asks reports whether the page is judged by its question for consent.
func (p page) asks() bool {
	return len(p.Consent) > 0 || p.Dialog != nil || len(p.Checks)+len(p.ChecksNot) > 0
}

// comesBack reports whether the page is about what recognises a visitor who comes
// back; SPOOR_TEST_ALL comes back to all.
func (p page) comesBack() bool {
	about := func(id string) bool { return id == "etag-respawn" }
	return os.Getenv("SPOOR_TEST_ALL") != "" || slices.ContainsFunc(p.NoneOf, about) ||
		slices.ContainsFunc(p.Findings, func(f testsites.Finding) bool { return about(f.ID) })
}

// A retry is a page that is visited again, and why.
type retry struct {
	page       page
	complaints []string
}

// chosenPages lists the pages to visit: those that SPOOR_SITES names, or all.
func chosenPages(t testing.TB, sites []testsites.Site, libraries bool) []page {
	t.Helper()
	var list []page
	made := 0
	for i := range sites {
		s := &sites[i]
		if len(variantsOf(s)) > 0 {
			made++
		}
		if want := os.Getenv("SPOOR_SITES"); want != "" {
			if ok, _ := path.Match(want, s.Name); !ok {
				continue
			}
		}
		for _, pg := range s.Pages {
			switch {
			case !chosenVariant(s, made, pg):
			case pg.NeedsLibraries && !libraries:
				if os.Getenv("SPOOR_REQUIRE_CHROME") != "" {
					t.Errorf("%s/%s: the libraries are not there", s.Name, pg.File)
				}
			default:
				list = append(list, page{pg, s})
			}
		}
	}
	return list
}

// An auditor visits pages and judges them.
type auditor struct {
	db    *signatures.DB
	rules *auto.Rules
	// The sites with a question for consent are visited several times each, so the
	// lighter browser serves them where it is there.
	visit, ask pipeline.Visitor
	names      *pipeline.Pipeline // asks the sites' own DNS
}

func newAuditor(t testing.TB, srv *testsites.Server) *auditor {
	t.Helper()
	a := &auditor{visit: openBrowser(t, srv, browser.Headless).Visit, names: &pipeline.Pipeline{DNS: srv.DNSAddr()}}
	a.ask = a.visit
	if hasShell() {
		a.ask = openBrowser(t, srv, browser.Shell).Visit
	}
	var err error
	if a.db, err = signatures.Default(); err != nil {
		t.Fatal(err)
	}
	if a.rules, err = pipeline.ConsentRules(a.db); err != nil {
		t.Fatal(err)
	}
	if a.rules == nil && os.Getenv("SPOOR_REQUIRE_CHROME") != "" {
		t.Fatal("no rules for consent managers: the packs are not there")
	}
	return a
}

func openBrowser(t testing.TB, srv *testsites.Server, mode string) *crawler.Crawler {
	t.Helper()
	c, err := crawler.Open(t.Context(), browsertest.Options(t, srv, mode))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func hasShell() bool {
	_, _, err := find.Find(find.Options{Mode: browser.Shell, Getenv: os.Getenv})
	return err == nil
}

// An audited page, as far as expectations speak of it.
type audited struct {
	visit     *evidence.Visit
	judgement detectors.Judgement
	verdicts  []checks.Verdict // nil if the page is not judged by its question
}

// audit visits and judges one page.
func (a *auditor) audit(ctx context.Context, pg page) (out audited, err error) {
	plan := crawler.Plan{
		URL: pg.URL, Scenarios: scenarios(pg.Page), Timeout: 2 * time.Minute, Rules: a.rules,
		Settle: visit.Settle{Quiet: 700 * time.Millisecond, Min: 2 * time.Second, Max: 12 * time.Second},
		Ask:    pg.asks(), Papers: pg.asks(), Return: pg.comesBack(),
	}
	for _, text := range pg.Do {
		s, err := steps.Parse(text)
		if err != nil {
			return out, err
		}
		plan.Steps = append(plan.Steps, visit.Step(s))
	}
	if len(pg.Consent) > 0 {
		plan.Settle.Quiet, plan.Settle.Min = 500*time.Millisecond, time.Second
	}
	if pg.site.Patient || pg.site.Alone {
		plan.Settle.Max = visit.DefaultSettle.Max
	}
	if strings.Contains(pg.URL, "late") {
		plan.Settle = visit.DefaultSettle
	}
	visitor := a.visit
	if plan.Ask {
		visitor = a.ask
	}
	if out.visit, _, err = visitor(ctx, plan, nil); err != nil {
		return out, err
	}
	if err := a.names.AddNames(ctx, out.visit, &pipeline.Plan{Plan: plan}); err != nil {
		return out, err
	}
	out.judgement = techniques.Run(out.visit, a.db, detectors.Options{})
	if plan.Ask {
		out.verdicts = checks.Run(out.visit, out.judgement, statements.Read(out.visit, a.db), a.db, checks.Options{})
	}
	return out, nil
}

// check audits one page and lists what is not as expected.
func (a *auditor) check(ctx context.Context, pg page) []string {
	got, err := a.audit(ctx, pg)
	if err != nil {
		return []string{err.Error()}
	}
	bad := compare(pg.Page, got.visit, got.judgement)
	if got.verdicts != nil {
		bad = append(bad, compareConsent(pg.Page, got.visit)...)
		bad = append(bad, compareChecks(pg.Page, got.verdicts)...)
	}
	return bad
}

func compare(pg testsites.Page, v *evidence.Visit, j detectors.Judgement) []string {
	var bad []string
	run := &v.Runs[0]
	if string(run.Outcome) != pg.Outcome || pg.Reason != "" && run.Reason != pg.Reason {
		bad = append(bad, fmt.Sprintf("outcome %s %s, want %s %s (%+v)", run.Outcome, run.Reason, pg.Outcome, pg.Reason, run.Pages))
	}
	for _, want := range pg.Findings {
		if !slices.ContainsFunc(j.Findings, func(f detectors.Finding) bool { return agrees(want, f) }) {
			bad = append(bad, fmt.Sprintf("no finding %+v; found: %s", want, list(j.Findings, want.ID)))
		}
	}
	for _, id := range pg.NoneOf {
		for _, f := range j.Findings {
			// What comes after a yes is no fault of an honest page.
			if f.ID == id && (f.Scenario == evidence.None || slices.Contains(pg.Scenarios, string(f.Scenario))) {
				bad = append(bad, fmt.Sprintf("finding %s %s on an honest page: %v", id, f.Key, f.Args))
			}
		}
	}
	for _, want := range pg.Gaps {
		if !slices.ContainsFunc(v.Gaps, func(g evidence.Gap) bool {
			return (want.Kind == "" || string(g.Kind) == want.Kind) && (want.Why == "" || g.Why == want.Why) && strings.Contains(g.Where, want.Where)
		}) {
			bad = append(bad, fmt.Sprintf("no gap %+v; gaps: %+v", want, v.Gaps))
		}
	}
	for _, kind := range pg.Events {
		if !slices.ContainsFunc(v.Runs, func(r evidence.Run) bool {
			return slices.ContainsFunc(r.Events, func(e evidence.Event) bool { return e.Kind == kind })
		}) {
			bad = append(bad, fmt.Sprintf("no event %s; events: %+v", kind, run.Events))
		}
	}
	return bad
}

func agrees(want testsites.Finding, f detectors.Finding) bool {
	same := func(want, got string) bool { return want == "" || want == got }
	return f.ID == want.ID && same(want.Key, f.Key) && same(want.Party, f.Party) && same(want.Host, f.Host) &&
		same(want.Script, f.Script) && same(want.Cookie, f.Cookie) && same(want.URL, f.URL) &&
		same(want.Severity, string(f.Severity)) && same(want.Scenario, string(f.Scenario))
}

func list(findings []detectors.Finding, id string) string {
	var out []string
	for _, f := range findings {
		if f.ID == id {
			out = append(out, fmt.Sprintf("%s key=%s party=%s host=%s script=%s cookie=%s severity=%s", f.ID, f.Key, f.Party, f.Host, f.Script, f.Cookie, f.Severity))
		} else {
			out = append(out, f.ID+" "+f.Key)
		}
	}
	return strings.Join(out, "; ")
}
