package reports

import (
	"github.com/spoor-audit/spoor/evidence"
)

// Format names this version of the result. Fields are added within a version,
// never renamed or given another type.
const Format = "spoor-result/1"

// A Result is everything that spoor has to say about one target.
type Result struct {
	Format     string        `json:"format"`
	Subject    Subject       `json:"subject"`
	Tools      Tools         `json:"tools"`
	Summary    Summary       `json:"summary"`
	Runs       []Run         `json:"runs"`       // in the order of evidence.Scenarios
	Parties    []Party       `json:"parties"`    // by ID
	Cookies    []Cookie      `json:"cookies"`    // by domain, name, path, partition
	Storage    []StorageItem `json:"storage"`    // by origin, kind, key, partition
	Findings   []Finding     `json:"findings"`   // by ID, scenario, phase, key
	Techniques []Technique   `json:"techniques"` // by ID: everything that was looked for
	Statements []Statement   `json:"statements"` // by scenario, phase, kind, raw
	Checks     []Check       `json:"checks"`     // by ID
	// Score is absent where no score was made, which is not the same as any
	// number.
	Score *Score `json:"score,omitempty"`
	// Compared is what differs from an ordinary browser; absent unless the visit was
	// made as an app's in-app browser.
	Compared *Compared `json:"compared,omitempty"`
	Gaps     []Gap     `json:"gaps"` // by scenario, kind, where, why
	Coverage Coverage  `json:"coverage"`
	// Mail is what the message holds, of a subject of kind "mail".
	Mail *Mail `json:"mail,omitempty"`

	Readings []Reading  `json:"readings"` // by scenario, script, API
	Scripts  []Script   `json:"scripts"`  // by scenario, URL, kind
	Attempts []Flow     `json:"attempts"` // as flows, of requests that did not get through
	Flows    []Flow     `json:"flows"`    // by scenario, requests (most first), loader, receiver
	Timeline []Lane     `json:"timeline"` // by scenario, first mark, party
	Names    []Name     `json:"names"`    // by host; only hosts that are aliases, or whose lookup failed
	Events   []Incident `json:"events"`   // by scenario, time, ID
	// Evidence holds the rows that findings cite first, by evidence ID; at most
	// RowsPerFinding for each finding. The rest is in the bundle.
	Evidence map[evidence.ID]Row `json:"evidence"`

	visit *evidence.Visit // for WithValues and Requests; nil in a result read from JSON
	whole bool            // it came from WithValues
}

// Words is one text in each language of spoor's reports.
type Words struct {
	EN string `json:"en"`
	NL string `json:"nl"`
}

// In returns the words in a language; English where there is no other.
func (w Words) In(code string) string {
	if code == "nl" && w.NL != "" {
		return w.NL
	}
	return w.EN
}

// A Subject is what was visited, when, and from where.
type Subject struct {
	Kind     string `json:"kind"` // "page" or "mail"
	URL      string `json:"url"`  // as asked for; of a mail or another local file, its name
	FinalURL string `json:"final_url"`
	Title    string `json:"title"`
	Started  string `json:"started"` // RFC 3339, UTC
	TookMS   int64  `json:"took_ms"`
	Device   string `json:"device"`  // "desktop" or "mobile"
	Lang     string `json:"lang"`    // languages of the visitor, "nl,en"
	Vantage  string `json:"vantage"` // a label, as the user gave it
	Seed     int64  `json:"seed"`    // of the sampling of further pages
	// App is the app whose in-app browser the visit was made as; absent if none.
	App string `json:"app,omitempty"`
	// File is the name of the local file that was given to the browser, which then
	// stands in URL too; absent if a site was visited.
	File string `json:"file,omitempty"`
}

// Tools says with what the result was made. The settings of the browser change
// what a site does, so they belong to the result.
type Tools struct {
	Spoor             string     `json:"spoor"`
	Chrome            string     `json:"chrome"`
	Probes            string     `json:"probes"` // digest of the table of watched APIs
	Signatures        Signatures `json:"signatures"`
	ThirdPartyCookies string     `json:"third_party_cookies"` // "allowed" or "blocked"
	Flags             []string   `json:"flags"`               // extra flags for the browser, as given

	BrowserMode string   `json:"browser_mode"` // "headless" or "shell"
	UserAgent   string   `json:"user_agent"`
	Sandbox     bool     `json:"sandbox"`
	InsecureTLS bool     `json:"insecure_tls"`
	Proxy       bool     `json:"proxy"`
	HostRules   string   `json:"host_rules"`
	Differs     []string `json:"differs"` // known differences from a person's browser, ids, sorted
	// LeftOut lists the techniques and checks that the user asked to leave out, by
	// ID.
	LeftOut []string `json:"left_out"`
}

// Signatures says what was known about third parties.
type Signatures struct {
	Version string `json:"version"` // hash of the data
	Packs   []Pack `json:"packs"`   // by name
}

// A Pack is one list of the signatures.
type Pack struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Rules   int    `json:"rules"`
	Date    string `json:"date"` // YYYY-MM-DD of the list itself, or ""
	Licence string `json:"licence"`
	Skipped int    `json:"skipped"` // rules that are not applied

	Origin  string `json:"origin"`   // "embedded" in spoor, or from the "cache" of its user
	Source  string `json:"source"`   // where it comes from: an address, or words
	SHA256  string `json:"sha256"`   // of the list, hex
	AgeDays int    `json:"age_days"` // days from its date to the visit; -1 without date
	Old     bool   `json:"old"`      // older than OldAfterDays
}

