package reports_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

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

// A result that an older version wrote lacks lists of today. Written again, it has
// them, and none is null.
func TestOlderResults(t *testing.T) {
	r, err := reports.ReadJSON(strings.NewReader(`{"format":"spoor-result/1","runs":[{"scenario":"none"}],"parties":[{"id":"b"},{"id":"a"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := reports.WriteJSON(&b, r); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "null") {
		t.Errorf("a null is in %s", b.String())
	}
	if r.Party("a") == nil || r.Party("b") == nil {
		t.Error("a party is not found")
	}
}

// A result from a file can hold anything. What it says may be nonsense then, but
// every format shows it, or an error.
func FuzzSavedResult(f *testing.F) {
	for _, name := range []string{"consent", "blocked", "empty"} {
		r, err := sample.Result(name)
		if err != nil {
			f.Fatal(err)
		}
		var b bytes.Buffer
		if err := reports.WriteJSON(&b, r); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	for _, text := range []string{
		`{"format":"spoor-result/1"}`,
		`{"format":"spoor-result/1","runs":[{"scenario":"reject","controls":[{"page":7}],"pages":null}],"parties":[{"id":"b"},{"id":"a"}]}`,
		`{"format":"spoor-result/1","findings":[{"id":"x","scenario":"?","evidence":["none/call/1"]}],"evidence":{"none/call/1":{"kind":"?"}}}`,
		`{"format":"spoor-result/1","techniques":[{"id":"key-logging","state":"found","clump":"problem"}],"checks":[{"outcome":"fail","certainty":-1}]}`,
		`{"format":"spoor-result/1","timeline":[{"scenario":"none","marks":[{"at_ms":-9223372036854775808}]}],"flows":[{"requests":-1}],"score":{}}`,
		`{"format":"spoor-result/1","subject":{"started":"9999-12-31T23:59:59Z","took_ms":9223372036854775807}}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := reports.ReadJSON(bytes.NewReader(data))
		if err != nil {
			return
		}
		for name, f := range formats {
			var b bytes.Buffer
			if err := f.render(&b, r, "en"); err != nil {
				continue
			}
			if !f.binary && !utf8.Valid(b.Bytes()) {
				t.Errorf("%s is not UTF-8", name)
			}
		}
		if _, err := compare.Follows(r, nothing); err != nil {
			t.Logf("not compared: %v", err)
		}
	})
}

// Wherever a result from a file lacks something or holds something else than spoor
// writes, every format still shows it.
func TestResultsThatLackSomething(t *testing.T) {
	r, err := sample.Result("consent")
	if err != nil {
		t.Fatal(err)
	}
	var whole bytes.Buffer
	if err := reports.WriteJSON(&whole, r); err != nil {
		t.Fatal(err)
	}
	read := func() map[string]any {
		var doc map[string]any
		if err := json.Unmarshal(whole.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		return doc
	}
	step := 16 // All of them take minutes.
	if os.Getenv("SPOOR_TEST_ALL") != "" {
		step = 1
	}
	changed := 0
	for i, path := range slices.Sorted(slices.Values(paths(read(), ""))) {
		if i%step != 0 {
			continue
		}
		for _, value := range []any{nil, []any{}, map[string]any{}, -1 << 40, 1 << 40, "<?\u202e"} {
			doc := read()
			if !change(doc, strings.Split(path, "\t"), value) {
				continue
			}
			data, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			got, err := reports.ReadJSON(bytes.NewReader(data))
			if err != nil {
				continue // The value is not of the kind that belongs there.
			}
			changed++
			for name, f := range formats {
				if f.binary {
					continue // It shows the tables that CSV shows.
				}
				shown(t, name+" with "+strings.ReplaceAll(path, "\t", "."), f, got)
			}
		}
	}
	if changed < 500/step {
		t.Errorf("only %d results were tried", changed)
	}
}

// shown renders a result and tells of a panic by what was changed.
func shown(t *testing.T, what string, f format, r *reports.Result) {
	t.Helper()
	defer func() {
		if p := recover(); p != nil {
			t.Errorf("%s: %v", what, p)
		}
	}()
	if err := f.render(io.Discard, r, "en"); err != nil {
		t.Errorf("%s: %v", what, err)
	}
}

// paths lists the places of a document, of each list only the first entry.
func paths(v any, at string) []string {
	var out []string
	join := func(part string) string { return strings.TrimPrefix(at+"\t"+part, "\t") }
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			out = append(append(out, join(name)), paths(v[name], join(name))...)
			if strings.HasSuffix(at, "evidence") {
				break // The rows are alike.
			}
		}
	case []any:
		if len(v) > 0 {
			out = append(out, paths(v[0], join("0"))...)
		}
	}
	return out
}

// change sets the value at a place; it returns false if it is not there.
func change(v any, path []string, value any) bool {
	switch v := v.(type) {
	case map[string]any:
		next, ok := v[path[0]]
		if ok && len(path) == 1 {
			v[path[0]] = value
			return true
		}
		return ok && change(next, path[1:], value)
	case []any:
		return len(v) > 0 && change(v[0], path[1:], value)
	}
	return false
}
