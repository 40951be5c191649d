// Package sample owns visits of a survey that nobody made: as many as a test wants,
// like real ones in their numbers, and the same every time. Nothing but tests imports
// it.
package sample

import (
	"fmt"
	"iter"
	"math/rand/v2"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/reports/score"
	"github.com/spoor-audit/spoor/reports/survey"
)

// Options say how many visits there are.
type Options struct {
	Sites  int
	Repeat int
	// Years is how many years later the survey was made: companies come and go.
	Years int
}

// Labels are the columns of the list beside the site.
func Labels() []string { return []string{"country", "owner"} }

var countries = []string{"NL", "DE", "FR", "EE"}

var owners = []string{"Northern Press", "Valley Media", "Island Radio", "City Papers", "Independent"}

// A service is a company with what makes up its part in the sample.
type service struct {
	name, country, category, domain string
	tracker                         bool
	share                           float64 // of sites after yes
	early                           float64 // of those, already before a choice
	stays                           float64 // of those before, also after no
}

var services = []service{
	{"Google", "US", "advertising", "doubleclick.test", true, .82, .62, .7},
	{"Meta", "US", "social", "facebook.test", true, .48, .4, .5},
	{"Amazon", "US", "advertising", "adsystem.test", true, .31, .25, .4},
	{"Microsoft", "US", "analytics", "clarity.test", true, .29, .3, .4},
	{"Adobe", "US", "analytics", "omtrdc.test", true, .17, .6, .6},
	{"Criteo", "FR", "advertising", "criteo.test", true, .26, .2, .3},
	{"Xandr", "US", "ad-exchange", "adnxs.test", true, .3, .22, .3},
	{"Magnite", "US", "ssp", "rubicon.test", true, .28, .18, .3},
	{"PubMatic", "US", "ssp", "pubmatic.test", true, .27, .18, .3},
	{"The Trade Desk", "US", "dsp", "adsrvr.test", true, .24, .15, .2},
	{"Taboola", "IL", "advertising", "taboola.test", true, .2, .3, .4},
	{"Chartbeat", "US", "analytics", "chartbeat.test", true, .16, .55, .6},
	{"Comscore", "US", "analytics", "scorecard.test", true, .21, .5, .5},
	{"Piano", "US", "analytics", "piano.test", true, .13, .6, .7},
	{"Hotjar", "MT", "session-recorder", "hotjar.test", true, .15, .3, .3},
	{"TikTok", "CN", "social", "tiktok.test", true, .14, .2, .2},
	{"Cloudflare", "US", "cdn", "cdn.test", false, .4, .95, 1},
	{"Fastly", "US", "cdn", "fastly.test", false, .15, .95, 1},
	{"Didomi", "FR", "consent", "didomi.test", false, .2, 1, 1},
	{"Sourcepoint", "US", "consent", "sp.test", false, .17, 1, 1},
	{"Usercentrics", "DE", "consent", "uc.test", false, .15, 1, 1},
}

var makers = []string{"Didomi", "Sourcepoint", "Usercentrics", "OneTrust", "Cookiebot", ""}

// Visits returns the visits of a survey, sorted by site and repeat.
func Visits(o Options) iter.Seq2[survey.Visit, error] {
	return func(yield func(survey.Visit, error) bool) {
		for i := range o.Sites {
			for repeat := range max(o.Repeat, 1) {
				if !yield(visit(i, repeat+1, o), nil) {
					return
				}
			}
		}
	}
}

// Packed returns the same visits as a store keeps them.
func Packed(o Options) iter.Seq2[survey.Packed, error] {
	return func(yield func(survey.Packed, error) bool) {
		for v, err := range Visits(o) {
			p := survey.Packed{Visit: v}
			if err == nil && v.Facts != nil {
				p.Data, err = survey.EncodeFacts(v.Facts)
			}
			p.Facts = nil
			if !yield(p, err) {
				return
			}
		}
	}
}

