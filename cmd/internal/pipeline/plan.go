package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"sync"

	"github.com/spoor-audit/spoor/crawler"
	"github.com/spoor-audit/spoor/crawler/consent/auto"
	"github.com/spoor-audit/spoor/crawler/discover"
	"github.com/spoor-audit/spoor/crawler/hostrules"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// A Plan says what to visit and as whom.
type Plan struct {
	crawler.Plan
	Pages int // further pages of the same site
	// File is the name of the local file that is served at URL; "" if a site is
	// visited. See [Plan.Serving].
	File      string
	userRules string // the host rules without that of the file
	// Agent names spoor to sites that it asks for links, sitemaps and robots.txt
	// by itself.
	Agent string
}

// ConsentRules reads the rules for known consent managers from their pack. A
// build without it has none.
func ConsentRules(db *signatures.DB) (*auto.Rules, error) {
	script, err := db.File("autoconsent.playwright.js")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	rules, err := db.File("autoconsent-rules.json")
	if err != nil {
		return nil, err
	}
	return auto.New(string(script), string(rules))
}

// A Visitor carries out a plan, as [crawler.Visit] does.
type Visitor func(ctx context.Context, p crawler.Plan, tell func(crawler.Progress)) (*evidence.Visit, evidence.Files, error)

// A further chooses the further pages of one site, once: every run visits the
// same ones, so that runs compare.
type further struct {
	finder *discover.Finder
	n      int
	news   *news

	once  sync.Once
	pages []string
	notes discover.Notes
	err   error
}

// newFurther prepares the choice of pages by the settings of the plan.
func newFurther(plan *Plan, n *news) (*further, error) {
	rules, err := hostrules.Parse(plan.Browser.HostRules)
	if err != nil {
		return nil, err
	}
	finder, err := discover.New(discover.Options{
		UserAgent: plan.Agent, Seed: plan.Seed, HostRules: rules, Proxy: plan.Browser.Proxy, Insecure: plan.Browser.Insecure,
	})
	if err != nil {
		return nil, err
	}
	return &further{finder: finder, n: plan.Pages, news: n}, nil
}

// choose implements [crawler.Plan.Further].
func (f *further) choose(ctx context.Context, finalURL string, links []string) ([]string, error) {
	f.once.Do(func() {
		f.news.stage(StageFurther)
		start, err := url.Parse(finalURL)
		if err != nil {
			f.err = fmt.Errorf("pipeline: further pages: %w", err)
			return
		}
		f.pages, f.notes, f.err = f.finder.Pages(ctx, start, f.n, links)
	})
	return f.pages, f.err
}

// addGaps writes into the record what may have hidden pages.
func (f *further) addGaps(v *evidence.Visit) {
	for _, p := range f.notes.Problems {
		addGap(v, evidence.KindPage, p.URL, "further pages: "+p.Why, false)
	}
	if f.notes.Disallowed > 0 && len(f.pages) < f.n {
		addGap(v, evidence.KindPage, counted(f.notes.Disallowed, "page"), "further pages: robots.txt does not allow a visit", false)
	}
}
