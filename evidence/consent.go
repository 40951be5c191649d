package evidence

import "encoding/json"

// A Dialog is the site's question for consent, as it was found in a run.
type Dialog struct {
	Found bool `json:"found"`
	// By says how it was found: "rule" (a known consent manager), "tcf" (the
	// page's own word that it shows one), "heuristic" (a dialog-like element with
	// a consent text), "gate" (a page of its own before the site); "" if it was
	// not.
	By   string `json:"by,omitempty"`
	CMP  string `json:"cmp,omitempty"`  // the consent manager's name, "" if not known
	Rule string `json:"rule,omitempty"` // name of the rule that found it
	// Certainty, 0 to 1, that this is a question for consent; if Found is false,
	// that there is none.
	Certainty float64  `json:"certainty"`
	Frame     string   `json:"frame,omitempty"` // URL of the document that holds it
	At        Millis   `json:"at_ms"`           // first seen
	Language  string   `json:"language,omitempty"`
	Text      string   `json:"text,omitempty"` // of the first layer, clipped to 8,000 characters
	Box       Box      `json:"box"`            // of the first layer
	Blocking  bool     `json:"blocking"`       // nothing of the page outside it can be clicked
	Coverage  float64  `json:"coverage"`       // share of the window that it or its backdrop covers, 0 to 1
	Scroll    bool     `json:"scroll_locked"`  // the page cannot be scrolled
	Buttons   []Button `json:"buttons,omitempty"`
	Toggles   []Toggle `json:"toggles,omitempty"`
	Layers    []Layer  `json:"layers,omitempty"` // 1 is the first
	// Price is what refusing costs where the site asks for money, as it is
	// written: "€ 2,99 per maand".
	Price string `json:"price,omitempty"`
}

// A Box is a place in the window: x, y, width, height in CSS pixels.
type Box [4]int

// Roles of buttons.
const (
	RoleAccept   = "accept"   // agrees to everything
	RoleReject   = "reject"   // refuses everything that can be refused
	RoleSettings = "settings" // opens a further layer
	RoleSave     = "save"     // keeps what the switches say
	RoleClose    = "close"    // puts the dialog away and says neither
	RolePay      = "pay"      // subscribes, or signs in as a subscriber
	RoleOther    = "other"
)

// A Button is one control of a dialog.
type Button struct {
	Label string `json:"label"`
	Role  string `json:"role"`
	// Certainty of Role, 0 to 1.
	Certainty float64 `json:"certainty"`
	Layer     int     `json:"layer"`
	Box       Box     `json:"box"`
	Tag       string  `json:"tag"`               // "button", "a", "div", ...
	Icon      bool    `json:"icon,omitempty"`    // it has no text of its own; Label is its accessible name or sign
	Inline    bool    `json:"inline,omitempty"`  // it stands inside a paragraph of text
	Filled    bool    `json:"filled"`            // it has a background unlike the dialog's
	Outline   bool    `json:"outline,omitempty"` // it has a border and no background
	Fill      string  `json:"fill,omitempty"`    // "#rrggbb"
	Color     string  `json:"color,omitempty"`   // of the label, "#rrggbb"
	Around    string  `json:"around,omitempty"`  // what lies behind the button, "#rrggbb"
	FontPx    float64 `json:"font_px,omitempty"`
	Weight    int     `json:"weight,omitempty"` // of the font, 100 to 900
	// Scrolled is how far the dialog has to be scrolled to see it, in CSS pixels.
	Scrolled int `json:"scrolled,omitempty"`
}

// A Toggle is one switch or box of a dialog.
type Toggle struct {
	Label    string `json:"label"`
	On       bool   `json:"on"` // before anything was touched
	Disabled bool   `json:"disabled"`
	Layer    int    `json:"layer"`
	// Purpose: necessary functional analytics marketing social other, or "" if it
	// cannot be told. Vendor says that it stands for one company, Interest that it
	// is about legitimate interest.
	Purpose  string `json:"purpose,omitempty"`
	Vendor   bool   `json:"vendor,omitempty"`
	Interest bool   `json:"interest,omitempty"`
}

// A Layer is one screen of a dialog.
type Layer struct {
	Number int    `json:"number"`
	Text   string `json:"text,omitempty"` // clipped to 8,000 characters
	Shot   string `json:"shot,omitempty"` // file in the bundle
}

// A PolicyLink is a link of a page to a statement about data or cookies.
type PolicyLink struct {
	Label string `json:"label"`
	URL   string `json:"url"`
	// Where: "dialog"; "page", before a choice, with the dialog open; "page-after".
	Where string `json:"where"`
	// Reachable says that it could be clicked: nothing lay over it.
	Reachable bool `json:"reachable"`
}

