package survey

import "slices"

// States of a visit.
const (
	Measured = "measured"
	Partial  = "partial"  // some runs of it say nothing
	Failed   = "failed"   // nothing was measured
	Excluded = "excluded" // it was no site: parked, a wall against bots, junk in the list
	Pending  = "pending"  // it was not made yet, or is not over
)

// A Visit is one visit of one site, as a store keeps it.
type Visit struct {
	Site     string
	URL      string
	FinalURL string
	Labels   map[string]string
	Repeat   int    // counted from 1
	State    string // measured partial failed excluded pending
	Reason   string // a code: why it is not measured
	Attempts int
	Bundle   string // name of the evidence in the store, "" if there is none
	SHA256   string // of that, hex
	Started  string // RFC 3339
	TookMS   int64
	Facts    *Facts // nil where nothing was measured
}

// counts reports whether the visit says anything about the site.
func (v *Visit) counts() bool {
	return v.Facts != nil && (v.State == Measured || v.State == Partial)
}

// The states of consent that every survey tells of.
const (
	Before = "before"
	Reject = "reject"
	Accept = "accept"
)

// States lists the states of consent that shares are told of, in reporting order.
func States() []string { return []string{Before, Reject, Accept} }

// states is how many there are, and stateIndex their place.
const states = 3

func stateIndex(id string) int {
	switch id {
	case Before:
		return 0
	case Reject:
		return 1
	case Accept:
		return 2
	}
	return -1
}

// stepOf names the scenario of whose run a state is the outcome.
func stepOf(state string) string {
	if state == Before {
		return "none"
	}
	return state
}

// with adds a string to a list that holds each once.
func with(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
