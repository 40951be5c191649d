package survey

// FactsFormat names this version of the facts of one visit. Fields are added within a
// version, never renamed or given another type.
const FactsFormat = "spoor-facts/1"

// Facts are what a survey keeps of one visit: everything its tables and counts need,
// and nothing that can be found in the bundle alone. Names in JSON are short because
// there are millions of them.
type Facts struct {
	Format   string `json:"format"`
	URL      string `json:"url"`
	FinalURL string `json:"final_url"`
	Title    string `json:"title,omitempty"`
	Started  string `json:"started"` // RFC 3339, UTC
	TookMS   int64  `json:"took_ms"`
	Method   Method `json:"method"`

	Steps  []Step  `json:"steps"`  // in reporting order
	States []State `json:"states"` // in reporting order, before any choice first
	Dialog Dialog  `json:"dialog"`

	Owners    []Owner    `json:"owners"` // others refer to them by index; -1 is nobody
	Receivers []Receiver `json:"receivers,omitempty"`
	Findings  []Finding  `json:"findings,omitempty"`
	Unlooked  []Unlooked `json:"unlooked,omitempty"`
	Cookies   []Cookie   `json:"cookies,omitempty"`
	Calls     []Call     `json:"calls,omitempty"`
	Checks    []Check    `json:"checks,omitempty"`
	Score     *Score     `json:"score,omitempty"`
	Gaps      []Gap      `json:"gaps,omitempty"`
	// Left counts what did not fit, by the name of the list.
	Left map[string]int `json:"left,omitempty"`
}

// A Method says with what a visit was made.
type Method struct {
	Spoor             string   `json:"spoor"`
	Chrome            string   `json:"chrome"`
	Mode              string   `json:"mode,omitempty"`
	Signatures        string   `json:"signatures"`
	Packs             []string `json:"packs,omitempty"` // "easyprivacy 2025-10-01"
	Rules             string   `json:"rules,omitempty"`
	Profile           string   `json:"profile,omitempty"`
	Vantage           string   `json:"vantage,omitempty"`
	Device            string   `json:"device"`
	Lang              string   `json:"lang"`
	ThirdPartyCookies string   `json:"third_party_cookies"`
	Flags             []string `json:"flags,omitempty"`
	Differs           []string `json:"differs,omitempty"`
	LeftOut           []string `json:"left_out,omitempty"`
	Insecure          bool     `json:"insecure,omitempty"`
	Proxy             bool     `json:"proxy,omitempty"`
}

// A Step is one run of the visit.
type Step struct {
	Scenario string `json:"s"`
	Outcome  string `json:"o"`
	Reason   string `json:"why,omitempty"`
	Measured bool   `json:"m"`
	Requests int    `json:"n"`
	Bytes    int64  `json:"b"`
	Pages    int    `json:"p"`
	// Settled is false if a page was still loading when the time was over.
	Settled bool `json:"q"`
	// Record is what the site made of the choice: verified, contrary, unread; "" if
	// none was made.
	Record string `json:"r,omitempty"`
}

// A State is one state of consent of the site.
type State struct {
	ID       string `json:"id"` // before, reject, accept, gpc, withdraw, close, forms
	Measured bool   `json:"m"`
	// Why is a code where it was not measured: no-dialog, not-offered,
	// pay-or-accept, blocked, failed, not-made, or a reason of the crawler.
	Why string `json:"why,omitempty"`
}

// A Dialog is the question for consent, as far as it is counted.
type Dialog struct {
	Looked   bool   `json:"looked"`
	Found    bool   `json:"found"`
	CMP      string `json:"cmp,omitempty"`
	By       string `json:"by,omitempty"`
	Language string `json:"lang,omitempty"`
	// AcceptLayer and RejectLayer are layers counted from 1; 0 is not found.
	AcceptLayer int  `json:"al,omitempty"`
	RejectLayer int  `json:"rl,omitempty"`
	Pays        bool `json:"pays,omitempty"` // refusing costs money
	// PressesAccept and PressesReject count the clicks that carried out a choice; 0 if
	// it was not carried out.
	PressesAccept int `json:"pa,omitempty"`
	PressesReject int `json:"pr,omitempty"`
}

