package visit

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/testsites"
)

// A told is what testsites/sites/typing/watch.js tells of a field when its page is
// left.
type told struct {
	Keys    int            `json:"keys"`
	Events  map[string]int `json:"events"`
	Trusted bool           `json:"trusted"`
	Value   string         `json:"value"`
}

// A farewell is what it tells of a page.
type farewell struct {
	Fields  map[string]told `json:"fields"`
	Pressed int             `json:"pressed"` // Enter, buttons, boxes and menus
}

// types visits pages of site typing in scenario forms, side by side.
func (b *bench) types(t *testing.T, pages ...string) map[string]*Record {
	t.Helper()
	out := map[string]*Record{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	turn := make(chan struct{}, 4)
	for _, page := range pages {
		wg.Go(func() {
			turn <- struct{}{}
			defer func() { <-turn }()
			p := Plan{URL: b.srv.URL("typing", page), Scenario: evidence.Forms, Seed: 1, Timeout: 2 * time.Minute}
			if page == "grows.html" {
				p.Blanks = 5
			}
			rec := b.visit(t, p)
			mu.Lock()
			defer mu.Unlock()
			out[page] = rec
		})
	}
	wg.Wait()
	return out
}

// heard is what the server heard of each page, by its path, frames apart. No form may
// be among it.
func heard(t *testing.T, srv *testsites.Server) map[string]farewell {
	t.Helper()
	out := map[string]farewell{}
	for _, r := range srv.Requests() {
		if strings.HasSuffix(r.Path, "/submitted.html") {
			t.Errorf("a form was sent: %s %s%s?%s %s", r.Method, r.Host, r.Path, r.Query, r.Body)
		}
		when, path, ok := strings.Cut(r.Query, "=")
		if !ok || when != "hidden" && when != "left" {
			continue
		}
		var one farewell
		if err := json.Unmarshal(r.Body, &one); err != nil {
			t.Fatal(err)
		}
		if have, ok := out[path]; ok {
			maps.Copy(one.Fields, have.Fields)
			one.Pressed += have.Pressed
		}
		out[path] = one
	}
	return out
}

func typedByName(rec *Record) map[string]evidence.Typed {
	out := map[string]evidence.Typed{}
	for _, v := range rec.Run.Typed {
		out[v.Name] = v
	}
	return out
}

// TestTyping types into forms of all kinds. The server knows what became of them.
func TestTyping(t *testing.T) {
	b := newBench(t)
	rec := b.types(t, "index.html")["index.html"]
	all := heard(t, b.srv)
	page, frames := all["%2F"], all["%2Fframe.html"]
	maps.Copy(page.Fields, frames.Fields)
	maps.Copy(page.Fields, all["%2Ftyping%2Fframe.html"].Fields)
	typed := typedByName(rec)
	want := strings.Fields(`email full phone postcode housenumber city birth born amount message user secret query upper masked notes street
		appeared shadow-open shadow-closed frame-near frame-far frame-chat`)
	for name := range typed {
		if !slices.Contains(want, name) {
			t.Errorf("typed into %s: %+v", name, typed[name])
		}
	}
	for _, name := range want {
		v, ok := typed[name]
		if !ok {
			t.Errorf("nothing typed into %s", name)
			continue
		}
		f := page.Fields[name]
		holds := v.Value
		if v.Became != "" {
			holds = v.Became
		}
		if f.Value != holds || !f.Trusted || f.Events["input"] == 0 || f.Events["focusout"] == 0 {
			t.Errorf("%s: on record %+v, the page saw %+v", name, v, f)
		}
		// One for each character, or each digit of a date, and Tab; before them one that
		// marks what the field held.
		keys := len(strings.ReplaceAll(v.Value, "-", "")) + 1
		if name == "user" {
			keys++
		}
		if f.Keys != keys {
			t.Errorf("%s: %d keys for %q, want %d", name, f.Keys, v.Value, keys)
		}
	}
	if typed["upper"].Became != strings.ToUpper(typed["upper"].Value) {
		t.Errorf("what the page made of a text: %+v", typed["upper"])
	}
	if kindOfTarget(rec, typed["appeared"]) != "page" || kindOfTarget(rec, typed["frame-far"]) != "iframe" {
		t.Errorf("targets: %+v %+v", typed["appeared"], typed["frame-far"])
	}
	for name, f := range page.Fields {
		if _, ok := typed[name]; !ok && f.Keys > 0 {
			t.Errorf("%s got keys: %+v", name, f)
		}
	}
	if page.Pressed+frames.Pressed > 0 || len(rec.Gaps) > 0 {
		t.Errorf("pressed %d times; gaps %+v", page.Pressed+frames.Pressed, rec.Gaps)
	}
	if first := rec.Run.Typed[0]; first.Name != "email" || first.Asks != "email" || first.Form != "contact" || first.At < rec.Run.Pages[0].At {
		t.Errorf("first: %+v", first)
	}
	for _, when := range []string{"hidden=%2F", "hidden=%2Ftyping%2Fframe.html", "left=%2F", "left=%2Ftyping%2Fframe.html"} {
		if !slices.ContainsFunc(rec.Run.Requests, func(q evidence.Request) bool {
			return q.Kind == "beacon" && strings.HasSuffix(q.URL, when) && q.Body != ""
		}) {
			t.Errorf("the good-bye %s is not on record", when)
		}
	}
	t.Logf("%d texts in %d ms", len(rec.Run.Typed), rec.Run.Typed[len(rec.Run.Typed)-1].At-rec.Run.Typed[0].At)
	t.Logf("run %d ms", rec.Run.Took)
}

// kindOfTarget is what kind of document a text was typed into.
func kindOfTarget(rec *Record, v evidence.Typed) string {
	for _, t := range rec.Run.Targets {
		if t.ID == v.Target {
			return t.Kind
		}
	}
	return ""
}

// TestTypingSafely types into pages that make it hard. None may cost more than
// itself, none may have its form sent, and each says what is missing.
func TestTypingSafely(t *testing.T) {
	b := newBench(t)
	tests := []struct {
		page, typed string // names of fields
		gap, event  string
	}{
		{"sends.html", "post get sunk quiet window last", "", evidence.FormSubmitted},
		{"window.html", "get post named opener last", "", evidence.FormSubmitted},
		{"worker.html", "email", whyLeft, evidence.FormSubmitted},
		{"leaves.html", "email", whyLeft, ""},
		{"grows.html", "f0 f4", whyMany, ""},
		{"removes.html", "email last", whyRemoved, ""},
		{"alerts.html", "email last", "", "alert"},
		{"hangs.html", "last", whyNoAnswer, "hang"},
		{"escapes.html", "last", whyLostFocus, ""},
		{"covered.html", "", whyOutOfReach, ""},
		{"over.html", "email", "", ""},
	}
	var pages []string
	for _, tt := range tests {
		pages = append(pages, tt.page)
	}
	records := b.types(t, pages...)
	left := heard(t, b.srv)
	for _, tt := range tests {
		rec := records[tt.page]
		typed := typedByName(rec)
		for _, name := range strings.Fields(tt.typed) {
			if typed[name].Value == "" {
				t.Errorf("%s: nothing typed into %s: %+v", tt.page, name, rec.Run.Typed)
			}
		}
		if tt.typed == "" && len(typed) > 0 || len(typed) > 8 {
			t.Errorf("%s: typed %+v", tt.page, typed)
		}
		if tt.gap != "" && !slices.ContainsFunc(rec.Gaps, func(g evidence.Gap) bool { return g.Kind == evidence.KindTyped && g.Why == tt.gap }) {
			t.Errorf("%s: no gap %s: %+v", tt.page, tt.gap, rec.Gaps)
		}
		if tt.gap == "" && len(rec.Gaps) > 0 {
			t.Errorf("%s: gaps %+v", tt.page, rec.Gaps)
		}
		if whole := slices.ContainsFunc(rec.Gaps, func(g evidence.Gap) bool { return g.Kind == evidence.KindTyped && g.Whole }); whole != (tt.typed == "") {
			t.Errorf("%s: gaps %+v for what was typed: %+v", tt.page, rec.Gaps, rec.Run.Typed)
		}
		if tt.event != "" && !slices.ContainsFunc(rec.Run.Events, func(e evidence.Event) bool { return e.Kind == tt.event }) {
			t.Errorf("%s: no event %s: %+v", tt.page, tt.event, rec.Run.Events)
		}
		if rec.Run.Outcome != evidence.Done || left["%2F"+tt.page].Pressed > 0 {
			t.Errorf("%s: outcome %s, pressed %d", tt.page, rec.Run.Outcome, left["%2F"+tt.page].Pressed)
		}
	}
	carried(t, records["sends.html"], "post get sunk quiet window")
	carried(t, records["window.html"], "get post named opener")
}

// TestTypingOnPages types on further pages too. Each is heard when it is left.
func TestTypingOnPages(t *testing.T) {
	b := newBench(t)
	rec := b.visit(t, Plan{
		URL: b.srv.URL("typing", "over.html"), Scenario: evidence.Forms, Seed: 1, Timeout: 2 * time.Minute,
		Further: func(context.Context, string, []string) ([]string, error) {
			return []string{b.srv.URL("typing", "sends.html"), b.srv.URL("typing", "clean.html")}, nil
		},
	})
	heard(t, b.srv)
	values, pages := map[string]bool{}, map[int]int{}
	for _, v := range rec.Run.Typed {
		values[v.Value] = true
		pages[v.Page]++
	}
	if len(values) != len(rec.Run.Typed) || pages[0] != 1 || pages[1] != 6 || pages[2] != 4 {
		t.Errorf("typed %+v", rec.Run.Typed)
	}
	for _, page := range []string{"over.html", "sends.html"} {
		if !slices.ContainsFunc(rec.Run.Requests, func(q evidence.Request) bool { return strings.HasSuffix(q.URL, "hidden=%2F"+page) }) {
			t.Errorf("the good-bye of %s is not on record", page)
		}
	}
	for _, p := range rec.Run.Pages {
		if p.Error != "" || p.Status != 200 {
			t.Errorf("page %+v", p)
		}
	}
}

// carried demands that the record holds the forms that were stopped, with what they
// would have carried.
func carried(t *testing.T, rec *Record, names string) {
	t.Helper()
	for _, name := range strings.Fields(names) {
		part := name + "=" + strings.ReplaceAll(typedByName(rec)[name].Value, "@", "%40")
		if !slices.ContainsFunc(rec.Run.Requests, func(q evidence.Request) bool {
			return q.BlockedReason == evidence.StoppedForm && strings.Contains(q.URL+" "+q.Body, part)
		}) {
			t.Errorf("no stopped form with %s", part)
		}
	}
}
