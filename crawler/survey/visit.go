package survey

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/riverqueue/river"
)

// Work implements [river.Worker]: one job is one visit. Whatever it returns, spoor's
// own tables hold what came of it; the queue only learns when to come again.
func (w *worker) Work(ctx context.Context, job *river.Job[visitJob]) error {
	w.fly(job.ID, true)
	defer w.fly(job.ID, false)
	if err := w.gate.enter(ctx); err != nil {
		return river.JobSnooze(0)
	}
	defer w.gate.leave()
	var b beginning
	err := w.patiently(ctx, func() (err error) {
		b, err = w.begin(ctx, job)
		return err
	})
	switch {
	case ctx.Err() != nil:
		w.giveBack(ctx, b.task, 0)
		return river.JobSnooze(0)
	case err != nil:
		w.end(fmt.Errorf("survey: take a visit from the queue: %w", err))
		return river.JobSnooze(patience)
	case b.over:
		return nil
	case b.wait > 0:
		return river.JobSnooze(b.wait)
	}
	w.tell(News{Kind: Begun, Task: b.task})
	o, err := w.visit(ctx, b.task)
	if err != nil {
		return w.breakOff(ctx, b.task, err)
	}
	w.mended()
	// A visit that came to its end is kept, also when all ends.
	longer, cancel := outlast(ctx, storeLimit)
	defer cancel()
	err = w.finish(longer, job, b.task, o)
	w.net.took(ctx, w, b.task, o)
	return err
}

// outlast returns a context that ends a while after another one.
func outlast(ctx context.Context, more time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(more, cancel) })
	return longer, func() {
		stop()
		cancel()
	}
}

func (w *worker) fly(id int64, here bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if here {
		w.flying[id] = true
	} else {
		delete(w.flying, id)
	}
}

// A beginning is what came of taking a visit.
type beginning struct {
	task   Task
	domain string
	over   bool          // there is nothing to visit
	wait   time.Duration // until its domain may be visited again
}

// begin takes a visit: it marks it, and its domain, as this worker's.
func (w *worker) begin(ctx context.Context, job *river.Job[visitJob]) (b beginning, err error) {
	err = w.s.db.within(ctx, func(tx transaction) error {
		b = beginning{}
		var state, labels string
		var bare, lost, attempts int64
		err := each(ctx, tx, `SELECT s.site, s.url, s.bare, s.domain, s.labels, s.line, v.state, v.attempts, v.lost
			FROM spoor_visits v JOIN spoor_sites s ON s.number = v.number WHERE v.number = $1 AND v.turn = $2`,
			[]any{job.Args.Number, job.Args.Turn}, func(r rows) error {
				return r.Scan(&b.task.Site, &b.task.URL, &bare, &b.domain, &labels, &b.task.Line, &state, &attempts, &lost)
			}, 1)
		if errors.Is(err, errNoRow) || err == nil && State(state) != Pending {
			b.over = true // Another worker was quicker, or the survey is another one now.
			return nil
		}
		if err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(labels), &b.task.Labels); err != nil {
			return err
		}
		b.task.Number, b.task.Repeat = int(job.Args.Number), int(job.Args.Turn)
		b.task.Bare, b.task.Attempt = bare != 0, int(attempts)+1
		if lost >= maxLost {
			b.over = true
			return w.giveUp(ctx, tx, job, b.task)
		}
		now := time.Now()
		if b.wait, err = w.takeDomain(ctx, tx, b.domain, now); err != nil || b.wait > 0 {
			return err
		}
		_, err = tx.exec(ctx, `UPDATE spoor_visits SET state = 'running', worker = $1 WHERE number = $2 AND turn = $3`,
			w.me.id, job.Args.Number, job.Args.Turn)
		return err
	})
	return b, err
}

