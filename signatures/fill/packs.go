package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/klauspost/compress/zstd"

	"github.com/spoor-audit/spoor/signatures"
)

// A filler fills one folder of packs.
type filler struct {
	dir    string // holds sources.lock and packs
	exec   runner
	stderr io.Writer
	index  signatures.PackIndex
}

// fill fetches every source and writes its packs. It reports whether a pack is
// missing or older than this run; the error is for what makes packs unusable.
func (f *filler) fill(ctx context.Context) (missing bool, err error) {
	src, err := readSources(f.dir)
	if err != nil {
		return false, err
	}
	if err := f.readIndex(); err != nil {
		return false, err
	}
	for _, source := range []struct {
		packs []pack
		fetch func() ([]filled, error)
	}{
		{src.Debian.Packs, func() ([]filled, error) { return f.fromDebian(ctx, src.Debian) }},
		{src.NPM, func() ([]filled, error) { return f.fromNPM(ctx, src.NPM) }},
	} {
		packs, err := source.fetch()
		if err != nil {
			missing = true
			f.leftOut(source.packs, err)
			continue
		}
		for _, p := range packs {
			if err := f.write(p); err != nil {
				return missing, err
			}
		}
	}
	if err := f.writeIndex(); err != nil {
		return missing, err
	}
	return missing, f.compile()
}

// compile leaves a copy of the vendor files beside the packs that programs
// start faster with.
func (f *filler) compile() error {
	data, err := signatures.Compile(os.DirFS(filepath.Join(f.dir, "core")))
	if err != nil {
		return err
	}
	return replace(f.path(signatures.CompiledName), data)
}

// leftOut says which packs could not be had, and why.
func (f *filler) leftOut(packs []pack, why error) {
	for _, p := range packs {
		if i := f.find(p.Name); i >= 0 {
			f.note("pack %s keeps version %s of an earlier run: %v", p.Name, f.index.Packs[i].Version, why)
		} else {
			f.note("pack %s is left out: %v", p.Name, why)
		}
	}
}

func (f *filler) find(name string) int {
	return slices.IndexFunc(f.index.Packs, func(p signatures.PackEntry) bool { return p.Name == name })
}

// readIndex reads what earlier runs wrote. Packs whose files are gone are
// forgotten.
func (f *filler) readIndex() error {
	f.index.Format = 1
	data, err := os.ReadFile(f.path("index.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var old signatures.PackIndex
	if err := json.Unmarshal(data, &old); err != nil || old.Format != f.index.Format {
		f.note("packs/index.json of an earlier run is not readable and is written anew")
		return nil
	}
	for _, p := range old.Packs {
		there := !slices.ContainsFunc(p.Files, func(file signatures.PackFile) bool {
			_, err := os.Stat(f.path(file.Name + ".zst"))
			return err != nil
		})
		if there {
			f.index.Packs = append(f.index.Packs, p)
		}
	}
	return nil
}

func (f *filler) path(name string) string { return filepath.Join(f.dir, "packs", name) }

// write compresses the files of a pack and notes it in the index.
func (f *filler) write(p filled) error {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	for i, file := range p.Files {
		if err := replace(f.path(file.Name+".zst"), enc.EncodeAll(p.data[i], nil)); err != nil {
			return fmt.Errorf("pack %s: %w", p.Name, err)
		}
	}
	if i := f.find(p.Name); i >= 0 {
		f.index.Packs[i] = p.PackEntry
	} else {
		f.index.Packs = append(f.index.Packs, p.PackEntry)
	}
	return nil
}

func (f *filler) writeIndex() error {
	slices.SortFunc(f.index.Packs, func(a, b signatures.PackEntry) int { return cmp.Compare(a.Name, b.Name) })
	data, err := json.MarshalIndent(f.index, "", "  ")
	if err != nil {
		return err
	}
	return replace(f.path("index.json"), append(data, '\n'))
}

// replace writes a file so that a reader sees the old or the new one, never a
// half.
func replace(path string, data []byte) error {
	tmp := path + ".tmp"
	if err := os.WriteFile(tmp, data, 0o644); err != nil { // #nosec G306 -- public data
		return err
	}
	return os.Rename(tmp, path)
}
