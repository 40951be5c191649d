package signatures

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// packIndex is the file packs/index.json, which the fill program writes: what
// is in the packs and where it came from.
const packIndex = "index.json"

// indexFormat is the version of index.json that this code reads.
const indexFormat = 1

// A PackIndex lists the packs beside it.
type PackIndex struct {
	Format int         `json:"format"`
	Packs  []PackEntry `json:"packs"` // sorted by name
}

// A PackEntry describes one pack: files of one source, unchanged but for the
// compression.
type PackEntry struct {
	Name    string `json:"name"`    // "easyprivacy"
	Version string `json:"version"` // of the source
	Date    string `json:"date,omitempty"`
	Licence string `json:"licence"` // SPDX expression
	Source  string `json:"source"`  // where the files come from, in words
	// Rules is the number of rules of packs that are kept but not read here.
	Rules int        `json:"rules,omitempty"`
	Files []PackFile `json:"files"` // sorted by name
}

// A PackFile is one file of a pack. It stands in the packs under its name with
// ".zst" behind.
type PackFile struct {
	Name   string `json:"name"`   // "easyprivacy.txt"
	SHA256 string `json:"sha256"` // of the file before compression, hex
	Size   int64  `json:"size"`   // of the file before compression, bytes
}

// maxPackFile is the size in bytes beyond which a file of a pack is refused.
const maxPackFile = 64 << 20

// readIndex reads packs/index.json. No packs are no error.
func readIndex(packs fs.FS) (PackIndex, error) {
	var index PackIndex
	if packs == nil {
		return index, nil
	}
	data, err := fs.ReadFile(packs, packIndex)
	if errors.Is(err, fs.ErrNotExist) {
		return index, nil
	}
	if err != nil {
		return index, fmt.Errorf("signatures: read packs: %w", err)
	}
	if err := json.Unmarshal(data, &index); err != nil {
		return index, fmt.Errorf("signatures: packs/%s: %w", packIndex, err)
	}
	if index.Format != indexFormat {
		return index, fmt.Errorf("signatures: packs/%s has format %d; this version reads %d", packIndex, index.Format, indexFormat)
	}
	for _, p := range index.Packs {
		if len(p.Files) == 0 {
			return index, fmt.Errorf("signatures: packs/%s: pack %q has no files", packIndex, p.Name)
		}
		for _, f := range p.Files {
			if f.Name == "" || f.Name != path.Base(f.Name) || strings.HasPrefix(f.Name, ".") {
				return index, fmt.Errorf("signatures: packs/%s: pack %q has a file named %q", packIndex, p.Name, f.Name)
			}
			if f.Size < 0 || f.Size > maxPackFile {
				return index, fmt.Errorf("signatures: packs/%s: %q has a size of %d bytes; at most %d are read", packIndex, f.Name, f.Size, maxPackFile)
			}
		}
	}
	return index, nil
}

// unpack reads and decompresses a file of a pack.
func unpack(packs fs.FS, f PackFile) ([]byte, error) {
	packed, err := fs.ReadFile(packs, f.Name+".zst")
	if err != nil {
		return nil, fmt.Errorf("signatures: read pack: %w", err)
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxPackFile))
	if err != nil {
		return nil, fmt.Errorf("signatures: unpack %s: %w", f.Name, err)
	}
	defer dec.Close()
	data, err := dec.DecodeAll(packed, make([]byte, 0, f.Size))
	if err != nil {
		return nil, fmt.Errorf("signatures: unpack %s: %w", f.Name, err)
	}
	return data, nil
}
