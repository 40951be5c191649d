package detectors

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// Addresses that the tests use.
const (
	shop    = "https://www.shop.test/"
	shopJS  = "https://www.shop.test/app.js"
	otherJS = "https://cdn.other.test/f.js"
)

var visited = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// knownDB is the embedded database, loaded once.
var knownDB = sync.OnceValues(signatures.Default)

func db(t testing.TB) *signatures.DB {
	t.Helper()
	d, err := knownDB()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A maker builds a visit of one run, act by act, each a millisecond later.
type maker struct {
	v   *evidence.Visit
	run *evidence.Run
	now evidence.Millis

	part string // of IDs, in a second look
}

func (m *maker) id(kind string, n int) evidence.ID {
	return evidence.NewID(m.run.Scenario, m.part+kind, n)
}

// visit starts a visit of the shop in which nothing happened.
func visit() *maker {
	m := &maker{v: &evidence.Visit{
		Format:  evidence.Format,
		Subject: evidence.Subject{Kind: "page", URL: shop, Started: visited},
	}}
	return m.another(evidence.None)
}

// another starts a further run; what is added later goes into it.
func (m *maker) another(s evidence.Scenario) *maker {
	m.v.Runs = append(m.v.Runs, evidence.Run{
		Scenario: s,
		Outcome:  evidence.Done,
		Pages:    []evidence.Page{{URL: shop, FinalURL: shop, Status: 200}},
		Targets:  []evidence.Target{{ID: "t1", Kind: "page", URL: shop, BeforeFirstScript: true}},
	})
	m.run = &m.v.Runs[len(m.v.Runs)-1]
	m.now = 0
	return m
}

// Second looks: what is cleared before them, and what is kept.
var (
	noCookies = evidence.Return{Cleared: []string{"cookies"}, Kept: []string{"cache", "storage"}}
	cacheOnly = evidence.Return{Cleared: []string{"cookies", "storage"}, Kept: []string{"cache"}}
)

// again adds a second look to the run, in which something is done.
func (m *maker) again(look evidence.Return, do func(*maker)) *maker {
	l := &maker{v: m.v, now: m.now + 1000, part: evidence.ReturnKind(len(m.run.Returns)+1, ""), run: &evidence.Run{Scenario: m.run.Scenario}}
	look.At = l.now
	do(l)
	look.Page = evidence.Page{URL: shop, FinalURL: shop, Status: 200}
	look.Requests, look.Calls, look.Cookies, look.Storage = l.run.Requests, l.run.Calls, l.run.Cookies, l.run.Storage
	m.run.Returns = append(m.run.Returns, look)
	m.now = l.now
	return m
}

// choose ends the phase before the choice.
func (m *maker) choose() *maker {
	m.now++
	at := m.now
	m.run.Chosen = &at
	return m
}

// A with changes a call before it is added.
type with func(*evidence.Call)

func on(kind string, number, width, height int) with {
	return func(c *evidence.Call) {
		c.Object = &evidence.Object{Kind: kind, Number: number, Width: width, Height: height}
	}
}

// shown says that the canvas, as given by on, stood on the page.
func shown() with { return func(c *evidence.Call) { c.Object.Shown = true } }

func times(n int) with { return func(c *evidence.Call) { c.Count = n } }

func gesture() with { return func(c *evidence.Call) { c.Gesture = true } }

func in(t string) with { return func(c *evidence.Call) { c.In = evidence.TargetID(t) } }

func digest(d string) with { return func(c *evidence.Call) { c.Result = &evidence.Value{Digest: d} } }

func text(s string) with { return func(c *evidence.Call) { c.Result = &evidence.Value{Text: s} } }

func font(family string) with {
	return func(c *evidence.Call) { c.Object = &evidence.Object{Kind: "element", Font: family} }
}

// call adds a call made by a script: api is "Interface.member(arg, arg)".
func (m *maker) call(script, api string, changes ...with) *maker {
	m.now++
	name, rest, ok := strings.Cut(api, "(")
	var args []string
	if ok {
		args = strings.Split(strings.TrimSuffix(rest, ")"), "; ")
	}
	c := evidence.Call{
		ID:    m.id("call", len(m.run.Calls)+1),
		At:    m.now,
		API:   name,
		In:    "t1",
		Args:  args,
		Stack: []evidence.Frame{{URL: script, Line: 1}},
		Count: 1,
	}
	for _, change := range changes {
		change(&c)
	}
	m.run.Calls = append(m.run.Calls, c)
	return m
}

// calls adds several calls of one script, all with the same changes.
func (m *maker) calls(script string, changes []with, apis ...string) *maker {
	for _, api := range apis {
		m.call(script, api, changes...)
	}
	return m
}

// request adds an answered request of the page.
func (m *maker) request(kind, url string, changes ...func(*evidence.Request)) *maker {
	m.now++
	r := evidence.Request{
		ID:     m.id("request", len(m.run.Requests)+1),
		At:     m.now,
		Target: "t1",
		Kind:   kind,
		URL:    url,
		Method: "GET",
		Status: 200,
	}
	for _, change := range changes {
		change(&r)
	}
	m.run.Requests = append(m.run.Requests, r)
	return m
}

// cookie adds a cookie that an answer set and that is kept for some days.
func (m *maker) cookie(name, domain, value string, days int64, changes ...func(*evidence.Cookie)) *maker {
	m.now++
	c := evidence.Cookie{
		ID: m.id("cookie", len(m.run.Cookies)+1), Name: name, Value: value, Domain: domain, Path: "/",
		Session: days == 0, Lifetime: days * 86400, Declared: days * 86400, At: m.now, State: "stored",
		Writes: []evidence.CookieWrite{{At: m.now, Kind: "http", URL: "https://" + domain + "/set"}},
	}
	for _, change := range changes {
		change(&c)
	}
	m.run.Cookies = append(m.run.Cookies, c)
	return m
}

// item adds a storage item.
func (m *maker) item(kind, origin, key, value string, changes ...func(*evidence.StorageItem)) *maker {
	m.now++
	s := evidence.StorageItem{
		ID: m.id("storage", len(m.run.Storage)+1), Kind: kind, Origin: origin, Key: key,
		Value: value, Length: len(value), At: m.now,
	}
	for _, change := range changes {
		change(&s)
	}
	m.run.Storage = append(m.run.Storage, s)
	return m
}

// judge runs one technique on the visit.
func (m *maker) judge(t testing.TB, technique *Technique) []Finding {
	t.Helper()
	j := Run([]*Technique{technique}, m.v, db(t), Options{})
	for _, n := range j.NotMeasured {
		t.Errorf("%s was not measured: %s", n.ID, n.Why)
	}
	return j.Findings
}

// A want is what a technique must find: one line for each finding, "key
// severity", sorted; none means that it must be silent.
type want []string

// check compares findings with what is wanted.
func check(t testing.TB, found []Finding, w want) {
	t.Helper()
	var got []string
	for _, f := range found {
		line := f.Key + " " + string(f.Severity)
		if f.Phase == evidence.After {
			line += " after"
		}
		got = append(got, line)
	}
	slices.Sort(got)
	if !slices.Equal(got, w) {
		t.Errorf("found %q, want %q", got, []string(w))
		for _, f := range found {
			t.Log(f.Key, f.Args)
		}
	}
}

// A trial is a visit and what a technique must say of it.
type trial struct {
	name string
	m    *maker
	want want
}

func tryAll(t *testing.T, technique *Technique, trials []trial) {
	t.Helper()
	for _, c := range trials {
		t.Run(c.name, func(t *testing.T) { check(t, c.m.judge(t, technique), c.want) })
	}
}

func itoa(n int) string { return strconv.Itoa(n) }

// one is a trial: its name, a visit, and what a technique must say of it.
func one(name string, m *maker, w want) trial { return trial{name, m, w} }
