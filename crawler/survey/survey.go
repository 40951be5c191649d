// Package survey owns visiting many sites: the list of them, a queue that outlives
// crashes, a store of what came of each visit, retries, and politeness. The queue
// is River's, on SQLite for one machine or on PostgreSQL for many.
//
// It knows neither browsers nor detectors nor reports: the function that visits a
// site is passed in, and what it brings home is kept as it is. A visit that failed
// is a row with a reason, never an absence.
package survey

import (
	"context"
	"io"
	"time"
)

// A Task is one visit of one site, in all scenarios of the survey.
type Task struct {
	Number int               // of the site in the list, from 1
	Site   string            // as the list names it
	URL    string            // what is opened; "" for a line that is no address
	Bare   bool              // the list names no scheme, so https was assumed
	Labels map[string]string // further columns of the list
	Line   int               // of the list, from 1
	Repeat int               // from 1 to Setup.Repeat
	// Attempt counts the times that this visit was begun, from 1. In a [Row] it
	// counts those that came to an end.
	Attempt int
}

// A State says what came of a visit.
type State string

// The states. Pending and running are those of visits that are not over.
const (
	Pending  State = "pending"  // it waits for its turn, also for the next try
	Running  State = "running"  // it is being visited
	Measured State = "measured" // all scenarios were carried out
	Partial  State = "partial"  // some were
	Failed   State = "failed"   // none was
	Excluded State = "excluded" // it is no site: a bot wall, a parked domain, a line that is no address
)

// States lists the states in the order in which they are told.
var States = []State{Measured, Partial, Failed, Excluded, Pending, Running}

// Over reports whether nothing more is to come.
func (s State) Over() bool { return s != Pending && s != Running }

// An Outcome is what came of a visit.
type Outcome struct {
	State State
	// Reason is why the state is not [Measured]: "dns", "tls", "timeout", "bot-wall",
	// ... Those of reasons.yaml are tried again.
	Reason string
	// Facts are what reports need of the visit. The survey does not look into them.
	Facts      []byte
	RunsDone   int // scenarios that were carried out
	RunsFailed int // and that were not
	Started    time.Time
	Took       time.Duration
	FinalURL   string

	// Evidence writes the bundle of the visit, when it is stored; nil if there is
	// none. It may be called again.
	Evidence func(io.Writer) error
	// Bundle is the bundle's name in the store, SHA256 its digest in hexadecimal
	// digits, both set by the store; "" if there is none.
	Bundle string
	SHA256 string
}

// A Row is a visit in the store. Its task's Attempt is the number of tries that
// came to an end.
type Row struct {
	Task
	Outcome
}

// A Visitor carries out a task. An error means that the visit says nothing of the
// site, because what visits it is broken or was told to stop: the task goes back to
// the queue.
type Visitor func(ctx context.Context, t Task) (Outcome, error)

// A Setup is what a survey was asked.
type Setup struct {
	List       string    `json:"list"`       // name of the list
	Digest     string    `json:"digest"`     // of the list as it was last read: SHA-256 in hexadecimal digits
	Labels     []string  `json:"labels"`     // names of its further columns, in their order
	Scenarios  []string  `json:"scenarios"`  // of each visit
	Repeat     int       `json:"repeat"`     // visits of each site
	Options    []Option  `json:"options"`    // how sites are visited, sorted by name
	Evidence   string    `json:"evidence"`   // where bundles are kept; "" is beside the store
	Spoor      string    `json:"spoor"`      // version
	Signatures string    `json:"signatures"` // version
	Created    time.Time `json:"created"`    // UTC
}

// An Option is a setting of a survey, as a flag of the command line.
type Option struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}
