package evidence_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spoor-audit/spoor/evidence"
)

func TestReadRefuses(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"nothing", "", "unexpected EOF"},
		{"null", "null", "no format"},
		{"no format", "{}", "no format"},
		{"other format", `{"format":"har"}`, `"har"`},
		{"two records", `{"format":"spoor-evidence/1"}{}`, "follows"},
		{"unknown scenario", `{"format":"spoor-evidence/1","runs":[{"scenario":"maybe"}]}`, `"maybe"`},
		{"request of a page that is not there", `{"format":"spoor-evidence/1","runs":[{"scenario":"none","pages":[{}],"requests":[{"id":"none/request/1","page":4}]}]}`, "none/request/1"},
		{"cookie of a negative page", `{"format":"spoor-evidence/1","runs":[{"scenario":"none","cookies":[{"id":"none/cookie/1","page":-1}]}]}`, "none/cookie/1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := evidence.Read(strings.NewReader(tt.text))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("the error is %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestReadSkipsFieldsOfLaterVersions(t *testing.T) {
	v, err := evidence.Read(strings.NewReader(`{"format":"spoor-evidence/1","weather":"fine","runs":[{"scenario":"gpc","pages":[{"smell":2}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if v.Run(evidence.GPC) == nil {
		t.Error("the run was lost")
	}
}

func TestLookup(t *testing.T) {
	v := sample()
	// A second run of the same scenario, and a list out of order.
	v.Runs = append(v.Runs, evidence.Run{Scenario: evidence.None, Calls: []evidence.Call{
		{ID: "none/call/9", API: "nine"}, {ID: "none/call/4", API: "four"}, {ID: "none/call/7", API: "seven"},
	}})
	for _, id := range []evidence.ID{"none/request/3", "none/socket/1", "none/script/1", "none/call/2", "none/cookie/1", "none/storage/1", "none/event/1", "none/anchor/1"} {
		if _, ok := v.Lookup(id); !ok {
			t.Errorf("%q is not found", id)
		}
	}
	if got, ok := v.Lookup("none/request/3"); !ok || got != any(&v.Runs[0].Requests[2]) {
		t.Errorf("Lookup gave %v, not the request of the record", got)
	}
	v.Runs = append(v.Runs, evidence.Run{Scenario: evidence.Forms, Typed: []evidence.Typed{{ID: "forms/typed/1"}, {ID: "forms/typed/2"}}})
	if got, ok := v.Lookup("forms/typed/2"); !ok || got != any(&v.Runs[2].Typed[1]) {
		t.Errorf("Lookup gave %v, not the text of the record", got)
	}
	for id, api := range map[evidence.ID]string{"none/call/9": "nine", "none/call/4": "four", "none/call/7": "seven"} {
		if got, ok := v.Lookup(id); !ok || got.(*evidence.Call).API != api {
			t.Errorf("Lookup(%q) gave %v", id, got)
		}
	}
	for _, id := range []evidence.ID{"", "none", "none/call", "none/call/0", "none/call/3", "none/call/x", "none/call/-1", "none/calls/1", "reject/call/1", "none/call/99999999999999999999"} {
		if got, ok := v.Lookup(id); ok {
			t.Errorf("Lookup(%q) found %v", id, got)
		}
	}
}

func TestDigestAndCut(t *testing.T) {
	if got := evidence.Digest([]byte("abc")); got != "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Error(got)
	}
	tests := []struct{ in, want string }{
		{"", ""},
		{"short", "short"},
		{"12345678", "12345678"},
		{"123456789", "12345678~15e2b0d3c33891eb"},
		{"éééééééé", "éééééééé"},
		{"éééééééééé", "éééééééé~c229567bca77bffd"},
	}
	for _, tt := range tests {
		got := evidence.Cut(tt.in)
		if got != tt.want {
			t.Errorf("Cut(%q) = %q, want %q", tt.in, got, tt.want)
		}
		if again := evidence.Cut(got); again != got {
			t.Errorf("cut twice, %q becomes %q", got, again)
		}
	}
	if evidence.Cut("same start 1") == evidence.Cut("same start 2") {
		t.Error("different values look equal once cut")
	}
}

func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	if err := evidence.Write(&b, sample()); err != nil {
		f.Fatal(err)
	}
	f.Add(b.String())
	f.Add(`{"format":"spoor-evidence/1","runs":[{"scenario":"none","calls":[{"result":null,"object":{},"stack":[{}]}]}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		v, err := evidence.Read(strings.NewReader(text))
		if err != nil {
			return
		}
		var one bytes.Buffer
		if err := evidence.Write(&one, v); err != nil {
			t.Fatal(err)
		}
		again, err := evidence.Read(bytes.NewReader(one.Bytes()))
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		var two bytes.Buffer
		if err := evidence.Write(&two, again); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(one.String(), two.String()); diff != "" {
			t.Fatal(diff)
		}
		if err := evidence.WriteHAR(io.Discard, v); err != nil {
			t.Fatal(err)
		}
		rules := evidence.Rules{Values: true, Payloads: true, Calls: true, Secrets: []string{"a"}}
		var red bytes.Buffer
		if err := evidence.Write(&red, evidence.Redact(v, rules)); err != nil {
			t.Fatal(err)
		}
	})
}
