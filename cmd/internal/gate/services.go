package gate

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/baseline"
)

// services is the outcome as formats for CI services take it: what is against
// policy and what is undecided, then what is known and allowed, and for each
// target the gates that hold.
func (v View) services() *reports.GateReport {
	t := v.speak()
	g := &reports.GateReport{Spoor: v.Version, Config: v.File, Lang: t.Code()}
	for i := range v.Targets {
		s := &v.Targets[i]
		broken := map[string]bool{}
		// Services tell things apart by their fact. What two words of the policy name
		// is one thing.
		told := map[reports.Fact]bool{}
		add := func(item reports.Gated) {
			if !told[item.Fact()] {
				told[item.Fact()] = true
				g.Items = append(g.Items, item)
			}
		}
		for _, part := range []struct {
			items   []Item
			verdict string
		}{{v.Against, reports.GateAgainst}, {v.Undecided, reports.GateUnmeasured}} {
			for j := range part.items {
				if item := &part.items[j]; item.Target == s.Name {
					broken[item.Gate] = true
					add(t.gated(item, s, part.verdict))
				}
			}
		}
		for _, e := range v.Diff.Known {
			if e.Target == s.Name {
				add(t.entry(s, e, reports.GatePassed, ""))
			}
		}
		for _, e := range v.Diff.Allowed {
			if e.Target == s.Name {
				add(t.entry(s, e, reports.GateAllowed, e.Allow.Reason))
			}
		}
		for _, gate := range v.Gates {
			if !broken[gate] {
				g.Items = append(g.Items, reports.Gated{Target: s.Name, Line: s.Line, URL: s.Page, Rule: gate, Verdict: reports.GatePassed})
			}
		}
	}
	return g
}

func (t speaker) gated(i *Item, s *Summary, verdict string) reports.Gated {
	rule := cmp.Or(i.Gate, i.Kind)
	switch i.Kind {
	case baseline.Technique:
		rule, _, _ = strings.Cut(i.Subject, "@")
	case "finding", "check":
		rule = i.Subject
	case baseline.Receiver, baseline.Cookie, baseline.Storage:
		rule = i.Kind
	}
	return reports.Gated{
		Target: i.Target, Line: i.Line, URL: s.Page, Rule: rule, State: i.Scenario, Kind: i.Kind, Subject: cmp.Or(i.Key, i.Subject),
		Text: t.sentence(i), Verdict: verdict, New: strings.HasPrefix(i.Gate, New),
	}
}

func (t speaker) entry(s *Summary, e baseline.Entry, verdict, reason string) reports.Gated {
	item := Item{
		Target: s.Name, Line: s.Line, Scenario: e.Scenario, Kind: e.Kind, Subject: e.Subject, Company: e.Company, Purpose: e.Purpose,
		By: e.By, Seen: fmt.Sprintf("%d of %d", e.Loads, e.Of),
	}
	out := t.gated(&item, s, verdict)
	out.Reason = reason
	return out
}
