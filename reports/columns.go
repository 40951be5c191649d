package reports

import (
	"cmp"
	"slices"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports/lang"
)

// repeats lists the scenarios whose phase before the choice shows the same as
// scenario none: the site does not know yet what will be pressed.
var repeats = []evidence.Scenario{evidence.None, evidence.Reject, evidence.Accept}

// beforeChoice reports whether something of a run was seen before any choice.
func beforeChoice(s evidence.Scenario, p evidence.Phase) bool {
	return p == evidence.Before && slices.Contains(repeats, s)
}

// Consented reports whether something was seen only because the visitor had
// accepted everything. What is done with consent is a fact about the site, and no
// problem by itself.
func Consented(s evidence.Scenario, p evidence.Phase) bool {
	return s == evidence.Accept && p == evidence.After
}

// A Column is one state of consent, as the table of who receives data shows it.
type Column struct {
	Scenario evidence.Scenario // of the run; none for the state before a choice
	Phase    evidence.Phase
	// Measured is false where nothing is known of the state; Why says why then.
	Measured bool
	Why      Words
	// Doubt says what stands against taking the state for what it seems to be;
	// empty if nothing does.
	Doubt Words
}

// Key returns the name of the column's head among the texts of a language.
func (c *Column) Key() string {
	if c.Scenario == evidence.None && c.Phase == evidence.After {
		return stateShown
	}
	if c.Scenario == evidence.None {
		return "state." + string(evidence.Before)
	}
	return "state." + string(c.Scenario)
}

// stateShown is the key of the state that only a mail has: its pictures are shown.
const stateShown = "state.shown"

// Columns lists the states of consent that the result speaks of: before any
// choice first, then one for each run that did more than look.
func (r *Result) Columns() []Column {
	if r.Mail != nil {
		return r.mailColumns()
	}
	list := []Column{r.beforeColumn()}
	for i := range r.Runs {
		run := &r.Runs[i]
		if run.Scenario == evidence.None || slices.ContainsFunc(list, func(c Column) bool { return c.Scenario == run.Scenario }) {
			continue
		}
		list = append(list, r.column(run))
	}
	return list
}

// beforeColumn is the state before any choice: any run that was measured shows
// it.
func (r *Result) beforeColumn() Column {
	c := Column{Scenario: evidence.None, Phase: evidence.Before}
	for i := range r.Runs {
		run := &r.Runs[i]
		if !slices.Contains(repeats, run.Scenario) {
			continue
		}
		if why, ok := r.seen(run); ok {
			c.Measured, c.Why = true, Words{}
			return c
		} else if c.Why == (Words{}) {
			c.Why = why
		}
	}
	if c.Why == (Words{}) {
		c.Why = both(func(t *lang.Text) string { return asSentence(Reason(t, "skipped")) })
	}
	return c
}

// seen reports whether it is known who received data in a run; if not, why.
func (r *Result) seen(run *Run) (Words, bool) {
	if !run.Measured {
		return both(func(t *lang.Text) string { return asSentence(runReason(t, run.Outcome, run.Reason)) }), false
	}
	for _, g := range r.Gaps {
		if g.Scenario == run.Scenario && g.Kind == string(evidence.KindRequests) && g.Whole {
			return g.Text, false
		}
	}
	return Words{}, true
}

func (r *Result) column(run *Run) Column {
	c := Column{Scenario: run.Scenario, Phase: evidence.After}
	if !chooses(run.Scenario) {
		c.Phase = evidence.Before
	}
	why, ok := r.seen(run)
	switch {
	case !ok:
		c.Why = why
	case c.Phase == evidence.Before:
		c.Measured = true
	case run.ChosenMS == nil:
		c.Why = both(func(t *lang.Text) string { return choiceText(t, run) })
	default:
		c.Measured = true
		switch {
		case run.Contrary:
			c.Doubt = both(func(t *lang.Text) string { return t.T("choice.contrary." + string(choiceOf(run.Scenario))) })
		case !run.Verified:
			c.Doubt = both(func(t *lang.Text) string { return t.T("choice.unverified." + string(choiceOf(run.Scenario))) })
		}
	}
	return c
}

// chooses reports whether a scenario answers the question for consent.
func chooses(s evidence.Scenario) bool {
	switch s {
	case evidence.Reject, evidence.Accept, evidence.Withdraw, evidence.Close:
		return true
	}
	return false
}

// choiceOf returns a scenario that has texts of its own as a choice.
func choiceOf(s evidence.Scenario) evidence.Scenario {
	if chooses(s) {
		return s
	}
	return evidence.Accept
}

// choiceText says in a sentence why a run made no choice.
func choiceText(t *lang.Text, run *Run) string {
	key := "choice." + string(run.Outcome) + "." + string(choiceOf(run.Scenario))
	if !t.Has(key) {
		key = "choice.not-made." + string(choiceOf(run.Scenario))
	}
	text := t.T(key)
	if run.Reason != "" && key != "choice.no-dialog."+string(run.Scenario) {
		text = asSentence(text) + " " + asSentence(Reason(t, run.Reason))
	}
	return text
}

