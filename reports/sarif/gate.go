package sarif

import (
	"fmt"
	"io"
	"slices"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/lang"
)

// RenderGate writes what is against the policy of spoor check as a SARIF file. What
// is known or allowed is not in it: GitHub makes an open alert of each result, also
// of those that the file calls suppressed (github/codeql-action, issue 1230), and
// closes the alert of what the next file no longer holds.
func RenderGate(w io.Writer, g *reports.GateReport) error {
	m := &maker{r: &reports.Result{}, t: lang.Get(g.Lang), o: Options{Lang: g.Lang, File: g.Config}, index: map[string]int{}}
	var against []*reports.Gated
	for i := range g.Items {
		if g.Items[i].Verdict == reports.GateAgainst && len(against) < maxResults {
			against = append(against, &g.Items[i])
		}
	}
	out := run{
		Tool: tool{driver{
			Name: "spoor", Version: clean.Short(g.Spoor, maxName), InformationURI: reports.Homepage, Rules: m.gateRules(against), Language: m.t.Code(),
			Notifications: []descriptor{{unjudged, text{Text: m.t.T("sarif.not-measured")}}},
		}},
		Automation:  automation{"spoor-check/" + clean.Short(g.Config, maxName) + "/"},
		Invocations: []invocation{{Successful: g.Decided(), Notifications: []notification{}}},
		Results:     []result{},
		ColumnKind:  "utf16CodeUnits",
	}
	for i := range g.Items {
		if g.Items[i].Verdict == reports.GateUnmeasured {
			call := &out.Invocations[0]
			call.Notifications = append(call.Notifications, notify(unjudged, 0, "error", g.Items[i].Text))
		}
	}
	for _, item := range against {
		out.Results = append(out.Results, m.gated(item))
	}
	if err := reports.EncodeJSON(w, file{Schema: schema, Version: "2.1.0", Runs: []run{out}}); err != nil {
		return fmt.Errorf("sarif: write: %w", err)
	}
	return nil
}

// gateRules describes the rules that items name.
func (m *maker) gateRules(items []*reports.Gated) []rule {
	var ids []string
	for _, item := range items {
		ids = append(ids, item.Rule)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	out := make([]rule, len(ids))
	for i, id := range ids {
		m.index[id] = i
		out[i] = m.rule(id)
	}
	return out
}

func (m *maker) gated(g *reports.Gated) result {
	fingerprint := g.Fact().Fingerprint()
	out := result{
		RuleID: clean.Short(g.Rule, maxName), RuleIndex: m.index[g.Rule], Level: "error",
		Message: text{Text: clean.SARIF(clean.Short(g.Text, maxMessage))},
		Locations: []location{{
			Physical: m.place(g.Line),
			Logical:  []logical{{Name: clean.Short(g.Target, maxName), Full: clean.Short(g.URL, maxMessage), Kind: "page"}},
		}},
		Fingerprints: map[string]string{"spoorFact/v1": fingerprint, "primaryLocationLineHash": fingerprint + ":1"},
		Properties:   properties{"kind": g.Kind, "subject": clean.Short(g.Subject, maxName)},
	}
	if g.State != "" {
		at := &out.Locations[0]
		at.Logical = append(at.Logical, logical{Name: string(g.State), Kind: "state"})
	}
	if g.New {
		out.Baseline = "new"
	}
	return out
}
