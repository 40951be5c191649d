package signatures

import (
	"cmp"
	"io/fs"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/signatures/abp"
)

// A core is spoor's own knowledge, indexed.
type core struct {
	categories []Category
	tracking   map[string]bool // by category ID
	vendors    []*vendor       // sorted by ID
	parties    []Party         // of the vendors; other fields index into it
	tracker    []bool          // by party: its purpose is following visitors
	byID       map[string]int32

	domains   hostMap
	cnames    hostMap
	requests  patternSet
	libraries patternSet
	cookies   globSet
	storage   globSet
}

// loadCore reads and checks spoor's own data. Packs may hold a faster copy.
func loadCore(files, packs fs.FS) (*core, error) {
	categories, countries, err := readTables(files)
	if err != nil {
		return nil, err
	}
	vendors := readCompiled(files, packs)
	if vendors == nil {
		if vendors, err = readChecked(files, categories, countries); err != nil {
			return nil, err
		}
	}
	return newCore(vendors, categories), nil
}

// readTables reads the values that vendor files choose from.
func readTables(files fs.FS) ([]Category, []string, error) {
	categories, err := readCategories(files)
	if err != nil {
		return nil, nil, err
	}
	countries, err := readCountries(files)
	return categories, countries, err
}

// readChecked reads the vendor files and refuses them if anything is wrong.
func readChecked(files fs.FS, categories []Category, countries []string) ([]*vendor, error) {
	vendors, err := readVendors(files)
	if err != nil {
		return nil, err
	}
	if problems := checkVendors(vendors, categories, countries); len(problems) > 0 {
		return nil, problemErrors(files, problems)
	}
	return vendors, nil
}

// newCore indexes vendors that were checked.
func newCore(vendors []*vendor, categories []Category) *core {
	slices.SortFunc(vendors, func(a, b *vendor) int { return cmp.Compare(a.ID, b.ID) })
	c := &core{
		categories: categories,
		vendors:    vendors,
		tracking:   map[string]bool{},
		byID:       make(map[string]int32, len(vendors)),
		domains:    hostMap{},
		cnames:     hostMap{},
	}
	for _, cat := range categories {
		c.tracking[cat.ID] = cat.Tracking
	}
	var requests, libraries patternBuilder
	for i, v := range vendors {
		owner := int32(i) // #nosec G115 -- a few hundred vendors
		c.byID[v.ID] = owner
		c.parties = append(c.parties, v.party())
		c.tracker = append(c.tracker, c.follows(v))
		for _, d := range v.Match.Domains {
			c.domains[d] = owner
		}
		for _, d := range v.Match.CNAMEs {
			c.cnames.first(d, owner)
		}
		requests.add(v.Match.Requests, owner)
		libraries.add(v.Match.Libraries, owner)
		for _, k := range v.Match.Cookies {
			for _, domain := range v.onDomains(k) {
				c.cookies.add(k.Name, domain, Use{v.ID, k.Name, k.Purpose, k.Category, listCore})
			}
		}
		for _, k := range v.Match.Storage {
			c.storage.add(k.Key, "", Use{v.ID, k.Key, k.Purpose, k.Category, listCore})
		}
	}
	c.requests, c.libraries = requests.build(), libraries.build()
	c.cookies.sort()
	c.storage.sort()
	return c
}

// follows says whether a vendor's purpose is to follow or measure visitors.
func (c *core) follows(v *vendor) bool {
	if v.Tracking != nil {
		return *v.Tracking
	}
	return c.tracking[v.Categories[0]]
}

func (v *vendor) party() Party {
	return Party{
		ID: v.ID, Name: v.Name, Company: v.Company, Country: v.Country,
		Categories: v.Categories, Homepage: v.Homepage,
	}
}

// A hostMap finds the owner of a host by its longest known suffix.
type hostMap map[string]int32

// find returns the owner of a host and the suffix that said so.
func (m hostMap) find(host string) (owner int32, suffix string, ok bool) {
	for {
		if owner, ok = m[host]; ok {
			return owner, host, true
		}
		_, rest, more := strings.Cut(host, ".")
		if !more {
			return 0, "", false
		}
		host = rest
	}
}

// first stores an owner unless there is one.
func (m hostMap) first(host string, owner int32) {
	if _, taken := m[host]; !taken {
		m[host] = owner
	}
}

// A patternSet finds the owner of a URL by patterns.
type patternSet struct {
	list   *abp.List
	owners []int32 // by rule
}

type patternBuilder struct {
	text   strings.Builder
	owners []int32
}

func (b *patternBuilder) add(patterns []string, owner int32) {
	for _, p := range patterns {
		b.text.WriteString(p)
		b.text.WriteByte('\n')
		b.owners = append(b.owners, owner)
	}
}

func (b *patternBuilder) build() patternSet {
	return patternSet{abp.ParsePatterns(b.text.String()), b.owners}
}

// find returns the owner of the longest pattern that matches a request; the
// first one of equals.
func (s patternSet) find(q *abp.Request) (owner int32, pattern string, ok bool) {
	s.list.Each(q, func(r abp.Rule) bool {
		if !ok || len(r.Text) > len(pattern) || len(r.Text) == len(pattern) && s.owners[r.Index] < owner {
			owner, pattern, ok = s.owners[r.Index], r.Text, true
		}
		return true
	})
	return owner, pattern, ok
}
