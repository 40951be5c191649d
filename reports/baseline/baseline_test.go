package baseline

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
)

var today = time.Date(2026, 12, 1, 15, 0, 0, 0, time.UTC)

// A page builds the result of one load, contact by contact.
type page struct{ r *reports.Result }

// load starts a load of a shop in which nobody was contacted. After a choice come
// the contacts that follow choose.
func load() *page {
	run := func(s evidence.Scenario) reports.Run {
		chosen := int64(5000)
		r := reports.Run{Scenario: s, Outcome: evidence.Done, Measured: true, Verified: true}
		if s != evidence.None {
			r.ChosenMS = &chosen
		}
		return r
	}
	return &page{&reports.Result{
		Subject: reports.Subject{URL: "https://shop.test/"},
		Runs:    []reports.Run{run(evidence.None), run(evidence.Reject), run(evidence.Accept)},
	}}
}

// contact adds requests to a host in a state of consent; by is the address of the
// script that sent them, "" for the page.
func (p *page) contact(s evidence.Scenario, host, by string) *page {
	party := Site(host)
	for i := range p.r.Runs {
		run := &p.r.Runs[i]
		before := s == evidence.None
		if !before && run.Scenario != s {
			continue
		}
		run.Hosts = append(run.Hosts, reports.Host{
			Host: host, Party: party, ThirdParty: true, Reached: true, ReachedBefore: before, ReachedAfter: !before,
		})
		p.r.Flows = append(p.r.Flows, reports.Flow{
			Scenario: run.Scenario, Loader: by, LoaderParty: SiteOf(by), Receiver: party, Requests: 1,
		})
	}
	if !slices.ContainsFunc(p.r.Parties, func(x reports.Party) bool { return x.ID == party }) {
		p.r.Parties = append(p.r.Parties, reports.Party{ID: party, Company: strings.ToUpper(party[:1]) + party[1:], Hosts: []string{host}})
	}
	return p
}

// attempt adds a request before any choice that the network failed.
func (p *page) attempt(host, by string) *page {
	p.contact(evidence.None, host, by)
	for i := range p.r.Runs {
		h := &p.r.Runs[i].Hosts[len(p.r.Runs[i].Hosts)-1]
		h.Reached, h.ReachedBefore, h.TriedBefore = false, false, true
		last := len(p.r.Flows) - len(p.r.Runs) + i
		p.r.Attempts = append(p.r.Attempts, p.r.Flows[last])
	}
	p.r.Flows = p.r.Flows[:len(p.r.Flows)-len(p.r.Runs)]
	return p
}

func (p *page) cookie(name, domain, script string) *page {
	p.r.Cookies = append(p.r.Cookies, reports.Cookie{
		Name: name, Domain: domain, Party: Site(domain), State: "stored", SetBy: reports.SetBy{Kind: "script", Script: script},
		Seen: map[string]string{"none": "before", "reject": "before"},
	})
	return p
}

func (p *page) finding(id, script, severity string) *page {
	p.r.Findings = append(p.r.Findings, reports.Finding{
		ID: id, Key: script, Scenario: evidence.None, Phase: evidence.Before, Party: SiteOf(script), Host: hostOf(script), Script: script, Severity: severity,
	})
	return p
}

const (
	gtm  = "https://tags.test/gtm.js"
	own  = "https://shop.test/app.js"
	door = "https://door.test/slot.js"
)

// lines writes facts as the lock does, without companies.
func lines(t *testing.T, seen []Seen) []string {
	t.Helper()
	var l Lock
	for _, s := range seen {
		l = append(l, s.same())
	}
	var b bytes.Buffer
	if err := l.Write(&b); err != nil {
		t.Fatal(err)
	}
	var out []string
	for line := range strings.Lines(b.String()) {
		if !strings.HasPrefix(line, "#") {
			out = append(out, strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "\t", " "))
		}
	}
	return out
}

