// Package crawler owns carrying out one plan: it opens a site in a browser, once
// per scenario, each time in a fresh profile, and brings home one record of what
// it saw. It knows no detector, no signature and no report.
package crawler

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/consent/auto"
	"github.com/spoor-audit/spoor/crawler/find"
	"github.com/spoor-audit/spoor/crawler/instrument"
	"github.com/spoor-audit/spoor/crawler/mail"
	"github.com/spoor-audit/spoor/crawler/visit"
	"github.com/spoor-audit/spoor/evidence"
)

// A Plan says what is visited, and how.
type Plan struct {
	URL string
	// Mail is shown instead of a site, without anything that the plan says of
	// sites; URL is then the name of its file.
	Mail      *mail.Message
	Scenarios []evidence.Scenario
	Seed      int64
	Browser   browser.Options // of [Visit]; a [Crawler] has its own
	UserAgent string          // "" is the browser's own
	// App is the ID of the app whose in-app browser the visit is made as, or "". Then
	// the page is visited once more with the ordinary browser of the same device.
	App     string
	Steps   []visit.Step
	Settle  visit.Settle  // the zero value is visit.DefaultSettle
	Timeout time.Duration // of one run
	Vantage string
	Version string // of spoor, for the record
	// Rules know consent managers by name; nil leaves spoor's own finder alone.
	Rules *auto.Rules
	// Ask looks for the site's question for consent and answers it as the
	// scenarios say.
	Ask bool
	// Return comes back to the first page at the end of scenario none, with cookies
	// and storage cleared, to see what recognises the visitor then.
	Return bool
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
	// A message may not make the browser ask this machine or its network, as a page of
	// the internet may not; but where host rules lead there, that is what the user asks.
	p.Browser.LocalNetwork = p.Mail != nil && p.Browser.HostRules != ""
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

// Pid is the process id of the browser, which leads a process group of its own
// where the system has them.
func (c *Crawler) Pid() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.hub.Browser.Pid()
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
	if p.Mail != nil {
		p.onlyMail()
	} else if _, err := url.Parse(p.URL); err != nil {
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
	as, err := p.agents(hub.Browser)
	if err != nil {
		return nil, nil, err
	}
	v := &evidence.Visit{
		Format: evidence.Format, Subject: p.subject(began, c.options), Tools: p.tools(hub.Browser, c.table, as),
	}
	files := evidence.Files{}
	seen, err := c.runs(ctx, p, as, tell)
	if err != nil {
		return nil, nil, err
	}
	for _, rec := range seen.records {
		v.Runs = append(v.Runs, rec.Run)
		v.Gaps = append(v.Gaps, rec.Gaps...)
		maps.Copy(files, rec.Shots)
	}
	if d := v.Runs[0].Dialog; d != nil && d.Found && seen.layers != nil {
		visit.Deepen(d, seen.layers.dialog)
		maps.Copy(files, seen.layers.shots)
	}
	if o := seen.ordinary; o != nil {
		v.Ordinary = &evidence.Ordinary{UserAgent: as.ordinary.UserAgent, Run: o.Run, Gaps: o.Gaps}
		sortGaps(v.Ordinary.Gaps)
		maps.Copy(files, o.Shots)
	}
	if err := c.readPapers(ctx, p, v); err != nil {
		return nil, nil, err
	}
	p.addMail(v)
	v.Subject.Took = evidence.MillisOf(time.Since(began))
	sortGaps(v.Gaps)
	return v, files, nil
}

// layers are what lies behind the first screen of the question for consent.
type layers struct {
	dialog *evidence.Dialog
	shots  map[string][]byte
}

// agents is how the browser presents itself in the runs, and in the one that they
// are compared with; nil is its own way.
type agents struct {
	app      *browser.App
	inApp    *browser.Agent
	ordinary *browser.Agent
}

func (p *Plan) agents(b *browser.Browser) (agents, error) {
	if p.App == "" {
		return agents{}, nil
	}
	app, ok := browser.AppByID(p.App)
	if !ok {
		return agents{}, fmt.Errorf("crawler: there is no app %q", p.App)
	}
	o := b.Options()
	inApp, ordinary := app.Agent(&o, b.Version()), app.Ordinary(&o, b.Version())
	return agents{&app, &inApp, &ordinary}, nil
}

// A seen is what all runs of a visit brought home.
type seen struct {
	records  []*visit.Record // in the order of the plan's scenarios
	layers   *layers
	ordinary *visit.Record // what visits in an app are compared with; nil if there is none
}

// runs carries out all scenarios side by side, each in a context of its own, and
// where it is worth it a look at all layers of the question for consent.
func (c *Crawler) runs(ctx context.Context, p Plan, as agents, tell func(Progress)) (*seen, error) {
	var mu sync.Mutex
	told := func(n Progress) {
		mu.Lock()
		defer mu.Unlock()
		if tell != nil {
			tell(n)
		}
	}
	out := &seen{records: make([]*visit.Record, len(p.Scenarios))}
	group, ctx := errgroup.WithContext(ctx)
	if as.app != nil {
		plan := p.run(evidence.None, nil)
		plan.As, plan.Ordinary, plan.Return = as.ordinary, true, false
		group.Go(func() (err error) {
			out.ordinary, err = c.run(ctx, plan)
			return err
		})
	}
	for i, s := range p.Scenarios {
		plan := p.run(s, told)
		plan.As = as.inApp
		if i == 0 && p.Ask && len(p.Scenarios) > 1 {
			var once sync.Once // a run that lost its browser is done again
			plan.Asked = func(d evidence.Dialog) {
				if !visit.WorthExploring(&d) {
					return
				}
				once.Do(func() {
					group.Go(func() error {
						out.layers = c.explore(ctx, p, as)
						return nil
					})
				})
			}
		}
		group.Go(func() (err error) {
			out.records[i], err = c.run(ctx, plan)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return out, nil
}

// explore looks at all layers of the question for consent. A look that fails
// leaves the runs as they are; the browser's loss is theirs to tell.
func (c *Crawler) explore(ctx context.Context, p Plan, as agents) *layers {
	hub, err := c.browser(ctx)
	if err != nil {
		return nil
	}
	plan := p.run(evidence.None, nil)
	plan.As = as.inApp
	d, shots, err := hub.Explore(ctx, c.table, plan)
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
		Return: p.Return, Message: p.message(),
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
		Kind: evidence.KindOfPage, URL: p.URL, Started: began.UTC(), Device: "desktop", App: p.App, Vantage: p.Vantage, Seed: p.Seed,
	}
	if o.Mobile || p.App != "" {
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

func (p *Plan) tools(b *browser.Browser, table *instrument.Table, as agents) evidence.Tools {
	o := b.Options()
	t := evidence.Tools{
		Spoor: p.Version, Chrome: b.Version(), BrowserMode: o.Mode, Probes: table.Digest,
		UserAgent: p.UserAgent, ThirdPartyCookies: "allowed", Sandbox: b.Sandbox, InsecureTLS: o.Insecure,
		Proxy: o.Proxy != "", HostRules: o.HostRules, Flags: o.Flags, Differs: b.Differs(),
	}
	if as.app != nil {
		t.UserAgent = as.inApp.UserAgent
		t.Differs = append(t.Differs, as.app.Differs()...)
		slices.Sort(t.Differs)
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
