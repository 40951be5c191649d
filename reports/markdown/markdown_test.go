package markdown_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/internal/try"
	"github.com/spoor-audit/spoor/reports/markdown"
)

var render = try.Render(func(w io.Writer, r *reports.Result, code string) error {
	return markdown.Render(w, r, markdown.Options{Lang: code})
})

func TestFormat(t *testing.T) { try.Format(t, ".md", render) }

// A visit that says nothing about the site must not look like a clean one.
func TestNotMeasuredIsNotClean(t *testing.T) {
	for name, r := range try.Results(t) {
		if r.Summary.Measured != reports.MeasuredNot {
			continue
		}
		for code, words := range map[string][3]string{
			"en": {"**not measured**", "not found", "0 problems"}, "nl": {"**niet gemeten**", "niet gevonden", "0 problemen"},
		} {
			text := render.Text(t, r, code)
			if !strings.Contains(text, words[0]) || strings.Contains(text, words[1]) || strings.Contains(text, words[2]) {
				t.Errorf("%s, %s:\n%s", name, code, text)
			}
		}
	}
}

// However much there is to tell, the text fits a comment, says how much is left
// out, and keeps its end.
func TestItFitsAComment(t *testing.T) {
	r := try.Result(t, "consent")
	long := strings.Repeat("<b>@a|", 100)
	for i := range 500 {
		r.Checks = append(r.Checks, reports.Check{
			ID: fmt.Sprintf("check-%d", i), Outcome: reports.Fail, Severity: "high",
			Title: reports.Words{EN: long, NL: long}, Text: reports.Words{EN: long, NL: long},
		})
		r.Gaps = append(r.Gaps, reports.Gap{Scenario: evidence.None, Text: reports.Words{EN: fmt.Sprint(long, i), NL: fmt.Sprint(long, i)}})
	}
	for _, code := range []string{"en", "nl"} {
		text := render.Text(t, r, code)
		if len(text) > 60_000 {
			t.Errorf("%s: %d bytes", code, len(text))
		}
		if more := map[string]string{"en": "more lines found no room here", "nl": "regels was hier geen plaats"}[code]; !strings.Contains(text, more) {
			t.Errorf("%s: does not say that something is left out", code)
		}
		if !strings.Contains(text, "spoor explain") {
			t.Errorf("%s: the end is missing", code)
		}
	}
}
