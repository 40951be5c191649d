package survey

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
)

// Limits of the facts of one visit. They hold far more than sites have; a page that
// makes up thousands of names must not fill the store. Facts.Left says what was cut.
const (
	maxOwners    = 400
	maxReceivers = 800
	maxFindings  = 400
	maxCookies   = 400
	maxCalls     = 300
	maxGaps      = 60
	maxIDs       = 3 // pieces of evidence of one finding
	maxURL       = 300
	maxTitle     = 160
	maxKey       = 160
	maxName      = 100
)

// Reduce returns the facts of a result. They say what the result says and judge
// nothing anew.
func Reduce(r *reports.Result) *Facts {
	f := &Facts{
		Format: FactsFormat, URL: cut(r.Subject.URL, maxURL), FinalURL: cut(r.Subject.FinalURL, maxURL), Title: cut(r.Subject.Title, maxTitle),
		Started: r.Subject.Started, TookMS: r.Subject.TookMS, Method: method(r),
	}
	d := &reducer{r: r, f: f, index: map[string]int{}}
	d.steps()
	d.states()
	d.dialog()
	d.owners()
	d.receivers()
	d.findings()
	d.unlooked()
	d.cookies()
	d.calls()
	d.checks()
	d.gaps()
	return f
}

// A reducer holds what the steps of Reduce share.
type reducer struct {
	r     *reports.Result
	f     *Facts
	index map[string]int // owners by name
	left  map[string]int
}

func method(r *reports.Result) Method {
	t := &r.Tools
	m := Method{
		Spoor: cut(t.Spoor, maxName), Chrome: cut(t.Chrome, maxName), Mode: cut(t.BrowserMode, maxName), Signatures: t.Signatures.Version,
		Vantage: cut(r.Subject.Vantage, maxName), Device: r.Subject.Device, Lang: cut(r.Subject.Lang, maxName),
		ThirdPartyCookies: t.ThirdPartyCookies, Insecure: t.InsecureTLS, Proxy: t.Proxy, Differs: t.Differs, LeftOut: t.LeftOut,
	}
	for _, flag := range t.Flags {
		m.Flags = append(m.Flags, cut(flag, maxName))
	}
	for i := range t.Signatures.Packs {
		p := &t.Signatures.Packs[i]
		m.Packs = append(m.Packs, strings.TrimSpace(cut(p.Name, maxName)+" "+cmp.Or(p.Date, cut(p.Version, maxName))))
	}
	if r.Score != nil {
		m.Rules, m.Profile = r.Score.Rules, r.Score.Profile
	}
	return m
}

func (d *reducer) steps() {
	for i := range d.r.Runs {
		run := &d.r.Runs[i]
		s := Step{
			Scenario: string(run.Scenario), Outcome: string(run.Outcome), Reason: cut(run.Reason, maxName), Measured: run.Measured,
			Requests: run.Requests, Bytes: run.Bytes, Pages: len(run.Pages), Settled: true,
		}
		if run.ChosenMS != nil {
			s.Record = run.Record()
		}
		for _, p := range run.Pages {
			s.Settled = s.Settled && p.Settled != "limit"
		}
		d.f.Steps = append(d.f.Steps, s)
	}
}

// states tells which states of consent were measured.
func (d *reducer) states() {
	for _, col := range d.r.Columns() {
		s := State{ID: stateID(&col), Measured: col.Measured}
		if !col.Measured {
			s.Why = d.why(col)
		}
		d.f.States = append(d.f.States, s)
	}
}

// stateID is the name of a state of consent without its prefix.
func stateID(col *reports.Column) string { return strings.TrimPrefix(col.Key(), "state.") }

// why returns the code of the reason why a state was not measured.
func (d *reducer) why(col reports.Column) string {
	run := d.r.Run(col.Scenario)
	switch {
	case run == nil:
		return "not-run"
	case !run.Measured:
		return cmp.Or(cut(run.Reason, maxName), string(run.Outcome))
	case col.Phase == evidence.After && run.ChosenMS == nil:
		if run.Outcome == evidence.Done {
			return "not-made"
		}
		return string(run.Outcome)
	}
	return "requests"
}

func (d *reducer) dialog() {
	out := &d.f.Dialog
	out.Looked = d.r.LookedForDialog()
	q, _ := d.r.Question()
	if q != nil {
		out.Found, out.CMP, out.By, out.Language = true, cut(q.CMP, maxName), q.By, cut(q.Language, maxName)
		out.AcceptLayer, out.RejectLayer, out.Pays = q.LayersToAccept, q.LayersToReject, q.Price != ""
	}
	for i := range d.r.Runs {
		run := &d.r.Runs[i]
		if run.Outcome == evidence.PayOrAccept {
			out.Pays = true
		}
		if run.ChosenMS == nil {
			continue
		}
		switch run.Scenario {
		case evidence.Accept:
			out.PressesAccept = len(run.Presses)
		case evidence.Reject:
			out.PressesReject = len(run.Presses)
		default:
		}
	}
}