// An Owner is a company, or a domain whose owner is not known.
type Owner struct {
	Name       string   `json:"n"`
	Known      bool     `json:"k,omitempty"`
	Country    string   `json:"c,omitempty"`
	Categories []string `json:"cat,omitempty"`
	Tracker    bool     `json:"t,omitempty"`
	// In has the requests of another site's hosts that it got, by state; only of
	// those that reached it.
	In         map[string]int `json:"in,omitempty"`
	Recognises []string       `json:"rec,omitempty"` // ids of techniques
}

// A Receiver is one domain that received data in one run.
type Receiver struct {
	Step    string `json:"s"`
	Domain  string `json:"d"`
	Owner   int    `json:"w"`
	Tracker bool   `json:"t,omitempty"`
	Before  int    `json:"b,omitempty"` // requests before the choice
	After   int    `json:"a,omitempty"`
	FirstMS int64  `json:"f"`
	Loader  string `json:"l,omitempty"` // host that loaded it first; "" is the page itself, or not known
	// Cookies counts the different cookies that were sent to it, and Identifying those
	// among them that tell the visitor from others; -1 is not known.
	Cookies     int `json:"ck"`
	Identifying int `json:"id"`
}

// A Finding is one thing that was done.
type Finding struct {
	ID        string   `json:"id"`
	Key       string   `json:"k"`
	State     string   `json:"s"`
	Owner     int      `json:"w"`
	Severity  string   `json:"v"`
	Certainty string   `json:"c"`
	Evidence  []string `json:"e,omitempty"`
}

// An Unlooked is a technique that could not be judged in a state that was measured
// otherwise.
type Unlooked struct {
	ID    string `json:"id"`
	State string `json:"s"`
}

// A Cookie is a cookie, or something else that was kept.
type Cookie struct {
	Kind        string   `json:"k,omitempty"` // "" is a cookie
	Name        string   `json:"n"`
	Domain      string   `json:"d"`
	Owner       int      `json:"w"`
	Category    string   `json:"c,omitempty"`
	Third       bool     `json:"t,omitempty"`
	Identifying bool     `json:"i,omitempty"`
	Blocked     bool     `json:"x,omitempty"`
	Session     bool     `json:"z,omitempty"`
	Days        float64  `json:"l,omitempty"`
	SetBy       string   `json:"by,omitempty"`
	FirstMS     int64    `json:"f"`
	Seen        []string `json:"s"` // states in which it was set first, as State.ID
}

// A Call is the use of one watched API by the scripts of one domain.
type Call struct {
	Step    string `json:"s"`
	API     string `json:"a"`
	Script  string `json:"d,omitempty"` // registrable domain of the script, "" if not known
	Owner   int    `json:"w"`
	Count   int    `json:"n"`
	AtLeast bool   `json:"m,omitempty"`
	FirstMS int64  `json:"f"`
}

// A Check is the outcome of one check.
type Check struct {
	ID       string `json:"id"`
	Group    string `json:"g"`
	Outcome  string `json:"o"`
	Severity string `json:"v"`
	Gain     int    `json:"p,omitempty"` // points that mending it alone would win
	Reason   string `json:"r,omitempty"`
}

// A Score is the two numbers, and what is needed to weigh the second one anew.
type Score struct {
	Value    int                `json:"v"`
	Low      int                `json:"l"`
	High     int                `json:"h"`
	Grade    string             `json:"g"`
	AtMost   bool               `json:"m,omitempty"`
	Reason   string             `json:"r,omitempty"`
	Ceiling  int                `json:"c"`
	Lost     map[string]float64 `json:"lost"`
	Exposure map[string]int     `json:"exposure"` // by scenario
}

// A Gap is something that could not be observed.
type Gap struct {
	Step  string `json:"s"`
	Kind  string `json:"k"`
	Where string `json:"w,omitempty"`
	Why   string `json:"y,omitempty"`
	Whole bool   `json:"a,omitempty"`
}

// State returns a state of consent, nil if the visit has none of that ID.
func (f *Facts) State(id string) *State {
	for i := range f.States {
		if f.States[i].ID == id {
			return &f.States[i]
		}
	}
	return nil
}

// Owner returns the owner at an index, nil for nobody.
func (f *Facts) owner(i int) *Owner {
	if i < 0 || i >= len(f.Owners) {
		return nil
	}
	return &f.Owners[i]
}

// Step returns the run of a scenario, nil if there is none.
func (f *Facts) step(scenario string) *Step {
	for i := range f.Steps {
		if f.Steps[i].Scenario == scenario {
			return &f.Steps[i]
		}
	}
	return nil
}
