package signatures

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"io/fs"
	"strings"
)

// fingerprint hashes all data: names and contents of the core's files, and the
// hashes of the files of the packs, which loading proves.
func fingerprint(core fs.FS, packs []storedPack) (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(core, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, ".json") {
			return err // the JSON Schema is for editors; no answer depends on it
		}
		return hashFile(sum, core, name)
	})
	if err != nil {
		return "", fmt.Errorf("signatures: hash core: %w", err)
	}
	for _, p := range packs {
		writeField(sum, p.Name+" "+p.kindOf())
		for _, f := range p.Files {
			writeField(sum, f.Name+" "+f.SHA256)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:8]), nil
}

func hashFile(sum hash.Hash, files fs.FS, name string) error {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	writeField(sum, name)
	writeField(sum, string(data))
	return nil
}

// writeField hashes a text with its length in front, so that no two sequences
// of texts give the same bytes. Writing to a hash never fails.
func writeField(sum hash.Hash, s string) {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(len(s)))
	_, _ = sum.Write(n[:])
	_, _ = sum.Write([]byte(s))
}
