package signatures

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/spoor-audit/spoor/signatures/abp"
)

// A DB answers questions about hosts, URLs, cookies and storage keys. It never
// changes after Load, so any number of goroutines may ask it.
type DB struct {
	core     *core
	entities *entities // nil without the pack
	lists    []filterList
	cookies  *cookieTable // nil without the pack
	tcf      *tcfVendors  // nil without the pack

	parties    []Party // of the core, then of the packs
	byID       map[string]int32
	ofEntity   []int32          // index into parties, by entity
	ofSection  map[string]int32 // index into parties, by heading of a list
	ofTCF      map[int32]int    // number of the TCF vendor, by index into parties
	categories map[string]Category

	packs   []Pack
	files   map[string]storedFile
	version string
}

// A storedFile is a file of a pack and where it is.
type storedFile struct {
	PackFile
	from fs.FS
}

// Load reads spoor's own data from core and the packs from packs, which may be
// nil or hold only some of them. It returns an error for data that is damaged
// or contradicts itself, naming file and line where it can.
func Load(core, packs fs.FS) (*DB, error) {
	index, err := readIndex(packs)
	if err != nil {
		return nil, err
	}
	return loadSets(core, PackSet{packs, index, Embedded})
}

// loadSets is Load for several sets of packs. The first one may hold the copy of
// the core that loads faster.
func loadSets(core fs.FS, sets ...PackSet) (*DB, error) {
	if core == nil {
		return nil, errors.New("signatures: no core data given")
	}
	l := loader{db: &DB{files: map[string]storedFile{}}, packs: overlay(sets)}
	if err := l.read(core, sets[0].Files); err != nil {
		return nil, err
	}
	var err error
	if l.db.version, err = fingerprint(core, l.packs); err != nil {
		return nil, err
	}
	if err := l.db.join(l.sections); err != nil {
		return nil, err
	}
	return l.db, nil
}

// loader holds what Load needs only while it runs.
type loader struct {
	db       *DB
	packs    []storedPack // sorted by name
	rules    entityRules
	sections []section
	lists    []filterList // by pack; empty for other kinds
}

// read reads the core and all packs side by side.
func (l *loader) read(core, compiled fs.FS) (err error) {
	db := l.db
	if l.rules, err = readEntityRules(core); err != nil {
		return err
	}
	if l.sections, err = readSections(core); err != nil {
		return err
	}
	db.packs = make([]Pack, len(l.packs))
	l.lists = make([]filterList, len(l.packs))
	errs := make([]error, len(l.packs)+1)
	// The largest files first, so that no processor waits for the last one.
	order := make([]int, len(l.packs))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Compare(l.packs[b].Files[0].Size, l.packs[a].Files[0].Size)
	})
	each(len(errs), func(n int) {
		if n == 0 {
			db.core, errs[n] = loadCore(core, compiled)
			return
		}
		errs[n] = l.readPack(order[n-1])
	})
	if err := errors.Join(errs...); err != nil {
		return err
	}
	db.lists = slices.DeleteFunc(l.lists, func(f filterList) bool { return f.List == nil })
	slices.SortStableFunc(db.lists, func(a, b filterList) int { return cmp.Compare(rank(a.name), rank(b.name)) })
	for _, p := range l.packs {
		for _, f := range p.Files {
			db.files[f.Name] = storedFile{f, p.files}
		}
	}
	return nil
}

