package visit

import (
	"context"
	"time"

	"github.com/chromedp/cdproto/runtime"

	"github.com/spoor-audit/spoor/crawler/cdp"
)

// Settle is the rule by which a page counts as settled: it has loaded, no
// request is open and nothing has begun for Quiet (what only goes on has not, see
// loops.go), its main thread answers at once, and at least Min has gone by since it was asked for. After Max the run
// goes on all the same, and the record says so.
type Settle struct {
	Quiet, Min, Max time.Duration
}

// DefaultSettle waits long enough for tags that a tag manager starts a few
// seconds after the page.
var DefaultSettle = Settle{Quiet: 1500 * time.Millisecond, Min: 7 * time.Second, Max: 25 * time.Second}

const (
	settleStep = 50 * time.Millisecond
	pingLimit  = 200 * time.Millisecond // an idle main thread answers sooner
	hangLimit  = 10 * time.Second       // a main thread silent for longer is stuck
)

// How a page settled.
const (
	settledQuiet = "quiet"
	settledLimit = "limit"
)

// settle waits until the page is settled by the rule, and says how and with how
// many requests still open. It returns early when the run's time is over or the
// page's process died.
func (d *driver) settle(ctx context.Context, began time.Time, rule Settle) (how string, open int) {
	tick := time.NewTicker(settleStep)
	defer tick.Stop()
	watch := &watchdog{driver: d}
	for {
		select {
		case <-ctx.Done():
			return settledLimit, d.open()
		case <-d.main.Gone():
			return settledLimit, d.open()
		case <-tick.C:
		}
		now := time.Now()
		quiet, open := d.quiet(now)
		d.report(open, began.Add(rule.Max).Sub(now))
		d.point(now)
		if now.Sub(began) >= rule.Max || d.tooLarge(ctx) || d.circling(ctx) {
			return settledLimit, open
		}
		if watch.stuck(ctx, now) {
			return settledLimit, open
		}
		if quiet < rule.Quiet || now.Sub(began) < rule.Min {
			continue
		}
		if answered := d.ping(ctx, pingLimit); answered {
			return settledQuiet, open
		}
	}
}

// quiet is for how long nothing has happened, and how many requests are open.
func (d *driver) quiet(now time.Time) (time.Duration, int) {
	r := d.rec
	r.mu.Lock()
	defer r.mu.Unlock()
	open := len(r.net.open)
	if open > 0 || !r.hasLoaded() || r.net.bodies > 0 {
		return 0, open
	}
	return now.Sub(r.changed), open
}

func (d *driver) open() int {
	d.rec.mu.Lock()
	defer d.rec.mu.Unlock()
	return len(d.rec.net.open)
}

// hasLoaded reports whether the page's present document has fired its load
// event.
func (r *recorder) hasLoaded() bool {
	if r.main == nil {
		return false
	}
	id := r.mainFrame()
	loader, ok := r.loaded[id]
	return ok && loader == r.frames[id].loader && loader != "" && loader != r.first
}

// ping asks the page's main thread for an answer.
func (d *driver) ping(ctx context.Context, limit time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	_, err := cdp.Do(ctx, d.main, runtime.Evaluate, runtime.EvaluateParams{Expression: d.rec.script.Own("0")})
	return err == nil
}

// A watchdog looks whether the page's main thread still answers, and ends a
// script that never returns. Everything recorded stays.
type watchdog struct {
	driver *driver
	asked  time.Time
	answer chan struct{}
	ended  bool
}

func (w *watchdog) stuck(ctx context.Context, now time.Time) bool {
	if w.answer == nil {
		ch := make(chan struct{})
		w.answer, w.asked = ch, now
		go func() {
			if w.driver.ping(ctx, 2*hangLimit) {
				close(ch)
			}
		}()
		return false
	}
	select {
	case <-w.answer:
		if now.Sub(w.asked) > time.Second {
			w.answer = nil
		}
		return false
	default:
	}
	if now.Sub(w.asked) < hangLimit {
		return false
	}
	if w.ended {
		return true
	}
	w.ended, w.answer = true, nil
	w.driver.hung(ctx)
	return false
}
