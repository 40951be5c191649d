package evidence

import (
	"strconv"
	"time"
)

// Format names this version of the record. Fields are added within a version,
// never renamed or given another type.
const Format = "spoor-evidence/1"

// ID names one piece of evidence inside a visit, such as "none/call/41":
// scenario, kind, and a number counted from 1 within the run. Findings point
// at evidence with it, and reports use it as an anchor.
type ID string

// NewID makes the ID of the n-th piece of evidence of a kind in a run.
func NewID(s Scenario, kind string, n int) ID {
	return ID(string(s) + "/" + kind + "/" + strconv.Itoa(n))
}

// Millis counts milliseconds since the run began.
type Millis int64

// MillisOf rounds a duration down to whole milliseconds.
func MillisOf(d time.Duration) Millis { return Millis(d.Milliseconds()) }

// A Scenario is what a run does with the site's question for consent.
type Scenario string

// The scenarios, in the order in which reports show them.
const (
	None     Scenario = "none"     // opens the pages, touches nothing
	Reject   Scenario = "reject"   // refuses everything
	Accept   Scenario = "accept"   // accepts everything
	GPC      Scenario = "gpc"      // as None, with Global Privacy Control on
	Withdraw Scenario = "withdraw" // accepts, then withdraws
	Close    Scenario = "close"    // closes the dialog with its x
	Forms    Scenario = "forms"    // types into forms, never submits
)

// Scenarios lists all scenarios in reporting order.
var Scenarios = []Scenario{None, Reject, Accept, GPC, Withdraw, Close, Forms}

// A Phase is a part of a run: before or after the visitor's choice. The choice in
// the run of a mail is to show its pictures.
type Phase string

// The two phases. A run without a choice has only Before.
const (
	Before Phase = "before"
	After  Phase = "after"
)

// An Outcome says how a run ended.
type Outcome string

// The outcomes of a run. Done means that the run did what its scenario says;
// for scenario none, that the page was loaded and watched.
const (
	Done        Outcome = "done"
	NoDialog    Outcome = "no-dialog"
	NotOffered  Outcome = "not-offered"
	PayOrAccept Outcome = "pay-or-accept"
	Unverified  Outcome = "unverified"
	Blocked     Outcome = "blocked" // a bot wall or captcha stood before the page
	Failed      Outcome = "failed"
)

// A Visit is everything one browser saw of one subject.
type Visit struct {
	Format  string  `json:"format"`
	Subject Subject `json:"subject"`
	Tools   Tools   `json:"tools"`
	Runs    []Run   `json:"runs"`
	Names   []Name  `json:"names,omitempty"` // sorted by Host
	Gaps    []Gap   `json:"gaps,omitempty"`
	Mail    *Mail   `json:"mail,omitempty"` // of a subject of kind "mail"
	// Ordinary is what the runs are compared with, where Subject.App is set.
	Ordinary *Ordinary `json:"ordinary,omitempty"`
}

// A Subject is what was visited, and from where.
type Subject struct {
	Kind    string    `json:"kind"`           // "page" or "mail"
	URL     string    `json:"url"`            // of a mail, the name of its file
	File    string    `json:"file,omitempty"` // name of the local file that the browser was given at URL; "" if a site answered
	Started time.Time `json:"started"`
	Took    Millis    `json:"took_ms"`
	Device  string    `json:"device"`        // "desktop" or "mobile"
	App     string    `json:"app,omitempty"` // as whose in-app browser the visit was made: "instagram"; "" is none
	Lang    string    `json:"lang"`          // Accept-Language of the visitor, "nl,en"
	Vantage string    `json:"vantage"`       // a label, as the user gave it
	Seed    int64     `json:"seed"`          // of the sampling of further pages
}

// Tools says with what the visit was made. Settings of the browser are part of
// the evidence: they change what a site does.
type Tools struct {
	Spoor             string   `json:"spoor"`               // version
	Chrome            string   `json:"chrome"`              // "156.0.8078.79"
	BrowserMode       string   `json:"browser_mode"`        // "headless" (new) or "shell"
	Probes            string   `json:"probes"`              // digest of the table of watched APIs
	UserAgent         string   `json:"user_agent"`          // as sent
	ThirdPartyCookies string   `json:"third_party_cookies"` // "allowed" or "blocked"
	Sandbox           bool     `json:"sandbox"`             // Chrome ran inside its sandbox
	InsecureTLS       bool     `json:"insecure_tls"`        // invalid certificates were accepted
	Proxy             bool     `json:"proxy"`               // a proxy was used; its address is not recorded
	HostRules         string   `json:"host_rules,omitempty"`
	Flags             []string `json:"flags,omitempty"` // extra flags the user passed to Chrome
	Differs           []string `json:"differs"`         // ids of known differences from a person's browser, sorted
}

