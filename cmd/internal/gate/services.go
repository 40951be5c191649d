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
	g := &reports.GateReport{Spoor: v.Version, Config: v.Config, Lang: "en"}
	for i := range v.Targets {
		t := &v.Targets[i]
		broken := map[string]bool{}
		for _, part := range []struct {
			items   []Item
			verdict string
		}{{v.Against, reports.GateAgainst}, {v.Undecided, reports.GateUnmeasured}} {
			for j := range part.items {
				if item := &part.items[j]; item.Target == t.Name {
					broken[item.Gate] = true
					g.Items = append(g.Items, item.gated(t, part.verdict))
				}
			}
		}
		for _, e := range v.Diff.Known {
			if e.Target == t.Name {
				g.Items = append(g.Items, entry(t, e, reports.GatePassed, ""))
			}
		}
		for _, e := range v.Diff.Allowed {
			if e.Target == t.Name {
				g.Items = append(g.Items, entry(t, e, reports.GateAllowed, e.Allow.Reason))
			}
		}
		for _, gate := range v.Gates {
			if !broken[gate] {
				g.Items = append(g.Items, reports.Gated{Target: t.Name, Line: t.Line, URL: t.Page, Rule: gate, Verdict: reports.GatePassed})
			}
		}
	}
	return g
}

func (i *Item) gated(t *Summary, verdict string) reports.Gated {
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
		Target: i.Target, Line: i.Line, URL: t.Page, Rule: rule, State: i.Scenario, Kind: i.Kind, Subject: i.Subject,
		Text: i.sentence(), Verdict: verdict, New: strings.HasPrefix(i.Gate, New),
	}
}

func entry(t *Summary, e baseline.Entry, verdict, reason string) reports.Gated {
	item := Item{
		Target: t.Name, Line: t.Line, Scenario: e.Scenario, Kind: e.Kind, Subject: e.Subject, Company: e.Company, Purpose: e.Purpose,
		By: e.By, Seen: fmt.Sprintf("%d of %d", e.Loads, e.Of),
	}
	out := item.gated(t, verdict)
	out.Reason = reason
	return out
}
