package visit

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/browsertest"
	"github.com/spoor-audit/spoor/crawler/instrument"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/testsites"
)

// quick settles sooner than a real run: the test sites answer at once.
var quick = Settle{Quiet: 500 * time.Millisecond, Min: time.Second, Max: 20 * time.Second}

// A bench is a browser that sees the test sites.
type bench struct {
	srv   *testsites.Server
	hub   *Hub
	table *instrument.Table
}

func newBench(t testing.TB) *bench {
	t.Helper()
	srv := testsites.Start(t)
	return &bench{srv: srv, hub: newHub(t, browsertest.Options(t, srv, browser.Headless)), table: loadTable(t)}
}

func newHub(t testing.TB, o browser.Options) *Hub {
	t.Helper()
	h, err := NewHub(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

func loadTable(t testing.TB) *instrument.Table {
	t.Helper()
	table, err := instrument.Load()
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func (b *bench) visit(t testing.TB, p Plan) *Record {
	t.Helper()
	if p.Settle == (Settle{}) {
		p.Settle = quick
	}
	if p.Timeout == 0 {
		p.Timeout = time.Minute
	}
	p.Scenario = cmp.Or(p.Scenario, evidence.None)
	rec, err := b.hub.Run(t.Context(), b.table, p)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// TestRows uses every row of the table once, in a page or worker, and demands
// exactly one use on record.
func TestRows(t *testing.T) {
	table := loadTable(t)
	srv := httptest.NewServer(rowSite(table))
	defer srv.Close()
	b := &bench{hub: newHub(t, browsertest.Options(t, nil, browser.Headless)), table: table}
	rec := b.visit(t, Plan{URL: srv.URL})
	got := map[string]int{}
	for _, c := range rec.Run.Calls {
		for _, f := range c.Stack {
			if i := strings.LastIndex(f.URL, "/row-"); i >= 0 {
				got[f.URL[i+1:]+" "+c.API] += c.Count
				break
			}
		}
	}
	missing := map[string]bool{}
	for _, tg := range rec.Run.Targets {
		if tg.Kind == "page" {
			for _, m := range tg.Missing {
				missing[m] = true
			}
		}
	}
	for i, r := range table.Rows {
		name := fmt.Sprintf("row-%d.js %s", i, r.API)
		if missing[r.API] && r.In == "" {
			t.Logf("%s does not exist in this browser", r.API)
			continue
		}
		if got[name] != 1 {
			t.Errorf("%s: %s: on record %d times, want 1", r.API, r.Test, got[name])
		}
	}
}

// rowSite serves a page that runs the test expression of every row, each from a
// script of its own.
func rowSite(table *instrument.Table) http.Handler {
	mux := http.NewServeMux()
	var page, worker strings.Builder
	page.WriteString("<!doctype html><meta charset=utf-8><title>rows</title><body>")
	for i, r := range table.Rows {
		path := fmt.Sprintf("/row-%d.js", i)
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprintf(w, "{ %s }", r.Test)
		})
		if r.In == "worker" {
			fmt.Fprintf(&worker, "try { importScripts(%q) } catch (e) {}\n", path)
		} else {
			fmt.Fprintf(&page, "<script src=%q></script>\n", path)
		}
	}
	page.WriteString("<script>new Worker('/worker.js')</script>")
	mux.HandleFunc("/worker.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		fmt.Fprint(w, worker.String())
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, page.String())
	})
	return mux
}

// A mark is one line of contexts.yaml: a call that must be on record, and whom
// it must be charged to.
type mark struct {
	Name   string `yaml:"name"`
	Page   string `yaml:"page"`
	Target string `yaml:"target"`
	Script string `yaml:"script"`
	Line   int    `yaml:"line"`
	// Borrowed: the text is drawn with the page's own function, and only the
	// reading function is taken from another realm.
	Borrowed bool `yaml:"borrowed"`
	By       *struct {
		Script string `yaml:"script"`
		Line   int    `yaml:"line"`
	} `yaml:"by"`
}

