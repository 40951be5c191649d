package html

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
)

const (
	maxTargets = 200
	maxGaps    = 200
	maxEvents  = 50
	maxAsks    = 20 // characters of what a field asks
)

type gap struct{ Text, Times string }

type event struct{ When, Kind, Text string }

type fact struct{ Name, Value string }

type target struct{ Kind, URL, Watched string }

type visited struct{ URL, Text string }

type typedText struct{ When, Field, Asks, Text string }

type pack struct{ Name, Version, Date, Rules, From, Licence string }

type term struct{ Word, Text string }

// never lists what no audit of this kind sees, by key of its text.
var never = []string{"purpose", "server", "logged-in", "elsewhere", "later", "law"}

// neverOfMail is the same for messages.
var neverOfMail = []string{"purpose", "server", "links", "sign-up", "law"}

// terms lists the words of the glossary, by key, in the order in which the page
// uses them.
var terms = []string{
	"company", "request", "tracker", "cookie", "identifying", "storage", "recognise", "script", "api", "observed",
	"matched", "inferred", "not-measured", "settled", "digest", "evidence",
}

// notChecked fills what was not checked, the gaps, and the count of losses.
func (m *maker) notChecked() {
	keys := never
	if m.r.Mail != nil {
		keys = neverOfMail
	}
	if m.r.Subject.File != "" {
		m.p.Never = append(m.p.Never, m.t.T("never.own-server"))
	}
	for _, key := range keys {
		m.p.Never = append(m.p.Never, m.t.T("never."+key))
	}
	m.gaps()
	for i, e := range m.r.Events {
		if i == maxEvents {
			m.p.Events = append(m.p.Events, event{Text: m.t.N("more.rows", len(m.r.Events)-maxEvents)})
			break
		}
		m.p.Events = append(m.p.Events, event{
			m.t.Seconds(e.AtMS), m.t.Word("event", e.Kind), clean.Short(strings.TrimSpace(e.Text+" "+e.URL), shortText),
		})
	}
	c := m.r.Coverage
	late := 0
	for _, t := range c.Targets {
		if !t.BeforeFirstScript {
			late++
		}
	}
	for _, f := range []struct {
		key string
		n   int
	}{
		{"targets", len(c.Targets)}, {"late", late}, {"calls", c.Calls}, {"folded", c.CallsFolded}, {"at-least", c.CallsAtLeast},
		{"calls-dropped", c.CallsDropped}, {"events-dropped", c.EventsDropped}, {"bodies-skipped", c.BodiesSkipped},
		{"sent-skipped", c.SentSkipped},
	} {
		m.p.Coverage = append(m.p.Coverage, fact{m.t.T("coverage." + f.key), m.t.Number(f.n)})
	}
	m.p.MoreTargets = m.more("more.rows", len(c.Targets)-maxTargets)
	for _, t := range c.Targets[:min(len(c.Targets), maxTargets)] {
		m.p.Targets = append(m.p.Targets, target{m.t.Word("target", t.Kind), clean.Short(t.URL, shortText), m.watched(t)})
	}
	for _, id := range m.r.Tools.Differs {
		m.p.Differs = append(m.p.Differs, m.t.Word("differs", clean.Short(id, shortText)))
	}
	if len(m.p.Differs) == 0 {
		m.p.Differs = []string{m.t.T("differs.none")}
	}
}

// gaps lists what could not be observed; what reads the same stands once, with
// how often it occurs.
func (m *maker) gaps() {
	var texts []string
	times := map[string]int{}
	if !m.p.Measured && len(m.p.Sentences) > 0 {
		texts, times[m.p.Sentences[0]] = append(texts, m.p.Sentences[0]), 1
	}
	for _, g := range m.r.Gaps {
		text := clean.Short(g.Text.In(m.t.Code()), longText)
		if times[text] == 0 {
			texts = append(texts, text)
		}
		times[text]++
	}
	for i, text := range texts {
		if i == maxGaps {
			m.p.Gaps = append(m.p.Gaps, gap{Text: m.t.N("more.rows", len(texts)-maxGaps)})
			break
		}
		out := gap{Text: text}
		if n := times[text]; n > 1 {
			out.Times = m.t.N("times.exactly", n)
		}
		m.p.Gaps = append(m.p.Gaps, out)
	}
}

// watched says how well a document or worker was watched.
func (m *maker) watched(t reports.Target) string {
	out := m.t.T("watched.from-start")
	if !t.BeforeFirstScript {
		out = m.t.T("watched.late", "why", reports.Reason(m.t, clean.Short(t.Why, shortText)))
	}
	if n := len(t.Missing); n > 0 {
		out += " " + m.t.N("watched.missing", n, "names", m.some(t.Missing, 3))
	}
	return out
}

