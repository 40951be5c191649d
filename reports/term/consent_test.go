package term_test

import (
	"testing"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/internal/sample"
)

func consent(t *testing.T) *reports.Result {
	t.Helper()
	in, err := sample.Consent()
	if err != nil {
		t.Fatal(err)
	}
	return reports.New(in)
}
