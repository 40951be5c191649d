package survey

import (
	"context"
	"slices"
	"time"
)

// A hearing notes when this worker was last heard of.
type hearing struct{ last, until time.Time }

// lenient takes note that the worker is heard of now, and reports whether it must
// hold nobody for dead: when it was long not heard of itself, because the database
// was down or the machine slept, it was the same for the others, which get the time
// to tell that they live.
func (h *hearing) lenient(now time.Time) bool {
	if !h.last.IsZero() && now.Sub(h.last) > 3*beatEvery {
		h.until = now.Add(lease)
	}
	h.last = now
	return now.Before(h.until)
}

// tend tells that this worker lives, and takes back what dead ones held.
func (w *worker) tend(ctx context.Context) error {
	if err := w.s.db.beat(ctx, w.me); err != nil {
		return err
	}
	known, err := w.s.db.alive(ctx)
	if err != nil {
		return err
	}
	lenient := w.heard.lenient(time.Now())
	living := func(id string) bool { return lenient || id == w.me.id || known[id] }
	return w.s.db.within(ctx, func(tx transaction) error {
		claims, err := w.s.db.claims(ctx, tx)
		if err != nil {
			return err
		}
		claims = slices.DeleteFunc(claims, func(c claim) bool { return living(c.worker) && !w.forgotten(c) })
		back := map[visitJob]bool{}
		for _, c := range claims {
			n, err := tx.exec(ctx, `DELETE FROM river_job WHERE id = $1 AND state = 'running'`, c.id)
			if err != nil {
				return err
			}
			if n > 0 {
				back[c.job] = true
			}
		}
		return w.takeBack(ctx, tx, living, back)
	})
}

// forgotten reports whether a job is said to be this worker's, and is not.
func (w *worker) forgotten(c claim) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return c.worker == w.me.id && !w.flying[c.id] && c.age > orphanAge.Milliseconds()
}

// takeBack puts visits back into the queue: those whose jobs were taken from dead
// workers, and all that dead workers began and did not end. A visit's new job goes
// behind all others, so that one that ends its workers does not keep them from the
// rest.
func (w *worker) takeBack(ctx context.Context, tx transaction, living func(id string) bool, back map[visitJob]bool) error {
	type held struct {
		job    visitJob
		worker string
	}
	var begun []held
	err := each(ctx, tx, `SELECT number, turn, worker FROM spoor_visits WHERE state = 'running'`, nil, func(r rows) error {
		var h held
		err := r.Scan(&h.job.Number, &h.job.Turn, &h.worker)
		begun = append(begun, h)
		return err
	}, 0)
	if err != nil {
		return err
	}
	for _, h := range begun {
		if living(h.worker) && !back[h.job] {
			continue
		}
		_, err := tx.exec(ctx, `UPDATE spoor_visits SET state = 'pending', worker = '', lost = lost + $1
			WHERE number = $2 AND turn = $3 AND state = 'running'`, number(!living(h.worker)), h.job.Number, h.job.Turn)
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `UPDATE spoor_domains SET worker = '', free = 0
			WHERE worker = $1 AND domain = (SELECT domain FROM spoor_sites WHERE number = $2)`, h.worker, h.job.Number)
		if err != nil {
			return err
		}
		back[h.job] = true
	}
	jobs := make([]visitJob, 0, len(back))
	for job := range back {
		jobs = append(jobs, job)
	}
	if len(jobs) == 0 {
		return nil
	}
	slices.SortFunc(jobs, func(a, b visitJob) int {
		if a.Turn != b.Turn {
			return int(a.Turn - b.Turn)
		}
		return int(a.Number - b.Number)
	})
	return tx.insertJobs(ctx, jobs)
}