// failures are what can become of a visit, with their share of sites in thousandths.
var failures = []struct {
	state, reason string
	of1000        int
}{
	{survey.Failed, "dns", 25}, {survey.Failed, "timeout", 15}, {survey.Failed, "tls", 8},
	{survey.Excluded, "bot-wall", 22}, {survey.Excluded, "parked", 12},
}

func visit(i, repeat int, o Options) survey.Visit {
	of := rand.New(rand.NewPCG(uint64(i), 1))                           //nolint:gosec // It has to be the same every time.
	now := rand.New(rand.NewPCG(uint64(i), uint64(100*o.Years+repeat))) //nolint:gosec // As above.
	name := fmt.Sprintf("site-%06d.test", i)
	v := survey.Visit{
		Site: name, URL: "https://" + name + "/", FinalURL: "https://www." + name + "/", Repeat: repeat, State: survey.Measured, Attempts: 1,
		Labels:  map[string]string{"country": countries[of.IntN(len(countries))], "owner": owners[of.IntN(len(owners))]},
		Started: fmt.Sprintf("%d-11-%02dT%02d:00:00Z", 2026+o.Years, 1+i%28, i%24), TookMS: 20000 + int64(now.IntN(30000)),
	}
	at := of.IntN(1000)
	for _, f := range failures {
		if at -= f.of1000; at < 0 {
			v.State, v.Reason, v.Attempts, v.FinalURL = f.state, f.reason, 3, ""
			return v
		}
	}
	if now.IntN(40) == 0 {
		v.State, v.Reason, v.Attempts = survey.Failed, "crash", 3
		return v
	}
	v.Bundle = fmt.Sprintf("%s-%d.zip", name, repeat)
	v.SHA256 = fmt.Sprintf("%064x", i*10+repeat)
	m := &maker{site: i, of: of, now: now, v: &v, years: o.Years}
	v.Facts = m.facts()
	return v
}

// A maker makes the facts of one visit. What is the site's own comes from one source
// of chance, what differs between visits from another.
type maker struct {
	site, years int
	of, now     *rand.Rand
	v           *survey.Visit
	f           *survey.Facts
}

func (m *maker) facts() *survey.Facts {
	v := m.v
	m.f = &survey.Facts{
		Format: survey.FactsFormat, URL: v.URL, FinalURL: v.FinalURL, Title: fmt.Sprintf("News of place %d", m.site), Started: v.Started, TookMS: v.TookMS,
		Method: survey.Method{
			Spoor: "1.0.0", Chrome: "156.0.1", Mode: "headless", Signatures: "a41f09c2", Packs: []string{"core", "easyprivacy 2026-10-01"}, Rules: "1",
			Profile: "eu-strict", Vantage: "NL", Device: "desktop", Lang: "nl,en", ThirdPartyCookies: "allowed",
		},
		Owners: []survey.Owner{},
	}
	m.consent()
	m.companies()
	m.kept()
	m.calls()
	m.checks()
	if m.now.IntN(12) == 0 {
		m.f.Gaps = append(m.f.Gaps, survey.Gap{Step: "accept", Kind: "bodies", Where: v.FinalURL, Why: "too-large"})
	}
	return m.f
}