// method fills the prose that says how the result came about.
func (m *maker) method() {
	r, t := m.r, m.t
	add := func(text string) { m.p.Method = append(m.p.Method, text) }
	visit := []any{
		"date", m.p.Date, "clock", m.p.Clock, "spoor", m.p.Spoor, "chrome", clean.Short(r.Tools.Chrome, 40),
		"mode", t.Word("mode", r.Tools.BrowserMode), "took", t.Seconds(r.Subject.TookMS),
	}
	switch {
	case r.Mail == nil:
		add(t.N("method.visit", max(len(r.Runs), 1), visit...))
	case r.Tools.Chrome == "":
		add(t.T("letter.method-unshown", visit...))
	default:
		add(t.T("letter.method", visit...) + " " + t.T("letter.method-own"))
	}
	if r.Subject.File != "" {
		add(t.T("method.file", "file", clean.Short(r.Subject.File, shortText), "url", clean.Short(r.Subject.FinalURL, longText)))
	}
	if len(r.Runs) > 1 {
		names := make([]string, len(r.Runs))
		for i, run := range r.Runs {
			names[i] = t.T("method.run." + string(run.Scenario))
		}
		add(t.T("method.runs", "runs", strings.Join(names, "; ")) + " " + t.T("method.repeats"))
	}
	if r.Mail == nil || r.Tools.Chrome != "" {
		m.methodOfBrowser(add)
	}
	if r.Mail == nil {
		add(t.T("method.first-party"))
	} else {
		add(t.T("letter.method-site"))
	}
	add(t.T("method.company"))
	add(t.T("method.certainty"))
	if r.Mail == nil {
		add(t.T("method.values"))
	}
	m.pagesAndLists()
}

// methodOfBrowser says how the browser was set up.
func (m *maker) methodOfBrowser(add func(string)) {
	r, t := m.r, m.t
	add(t.T("method.browser", "agent", clean.Short(r.Tools.UserAgent, longText), "device", t.Word("device", r.Subject.Device),
		"lang", clean.Short(r.Subject.Lang, 40)) + " " + t.T("method.third-party-cookies."+known(r.Tools.ThirdPartyCookies, "allowed", "blocked")))
	add(t.T("method.settings", "settings", t.List(m.settings())))
	for i := range r.Runs {
		if n := r.Runs[i].SecondLooks; n > 0 {
			add(t.N("method.second-looks", n))
		}
	}
	if r.Compared != nil {
		add(t.T("method.compared", "app", t.Word("app", r.Compared.App), "agent", clean.Short(r.Compared.OrdinaryUserAgent, longText)))
	}
	add(t.T("method.settled"))
}

// pagesAndLists fills what was visited, the commands, the lists and the names.
func (m *maker) pagesAndLists() {
	r, t := m.r, m.t
	for i := range r.Runs {
		if r.Mail != nil {
			break // The page of a message is shown at an address that means nothing.
		}
		run := &r.Runs[i]
		for _, p := range run.Pages {
			page := m.visited(p)
			if len(r.Runs) > 1 {
				page.Text = t.T("method.of-run", "run", t.T("method.run."+string(run.Scenario)), "text", page.Text)
			}
			m.p.Pages = append(m.p.Pages, page)
		}
		m.typed(run)
	}
	m.commands()
	for _, p := range r.Tools.Signatures.Packs {
		m.p.Packs = append(m.p.Packs, pack{
			clean.Short(p.Name, 60), clean.Short(p.Version, 40), clean.Short(p.Date, 20), t.Number(p.Rules), clean.Short(p.Source, shortText), clean.Short(p.Licence, 60),
		})
	}
	m.p.OldLists = r.OldLists(t)
	for _, n := range r.Names {
		if len(n.Chain) > 0 {
			m.p.Names = append(m.p.Names, clean.Short(n.Host+" → "+strings.Join(n.Chain, " → "), longText))
		} else {
			m.p.Names = append(m.p.Names, t.T("method.name-failed", "host", clean.Short(n.Host, shortText), "error", reports.Reason(t, clean.Short(n.Error, shortText))))
		}
	}
}

