package survey

import (
	"context"
	"sync"
)

// A gate lets some visits go on at a time. Their number changes as the machine
// bears it, and while something is broken nobody enters.
type gate struct {
	mu     sync.Mutex
	limit  int
	inside int
	paused int           // how many reasons there are to wait
	change chan struct{} // closed when one of them changes
}

func newGate(limit int) *gate { return &gate{limit: limit, change: make(chan struct{})} }

// enter waits for a place.
func (g *gate) enter(ctx context.Context) error {
	for {
		g.mu.Lock()
		if g.paused == 0 && g.inside < g.limit {
			g.inside++
			g.mu.Unlock()
			return nil
		}
		change := g.change
		g.mu.Unlock()
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-change:
		}
	}
}

func (g *gate) leave() { g.with(func() { g.inside-- }) }

// set changes how many may be inside. Nobody is sent out.
func (g *gate) set(limit int) { g.with(func() { g.limit = max(1, limit) }) }

func (g *gate) pause() { g.with(func() { g.paused++ }) }

func (g *gate) resume() { g.with(func() { g.paused-- }) }

func (g *gate) with(f func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	f()
	close(g.change)
	g.change = make(chan struct{})
}
