package survey

import (
	"context"
	"sync"
	"time"
)

const (
	// outageSites is how many sites of different domains must fail one after the
	// other, by what may be this machine's own network, to take it for that.
	outageSites = 8
	// outageWait is how long nothing new is begun then. The visit that comes next
	// shows whether the network is back.
	outageWait = 30 * time.Second
)

// An outage watches for failures that are this machine's own.
type outage struct {
	mu      sync.Mutex
	domains map[string]bool
}

// noNetwork is told when sites fail one after the other.
const noNetwork = "one site after the other cannot be reached: is there a network?"

// took takes the outcome of a visit, and waits where it seems that there is no
// network. A survey that goes on then would fail to the end of its list.
func (n *outage) took(ctx context.Context, w *worker, t Task, o Outcome) {
	if t.Attempt > 1 {
		return // The tries of sites that are not there come one after the other.
	}
	n.mu.Lock()
	if !w.reasons.network(o) {
		n.domains = nil
		n.mu.Unlock()
		return
	}
	if n.domains == nil {
		n.domains = map[string]bool{}
	}
	n.domains[hostPart(t.URL)] = true
	many := len(n.domains) >= outageSites
	if many {
		n.domains = nil
	}
	n.mu.Unlock()
	if !many {
		return
	}
	w.waitFor(noNetwork)
	select {
	case <-ctx.Done():
	case <-time.After(outageWait):
	}
	w.waitOver(noNetwork)
}
