package signatures

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
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
	Name    string `json:"name"` // "easyprivacy"
	Kind    string `json:"kind,omitempty"`
	Version string `json:"version"` // of the source
	Date    string `json:"date,omitempty"`
	Licence string `json:"licence"` // SPDX expression
	Source  string `json:"source"`  // where the files come from, in words
	// Rules is the number of rules of packs that are kept but not read here.
	Rules int        `json:"rules,omitempty"`
	Files []PackFile `json:"files"` // sorted by name
}

// A PackFile is one file of a pack, compressed.
type PackFile struct {
	Name   string `json:"name"`   // "easyprivacy.txt"
	SHA256 string `json:"sha256"` // of the file before compression, hex
	Size   int64  `json:"size"`   // of the file before compression, bytes
	// Stored is the name of the compressed file, if it is not Name with ".zst"
	// behind.
	Stored string `json:"stored,omitempty"`
}

func (f PackFile) stored() string { return cmp.Or(f.Stored, f.Name+".zst") }

// MaxPackFile is the size in bytes beyond which a file of a pack is refused.
const MaxPackFile = 64 << 20

// A PackSet is a folder of packs.
type PackSet struct {
	Files  fs.FS
	Index  PackIndex
	Origin string // Embedded or Cached
}

// A storedPack is a pack and where it is.
type storedPack struct {
	PackEntry
	files  fs.FS
	origin string
}

// overlay lists the packs of several sets, sorted by name. Of packs of one name
// the newest counts, and of equals the one of the earlier set.
func overlay(sets []PackSet) []storedPack {
	best := map[string]storedPack{}
	for _, set := range sets {
		for _, entry := range set.Index.Packs {
			if other, taken := best[entry.Name]; !taken || newer(entry, other.PackEntry) {
				best[entry.Name] = storedPack{entry, set.Files, set.Origin}
			}
		}
	}
	return slices.SortedFunc(maps.Values(best), func(a, b storedPack) int { return cmp.Compare(a.Name, b.Name) })
}

// newer says whether a pack counts before another of its name in an earlier set:
// by the dates of both if they have one, else by their versions. Where neither
// tells, the later set counts.
func newer(a, b PackEntry) bool {
	if a.Date != "" && b.Date != "" {
		return a.Date > b.Date
	}
	return a.Version == "" || compareVersions(a.Version, b.Version) > 0
}

// compareVersions compares versions such as "0.30.0" part by part, numbers by
// their size.
func compareVersions(a, b string) int {
	for a != "" || b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, ".")
		y, b, _ = strings.Cut(b, ".")
		m, errM := strconv.Atoi(x)
		n, errN := strconv.Atoi(y)
		c := cmp.Compare(m, n)
		if errM != nil || errN != nil {
			c = cmp.Compare(x, y)
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

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
			if f.Size < 0 || f.Size > MaxPackFile {
				return index, fmt.Errorf("signatures: packs/%s: %q has a size of %d bytes; at most %d are read", packIndex, f.Name, f.Size, MaxPackFile)
			}
		}
	}
	return index, nil
}

// unpack reads and decompresses a file of a pack, and makes sure that it is the
// one that the index names.
func unpack(packs fs.FS, f PackFile) ([]byte, error) {
	packed, err := fs.ReadFile(packs, f.stored())
	if err != nil {
		return nil, fmt.Errorf("signatures: read pack: %w", err)
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(MaxPackFile))
	if err != nil {
		return nil, fmt.Errorf("signatures: unpack %s: %w", f.Name, err)
	}
	defer dec.Close()
	data, err := dec.DecodeAll(packed, make([]byte, 0, f.Size))
	if err != nil {
		return nil, fmt.Errorf("signatures: unpack %s: %w", f.Name, err)
	}
	if sum := sha256.Sum256(data); f.SHA256 != "" && hex.EncodeToString(sum[:]) != f.SHA256 {
		return nil, fmt.Errorf("signatures: unpack %s: it is not the file that the index names: SHA-256 %x, not %s", f.Name, sum, f.SHA256)
	}
	return data, nil
}
