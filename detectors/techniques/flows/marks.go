// Package flows owns the techniques that follow a value on its way: identifiers from one
// company to another, marks in addresses, hops between sites, personal data in
// addresses of pages.
package flows

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/addresses"
	"github.com/spoor-audit/spoor/detectors/codes"
	"github.com/spoor-audit/spoor/detectors/techniques/network"
	"github.com/spoor-audit/spoor/detectors/techniques/storage"
	"github.com/spoor-audit/spoor/detectors/techniques/typing"
	"github.com/spoor-audit/spoor/detectors/values"
	"github.com/spoor-audit/spoor/evidence"
)

// An owner is whose an identifier is, or who gets something. The zero value is
// the site itself.
type owner struct {
	party string // "" if no signature knows it
	site  string // registrable domain of a host; "" of a known party's cookie on the site
}

// id names an owner for a key.
func (o owner) id() string { return cmp.Or(o.site, o.party) }

// organisation names the company of an owner, or its domain.
func organisation(v *detectors.View, o owner) string {
	return cmp.Or(v.Known.Company(o.party), o.party, o.site)
}

// sameOwner reports whether two owners are known or seem to be one company.
func sameOwner(v *detectors.View, a, b owner) bool {
	company := v.Known.Company(a.party)
	return company != "" && company == v.Known.Company(b.party) || v.SameCompany(a.site, b.site)
}

// A mark is an identifier of the visitor that somebody keeps in the browser.
type mark struct {
	code  string // as it is looked for
	name  string // of the cookie or storage item
	owner owner
	third bool // kept under another site's name
	// setter is the address of the script or answer that wrote it, "" if unknown.
	setter string
	kept   evidence.Millis
	ids    []evidence.ID // the cookie or item, and what set it
}

// A sighting is a mark in something that left the browser for others.
type sighting struct {
	*mark
	typing.Departure
	to  owner
	hit values.Hit
}

// A flow is what is followed through a run, gathered when it is first asked for.
type flow struct {
	marks     []mark
	sightings []sighting
	contacts  map[evidence.ID]*detectors.Contact // by request or socket
}

// flows gathers the marks of the run and where they went, once.
func flows(v *detectors.View) *flow {
	return detectors.Once(v, "flows", func(v *detectors.View) *flow {
		f := &flow{marks: gatherMarks(v), contacts: make(map[evidence.ID]*detectors.Contact, len(v.Contacts))}
		for i := range v.Contacts {
			f.contacts[v.Contacts[i].ID] = &v.Contacts[i]
		}
		f.sightings = gatherSightings(v, f.marks)
		return f
	})
}

// gatherMarks lists the identifiers that are followed, in order of time: those that
// serve to recognise the visitor later, as in the inventories of cookies and
// storage, and that do not serve what needs no consent. A code that several keep
// is the first one's.
func gatherMarks(v *detectors.View) []mark {
	var all []mark
	near := v.Visit.Subject.Started
	for _, c := range v.Cookies {
		use := v.Known.Cookie(c)
		if c.State == "blocked" || detectors.Harmless(use.Category) || use.Category == "" && storage.Exempt(c.Name) != "" || !v.Known.IdentifiesCookie(c, use, near) {
			continue
		}
		m := cookieMark(v, c, use.Party)
		if consents(v, m.owner) {
			continue
		}
		all = appendMarks(v, all, m, append(codesOf(c, near), v.Known.Codes(c.Value, near, codes.MaxCodes)...))
	}
	for _, s := range v.Items {
		use := v.Known.Item(s)
		if detectors.Harmless(use.Category) || use.Category == "" && storage.Exempt(s.Key) != "" || !v.Known.IdentifiesItem(s, near) {
			continue
		}
		m := itemMark(v, s, use.Party)
		if consents(v, m.owner) {
			continue
		}
		all = appendMarks(v, all, m, v.Known.Codes(s.Value, near, codes.MaxCodes))
	}
	slices.SortStableFunc(all, func(a, b mark) int { return detectors.InTime(a.kept, a.ids[0], b.kept, b.ids[0]) })
	seen := map[string]bool{}
	all = slices.DeleteFunc(all, func(m mark) bool {
		again := seen[m.code]
		seen[m.code] = true
		return again
	})
	return dropGiven(v, all)
}

// appendMarks adds a mark for each code that tells visitors apart.
func appendMarks(v *detectors.View, list []mark, m mark, codes []string) []mark {
	shared := detectors.OnceAVisit(v, "shared codes", sharedCodes)
	for _, code := range codes {
		if !shared[code] {
			m.code = code
			list = append(list, m)
		}
	}
	return list
}

