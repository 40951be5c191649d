package survey

import (
	"cmp"
	"slices"
)

// A Company is what one receiver comes to over all sites.
type Company struct {
	Name       string
	Known      bool
	Country    string
	Categories []string
	Tracker    bool
	Sites      [states]Twice
	Anywhere   int          // sites on which it received data in any of the states
	Techniques []Counted    // sites by technique, in the order of appearance
	Places     []Place      // the first sites, by name
	groups     []groupCount // few for most of very many companies, so no map
}

// A Counted is a thing and on how many sites it was seen.
type Counted struct {
	ID    string
	Sites int
}

type groupCount struct {
	group *Group
	n     [states]int
}

// Group returns on how many sites of a group the company received data.
func (c *Company) Group(g *Group) [states]int {
	for i := range c.groups {
		if c.groups[i].group == g {
			return c.groups[i].n
		}
	}
	return [states]int{}
}

// A Place is one site on which a company received data.
type Place struct {
	Site   string
	In     [states]bool
	Bundle string
}

func (t *Totals) addCompanies(s *siteCount, group *Group) {
	link := ""
	for _, name := range s.names {
		o := s.owners[name]
		if o.in == [states]int{} {
			continue
		}
		c := t.Companies[name]
		if c == nil {
			c = &Company{Name: name, Known: o.owner.Known, Country: o.owner.Country}
			t.Companies[name] = c
		}
		c.Tracker = c.Tracker || o.owner.Tracker
		for _, category := range o.owner.Categories[:min(1, len(o.owner.Categories))] {
			c.Categories = with(c.Categories, category)
		}
		c.Anywhere++
		place := Place{Site: s.first.Site}
		for at := range states {
			if o.in[at] > 0 {
				c.Sites[at].add(o.in[at], s.measured[at])
				place.In[at] = true
			}
		}
		if len(c.Places) < maxPlaces {
			if link == "" {
				link = t.Options.Link(s.first.Bundle)
			}
			place.Bundle = link
			c.Places = append(c.Places, place)
		}
		for _, id := range o.techniques {
			c.technique(id)
		}
		c.addGroup(group, o)
	}
}

func (c *Company) addGroup(group *Group, o *ownerCount) {
	if group == nil {
		return
	}
	at := slices.IndexFunc(c.groups, func(n groupCount) bool { return n.group == group })
	if at < 0 {
		at = len(c.groups)
		c.groups = append(c.groups, groupCount{group: group})
	}
	for i := range states {
		c.groups[at].n[i] += min(o.in[i], 1)
	}
}

// technique counts a site on which the company used a technique.
func (c *Company) technique(id string) {
	at := slices.IndexFunc(c.Techniques, func(n Counted) bool { return n.ID == id })
	if at < 0 {
		at = len(c.Techniques)
		c.Techniques = append(c.Techniques, Counted{ID: id})
	}
	c.Techniques[at].Sites++
}

// TopCompanies lists the companies that received data on most sites in a state, then
// in any, then by name.
func (t *Totals) TopCompanies(at int) []*Company {
	out := make([]*Company, 0, len(t.Companies))
	for _, c := range t.Companies {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b *Company) int {
		return cmp.Or(cmp.Compare(b.Sites[at].Any, a.Sites[at].Any), cmp.Compare(b.Anywhere, a.Anywhere), cmp.Compare(a.Name, b.Name))
	})
	return out
}