// takeDomain takes a domain for a visit, or tells how long to wait for it.
func (w *worker) takeDomain(ctx context.Context, tx transaction, domain string, now time.Time) (time.Duration, error) {
	// A worker that dies gives it back; this is for one that cannot.
	until := now.Add(2*w.plan.Deadline + w.plan.HostDelay).UnixMilli()
	n, err := tx.exec(ctx, `INSERT INTO spoor_domains (domain, free, worker) VALUES ($1, $2, $3)
		ON CONFLICT (domain) DO UPDATE SET free = excluded.free, worker = excluded.worker WHERE spoor_domains.free <= $4`,
		domain, until, w.me.id, now.UnixMilli())
	if err != nil || n > 0 {
		return 0, err
	}
	free, err := one[int64](ctx, tx, `SELECT free FROM spoor_domains WHERE domain = $1`, domain)
	if err != nil {
		return 0, err
	}
	// Nobody knows how long the visit that goes on will take. Those that wait do not
	// all ask at once.
	wait := min(time.Duration(free-now.UnixMilli())*time.Millisecond, max(w.plan.HostDelay, time.Second))
	return max(wait, 100*time.Millisecond) + rand.N(250*time.Millisecond), nil //nolint:gosec // Only spreads.
}

// giveUp ends a visit that breaks off whenever it is made.
func (w *worker) giveUp(ctx context.Context, tx transaction, job *river.Job[visitJob], t Task) error {
	_, err := tx.exec(ctx, `UPDATE spoor_visits SET state = 'failed', reason = $1, runs_failed = $2 WHERE number = $3 AND turn = $4`,
		brokenOff, len(w.s.setup.Scenarios), t.Number, t.Repeat)
	if err != nil {
		return err
	}
	return tx.completeJob(ctx, job)
}

// visit carries out a task within its time. What panics failed.
func (w *worker) visit(ctx context.Context, t Task) (o Outcome, err error) {
	began := time.Now()
	limited, cancel := context.WithTimeout(ctx, w.plan.Deadline)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			o, err = w.failed("panic"), nil
		}
		o.Started, o.Took = began, time.Since(began)
	}()
	o, err = w.plan.Visit(limited, t)
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		return w.failed("deadline"), nil
	}
	return o, err
}

func (w *worker) failed(reason string) Outcome {
	return Outcome{State: Failed, Reason: reason, RunsFailed: len(w.s.setup.Scenarios)}
}

// breakOff gives a visit back that says nothing of its site.
func (w *worker) breakOff(ctx context.Context, t Task, err error) error {
	if ctx.Err() != nil {
		w.giveBack(ctx, t, 0)
		w.tell(News{Kind: Returned, Task: t})
		return river.JobSnooze(0)
	}
	full := noSpace(err)
	w.giveBack(ctx, t, number(!full))
	w.tell(News{Kind: Returned, Task: t, Why: err.Error()})
	if full {
		// Not the browser, but where it keeps its profile.
		why := w.inWords(err)
		w.waitFor(why)
		select {
		case <-ctx.Done():
		case <-time.After(5 * patience):
		}
		w.waitOver(why)
		return river.JobSnooze(0)
	}
	w.mu.Lock()
	w.broken++
	many := w.broken >= maxBroken
	w.mu.Unlock()
	if many {
		w.end(fmt.Errorf("survey: %d visits in a row could not be made: %w", maxBroken, err))
	}
	return river.JobSnooze(patience)
}

func (w *worker) mended() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.broken = 0
}

// giveBack unmarks a visit that this worker does not end, and counts it as lost
// where the visit itself may be the reason. If that fails, it is taken back when
// the worker is gone.
func (w *worker) giveBack(ctx context.Context, t Task, lost int64) {
	if t.Number == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeLimit)
	defer cancel()
	_ = w.s.db.within(ctx, func(tx transaction) error {
		_, err := tx.exec(ctx, `UPDATE spoor_visits SET state = 'pending', worker = '', lost = lost + $1
			WHERE number = $2 AND turn = $3 AND state = 'running' AND worker = $4`, lost, t.Number, t.Repeat, w.me.id)
		if err != nil {
			return err
		}
		return w.freeDomain(ctx, tx, t, 0)
	})
}

func (w *worker) freeDomain(ctx context.Context, tx transaction, t Task, at int64) error {
	_, err := tx.exec(ctx, `UPDATE spoor_domains SET worker = '', free = $1
		WHERE worker = $2 AND domain = (SELECT domain FROM spoor_sites WHERE number = $3)`, at, w.me.id, t.Number)
	return err
}

