package html

import (
	"strings"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
)

// checkText is how long the sentences of a check may be, in characters.
const checkText = 1200

// checkCard shows one check that failed or warns: what was seen, on what it rests,
// which rules are relevant, and what to do.
func (m *maker) checkCard(c *reports.Check, clump string) card {
	doc, _ := reports.CheckDoc(m.t, c.ID)
	out := card{
		ID: c.ID, Kind: "check", Clump: clump, Severity: m.t.Word("severity", c.Severity), Title: clean.Line(c.Title.In(m.t.Code())),
		Outcome: m.t.Word("check.outcome", c.Outcome), Group: m.t.Word("group", c.Group),
		Why: doc.Why, Fix: doc.Fix, Limits: doc.Limits, Who: m.organisations(c),
	}
	if c.Gain > 0 {
		out.Gain = m.t.N("check.gain", c.Gain)
	}
	if laws := reports.Laws(m.t, c.Basis); len(laws) > 0 {
		out.Basis = clean.Short(strings.Join(laws, "; "), checkText)
	}
	meta := []string{m.t.T("check." + c.Sure())}
	if seen, of, ok := strings.Cut(c.Visits, " of "); ok && of != "1" {
		meta = append(meta, m.t.T("check.visits", "seen", seen, "of", of))
	}
	f := finding{Text: clean.Short(c.Text.In(m.t.Code()), checkText), Meta: strings.Join(meta, " · ")}
	for _, id := range c.Evidence {
		if len(f.Evidence) == reports.RowsPerFinding {
			break
		}
		if r, ok := m.r.Evidence[evidence.ID(id)]; ok {
			f.Evidence = append(f.Evidence, m.row(evidence.ID(id), &r))
		}
	}
	if len(c.Evidence) > 0 {
		f.Proof = m.t.N("finding.evidence", len(c.Evidence))
		f.More = m.more("more.evidence", len(c.Evidence)-len(f.Evidence))
	}
	out.Findings = []finding{f}
	return out
}

// organisations names who is involved in a check.
func (m *maker) organisations(c *reports.Check) string {
	names := make([]string, len(c.Named))
	for i, name := range c.Named {
		names[i] = clean.Short(name, shortText)
	}
	return m.t.Some(names, shownWho)
}
