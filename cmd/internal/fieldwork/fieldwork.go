// Package fieldwork owns the way from a task of a survey to its outcome: it audits
// the site, and says in the survey's words what came of it. It must not know the
// queue, the store or the command line.
package fieldwork

import (
	"cmp"
	"context"
	"io"
	"sync"
	"time"

	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/crawler"
	"github.com/spoor-audit/spoor/crawler/probe"
	crawl "github.com/spoor-audit/spoor/crawler/survey"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
)

// An Auditor audits the sites of a survey.
type Auditor struct {
	Pipeline pipeline.Pipeline
	Plan     pipeline.Plan // with all but the URL
	// News is told what goes on in a visit; nil is not told.
	News func(crawl.Task, crawler.Progress)
}

// Deadline is the time for one visit by a plan: its runs go side by side, then what
// belongs to all of them, and of a bare name two addresses may be tried.
func Deadline(p pipeline.Plan) time.Duration { return 3*p.Timeout + 2*time.Minute }

// Contexts is how many contexts of the browser one visit needs at a time.
func Contexts(p pipeline.Plan) int {
	n := len(p.Scenarios)
	if p.Ask && n > 1 {
		n++ // the look at all layers of the question for consent
	}
	return n
}

// Visit implements [crawl.Visitor].
func (a *Auditor) Visit(ctx context.Context, t crawl.Task) (crawl.Outcome, error) {
	o, err := a.visit(ctx, t, t.URL)
	if err != nil || !t.Bare || o.State != crawl.Failed {
		return o, err
	}
	// A list names sites, not addresses: many are there without TLS or with "www."
	// alone.
	other := probe.Another(t.URL, o.Reason)
	if other == "" {
		return o, nil
	}
	second, err := a.visit(ctx, t, other)
	if err != nil || second.State == crawl.Failed {
		return o, err
	}
	return second, nil
}

func (a *Auditor) visit(ctx context.Context, t crawl.Task, address string) (crawl.Outcome, error) {
	plan := a.Plan
	plan.URL = address
	var mu sync.Mutex
	audit, err := a.Pipeline.Site(ctx, plan, func(p crawler.Progress) {
		if a.News != nil {
			mu.Lock()
			defer mu.Unlock()
			a.News(t, p)
		}
	})
	if err != nil {
		return crawl.Outcome{}, err
	}
	return outcome(audit, len(a.Plan.Scenarios)) //nolint:contextcheck // The bundle is written when the visit is over.
}

// outcome says in the survey's words what an audit of some scenarios found.
func outcome(audit *pipeline.Audit, scenarios int) (crawl.Outcome, error) {
	facts, err := pipeline.Facts(audit)
	if err != nil {
		return crawl.Outcome{}, err
	}
	o := crawl.Outcome{
		Facts: facts, FinalURL: audit.Result.Subject.FinalURL,
		Evidence: func(w io.Writer) error {
			// What is being written is a file; it does not take long.
			return audit.Write(context.Background(), w, pipeline.Bundle, pipeline.Look{})
		},
	}
	wall := ""
	for i := range audit.Result.Runs {
		reason := shortfall(&audit.Result.Runs[i])
		if reason == "" {
			o.RunsDone++
			continue
		}
		o.Reason = cmp.Or(o.Reason, reason)
		if reason == botWall || reason == parked {
			wall = reason
		}
	}
	o.RunsFailed = max(0, scenarios-o.RunsDone)
	if o.RunsFailed > 0 {
		o.Reason = cmp.Or(o.Reason, "unknown")
	}
	switch {
	case o.RunsFailed == 0:
		o.State = crawl.Measured
	case o.RunsDone > 0:
		o.State = crawl.Partial
	case wall != "":
		o.State, o.Reason = crawl.Excluded, wall
	default:
		o.State = crawl.Failed
	}
	return o, nil
}

// The reasons for which what was reached is not the site.
const (
	botWall = "bot-wall"
	parked  = "parked"
)

// shortfall is why a run was not carried out, or "". That a site offers no choice is
// an answer of the site.
func shortfall(r *reports.Run) string {
	switch {
	case r.Measured:
		return ""
	case r.Outcome == evidence.Blocked:
		return botWall
	}
	return cmp.Or(r.Reason, "unknown")
}
