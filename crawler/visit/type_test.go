package visit

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

// A report is what testsites/sites/typing/watch.js tells of a page that was left.
type report struct {
	Fields map[string]struct {
		Keys    int            `json:"keys"`
		Events  map[string]int `json:"events"`
		Trusted bool           `json:"trusted"`
		Value   string         `json:"value"`
	} `json:"fields"`
	Pressed int `json:"pressed"`
}

// types visits a page of site typing in scenario forms, and returns what its server
// heard of it when it was left.
func (b *bench) types(t *testing.T, page string) (*Record, report) {
	t.Helper()
	b.srv.Forget()
	rec := b.visit(t, Plan{URL: b.srv.URL("typing", page), Scenario: evidence.Forms, Seed: 1})
	var all report
	for _, r := range b.srv.Requests() {
		if strings.HasPrefix(r.Path, "/typing/submitted") || r.Path == "/submitted.html" {
			t.Errorf("%s: a form was sent: %s %s?%s %s", page, r.Method, r.Path, r.Query, r.Body)
		}
		if !strings.HasPrefix(r.Query, "left=") {
			continue
		}
		var one report
		if err := json.Unmarshal(r.Body, &one); err != nil {
			t.Fatal(err)
		}
		all.Pressed += one.Pressed
		for name, f := range one.Fields {
			if all.Fields == nil {
				all.Fields = one.Fields
			}
			all.Fields[name] = f
		}
	}
	return rec, all
}

func values(rec *Record) map[string]evidence.Typed {
	out := map[string]evidence.Typed{}
	for _, v := range rec.Run.Typed {
		out[v.Name] = v
	}
	return out
}

func TestTyping(t *testing.T) {
	b := newBench(t)
	rec, got := b.types(t, "index.html")
	for _, v := range rec.Run.Typed {
		t.Logf("%+v", v)
	}
	for name, f := range got.Fields {
		t.Logf("%s %+v", name, f)
	}
	t.Logf("gaps %+v", rec.Gaps)
	t.Logf("events %+v", rec.Run.Events)
	t.Logf("took %d, targets %d", rec.Run.Took, len(rec.Run.Targets))
	for _, x := range rec.Run.Targets {
		t.Logf("%s %s %s", x.ID, x.Kind, x.URL)
	}
	_ = slices.Contains[[]string]
}