// readPack reads one pack. What a list says of itself comes before what its
// packager says.
func (l *loader) readPack(i int) error {
	p := l.packs[i]
	pack := &l.db.packs[i]
	*pack = Pack{
		Name: p.Name, Version: p.Version, Rules: p.Rules, Date: p.Date, Licence: p.Licence,
		Origin: p.origin, Source: p.Source, SHA256: p.Files[0].SHA256,
	}
	kind := p.kindOf()
	if kind == "" {
		return nil
	}
	data, err := unpack(p.files, p.Files[0])
	if err != nil {
		return err
	}
	switch kind {
	case KindFilters:
		list := abp.Parse(string(data))
		l.lists[i] = filterList{p.Name, list}
		pack.Rules, pack.Skipped = list.Len(), list.Skipped()
		pack.Version, pack.Date = cmp.Or(list.Version(), p.Version), cmp.Or(listDate(list.Modified()), p.Date)
	case KindEntities:
		if l.db.entities, err = parseEntities(data, l.rules); err == nil {
			pack.Rules = l.db.entities.domains
		}
	case KindCookies:
		if l.db.cookies, err = parseCookieTable(data); err == nil {
			pack.Rules = l.db.cookies.rows
		}
	case KindTCF:
		if l.db.tcf, err = parseTCFVendors(data); err == nil {
			pack.Rules, pack.Version, pack.Date = len(l.db.tcf.byNumber), l.db.tcf.version, cmp.Or(l.db.tcf.date, p.Date)
		}
	default:
		err = fmt.Errorf("signatures: pack %s is of a kind that this version does not read: %q", p.Name, kind)
	}
	return err
}

// join puts the parties of core and packs into one table. A name that both
// know is one party: the core's; see owners.go.
func (db *DB) join(sections []section) error {
	db.parties = slices.Clone(db.core.parties)
	db.byID = make(map[string]int32, len(db.parties))
	for i, p := range db.parties {
		db.byID[p.ID] = int32(i) // #nosec G115 -- a few thousand parties
	}
	db.settleOwners()
	if db.cookies != nil {
		for _, p := range db.cookies.parties {
			db.intern(p)
		}
	}
	db.ofSection = map[string]int32{}
	for _, s := range sections {
		if _, known := db.core.byID[s.Vendor]; !known && (s.Name == "" || s.Company == "" || s.Category == "") {
			return fmt.Errorf("signatures: %s: section %q: there is no vendor %q, so name, company and category must stand here", sectionsFile, s.Section, s.Vendor)
		}
		db.ofSection[s.Section] = db.intern(s.party())
	}
	db.categories = map[string]Category{}
	for _, c := range db.core.categories {
		db.categories[c.ID] = c
	}
	db.ofTCF = db.matchTCF()
	return nil
}

// intern returns the place of a party, adding it if its ID is new.
func (db *DB) intern(p Party) int32 {
	if i, ok := db.byID[p.ID]; ok {
		return i
	}
	i := int32(len(db.parties)) // #nosec G115 -- a few thousand parties
	db.parties = append(db.parties, p)
	db.byID[p.ID] = i
	return i
}

// ByID returns the party of an ID.
func (db *DB) ByID(id string) (Party, bool) {
	i, ok := db.byID[id]
	if !ok {
		return Party{}, false
	}
	return db.parties[i], true
}

// Parties lists every known party, sorted by ID.
func (db *DB) Parties() []Party {
	all := slices.Clone(db.parties)
	slices.SortFunc(all, func(a, b Party) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// Category returns the category of an ID.
func (db *DB) Category(id string) (Category, bool) {
	c, ok := db.categories[id]
	return c, ok
}

// Categories lists the categories in the order in which reports show them.
func (db *DB) Categories() []Category { return slices.Clone(db.core.categories) }

// Packs lists the packs that were there to load, sorted by name.
func (db *DB) Packs() []Pack { return slices.Clone(db.packs) }

// Version is a hash of everything that answers come from: 16 hex digits. Equal
// versions give equal answers under the same version of spoor.
func (db *DB) Version() string { return db.version }

// File returns a file of a pack, unpacked: "autoconsent-rules.json". The error
// wraps fs.ErrNotExist if no pack that was loaded has it.
func (db *DB) File(name string) ([]byte, error) {
	f, ok := db.files[name]
	if !ok {
		return nil, fmt.Errorf("signatures: pack file %q: %w", name, fs.ErrNotExist)
	}
	return unpack(f.from, f.PackFile)
}
