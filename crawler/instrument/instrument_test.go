package instrument

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spoor-audit/spoor/evidence"
)

func script(t testing.TB) *Script {
	t.Helper()
	table, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	s, err := table.New()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStack(t *testing.T) {
	s := script(t)
	for _, c := range []struct {
		name, text string
		want       []evidence.Frame
	}{
		{"named function", "\n    at draw (https://a.test/f.js:3:14)", []evidence.Frame{{Function: "draw", URL: "https://a.test/f.js", Line: 3, Column: 14}}},
		{"no function", "\n    at https://a.test/f.js:3:14", []evidence.Frame{{URL: "https://a.test/f.js", Line: 3, Column: 14}}},
		{"constructor", "\n    at new Foo (https://a.test/f.js:3:14)", []evidence.Frame{{Function: "Foo", URL: "https://a.test/f.js", Line: 3, Column: 14}}},
		{"async", "\n    at async run (https://a.test/f.js:3:14)", []evidence.Frame{{Function: "run", URL: "https://a.test/f.js", Line: 3, Column: 14, Async: true}}},
		{"native", "\n    at Array.map (<anonymous>)", []evidence.Frame{{Function: "Array.map"}}},
		{"method alias", "\n    at Object.t [as draw] (https://a.test/f.js:1:2)", []evidence.Frame{{Function: "Object.t [as draw]", URL: "https://a.test/f.js", Line: 1, Column: 2}}},
		{"parentheses in the address", "\n    at f (https://a.test/a(1).js:1:2)", []evidence.Frame{{Function: "f", URL: "https://a.test/a(1).js", Line: 1, Column: 2}}},
		{"a port", "\n    at f (http://127.0.0.1:8080/a.js:1:2)", []evidence.Frame{{Function: "f", URL: "http://127.0.0.1:8080/a.js", Line: 1, Column: 2}}},
		{"eval", "\n    at eval (eval at go (https://a.test/f.js:5:6), <anonymous>:1:2)", []evidence.Frame{{Function: "eval", Line: 1, Column: 2}, {Function: "go", URL: "https://a.test/f.js", Line: 5, Column: 6}}},
		{"eval in eval", "\n    at eval (eval at <anonymous> (eval at go (https://a.test/f.js:5:6)), <anonymous>:1:2)", []evidence.Frame{{Function: "eval", Line: 1, Column: 2}, {Function: "<anonymous>"}, {Function: "go", URL: "https://a.test/f.js", Line: 5, Column: 6}}},
		{"blob", "\n    at blob:https://a.test/12-34:1:2", []evidence.Frame{{URL: "blob:https://a.test/12-34", Line: 1, Column: 2}}},
		{"our own frames are left out", "\n    at hit (" + s.token + ":boot:1:2)\n    at f (https://a.test/f.js:1:2)", []evidence.Frame{{Function: "f", URL: "https://a.test/f.js", Line: 1, Column: 2}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, s.Stack(c.text)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestDecode(t *testing.T) {
	s := script(t)
	row := 0
	text := s.token + fieldMark + "0.5" + recordMark +
		strings.Join([]string{"c", "7", "0", "canvas,2,300,150,1", "", "2d", "t12", "1", "\n    at f (https://a.test/f.js:1:2)"}, fieldMark) +
		recordMark + strings.Join([]string{"o", "9", "0"}, fieldMark)
	realm, reports, ok := s.Decode(text)
	if !ok || realm != "0.5" {
		t.Fatalf("realm %q, ok %v", realm, ok)
	}
	want := []Report{
		{
			Kind: Called, Hit: 7, Row: row, Gesture: true, Args: []string{"2d"}, Result: &evidence.Value{Text: "12"},
			Object: &evidence.Object{Kind: "canvas", Number: 2, Width: 300, Height: 150, Shown: true},
			Stack:  []evidence.Frame{{Function: "f", URL: "https://a.test/f.js", Line: 1, Column: 2}},
		},
		{Kind: LetGo, Hit: 9, Row: row},
	}
	if d := cmp.Diff(want, reports); d != "" {
		t.Error(d)
	}
}

// TestForged shows that what a page writes to its console is never taken for a
// report: it cannot know the token.
func TestForged(t *testing.T) {
	s, other := script(t), script(t)
	if _, _, ok := s.Decode(other.token + fieldMark + "1" + recordMark + "c"); ok {
		t.Error("a message with another run's token was taken for a report")
	}
	if s.token == other.token || s.name == other.name {
		t.Error("two runs share their secret names")
	}
	if _, _, own := s.Code("https://a.test/" + s.token + ":1"); own {
		t.Error("an address that holds the token was taken for spoor's own code")
	}
}

func TestTable(t *testing.T) {
	for name, yaml := range map[string]string{
		"no test":       "- {api: A.b}",
		"unknown group": "- {api: A.b, group: g, test: x}",
		"twice":         "- {api: A.b, test: x}\n- {api: A.b, test: x}",
		"no member":     "- {api: A, test: x}",
		"unknown key":   "- {api: A.b, test: x, colour: red}",
	} {
		if _, err := parse([]byte(yaml)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzDecode(f *testing.F) {
	s := script(f)
	f.Add("0.5" + recordMark + "c" + fieldMark + "1" + fieldMark + "0")
	f.Add("0.5" + recordMark + "h" + fieldMark + "1" + fieldMark + "0 1 2" + fieldMark + "https://a.test/")
	f.Fuzz(func(t *testing.T, text string) {
		_, reports, _ := s.Decode(s.token + fieldMark + text)
		for _, r := range reports {
			if r.Row < 0 || r.Row >= len(s.table.Rows) {
				t.Fatalf("row %d", r.Row)
			}
		}
	})
}

func FuzzStack(f *testing.F) {
	s := script(f)
	f.Add("\n    at eval (eval at go (https://a.test/f.js:5:6), <anonymous>:1:2)")
	f.Add("\n    at f (a(b)c:1:2)\n at async x")
	f.Fuzz(func(_ *testing.T, text string) { s.Stack(text) })
}
