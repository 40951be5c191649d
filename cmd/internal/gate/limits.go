package gate

import (
	"fmt"
	"slices"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/baseline"
	"github.com/spoor-audit/spoor/reports/score"
)

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
					Subject: fmt.Sprintf("%d of at most %d", limit.have, *limit.most), Key: limit.gate, Have: limit.have, Limit: limit.most,
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
	item := Item{Target: t.Name, Line: t.Line, Gate: MinScore, Kind: "score", Key: MinScore}
	if 2*len(values) <= len(t.Loads) {
		item.Subject, item.Text = "no grade", words("gate.no-score")
		o.Undecided = append(o.Undecided, item)
		return
	}
	slices.Sort(values)
	if middle := values[len(values)/2]; middle < *g.file.MinScore {
		item.Subject, item.Have, item.Limit = fmt.Sprintf("%d of at least %d", middle, *g.file.MinScore), middle, g.file.MinScore
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
			if h.ThirdParty && (h.Reached || h.TriedBefore || h.TriedAfter) {
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
		why := words("gate.no-load")
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