// dropGiven drops codes that stood in an address before they were kept: the page
// gave them out, or whoever made that address. In one of the owner's it may be
// the identifier that was kept next, but not where it names a file.
func dropGiven(v *detectors.View, marks []mark) []mark {
	index := make(map[string]*mark, len(marks))
	for i := range marks {
		index[marks[i].code] = &marks[i]
	}
	given := map[string]bool{}
	for i := range v.Run.Requests {
		r := &v.Run.Requests[i]
		file := r.Kind == "script" || r.Kind == "stylesheet" || r.Kind == "font"
		named := addresses.Bare(r.URL)
		for token := range codes.Tokens(r.URL) {
			m := index[token]
			if m == nil || r.At >= m.kept {
				continue
			}
			host := evidence.Host(r.URL)
			given[token] = given[token] || file && strings.Contains(named, token) || !sameOwner(v, m.owner, owner{v.Known.Party(host), v.Known.Site(host)})
		}
	}
	return slices.DeleteFunc(marks, func(m mark) bool { return given[m.code] })
}

// sharedCodes lists the codes in cookies and storage that came in more than one
// run. Each run has a fresh profile, so these name the site, a campaign or a build
// and not the visitor, though the values around them may change.
func sharedCodes(v *evidence.Visit) map[string]bool {
	run := map[string]int{} // in which a code came first
	shared := map[string]bool{}
	for i := range v.Runs {
		note := func(codes []string) {
			for _, code := range codes {
				if first, ok := run[code]; ok && first != i {
					shared[code] = true
				} else {
					run[code] = i
				}
			}
		}
		for j := range v.Runs[i].Cookies {
			note(codesOf(&v.Runs[i].Cookies[j], v.Subject.Started))
		}
		for j := range v.Runs[i].Storage {
			note(codes.IdentifiersIn(v.Runs[i].Storage[j].Value, v.Subject.Started, codes.MaxCodes))
		}
	}
	return shared
}

// consents reports whether an owner is there to ask for consent.
func consents(v *detectors.View, o owner) bool {
	if v.DB == nil || o.party == "" {
		return false
	}
	p, _ := v.DB.ByID(o.party)
	return len(p.Categories) > 0 && p.Categories[0] == "consent"
}

// cookieMark starts a mark with whose a cookie is.
func cookieMark(v *detectors.View, c *evidence.Cookie, party string) mark {
	m := mark{name: c.Name, kept: c.At, ids: []evidence.ID{c.ID}, third: v.Third(c.Domain, c.Page)}
	for _, w := range c.Writes {
		if w.Delete || len(w.Refused) > 0 {
			continue
		}
		m.kept = w.At
		if r := v.Requests[w.Request]; r != nil {
			m.kept = r.At // the answer came with the request; what it led to may be recorded before it
		}
		if id := cmp.Or(w.Request, w.Call); id != "" {
			m.ids = append(m.ids, id)
		}
		m.setter = w.URL
		m.owner = ownerOf(v, m.third, c.Domain, w.URL, party, c.Page)
		break
	}
	if m.owner == (owner{}) {
		m.owner = ownerOf(v, m.third, c.Domain, "", party, c.Page)
	}
	return m
}

// itemMark starts a mark with whose a storage item is.
func itemMark(v *detectors.View, s *evidence.StorageItem, party string) mark {
	host := evidence.Host(s.Origin)
	m := mark{name: codes.KeyPattern(s.Key), kept: s.At, ids: []evidence.ID{s.ID}, third: v.Third(host, s.Page)}
	if s.Call != "" {
		m.ids = append(m.ids, s.Call)
	}
	if s.Writer != nil {
		m.setter = s.Writer.URL
	}
	m.owner = ownerOf(v, m.third, host, m.setter, party, s.Page)
	return m
}

// ownerOf says whose something in the browser is: another site's under its name;
// under the site's own name whose it is known to be, or else that of the other
// site whose answer or script wrote it. A script of a tag manager or of a network
// that delivers everybody's scripts says nothing.
func ownerOf(v *detectors.View, third bool, host, setter, party string, page int) owner {
	if third {
		return owner{cmp.Or(party, v.Known.Party(host)), v.Known.Site(host)}
	}
	if party != "" {
		return owner{party: party}
	}
	from := evidence.Host(setter)
	if !v.Third(from, page) {
		return owner{}
	}
	party = v.Known.Script(setter)
	if v.DB != nil && party != "" {
		p, _ := v.DB.ByID(party)
		if len(p.Categories) > 0 && slices.Contains(theFollowed().Carriers, p.Categories[0]) {
			return owner{}
		}
	}
	return owner{party, v.Known.Site(from)}
}

