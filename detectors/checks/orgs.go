package checks

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/spoor-audit/spoor/signatures"
)

// organisations joins the parties of one company. An organisation has the ID of
// one of the company's parties, always the same one, or else is the registrable
// domain of a host.
type organisations struct {
	c         *Case
	ofCompany map[string]string // company -> ID
	names     map[string]string // ID -> name
	chains    map[string][]string
	parties   map[string]signatures.Party // by host
}

func newOrganisations(c *Case) *organisations {
	o := &organisations{c: c, names: map[string]string{}, chains: map[string][]string{}, parties: map[string]signatures.Party{}}
	for _, n := range c.Visit.Names {
		o.chains[n.Host] = n.Chain
	}
	return o
}

// lead returns the ID that stands for a company: that of the party that is named
// like it, else the first of its parties; "" for the company "". The table is
// made when the first company is asked for: it takes some milliseconds.
func (o *organisations) lead(company string) string {
	if company == "" {
		return ""
	}
	if o.ofCompany == nil {
		o.ofCompany = map[string]string{}
		for _, p := range o.c.DB.Parties() { // by ID
			if _, ok := o.ofCompany[p.Company]; !ok || p.ID == slug(p.Company) {
				o.ofCompany[p.Company] = p.ID
			}
		}
	}
	return o.ofCompany[company]
}

// of returns the organisation of a party, or of a host if the party is "".
func (o *organisations) of(party, host string) string {
	if party == "" || o.c.DB == nil {
		return o.c.siteOf(host)
	}
	p, ok := o.c.DB.ByID(party)
	if !ok {
		return party
	}
	id := cmp.Or(o.lead(p.Company), p.ID)
	o.names[id] = cmp.Or(p.Company, p.Name, id)
	return id
}

// named returns the organisation of a company's name, or of a registrable domain.
func (o *organisations) named(company string) string {
	if o.c.DB == nil {
		return company
	}
	if id := o.lead(company); id != "" {
		o.names[id] = company
		return id
	}
	return company
}

// list names organisations, sorted, each once.
func (o *organisations) list(ids []string) []string {
	out := make([]string, 0, len(ids))
	for _, id := range ids {
		out = append(out, cmp.Or(o.names[id], id))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// slug makes a company's name an ID: "The Trade Desk" is "the-trade-desk".
func slug(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), "-")
}

// partyOf names the party of a host; of a host of the site itself, the party
// behind its aliases.
func (c *Case) partyOf(host string) (signatures.Party, bool) {
	o := c.facts.orgs
	if p, ok := o.parties[host]; ok {
		return p, p.ID != ""
	}
	var p signatures.Party
	if c.DB != nil {
		var ok bool
		if p, ok = c.DB.Party(host); !ok {
			p, _ = c.DB.CNAME(o.chains[host])
		}
	}
	o.parties[host] = p
	return p, p.ID != ""
}

// party returns a party by ID.
func (c *Case) party(id string) signatures.Party {
	if c.DB == nil {
		return signatures.Party{}
	}
	p, _ := c.DB.ByID(id)
	return p
}

// isOne reports whether a party has one of some categories.
func isOne(p signatures.Party, categories []string) bool {
	return slices.ContainsFunc(p.Categories, func(c string) bool { return slices.Contains(categories, c) })
}