// consent makes the dialog, and which states could be measured.
func (m *maker) consent() {
	f, d := m.f, &m.f.Dialog
	d.Looked = true
	reject, accept := survey.State{ID: survey.Reject}, survey.State{ID: survey.Accept}
	outcomes := [3]string{"done", "done", "done"}
	record := "verified"
	switch kind := m.of.IntN(100); {
	case kind < 16:
		reject.Why, accept.Why = "no-dialog", "no-dialog"
		outcomes[1], outcomes[2] = "no-dialog", "no-dialog"
	case kind < 24:
		*d = survey.Dialog{Looked: true, Found: true, AcceptLayer: 1, PressesAccept: 1}
		reject.Why, accept.Measured = "not-offered", true
		outcomes[1] = "not-offered"
	case kind < 29:
		*d = survey.Dialog{Looked: true, Found: true, AcceptLayer: 1, PressesAccept: 1, Pays: true}
		reject.Why, accept.Measured = "pay-or-accept", true
		outcomes[1] = "pay-or-accept"
	case kind < 31:
		*d = survey.Dialog{Looked: true, Found: true, AcceptLayer: 1, RejectLayer: 1, PressesAccept: 1}
		reject.Why, accept.Measured = "crash", true
		outcomes[1] = "failed"
		m.v.State, m.v.Reason = survey.Partial, "crash"
	default:
		layer := 1 + b2i(m.of.IntN(100) < 38)
		*d = survey.Dialog{Looked: true, Found: true, AcceptLayer: 1, RejectLayer: layer, PressesAccept: 1, PressesReject: layer + b2i(layer > 1 && m.of.IntN(3) == 0)}
		reject.Measured, accept.Measured = true, true
		if m.of.IntN(4) == 0 {
			record = "unread"
		}
	}
	if d.Found {
		d.CMP, d.By, d.Language = makers[m.of.IntN(len(makers))], "rule", "nl"
	}
	f.States = []survey.State{{ID: survey.Before, Measured: true}, reject, accept}
	for i, scenario := range []string{"none", "reject", "accept"} {
		s := survey.Step{Scenario: scenario, Outcome: outcomes[i], Measured: outcomes[i] != "failed", Pages: 1, Settled: m.now.IntN(9) > 0}
		s.Requests, s.Bytes = 40+m.now.IntN(160), int64(1_000_000+m.now.IntN(4_000_000))
		if i > 0 && f.States[i].Measured {
			s.Record = record
		}
		f.Steps = append(f.Steps, s)
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// companies makes who receives data.
func (m *maker) companies() {
	heavy := .35 + 1.3*m.of.Float64() // some sites have much of everything
	for i, s := range services {
		share := s.share * heavy
		if m.years > 0 && i%3 == 0 {
			share *= 1 - .25*float64(m.years)
		}
		yes, early, stays := m.of.Float64() < share, m.of.Float64() < s.early, m.of.Float64() < s.stays
		if !yes || m.now.IntN(20) == 0 { // one in twenty does not come with every load
			continue
		}
		m.company(s, early, early && stays)
	}
	for range m.of.IntN(6) {
		n := m.of.IntN(40 + m.site)
		m.company(service{domain: fmt.Sprintf("tail-%d.test", n), name: fmt.Sprintf("tail-%d.test", n), tracker: n%4 == 0}, n%3 == 0, n%6 == 0)
	}
}

func (m *maker) company(s service, early, stays bool) {
	f := m.f
	for i := range f.Owners {
		if f.Owners[i].Name == s.name {
			return
		}
	}
	at := len(f.Owners)
	o := survey.Owner{Name: s.name, Known: s.category != "", Country: s.country, Tracker: s.tracker, In: map[string]int{}}
	if s.category != "" {
		o.Categories = []string{s.category}
	}
	for i, there := range []bool{early, stays, true} {
		state, scenario := survey.States()[i], f.Steps[i].Scenario
		if !there || !f.States[i].Measured {
			continue
		}
		n := 1 + m.now.IntN(12)
		o.In[state] = n
		r := survey.Receiver{
			Step: scenario, Domain: s.domain, Owner: at, Tracker: s.tracker, FirstMS: 200 + int64(m.now.IntN(4000)), Loader: "www." + m.v.Site,
			Cookies: b2i(s.tracker), Identifying: b2i(s.tracker && m.now.IntN(2) == 0),
		}
		if i == 0 {
			r.Before = n
		} else {
			r.After = n
		}
		f.Receivers = append(f.Receivers, r)
		id, severity := "third-party-request", "note"
		if s.tracker {
			id, severity = "tracker-request", "medium"
		}
		f.Findings = append(f.Findings, survey.Finding{
			ID: id, Key: s.domain, State: state, Owner: at, Severity: severity, Certainty: "matched",
			Evidence: []string{fmt.Sprintf("%s/request/%d", scenario, 10+m.now.IntN(90))},
		})
	}
	f.Owners = append(f.Owners, o)
}

// kept makes cookies and stored items, and what goes with them.
func (m *maker) kept() {
	f := m.f
	for i := range f.Owners {
		o := &f.Owners[i]
		if !o.Tracker || len(o.In) == 0 {
			continue
		}
		var seen []string
		for _, state := range survey.States() {
			if o.In[state] > 0 {
				seen = append(seen, state)
			}
		}
		f.Cookies = append(f.Cookies, survey.Cookie{
			Name: fmt.Sprintf("_id%d", i), Domain: o.Name + ".test", Owner: i, Category: "marketing", Third: true, Identifying: true, Days: 390, SetBy: "http",
			FirstMS: 900, Seen: seen,
		})
		f.Findings = append(f.Findings, survey.Finding{ID: "cookies-third-party", Key: o.Name, State: seen[0], Owner: i, Severity: "high", Certainty: "observed"})
		if o.Name == "Hotjar" {
			f.Findings = append(f.Findings, survey.Finding{ID: "session-recording", Key: "hotjar.test", State: seen[0], Owner: i, Severity: "high", Certainty: "matched"})
		}
	}
	if m.of.IntN(7) == 0 {
		f.Unlooked = append(f.Unlooked, survey.Unlooked{ID: "key-logging", State: survey.Before})
	}
}

var apis = []string{"Navigator.userAgent", "Screen.width", "HTMLCanvasElement.toDataURL", "WebGLRenderingContext.getParameter", "Navigator.languages"}

func (m *maker) calls() {
	f := m.f
	for i := range f.Owners {
		if f.Owners[i].Tracker && len(f.Owners[i].In) > 0 {
			f.Calls = append(f.Calls, survey.Call{Step: "accept", API: apis[i%len(apis)], Script: f.Owners[i].Name + ".test", Owner: i, Count: 1 + m.now.IntN(9), FirstMS: 1500})
		}
	}
}

// checks makes outcomes of checks and the score that follows from them.
func (m *maker) checks() {
	f := m.f
	findings := []score.Finding{}
	for _, c := range []struct {
		id, group, severity string
		fails               bool
	}{
		{"pre-consent-tracking-cookies", "G1", "critical", m.trackers(survey.Before) > 4},
		{"pre-consent-tracker-requests", "G1", "high", m.trackers(survey.Before) > 1},
		{"reject-ignored-cookies", "G2", "critical", m.trackers(survey.Reject) > 3},
		{"no-reject-first-layer", "G3", "high", f.Dialog.Found && f.Dialog.RejectLayer != 1},
		{"declaration-missing", "G4", "medium", m.of.IntN(3) == 0},
		{"withdraw-link-missing", "G5", "medium", m.of.IntN(2) == 0},
		{"cookie-lifetime-excessive", "G6", "low", len(f.Cookies) > 2},
	} {
		outcome := "pass"
		if c.fails {
			outcome = "fail"
		}
		if c.group == "G2" && !f.States[1].Measured {
			outcome = "unknown"
		}
		f.Checks = append(f.Checks, survey.Check{ID: c.id, Group: c.group, Outcome: outcome, Severity: c.severity})
		findings = append(findings, score.Finding{
			Check: c.id, Group: c.group, Severity: detectors.Severity(c.severity), Outcome: score.Outcome(outcome), Certainty: 1, Organisations: score.Uncounted,
		})
	}
	r := score.Compliance(findings, score.Conditions{PolicySeen: true})
	f.Score = &survey.Score{
		Value: r.Value, Low: r.Low, High: r.High, Grade: r.Grade, AtMost: r.AtMost, Reason: r.Reason, Ceiling: r.Ceiling, Lost: r.Lost, Exposure: map[string]int{},
	}
	for i, state := range survey.States() {
		if f.States[i].Measured {
			f.Score.Exposure[f.Steps[i].Scenario] = min(100, 6*m.trackers(state))
		}
	}
}

func (m *maker) trackers(state string) int {
	n := 0
	for i := range m.f.Owners {
		n += b2i(m.f.Owners[i].Tracker && m.f.Owners[i].In[state] > 0)
	}
	return n
}
