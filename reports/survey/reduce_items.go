package survey

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/signatures"
)

// contact is one domain that was contacted in a run.
type contact struct {
	scenario evidence.Scenario
	domain   string
}

// receivers fills the domains of other sites that received data, run by run.
func (d *reducer) receivers() {
	sent := d.sent()
	for i := range d.r.Runs {
		run := &d.r.Runs[i]
		rows := map[string]*Receiver{}
		for j := range run.Hosts {
			h := &run.Hosts[j]
			if !h.ThirdParty || !h.Reached {
				continue
			}
			domain := siteOf(h.Host)
			row := rows[domain]
			if row == nil {
				row = &Receiver{Step: string(run.Scenario), Domain: cut(domain, maxName), Owner: d.owner(h.Party), Cookies: -1, Identifying: -1}
				if s := sent[contact{run.Scenario, domain}]; s != nil {
					row.FirstMS, row.Loader, row.Cookies, row.Identifying = s.first, cut(s.loader, maxName), len(s.cookies), s.identifying(d.r, domain)
				} else {
					row.FirstMS = d.firstContact(run.Scenario, h.Party)
				}
				rows[domain] = row
			}
			row.Tracker = row.Tracker || h.Tracker
			if h.ReachedBefore {
				row.Before += h.Before
			}
			if h.ReachedAfter {
				row.After += h.After
			}
		}
		list := slices.SortedFunc(maps.Values(rows), func(a, b *Receiver) int { return cmp.Compare(a.Domain, b.Domain) })
		for _, row := range list {
			if !d.full("receivers", len(d.f.Receivers), maxReceivers) {
				d.f.Receivers = append(d.f.Receivers, *row)
			}
		}
	}
}

// firstContact is the moment at which a party was contacted first in a run, where
// the single requests are not known.
func (d *reducer) firstContact(s evidence.Scenario, party string) int64 {
	for i := range d.r.Flows {
		if f := &d.r.Flows[i]; f.Scenario == s && f.Receiver == party {
			return f.FirstMS
		}
	}
	return 0
}

// sending is what the requests of a run to one domain say.
type sending struct {
	first   int64
	loader  string
	cookies []string
}

// sent sums up the single requests; none, where the result does not hold them.
func (d *reducer) sent() map[contact]*sending {
	out := map[contact]*sending{}
	for _, q := range d.r.Requests() {
		if !q.ThirdParty || q.Host == "" {
			continue
		}
		key := contact{q.Scenario, siteOf(q.Host)}
		s := out[key]
		if s == nil {
			s = &sending{first: q.AtMS, loader: hostOf(q.Loader)}
			out[key] = s
		}
		for _, name := range q.Cookies {
			s.cookies = with(s.cookies, name)
		}
	}
	return out
}

// identifying counts the cookies that were sent and tell the visitor from others.
func (s *sending) identifying(r *reports.Result, domain string) int {
	n := 0
	for _, name := range s.cookies {
		if slices.ContainsFunc(r.Cookies, func(c reports.Cookie) bool {
			return c.Identifying && c.Name == name && siteOf(strings.TrimPrefix(c.Domain, ".")) == domain
		}) {
			n++
		}
	}
	return n
}

// cookies fills what was kept in the browser.
func (d *reducer) cookies() {
	for i := range d.r.Cookies {
		c := &d.r.Cookies[i]
		if d.full("cookies", len(d.f.Cookies), maxCookies) {
			continue
		}
		by := c.SetBy.Kind
		if from := hostOf(cmp.Or(c.SetBy.Script, c.SetBy.URL)); from != "" {
			by = strings.TrimSpace(by + " " + from)
		}
		d.f.Cookies = append(d.f.Cookies, Cookie{
			Name: cut(c.Name, maxName), Domain: cut(c.Domain, maxName), Owner: d.owner(c.Party), Category: c.Category, Third: c.ThirdParty,
			Identifying: c.Identifying, Blocked: c.State == "blocked", Session: c.Session, Days: c.LifetimeDays, SetBy: cut(by, maxName),
			FirstMS: c.FirstMS, Seen: seenIn(c.Seen),
		})
	}
	for i := range d.r.Storage {
		s := &d.r.Storage[i]
		if d.full("cookies", len(d.f.Cookies), maxCookies) {
			continue
		}
		by := "script"
		if from := hostOf(s.Script); from != "" {
			by += " " + from
		}
		d.f.Cookies = append(d.f.Cookies, Cookie{
			Kind: s.Kind, Name: cut(s.Key, maxName), Domain: cut(hostOf(s.Origin), maxName), Owner: d.owner(s.Party), Category: s.Category,
			Third: s.ThirdParty, Identifying: s.Identifying, SetBy: cut(by, maxName), FirstMS: s.FirstMS, Seen: seenIn(s.Seen),
		})
	}
}

// seenIn lists the states in which something was set first, in reporting order.
func seenIn(seen map[string]string) []string {
	out := []string{}
	for _, s := range evidence.Scenarios {
		if phase, ok := seen[string(s)]; ok {
			out = with(out, strings.TrimPrefix(reports.StateKey(s, evidence.Phase(phase)), "state."))
		}
	}
	slices.SortStableFunc(out, func(a, b string) int {
		return cmp.Compare(b2i(a != Before), b2i(b != Before))
	})
	return out
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// calls fills the uses of watched APIs, by run, API and domain of the script.
func (d *reducer) calls() {
	type key struct{ step, api, script string }
	index := map[key]int{}
	for i := range d.r.Readings {
		c := &d.r.Readings[i]
		k := key{string(c.Scenario), c.API, siteOf(hostOf(c.Script))}
		at, known := index[k]
		if !known {
			if d.full("calls", len(d.f.Calls), maxCalls) {
				continue
			}
			at = len(d.f.Calls)
			index[k] = at
			d.f.Calls = append(d.f.Calls, Call{Step: k.step, API: cut(k.api, maxName), Script: cut(k.script, maxName), Owner: d.owner(c.Party), FirstMS: c.FirstMS})
		}
		row := &d.f.Calls[at]
		row.Count += c.Count
		row.AtLeast = row.AtLeast || c.AtLeast
		row.FirstMS = min(row.FirstMS, c.FirstMS)
	}
	slices.SortStableFunc(d.f.Calls, func(a, b Call) int {
		return cmp.Or(cmp.Compare(stepRank(a.Step), stepRank(b.Step)), cmp.Compare(a.API, b.API), cmp.Compare(a.Script, b.Script))
	})
}

// stepRank is the place of a scenario in reports.
func stepRank(step string) int {
	if i := slices.Index(evidence.Scenarios, evidence.Scenario(step)); i >= 0 {
		return i
	}
	return len(evidence.Scenarios)
}

// siteOf returns the registrable domain of a host, or the host where it has none.
func siteOf(host string) string {
	if host == "" {
		return ""
	}
	return cmp.Or(signatures.Site(host), host)
}

// hostOf returns the host of a web address, "" if it has none.
func hostOf(raw string) string {
	if raw == "" {
		return ""
	}
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}
