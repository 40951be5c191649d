package gitlab

import (
	"fmt"
	"io"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
)

// RenderGate writes what is against the policy of spoor check, and what could not
// be decided, as a Code Quality report.
func RenderGate(w io.Writer, g *reports.GateReport) error {
	list := []issue{}
	for i := range g.Items {
		item := &g.Items[i]
		severity := "major"
		switch item.Verdict {
		case reports.GateAgainst:
		case reports.GateUnmeasured:
			severity = "blocker"
		default:
			continue
		}
		list = append(list, issue{
			Description: clean.Short(item.Text, maxText), Check: clean.Short(item.Rule, maxName), Severity: severity,
			Location: location{g.Config, lines{max(item.Line, 1)}}, Fingerprint: item.Fact().Fingerprint(),
		})
	}
	if err := reports.EncodeJSON(w, list); err != nil {
		return fmt.Errorf("gitlab: write: %w", err)
	}
	return nil
}
