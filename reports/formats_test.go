package reports_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/compare"
	"github.com/spoor-audit/spoor/reports/csv"
	"github.com/spoor-audit/spoor/reports/gitlab"
	"github.com/spoor-audit/spoor/reports/html"
	"github.com/spoor-audit/spoor/reports/internal/sample"
	"github.com/spoor-audit/spoor/reports/internal/try"
	"github.com/spoor-audit/spoor/reports/junit"
	"github.com/spoor-audit/spoor/reports/markdown"
	"github.com/spoor-audit/spoor/reports/sarif"
	"github.com/spoor-audit/spoor/reports/term"
	"github.com/spoor-audit/spoor/reports/xlsx"
)

// A format is one way to show a result, and what must hold of it however hostile
// the page was.
type format struct {
	render func(w io.Writer, r *reports.Result, code string) error
	inert  func(t *testing.T, text string)
	most   int  // bytes
	binary bool // it is no text
}

// formats lists all formats of results.
var formats = map[string]format{
	"terminal": {
		render: func(w io.Writer, r *reports.Result, code string) error {
			return term.Render(w, r, term.Options{Unicode: true, All: true, Lang: code})
		},
		inert: func(*testing.T, string) {}, most: 60_000,
	},
	"html": {
		render: func(w io.Writer, r *reports.Result, code string) error {
			return html.Render(w, r, html.Options{Lang: code})
		},
		inert: inertHTML, most: 1_500_000,
	},
	"json": {
		render: func(w io.Writer, r *reports.Result, _ string) error { return reports.WriteJSON(w, r) },
		inert:  validJSON, most: 300_000,
	},
	"markdown": {
		render: func(w io.Writer, r *reports.Result, code string) error {
			return markdown.Render(w, r, markdown.Options{Lang: code})
		},
		inert: inertMarkdown, most: 60_000,
	},
	"sarif": {
		render: func(w io.Writer, r *reports.Result, code string) error {
			return sarif.Render(w, r, sarif.Options{Lang: code})
		},
		inert: inertSARIF, most: 250_000,
	},
	"gitlab": {
		render: func(w io.Writer, r *reports.Result, code string) error {
			return gitlab.Render(w, r, gitlab.Options{Lang: code})
		},
		inert: validJSON, most: 60_000,
	},
	"junit": {
		render: func(w io.Writer, r *reports.Result, code string) error {
			return junit.Render(w, r, junit.Options{Lang: code})
		},
		inert: validXML, most: 200_000,
	},
	"csv findings": {render: csvOf(reports.TableFindings), inert: inertCSV, most: 100_000},
	"csv cookies":  {render: csvOf(reports.TableCookies), inert: inertCSV, most: 100_000},
	"csv requests": {render: csvOf(reports.TableRequests), inert: inertCSV, most: 100_000},
	"xlsx": {
		render: func(w io.Writer, r *reports.Result, code string) error {
			return xlsx.Render(w, r, xlsx.Options{Lang: code})
		},
		inert: inertXLSX, most: 200_000, binary: true,
	},
	"changes": {
		render: func(w io.Writer, r *reports.Result, code string) error {
			return term.Changes(w, compare.Results(nothing, r), term.Options{Unicode: true, Lang: code})
		},
		inert: func(*testing.T, string) {}, most: 60_000,
	},
	"changes as JSON": {
		render: func(w io.Writer, r *reports.Result, _ string) error {
			return reports.EncodeJSON(w, compare.Results(r, nothing))
		},
		inert: validJSON, most: 100_000,
	},
}

// nothing is a result of the same site that holds nothing.
var nothing = func() *reports.Result {
	r, err := sample.Result("empty")
	if err != nil {
		panic(err) // The sample is made of nothing that can fail.
	}
	r.Runs = []reports.Run{{Scenario: "none", Measured: true}, {Scenario: "reject", Measured: true, ChosenMS: new(int64)}}
	return r
}()

func csvOf(table string) func(io.Writer, *reports.Result, string) error {
	return func(w io.Writer, r *reports.Result, code string) error {
		err := csv.Render(w, r, csv.Options{Lang: code, Table: table})
		if errors.Is(err, csv.ErrNoTable) && r != nil && !r.HasRequests() {
			return nil
		}
		return err
	}
}

// Whatever a page writes into the texts that it chooses, no format becomes
// something else by it: not markup, a link, a formula, a command of a terminal or
// of CI, and not a file that programs cannot read.
func TestHostileTextIsInertInEveryFormat(t *testing.T) {
	r, err := sample.Result("hostile")
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range formats {
		for _, code := range []string{"en", "nl"} {
			var b bytes.Buffer
			if err := f.render(&b, r, code); err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if b.Len() > f.most {
				t.Errorf("%s: texts of a megabyte made %d bytes", name, b.Len())
			}
			if !f.binary {
				plainText(t, name, b.String())
			}
			t.Run(name+" "+code, func(t *testing.T) { f.inert(t, b.String()) })
		}
	}
}

// The requests of a visit are an HTTP archive as the specification has it.
func TestHARSchema(t *testing.T) {
	s := try.Schema(t, "har-1.2/har.json")
	for name, v := range map[string]*evidence.Visit{
		"shop": sample.Shop(), "consent": sample.ConsentVisit(), "blocked": sample.Blocked(), "failed": sample.Failed(),
	} {
		var b bytes.Buffer
		if err := evidence.WriteHAR(&b, evidence.Redact(v, evidence.Rules{Values: true})); err != nil {
			t.Fatal(err)
		}
		try.Valid(t, name, s, b.String())
	}
}
