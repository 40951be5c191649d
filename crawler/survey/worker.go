package survey

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
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
	// maxLost is how often one visit may break off, or its worker die. Then the visit
	// is taken for the reason.
	maxLost = 5
	// maxBroken is how many visits in a row may break off by themselves. Then
	// something is wrong that waiting does not mend.
	maxBroken = 10
)

// brokenOff is the reason of visits that broke off whenever they were made.
const brokenOff = "broken-off"

// A worker is one that works on a survey.
type worker struct {
	river.WorkerDefaults[visitJob]
	s       *Store
	plan    Plan
	me      workerID
	reasons reasons
	gate    *gate
	net     outage
	heard   hearing // of keepTending alone

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
	w.sweep()
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
