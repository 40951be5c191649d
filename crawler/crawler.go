// Package crawler owns carrying out one plan: it opens a site in a browser, once
// per scenario, each time in a fresh profile, and brings home one record of what
// it saw. It knows no detector, no signature and no report.
package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sort"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/consent/auto"
	"github.com/spoor-audit/spoor/crawler/find"
	"github.com/spoor-audit/spoor/crawler/instrument"
	"github.com/spoor-audit/spoor/crawler/visit"
	"github.com/spoor-audit/spoor/evidence"
)

// A Plan says what is visited, and how.
type Plan struct {
	URL       string
	Scenarios []evidence.Scenario
	Seed      int64
	Browser   browser.Options // of [Visit]; a [Crawler] has its own
	UserAgent string          // "" is the browser's own
	Steps     []visit.Step
	Settle    visit.Settle  // the zero value is visit.DefaultSettle
	Timeout   time.Duration // of one run
	Vantage   string
	Version   string // of spoor, for the record
	// Rules know consent managers by name; nil leaves spoor's own finder alone.
	Rules *auto.Rules
	// Ask looks for the site's question for consent and answers it as the
	// scenarios say.
	Ask bool
	// Papers says that policies, lists of cookies and other statements are read.
	Papers bool
	// Further chooses further pages of the site, from the links on the first one;
	// nil visits none.
	Further func(ctx context.Context, finalURL string, links []string) ([]string, error)
}

// Progress is news of a run.
type Progress = visit.Progress

// StageDone is the stage of the last news of each run.
const StageDone = visit.StageDone

// maxTries is how many browsers are started for one run: one that is lost costs
// one more.
const maxTries = 2

// Visit carries out a plan in a browser of its own.
func Visit(ctx context.Context, p Plan, tell func(Progress)) (*evidence.Visit, evidence.Files, error) {
	c, err := Open(ctx, p.Browser)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = c.Close() }() //nolint:contextcheck // Closing must work when the context has ended.
	return c.Visit(ctx, p, tell)
}

// A Crawler visits sites with one browser, each visit in contexts of its own. It
// can be used by several goroutines at once.
type Crawler struct {
	options browser.Options
	table   *instrument.Table

	mu  sync.Mutex
	hub *visit.Hub
}

// Open starts a browser.
func Open(ctx context.Context, o browser.Options) (*Crawler, error) {
	table, err := instrument.Load()
	if err != nil {
		return nil, err
	}
	if o.Major == "" {
		// Without it the browser tells of itself that it is headless where no
		// session reaches; that is no reason not to visit.
		if version, err := find.Version(ctx, o.Path); err == nil {
			o.Major, _, _ = strings.Cut(version, ".")
		}
		o.Brand = browser.BrandOf(o.Path)
	}
	c := &Crawler{options: o, table: table}
	if c.hub, err = visit.NewHub(ctx, o); err != nil {
		return nil, err
	}
	return c, nil
}

// Close ends the browser.
func (c *Crawler) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.hub.Close()
}

// browser is the hub of the running browser. If it is lost, a new one is
// started.
func (c *Crawler) browser(ctx context.Context) (*visit.Hub, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.hub.Lost():
	default:
		return c.hub, nil
	}
	_ = c.hub.Close() //nolint:contextcheck // Closing must work when the context has ended.
	fresh, err := visit.NewHub(ctx, c.options)
	if err != nil {
		return nil, err
	}
	c.hub = fresh
	return fresh, nil
}

// Visit carries out a plan. Anything less than a whole record is a gap in it; an
// error means that nothing useful was recorded: no browser, or a canceled
// context.
func (c *Crawler) Visit(ctx context.Context, p Plan, tell func(Progress)) (*evidence.Visit, evidence.Files, error) {
	if _, err := url.Parse(p.URL); err != nil {
		return nil, nil, fmt.Errorf("crawler: %w", err)
	}
	if p.Settle == (visit.Settle{}) {
		p.Settle = visit.DefaultSettle
	}
	hub, err := c.browser(ctx)
	if err != nil {
		return nil, nil, err
	}
	began := time.Now()
	v := &evidence.Visit{
		Format: evidence.Format, Subject: p.subject(began, c.options), Tools: p.tools(hub.Browser, c.table),
	}
	files := evidence.Files{}
	records, layers, err := c.runs(ctx, p, tell)
	if err != nil {
		return nil, nil, err
	}
	for _, rec := range records {
		v.Runs = append(v.Runs, rec.Run)
		v.Gaps = append(v.Gaps, rec.Gaps...)
		for name, data := range rec.Shots {
			files[name] = data
		}
	}
	if d := v.Runs[0].Dialog; d != nil && d.Found && layers != nil {
		visit.Deepen(d, layers.dialog)
		for name, data := range layers.shots {
			files[name] = data
		}
	}
	if err := c.readPapers(ctx, p, v); err != nil {
		return nil, nil, err
	}
	v.Subject.Took = evidence.MillisOf(time.Since(began))
	sortGaps(v.Gaps)
	return v, files, nil
}

// layers are what lies behind the first screen of the question for consent.
type layers struct {
	dialog *evidence.Dialog
	shots  map[string][]byte
}

