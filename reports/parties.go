package reports

import (
	"cmp"
	"slices"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// party returns the ID of the party that a host belongs to and sees to it that
// the party is in the result. A host that the signatures do not know belongs to
// a party that is its registrable domain.
func (b *builder) party(host string) string {
	if host == "" {
		return ""
	}
	if id, ok := b.ofHost[host]; ok {
		return id
	}
	p, known := b.db.Party(host)
	if !known {
		p = signatures.Party{ID: b.site(host), Name: b.site(host)}
	}
	b.add(p, known)
	b.ofHost[host] = p.ID
	return p.ID
}

// partyOfScript returns the party of a script: that of the library it is, where
// the signatures know it by its address, else that of its host.
func (b *builder) partyOfScript(script string) string {
	if p, ok := b.db.Library(script); ok {
		return b.partyByID(p.ID)
	}
	return b.party(hostOf(script))
}

// partyByID returns the ID if the signatures know a party of that ID, and adds
// it to the result: a cookie can belong to a company that no request went to.
func (b *builder) partyByID(id string) string {
	if id == "" || b.parties[id] != nil {
		return id
	}
	p, known := b.db.ByID(id)
	if !known {
		p = signatures.Party{ID: clip(id, maxName), Name: clip(id, maxName)}
	}
	b.add(p, known)
	return p.ID
}

func (b *builder) add(p signatures.Party, known bool) {
	if b.parties[p.ID] != nil {
		return
	}
	b.parties[p.ID] = &Party{
		ID: p.ID, Name: p.Name, Company: p.Company, Country: p.Country, Categories: list(p.Categories),
		Homepage: p.Homepage, Known: known, Hosts: []string{}, Requests: map[string]int{}, Before: map[string]int{},
		Recognises: []string{},
	}
}

// count adds the counts of one host in one run to its party.
func (b *builder) count(h *Host, s evidence.Scenario) {
	p := b.parties[h.Party]
	p.Requests[string(s)] += h.Before + h.After
	if h.Before > 0 {
		p.Before[string(s)] += h.Before
	}
	p.ThirdParty = p.ThirdParty || h.ThirdParty
	p.Own = p.Own || !h.ThirdParty
	p.Tracker = p.Tracker || h.Tracker
	p.Hosts = with(p.Hosts, h.Host)
}

// recognises notes that a technique lets a party know the device again.
func (b *builder) recognises(party, technique string) {
	if p := b.parties[party]; p != nil {
		p.Recognises = with(p.Recognises, technique)
	}
}

// with adds a string to a list that holds each once.
func with(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// finishParties sorts what was gathered and fills Result.Parties.
func (b *builder) finishParties() {
	b.r.Parties = []Party{}
	for _, p := range b.parties {
		slices.Sort(p.Hosts)
		slices.Sort(p.Recognises)
		b.r.Parties = append(b.r.Parties, *p)
	}
	slices.SortFunc(b.r.Parties, func(a, b Party) int { return cmp.Compare(a.ID, b.ID) })
}

// Party returns the party of an ID, or nil.
func (r *Result) Party(id string) *Party {
	i, found := slices.BinarySearchFunc(r.Parties, id, func(p Party, id string) int { return cmp.Compare(p.ID, id) })
	if !found {
		return nil
	}
	return &r.Parties[i]
}

// PartyName returns how a party is called: its name, or its ID where the result
// does not list it.
func (r *Result) PartyName(id string) string {
	if p := r.Party(id); p != nil && p.Name != "" {
		return p.Name
	}
	return id
}
