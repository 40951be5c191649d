package reports_test

import (
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/internal/sample"
)

// TestTyped shows what a run typed, whole, beside the values of the site, which are
// cut, and as the evidence of a finding.
func TestTyped(t *testing.T) {
	in := input(t, sample.Consent)
	v := *in.Visit
	run := v.Runs[0]
	run.Scenario, run.Signals, run.Dialog = evidence.Forms, nil, nil
	run.Typed = []evidence.Typed{
		{ID: "forms/typed/1", At: 2100, Target: run.Targets[0].ID, Form: "newsletter", Label: "E-mail", Name: "mail", Type: "email", Asks: "email", Value: "fagabaviri1826@example.com"},
		{ID: "forms/typed/2", At: 2900, Label: "Nickname", Type: "text", Asks: "other", Value: "kadiriruzi108", Became: "KADIRIRUZI108"},
	}
	v.Runs = append(append([]evidence.Run{}, v.Runs...), run)
	in.Visit = &v
	in.Judgement.Findings = append([]detectors.Finding{{
		ID: "beacon", Key: "t.test", Scenario: evidence.Forms, Phase: evidence.Before, Severity: detectors.High, Times: "1 of 1",
		Evidence: []evidence.ID{"forms/typed/1", "forms/typed/2"},
	}}, in.Judgement.Findings...)
	r := reports.New(in)
	last := r.Runs[len(r.Runs)-1]
	if last.Scenario != evidence.Forms || len(last.Typed) != 2 || last.Typed[0].Value != "fagabaviri1826@example.com" || last.Typed[1].Became != "KADIRIRUZI108" {
		t.Fatalf("typed: %+v", last.Typed)
	}
	row := r.Evidence["forms/typed/1"]
	if row.Kind != "typed" || row.Type != "email" || row.Text != "E-mail" || row.Value != "fagabaviri1826@example.com" || !strings.HasPrefix(row.In, "page ") {
		t.Errorf("as evidence: %+v", row)
	}
	if row := r.Evidence["forms/typed/2"]; len(row.Lines) != 1 || row.Lines[0] != "KADIRIRUZI108" {
		t.Errorf("what it became: %+v", row)
	}
	var columns []string
	for _, c := range r.Columns() {
		columns = append(columns, c.Key())
	}
	if got := strings.Join(columns, " "); got != "state.before state.reject state.accept state.forms" {
		t.Errorf("columns: %s", got)
	}
}
