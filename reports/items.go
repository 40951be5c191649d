package reports

import "github.com/spoor-audit/spoor/evidence"

// A Cookie is one cookie, joined over the runs.
type Cookie struct {
	Name                 string            `json:"name"`
	Domain               string            `json:"domain"`
	Path                 string            `json:"path"`
	Party                string            `json:"party"`
	Category             string            `json:"category"` // necessary preferences analytics marketing social unknown
	ThirdParty           bool              `json:"third_party"`
	SetBy                SetBy             `json:"set_by"`
	LifetimeDays         float64           `json:"lifetime_days"` // as Chrome keeps it; 0 for session cookies
	DeclaredLifetimeDays float64           `json:"declared_lifetime_days"`
	Session              bool              `json:"session"`
	HTTPOnly             bool              `json:"http_only"`
	Secure               bool              `json:"secure"`
	SameSite             string            `json:"same_site"`
	Partitioned          bool              `json:"partitioned"`
	ValueDigest          string            `json:"value_digest"` // "sha256:..." of the value in the first run that has it
	Identifying          bool              `json:"identifying"`
	Seen                 map[string]string `json:"seen"` // by scenario: the phase in which it was first set

	Partition   string        `json:"partition"`
	Purpose     string        `json:"purpose"`      // a few words of the signatures, English
	PurposeFrom string        `json:"purpose_from"` // list that says so
	State       string        `json:"state"`        // "stored", "blocked" or "deleted", in the first run that has it
	Reasons     []string      `json:"reasons"`      // why it was blocked, Chrome's words
	ValueLength int           `json:"value_length"` // in bytes
	FirstMS     int64         `json:"first_ms"`
	Evidence    []evidence.ID `json:"evidence"` // one per scenario, in reporting order

	// Value is the value, cut unless the result came from WithValues. It is not
	// part of the document.
	Value string `json:"-"`
}

// A SetBy says who set a cookie first.
type SetBy struct {
	Kind   string `json:"kind"` // "http" or "script"
	URL    string `json:"url"`  // of the answer; of the document, if a script set it
	Script string `json:"script"`
	Line   int    `json:"line"` // in the script; 0 is not known
}

// A StorageItem is one thing kept in the browser other than a cookie, joined
// over the runs.
type StorageItem struct {
	Kind        string            `json:"kind"`
	Origin      string            `json:"origin"`
	Key         string            `json:"key"`
	ThirdParty  bool              `json:"third_party"`
	Script      string            `json:"script"` // that wrote it first, "" if not known
	Identifying bool              `json:"identifying"`
	Seen        map[string]string `json:"seen"`

	Party       string        `json:"party"`
	Category    string        `json:"category"`
	Purpose     string        `json:"purpose"`
	Line        int           `json:"line"`
	Partition   string        `json:"partition"`
	Length      int           `json:"length"`
	ValueDigest string        `json:"value_digest"`
	Deleted     bool          `json:"deleted"`
	FirstMS     int64         `json:"first_ms"`
	Evidence    []evidence.ID `json:"evidence"`

	Value string `json:"-"` // as Cookie.Value
}

// A Finding says that something was done, in words.
type Finding struct {
	ID        string            `json:"id"`
	Key       string            `json:"key"`
	Scenario  evidence.Scenario `json:"scenario"`
	Phase     evidence.Phase    `json:"phase"`
	Party     string            `json:"party"`
	Host      string            `json:"host"`
	Script    string            `json:"script"`
	Cookie    string            `json:"cookie"`
	URL       string            `json:"url"`
	Certainty string            `json:"certainty"`
	Severity  string            `json:"severity"`
	Times     string            `json:"times"` // "1 of 1": runs of the scenario in which it was seen
	FirstMS   int64             `json:"first_ms"`
	Text      Words             `json:"text"`
	Evidence  []evidence.ID     `json:"evidence"` // by time
}

// States of a technique.
const (
	Found       = "found"
	Clean       = "clean"        // looked for and not found
	NotMeasured = "not-measured" // could not be judged
	Skipped     = "skipped"      // the user asked to leave it out
)

// Clumps, in the order in which reports show them.
const (
	Problem   = "problem"   // findings of severity critical, high or medium
	Consider  = "consider"  // low
	Inventory = "inventory" // note
	// Accepted is the clump of what weighs more than a note and was found only
	// after the visitor had accepted everything.
	Accepted = "accepted"
)

// A Technique is one thing that was looked for, and what came of it.
type Technique struct {
	ID    string `json:"id"`
	State string `json:"state"` // found, clean, not-measured, skipped
	Clump string `json:"clump"` // of a found one: problem, consider, accepted, inventory; else ""
	// Severity is that of its heaviest finding; of a technique without findings,
	// what it would be. Findings after everything was accepted count only where
	// there are no others.
	Severity string `json:"severity"`
	Findings int    `json:"findings"`
	// NotMeasured lists the scenarios in which it could not be judged, in
	// reporting order, also for a technique that was found in another one.
	NotMeasured []Unmeasured `json:"not_measured"`
	// Partial lists the scenarios in which it was judged on incomplete evidence:
	// there may be more than was found.
	Partial []Unmeasured `json:"partial"`
	Title   Words        `json:"title"` // in the state it has
}

