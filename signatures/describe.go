package signatures

import (
	"cmp"
	"slices"
)

// A Description is everything that is known of one party, and from where.
type Description struct {
	Party
	Tracking bool     `json:"tracking"` // third-party requests to it count as trackers
	Sources  []string `json:"sources"`  // where spoor's own facts come from
	// What it is recognised by. Domains stand for everything below them.
	Domains   []Recognised `json:"domains"`
	Requests  []Recognised `json:"requests"`
	CNAMEs    []Recognised `json:"cnames"`
	Globals   []Recognised `json:"globals"` // for people: records hold no variables, so no rule looks at them
	Libraries []Recognised `json:"libraries"`
	Sections  []Recognised `json:"sections"` // headings of filter lists
	Cookies   []NamedUse   `json:"cookies"`
	Storage   []NamedUse   `json:"storage"`
	TCFNumber int          `json:"tcf_number,omitempty"`
}

// A Recognised is one pattern.
type Recognised struct {
	Pattern string `json:"pattern"`
	List    string `json:"list"`
}

// A NamedUse is a cookie or a key of web storage.
type NamedUse struct {
	Name     string `json:"name"`
	Domain   string `json:"domain,omitempty"` // of third-party cookies; "" is any
	Purpose  string `json:"purpose"`
	Category string `json:"category"`
	MaxAge   string `json:"max_age,omitempty"` // "400d", "session"; "" is not known
	List     string `json:"list"`
}

// Describe returns everything that is known of a party. Lists are sorted as
// their source is, those of packs by name.
func (db *DB) Describe(id string) (Description, bool) {
	i, ok := db.byID[id]
	if !ok {
		return Description{}, false
	}
	d := Description{
		Party: db.parties[i], Sources: []string{},
		Domains: []Recognised{}, Requests: []Recognised{}, CNAMEs: []Recognised{}, Globals: []Recognised{},
		Libraries: []Recognised{}, Sections: []Recognised{}, Cookies: []NamedUse{}, Storage: []NamedUse{},
	}
	if n, ok := db.core.byID[id]; ok {
		d.Tracking = db.core.tracker[n]
		d.addVendor(db.core.vendors[n])
	} else {
		e := slices.Index(db.ofEntity, i)
		d.Tracking = e >= 0 && db.entities.names[e].tracker
	}
	for _, e := range db.entities.of(func(e int32) bool { return db.ofEntity[e] == i }) {
		d.Domains = append(d.Domains, Recognised{e, listThirdPartyWeb})
	}
	for section, owner := range db.ofSection {
		if owner == i {
			d.Sections = append(d.Sections, Recognised{section, listEasyPrivacy})
		}
	}
	slices.SortFunc(d.Sections, func(a, b Recognised) int { return cmp.Compare(a.Pattern, b.Pattern) })
	if db.cookies != nil {
		for _, g := range db.cookies.names.all() {
			if g.use.Party == id {
				d.Cookies = append(d.Cookies, NamedUse{g.glob, g.domain, g.use.Purpose, g.use.Category, "", listCookieTable})
			}
		}
	}
	d.TCFNumber = db.ofTCF[i]
	return d, true
}

// addVendor adds what a vendor file says.
func (d *Description) addVendor(v *vendor) {
	d.Sources = append(d.Sources, v.Sources...)
	for _, part := range []struct {
		to   *[]Recognised
		from []string
	}{
		{&d.Domains, v.Match.Domains},
		{&d.Requests, v.Match.Requests},
		{&d.CNAMEs, v.Match.CNAMEs},
		{&d.Globals, v.Match.Globals},
		{&d.Libraries, v.Match.Libraries},
	} {
		for _, pattern := range part.from {
			*part.to = append(*part.to, Recognised{pattern, listCore})
		}
	}
	for _, k := range v.Match.Cookies {
		d.Cookies = append(d.Cookies, NamedUse{k.Name, k.Domain, k.Purpose, k.Category, k.MaxAge, listCore})
	}
	for _, k := range v.Match.Storage {
		d.Storage = append(d.Storage, NamedUse{k.Key, "", k.Purpose, k.Category, "", listCore})
	}
}
