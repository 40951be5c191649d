package survey

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/riverqueue/river"
)

// A Plan says how a worker works.
type Plan struct {
	Visit Visitor
	// Slots is how many visits go on at a time at most.
	Slots int
	// Adapt says how many may go on now, and is asked every AdaptEvery; nil means
	// Slots at all times.
	Adapt func() int
	// HostDelay is the time between the end of a visit of a registrable domain and
	// the beginning of the next one, for all workers together.
	HostDelay time.Duration
	// Deadline is the time for one visit; what takes longer failed.
	Deadline time.Duration
	// TempDir is where bundles are made; "" is the system's.
	TempDir string
	// Stay goes on waiting for more when all visits are over.
	Stay bool
	// Tell is told what happens, if it is not nil. It is called by several
	// goroutines, one at a time.
	Tell func(News)
}

// News is something that happened to a worker.
type News struct {
	Kind    NewsKind
	Task    Task    // of Begun, Ended and Returned
	Outcome Outcome // of Ended
	// Again says that the visit will be made again, after Wait.
	Again bool
	Wait  time.Duration
	Why   string // of Paused and Returned: what is wrong
}

// A NewsKind is a kind of news.
type NewsKind int

// The kinds of news.
const (
	Begun    NewsKind = iota // a visit began
	Ended                    // a visit ended
	Returned                 // a visit was broken off and went back to the queue
	Paused                   // nothing new is begun, because of Why
	Resumed                  // what was wrong is right again
)

// AdaptEvery is how often a worker asks how many visits may go on.
const AdaptEvery = 2 * time.Second

const (
	beatEvery  = 5 * time.Second
	patience   = 2 * time.Second  // before what failed is tried again
	stopLimit  = 15 * time.Second // for visits to end when they are told to
	storeLimit = 10 * time.Second // for giving a visit back when all ends
	// orphanAge is how old a job of this worker must be to be called forgotten,
	// when no visit goes with it: the queue lost its end.
	orphanAge = 30 * time.Second
	// maxLost is how many workers may die while they make one visit. Then it is
	// taken for the reason.
	maxLost = 5
	// maxBroken is how many visits in a row may break off by themselves. Then
	// something is wrong that waiting does not mend.
	maxBroken = 10
)

// workerLost is the reason of visits that are taken to end their workers.
const workerLost = "worker-lost"

// A worker is one that works on a survey.
type worker struct {
	river.WorkerDefaults[visitJob]
	s       *Store
	plan    Plan
	me      workerID
	reasons reasons
	gate    *gate
	net     outage

	mu     sync.Mutex
	flying map[int64]bool // IDs of jobs that are here
	broken int            // visits that broke off, one after the other
	waits  map[string]int // what is waited for, and by how many
	end    func(error)    // ends the work
	tellMu sync.Mutex
}

// errDone ends a worker when all is over.
var errDone = errors.New("survey: all visits are over")

// Work visits sites until all visits are over or the context ends. Visits that go
// on then are broken off and go back to the queue. While the database cannot be
// reached, or there is no space for evidence, it waits.
func (s *Store) Work(ctx context.Context, plan Plan) error {
	table, err := loadReasons()
	if err != nil {
		return err
	}
	return s.work(ctx, plan, table)
}

func (s *Store) work(ctx context.Context, plan Plan, table reasons) error {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	plan.Slots = max(1, plan.Slots)
	w := &worker{
		s: s, plan: plan, reasons: table, gate: newGate(plan.Slots), flying: map[int64]bool{}, waits: map[string]int{}, end: end,
		me: workerID{id: rand.Text(), host: host, pid: os.Getpid()},
	}
	if err := w.patiently(ctx, func() error { return w.tend(ctx) }); err != nil {
		return err
	}
	defer s.db.leave(context.WithoutCancel(ctx), w.me)
	workers := river.NewWorkers()
	if err := river.AddWorkerSafely(workers, w); err != nil {
		return err
	}
	stop, err := s.db.start(ctx, queueConfig(w.me.id, plan.Slots, workers))
	if err != nil {
		return err
	}
	var background sync.WaitGroup
	background.Go(func() { w.keepTending(ctx) })
	background.Go(func() { w.keepAdapting(ctx) })
	<-ctx.Done()
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopLimit)
	defer cancel()
	err = stop(stopping)
	background.Wait()
	switch cause := context.Cause(ctx); {
	case !errors.Is(cause, errDone):
		return cause
	case err != nil:
		return fmt.Errorf("survey: stop the queue: %w", err)
	}
	return nil
}

// keepTending does what is to be done from time to time.
func (w *worker) keepTending(ctx context.Context) {
	ticker := time.NewTicker(beatEvery)
	defer ticker.Stop()
	look := time.NewTicker(500 * time.Millisecond)
	defer look.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			err = w.patiently(ctx, func() error { return w.tend(ctx) })
		case <-look.C:
			if !w.plan.Stay && w.idle() {
				err = w.patiently(ctx, func() error { return w.endIfOver(ctx) })
			}
		}
		if err != nil && ctx.Err() == nil {
			w.end(err)
		}
	}
}