// An Unmeasured says why something could not be judged in a scenario.
type Unmeasured struct {
	Scenario evidence.Scenario `json:"scenario"`
	Why      string            `json:"why"` // as the judgement says it, English
	Text     Words             `json:"text"`
}

// A Gap says that something could not be observed.
type Gap struct {
	Scenario evidence.Scenario `json:"scenario"`
	Kind     string            `json:"kind"`
	Where    string            `json:"where"`
	Why      string            `json:"why"`
	Whole    bool              `json:"whole"` // nothing of the kind was observed in the scenario
	Text     Words             `json:"text"`  // kind, place and reason as a sentence
}

// Coverage says where spoor looked, and counts what it lost.
type Coverage struct {
	Targets     []Target `json:"targets"` // by scenario, then in order of appearance
	Calls       int      `json:"calls"`   // uses of watched APIs that were seen
	CallsFolded int      `json:"calls_folded"`
	Dropped     int      `json:"dropped"` // calls and protocol events that were lost

	CallsAtLeast  int `json:"calls_at_least"` // records whose count is a lower bound
	CallsDropped  int `json:"calls_dropped"`
	EventsDropped int `json:"events_dropped"`
	BodiesSkipped int `json:"bodies_skipped"`
	SentSkipped   int `json:"sent_skipped"` // bodies of requests that were not told
}

// A Target is one place where scripts could run.
type Target struct {
	Kind              string            `json:"kind"`
	URL               string            `json:"url"`
	BeforeFirstScript bool              `json:"before_first_script"`
	Scenario          evidence.Scenario `json:"scenario"`
	Why               string            `json:"why"`
	Missing           []string          `json:"missing"` // watched APIs that do not exist there
}

// A Reading is the use of one watched API by one script.
type Reading struct {
	Scenario evidence.Scenario `json:"scenario"`
	API      string            `json:"api"`
	Script   string            `json:"script"` // URL, "" if not known
	Party    string            `json:"party"`  // whose script it is
	Count    int               `json:"count"`
	AtLeast  bool              `json:"at_least"` // Count is a lower bound
	FirstMS  int64             `json:"first_ms"`
	Phase    evidence.Phase    `json:"phase"` // of the first use
	In       []string          `json:"in"`    // kinds of places, sorted: "iframe", "page"
	Evidence evidence.ID       `json:"evidence"`
}

// A Script is the code that came from one URL, in one form.
type Script struct {
	Scenario   evidence.Scenario `json:"scenario"`
	URL        string            `json:"url"`
	Kind       string            `json:"kind"` // external inline module eval blob data handler
	Party      string            `json:"party"`
	ThirdParty bool              `json:"third_party"`
	Count      int               `json:"count"`  // how many such scripts
	Length     int               `json:"length"` // of all of them, in characters
	Digest     string            `json:"digest"` // of the first
	FirstMS    int64             `json:"first_ms"`
}

// A Flow says that a loader sent the browser to a receiver.
type Flow struct {
	Scenario    evidence.Scenario `json:"scenario"`
	Loader      string            `json:"loader"`       // URL of the script, frame or redirecting answer; "" is the page itself
	LoaderParty string            `json:"loader_party"` // whose it is
	Receiver    string            `json:"receiver"`     // party
	Requests    int               `json:"requests"`
	Before      int               `json:"before"` // of them before the choice
	FirstMS     int64             `json:"first_ms"`
	Evidence    evidence.ID       `json:"evidence"` // the first request
}

// A Lane is the timeline of one party in one run.
type Lane struct {
	Scenario evidence.Scenario `json:"scenario"`
	Party    string            `json:"party"`
	Marks    []Mark            `json:"marks"` // by time, kind, evidence
}

// Kinds of marks.
const (
	MarkContact = "contact" // the first request to a party
	MarkRequest = "request" // a further one
	MarkCookie  = "cookie"  // an identifying cookie or storage item was set
	MarkReading = "reading" // the device was read, as a finding says
)

// A Mark is one moment of a timeline.
type Mark struct {
	AtMS     int64       `json:"at_ms"`
	Kind     string      `json:"kind"`
	Label    string      `json:"label"` // a host, a cookie name, a technique
	Evidence evidence.ID `json:"evidence"`
}

// A Name is a host name that stands for another one.
type Name struct {
	Host  string   `json:"host"`
	Chain []string `json:"chain"` // aliases in order
	Party string   `json:"party"` // of the end of the chain, "" if not known
	Error string   `json:"error"`
}

// An Incident is something else that happened: a dialog box, a download.
type Incident struct {
	Scenario evidence.Scenario `json:"scenario"`
	ID       evidence.ID       `json:"id"`
	AtMS     int64             `json:"at_ms"`
	Kind     string            `json:"kind"`
	URL      string            `json:"url"`
	Text     string            `json:"text"`
}