// runs carries out all scenarios side by side, each in a context of its own, and
// where it is worth it a look at all layers of the question for consent.
func (c *Crawler) runs(ctx context.Context, p Plan, tell func(Progress)) ([]*visit.Record, *layers, error) {
	var mu sync.Mutex
	told := func(n Progress) {
		mu.Lock()
		defer mu.Unlock()
		if tell != nil {
			tell(n)
		}
	}
	records := make([]*visit.Record, len(p.Scenarios))
	var deeper *layers
	group, ctx := errgroup.WithContext(ctx)
	for i, s := range p.Scenarios {
		plan := p.run(s, told)
		if i == 0 && p.Ask && len(p.Scenarios) > 1 {
			var once sync.Once // a run that lost its browser is done again
			plan.Asked = func(d evidence.Dialog) {
				if !visit.WorthExploring(&d) {
					return
				}
				once.Do(func() {
					group.Go(func() error {
						deeper = c.explore(ctx, p)
						return nil
					})
				})
			}
		}
		group.Go(func() (err error) {
			records[i], err = c.run(ctx, plan)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, nil, err
	}
	return records, deeper, nil
}

// explore looks at all layers of the question for consent. A look that fails
// leaves the runs as they are; the browser's loss is theirs to tell.
func (c *Crawler) explore(ctx context.Context, p Plan) *layers {
	hub, err := c.browser(ctx)
	if err != nil {
		return nil
	}
	d, shots, err := hub.Explore(ctx, c.table, p.run(evidence.None, nil))
	if err != nil || d == nil {
		return nil
	}
	return &layers{d, shots}
}

// run is the plan of one scenario.
func (p *Plan) run(s evidence.Scenario, tell func(Progress)) visit.Plan {
	return visit.Plan{
		Scenario: s, URL: p.URL, Steps: p.Steps, Settle: p.Settle, Timeout: p.Timeout,
		UserAgent: p.UserAgent, Further: p.Further, Tell: tell, Rules: p.Rules, Ask: p.Ask, Seed: p.Seed,
	}
}

// readPapers reads what the site states in writing. A visit whose papers cannot
// be read has a gap, not an error.
func (c *Crawler) readPapers(ctx context.Context, p Plan, v *evidence.Visit) error {
	if len(v.Runs) == 0 || !p.Papers {
		return nil
	}
	asks, err := visit.Asks(v.Runs)
	if err != nil {
		return err
	}
	first := &v.Runs[0]
	hub, err := c.browser(ctx)
	if err == nil {
		first.Papers, err = hub.Papers(ctx, c.table, p.run(first.Scenario, nil), asks)
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		v.Gaps = append(v.Gaps, evidence.Gap{Scenario: first.Scenario, Kind: evidence.KindPapers, Where: p.URL, Why: "browser-lost", Whole: true})
	}
	return nil
}

// run carries out one scenario. If the browser is lost on the way, the run is
// done again in a new one, once, and the record says so.
func (c *Crawler) run(ctx context.Context, plan visit.Plan) (*visit.Record, error) {
	for try := 1; ; try++ {
		hub, err := c.browser(ctx)
		if err != nil {
			return nil, err
		}
		rec, err := hub.Run(ctx, c.table, plan)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		lost := errors.Is(err, visit.ErrNoBrowser) || err == nil && rec.Run.Reason == "browser-lost"
		if lost && try < maxTries {
			continue
		}
		if err != nil {
			return nil, err
		}
		if try > 1 {
			rec.Run.Events = append(rec.Run.Events, evidence.Event{
				ID: evidence.NewID(plan.Scenario, "event", len(rec.Run.Events)+1), Kind: "browser-restarted", URL: plan.URL,
			})
		}
		return rec, nil
	}
}

func (p *Plan) subject(began time.Time, o browser.Options) evidence.Subject {
	s := evidence.Subject{
		Kind: "page", URL: p.URL, Started: began.UTC(), Device: "desktop", Vantage: p.Vantage, Seed: p.Seed,
	}
	if o.Mobile {
		s.Device = "mobile"
	}
	for i, l := range o.Langs {
		if i > 0 {
			s.Lang += ","
		}
		s.Lang += l
	}
	return s
}

func (p *Plan) tools(b *browser.Browser, table *instrument.Table) evidence.Tools {
	o := b.Options()
	t := evidence.Tools{
		Spoor: p.Version, Chrome: b.Version(), BrowserMode: o.Mode, Probes: table.Digest,
		UserAgent: p.UserAgent, ThirdPartyCookies: "allowed", Sandbox: b.Sandbox, InsecureTLS: o.Insecure,
		Proxy: o.Proxy != "", HostRules: o.HostRules, Flags: o.Flags, Differs: b.Differs(),
	}
	if t.UserAgent == "" {
		t.UserAgent = visit.UserAgent(b)
	}
	if o.BlockThirdPartyCookies {
		t.ThirdPartyCookies = "blocked"
	}
	return t
}

// sortGaps orders gaps by scenario, kind, place and reason.
func sortGaps(gaps []evidence.Gap) {
	sort.SliceStable(gaps, func(i, j int) bool {
		a, b := gaps[i], gaps[j]
		if a.Scenario != b.Scenario {
			return a.Scenario < b.Scenario
		}
		if a.Kind != b.Kind {
			return a.Kind < b.Kind
		}
		if a.Where != b.Where {
			return a.Where < b.Where
		}
		return a.Why < b.Why
	})
}