// codesOf lists the codes that a cookie held in the run: now, and before.
func codesOf(c *evidence.Cookie, near time.Time) []string {
	found := codes.IdentifiersIn(c.Value, near, codes.MaxCodes)
	for _, w := range c.Writes {
		if _, value, ok := strings.Cut(w.Raw, "="); ok && !w.Delete && len(w.Refused) == 0 && len(found) < codes.MaxEarlier {
			value, _, _ = strings.Cut(value, ";")
			found = append(found, codes.IdentifiersIn(value, near, codes.MaxCodes)...)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// receiver names who gets what goes to a contact: another site, or the company
// behind a name of the site. It reports false for the site itself, and for names
// of it of which DNS did not say whose they are.
func receiver(v *detectors.View, c *detectors.Contact) (owner, bool) {
	if c.Third {
		return owner{cmp.Or(detectors.PartyOf(v.Judge(c)), v.Known.Party(c.Host)), v.Known.Site(c.Host)}, true
	}
	if v.DB == nil || network.PageHosts(v)[c.Host] {
		return owner{}, false
	}
	if d := network.DisguiseOf(v, c.Host, v.Site(c.Page)); d != nil {
		return owner{party: d.Party.ID}, true
	}
	return owner{}, false
}

// gatherSightings lists where marks left the browser for others, in order of
// time. The page's own address does not count: whoever is told it, is told all of
// it.
func gatherSightings(v *detectors.View, marks []mark) []sighting {
	if len(marks) == 0 {
		return nil
	}
	list := make([]values.Value, len(marks))
	for i := range marks {
		list[i] = values.Value{ID: strconv.Itoa(i), Text: marks[i].code, Kind: "id", Hashes: true}
	}
	search := values.New(list)
	own := typing.OwnAddresses(v)
	var out []sighting
	for _, o := range outwards(v) {
		parts := slices.DeleteFunc(slices.Clone(o.Parts), func(p values.Part) bool {
			return theFollowed().quiet[strings.ToLower(p.Name[strings.LastIndexByte(p.Name, '.')+1:])] || typing.IsAddress(&p, own)
		})
		for _, h := range search.Search(parts) {
			if slices.Contains(h.Steps, "decimal") || strings.HasSuffix(h.Hash, "32") {
				continue // four bytes, which many things have in common
			}
			n, _ := strconv.Atoi(h.ID)
			out = append(out, sighting{&marks[n], o.Departure, o.to, h})
		}
	}
	slices.SortStableFunc(out, func(a, b sighting) int { return detectors.InTime(a.At, a.ID, b.At, b.ID) })
	return out
}

// An outward is a message that went to somebody else than the site.
type outward struct {
	typing.Departure
	to owner
}

// outwards lists the messages that went to others from the site's pages, in order of
// time. Fragments of addresses stay in the browser and are left out.
func outwards(v *detectors.View) []outward {
	return detectors.Once(v, "outward", gatherOutward)
}

func gatherOutward(v *detectors.View) []outward {
	var out []outward
	for i := range v.Contacts {
		c := &v.Contacts[i]
		to, other := receiver(v, c)
		if !other || elsewhere(v, c) {
			continue
		}
		for _, d := range typing.MessagesOf(v, c) {
			d.Parts = slices.DeleteFunc(d.Parts, func(p values.Part) bool { return p.Where == "fragment" })
			out = append(out, outward{d, to})
		}
	}
	return out
}

// elsewhere reports whether a contact was made by a page of another site, to which
// the visitor went on.
func elsewhere(v *detectors.View, c *detectors.Contact) bool {
	_, id := c.Initiator()
	for range detectors.MaxOrigin {
		t := v.Targets[id]
		if t == nil {
			return false
		}
		if t.Kind == "page" || t.Kind == "popup" {
			return addresses.IsHTTP(t.URL) && v.Third(evidence.Host(t.URL), c.Page)
		}
		id = t.Parent
	}
	return false
}

// abroad lists the messages that went to other companies than the site's.
func abroad(v *detectors.View) []outward {
	return slices.DeleteFunc(slices.Clone(outwards(v)), func(o outward) bool { return v.SameCompany(o.to.site, v.Site(o.Page)) })
}

// formOf says in which form a value was sent, in technical words: plain where a
// reader of the address sees it.
func formOf(h *values.Hit) string {
	if h.Plain() {
		return "plain"
	}
	return typing.Wrapping(h)
}
