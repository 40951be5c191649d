// Package try builds records of visits, act by act, and holds what a technique says of
// them against what it must say. Tests of techniques share it; nothing that ships does.
package try

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// Addresses that the tests use.
const (
	Shop    = "https://www.shop.test/"
	ShopJS  = "https://www.shop.test/app.js"
	OtherJS = "https://cdn.other.test/f.js"
)

var visited = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// knownDB is the embedded database, loaded once.
var knownDB = sync.OnceValues(signatures.Default)

// DB is the embedded database.
func DB(t testing.TB) *signatures.DB {
	t.Helper()
	d, err := knownDB()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A Maker builds a visit of one run, act by act, each a millisecond later.
type Maker struct {
	Visit *evidence.Visit
	Run   *evidence.Run
	Now   evidence.Millis

	part string // of IDs, in a second look
}

// ID is the ID of the n-th piece of evidence of a kind in the run.
func (m *Maker) ID(kind string, n int) evidence.ID {
	return evidence.NewID(m.Run.Scenario, m.part+kind, n)
}

// Visit starts a visit of the shop in which nothing happened.
func Visit() *Maker {
	m := &Maker{Visit: &evidence.Visit{
		Format:  evidence.Format,
		Subject: evidence.Subject{Kind: "page", URL: Shop, Started: visited},
	}}
	return m.Another(evidence.None)
}

// Another starts a further run; what is added later goes into it.
func (m *Maker) Another(s evidence.Scenario) *Maker {
	m.Visit.Runs = append(m.Visit.Runs, evidence.Run{
		Scenario: s,
		Outcome:  evidence.Done,
		Pages:    []evidence.Page{{URL: Shop, FinalURL: Shop, Status: 200}},
		Targets:  []evidence.Target{{ID: "t1", Kind: "page", URL: Shop, BeforeFirstScript: true}},
	})
	m.Run = &m.Visit.Runs[len(m.Visit.Runs)-1]
	m.Now = 0
	return m
}

// Second looks: what is cleared before them, and what is kept.
var (
	NoCookies = evidence.Return{Cleared: []string{"cookies"}, Kept: []string{"cache", "storage"}}
	CacheOnly = evidence.Return{Cleared: []string{"cookies", "storage"}, Kept: []string{"cache"}}
)

// Again adds a second look to the run, in which something is done.
func (m *Maker) Again(look evidence.Return, do func(*Maker)) *Maker {
	l := &Maker{Visit: m.Visit, Now: m.Now + 1000, part: evidence.ReturnKind(len(m.Run.Returns)+1, ""), Run: &evidence.Run{Scenario: m.Run.Scenario}}
	look.At = l.Now
	do(l)
	look.Page = evidence.Page{URL: Shop, FinalURL: Shop, Status: 200}
	look.Requests, look.Calls, look.Cookies, look.Storage = l.Run.Requests, l.Run.Calls, l.Run.Cookies, l.Run.Storage
	m.Run.Returns = append(m.Run.Returns, look)
	m.Now = l.Now
	return m
}

// Choose ends the phase before the choice.
func (m *Maker) Choose() *Maker {
	m.Now++
	at := m.Now
	m.Run.Chosen = &at
	return m
}

// A With changes a call before it is added.
type With func(*evidence.Call)

// On says on which object a call was made.
func On(kind string, number, width, height int) With {
	return func(c *evidence.Call) {
		c.Object = &evidence.Object{Kind: kind, Number: number, Width: width, Height: height}
	}
}

// Shown says that the canvas, as given by On, stood on the page.
func Shown() With { return func(c *evidence.Call) { c.Object.Shown = true } }

// Times says how often a call was made.
func Times(n int) With { return func(c *evidence.Call) { c.Count = n } }

// Gesture says that the visitor had just clicked or pressed a key.
func Gesture() With { return func(c *evidence.Call) { c.Gesture = true } }

// In says in which document or worker a call was made.
func In(t string) With { return func(c *evidence.Call) { c.In = evidence.TargetID(t) } }

// Digest gives the result of a call, by its digest.
func Digest(d string) With { return func(c *evidence.Call) { c.Result = &evidence.Value{Digest: d} } }

// Length gives the result of a call, by its length.
func Length(n int) With { return func(c *evidence.Call) { c.Result = &evidence.Value{Length: n} } }

// Text gives the result of a call.
func Text(s string) With { return func(c *evidence.Call) { c.Result = &evidence.Value{Text: s} } }

// Font says that a call was made on an element in some fonts.
func Font(family string) With {
	return func(c *evidence.Call) { c.Object = &evidence.Object{Kind: "element", Font: family} }
}

// Call adds a call made by a script: api is "Interface.member(arg, arg)".
func (m *Maker) Call(script, api string, changes ...With) *Maker {
	m.Now++
	name, rest, ok := strings.Cut(api, "(")
	var args []string
	if ok {
		args = strings.Split(strings.TrimSuffix(rest, ")"), "; ")
	}
	c := evidence.Call{
		ID:    m.ID("call", len(m.Run.Calls)+1),
		At:    m.Now,
		API:   name,
		In:    "t1",
		Args:  args,
		Stack: []evidence.Frame{{URL: script, Line: 1}},
		Count: 1,
	}
	for _, change := range changes {
		change(&c)
	}
	m.Run.Calls = append(m.Run.Calls, c)
	return m
}

// Calls adds several calls of one script, all with the same changes.
func (m *Maker) Calls(script string, changes []With, apis ...string) *Maker {
	for _, api := range apis {
		m.Call(script, api, changes...)
	}
	return m
}

// Request adds an answered request of the page.
func (m *Maker) Request(kind, url string, changes ...func(*evidence.Request)) *Maker {
	m.Now++
	r := evidence.Request{
		ID:     m.ID("request", len(m.Run.Requests)+1),
		At:     m.Now,
		Target: "t1",
		Kind:   kind,
		URL:    url,
		Method: "GET",
		Status: 200,
	}
	for _, change := range changes {
		change(&r)
	}
	m.Run.Requests = append(m.Run.Requests, r)
	return m
}

// Cookie adds a cookie that an answer set and that is kept for some days.
func (m *Maker) Cookie(name, domain, value string, days int64, changes ...func(*evidence.Cookie)) *Maker {
	m.Now++
	c := evidence.Cookie{
		ID: m.ID("cookie", len(m.Run.Cookies)+1), Name: name, Value: value, Domain: domain, Path: "/",
		Session: days == 0, Lifetime: days * 86400, Declared: days * 86400, At: m.Now, State: "stored",
		Writes: []evidence.CookieWrite{{At: m.Now, Kind: "http", URL: "https://" + domain + "/set"}},
	}
	for _, change := range changes {
		change(&c)
	}
	m.Run.Cookies = append(m.Run.Cookies, c)
	return m
}

// Item adds a storage item.
func (m *Maker) Item(kind, origin, key, value string, changes ...func(*evidence.StorageItem)) *Maker {
	m.Now++
	s := evidence.StorageItem{
		ID: m.ID("storage", len(m.Run.Storage)+1), Kind: kind, Origin: origin, Key: key,
		Value: value, Length: len(value), At: m.Now,
	}
	for _, change := range changes {
		change(&s)
	}
	m.Run.Storage = append(m.Run.Storage, s)
	return m
}

// Judge runs one technique on the visit.
func (m *Maker) Judge(t testing.TB, technique *detectors.Technique) []detectors.Finding {
	t.Helper()
	j := detectors.Run([]*detectors.Technique{technique}, m.Visit, DB(t), detectors.Options{})
	for _, n := range j.NotMeasured {
		t.Errorf("%s was not measured: %s", n.ID, n.Why)
	}
	return j.Findings
}

// A Want is what a technique must find: one line for each finding, "key
// severity", sorted; none means that it must be silent.
type Want []string

// Check compares findings with what is wanted.
func Check(t testing.TB, found []detectors.Finding, w Want) {
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

// A Trial is a visit and what a technique must say of it.
type Trial struct {
	name  string
	visit *Maker
	want  Want
}

// All judges each trial by a technique.
func All(t *testing.T, technique *detectors.Technique, trials []Trial) {
	t.Helper()
	for _, c := range trials {
		t.Run(c.name, func(t *testing.T) { Check(t, c.visit.Judge(t, technique), c.want) })
	}
}

// One is a trial: its name, a visit, and what a technique must say of it.
func One(name string, m *Maker, w Want) Trial { return Trial{name, m, w} }
