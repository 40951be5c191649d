package checks

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors/patterns"
	"github.com/spoor-audit/spoor/detectors/statements"
	"github.com/spoor-audit/spoor/detectors/techniques/storage"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// sessionSeconds is how long a session cookie may be kept to count as one that
// ends with the browser.
const sessionSeconds = 24 * 60 * 60

// classify says what an item is for, how sure that is, whose it is and whether
// it is exempt. In falling order: the signatures know the name; the site's own
// register names the category; the owner of a third-party host follows visitors;
// the value looks like an identifier.
func (c *Case) classify(x *item) {
	if c.DB != nil {
		if x.kind == "cookie" {
			x.use, _ = c.DB.Cookie(x.name, x.host)
		} else {
			x.use, _ = c.DB.StorageKey(x.name, x.stored.Origin)
		}
	}
	x.row = c.rowOf(x.name, x.host, x.kind)
	party := c.itemParty(x)
	x.org = c.facts.orgs.of(party.ID, x.host)
	x.class, x.sure = c.classOf(x, party)
	x.exempt = c.exemptAs(x)
	x.audience = x.exempt == "" && c.audience(x, party)
}

// itemParty names the party whose an item is: of the name, of another site's
// host, or of the script or answer of another site that set it.
func (c *Case) itemParty(x *item) signatures.Party {
	if c.DB == nil {
		return signatures.Party{}
	}
	if x.use.Party != "" {
		if p, ok := c.DB.ByID(x.use.Party); ok {
			return p
		}
	}
	if x.third {
		p, _ := c.partyOf(x.host)
		return p
	}
	for _, url := range setters(x) {
		if host := evidence.Host(url); host != "" && c.siteOf(host) != c.facts.site {
			if p, ok := c.DB.Identify(url); ok {
				return p
			}
		}
	}
	return signatures.Party{}
}

// setters lists the addresses that wrote an item.
func setters(x *item) []string {
	var out []string
	if x.cookie != nil {
		for _, w := range x.cookie.Writes {
			if !w.Delete {
				out = append(out, w.URL)
			}
		}
	}
	if x.stored != nil && x.stored.Writer != nil {
		out = append(out, x.stored.Writer.URL)
	}
	return out
}

func (c *Case) classOf(x *item, p signatures.Party) (string, float64) {
	switch x.use.Category {
	case classAnalytics, classMarketing, classSocial, classNecessary:
		return x.use.Category, 0.95
	case "preferences":
		return classFunctional, 0.95
	}
	if x.row != nil {
		switch x.row.Category {
		case classAnalytics, classMarketing, classSocial:
			return x.row.Category, certain
		case classFunctional, classNecessary:
			if !x.third {
				return x.row.Category, likely
			}
		}
	}
	class := c.classOfParty(p)
	switch {
	case class != "" && x.third && x.id8:
		return class, certain
	case class != "" && x.id8:
		return class, likely
	case class != "" && x.third:
		return class, 0.5
	case x.id8 && x.kind != "session":
		return classUnknown, likely
	case x.id8:
		return classUnknown, 0.5
	}
	return "", 0
}

// classOfParty says what a party is to visitors, or "" if it does not follow
// them.
func (c *Case) classOfParty(p signatures.Party) string {
	if c.DB == nil || len(p.Categories) == 0 {
		return ""
	}
	m := &theTables().market
	main := p.Categories[0]
	cat, ok := c.DB.Category(main)
	switch {
	case !ok || !cat.Tracking:
		return ""
	case slices.Contains(m.Analytics, main):
		return classAnalytics
	case slices.Contains(m.Social, main):
		return classSocial
	}
	return classMarketing
}

// exemptAs returns the kind of exempt storage that an item is, or "". What the
// signatures know to follow visitors is never exempt by its name. What the site
// itself was seen to keep the choice in is a record of the choice.
func (c *Case) exemptAs(x *item) string {
	if x.sure >= certain && (x.class == classAnalytics || x.class == classMarketing || x.class == classSocial) && x.use.Category != "" {
		return ""
	}
	kind := storage.Exempt(x.name)
	if kind == "" && !x.third && c.facts.kept[x.name] {
		kind = "consent"
	}
	if kind == "session" && x.cookie != nil && !x.cookie.Session && x.cookie.Declared > sessionSeconds {
		kind = ""
	}
	if kind == "wish" && x.id8 && x.third {
		kind = ""
	}
	if kind == "" && (x.class == classNecessary || x.class == classFunctional) && x.use.Category != "" {
		kind = x.class
	}
	return kind
}

// audience reports whether the profile may exempt an item as a measurement of
// the site's own audience.
func (c *Case) audience(x *item, p signatures.Party) bool {
	if x.class != classAnalytics || x.third {
		return false
	}
	m := &theTables().market
	if isOne(p, m.Selling) || len(p.Categories) > 0 && !slices.Contains(m.Audience, p.Categories[0]) {
		return false
	}
	switch c.Profile.Audience {
	case audienceOwn, audienceObjection:
		return true
	case audienceLimited:
		return x.cookie == nil || x.cookie.Declared <= int64(c.Profile.WarnDays)*day
	case audienceNever:
	}
	return false
}

// day is a day in seconds.
const day = 24 * 60 * 60

// rowOf returns the row of the site's register that an item fits, or nil. A row
// that names the item's own host beats one that names none.
func (c *Case) rowOf(name, host, kind string) *statements.Row {
	var best *statements.Row
	bestRank := -1
	for _, reg := range c.facts.registers {
		for i := range reg.Rows {
			row := &reg.Rows[i]
			if rank := c.fitsRow(row, name, host, kind); rank > bestRank {
				best, bestRank = row, rank
			}
		}
	}
	return best
}

// fitsRow says how well a row fits an item; -1 not at all.
func (c *Case) fitsRow(row *statements.Row, name, host, kind string) int {
	pattern := cmp.Or(row.Pattern, row.Name)
	if pattern == "" || strings.Trim(pattern, "*") == "" || !patterns.Fits(pattern, name) {
		return -1
	}
	if row.Type != "" && row.Type != "pixel" && (row.Type == "cookie") != (kind == "cookie") {
		return -1
	}
	rank := 0
	if !strings.Contains(pattern, "*") {
		rank++
	}
	own := c.siteOf(host) == c.facts.site
	switch {
	case row.Host == "":
	case c.siteOf(row.Host) == c.siteOf(host):
		rank += 2
	case own || row.Maker: // registers often name the provider and not the domain
	default:
		return -1
	}
	return rank
}
