package gate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spoor-audit/spoor/detectors/codes"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/baseline"
)

// A tally counts in how many loads something was so.
type tally struct {
	items map[string]*Item
	loads map[string]int
	order []string
}

func (t *tally) add(load map[string]bool, key string, item Item) {
	if load[key] {
		return
	}
	load[key] = true
	if t.items == nil {
		t.items, t.loads = map[string]*Item{}, map[string]int{}
	}
	switch known := t.items[key]; {
	case known == nil:
		t.items[key] = &item
		t.order = append(t.order, key)
	case item.Have > known.Have: // Of a limit, the most that was seen is told.
		t.items[key] = &item
	}
	t.loads[key]++
}

// confirmed lists what enough loads showed.
func (t *tally) confirmed(confirm, of int) []Item {
	var list []Item
	for _, key := range t.order {
		if t.loads[key] >= confirm {
			item := *t.items[key]
			item.Seen = fmt.Sprintf("%d of %d", t.loads[key], of)
			list = append(list, item)
		}
	}
	return list
}

// A judge holds targets against the policy, and notes which allowances of checks
// were needed.
type judge struct {
	*Gate
	*Outcome
	allow []baseline.Allow
	used  []bool
	today time.Time
}

// findings adds findings and failed checks that the policy names, and what it
// names that no load could judge. What is in the lock counts: a policy that names
// a thing means it.
func (j *judge) findings(t *Target) {
	for i := range j.words {
		w := &j.words[i]
		var found, open tally
		for _, r := range t.Loads {
			j.checksOf(t, r, w, &found, &open)
			if w.policy != nil {
				j.findingsOf(t, r, w, &found, &open)
			}
		}
		j.Against = append(j.Against, found.confirmed(j.confirm(t), len(t.Loads))...)
		j.Undecided = append(j.Undecided, open.confirmed(len(t.Loads), len(t.Loads))...)
	}
}

// findingsOf adds what one load found. Findings count as one where only the address
// of a file tells them apart.
func (j *judge) findingsOf(t *Target, r *reports.Result, w *word, found, open *tally) {
	seen, missed := map[string]bool{}, map[string]bool{}
	for i := range r.Findings {
		f := &r.Findings[i]
		fact := r.Fact(f)
		if !w.policy.Names(f.ID, f.Severity) || w.scenario != "" && w.scenario != fact.Step || j.excuses(t.Name, fact.Step, f) {
			continue
		}
		found.add(seen, fact.Subject+" "+string(fact.Step), Item{
			Target: t.Name, Line: t.Line, Gate: w.text, Scenario: fact.Step, Kind: "finding", Subject: f.ID, Key: fact.Subject, Company: company(r, f.Party), Text: f.Text,
		})
	}
	for _, x := range r.Techniques {
		if x.State == reports.NotMeasured && x.ID == w.gate {
			open.add(missed, x.ID, Item{Target: t.Name, Line: t.Line, Gate: w.text, Kind: "finding", Subject: x.ID, Text: words("gate.not-judged")})
		}
	}
}

// checksOf adds what one load says of checks. A check whose allowance is over is
// reported as that, where the policy asks for it, and else by the word that names
// the check.
func (j *judge) checksOf(t *Target, r *reports.Result, w *word, found, open *tally) {
	seen, missed := map[string]bool{}, map[string]bool{}
	expires := slices.ContainsFunc(j.words, func(w word) bool { return w.gate == Expired && w.scenario == "" })
	for i := range r.Checks {
		c := &r.Checks[i]
		if w.scenario != "" {
			return // A check is about all states together.
		}
		item := Item{Target: t.Name, Line: t.Line, Gate: w.text, Kind: "check", Subject: c.ID, Text: c.Text}
		named := w.policy != nil && w.policy.Names(c.ID, c.Severity)
		allow, over := j.allows(t.Name, c)
		if over != nil && expires {
			named = w.gate == Expired
		}
		switch {
		case allow != nil || !named:
		case c.Outcome == reports.Fail:
			if over != nil {
				item.over(over)
			}
			found.add(seen, c.ID, item)
		case c.Outcome == reports.Unknown && c.ID == w.gate:
			open.add(missed, c.ID, item)
		}
	}
}

// allows finds the allowance that names a check as its technique, and else one that
// did until its time was over. Checks look at all states and at the whole page, so
// allowances of one state or of one door say nothing of them.
func (j *judge) allows(target string, c *reports.Check) (allow, over *baseline.Allow) {
	for i := range j.allow {
		a := &j.allow[i]
		if a.Technique != c.ID || a.Target != "" && a.Target != target || a.LoadedBy != "" || a.Scenario != "" {
			continue
		}
		j.used[i] = j.used[i] || c.Outcome == reports.Fail
		if a.Expired(j.today) {
			over = a
		} else {
			allow = a
		}
	}
	return allow, over
}

// confirm is how many loads of a target must agree; a target with fewer loads than
// that can do no more than all.
func (g *Gate) confirm(t *Target) int { return max(1, min(g.file.Confirm, len(t.Loads))) }

func company(r *reports.Result, party string) string {
	for i := range r.Parties {
		if r.Parties[i].ID == party {
			return r.Parties[i].Company
		}
	}
	return ""
}

// excuses reports whether an allowance covers what a finding is about, be it in the
// lock or not.
func (o *Outcome) excuses(target string, state evidence.Scenario, f *reports.Finding) bool {
	covers := func(e baseline.Entry) bool {
		if e.Allow == nil || e.Target != target || e.Scenario != state {
			return false
		}
		name, domain, _ := strings.Cut(e.Subject, "@")
		switch e.Kind {
		case baseline.Technique:
			return name == f.ID && (domain == baseline.Site(f.Host) || domain == baseline.SiteOf(f.Script))
		case baseline.Receiver:
			return e.Subject == baseline.Site(f.Host)
		case baseline.Cookie:
			return f.Cookie != "" && name == codes.KeyPattern(f.Cookie) && strings.HasPrefix(f.ID, "cookies-")
		}
		return false
	}
	return slices.ContainsFunc(o.Diff.Allowed, covers) || slices.ContainsFunc(o.Diff.Known, covers)
}