// A Press is one click that spoor made to carry out a choice.
type Press struct {
	At    Millis `json:"at_ms"`
	Label string `json:"label"`
	Role  string `json:"role"`
	Layer int    `json:"layer"`
}

// A Choice is what the run did with the question for consent.
type Choice struct {
	Want    Scenario `json:"want"` // Reject, Accept, Close or Withdraw
	Outcome Outcome  `json:"outcome"`
	Reason  string   `json:"reason,omitempty"`
	Presses []Press  `json:"presses,omitempty"`
	At      Millis   `json:"at_ms"` // of the last click; 0 if there was none
	// Gone says that the dialog was no longer there afterwards.
	Gone bool `json:"gone"`
	// Verified says that the site's own record of the choice was read back and
	// agrees with it; Contrary that it was read and says the opposite. Neither:
	// it could not be read.
	Verified bool   `json:"verified"`
	Contrary bool   `json:"contrary"`
	By       string `json:"by,omitempty"` // reader of the state, or "storage"
	// Kept names the cookies and keys of storage in which the site was seen to keep
	// the choice, where no known consent tool does.
	Kept []string `json:"kept,omitempty"`
	// Back says that the dialog came again: "reload" or "page", or "".
	Back string `json:"back,omitempty"`
}

// A Signal is one reading of what the site's consent tools say, at one moment.
type Signal struct {
	ID    ID     `json:"id"`
	At    Millis `json:"at_ms"`
	Page  int    `json:"page"`
	Phase Phase  `json:"phase"`
	// Kind: tcf gpp usp google-consent cmp.
	Kind   string `json:"kind"`
	Source string `json:"source"` // the reader: "__tcfapi", "dataLayer", "onetrust", ...
	Frame  string `json:"frame,omitempty"`
	// Raw is what was read: JSON as the page gave it, clipped to 256 kB.
	Raw json.RawMessage `json:"raw"`
	// Of kind cmp, what the reader makes of it:
	Made       *bool           `json:"made,omitempty"`       // a person has chosen
	Method     string          `json:"method,omitempty"`     // explicit implied ""
	Categories map[string]bool `json:"categories,omitempty"` // necessary functional analytics marketing social other -> allowed
}

// A Paper is a text in which the site states something, fetched or read in the
// browser.
type Paper struct {
	ID ID     `json:"id"`
	At Millis `json:"at_ms"`
	// Kind: policy cookie-policy register gpc ads-txt trust-txt.
	Kind     string `json:"kind"`
	URL      string `json:"url"`
	FinalURL string `json:"final_url"`
	Status   int    `json:"status"`
	Type     string `json:"type,omitempty"` // media type
	Title    string `json:"title,omitempty"`
	Language string `json:"language,omitempty"`
	Link     string `json:"link,omitempty"` // the words of the link that led there
	// Where the link stood: "dialog", "page" (before a choice), "page-after".
	Where []string `json:"where,omitempty"`
	// Text is the main text as a reader sees it, one line for each block, clipped
	// to 1 MB. Body is the raw answer of machine-readable files, clipped to 2 MB.
	Text   string  `json:"text,omitempty"`
	Body   string  `json:"body,omitempty"`
	Tables []Table `json:"tables,omitempty"`
	Digest string  `json:"digest,omitempty"` // of Text or Body, "sha256:..."
	Error  string  `json:"error,omitempty"`  // why it could not be read
}

// A Table is one table of a paper, as a reader sees it.
type Table struct {
	Heading string     `json:"heading,omitempty"` // nearest heading above it
	Header  []string   `json:"header,omitempty"`
	Rows    [][]string `json:"rows"`
}

// A Control is a way back to the choice that a page offers after it was made.
type Control struct {
	Page  int    `json:"page"`
	Label string `json:"label"`
	Tag   string `json:"tag"`
	Box   Box    `json:"box"`
	Fixed bool   `json:"fixed"` // it stays in the window
	// Reopens says that pressing it brought the dialog back; nil if it was not
	// tried.
	Reopens *bool `json:"reopens,omitempty"`
	// Browser says that it only explains the settings of the browser.
	Browser bool `json:"browser,omitempty"`
}

// A Form is one form of a page.
type Form struct {
	Page    int     `json:"page"`
	Purpose string  `json:"purpose"` // newsletter contact download login search order other
	Fields  []Field `json:"fields"`
	Submit  string  `json:"submit"` // label of its button
	Text    string  `json:"text,omitempty"`
}

// A Field is one field of a form.
type Field struct {
	Label    string `json:"label"`
	Name     string `json:"name,omitempty"`
	Type     string `json:"type"`
	Required bool   `json:"required"`
	Checked  bool   `json:"checked,omitempty"`
	// Asks: email name first-name last-name phone address postcode city country
	// birth-date sex national-id company password message marketing terms other.
	Asks string `json:"asks"`
}
