// Package try owns what the tests of every format have in common. Nothing but
// tests imports it.
package try

import (
	"bytes"
	"io"
	"slices"
	"testing"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/internal/golden"
	"github.com/spoor-audit/spoor/reports/internal/sample"
	"github.com/spoor-audit/spoor/reports/lang"
)

// A Render writes a result in a language.
type Render func(w io.Writer, r *reports.Result, code string) error

// Result returns one of the results of package sample.
func Result(t *testing.T, name string) *reports.Result {
	t.Helper()
	r, err := sample.Result(name)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Results returns all of them.
func Results(t *testing.T) map[string]*reports.Result {
	t.Helper()
	out := map[string]*reports.Result{}
	for _, name := range sample.Names() {
		out[name] = Result(t, name)
	}
	return out
}

// Text renders a result.
func (render Render) Text(t *testing.T, r *reports.Result, code string) string {
	t.Helper()
	var b bytes.Buffer
	if err := render(&b, r, code); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Format tests what every format must do: the shop looks as the golden files say,
// "consent.en" and "consent.nl" with an ending; the same result gives the same
// bytes; every result can be shown; no result is an error.
func Format(t *testing.T, ending string, render Render) {
	t.Helper()
	results := Results(t)
	for _, code := range lang.Codes() {
		for name, r := range results {
			first := render.Text(t, r, code)
			if again := render.Text(t, r, code); again != first {
				t.Errorf("%s, %s: two renderings differ", name, code)
			}
		}
		golden.Equal(t, "consent."+code+ending, render.Text(t, Steady(results["consent"]), code))
	}
	if render(io.Discard, nil, "en") == nil {
		t.Error("no result is no error")
	}
}

// Steady takes out of a result what grows with every new technique: all that were
// looked for and not found, but one. Golden files then change only when a format
// does.
func Steady(r *reports.Result) *reports.Result {
	out := *r
	out.Techniques = slices.DeleteFunc(slices.Clone(r.Techniques), func(t reports.Technique) bool {
		return t.State == reports.Clean && t.ID != "fingerprint-audio"
	})
	out.Summary.Clean -= len(r.Techniques) - len(out.Techniques)
	return &out
}
