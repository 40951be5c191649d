package gate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors/codes"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/baseline"
	"github.com/spoor-audit/spoor/reports/score"
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
	if t.items[key] == nil {
		t.items[key] = &item
		t.order = append(t.order, key)
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

// findings adds findings and failed checks that the policy names, and what it
// names that no load could judge. What is in the lock counts: a policy that names
// a thing means it.
func (o *Outcome) findings(g *Gate, t *Target) {
	for i := range g.words {
		w := &g.words[i]
		if w.policy == nil {
			continue
		}
		var found, open tally
		for _, r := range t.Loads {
			seen, missed := map[string]bool{}, map[string]bool{}
			for j := range r.Findings {
				f := &r.Findings[j]
				state := reports.StateOf(f.Scenario, f.Phase)
				if !w.policy.Names(f.ID, f.Severity) || w.scenario != "" && w.scenario != state || o.excuses(t.Name, state, f) {
					continue
				}
				found.add(seen, f.ID+" "+f.Key+" "+string(state), Item{
					Target: t.Name, Line: t.Line, Gate: w.text, Scenario: state, Kind: "finding", Subject: f.ID, Company: company(r, f.Party), Text: f.Text.EN,
				})
			}
			for j := range r.Checks {
				c := &r.Checks[j]
				item := Item{Target: t.Name, Line: t.Line, Gate: w.text, Kind: "check", Subject: c.ID, Text: c.Text.EN}
				switch {
				case w.scenario != "" || !w.policy.Names(c.ID, c.Severity) || g.allowsCheck(t.Name, c.ID):
				case c.Outcome == reports.Fail:
					found.add(seen, c.ID, item)
				case c.Outcome == reports.Unknown && c.ID == w.gate:
					open.add(missed, c.ID, item)
				}
			}
			for _, x := range r.Techniques {
				if x.State == reports.NotMeasured && x.ID == w.gate {
					open.add(missed, x.ID, Item{Target: t.Name, Line: t.Line, Gate: w.text, Kind: "finding", Subject: x.ID, Text: "not measured"})
				}
			}
		}
		o.Against = append(o.Against, found.confirmed(g.confirm(t), len(t.Loads))...)
		o.Undecided = append(o.Undecided, open.confirmed(len(t.Loads), len(t.Loads))...)
	}
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

// excuses reports whether an allowance covers what a finding is about.
func (o *Outcome) excuses(target string, state evidence.Scenario, f *reports.Finding) bool {
	return slices.ContainsFunc(o.Diff.Allowed, func(e baseline.Entry) bool {
		if e.Target != target || e.Scenario != state {
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
	})
}

// allowsCheck reports whether an allowance names a check as its technique. Those
// that are over do not count.
func (g *Gate) allowsCheck(target, id string) bool {
	for i := range g.file.Allow {
		a := &g.file.Allow[i]
		if a.Technique == id && (a.Target == "" || a.Target == target) {
			return true
		}
	}
	return false
}

// numbers adds scores and budgets that are not kept.
func (o *Outcome) numbers(g *Gate, t *Target) {
	if len(t.Loads) == 0 {
		return
	}
	o.score(g, t)
	var over tally
	for _, r := range t.Loads {
		seen := map[string]bool{}
		for _, use := range usesOf(r) {
			for _, limit := range []struct {
				gate, kind string
				most       *int
				have       int
			}{
				{MaxThirdParties, "third-parties", g.file.MaxThirdParties, use.thirdParties},
				{Budget, "third-parties", t.Budget.ThirdParties, use.thirdParties},
				{Budget, "requests", t.Budget.Requests, use.requests},
				{Budget, "cookies", t.Budget.Cookies, use.cookies},
				{Budget, "kilobytes", t.Budget.Kilobytes, use.kilobytes},
			} {
				if limit.most == nil || limit.have <= *limit.most {
					continue
				}
				over.add(seen, limit.gate+limit.kind+string(use.state), Item{
					Target: t.Name, Line: t.Line, Gate: limit.gate, Scenario: use.state, Kind: limit.kind,
					Subject: fmt.Sprintf("%d of at most %d", limit.have, *limit.most),
				})
			}
		}
	}
	o.Against = append(o.Against, over.confirmed(g.confirm(t), len(t.Loads))...)
}

// score compares the middle one of the scores of all loads.
func (o *Outcome) score(g *Gate, t *Target) {
	if g.file.MinScore == nil {
		return
	}
	var values []int
	for _, r := range t.Loads {
		if r.Score != nil && (r.Score.Compliance.Grade != score.InsufficientEvidence || r.Score.Compliance.AtMost) {
			values = append(values, r.Score.Compliance.Value)
		}
	}
	item := Item{Target: t.Name, Line: t.Line, Gate: MinScore, Kind: "score"}
	if 2*len(values) <= len(t.Loads) {
		item.Subject = "no grade"
		item.Text = "not enough was measured for a score"
		o.Undecided = append(o.Undecided, item)
		return
	}
	slices.Sort(values)
	if middle := values[len(values)/2]; middle < *g.file.MinScore {
		item.Subject = fmt.Sprintf("%d of at least %d", middle, *g.file.MinScore)
		o.Against = append(o.Against, item)
	}
}

// A use is what a page did in one state of consent.
type use struct {
	state                                      evidence.Scenario
	thirdParties, requests, cookies, kilobytes int
}

// usesOf counts for every run what its page did from the beginning on: a budget is
// of a page, not of a moment.
func usesOf(r *reports.Result) []use {
	var list []use
	for i := range r.Runs {
		run := &r.Runs[i]
		if !run.Measured {
			continue
		}
		u := use{state: run.Scenario, requests: run.Requests, kilobytes: int(run.Bytes / 1000)}
		domains := map[string]bool{}
		for _, h := range run.Hosts {
			if h.ThirdParty && h.Reached {
				domains[baseline.Site(h.Host)] = true
			}
		}
		u.thirdParties = len(domains)
		for j := range r.Cookies {
			if _, ok := r.Cookies[j].Seen[string(run.Scenario)]; ok && r.Cookies[j].State != "blocked" {
				u.cookies++
			}
		}
		list = append(list, u)
	}
	return list
}

// unmeasured adds the states of which nothing is known.
func (o *Outcome) unmeasured(t *Target) {
	if len(t.Loads) == 0 {
		why := "no load left anything to judge"
		if len(t.Failures) > 0 {
			why = t.Failures[0]
		}
		o.Undecided = append(o.Undecided, Item{Target: t.Name, Line: t.Line, Gate: New, Kind: "target", Subject: t.Name, Text: why})
		return
	}
	for _, s := range o.Diff.Unmeasured {
		if s.Target == t.Name {
			o.Undecided = append(o.Undecided, Item{Target: t.Name, Line: t.Line, Gate: New, Scenario: s.Scenario, Kind: "state", Subject: string(s.Scenario), Text: s.Why})
		}
	}
}
