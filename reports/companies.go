package reports

import (
	"cmp"
	"maps"
	"slices"

	"github.com/spoor-audit/spoor/evidence"
)

// A Company is everything that one receiver of data got, over all its services.
// A domain whose owner is not known is a company of its own.
type Company struct {
	Name       string
	Known      bool // the signatures name the company
	Country    string
	Categories []string // of its services, the most used first, each once
	Services   []string // names of its parties, the most used first
	Parties    []string // IDs, in the same order
	Hosts      []string // that were reached, sorted
	Tracker    bool
	Requests   map[string]int // by scenario: requests to hosts of another site
	Before     map[string]int // of them before the choice
	After      map[string]int // of them after the choice
	Recognises []string       // as Party.Recognises, of all its parties
	Cookies    int
	Readings   int
}

// Companies lists who received data in any run: those with most requests before
// a choice first, then those with most after a refusal, then with most in all,
// then by name. Hosts of the visited site and hosts that could not be reached do
// not count.
func (r *Result) Companies() []Company {
	byName := map[string]*Company{}
	used := map[string]int{} // requests by party, for the order of services
	for i := range r.Runs {
		run := &r.Runs[i]
		for _, h := range run.Hosts {
			p := r.Party(h.Party)
			if !h.ThirdParty || !h.Reached || p == nil {
				continue
			}
			c := byName[companyName(p)]
			if c == nil {
				c = &Company{
					Name: companyName(p), Known: p.Company != "", Country: p.Country,
					Requests: map[string]int{}, Before: map[string]int{}, After: map[string]int{},
				}
				byName[c.Name] = c
			}
			c.Parties = with(c.Parties, p.ID)
			c.Hosts = with(c.Hosts, h.Host)
			c.Tracker = c.Tracker || h.Tracker
			c.Requests[string(run.Scenario)] += h.Before + h.After
			if h.ReachedBefore {
				c.Before[string(run.Scenario)] += h.Before
			}
			if h.ReachedAfter {
				c.After[string(run.Scenario)] += h.After
			}
			used[p.ID] += h.Before + h.After
		}
	}
	list := slices.Collect(maps.Values(byName))
	for _, c := range list {
		c.finish(r, used)
	}
	slices.SortFunc(list, func(a, b *Company) int {
		before := Column{Scenario: evidence.None, Phase: evidence.Before}
		return cmp.Or(-cmp.Compare(a.In(before), b.In(before)), -cmp.Compare(a.After[string(evidence.Reject)], b.After[string(evidence.Reject)]),
			-cmp.Compare(a.Total(), b.Total()), cmp.Compare(a.Name, b.Name))
	})
	out := make([]Company, len(list))
	for i, c := range list {
		out[i] = *c
	}
	return out
}

// finish orders what was gathered, and adds up what the parties hold.
func (c *Company) finish(r *Result, used map[string]int) {
	slices.Sort(c.Hosts)
	slices.SortFunc(c.Parties, func(a, b string) int { return cmp.Or(-cmp.Compare(used[a], used[b]), cmp.Compare(a, b)) })
	for _, id := range c.Parties {
		p := r.Party(id)
		c.Services = with(c.Services, p.Name)
		c.Country = cmp.Or(c.Country, p.Country)
		c.Cookies += p.Cookies
		c.Readings += p.Readings
		for _, category := range p.Categories[:min(len(p.Categories), 1)] {
			c.Categories = with(c.Categories, category)
		}
		for _, technique := range p.Recognises {
			c.Recognises = with(c.Recognises, technique)
		}
	}
	slices.Sort(c.Recognises)
}

// Total is the number of requests over all runs.
func (c *Company) Total() int {
	n := 0
	for _, requests := range c.Requests {
		n += requests
	}
	return n
}

func companyName(p *Party) string { return cmp.Or(p.Company, p.Name, p.ID) }

// Unreached lists the hosts of other sites that the page tried to contact and
// that could not be reached in any run, sorted.
func (r *Result) Unreached() []string {
	tried, reached := map[string]bool{}, map[string]bool{}
	for i := range r.Runs {
		for _, h := range r.Runs[i].Hosts {
			tried[h.Host] = tried[h.Host] || h.ThirdParty
			reached[h.Host] = reached[h.Host] || h.Reached
		}
	}
	var out []string
	for host, third := range tried {
		if third && !reached[host] {
			out = append(out, host)
		}
	}
	slices.Sort(out)
	return out
}

// Run returns the first run of a scenario, or nil.
func (r *Result) Run(s evidence.Scenario) *Run {
	for i := range r.Runs {
		if r.Runs[i].Scenario == s {
			return &r.Runs[i]
		}
	}
	return nil
}
