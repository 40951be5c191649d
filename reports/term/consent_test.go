package term_test

import (
	"testing"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/internal/sample"
)

func consent(t *testing.T) *reports.Result {
	t.Helper()
	return of(t, sample.Consent)
}

// of makes the result of a sample.
func of(t *testing.T, in func() (reports.Input, error)) *reports.Result {
	t.Helper()
	input, err := in()
	if err != nil {
		t.Fatal(err)
	}
	return reports.New(input)
}
