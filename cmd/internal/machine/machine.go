// Package machine owns what is known of the machine that spoor runs on: how many
// cores and how much memory it may use, how hard it works, and how many visits it
// bears. It must not know what a visit is.
package machine

// A Sample is the state of the machine at a moment. What is not known is 0, or less
// than 0 for Pressure and Load.
type Sample struct {
	Cores     float64 // that may be used, by the limits of control groups too
	Memory    int64   // bytes that may be used
	Available int64   // bytes of these that are free, or would be made free
	// Pressure is the share of the last ten seconds in which something that could
	// have run waited for a core.
	Pressure float64
	Load     float64 // processes that run or wait for a core, by core
}

// A Demand is what one visit needs.
type Demand struct {
	Contexts int // of the browser, side by side
}

// Measured on pages of ordinary and heavy sites: a context of a browser that is
// there costs this much memory, and a core bears this many that load pages, as most
// of their time is spent waiting for the network.
const (
	contextMemory   = 160 << 20
	contextsPerCore = 2
	mostPerCore     = 8
	browserMemory   = 300 << 20
)

// Bounds are how many visits a machine begins with, and how many it may come to.
func (s Sample) Bounds(d Demand) (start, most int) {
	cores, contexts := max(s.Cores, 1), max(d.Contexts, 1)
	start = max(1, int(cores*contextsPerCore)/contexts)
	most = max(start, int(cores*mostPerCore)/contexts)
	if s.Available > 0 {
		fit := max(1, int((s.Available-browserMemory)/(contextMemory*int64(contexts))))
		start, most = min(start, fit), min(most, fit)
	}
	return start, most
}

// The marks by which a Controller changes its number.
const (
	lowMemory   = 0.10 // of what is available: shrink by a quarter
	scarce      = 0.20 // do not grow
	highPress   = 0.60 // shrink by one
	lowPress    = 0.30 // grow by one
	highLoad    = 4.0
	lowLoad     = 1.5
	patience    = 3 // samples between two changes: what was begun must be felt first
	minimumFree = 400 << 20
)

// A Controller says how many visits may go on at a time. It begins with a number
// that the machine bears for certain, adds one while cores are idle and memory is
// there, takes one away where visits wait for a core, and a quarter where memory
// becomes scarce. With no knowledge of the machine it stays where it is.
type Controller struct {
	Now, Most int
	since     int // samples since the last change
}

// Next takes a sample and returns the number from now on.
func (c *Controller) Next(s Sample) int {
	c.since++
	low := s.Memory > 0 && (s.Available < minimumFree || float64(s.Available) < lowMemory*float64(s.Memory))
	switch {
	case low && c.since >= patience-1:
		c.change(c.Now - max(1, c.Now/4))
	case c.since < patience:
	case s.busy():
		c.change(c.Now - 1)
	case s.idle() && (s.Memory == 0 || float64(s.Available) > scarce*float64(s.Memory)):
		c.change(c.Now + 1)
	}
	return c.Now
}

func (c *Controller) change(to int) {
	to = min(max(to, 1), max(c.Most, 1))
	if to != c.Now {
		c.Now, c.since = to, 0
	}
}

func (s Sample) busy() bool {
	if s.Pressure >= 0 {
		return s.Pressure > highPress
	}
	return s.Load > highLoad
}

func (s Sample) idle() bool {
	if s.Pressure >= 0 {
		return s.Pressure < lowPress
	}
	return s.Load >= 0 && s.Load < lowLoad
}