func marks(t *testing.T) map[string][]mark {
	t.Helper()
	data, err := os.ReadFile("../../testsites/sites/contexts/contexts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Marks []mark `yaml:"marks"`
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	pages := map[string][]mark{}
	for _, m := range file.Marks {
		pages[m.Page] = append(pages[m.Page], m)
	}
	return pages
}

// TestContexts visits pages that call a watched API from every kind of script in
// every kind of document and worker, at its first instruction where it can.
func TestContexts(t *testing.T) {
	b := newBench(t)
	for page, want := range marks(t) {
		t.Run(page, func(t *testing.T) {
			// Longer than the timers on the page.
			rule := Settle{Quiet: 2500 * time.Millisecond, Min: 3 * time.Second, Max: 30 * time.Second}
			rec := b.visit(t, Plan{URL: b.srv.URL("contexts", page), Settle: rule})
			v := &rec.Run
			for _, m := range want {
				checkMark(t, v, m)
			}
			for _, c := range v.Calls {
				if page == "siblings.html" && c.Count != 1 {
					t.Errorf("%s in %s: counted %d times", c.API, c.In, c.Count)
				}
			}
			for _, tg := range v.Targets {
				if !tg.BeforeFirstScript && tg.Kind != "worklet" {
					t.Errorf("%s %s: not watched before its first script: %s", tg.Kind, tg.URL, tg.Why)
				}
			}
		})
	}
}

func checkMark(t *testing.T, run *evidence.Run, m mark) {
	t.Helper()
	i := slices.IndexFunc(run.Calls, func(c evidence.Call) bool {
		return strings.HasSuffix(c.API, ".fillText") && len(c.Args) > 0 && c.Args[0] == "marker-"+m.Name
	})
	if i < 0 {
		t.Errorf("%s: no call on record", m.Name)
		return
	}
	c := run.Calls[i]
	if c.Count != 1 {
		t.Errorf("%s: counted %d times", m.Name, c.Count)
	}
	for _, tg := range run.Targets {
		if tg.ID == c.In && tg.Kind != m.Target && !m.Borrowed {
			t.Errorf("%s: in a %s (%s), want %s", m.Name, tg.Kind, tg.URL, m.Target)
		}
	}
	if len(c.Stack) == 0 {
		t.Errorf("%s: no stack", m.Name)
		return
	}
	where, line := c.Stack[0].URL, c.Stack[0].Line
	want, wantLine := m.Script, m.Line
	if m.By != nil {
		// The innermost place that made the code may be a helper in the same file.
		want, wantLine = m.By.Script, 0
		where, line = maker(run, c), 0
	}
	prefix := strings.HasSuffix(want, ":") || strings.HasSuffix(want, "/") && strings.HasPrefix(want, "blob:")
	charged := where == want || prefix && strings.HasPrefix(where, want)
	if !charged || wantLine != 0 && line != wantLine {
		t.Errorf("%s: charged to %s:%d, want %s:%d (stack %+v)", m.Name, where, line, want, wantLine, c.Stack)
	}
}

// maker is the script that made the code of a call at run time.
func maker(run *evidence.Run, c evidence.Call) string {
	for _, s := range run.Scripts {
		if s.ID == c.Script && s.By != nil {
			return s.By.URL
		}
	}
	for _, f := range c.Stack[1:] {
		if f.URL != "" {
			return f.URL
		}
	}
	return ""
}

// TestRace visits pages whose very first instruction is a watched call, in every
// context, several times: no call may be lost to a race.
func TestRace(t *testing.T) {
	b := newBench(t)
	for _, page := range []string{"index.html", "leave.html", "popups.html"} {
		for range 3 {
			b.srv.Forget()
			rec := b.visit(t, Plan{URL: b.srv.URL("race", page)})
			for _, r := range b.srv.Requests() {
				name, ok := strings.CutPrefix(r.Query, "ran=")
				if !ok {
					continue
				}
				if !slices.ContainsFunc(rec.Run.Calls, func(c evidence.Call) bool {
					return len(c.Args) > 0 && c.Args[0] == "marker-"+name
				}) {
					t.Errorf("%s: %s ran and is not on record", page, name)
				}
			}
		}
	}
}

// TestLies lets a page look for signs of the instrument, by a long list of named
// ways, and demands that it finds the same as in a browser without one.
func TestLies(t *testing.T) {
	b := newBench(t)
	for _, page := range []string{"index.html", "csp.html"} {
		bare, watched := b.lies(t, page, true), b.lies(t, page, false)
		for _, name := range slices.Sorted(maps.Keys(bare)) {
			if a, w := bare[name], watched[name]; a != w {
				t.Errorf("%s: vector %s: %s without the instrument, %s with it", page, name, a, w)
			}
		}
		if len(bare) < 50 || len(bare) != len(watched) {
			t.Errorf("%s: %d vectors without the instrument, %d with it", page, len(bare), len(watched))
		}
	}
}

func (b *bench) lies(t *testing.T, page string, bare bool) map[string]string {
	t.Helper()
	out := map[string]string{}
	var text string
	rec := b.visit(t, Plan{URL: b.srv.URL("lies", page), Bare: bare, Settle: Settle{Quiet: time.Second, Min: 2 * time.Second, Max: 30 * time.Second}, look: func(ctx context.Context, d *driver) {
		for range 100 {
			if err := d.page().Main(ctx, `window.__results&&JSON.stringify(window.__results)`, &text); err != nil || text != "" {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
	}})
	var results map[string]any
	if err := json.Unmarshal([]byte(text), &results); err != nil {
		t.Fatalf("%s: no results: %v (%+v)", page, err, rec.Run.Pages)
	}
	for name, v := range results {
		out[name] = fmt.Sprint(v)
	}
	return out
}
