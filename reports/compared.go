package reports

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/codes"
	"github.com/spoor-audit/spoor/detectors/techniques"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// A Compared says what differs between visits that were made as an app's in-app
// browser and one with the ordinary browser of the same device: facts, without a
// score. Only the state before any choice is compared, on the first page.
type Compared struct {
	App               string `json:"app"`
	UserAgent         string `json:"user_agent"`
	OrdinaryUserAgent string `json:"ordinary_user_agent"`
	// InApp and Ordinary count the visits that say anything about the site. If
	// either is 0, only how the visits ended is compared.
	InApp    int `json:"in_app"`
	Ordinary int `json:"ordinary"`
	// Facts lists what all visits of one kind show and none of the other, by kind
	// and subject. What some visits show and others not is chance, and left out.
	Facts []Difference `json:"facts"`
	Sizes []Size       `json:"sizes"` // by what
}

// Kinds of differences.
const (
	DiffOutcome = "outcome" // how the visit ended
	DiffAddress = "address" // where the page's address led
	DiffDialog  = "dialog"  // whether consent was asked for
	DiffButtons = "buttons" // what the first layer of the question offers
	DiffHost    = "host"    // a host that was sent requests
	DiffCookie  = "cookie"  // a cookie that was set
	DiffFinding = "finding" // what a technique found
)

// A Difference is one fact that is not the same in the app and in an ordinary
// browser.
type Difference struct {
	Kind    string `json:"kind"`
	Subject string `json:"subject"` // a host, "name@domain", the key of a finding; "" of what there is one of
	ID      string `json:"id"`      // of the technique, of a finding
	Who     string `json:"who"`     // whose it is, "" if not known
	// InApp and Ordinary are what was there; "" is nothing.
	InApp    string `json:"in_app"`
	Ordinary string `json:"ordinary"`
	// InAppTimes and OrdinaryTimes are the visits that show it: "3 of 3", "0 of 1".
	InAppTimes    string `json:"in_app_times"`
	OrdinaryTimes string `json:"ordinary_times"`
	Text          Words  `json:"text"`
}

// A Size is a number that varies from visit to visit.
type Size struct {
	What     string `json:"what"` // requests hosts bytes
	Low      int64  `json:"low"`  // of the visits in the app
	High     int64  `json:"high"`
	Ordinary int64  `json:"ordinary"`
}

// compared fills Result.Compared.
func (b *builder) compared() {
	o := b.v.Ordinary
	if o == nil {
		return
	}
	c := &comparison{builder: b, ordinary: b.glimpse(&o.Run)}
	for i := range b.v.Runs {
		if run := &b.v.Runs[i]; slices.Contains(repeats, run.Scenario) {
			c.inApp = append(c.inApp, b.glimpse(run))
		}
	}
	out := &Compared{
		App: clip(b.v.Subject.App, maxName), UserAgent: clip(b.v.Tools.UserAgent, maxText), OrdinaryUserAgent: clip(o.UserAgent, maxText),
		Facts: []Difference{}, Sizes: []Size{},
	}
	c.values(DiffOutcome, func(g *glimpse) string { return g.outcome })
	if c.measure(); len(c.inApp) > 0 && c.ordinary.measured {
		c.values(DiffAddress, func(g *glimpse) string { return g.address })
		c.values(DiffDialog, func(g *glimpse) string { return g.dialog })
		c.values(DiffButtons, func(g *glimpse) string { return g.buttons })
		c.hosts()
		c.things(DiffCookie, func(g *glimpse) map[string]string { return g.cookies })
		c.findings()
		out.Sizes = c.sizes()
		out.Ordinary = 1
	}
	out.InApp = len(c.inApp)
	out.Facts = append(out.Facts, c.facts...)
	slices.SortStableFunc(out.Facts, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(kindOrder(a.Kind), kindOrder(b.Kind)), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Subject, b.Subject))
	})
	for i := range out.Facts {
		f := &out.Facts[i]
		f.Text = Words{EN: differenceText("en", f), NL: differenceText("nl", f)}
	}
	b.r.Compared = out
}

func kindOrder(kind string) int {
	return slices.Index([]string{DiffOutcome, DiffAddress, DiffDialog, DiffButtons, DiffHost, DiffCookie, DiffFinding}, kind)
}