// A Run is one visit of the site from a fresh browser profile.
type Run struct {
	Scenario evidence.Scenario `json:"scenario"`
	Outcome  evidence.Outcome  `json:"outcome"`
	Reason   string            `json:"reason"`
	Dialog   Dialog            `json:"dialog"`
	Pressed  []string          `json:"pressed"` // labels, in the order in which they were pressed
	Verified bool              `json:"verified"`
	State    map[string]bool   `json:"state"`               // consent by purpose, as the site recorded it
	ChosenMS *int64            `json:"chosen_ms,omitempty"` // moment of the choice; absent if none was made
	Pages    []Page            `json:"pages"`               // in the order of the visit
	Requests int               `json:"requests"`            // HTTP requests, each hop of a redirect counted
	Hosts    []Host            `json:"hosts"`               // by host

	Measured           bool   `json:"measured"` // false: the run says nothing about the site
	Began              string `json:"began"`    // RFC 3339, UTC
	TookMS             int64  `json:"took_ms"`
	ThirdPartyRequests int    `json:"third_party_requests"`
	Sockets            int    `json:"sockets"`    // WebSocket connections
	Bytes              int64  `json:"bytes"`      // received in answers, headers included
	Picture            string `json:"picture"`    // file in the bundle that shows the page, a mail with its pictures; or ""
	PictureMS          int64  `json:"picture_ms"` // when it was taken
	// SecondLooks counts how often the run came back to its first page at the end,
	// with cookies and storage cleared.
	SecondLooks int    `json:"second_looks"`
	DialogNote  string `json:"dialog_note"` // "not-looked-for" if Dialog says nothing

	Presses []Press `json:"presses"` // as Pressed, with moment, role and layer
	// Contrary says that the site recorded the opposite of the choice. If neither
	// Verified nor Contrary, its record could not be read.
	Contrary bool   `json:"contrary"`
	Gone     bool   `json:"gone"`    // the dialog was no longer there after the choice
	ReadBy   string `json:"read_by"` // what read the record of the choice, "" if nothing did
	Back     string `json:"back"`    // the dialog came again: "reload" or "page", or ""

	Typed []Typed `json:"typed"` // texts that were typed, in the order of the record

	Policies []PolicyLink `json:"policies"` // in the order of the record
	Controls []Control    `json:"controls"` // ways back to the choice, in the order of the record
}

// A Typed is one text that a run typed into a field. The form was not sent. The texts
// belong to nobody and stand in no other place.
type Typed struct {
	ID     evidence.ID `json:"id"`
	AtMS   int64       `json:"at_ms"`
	Page   int         `json:"page"` // index into pages
	Form   string      `json:"form"` // newsletter contact download login search order other, or "" outside of forms
	Label  string      `json:"label"`
	Name   string      `json:"name"`
	Type   string      `json:"type"`   // of the field
	Asks   string      `json:"asks"`   // what it asks: email name phone ...
	Value  string      `json:"value"`  // as typed
	Became string      `json:"became"` // what the page made of it, "" if it stayed
}

// A Page is one document that the run opened on purpose.
type Page struct {
	URL      string `json:"url"`
	FinalURL string `json:"final_url"`
	Status   int    `json:"status"` // 0: no answer
	Title    string `json:"title"`
	Settled  string `json:"settled"` // "quiet" or "limit"
	TookMS   int64  `json:"took_ms"`

	AtMS      int64  `json:"at_ms"`
	LoadedMS  int64  `json:"loaded_ms"`
	Language  string `json:"language"`
	Pending   int    `json:"pending"` // requests still open at the limit
	Error     string `json:"error"`   // a code, "" if the page was loaded
	ErrorText string `json:"error_text"`
	ViaLink   bool   `json:"via_link"`
}

// A Host is one host that a run sent requests to.
type Host struct {
	Host       string `json:"host"`
	Party      string `json:"party"`
	ThirdParty bool   `json:"third_party"`
	Tracker    bool   `json:"tracker"`
	Before     int    `json:"before"` // requests and sockets before the choice
	After      int    `json:"after"`
	// Reached says that at least one request before or after got through; a host
	// that could not be reached received nothing.
	Reached       bool `json:"reached"`
	ReachedBefore bool `json:"reached_before"`
	ReachedAfter  bool `json:"reached_after"`
	// TriedBefore and TriedAfter say that a request was sent on its way, whether it got
	// through or the network failed it. What the page's rules or the browser stopped,
	// or a cache answered, was not.
	TriedBefore bool `json:"tried_before"`
	TriedAfter  bool `json:"tried_after"`
}

// A Party is one service of one company, or a domain whose owner is not known.
type Party struct {
	ID         string         `json:"id"` // of the signatures, or the registrable domain
	Name       string         `json:"name"`
	Company    string         `json:"company"`    // "" if not known
	Country    string         `json:"country"`    // ISO 3166-1 alpha-2, seat of the company; "" if not known
	Categories []string       `json:"categories"` // the first is the main one
	Hosts      []string       `json:"hosts"`      // sorted
	ThirdParty bool           `json:"third_party"`
	Requests   map[string]int `json:"requests"` // by scenario

	Known    bool           `json:"known"` // the signatures know it
	Own      bool           `json:"own"`   // a host of it is part of the visited site
	Homepage string         `json:"homepage"`
	Tracker  bool           `json:"tracker"` // at least one request to it serves to follow visitors
	Before   map[string]int `json:"before"`  // requests before the choice, by scenario
	// Recognises lists what lets the party know the device again: ids of
	// techniques, sorted. Empty: nothing was seen that does.
	Recognises []string `json:"recognises"`
	Cookies    int      `json:"cookies"`  // distinct cookies that are its own
	Readings   int      `json:"readings"` // distinct APIs that its scripts read
}