// A Run is one visit of the site from a fresh browser profile.
type Run struct {
	Scenario Scenario  `json:"scenario"`
	Outcome  Outcome   `json:"outcome"`
	Reason   string    `json:"reason,omitempty"` // why the outcome is not Done: "dns", "refused", "tls", "timeout", ...
	Began    time.Time `json:"began"`
	Took     Millis    `json:"took_ms"`
	Chosen   *Millis   `json:"chosen_ms,omitempty"` // moment of the choice; nil if none was made

	Pages    []Page        `json:"pages"`
	Targets  []Target      `json:"targets"`
	Requests []Request     `json:"requests"`
	Sockets  []Socket      `json:"sockets,omitempty"`
	Scripts  []Script      `json:"scripts,omitempty"`
	Calls    []Call        `json:"calls,omitempty"`
	Cookies  []Cookie      `json:"cookies,omitempty"`
	Storage  []StorageItem `json:"storage,omitempty"`
	Events   []Event       `json:"events,omitempty"`
	Shots    []Shot        `json:"shots,omitempty"`
	Links    []Link        `json:"links,omitempty"`
	Losses   Losses        `json:"losses"`

	Dialog   *Dialog      `json:"dialog,omitempty"` // nil: it was not looked for
	Choice   *Choice      `json:"choice,omitempty"` // nil: none was tried
	Signals  []Signal     `json:"signals,omitempty"`
	Policies []PolicyLink `json:"policies,omitempty"` // links to statements
	Papers   []Paper      `json:"papers,omitempty"`
	Controls []Control    `json:"controls,omitempty"` // ways back, after the choice
	Forms    []Form       `json:"forms,omitempty"`

	Moves   []Move   `json:"moves,omitempty"`   // of the mouse, in order of time
	Typed   []Typed  `json:"typed,omitempty"`   // of scenario forms
	Returns []Return `json:"returns,omitempty"` // in order of time
}

// PhaseOf says in which phase a moment of the run lies.
func (r *Run) PhaseOf(at Millis) Phase {
	if r.Chosen != nil && at >= *r.Chosen {
		return After
	}
	return Before
}

// A Page is one top-level document that the run opened on purpose.
type Page struct {
	URL       string `json:"url"`       // as asked for
	FinalURL  string `json:"final_url"` // after redirects
	Status    int    `json:"status"`    // HTTP status; 0 if there was no answer
	Title     string `json:"title"`
	Language  string `json:"language,omitempty"` // <html lang>
	Settled   string `json:"settled"`            // "quiet" or "limit"
	Pending   int    `json:"pending,omitempty"`  // requests still open when the limit came
	At        Millis `json:"at_ms"`              // when it was asked for
	Loaded    Millis `json:"loaded_ms,omitempty"`
	Took      Millis `json:"took_ms"`
	Error     string `json:"error,omitempty"` // "dns", "refused", "tls", "http-404", "download", "timeout", "crash", ...
	ErrorText string `json:"error_text,omitempty"`
	ViaLink   bool   `json:"via_link,omitempty"` // a further page, found by link or sitemap
}

// A TargetID names one document or worker of a run: "t1", "t2", in the order in
// which they appeared.
type TargetID string

// A Target is one place where scripts can run: a document in a page, frame or
// popup, or a worker.
type Target struct {
	ID     TargetID `json:"id"`
	Kind   string   `json:"kind"` // page iframe popup worker shared-worker service-worker worklet
	URL    string   `json:"url"`
	Origin string   `json:"origin,omitempty"`
	Parent TargetID `json:"parent,omitempty"` // the document that embeds, opened or started it
	Page   int      `json:"page"`             // index into Run.Pages
	At     Millis   `json:"at_ms"`
	// By is the place in a script that made the frame or worker; nil if it came
	// with its document.
	By *Frame `json:"by,omitempty"`

	// BeforeFirstScript says that the probes were in place before the target's
	// first script could run. If false, calls may be missing and Why says why.
	BeforeFirstScript bool   `json:"before_first_script"`
	Why               string `json:"why,omitempty"`
	// Missing lists watched APIs that do not exist in this target (for
	// instance because http: pages lack them), sorted.
	Missing []string `json:"missing,omitempty"`
}

