package visit

import (
	"sync"

	"github.com/spoor-audit/spoor/crawler/cdp"
)

// queueLimit is how many bytes of events may wait for the recorder. A page that
// makes more than it can read loses events, and the loss is counted.
const queueLimit = 256 << 20

// A queue holds events between the connection and the recorder.
type queue struct {
	mu      sync.Mutex
	events  []cdp.Event
	bytes   int
	dropped int
	wake    chan struct{}
	closed  bool
}

func newQueue() *queue { return &queue{wake: make(chan struct{}, 1)} }

// put adds an event. It never waits.
func (q *queue) put(e cdp.Event) {
	q.mu.Lock()
	switch {
	case q.closed:
	case q.bytes+len(e.Params) > queueLimit:
		q.dropped++
	default:
		q.events = append(q.events, e)
		q.bytes += len(e.Params)
	}
	q.mu.Unlock()
	q.signal()
}

func (q *queue) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// take returns all waiting events, waiting for the first. It reports false when
// the queue is closed and empty.
func (q *queue) take() ([]cdp.Event, bool) {
	for {
		q.mu.Lock()
		events := q.events
		q.events, q.bytes = nil, 0
		closed := q.closed
		q.mu.Unlock()
		if len(events) > 0 {
			return events, true
		}
		if closed {
			return nil, false
		}
		<-q.wake
	}
}

// close lets take return what is left, and then false.
func (q *queue) close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.signal()
}

func (q *queue) lost() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.dropped
}
