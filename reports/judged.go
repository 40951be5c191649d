package reports

import (
	"encoding/json"

	"github.com/spoor-audit/spoor/evidence"
)

// This file holds the parts of the document that speak of consent: what the
// dialog looked like, what the site stated, and whether that fits what it did.

// A Dialog is the site's question for consent, as it was found. A run in which
// no dialog was looked for has an empty one, and a [Gap] of kind "dialog".
type Dialog struct {
	Found bool   `json:"found"`
	CMP   string `json:"cmp"` // its maker, "" if not known
	By    string `json:"by"`  // how it was found: rule, heuristic, tcf, gate; "" if it was not
	Frame string `json:"frame"`
	Text  string `json:"text"` // of the first layer
	// The layer on which everything can be accepted or refused, counted from 1;
	// 0 if none was seen. A layer with switches and a button that keeps them
	// counts as a place to refuse.
	LayersToAccept int      `json:"layers_to_accept"`
	LayersToReject int      `json:"layers_to_reject"`
	Buttons        []Button `json:"buttons"` // by layer, then from top left

	Rule      string   `json:"rule"`
	Certainty float64  `json:"certainty"` // 0 to 1: that it is such a question, or that there is none
	AtMS      int64    `json:"at_ms"`
	Language  string   `json:"language"`
	Box       [4]int   `json:"box"`      // of the first layer: x, y, width, height in CSS pixels
	Blocking  bool     `json:"blocking"` // nothing of the page beside it can be clicked
	Coverage  float64  `json:"coverage"` // share of the window, 0 to 1
	Scroll    bool     `json:"scroll_locked"`
	Toggles   []Toggle `json:"toggles"` // in the order of the record
	Layers    []Layer  `json:"layers"`  // by number
	Price     string   `json:"price"`   // what refusing costs, as it is written
}

// A Button is one control of a dialog.
type Button struct {
	Label string `json:"label"`
	Role  string `json:"role"` // reject accept settings close save pay other
	Layer int    `json:"layer"`
	Box   [4]int `json:"box"` // x, y, width, height in CSS pixels

	Certainty float64 `json:"certainty"` // of the role, 0 to 1
	Tag       string  `json:"tag"`
	Icon      bool    `json:"icon"`
	Inline    bool    `json:"inline"` // it stands inside a paragraph of text
	Filled    bool    `json:"filled"`
	Outline   bool    `json:"outline"`
	Fill      string  `json:"fill"`  // "#rrggbb", or "" if not known
	Color     string  `json:"color"` // of the label
	Around    string  `json:"around"`
	FontPx    float64 `json:"font_px"`
	Weight    int     `json:"weight"`
	Scrolled  int     `json:"scrolled"` // CSS pixels to scroll before it is seen
}

// A Toggle is one switch or box of a dialog.
type Toggle struct {
	Label    string `json:"label"`
	On       bool   `json:"on"` // before anything was touched
	Disabled bool   `json:"disabled"`
	Layer    int    `json:"layer"`
	Purpose  string `json:"purpose"` // necessary functional analytics marketing social other, or ""
	Vendor   bool   `json:"vendor"`
	Interest bool   `json:"interest"` // it is about legitimate interest
}

// A Layer is one screen of a dialog.
type Layer struct {
	Number int    `json:"number"`
	Text   string `json:"text"`
	Shot   string `json:"shot"` // file in the bundle, or ""
}

// A PolicyLink is a link of a page to a statement about data or cookies.
type PolicyLink struct {
	Label     string `json:"label"`
	URL       string `json:"url"`
	Where     string `json:"where"`     // dialog; page: before a choice; page-after
	Reachable bool   `json:"reachable"` // nothing lay over it
}

// A Control is a way back to the choice that a page offers after it was made.
type Control struct {
	Label   string `json:"label"`
	Page    int    `json:"page"` // index into Run.Pages
	Fixed   bool   `json:"fixed"`
	Reopens string `json:"reopens"` // yes, no, or "" if it was not tried
	Browser bool   `json:"browser"` // it only explains the settings of the browser
}

