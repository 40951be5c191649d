package reports_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/compare"
	"github.com/spoor-audit/spoor/reports/internal/sample"
)

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