// owners fills the companies that received data, and what each got in which state.
func (d *reducer) owners() {
	d.f.Owners = []Owner{}
	columns := d.r.Columns()
	for _, c := range d.r.Companies() {
		if d.full("owners", len(d.f.Owners), maxOwners) {
			continue
		}
		o := Owner{
			Name: cut(c.Name, maxName), Known: c.Known, Country: c.Country, Categories: c.Categories[:min(len(c.Categories), 3)],
			Tracker: c.Tracker, In: map[string]int{}, Recognises: c.Recognises,
		}
		for _, col := range columns {
			if n := c.In(col); col.Measured && n > 0 {
				o.In[stateID(&col)] = n
			}
		}
		for _, party := range c.Parties {
			d.index[party] = len(d.f.Owners)
		}
		d.f.Owners = append(d.f.Owners, o)
	}
}

// owner returns the index of the owner that a party belongs to. One that received
// nothing, as that of a cookie may, is added.
func (d *reducer) owner(party string) int {
	if i, ok := d.index[party]; ok {
		return i
	}
	p := d.r.Party(party)
	if p == nil {
		return -1
	}
	name := cut(cmp.Or(p.Company, p.Name, p.ID), maxName)
	at := slices.IndexFunc(d.f.Owners, func(o Owner) bool { return o.Name == name })
	if at < 0 {
		if d.full("owners", len(d.f.Owners), maxOwners) {
			return -1
		}
		at = len(d.f.Owners)
		d.f.Owners = append(d.f.Owners, Owner{Name: name, Known: p.Company != "", Country: p.Country, Categories: p.Categories[:min(len(p.Categories), 3)]})
	}
	d.index[party] = at
	return at
}

func (d *reducer) findings() {
	for _, f := range d.r.Distinct("") {
		if d.full("findings", len(d.f.Findings), maxFindings) {
			continue
		}
		out := Finding{
			ID: f.ID, Key: cut(f.Key, maxKey), State: strings.TrimPrefix(reports.StateKey(f.Scenario, f.Phase), "state."),
			Owner: d.owner(f.Party), Severity: f.Severity, Certainty: f.Certainty,
		}
		for _, id := range f.Evidence[:min(len(f.Evidence), maxIDs)] {
			out.Evidence = append(out.Evidence, string(id))
		}
		d.f.Findings = append(d.f.Findings, out)
	}
}

// unlooked lists what was not judged in a state that was measured.
func (d *reducer) unlooked() {
	columns := d.r.Columns()
	for i := range d.r.Techniques {
		t := &d.r.Techniques[i]
		for _, col := range columns {
			if !col.Measured {
				continue
			}
			switch d.r.Standing(t, col).State {
			case reports.NotMeasured, reports.Skipped, reports.NA:
				d.f.Unlooked = append(d.f.Unlooked, Unlooked{t.ID, stateID(&col)})
			}
		}
	}
}

func (d *reducer) checks() {
	for i := range d.r.Checks {
		c := &d.r.Checks[i]
		out := Check{ID: c.ID, Group: c.Group, Outcome: c.Outcome, Severity: c.Severity, Gain: c.Gain}
		if c.Outcome == reports.Unknown || c.Outcome == reports.NA {
			out.Reason = cut(c.Reason, maxName)
		}
		d.f.Checks = append(d.f.Checks, out)
	}
	if s := d.r.Score; s != nil {
		c := &s.Compliance
		d.f.Score = &Score{
			Value: c.Value, Low: c.Low, High: c.High, Grade: c.Grade, AtMost: c.AtMost, Reason: c.Reason, Ceiling: c.Ceiling,
			Lost: c.Lost, Exposure: s.Exposure,
		}
	}
}

func (d *reducer) gaps() {
	for _, g := range d.r.Gaps {
		if d.full("gaps", len(d.f.Gaps), maxGaps) {
			continue
		}
		d.f.Gaps = append(d.f.Gaps, Gap{string(g.Scenario), g.Kind, cut(g.Where, maxKey), cut(g.Why, maxKey), g.Whole})
	}
	d.f.Left = d.left
}

// full reports whether a list is full, and counts what is left out of it.
func (d *reducer) full(list string, n, limit int) bool {
	if n < limit {
		return false
	}
	if d.left == nil {
		d.left = map[string]int{}
	}
	d.left[list]++
	return true
}

// cut shortens text of a page, in bytes, without cutting a character.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit] + "…"
}

// heavier reports whether a severity weighs more than another.
func heavier(a, b string) bool {
	return detectors.Severity(a) != detectors.Severity(b) && reports.Weight(a) < reports.Weight(b)
}
