package detectors

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

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
func (v *View) organisation(o owner) string { return cmp.Or(v.known.company(o.party), o.party, o.site) }

// sameOwner reports whether two owners are known or seem to be one company.
func (v *View) sameOwner(a, b owner) bool {
	company := v.known.company(a.party)
	return company != "" && company == v.known.company(b.party) || v.sameCompany(a.site, b.site)
}

// A mark is an identifier of the visitor that somebody keeps in the browser.
type mark struct {
	code  string // as it is looked for
	name  string // of the cookie or storage item
	owner owner
	third bool // kept under another site's name
	at    evidence.Millis
	ids   []evidence.ID // the cookie or item, and what set it
}

// A sighting is a mark in something that left the browser for others.
type sighting struct {
	*mark
	departure
	to  owner
	hit values.Hit
}

// A flow is what is followed through a run, gathered when it is first asked for.
type flow struct {
	marks     []mark
	sightings []sighting
	contacts  map[evidence.ID]*contact // by request or socket
}

// flows gathers the marks of the run and where they went, once.
func (v *View) flows() *flow {
	return Once(v, "flows", func(v *View) *flow {
		f := &flow{marks: v.gatherMarks(), contacts: make(map[evidence.ID]*contact, len(v.contacts))}
		for i := range v.contacts {
			f.contacts[v.contacts[i].id] = &v.contacts[i]
		}
		f.sightings = v.gatherSightings(f.marks)
		return f
	})
}

// gatherMarks lists the identifiers that are followed, in order of time: those that
// serve to recognise the visitor later, as in the inventories of cookies and
// storage, and that do not serve what needs no consent. A code that several keep
// is the first one's.
func (v *View) gatherMarks() []mark {
	var all []mark
	near := v.Visit.Subject.Started
	for _, c := range v.cookies {
		use := v.known.cookie(c)
		if c.State == "blocked" || harmless(use.Category) || use.Category == "" && Exempt(c.Name) != "" || !v.known.identifiesCookie(c, use, near) {
			continue
		}
		m := v.cookieMark(c, use.Party)
		if v.consents(m.owner) {
			continue
		}
		all = v.appendMarks(all, m, append(codesOf(c, near), v.known.codes(c.Value, near, maxCodes)...))
	}
	for _, s := range v.items {
		use := v.known.item(s)
		if harmless(use.Category) || use.Category == "" && Exempt(s.Key) != "" || !v.known.identifiesItem(s, near) {
			continue
		}
		m := v.itemMark(s, use.Party)
		if v.consents(m.owner) {
			continue
		}
		all = v.appendMarks(all, m, v.known.codes(s.Value, near, maxCodes))
	}
	slices.SortStableFunc(all, func(a, b mark) int { return inTime(a.at, a.ids[0], b.at, b.ids[0]) })
	seen := map[string]bool{}
	all = slices.DeleteFunc(all, func(m mark) bool {
		again := seen[m.code]
		seen[m.code] = true
		return again
	})
	return v.dropGiven(all)
}

