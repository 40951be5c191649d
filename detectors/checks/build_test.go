package checks

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/statements"
	"github.com/spoor-audit/spoor/detectors/techniques"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// Addresses that the tests use.
const (
	shop   = "https://www.shop.test/"
	gaHit  = "https://region1.google-analytics.com/g/collect?v=2&tid=G-ABC123"
	fpJS   = "https://fp.vendor.test/f.js"
	policy = "https://www.shop.test/privacy"
	days   = int64(day)
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

// A maker builds a visit act by act, each ten milliseconds later.
type maker struct {
	v       *evidence.Visit
	st      []statements.Statement
	more    []detectors.Finding // of techniques that the test plays itself
	profile string
	now     evidence.Millis
	page    int
	n       int // counts everything, so that values differ
}

func newMaker() *maker {
	return &maker{v: &evidence.Visit{
		Format:  evidence.Format,
		Subject: evidence.Subject{Kind: "page", URL: shop, Started: visited},
	}}
}

func (m *maker) run() *evidence.Run { return &m.v.Runs[len(m.v.Runs)-1] }

func (m *maker) tick() evidence.Millis {
	m.n++
	m.now += 10
	return m.now
}

// visit starts a run of a scenario; what is added later goes into it.
func (m *maker) visit(s evidence.Scenario) *maker {
	m.v.Runs = append(m.v.Runs, evidence.Run{
		Scenario: s, Outcome: evidence.Done,
		Pages:   []evidence.Page{{URL: shop, FinalURL: shop, Status: 200, Language: "en"}},
		Targets: []evidence.Target{{ID: "t1", Kind: "page", URL: shop, BeforeFirstScript: true}},
	})
	m.now, m.page = 0, 0
	return m
}

func (m *maker) ends(o evidence.Outcome) *maker { m.run().Outcome = o; return m }

func (m *maker) id(kind string, n int) evidence.ID { return evidence.NewID(m.run().Scenario, kind, n) }

// next opens a further page.
func (m *maker) next() *maker {
	m.page++
	url := fmt.Sprintf("%sp%d", shop, m.page)
	m.reload().lastRequest().URL = url
	m.run().Pages = append(m.run().Pages, evidence.Page{URL: url, FinalURL: url, Status: 200, Language: "en", At: m.tick(), ViaLink: true})
	return m
}

// reload opens the first page again.
func (m *maker) reload() *maker {
	r := m.run()
	r.Requests = append(r.Requests, evidence.Request{ID: m.id("request", len(r.Requests)+1), At: m.tick(), Page: m.page, Kind: "document", URL: shop, Method: "GET", Status: 200})
	return m
}

// cookie sets one that lives some seconds, 0 until the browser is closed. The
// value looks like an identifier and is new each time.
func (m *maker) cookie(name, domain string, seconds int64) *maker {
	at := m.tick()
	return m.put(name, domain, seconds, at, fmt.Sprintf("GA1.1.%d.%d", 1300000000+m.n*7919, 1310000000+m.n*104729))
}

func (m *maker) put(name, domain string, seconds int64, at evidence.Millis, value string) *maker {
	r := m.run()
	write := evidence.CookieWrite{At: at, Kind: "http", URL: "https://" + domain + "/"}
	for i := range r.Cookies {
		if c := &r.Cookies[i]; c.Name == name && c.Domain == domain {
			c.Writes = append(c.Writes, write)
			return m
		}
	}
	r.Cookies = append(r.Cookies, evidence.Cookie{
		ID: m.id("cookie", len(r.Cookies)+1), Name: name, Domain: domain, Path: "/", Value: value,
		Session: seconds == 0, Lifetime: min(seconds, 400*days), Declared: seconds, At: at, Page: m.page, State: "stored",
		Writes: []evidence.CookieWrite{write},
	})
	return m
}

// again writes a cookie that is there once more.
func (m *maker) again(name, domain string) *maker { return m.put(name, domain, 0, m.tick(), "") }

// plain sets a cookie whose value says nothing of a person.
func (m *maker) plain(name string, seconds int64) *maker {
	return m.put(name, "www.shop.test", seconds, m.tick(), "yes")
}

// store keeps something like an identifier in local storage.
func (m *maker) store(key string) *maker {
	r, at := m.run(), m.tick()
	r.Storage = append(r.Storage, evidence.StorageItem{
		ID: m.id("storage", len(r.Storage)+1), Kind: "local", Origin: "https://www.shop.test", Key: key,
		Value: fmt.Sprintf("%08x-1b2c-4d5e-8f90-%012x", 0xa1b2c3d4+m.n*7919, 0x1a2b3c4d5e+m.n*104729), Length: 36, At: at, Page: m.page,
	})
	return m
}

// ask sends a request; cookies are the names that go along.
func (m *maker) ask(url, kind string, cookies ...string) *maker {
	r := m.run()
	r.Requests = append(r.Requests, evidence.Request{
		ID: m.id("request", len(r.Requests)+1), At: m.tick(), Page: m.page, Document: shop, Kind: kind,
		Frame: kind == "document", URL: url, Method: "GET", Status: 200, CookiesSent: cookies,
	})
	return m
}

// lastRequest is the request that was sent last.
func (m *maker) lastRequest() *evidence.Request {
	r := m.run()
	return &r.Requests[len(r.Requests)-1]
}

// call records a use of a browser API by a script.
func (m *maker) call(api, script string) *maker {
	r := m.run()
	r.Calls = append(r.Calls, evidence.Call{
		ID: m.id("call", len(r.Calls)+1), At: m.tick(), API: api, In: "t1", Count: 1,
		Stack: []evidence.Frame{{URL: script, Line: 1}},
	})
	return m
}

// found adds a finding as a technique would make it.
func (m *maker) found(id string, phase evidence.Phase, args map[string]string) *maker {
	m.more = append(m.more, detectors.Finding{
		ID: id, Key: fmt.Sprint(id, m.n), Scenario: m.run().Scenario, Phase: phase, Host: "fp.vendor.test", Script: fpJS,
		Certainty: detectors.Observed, Severity: detectors.High, Times: "1 of 1", First: m.tick(), Args: args,
		Evidence: []evidence.ID{m.id("call", 1)},
	})
	return m
}

// comesBack lets the run before any choice come back without its cookies: the one
// that it also kept in local storage is there again, or has another value.
func (m *maker) comesBack(name string, same bool) *maker {
	const code = "8a6e0804-2bd0-4672-b79d-d97027f9071a"
	r := &m.v.Runs[0]
	c := evidence.Cookie{ID: "none/cookie/1", Name: name, Domain: "www.shop.test", Path: "/", Value: code, State: "stored"}
	r.Cookies = append(r.Cookies, c)
	r.Storage = append(r.Storage, evidence.StorageItem{
		ID: "none/storage/1", Kind: "local", Origin: "https://www.shop.test", Key: name, Value: code, Length: len(code),
	})
	c.ID = "none/return1-cookie/1"
	if !same {
		c.Value = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"
	}
	r.Returns = []evidence.Return{{Cleared: []string{evidence.KeptCookies}, Kept: []string{evidence.KeptCache, evidence.KeptStorage}, Cookies: []evidence.Cookie{c}}}
	return m
}

// choose makes the choice of the run: presses with the role that it wants.
func (m *maker) choose(presses ...evidence.Press) *maker {
	r, at := m.run(), m.tick()
	r.Chosen = &at
	for i := range presses {
		presses[i].At = at
	}
	r.Choice = &evidence.Choice{Want: r.Scenario, Outcome: evidence.Done, Presses: presses, At: at, Gone: true, Verified: true, By: "klaro"}
	m.now = at + 10
	return m
}

// unverified takes back that the state was read.
func (m *maker) unverified() *maker { m.run().Choice.Verified = false; return m }

func press(role, label string) evidence.Press {
	return evidence.Press{Role: role, Label: label, Layer: 1}
}

var (
	pressNo  = press(evidence.RoleReject, "Refuse")
	pressYes = press(evidence.RoleAccept, "Accept")
	pressX   = press(evidence.RoleClose, "x")
)

// refuse and accept are whole runs up to the choice.
func (m *maker) refuse() *maker { return m.visit(evidence.Reject).dialog(fair()).choose(pressNo) }
func (m *maker) accept() *maker { return m.visit(evidence.Accept).dialog(fair()).choose(pressYes) }

// quiet is a visit of all three scenarios with a fair dialog and nothing else.
func (m *maker) quiet() *maker { return m.visit(evidence.None).dialog(fair()).refuse().accept() }

func (m *maker) dialog(d *evidence.Dialog) *maker { m.run().Dialog = d; return m }

// button is one of a dialog 600 wide and 300 high at 100, 100.
func button(role, label string, x, y int) evidence.Button {
	return evidence.Button{
		Label: label, Role: role, Certainty: 0.95, Layer: 1, Tag: "button", Box: evidence.Box{100 + x, 100 + y, 120, 40},
		Filled: true, Fill: "#1144aa", Color: "#ffffff", Around: "#ffffff", FontPx: 16, Weight: 400,
	}
}

// fair is a dialog that nothing is wrong with.
func fair() *evidence.Dialog {
	return &evidence.Dialog{
		Found: true, By: "rule", CMP: "Klaro", Certainty: 0.98, Language: "en", Box: evidence.Box{100, 100, 600, 300},
		Text: "We and our 12 partners use cookies for statistics and for advertising. You can choose.",
		Buttons: []evidence.Button{
			button(evidence.RoleAccept, "Accept", 50, 240), button(evidence.RoleReject, "Refuse", 200, 240),
		},
		Toggles: []evidence.Toggle{
			{Label: "Necessary", On: true, Disabled: true, Layer: 1, Purpose: classNecessary},
			{Label: "Statistics", Layer: 1, Purpose: classAnalytics},
			{Label: "Advertising", Layer: 1, Purpose: classMarketing},
		},
		Layers: []evidence.Layer{{Number: 1}},
	}
}

// absent is the record that there is no dialog.
func absent(certainty float64) *evidence.Dialog { return &evidence.Dialog{Certainty: certainty} }

// changed is a fair dialog with a change.
func changed(change func(*evidence.Dialog)) *evidence.Dialog {
	d := fair()
	change(d)
	return d
}

// say adds a statement of the page in the current phase of the current run.
func (m *maker) say(st statements.Statement) *maker {
	r, at := m.run(), m.tick()
	st.Scenario, st.At, st.Until, st.Times, st.Page = r.Scenario, at, at, 1, m.page
	st.Phase = r.PhaseOf(at)
	if st.Evidence == "" {
		st.Evidence = m.id("signal", m.n)
	}
	m.st = append(m.st, st)
	return m
}

// sent says that the last request carried a statement.
func (m *maker) sent(st statements.Statement) *maker {
	q := m.lastRequest()
	st.Sent, st.Evidence, st.Host = q.ID, q.ID, evidence.Host(q.URL)
	m.say(st)
	last := &m.st[len(m.st)-1]
	last.At, last.Until, last.Phase = q.At, q.At, m.run().PhaseOf(q.At)
	return m
}

func cmpState(on ...string) statements.Statement {
	c := &statements.CMP{Reader: "klaro", Name: "Klaro", Categories: map[string]bool{"necessary": true, "analytics": false, "marketing": false}}
	for _, name := range on {
		c.Categories[name] = true
	}
	return statements.Statement{Kind: statements.KindCMP, Source: "klaro", CMP: c}
}

func tcf(change func(*statements.TCF)) statements.Statement {
	t := &statements.TCF{Version: 2, Created: visited, HasDisclosed: true, Disclosed: []int{91, 755}}
	change(t)
	return statements.Statement{Kind: statements.KindTCF, Source: "__tcfapi", TCF: t}
}

func google(gcs, client string, state map[string]string) statements.Statement {
	return statements.Statement{Kind: statements.KindGoogle, Source: "hit", Google: &statements.Google{Types: state, GCS: gcs, Client: client}}
}

var deniedAll = map[string]string{"ad_storage": statements.Denied, "analytics_storage": statements.Denied}

func register(rows ...statements.Row) statements.Statement {
	for len(rows) < minRows {
		rows = append(rows, statements.Row{Name: fmt.Sprint("filler", len(rows)), Category: classNecessary, Seconds: -1})
	}
	return statements.Statement{Kind: statements.KindRegister, Source: "table", Evidence: "none/paper/1",
		Register: &statements.Register{Source: "table", URL: policy, Rows: rows}}
}

func row(name, category string) statements.Row {
	return statements.Row{Name: name, Category: category, Seconds: -1}
}

func claim(id, quote string, confidence float64) statements.Statement {
	return statements.Statement{Kind: statements.KindClaim, Source: "policy", Evidence: "none/paper/1",
		Claim: &statements.Claim{ID: id, Quote: quote, URL: policy, Language: "en", Confidence: confidence, Where: "policy"}}
}

// paper adds a statement on data, with links to it at some places.
func (m *maker) paper(text string, where ...string) *maker {
	r := m.run()
	r.Papers = append(r.Papers, evidence.Paper{
		ID: m.id("paper", len(r.Papers)+1), Kind: "policy", URL: policy, FinalURL: policy, Status: 200, Language: "en", Text: text,
	})
	for _, w := range where {
		r.Policies = append(r.Policies, evidence.PolicyLink{Label: "Privacy", URL: policy, Where: w, Reachable: true})
	}
	return m
}

// judge runs all checks on what was built.
func (m *maker) judge(t testing.TB) map[string]Verdict {
	t.Helper()
	out := map[string]Verdict{}
	for _, v := range m.verdicts(t) {
		out[v.ID] = v
	}
	return out
}

func (m *maker) verdicts(t testing.TB) []Verdict {
	t.Helper()
	j := techniques.Run(m.v, db(t), detectors.Options{})
	j.Findings = append(j.Findings, m.more...)
	return Run(m.v, j, m.st, db(t), Options{Profile: m.profile})
}
