// Package pipeline owns the way from an address to a report: visit, ask for
// names, judge, join, write. It is the only code that knows every stage; the
// commands call it. It must not know flags, the terminal or exit codes.
package pipeline

import (
	"context"
	"errors"
	"time"

	"github.com/spoor-audit/spoor/crawler"
	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/signatures"
)

// A Pipeline makes audits. Its fields do not change while it is used, so that
// it may make several at a time.
type Pipeline struct {
	// Visit carries out a plan; [Browse] does so with a browser.
	Visit  Visitor
	DB     *signatures.DB
	Detect detectors.Options
	// Profile is the view of the law that checks are made by; "" is the strictest.
	Profile string
	// DNS is the server to ask for aliases; "" means the system's.
	DNS string
	// Secrets are texts that must not stand in the record.
	Secrets []string
}

// An Audit is one target from the record to the result.
type Audit struct {
	Visit  *evidence.Visit
	Files  evidence.Files // pictures, by their name in the bundle
	Result *reports.Result
}

// Measured reports whether the audit says anything about its target.
func (a *Audit) Measured() bool { return a.Result.Summary.Measured != reports.MeasuredNot }

// Site visits a site and judges what was seen. The error means that nothing
// useful was recorded.
func (p *Pipeline) Site(ctx context.Context, plan Plan, tell func(crawler.Progress)) (*Audit, error) {
	n := &news{tell: tell}
	defer n.end()
	var more *further
	if plan.Pages > 0 {
		var err error
		if more, err = newFurther(&plan, n); err != nil {
			return nil, err
		}
		defer more.finder.Close()
		plan.Further = more.choose
	}
	v, files, err := p.Visit(ctx, plan.Plan, n.pass)
	if err != nil {
		return nil, err
	}
	if v == nil {
		return nil, errors.New("pipeline: the visit left no record")
	}
	if more != nil {
		more.addGaps(v)
	}
	plan.addFile(v)
	n.stage(StageNames)
	return p.finish(ctx, plan, v, files)
}

// Mail shows a message in a browser, and judges what it holds and what it fetched.
// Without a browser, for the reason that why gives, or where the browser breaks, it
// is judged by what it holds.
func (p *Pipeline) Mail(ctx context.Context, plan Plan, why string, tell func(crawler.Progress)) (*Audit, error) {
	n := &news{tell: tell}
	defer n.end()
	if why == "" {
		v, files, err := p.Visit(ctx, plan.Plan, n.pass)
		if err == nil && v != nil {
			n.stage(StageNames)
			return p.finish(ctx, plan, v, files)
		}
		if ctx.Err() != nil {
			return nil, err
		}
		why = "browser-failed"
	}
	return p.finish(ctx, plan, crawler.Unshown(plan.Plan, time.Now(), why), nil)
}

// finish completes a record and judges it.
func (p *Pipeline) finish(ctx context.Context, plan Plan, v *evidence.Visit, files evidence.Files) (*Audit, error) {
	if err := p.addNames(ctx, v, &plan); err != nil {
		return nil, err
	}
	if len(p.Secrets) > 0 {
		v = evidence.Redact(v, evidence.Rules{Secrets: p.Secrets})
	}
	return p.judge(v, files), nil
}