// appendMarks adds a mark for each code that tells visitors apart.
func (v *View) appendMarks(list []mark, m mark, codes []string) []mark {
	shared := OnceAVisit(v, "shared codes", sharedCodes)
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
func (v *View) dropGiven(marks []mark) []mark {
	index := make(map[string]*mark, len(marks))
	for i := range marks {
		index[marks[i].code] = &marks[i]
	}
	given := map[string]bool{}
	for i := range v.Run.Requests {
		r := &v.Run.Requests[i]
		file := r.Kind == "script" || r.Kind == "stylesheet" || r.Kind == "font"
		named := bare(r.URL)
		for token := range tokens(r.URL) {
			m := index[token]
			if m == nil || r.At >= m.at {
				continue
			}
			host := evidence.Host(r.URL)
			given[token] = given[token] || file && strings.Contains(named, token) || !v.sameOwner(m.owner, owner{v.known.party(host), v.known.site(host)})
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
			note(identifiersIn(v.Runs[i].Storage[j].Value, v.Subject.Started, maxCodes))
		}
	}
	return shared
}

// consents reports whether an owner is there to ask for consent.
func (v *View) consents(o owner) bool {
	if v.DB == nil || o.party == "" {
		return false
	}
	p, _ := v.DB.ByID(o.party)
	return len(p.Categories) > 0 && p.Categories[0] == "consent"
}

// cookieMark starts a mark with whose a cookie is.
func (v *View) cookieMark(c *evidence.Cookie, party string) mark {
	m := mark{name: c.Name, at: c.At, ids: []evidence.ID{c.ID}, third: v.third(c.Domain, c.Page)}
	for _, w := range c.Writes {
		if w.Delete || len(w.Refused) > 0 {
			continue
		}
		m.at = w.At
		if r := v.requests[w.Request]; r != nil {
			m.at = r.At // the answer came with the request; what it led to may be recorded before it
		}
		if id := cmp.Or(w.Request, w.Call); id != "" {
			m.ids = append(m.ids, id)
		}
		m.owner = v.ownerOf(m.third, c.Domain, w.URL, party, c.Page)
		break
	}
	if m.owner == (owner{}) {
		m.owner = v.ownerOf(m.third, c.Domain, "", party, c.Page)
	}
	return m
}

// itemMark starts a mark with whose a storage item is.
func (v *View) itemMark(s *evidence.StorageItem, party string) mark {
	host := evidence.Host(s.Origin)
	m := mark{name: KeyPattern(s.Key), at: s.At, ids: []evidence.ID{s.ID}, third: v.third(host, s.Page)}
	if s.Call != "" {
		m.ids = append(m.ids, s.Call)
	}
	setter := ""
	if s.Writer != nil {
		setter = s.Writer.URL
	}
	m.owner = v.ownerOf(m.third, host, setter, party, s.Page)
	return m
}

// ownerOf says whose something in the browser is: another site's under its name;
// under the site's own name whose it is known to be, or else that of the other
// site whose answer or script wrote it. A script of a tag manager or of a network
// that delivers everybody's scripts says nothing.
func (v *View) ownerOf(third bool, host, setter, party string, page int) owner {
	if third {
		return owner{cmp.Or(party, v.known.party(host)), v.known.site(host)}
	}
	if party != "" {
		return owner{party: party}
	}
	from := evidence.Host(setter)
	if !v.third(from, page) {
		return owner{}
	}
	party = v.known.script(setter)
	if v.DB != nil && party != "" {
		p, _ := v.DB.ByID(party)
		if len(p.Categories) > 0 && slices.Contains(theFollowed().Carriers, p.Categories[0]) {
			return owner{}
		}
	}
	return owner{party, v.known.site(from)}
}

// codesOf lists the codes that a cookie held in the run: now, and before.
func codesOf(c *evidence.Cookie, near time.Time) []string {
	found := identifiersIn(c.Value, near, maxCodes)
	for _, w := range c.Writes {
		if _, value, ok := strings.Cut(w.Raw, "="); ok && !w.Delete && len(w.Refused) == 0 && len(found) < maxEarlier {
			value, _, _ = strings.Cut(value, ";")
			found = append(found, identifiersIn(value, near, maxCodes)...)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// receiver names who gets what goes to a contact: another site, or the company
// behind a name of the site. It reports false for the site itself, and for names
// of it of which DNS did not say whose they are.
func (v *View) receiver(c *contact) (owner, bool) {
	if c.third {
		return owner{cmp.Or(partyOf(v.judge(c)), v.known.party(c.host)), v.known.site(c.host)}, true
	}
	if v.DB == nil || v.pageHosts()[c.host] {
		return owner{}, false
	}
	if d := v.disguise(c.host, v.site(c.page)); d != nil {
		return owner{party: d.party.ID}, true
	}
	return owner{}, false
}

// gatherSightings lists where marks left the browser for others, in order of
// time. The page's own address does not count: whoever is told it, is told all of
// it.
func (v *View) gatherSightings(marks []mark) []sighting {
	if len(marks) == 0 {
		return nil
	}
	list := make([]values.Value, len(marks))
	for i := range marks {
		list[i] = values.Value{ID: strconv.Itoa(i), Text: marks[i].code, Kind: "id", Hashes: true}
	}
	search := values.New(list)
	own := v.ownAddresses()
	var out []sighting
	for _, o := range v.outward() {
		parts := slices.DeleteFunc(slices.Clone(o.parts), func(p values.Part) bool {
			return theFollowed().quiet[strings.ToLower(p.Name[strings.LastIndexByte(p.Name, '.')+1:])] || isAddress(&p, own)
		})
		for _, h := range search.Search(parts) {
			if slices.Contains(h.Steps, "decimal") || strings.HasSuffix(h.Hash, "32") {
				continue // four bytes, which many things have in common
			}
			n, _ := strconv.Atoi(h.ID)
			out = append(out, sighting{&marks[n], o.departure, o.to, h})
		}
	}
	slices.SortStableFunc(out, func(a, b sighting) int { return inTime(a.departure.at, a.id, b.departure.at, b.id) })
	return out
}

// An outward is a message that went to somebody else than the site.
type outward struct {
	departure
	to owner
}

// outward lists the messages that went to others from the site's pages, in order of
// time. Fragments of addresses stay in the browser and are left out.
func (v *View) outward() []outward {
	return Once(v, "outward", gatherOutward)
}

func gatherOutward(v *View) []outward {
	var out []outward
	for i := range v.contacts {
		c := &v.contacts[i]
		to, other := v.receiver(c)
		if !other || v.elsewhere(c) {
			continue
		}
		for _, d := range v.messagesOf(c) {
			d.parts = slices.DeleteFunc(d.parts, func(p values.Part) bool { return p.Where == "fragment" })
			out = append(out, outward{d, to})
		}
	}
	return out
}

// elsewhere reports whether a contact was made by a page of another site, to which
// the visitor went on.
func (v *View) elsewhere(c *contact) bool {
	_, id := c.initiator()
	for range maxOrigin {
		t := v.targets[id]
		if t == nil {
			return false
		}
		if t.Kind == "page" || t.Kind == "popup" {
			return isHTTP(t.URL) && v.third(evidence.Host(t.URL), c.page)
		}
		id = t.Parent
	}
	return false
}

// abroad lists the messages that went to other companies than the site's.
func (v *View) abroad() []outward {
	return slices.DeleteFunc(slices.Clone(v.outward()), func(o outward) bool { return v.sameCompany(o.to.site, v.site(o.page)) })
}

// formOf says in which form a value was sent, in technical words: plain where a
// reader of the address sees it.
func formOf(h *values.Hit) string {
	if h.Plain() {
		return "plain"
	}
	return wrapping(h)
}