// A Press is one click that was made to carry out a choice.
type Press struct {
	AtMS  int64  `json:"at_ms"`
	Label string `json:"label"`
	Role  string `json:"role"`
	Layer int    `json:"layer"`
}

// A Statement is something that the site, or its consent tool, said. What was
// said the same way several times in a phase is one statement.
type Statement struct {
	Kind     string            `json:"kind"` // tcf gpp usp google-consent cmp register claim gpc ads-txt
	Scenario evidence.Scenario `json:"scenario"`
	Phase    evidence.Phase    `json:"phase"`
	Raw      string            `json:"raw"`
	Parsed   json.RawMessage   `json:"parsed"` // a JSON object; empty if Error is set

	Source string `json:"source"` // reader, parameter or header
	AtMS   int64  `json:"at_ms"`  // when it was said first
	Page   int    `json:"page"`   // index into Run.Pages
	Count  int    `json:"count"`  // how often it was said
	// SentTo lists the hosts of requests that carried it, sorted; empty if the
	// page alone said it.
	SentTo   []string      `json:"sent_to"`
	Error    string        `json:"error"`    // why it could not be read
	Evidence []evidence.ID `json:"evidence"` // where it was said first
}

// Outcomes of a check.
const (
	Pass    = "pass"
	Warn    = "warn"
	Fail    = "fail"
	NA      = "n/a"
	Unknown = "unknown"
)

// A Check says whether what was done fits what was stated or chosen.
type Check struct {
	ID            string   `json:"id"`
	Outcome       string   `json:"outcome"` // pass warn fail n/a unknown
	Severity      string   `json:"severity"`
	Group         string   `json:"group"`
	Certainty     float64  `json:"certainty"` // 0 to 1
	Organisations []string `json:"organisations"`
	Reason        string   `json:"reason"`
	Text          Words    `json:"text"`
	Basis         []string `json:"basis"`
	Evidence      []string `json:"evidence"`

	// Named holds the names of Organisations, in the same order.
	Named  []string `json:"named"`
	Title  Words    `json:"title"`  // in the state it has
	Why    Words    `json:"why"`    // the reason in words, where it does not apply or is not known; else empty
	Visits string   `json:"visits"` // "3 of 3": visits in which it was seen, or ""
	Gain   int      `json:"gain"`   // points that mending this alone would win
}

// A Score holds the two numbers: what the site does with its visitors, and
// whether it does as it says and was told.
type Score struct {
	Rules      string         `json:"rules"`
	Profile    string         `json:"profile"`
	Compliance Compliance     `json:"compliance"`
	Exposure   map[string]int `json:"exposure"` // by scenario, 0 to 100; absent where it was not measured
	// Bands says what Exposure means: none low moderate high very-high.
	Bands map[string]string `json:"bands"`
	// Organisations counts who was contacted, by scenario, and Identified those
	// among them that got an identifier.
	Organisations map[string]int `json:"organisations"`
	Identified    map[string]int `json:"identified"`
	// Limits lists, as codes, what has to be said beside the numbers. New fills
	// it.
	Limits []string `json:"limits"`
}

// Compliance is the second number, and how it came about.
type Compliance struct {
	Value int                `json:"value"` // no score if Grade is IE; an upper bound if AtMost
	Low   int                `json:"low"`
	High  int                `json:"high"`
	Grade string             `json:"grade"` // A B C D F IE
	Lost  map[string]float64 `json:"lost"`  // points by group
	Gains []Gain             `json:"gains"` // most points first

	AtMost  bool     `json:"at_most"` // the grade is this or lower
	Reason  string   `json:"reason"`  // a code: why Grade is IE; else ""
	Ceiling int      `json:"ceiling"` // the highest score that the findings allow; 100 if any
	Unknown []string `json:"unknown"` // groups with checks that could not be judged, sorted
	Applied []string `json:"applied"` // codes of rules that had a say, sorted
}

// A Gain is what would be won by mending one thing.
type Gain struct {
	Check  string `json:"check"`
	Points int    `json:"points"`
}