func (w *worker) idle() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.flying) == 0
}

func (w *worker) keepAdapting(ctx context.Context) {
	if w.plan.Adapt == nil {
		return
	}
	ticker := time.NewTicker(AdaptEvery)
	defer ticker.Stop()
	for {
		w.gate.set(min(w.plan.Adapt(), w.plan.Slots))
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// endIfOver ends the work when no visit is left to be made, by anybody.
func (w *worker) endIfOver(ctx context.Context) error {
	_, err := one[int64](ctx, w.s.db, `SELECT number FROM spoor_visits WHERE state IN ('pending', 'running') LIMIT 1`)
	if errors.Is(err, errNoRow) {
		w.end(errDone)
		return nil
	}
	return err
}

// tend tells that this worker lives, and takes back what dead ones held.
func (w *worker) tend(ctx context.Context) error {
	if err := w.s.db.beat(ctx, w.me); err != nil {
		return err
	}
	living, err := w.s.db.alive(ctx)
	if err != nil {
		return err
	}
	living[w.me.id] = true
	return w.s.db.within(ctx, func(tx transaction) error {
		claims, err := w.s.db.claims(ctx, tx)
		if err != nil {
			return err
		}
		claims = slices.DeleteFunc(claims, func(c claim) bool { return living[c.worker] && !w.forgotten(c) })
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
func (w *worker) takeBack(ctx context.Context, tx transaction, living map[string]bool, back map[visitJob]bool) error {
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
		if living[h.worker] && !back[h.job] {
			continue
		}
		_, err := tx.exec(ctx, `UPDATE spoor_visits SET state = 'pending', worker = '', lost = lost + $1
			WHERE number = $2 AND turn = $3 AND state = 'running'`, number(!living[h.worker]), h.job.Number, h.job.Turn)
		if err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `UPDATE spoor_domains SET worker = '', free = 0 WHERE worker = $1`, h.worker); err != nil {
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

// patiently calls f until it succeeds, fails for good, or the context ends. While
// what is wrong may pass, nothing new is begun.
func (w *worker) patiently(ctx context.Context, f func() error) error {
	waiting := ""
	for {
		err := f()
		if err == nil || ctx.Err() != nil || !w.passing(err) {
			if waiting != "" {
				w.waitOver(waiting)
			}
			return err
		}
		if waiting == "" {
			waiting = w.inWords(err)
			w.waitFor(waiting)
		}
		select {
		case <-ctx.Done():
		case <-time.After(patience):
		}
	}
}

// waitFor stops new visits, and tells why if it was not told yet.
func (w *worker) waitFor(why string) {
	w.gate.pause()
	w.mu.Lock()
	w.waits[why]++
	first := w.waits[why] == 1
	w.mu.Unlock()
	if first {
		w.tell(News{Kind: Paused, Why: why})
	}
}

func (w *worker) waitOver(why string) {
	w.gate.resume()
	w.mu.Lock()
	w.waits[why]--
	last := w.waits[why] == 0
	if last {
		delete(w.waits, why)
	}
	w.mu.Unlock()
	if last {
		w.tell(News{Kind: Resumed, Why: why})
	}
}

func (w *worker) tell(n News) {
	if w.plan.Tell == nil {
		return
	}
	w.tellMu.Lock()
	defer w.tellMu.Unlock()
	w.plan.Tell(n)
}

// passing reports whether an error may go away by itself.
func (w *worker) passing(err error) bool {
	return noSpace(err) || isPassing(err) || w.s.db.passing(err)
}

func (w *worker) inWords(err error) string {
	if noSpace(err) || isFull(err) {
		return "there is no space left on the disk"
	}
	if isPassing(err) {
		return fmt.Sprintf("the store of evidence cannot be reached (%v)", err)
	}
	return fmt.Sprintf("the database cannot be reached (%v)", err)
}

// A passingError marks an error of the store of evidence that may go away.
type passingError struct{ err error }

func (e *passingError) Error() string { return e.err.Error() }
func (e *passingError) Unwrap() error { return e.err }

func isPassing(err error) bool {
	var p *passingError
	return errors.As(err, &p)
}

// store writes the evidence of a visit and puts its name and digest into the
// outcome.
func (w *worker) store(ctx context.Context, t Task, o *Outcome) error {
	if o.Evidence == nil {
		return nil
	}
	return w.patiently(ctx, func() error {
		path := filepath.Join(w.tempDir(), "spoor-"+w.me.id+fmt.Sprintf("-%d-%d.zip", t.Number, t.Repeat))
		defer os.Remove(path) //nolint:errcheck // Only a copy.
		sum, err := writeSummed(path, o.Evidence)
		if err != nil {
			return err
		}
		name := bundleName(t, w.me.id)
		if err := w.s.bundles.Put(ctx, name, path); err != nil {
			return err
		}
		o.Bundle, o.SHA256 = name, sum
		return nil
	})
}

func (w *worker) tempDir() string {
	if w.plan.TempDir != "" {
		return w.plan.TempDir
	}
	return os.TempDir()
}