// A glimpse is what one visit shows of the first page before any choice.
type glimpse struct {
	scenario evidence.Scenario
	measured bool
	outcome  string
	address  string // without what changes from visit to visit
	dialog   string // "yes", "no", or "" if it was not looked for
	buttons  string // roles of the first layer, sorted
	hosts    map[string]string
	cookies  map[string]string
	requests int64
	bytes    int64
}

func (b *builder) glimpse(run *evidence.Run) *glimpse {
	g := &glimpse{scenario: run.Scenario, measured: measured(run), outcome: "loaded", hosts: map[string]string{}, cookies: map[string]string{}}
	if !g.measured {
		g.outcome = clip(cmp.Or(run.Reason, string(run.Outcome)), maxText)
	}
	if len(run.Pages) > 0 {
		g.address = bareAddress(run.Pages[0].FinalURL)
	}
	if d := run.Dialog; d != nil {
		g.dialog = "no"
		if d.Found {
			g.dialog, g.buttons = "yes", firstRoles(d)
		}
	}
	for i := range run.Requests {
		q := &run.Requests[i]
		host := hostOf(q.URL)
		if q.Page != 0 || host == "" || run.PhaseOf(q.At) != evidence.Before {
			continue
		}
		g.requests++
		g.bytes += q.Size
		if own := b.site(hostOf(g.address)); b.site(host) != own {
			g.hosts[host] = b.whose(host)
		}
	}
	for i := range run.Cookies {
		if c := &run.Cookies[i]; c.Page == 0 && c.State != "blocked" && run.PhaseOf(c.At) == evidence.Before {
			g.cookies[clip(codes.KeyPattern(c.Name), maxName)+"@"+clip(c.Domain, maxName)] = b.whose(c.Domain)
		}
	}
	return g
}

// whose names the owner of a host, "" if it is not known.
func (b *builder) whose(host string) string {
	p, _ := b.db.Party(host)
	return p.Name
}

// bareAddress is an address without its query and fragment, which often hold what
// is new in every visit.
func bareAddress(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return ""
	}
	return clip(u.Scheme+"://"+u.Host+strings.TrimSuffix(u.EscapedPath(), "/"), maxURL)
}

// firstRoles lists what the buttons of the first layer do, sorted.
func firstRoles(d *evidence.Dialog) string {
	var roles []string
	for _, button := range d.Buttons {
		if button.Layer <= 1 && !slices.Contains(roles, button.Role) {
			roles = append(roles, button.Role)
		}
	}
	slices.Sort(roles)
	return strings.Join(roles, ", ")
}

// A comparison holds what the visits show.
type comparison struct {
	*builder
	inApp    []*glimpse
	ordinary *glimpse
	facts    []Difference
}

// measure leaves out the visits in the app that say nothing about the site.
func (c *comparison) measure() {
	c.inApp = slices.DeleteFunc(c.inApp, func(g *glimpse) bool { return !g.measured })
}

func times(n, of int) string { return fmt.Sprintf("%d of %d", n, of) }

// values compares something that each visit shows one of. Where it is not known of
// a visit, that visit does not count.
func (c *comparison) values(kind string, of func(*glimpse) string) {
	there, seen := of(c.ordinary), map[string]int{}
	n := 0
	for _, g := range c.inApp {
		if v := of(g); v != "" || kind == DiffButtons {
			seen[v]++
			n++
		}
	}
	if len(seen) != 1 || there == "" && kind != DiffButtons {
		return
	}
	here := slices.Collect(maps.Keys(seen))[0]
	if here == there || kind == DiffButtons && (here == "" || there == "") {
		return
	}
	c.facts = append(c.facts, Difference{
		Kind: kind, InApp: here, Ordinary: there, InAppTimes: times(n, n), OrdinaryTimes: times(1, 1),
	})
}

// count says in how many visits in the app something is.
func (c *comparison) count(has func(*glimpse) bool) int {
	n := 0
	for _, g := range c.inApp {
		if has(g) {
			n++
		}
	}
	return n
}

// things compares what visits show any number of.
func (c *comparison) things(kind string, of func(*glimpse) map[string]string) {
	all := maps.Clone(of(c.ordinary))
	for _, g := range c.inApp {
		maps.Copy(all, of(g))
	}
	for _, key := range slices.Sorted(maps.Keys(all)) {
		_, there := of(c.ordinary)[key]
		n := c.count(func(g *glimpse) bool { _, ok := of(g)[key]; return ok })
		c.differ(Difference{Kind: kind, Subject: key, Who: all[key]}, n, there)
	}
}

