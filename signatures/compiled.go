package signatures

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"

	"github.com/klauspost/compress/zstd"
)

// Reading hundreds of YAML files costs more than reading both filter lists.
// The fill program therefore leaves the vendor files beside the packs in a form
// that is read ten times as fast. It is a copy and never trusted: it carries the
// hash of the files that it was made from, and Load reads the files themselves
// when the hash differs.

// CompiledName is the file in packs that holds what Compile returns.
const CompiledName = "core.json.zst"

// compiledFormat is the version of the copy. It changes when vendor does.
const compiledFormat = 1

// A compiled is the copy.
type compiled struct {
	Format  int       `json:"format"`
	Sum     string    `json:"sum"`
	Vendors []*vendor `json:"vendors"`
}

// Compile reads and checks the vendor files of core and returns them in the
// form that Load reads fastest.
func Compile(core fs.FS) ([]byte, error) {
	categories, countries, err := readTables(core)
	if err != nil {
		return nil, err
	}
	vendors, err := readChecked(core, categories, countries)
	if err != nil {
		return nil, err
	}
	sum, err := coreSum(core)
	if err != nil {
		return nil, err
	}
	for _, v := range vendors {
		v.Tests = vendorTests{} // CheckVendors runs them, from the files
	}
	data, err := json.Marshal(compiled{compiledFormat, sum, vendors})
	if err != nil {
		return nil, fmt.Errorf("signatures: compile: %w", err)
	}
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("signatures: compile: %w", err)
	}
	return enc.EncodeAll(data, nil), nil
}

// readCompiled returns the vendors of the copy, or nil if there is none that
// was made from the files of core.
func readCompiled(core, packs fs.FS) []*vendor {
	if packs == nil {
		return nil
	}
	packed, err := fs.ReadFile(packs, CompiledName)
	if err != nil {
		return nil
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(MaxPackFile))
	if err != nil {
		return nil
	}
	defer dec.Close()
	data, err := dec.DecodeAll(packed, nil)
	if err != nil {
		return nil
	}
	sum, err := coreSum(core)
	if err != nil {
		return nil
	}
	var c compiled
	if json.Unmarshal(data, &c) != nil || c.Format != compiledFormat || c.Sum != sum {
		return nil
	}
	return c.Vendors
}

// coreSum hashes the files that vendors and their checks come from.
func coreSum(core fs.FS) (string, error) {
	names, err := fs.Glob(core, "vendors/*.yaml")
	if err != nil {
		return "", err
	}
	slices.Sort(names)
	sum := sha256.New()
	for _, name := range append(names, categoriesFile, countriesFile) {
		if err := hashFile(sum, core, name); err != nil {
			return "", fmt.Errorf("signatures: hash %s: %w", name, err)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
