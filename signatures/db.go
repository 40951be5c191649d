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

	parties    []Party // of the core, then of the packs
	byID       map[string]int32
	ofEntity   []int32          // index into parties, by entity
	ofSection  map[string]int32 // index into parties, by heading of a list
	categories map[string]Category

	packs   []Pack
	files   map[string]PackFile
	packFS  fs.FS
	version string
}

// Load reads spoor's own data from core and the packs from packs, which may be
// nil or hold only some of them. It returns an error for data that is damaged
// or contradicts itself, naming file and line where it can.
func Load(core, packs fs.FS) (*DB, error) {
	if core == nil {
		return nil, errors.New("signatures: no core data given")
	}
	index, err := readIndex(packs)
	if err != nil {
		return nil, err
	}
	l := loader{db: &DB{packFS: packs, files: map[string]PackFile{}}, index: index}
	if err := l.read(core); err != nil {
		return nil, err
	}
	l.db.version, err = fingerprint(core, packs, index)
	if err != nil {
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
	index    PackIndex
	sections []section
}

// read reads the core and all packs side by side.
func (l *loader) read(core fs.FS) error {
	db := l.db
	rules, err := readEntityRules(core)
	if err != nil {
		return err
	}
	if l.sections, err = readSections(core); err != nil {
		return err
	}
	packs := make([]Pack, len(l.index.Packs))
	lists := make([]filterList, len(l.index.Packs))
	errs := make([]error, len(l.index.Packs)+1)
	// The largest files first, so that no processor waits for the last one.
	order := make([]int, len(l.index.Packs))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Compare(l.index.Packs[b].Files[0].Size, l.index.Packs[a].Files[0].Size)
	})
	each(len(errs), func(n int) {
		if n == 0 {
			db.core, errs[n] = loadCore(core, db.packFS)
			return
		}
		i := order[n-1]
		entry := l.index.Packs[i]
		switch entry.Name {
		case listEasyPrivacy, listEasyList:
			lists[i], packs[i], errs[n] = readList(db.packFS, entry)
		case listThirdPartyWeb:
			db.entities, packs[i], errs[n] = readEntities(db.packFS, entry, rules)
		default:
			packs[i] = Pack{Name: entry.Name, Version: entry.Version, Rules: entry.Rules, Date: entry.Date, Licence: entry.Licence}
		}
	})
	if err := errors.Join(errs...); err != nil {
		return err
	}
	db.lists = slices.DeleteFunc(lists, func(f filterList) bool { return f.List == nil })
	// EasyPrivacy names trackers and their companies, EasyList advertising.
	slices.SortFunc(db.lists, func(a, b filterList) int { return cmp.Compare(b.name, a.name) })
	slices.SortFunc(packs, func(a, b Pack) int { return cmp.Compare(a.Name, b.Name) })
	db.packs = packs
	for _, entry := range l.index.Packs {
		for _, f := range entry.Files {
			db.files[f.Name] = f
		}
	}
	return nil
}

func readList(packs fs.FS, entry PackEntry) (filterList, Pack, error) {
	text, err := unpack(packs, entry.Files[0])
	if err != nil {
		return filterList{}, Pack{}, err
	}
	list := abp.Parse(string(text))
	return filterList{entry.Name, list}, listPack(entry, list), nil
}

func readEntities(packs fs.FS, entry PackEntry, rules entityRules) (*entities, Pack, error) {
	data, err := unpack(packs, entry.Files[0])
	if err != nil {
		return nil, Pack{}, err
	}
	e, err := parseEntities(data, rules)
	if err != nil {
		return nil, Pack{}, err
	}
	return e, Pack{Name: entry.Name, Version: entry.Version, Rules: e.domains, Date: entry.Date, Licence: entry.Licence}, nil
}

// join puts the parties of core and packs into one table. A name that both
// know is one party: the core's.
func (db *DB) join(sections []section) error {
	db.parties = slices.Clone(db.core.parties)
	db.byID = make(map[string]int32, len(db.parties))
	for i, p := range db.parties {
		db.byID[p.ID] = int32(i) // #nosec G115 -- a few thousand parties
	}
	if db.entities != nil {
		for _, p := range db.entities.parties {
			db.ofEntity = append(db.ofEntity, db.intern(p))
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
	return unpack(db.packFS, f)
}