// errNotMine says that a visit was taken from this worker while it made it.
var errNotMine = errors.New("survey: another worker makes this visit")

// finish writes what came of a visit and ends its job, in one transaction.
func (w *worker) finish(ctx context.Context, job *river.Job[visitJob], t Task, o Outcome) error {
	counts := w.reasons.counts(o)
	tried := t.Attempt
	if !counts {
		tried--
	}
	wait, again := w.reasons.again(o, tried)
	again = again || !counts
	if err := w.store(ctx, t, &o); err != nil {
		if ctx.Err() != nil {
			return w.breakOff(ctx, t, err)
		}
		w.giveBack(ctx, t, 0)
		w.end(fmt.Errorf("survey: store evidence: %w", err))
		return river.JobSnooze(0)
	}
	var useless string
	err := w.patiently(ctx, func() error {
		return w.s.db.within(ctx, func(tx transaction) (err error) {
			if useless, err = w.record(ctx, tx, t, o, again, tried); err != nil {
				return err
			}
			if again {
				return nil
			}
			return tx.completeJob(ctx, job)
		})
	})
	if errors.Is(err, errNotMine) || errors.Is(err, river.ErrNotFound) {
		w.remove(ctx, o.Bundle)
		return nil
	}
	if err != nil {
		w.remove(ctx, o.Bundle)
		if ctx.Err() == nil {
			w.end(fmt.Errorf("survey: write the store: %w", err))
		}
		w.giveBack(ctx, t, 0)
		return river.JobSnooze(0)
	}
	w.remove(ctx, useless)
	w.tell(News{Kind: Ended, Task: t, Outcome: o, Again: again, Wait: wait})
	if again {
		return river.JobSnooze(max(wait, patience))
	}
	return nil
}

// remove removes a bundle that no row names.
func (w *worker) remove(ctx context.Context, name string) {
	if name != "" {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeLimit)
		defer cancel()
		_ = w.s.bundles.Remove(ctx, name)
	}
}

// record writes the row of a visit. Of several tries, the one that says most is
// kept, and of equal ones the last. It returns the bundle that is not needed.
func (w *worker) record(ctx context.Context, tx transaction, t Task, o Outcome, again bool, tried int) (useless string, err error) {
	var best, reason, bundle string
	err = each(ctx, tx, `SELECT best, reason, bundle FROM spoor_visits WHERE number = $1 AND turn = $2 AND state = 'running' AND worker = $3`,
		[]any{t.Number, t.Repeat, w.me.id}, func(r rows) error { return r.Scan(&best, &reason, &bundle) }, 1)
	if errors.Is(err, errNoRow) {
		return "", errNotMine
	}
	if err != nil {
		return "", err
	}
	state := func(best State) string {
		if again {
			return string(Pending)
		}
		return string(best)
	}
	if ranks[State(best)] > ranks[o.State] {
		_, err = tx.exec(ctx, `UPDATE spoor_visits SET state = $1, worker = '', attempts = $2 WHERE number = $3 AND turn = $4`,
			state(State(best)), tried, t.Number, t.Repeat)
		useless = o.Bundle
	} else {
		_, err = tx.exec(ctx, `UPDATE spoor_visits SET state = $1, worker = '', attempts = $2, best = $3, reason = $4, started = $5, took = $6,
			runs_done = $7, runs_failed = $8, final_url = $9, bundle = $10, sha256 = $11, facts = $12, lost = 0 WHERE number = $13 AND turn = $14`,
			state(o.State), tried, string(o.State), o.Reason, o.Started.UnixMilli(), o.Took.Milliseconds(),
			o.RunsDone, o.RunsFailed, o.FinalURL, o.Bundle, o.SHA256, o.Facts, t.Number, t.Repeat)
		useless = bundle
	}
	if err != nil {
		return "", err
	}
	if useless == o.Bundle && useless == bundle {
		useless = ""
	}
	return useless, w.freeDomain(ctx, tx, t, time.Now().Add(w.plan.HostDelay).UnixMilli())
}