// Losses counts what was seen but not kept, or kept only as a number.
type Losses struct {
	CallsSeen     int `json:"calls_seen"`     // hits of watched APIs
	CallsFolded   int `json:"calls_folded"`   // hits counted into another record
	CallsAtLeast  int `json:"calls_at_least"` // records whose count is a lower bound
	CallsDropped  int `json:"calls_dropped"`  // hits whose arguments or stack were lost
	EventsDropped int `json:"events_dropped"` // protocol events over the memory limit
	BodiesSkipped int `json:"bodies_skipped"` // response bodies that were not digested
	SentSkipped   int `json:"sent_skipped"`   // bodies of requests that were not told
}

// An Event is something that happened to the run and is none of the other
// kinds: a dialog box, a download, a popup, a crash.
type Event struct {
	ID   ID     `json:"id"`
	At   Millis `json:"at_ms"`
	Kind string `json:"kind"` // "alert" "confirm" "prompt" "beforeunload" "print" "download" "popup" "crash" "hang" "auth" "permission" ...
	URL  string `json:"url,omitempty"`
	Text string `json:"text,omitempty"`
}

// A Move is a point to which spoor moved the mouse, pressing nothing: in CSS pixels
// of the window's viewport.
type Move struct {
	At   Millis `json:"at_ms"`
	Page int    `json:"page"` // index into Run.Pages
	X    int    `json:"x"`
	Y    int    `json:"y"`
}

// A Shot is a picture taken during the run.
type Shot struct {
	At   Millis `json:"at_ms"`
	Name string `json:"name"` // file in the bundle, "shots/none-1.png"
	What string `json:"what"` // "page", "dialog", ...; of a mail, "pictures" when they are shown
}

// A Name is the chain of DNS aliases of a host name, as resolved by spoor
// itself (Chrome does not tell).
type Name struct {
	Host  string   `json:"host"`
	Chain []string `json:"chain,omitempty"` // CNAME targets in order; empty if there are none
	Error string   `json:"error,omitempty"`
}

// A Kind names one kind of evidence that can be missing.
type Kind string

// The kinds of evidence.
const (
	KindPage     Kind = "page"
	KindRequests Kind = "requests"
	KindBodies   Kind = "bodies" // of requests, as sent
	KindCookies  Kind = "cookies"
	KindStorage  Kind = "storage"
	KindCalls    Kind = "calls"
	KindScripts  Kind = "scripts"
	KindNames    Kind = "names"
	KindDialog   Kind = "dialog"
	KindShots    Kind = "shots"
	KindSignals  Kind = "signals"
	KindPapers   Kind = "papers"
	KindForms    Kind = "forms"
	KindTyped    Kind = "typed"
	KindReturns  Kind = "returns"
	KindMail     Kind = "mail"
)

// A Gap says that something could not be observed: where, and why. Detectors
// and checks that need what is missing are "not measured", never clean.
type Gap struct {
	Scenario Scenario `json:"scenario"`
	Kind     Kind     `json:"kind"`
	Where    string   `json:"where"`
	Why      string   `json:"why"`
	// Whole says that nothing of this kind was observed in the scenario; if
	// false, only the part at Where is missing.
	Whole bool `json:"whole,omitempty"`
}

// Has reports whether evidence of a kind was observed in a scenario, at least
// in part: there is a run of that scenario and no gap covers the whole of it. A
// second look is not part of every record, so it must be there to count.
func (v *Visit) Has(k Kind, s Scenario) bool {
	if v.Run(s) == nil || k == KindReturns && !v.returned(s) {
		return false
	}
	for _, g := range v.Gaps {
		if g.Kind == k && g.Scenario == s && g.Whole {
			return false
		}
	}
	return true
}

func (v *Visit) returned(s Scenario) bool {
	for i := range v.Runs {
		if v.Runs[i].Scenario == s && len(v.Runs[i].Returns) > 0 {
			return true
		}
	}
	return false
}

// Run returns the first run of a scenario, or nil.
func (v *Visit) Run(s Scenario) *Run {
	for i := range v.Runs {
		if v.Runs[i].Scenario == s {
			return &v.Runs[i]
		}
	}
	return nil
}
