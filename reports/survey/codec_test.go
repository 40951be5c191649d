package survey

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func facts() *Facts {
	return &Facts{
		Format: FactsFormat, URL: "https://shop.test/", Method: Method{Spoor: "1.0.0", Signatures: "a1"},
		Steps: []Step{{Scenario: "none", Outcome: "done", Measured: true}}, States: []State{{ID: Before, Measured: true}},
		Owners:   []Owner{{Name: "Google", Known: true, In: map[string]int{Before: 3}}},
		Findings: []Finding{{ID: "beacon", Key: "google.test", State: Before, Evidence: []string{"none/request/1"}}},
	}
}

func TestFactsGoThere(t *testing.T) {
	f := facts()
	data, err := EncodeFacts(f)
	if err != nil {
		t.Fatal(err)
	}
	again, err := EncodeFacts(f)
	if err != nil || !bytes.Equal(data, again) {
		t.Errorf("the same facts give other bytes (%v)", err)
	}
	back, err := DecodeFacts(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(f, back); diff != "" {
		t.Error(diff)
	}
}

func TestFactsThatCannotBeRead(t *testing.T) {
	good, err := EncodeFacts(facts())
	if err != nil {
		t.Fatal(err)
	}
	other := facts()
	other.Format = "spoor-facts/2"
	wrong, err := EncodeFacts(other)
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		data []byte
		want string
	}{
		"nothing":       {nil, "there are none"},
		"newer":         {append([]byte{9}, good[1:]...), "version 9"},
		"cut":           {good[:len(good)/2], "decode facts"},
		"other format":  {wrong, "spoor-facts/2"},
		"only a number": {[]byte{codecVersion}, "decode facts"},
	} {
		if f, err := DecodeFacts(c.data); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, %v; want an error with %q", what, f, err, c.want)
		}
	}
}

// A few bytes must not unpack to gigabytes.
func TestFactsAreBounded(t *testing.T) {
	f := facts()
	f.Title = strings.Repeat("a", maxFacts)
	data, err := EncodeFacts(f)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) > 1<<16 {
		t.Fatalf("%d bytes are no test", len(data))
	}
	if _, err := DecodeFacts(data); err == nil {
		t.Error("more than the limit was unpacked")
	}
}

func FuzzDecodeFacts(f *testing.F) {
	data, err := EncodeFacts(facts())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte{codecVersion})
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := DecodeFacts(data)
		if err != nil {
			return
		}
		// Whatever facts say, they can be counted.
		v := &Visit{Site: "a.test", State: Measured, Facts: got, Repeat: 1}
		totals := NewTotals(Options{By: "country", Keep: true})
		totals.add(countSite([]*Visit{v}))
		totals.finish()
		r := newRower(nil, "en", func(int, []any) error { return nil })
		if err := r.visit(v); err != nil {
			t.Fatal(err)
		}
	})
}