// differ adds a fact if all visits of one kind show it and none of the other.
func (c *comparison) differ(d Difference, n int, there bool) {
	of := len(c.inApp)
	switch {
	case n == of && !there:
		d.InApp, d.OrdinaryTimes = "yes", times(0, 1)
	case n == 0 && there:
		d.Ordinary, d.OrdinaryTimes = "yes", times(1, 1)
	default:
		return
	}
	d.InAppTimes = times(n, of)
	c.facts = append(c.facts, d)
}

// hosts compares the hosts of others. A host that only the one ordinary visit asked
// can be one of many that take turns, as long as the visits in the app asked
// another one of the same site.
func (c *comparison) hosts() {
	known := len(c.facts)
	c.things(DiffHost, func(g *glimpse) map[string]string { return g.hosts })
	c.facts = append(c.facts[:known:known], slices.DeleteFunc(slices.Clone(c.facts[known:]), func(d Difference) bool {
		return d.Ordinary != "" && c.count(func(g *glimpse) bool {
			for host := range g.hosts {
				if b := signatures.Site(host); b != "" && b == signatures.Site(d.Subject) {
					return true
				}
			}
			return false
		}) > 0
	})...)
}

// inventories are the techniques whose findings are compared as hosts and cookies.
var inventories = []string{"cookies-first-party", "cookies-third-party", "third-party-request", "tracker-request"}

// findings compares what the techniques found. One that could not look on either
// side says nothing.
func (c *comparison) findings() {
	type key struct{ id, key string }
	here := map[key]map[evidence.Scenario]bool{}
	there, whose := map[key]bool{}, map[key]*detectors.Finding{}
	for i := range c.j.Findings {
		f := &c.j.Findings[i]
		if beforeChoice(f.Scenario, f.Phase) {
			k := key{f.ID, f.Key}
			if here[k] == nil {
				here[k] = map[evidence.Scenario]bool{}
			}
			here[k][f.Scenario], whose[k] = true, f
		}
	}
	for i := range c.beside().Findings {
		f := &c.beside().Findings[i]
		if f.Scenario == evidence.None {
			k := key{f.ID, f.Key}
			there[k] = true
			if whose[k] == nil {
				whose[k] = f
			}
		}
	}
	all := &evidence.Visit{Runs: append(slices.Clone(c.v.Runs), c.v.Ordinary.Run)}
	texts := redactor(all, textsOf(append(slices.Clone(c.j.Findings), c.beside().Findings...)))
	for k, f := range whose {
		if slices.Contains(inventories, k.id) || !c.looked(k.id) {
			continue
		}
		n := c.count(func(g *glimpse) bool { return here[k][g.scenario] })
		c.differ(Difference{
			Kind: DiffFinding, ID: k.id, Subject: clip(texts(k.key), maxURL), Who: c.whose(f.Host),
		}, n, there[k])
	}
}

// beside is the judgement of the ordinary visit.
func (c *comparison) beside() *detectors.Judgement { return &c.in.Ordinary }

// looked reports whether a technique could look in all visits that are compared.
func (c *comparison) looked(id string) bool {
	technique, ok := techniques.ByID(id)
	if !ok || slices.ContainsFunc(c.beside().NotMeasured, func(u detectors.NotMeasured) bool { return u.ID == id && u.Scenario == evidence.None }) {
		return false
	}
	for _, g := range c.inApp {
		if !technique.Judges(g.scenario) || slices.ContainsFunc(c.j.NotMeasured, func(u detectors.NotMeasured) bool {
			return u.ID == id && (u.Scenario == g.scenario || u.Scenario == "")
		}) {
			return false
		}
	}
	return true
}

// sizes gives the numbers of both kinds of visits.
func (c *comparison) sizes() []Size {
	var out []Size
	for _, s := range []struct {
		what string
		of   func(*glimpse) int64
	}{
		{"bytes", func(g *glimpse) int64 { return g.bytes }},
		{"hosts", func(g *glimpse) int64 { return int64(len(g.hosts)) }},
		{"requests", func(g *glimpse) int64 { return g.requests }},
	} {
		size := Size{What: s.what, Low: s.of(c.inApp[0]), High: s.of(c.inApp[0]), Ordinary: s.of(c.ordinary)}
		for _, g := range c.inApp {
			size.Low, size.High = min(size.Low, s.of(g)), max(size.High, s.of(g))
		}
		out = append(out, size)
	}
	return out
}
