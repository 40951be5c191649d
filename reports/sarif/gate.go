package sarif

import (
	"fmt"
	"io"
	"slices"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/lang"
)

// RenderGate writes the outcome of spoor check as a SARIF file. What is known or
// allowed is in it too, suppressed with its reason, so that a service that
// compares files does not take it for mended.
func RenderGate(w io.Writer, g *reports.GateReport) error {
	m := &maker{r: &reports.Result{}, t: lang.Get(g.Lang), o: Options{Lang: g.Lang, File: g.Config}, index: map[string]int{}}
	out := run{
		Tool: tool{driver{
			Name: "spoor", Version: clean.Short(g.Spoor, maxName), InformationURI: reports.Homepage, Rules: m.gateRules(g.Items), Language: m.t.Code(),
			Notifications: []descriptor{{unjudged, text{Text: m.t.T("sarif.not-measured")}}},
		}},
		Automation:  automation{"spoor-check/" + clean.Short(g.Config, maxName) + "/"},
		Invocations: []invocation{{Successful: g.Decided(), Notifications: []notification{}}},
		Results:     []result{},
		ColumnKind:  "utf16CodeUnits",
	}
	for i := range g.Items {
		item := &g.Items[i]
		if item.Verdict == reports.GateUnmeasured {
			call := &out.Invocations[0]
			call.Notifications = append(call.Notifications, notify(unjudged, 0, "error", item.Target+": "+item.Text))
			continue
		}
		if item.Verdict == reports.GatePassed && item.Kind == "" {
			continue // a gate that holds is no result
		}
		if len(out.Results) < maxResults {
			out.Results = append(out.Results, m.gated(item))
		}
	}
	if err := reports.EncodeJSON(w, file{Schema: schema, Version: "2.1.0", Runs: []run{out}}); err != nil {
		return fmt.Errorf("sarif: write: %w", err)
	}
	return nil
}

// gateRules describes the rules that items name. Kinds of facts and limits have no
// documentation of their own; their name says what they are.
func (m *maker) gateRules(items []reports.Gated) []rule {
	var ids []string
	for i := range items {
		if items[i].Rule != "" {
			ids = append(ids, items[i].Rule)
		}
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
			Physical: physical{artifact{m.o.File}, region{max(g.Line, 1)}},
			Logical: []logical{
				{Name: clean.Short(g.Target, maxName), Full: clean.Short(g.URL, maxMessage), Kind: "page"},
				{Name: clean.Short(string(g.State), maxName), Kind: "state"},
			},
		}},
		Fingerprints: map[string]string{"spoorFact/v1": fingerprint, "primaryLocationLineHash": fingerprint + ":1"},
		Baseline:     "unchanged",
		Properties:   properties{"kind": g.Kind, "subject": clean.Short(g.Subject, maxName)},
	}
	if g.New {
		out.Baseline = "new"
	}
	switch g.Verdict {
	case reports.GateAllowed:
		out.Suppressions = []suppression{{Kind: "external", Status: "accepted", Justification: clean.Short(g.Reason, maxMessage)}}
	case reports.GatePassed:
		out.Suppressions = []suppression{{Kind: "external", Status: "accepted", Justification: "It stands in spoor.lock."}}
	}
	if len(out.Suppressions) > 0 {
		out.Level = "note"
	}
	return out
}