// In returns the requests that a company got in a state of consent. Before a
// choice, the run in which it got most counts: a run that chooses soon sees less
// of that state than one that waits.
func (c *Company) In(col Column) int {
	if col.Scenario != evidence.None || col.Phase == evidence.After {
		if col.Phase == evidence.After {
			return c.After[string(col.Scenario)]
		}
		return c.Requests[string(col.Scenario)]
	}
	most := 0
	for _, s := range repeats {
		most = max(most, c.Before[string(s)])
	}
	return most
}

// In returns how many requests of a flow belong to a column. Of the visits that show
// the state before a choice, each flow is of one.
func (f *Flow) In(col Column) int {
	switch {
	case col.Scenario == evidence.None && col.Phase == evidence.Before:
		if !slices.Contains(repeats, f.Scenario) {
			return 0
		}
		return f.Before
	case f.Scenario != col.Scenario:
		return 0
	case col.Phase == evidence.After:
		return f.Requests - f.Before
	default:
		return f.Requests
	}
}

// Question returns the dialog that reports describe, and the run in which it was
// seen: that of the first run that found one, with the pictures of layers that
// only other runs opened. It returns nil if no run found one.
func (r *Result) Question() (*Dialog, *Run) {
	var out *Dialog
	var from *Run
	for i := range r.Runs {
		run := &r.Runs[i]
		if !run.Dialog.Found {
			continue
		}
		if out == nil {
			d := run.Dialog
			d.Buttons, d.Toggles, d.Layers = slices.Clone(d.Buttons), slices.Clone(d.Toggles), slices.Clone(d.Layers)
			out, from = &d, run
			continue
		}
		out.addLayers(&run.Dialog)
	}
	return out, from
}

// addLayers adds the layers that another run saw of the same dialog.
func (d *Dialog) addLayers(other *Dialog) {
	deepest := 0
	for _, l := range d.Layers {
		deepest = max(deepest, l.Number)
	}
	for _, b := range d.Buttons {
		deepest = max(deepest, b.Layer)
	}
	for _, b := range other.Buttons {
		if b.Layer > deepest {
			d.Buttons = append(d.Buttons, b)
		}
	}
	for _, t := range other.Toggles {
		if t.Layer > deepest {
			d.Toggles = append(d.Toggles, t)
		}
	}
	for _, l := range other.Layers {
		i := slices.IndexFunc(d.Layers, func(have Layer) bool { return have.Number == l.Number })
		switch {
		case i < 0:
			d.Layers = append(d.Layers, l)
		case d.Layers[i].Shot == "":
			d.Layers[i].Shot = l.Shot
		}
	}
	slices.SortStableFunc(d.Layers, func(a, b Layer) int { return cmp.Compare(a.Number, b.Number) })
	d.LayersToAccept = cmp.Or(d.LayersToAccept, other.LayersToAccept)
	if n := other.LayersToReject; d.LayersToReject == 0 || n > 0 && n < d.LayersToReject {
		d.LayersToReject = n
	}
}

// Record says what the site made of the choice of a run: "verified" if it recorded
// it, "contrary" if it recorded the opposite, "unread" if its record could not be
// read.
func (r *Run) Record() string {
	switch {
	case r.Contrary:
		return "contrary"
	case r.Verified:
		return "verified"
	}
	return "unread"
}

// LookedForDialog reports whether any measured run looked for a question for
// consent.
func (r *Result) LookedForDialog() bool {
	return slices.ContainsFunc(r.Runs, func(run Run) bool { return run.Measured && run.DialogNote == "" })
}

// FindingStates lists in which states of consent a technique was found, by the
// keys of [Column.Key], in reporting order.
func (r *Result) FindingStates(id string) []string {
	var keys []string
	for _, s := range evidence.Scenarios {
		for _, p := range []evidence.Phase{evidence.Before, evidence.After} {
			for i := range r.Findings {
				if f := &r.Findings[i]; f.ID == id && f.Scenario == s && f.Phase == p {
					keys = with(keys, StateKey(s, p))
				}
			}
		}
	}
	slices.SortStableFunc(keys, func(a, b string) int { return cmp.Compare(stateRank(a), stateRank(b)) })
	return keys
}

// StateKey returns the key of the text that names a state of consent.
func StateKey(s evidence.Scenario, p evidence.Phase) string {
	return (&Column{Scenario: StateOf(s, p), Phase: p}).Key()
}

func stateRank(key string) int {
	if key == stateShown {
		return 1
	}
	for i, s := range evidence.Scenarios {
		if key == (&Column{Scenario: s}).Key() {
			return i
		}
	}
	return len(evidence.Scenarios)
}

// Distinct lists the findings of a technique, or of all if id is empty, without
// those that only say again, of another run, what was done before any choice.
func (r *Result) Distinct(id string) []*Finding {
	type key struct{ id, key string }
	seen := map[key]bool{}
	var list []*Finding
	for i := range r.Findings {
		f := &r.Findings[i]
		if id != "" && f.ID != id {
			continue
		}
		if beforeChoice(f.Scenario, f.Phase) {
			k := key{f.ID, f.Key}
			if seen[k] {
				continue
			}
			seen[k] = true
		}
		list = append(list, f)
	}
	return list
}