func TestFacts(t *testing.T) {
	p := load().
		contact(evidence.None, "cdn.tags.test", "").
		contact(evidence.None, "www.stats.test", gtm).
		contact(evidence.Accept, "bid.ads.test", gtm).
		cookie("_ga_AB12CD34EF", "www.shop.test", gtm).
		cookie("session", "shop.test", own).
		finding("fingerprint-canvas", "https://www.stats.test/f.js", "high").
		finding("tracker-request", "https://www.stats.test/f.js", "high").
		finding("beacon", "https://www.stats.test/f.js", "note")
	p.r.Storage = append(p.r.Storage,
		reports.StorageItem{Kind: "local", Origin: "https://shop.test", Key: "visitor.1234567", Party: "shop.test", Seen: map[string]string{"accept": "after"}},
		reports.StorageItem{Kind: "session", Origin: "https://shop.test", Key: "tab", Party: "shop.test", Seen: map[string]string{"none": "before"}})
	seen, states := Facts("home", []*reports.Result{p.r})
	want := []string{
		"home accept receiver ads.test",
		"home accept storage local:visitor.*@shop.test",
		"home none cookie _ga_*@shop.test",
		"home none cookie session@shop.test",
		"home none receiver stats.test",
		"home none receiver tags.test",
		"home none technique fingerprint-canvas@stats.test",
	}
	if got := lines(t, seen); !slices.Equal(got, want) {
		t.Errorf("facts:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(states) != 3 || states[0].Loads != 1 || !states[0].Applies {
		t.Errorf("states: %+v", states)
	}
}

// What the site's visitor never chose is no state, and what failed is unmeasured.
func TestStates(t *testing.T) {
	p := load()
	p.r.Runs[1].ChosenMS, p.r.Runs[1].Outcome = nil, evidence.NoDialog
	p.r.Runs[2].ChosenMS, p.r.Runs[2].Outcome, p.r.Runs[2].Measured = nil, evidence.Failed, false
	seen, states := Facts("home", []*reports.Result{p.r})
	lock := Lock{
		{Target: "home", Scenario: evidence.None, Kind: Receiver, Subject: "gone.test"},
		{Target: "home", Scenario: evidence.Accept, Kind: Receiver, Subject: "ads.test"},
		{Target: "other", Scenario: evidence.None, Kind: Receiver, Subject: "not-visited.test"},
	}
	d := Compare(Policy{Lock: lock, Today: today}, seen, states)
	if len(d.Unmeasured) != 1 || d.Unmeasured[0].Scenario != evidence.Accept || d.Unmeasured[0].Why.NL == "" {
		t.Errorf("unmeasured: %+v", d.Unmeasured)
	}
	if len(d.Gone) != 1 || d.Gone[0].Subject != "gone.test" || len(d.Undecided) != 1 || d.Undecided[0].Subject != "ads.test" {
		t.Errorf("gone %v, undecided %v", d.Gone, d.Undecided)
	}
}

func subjects(list []Entry) (out []string) {
	for _, e := range list {
		out = append(out, string(e.Scenario)+" "+e.Kind+" "+e.Subject)
	}
	return out
}

func TestCompare(t *testing.T) {
	until := func(day string) time.Time {
		d, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	one := load().contact(evidence.None, "tags.test", "").contact(evidence.None, "new.test", "").
		contact(evidence.None, "allowed.test", "").contact(evidence.None, "over.test", "").contact(evidence.None, "last-day.test", "")
	two := load().contact(evidence.None, "tags.test", "").contact(evidence.None, "sometimes.test", "")
	seen, states := Facts("home", []*reports.Result{one.r, two.r, two.r})
	p := Policy{
		Lock: Lock{{Target: "home", Scenario: evidence.None, Kind: Receiver, Subject: "tags.test", Company: "another name"}},
		Allow: []Allow{
			{Receiver: "www.allowed.test", Reason: "x", Until: until("2026-12-31")},
			{Receiver: "over.test", Reason: "x", Until: until("2026-11-30")},
			{Receiver: "last-day.test", Reason: "x", Until: until("2026-12-01")},
			{Receiver: "new.test", Scenario: evidence.Accept, Reason: "x", Until: until("2026-12-31")},
		},
		Today: today,
	}
	d := Compare(p, seen, states)
	check := func(what string, got, want []string) {
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	check("known", subjects(d.Known), []string{"none receiver tags.test"})
	check("new", subjects(d.New), []string{"none receiver new.test", "none receiver sometimes.test"})
	check("allowed", subjects(d.Allowed), []string{"none receiver allowed.test", "none receiver last-day.test"})
	check("expired", subjects(d.Expired), []string{"none receiver over.test"})
	if len(d.Unused) != 1 || d.Unused[0].Receiver != "new.test" {
		t.Errorf("unused: %+v", d.Unused)
	}
	p.Confirm = 2
	d = Compare(p, seen, states)
	check("new, confirmed", subjects(d.New), []string{"none receiver sometimes.test"})
	check("rare", subjects(d.Rare), []string{"none receiver new.test"})
}

// A door that is allowed brings other guests on every load: that is no news. A
// guest that the page brings in itself is.
func TestDoor(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 50 {
		guest := fmt.Sprintf("guest-%d.test", r.IntN(1000))
		friend := fmt.Sprintf("friend-%d.test", r.IntN(1000))
		p := load().
			contact(evidence.None, "door.test", "").
			contact(evidence.None, "www."+guest, door).
			contact(evidence.None, friend, "https://www."+guest+"/bid.js").
			cookie("uid", friend, "").
			cookie("slot", "shop.test", door).
			finding("fingerprint-canvas", "https://www."+guest+"/bid.js", "high")
		if round%2 == 1 { // The friend sends the browser back to the guest and the door.
			p.contact(evidence.None, "www."+guest, "https://"+friend+"/sync.js").contact(evidence.None, "door.test", "https://"+friend+"/sync.js")
		}
		seen, states := Facts("home", []*reports.Result{p.r})
		policy := Policy{
			Lock:  Lock{{Target: "home", Scenario: evidence.None, Kind: Receiver, Subject: "door.test"}},
			Allow: []Allow{{LoadedBy: "door.test", Reason: "ads", Until: today}},
			Today: today,
		}
		if d := Compare(policy, seen, states); len(d.New) > 0 || len(d.Allowed) != 5 {
			t.Fatalf("round %d: new %q, allowed %q", round, subjects(d.New), subjects(d.Allowed))
		}
		p.contact(evidence.None, friend, own)
		seen, states = Facts("home", []*reports.Result{p.r})
		d := Compare(policy, seen, states)
		if got := subjects(d.New); !slices.Contains(got, "none receiver "+friend) || slices.Contains(got, "none receiver "+guest) == (round%2 == 0) {
			t.Fatalf("round %d: a guest that the page brings in itself: new %q", round, got)
		}
	}
}

func TestLockRoundTrip(t *testing.T) {
	l := Lock{
		{Target: "home", Scenario: evidence.None, Kind: Receiver, Subject: "b.test"},
		{Target: "home", Scenario: evidence.None, Kind: Receiver, Subject: "a.test", Company: "A & Co"},
		{Target: "home", Scenario: evidence.None, Kind: Receiver, Subject: "a.test"},
		{Target: "cart", Scenario: evidence.Accept, Kind: Technique, Subject: "key-logging@x.test"},
	}
	var b bytes.Buffer
	if err := l.Write(&b); err != nil {
		t.Fatal(err)
	}
	got, err := ReadLock(strings.NewReader(strings.ReplaceAll(b.String(), "\n", "\r\n")))
	if err != nil || len(got) != 3 || got[0].Target != "cart" || got[1].Company != "A & Co" {
		t.Errorf("%+v %v", got, err)
	}
}

func TestLockErrors(t *testing.T) {
	good := "# spoor.lock 1\nhome\tnone\treceiver\ta.test\n"
	for text, want := range map[string]string{
		"":                                       "empty",
		"home\tnone\treceiver\ta.test\n":         "does not begin",
		"# spoor.lock 2\n":                       `form "2"`,
		good + "<<<<<<< HEAD\n":                  "line 3 of the lock: it holds a conflict",
		good + "home none receiver a.test\n":     "line 3 of the lock: it has 1 fields",
		good + "home\tlater\treceiver\ta.test\n": `no scenario "later"`,
		good + "home\tnone\tcompany\ta.test\n":   `no kind "company"`,
		good + "home\tnone\treceiver\t\n":        "a field is empty",
		good + strings.Repeat("x", 1<<17):        "read the lock",
	} {
		if _, err := ReadLock(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q", text, err, want)
		}
	}
}

func TestAllowPatterns(t *testing.T) {
	s := func(kind, subject string) *Seen {
		return &Seen{Fact: Fact{Target: "home", Scenario: evidence.None, Kind: kind, Subject: subject}, Doors: []string{"door.test"}}
	}
	for _, c := range []struct {
		allow Allow
		seen  *Seen
		want  bool
	}{
		{Allow{Cookie: "_ga"}, s(Cookie, "_ga@shop.test"), true},
		{Allow{Cookie: "_ga"}, s(Cookie, "_ga_*@shop.test"), false},
		{Allow{Cookie: "_ga_*"}, s(Cookie, "_ga_*@shop.test"), true},
		{Allow{Cookie: "_ga*"}, s(Cookie, "_ga_*@shop.test"), true},
		{Allow{Cookie: "_ga@other.test"}, s(Cookie, "_ga@shop.test"), false},
		{Allow{Storage: "local:*@shop.test"}, s(Storage, "local:a/b@shop.test"), true},
		{Allow{Storage: "local:a[b]"}, s(Storage, "local:a[b]@shop.test"), true},
		{Allow{Technique: "beacon"}, s(Technique, "beacon@x.test"), true},
		{Allow{Technique: "beacon"}, s(Receiver, "beacon"), false},
		{Allow{Receiver: "x.test", LoadedBy: "cdn.door.test"}, s(Receiver, "x.test"), true},
		{Allow{Receiver: "x.test", LoadedBy: "gate.test"}, s(Receiver, "x.test"), false},
		{Allow{LoadedBy: "door.test", Target: "cart"}, s(Receiver, "x.test"), false},
		{Allow{Scenario: evidence.None}, s(Receiver, "x.test"), false},
		{Allow{Receiver: "x.test"}, s(Cookie, "uid@x.test"), true},
		{Allow{Receiver: "x.test"}, s(Technique, "key-logging@x.test"), false},
	} {
		if got := c.allow.covers(c.seen); got != c.want {
			t.Errorf("%+v covers %s: %v", c.allow, c.seen.Subject, got)
		}
	}
}

func FuzzReadLock(f *testing.F) {
	f.Add([]byte("# spoor.lock 1\nhome\tnone\treceiver\ta.test\tA\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := ReadLock(bytes.NewReader(data))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := l.Write(&b); err != nil {
			t.Fatal(err)
		}
		again, err := ReadLock(&b)
		if err != nil || !slices.Equal(l, again) {
			t.Errorf("%v reads again as %v, %v", l, again, err)
		}
	})
}

// A machine for tests may not reach others. What the page asks of them is known all the
// same, by whom too; what its own rules stopped is not asked.
func TestAttempts(t *testing.T) {
	p := load().contact(evidence.None, "door.test", "").attempt("guest.test", door).attempt("late.test", own)
	p.finding("tracking-pixel", "https://guest.test/p.gif", "medium")
	for i := range p.r.Runs {
		p.r.Runs[i].Hosts = append(p.r.Runs[i].Hosts, reports.Host{Host: "stopped.test", Party: "stopped.test", ThirdParty: true, Before: 1})
	}
	seen, states := Facts("home", []*reports.Result{p.r})
	allow := []Allow{{LoadedBy: "door.test", Reason: "r", Until: today}}
	d := Compare(Policy{Allow: allow, Today: today}, seen, states)
	var list []Seen
	for _, e := range d.New {
		list = append(list, e.Seen)
	}
	if got := lines(t, list); !slices.Equal(got, []string{"home none receiver late.test"}) {
		t.Errorf("new: %q, allowed: %d", got, len(d.Allowed))
	}
}
