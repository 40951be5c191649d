package reports

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/reports/lang"
)

// An Alert is one thing to be told of where each thing is followed over time, as
// CI services do: a check that did not pass, or a technique as used by one site in
// one state of consent.
type Alert struct {
	ID       string // of the technique or check
	Clump    string // Problem, Consider, Accepted or Inventory
	Severity string
	Sure     string // observed, matched, inferred; of a check certain, likely, possible
	Fact     Fact
	Text     string   // a paragraph in the language asked for; hostile text is in it
	Count    int      // findings that say so
	Finding  *Finding // the heaviest of them; nil of a check
	Check    *Check   // nil of a technique
}

// Alerts lists the alerts of a result, checks first, then by ID, state and
// subject.
func (r *Result) Alerts(t *lang.Text) []Alert {
	var out []Alert
	for i := range r.Checks {
		c := &r.Checks[i]
		clump := map[string]string{Fail: Problem, Warn: Consider}[c.Outcome]
		if clump != "" {
			out = append(out, Alert{
				ID: c.ID, Clump: clump, Severity: c.Severity, Sure: c.Sure(), Fact: r.CheckFact(c), Check: c, Count: 1,
				Text: c.Text.In(t.Code()) + " (" + AboutCheck(t, c) + ")",
			})
		}
	}
	return append(out, r.findingAlerts(t)...)
}

func (r *Result) findingAlerts(t *lang.Text) []Alert {
	var out []Alert
	at := map[Fact]int{}
	for _, f := range r.Distinct("") {
		fact := r.Fact(f)
		i, known := at[fact]
		if !known {
			i = len(out)
			at[fact] = i
			out = append(out, Alert{Fact: fact})
		}
		a := &out[i]
		if a.Count++; a.Finding != nil && Weight(a.Finding.Severity) <= Weight(f.Severity) {
			continue
		}
		a.ID, a.Severity, a.Sure, a.Finding, a.Text = f.ID, f.Severity, f.Certainty, f, r.FindingText(t, f)
		a.Clump = Clump(f.Severity)
		if Consented(f.Scenario, f.Phase) {
			a.Clump = accepted(f.Severity)
		}
	}
	slices.SortStableFunc(out, func(a, b Alert) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(order(a.Fact.Step), order(b.Fact.Step)), cmp.Compare(a.Fact.Subject, b.Fact.Subject))
	})
	return out
}

// FindingText says what a finding says, and in which state of consent, in how many
// visits and on which site it was seen.
func (r *Result) FindingText(t *lang.Text, f *Finding) string {
	seen, of, _ := strings.Cut(f.Times, " of ")
	return f.Text.In(t.Code()) + " " + t.T("alert.seen", "site", r.Subject.Site(), "seen", seen, "of", of,
		"state", t.T("state-long."+strings.TrimPrefix(StateKey(f.Scenario, f.Phase), "state.")))
}

// Homepage is where spoor comes from, and where a site's owner can ask.
const Homepage = "https://github.com/spoor-audit/spoor"
