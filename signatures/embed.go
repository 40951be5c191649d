package signatures

import (
	"embed"
	"io/fs"
	"sync"
)

//go:embed core
var coreFiles embed.FS

// In the repository packs holds only its README; "make packs" fills it.
//
//go:embed all:packs
var packFiles embed.FS

// Default returns the data that this program was built with. It is loaded at
// the first call; all callers share it.
func Default() (*DB, error) { return loadEmbedded() }

// Core returns spoor's own data alone, without packs.
func Core() (*DB, error) {
	core, _, err := builtIn()
	if err != nil {
		return nil, err
	}
	return Load(core, nil)
}

// DefaultWith returns the data that this program was built with, with packs of
// its user over it: of packs of one name, the newest counts.
func DefaultWith(set PackSet) (*DB, error) {
	core, embedded, err := builtIn()
	if err != nil {
		return nil, err
	}
	return loadSets(core, embedded, set)
}

var loadEmbedded = sync.OnceValues(func() (*DB, error) {
	core, embedded, err := builtIn()
	if err != nil {
		return nil, err
	}
	return loadSets(core, embedded)
})

// builtIn returns the core and the packs that this program was built with.
func builtIn() (core fs.FS, embedded PackSet, err error) {
	if core, err = fs.Sub(coreFiles, "core"); err != nil {
		return nil, PackSet{}, err
	}
	packs, err := fs.Sub(packFiles, "packs")
	if err != nil {
		return nil, PackSet{}, err
	}
	index, err := readIndex(packs)
	return core, PackSet{packs, index, Embedded}, err
}
