package score

import (
	"cmp"
	"maps"
	"slices"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// What a finding can say of an organisation; see the signs of rules.yaml.
const (
	actContact        = "contact"
	actSent           = "identifier-sent" // together with a contact
	actIdentifier     = "identifier"      // kept in the browser by another site
	actFirstPartyID   = "first-party-id"
	actFingerprinting = "fingerprinting"
	actReplay         = "replay"
	actSync           = "sync"
	actForm           = "form-data"
)

var acts = []string{actContact, actSent, actIdentifier, actFirstPartyID, actFingerprinting, actReplay, actSync, actForm}

// A sign says what a finding says of an organisation.
type sign struct {
	Finding string             `yaml:"finding"`
	Says    string             `yaml:"says"`
	From    detectors.Severity `yaml:"from"`
}

// Organisations lists who got what in one scenario and phase, sorted by ID; the
// phase "" is the whole run. db may be nil: then organisations are registrable
// domains, and purposes are known from the findings alone.
//
// Data that go to the site itself make no organisation. The site counts as one,
// under its own domain, only where it fingerprints, records or reads forms
// itself. Contacts that nobody answered do not count.
func Organisations(v *evidence.Visit, findings []detectors.Finding, db *signatures.DB, s evidence.Scenario, phase evidence.Phase) []Organisation {
	g := gatherer{
		rules: &theRules().Exposure, db: db, own: ownSites(v), names: v.Names,
		orgs: map[string]*Organisation{}, sent: map[string]bool{}, partners: map[string]map[string]bool{},
	}
	for pass := range 2 { // first who was contacted, then what depends on that
		for i := range findings {
			f := &findings[i]
			if f.Scenario == s && (phase == "" || f.Phase == phase) {
				g.add(f, pass == 0)
			}
		}
	}
	return g.result()
}

// A gatherer joins findings to organisations.
type gatherer struct {
	rules    *exposureRules
	db       *signatures.DB
	own      map[string]bool // sites of the pages visited
	names    []evidence.Name
	orgs     map[string]*Organisation
	sent     map[string]bool            // an identifier went along with a contact
	partners map[string]map[string]bool // by organisation
}

// add takes up what a finding says: contacts in the first pass, all else in the
// second.
func (g *gatherer) add(f *detectors.Finding, first bool) {
	for _, s := range g.rules.Signs {
		contact := s.Says == actContact || s.Says == actSent
		if contact != first || !matches(s.Finding, f.ID) || !reaches(f.Severity, s.From) {
			continue
		}
		switch s.Says {
		case actContact, actSent:
			g.contact(f, s.Says == actSent)
		case actIdentifier:
			if id, _ := g.receiver(f); id != "" && g.identifies(f) {
				g.identified(id, f)
			}
		case actFirstPartyID:
			_, own := g.receiver(f)
			if id := g.company(f.Party); own != "" && id != "" && g.identifies(f) && g.sent[id] {
				g.org(id).FirstPartyID = true
			}
		default:
			g.deed(f, s.Says)
		}
	}
}

// contact notes that a host of another organisation was reached.
func (g *gatherer) contact(f *detectors.Finding, sent bool) {
	id, _ := g.receiver(f)
	if id == "" || f.Args["answered"] == "0" {
		return
	}
	g.org(id).Contact = true
	if sent {
		g.sent[id] = true
		g.identified(id, f)
	}
}

// deed notes what was done by a script or sent to a host, be it the site's own.
func (g *gatherer) deed(f *detectors.Finding, act string) {
	id, site := g.receiver(f)
	// A maker's library on the site's own host works for the maker only if the
	// browser also contacted the maker.
	if company := g.company(f.Party); id == "" && g.orgs[company] != nil && g.orgs[company].Contact {
		id = company
	}
	if id = cmp.Or(id, site); id == "" {
		return
	}
	o := g.org(id)
	switch act {
	case actFingerprinting:
		o.Fingerprinting = true
	case actReplay:
		o.Replay = true
	case actForm:
		o.FormData = true
	case actSync:
		if g.partners[id] == nil {
			g.partners[id] = map[string]bool{}
		}
		g.partners[id][cmp.Or(f.Args["partner"], f.Key)] = true
	}
}

// identified notes an identifier, by what its owner does and what it is for.
func (g *gatherer) identified(id string, f *detectors.Finding) {
	purposes := []string{f.Args["category"]}
	if g.db != nil {
		if p, ok := g.db.ByID(f.Party); ok && len(p.Categories) > 0 {
			purposes = append(purposes, p.Categories[0])
		}
	}
	for _, purpose := range purposes {
		if slices.Contains(g.rules.Advertising, purpose) {
			g.org(id).AdvertisingID = true
			return
		}
	}
	g.org(id).AnalyticsID = true
}

// identifies reports whether a cookie or item recognises the visitor for
// someone else's ends.
func (g *gatherer) identifies(f *detectors.Finding) bool {
	return f.Args["identifying"] == "yes" && !slices.Contains(g.rules.Harmless, f.Args["category"])
}

// receiver names the organisation that a finding's host belongs to, or the own
// site if it is that. A name of the site that is an alias for another company
// belongs to that company.
func (g *gatherer) receiver(f *detectors.Finding) (organisation, own string) {
	site := siteOf(cmp.Or(f.Host, evidence.Host(f.URL), evidence.Host(f.Script)))
	if !g.own[site] {
		return cmp.Or(g.company(f.Party), site), ""
	}
	if g.db != nil {
		for _, n := range g.names {
			if n.Host == f.Host && len(n.Chain) > 0 {
				if p, ok := g.db.CNAME(n.Chain); ok {
					return cmp.Or(p.Company, p.ID), ""
				}
			}
		}
	}
	return "", site
}

// company names the company of a party, or returns the party's ID where it is
// not known.
func (g *gatherer) company(party string) string {
	if g.db == nil || party == "" {
		return party
	}
	p, _ := g.db.ByID(party)
	return cmp.Or(p.Company, party)
}

func (g *gatherer) org(id string) *Organisation {
	o := g.orgs[id]
	if o == nil {
		o = &Organisation{ID: id}
		g.orgs[id] = o
	}
	return o
}

func (g *gatherer) result() []Organisation {
	out := []Organisation{}
	for _, id := range slices.Sorted(maps.Keys(g.orgs)) {
		o := *g.orgs[id]
		o.SyncPartners = len(g.partners[id])
		out = append(out, o)
	}
	return out
}

// ownSites are the sites of the pages that were opened on purpose.
func ownSites(v *evidence.Visit) map[string]bool {
	own := map[string]bool{siteOf(evidence.Host(v.Subject.URL)): true}
	for i := range v.Runs {
		for j := range v.Runs[i].Pages {
			p := &v.Runs[i].Pages[j]
			own[siteOf(evidence.Host(cmp.Or(p.FinalURL, p.URL)))] = true
		}
	}
	delete(own, "")
	return own
}

// siteOf returns the registrable domain of a host, or the host where it has
// none.
func siteOf(host string) string { return cmp.Or(signatures.Site(host), host) }

// ranks orders severities.
var ranks = []detectors.Severity{detectors.Note, detectors.Low, detectors.Medium, detectors.High, detectors.Critical}

// reaches reports whether a severity is at least another one; "" is the least.
func reaches(s, least detectors.Severity) bool {
	return slices.Index(ranks, s) >= slices.Index(ranks, least)
}