// typed lists the texts that a run typed.
func (m *maker) typed(run *reports.Run) {
	for _, v := range run.Typed {
		text := "“" + clean.Short(v.Value, shortText) + "”"
		if v.Became != "" {
			text = m.t.T("method.typed-became", "text", text, "became", "“"+clean.Short(v.Became, shortText)+"”")
		}
		m.p.Typed = append(m.p.Typed, typedText{
			m.t.Seconds(v.AtMS), clean.Short(cmp.Or(v.Label, v.Name, v.Type), shortText), m.t.Word("asks", clean.Short(v.Asks, maxAsks)), text,
		})
	}
}

// settings lists how the browser was set up beyond the defaults.
func (m *maker) settings() []string {
	s, t := m.r.Tools, m.t
	var out []string
	add := func(on bool, key string, pairs ...any) {
		if on {
			out = append(out, t.T("setting."+key, pairs...))
		}
	}
	add(s.Sandbox, "sandbox")
	add(!s.Sandbox, "no-sandbox")
	add(s.InsecureTLS, "insecure-tls")
	add(s.Proxy, "proxy")
	add(s.HostRules != "", "host-rules", "rules", clean.Short(s.HostRules, shortText))
	add(len(s.Flags) > 0, "flags", "flags", m.some(s.Flags, 6))
	return out
}

// visited says how one page went.
func (m *maker) visited(p reports.Page) visited {
	out := visited{URL: clean.Short(p.URL, longText)}
	var parts []string
	switch {
	case p.Error != "":
		parts = append(parts, m.t.T("page.failed", "why", reports.Reason(m.t, clean.Short(p.Error, shortText))))
	case p.Status > 0:
		parts = append(parts, m.t.T("page.answered", "status", strconv.Itoa(p.Status)))
	}
	if p.FinalURL != p.URL && p.FinalURL != "" {
		parts = append(parts, m.t.T("page.moved", "url", clean.Short(p.FinalURL, longText)))
	}
	if p.Error == "" && slices.Contains([]string{"quiet", "limit"}, p.Settled) {
		parts = append(parts, m.t.T("page.settled-"+p.Settled, "time", m.t.Seconds(p.TookMS), "pending", m.t.N("page.pending", p.Pending)))
	}
	out.Text = strings.Join(parts, "; ")
	return out
}

// commands writes what to type to do it again.
func (m *maker) commands() {
	s, tools := m.r.Subject, m.r.Tools
	args := []string{"spoor", "audit", quote(clean.Short(s.URL, longText))}
	option := func(name, value, usual string) {
		if value != "" && value != usual {
			args = append(args, name, quote(clean.Short(value, shortText)))
		}
	}
	option("--user-agent", s.App, "")
	option("--device", s.Device, "desktop")
	option("--lang", s.Lang, "")
	if m.r.Mail == nil {
		option("--scenarios", m.scenarios(), "none,reject,accept")
	}
	option("--seed", strconv.FormatInt(s.Seed, 10), "1")
	option("--vantage", s.Vantage, "")
	option("--third-party-cookies", map[string]string{"blocked": "block"}[tools.ThirdPartyCookies], "")
	option("--browser-mode", tools.BrowserMode, "headless")
	option("--host-rules", tools.HostRules, "")
	if tools.InsecureTLS {
		args = append(args, "--insecure")
	}
	for _, f := range tools.Flags {
		option("--chrome-flag", f, "")
	}
	if pages := m.furtherPages(); pages > 0 {
		option("--pages", strconv.Itoa(pages), "0")
	}
	m.p.Commands = []string{
		strings.Join(append(slices.Clone(args), "-o report.html", "-o evidence.zip"), " "),
		"spoor audit evidence.zip -o report.html",
		"spoor verify evidence.zip",
	}
}

// scenarios lists the scenarios that were visited, as the command takes them.
func (m *maker) scenarios() string {
	names := make([]string, len(m.r.Runs))
	for i, run := range m.r.Runs {
		names[i] = string(run.Scenario)
	}
	return strings.Join(names, ",")
}

func (m *maker) furtherPages() int {
	n := 0
	for i := range m.r.Runs {
		count := 0
		for _, p := range m.r.Runs[i].Pages {
			if p.ViaLink {
				count++
			}
		}
		n = max(n, count)
	}
	return n
}

// quote puts a word in quotation marks for a shell, if it needs them.
func quote(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,@+") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// known returns a word if it is one of those that have texts, else "unknown".
func known(s string, words ...string) string {
	if slices.Contains(words, s) {
		return s
	}
	return "unknown"
}

func (m *maker) glossary() {
	for _, key := range terms {
		m.p.Glossary = append(m.p.Glossary, term{m.t.T("glossary." + key + ".word"), m.t.T("glossary." + key + ".text")})
	}
}
