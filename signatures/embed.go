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

var loadEmbedded = sync.OnceValues(func() (*DB, error) {
	core, err := fs.Sub(coreFiles, "core")
	if err != nil {
		return nil, err
	}
	packs, err := fs.Sub(packFiles, "packs")
	if err != nil {
		return nil, err
	}
	return Load(core, packs)
})
