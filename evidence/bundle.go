package evidence

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Files holds the members of a bundle other than the record, by name:
// "shots/none-1.png", "result.json". Names are relative, with forward slashes.
type Files map[string][]byte

// The members that a bundle makes itself.
const (
	visitName    = "visit.json"
	harName      = "requests.har"
	manifestName = "MANIFEST"
)

// zipTime stands on every member, so that the same visit gives the same bytes:
// it is the first moment that the format can express.
var zipTime = time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)

// Save writes a bundle to a file: the record, its requests as an HTTP archive,
// the given files, and a manifest of SHA-256 sums. The file appears whole or
// not at all; one that was there is replaced. The same visit and files give the
// same bytes with the same build of spoor.
func Save(path string, v *Visit, files Files) error {
	return Replace(path, func(w io.Writer) error { return WriteBundle(w, v, files) })
}

// WriteBundle writes what [Save] writes.
func WriteBundle(w io.Writer, v *Visit, files Files) error {
	members, err := membersOf(v, files)
	if err != nil {
		return err
	}
	z := zip.NewWriter(w)
	for _, name := range sortedNames(members) {
		h := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: zipTime}
		if strings.HasSuffix(name, ".png") {
			h.Method = zip.Store // PNG is compressed already.
		}
		out, err := z.CreateHeader(h)
		if err != nil {
			return fmt.Errorf("evidence: write bundle: %q: %w", name, err)
		}
		if _, err := out.Write(members[name]); err != nil {
			return fmt.Errorf("evidence: write bundle: %q: %w", name, err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("evidence: write bundle: %w", err)
	}
	return nil
}

// membersOf makes all members of a bundle, with the manifest.
func membersOf(v *Visit, files Files) (Files, error) {
	members := make(Files, len(files)+3)
	folded := make(map[string]string, len(files))
	for _, name := range sortedNames(files) {
		if err := checkName(name); err != nil {
			return nil, fmt.Errorf("evidence: write bundle: %w", err)
		}
		lower := strings.ToLower(name)
		switch {
		case lower == visitName || lower == harName || lower == strings.ToLower(manifestName):
			return nil, fmt.Errorf("evidence: write bundle: %q is made by the bundle itself", name)
		case folded[lower] != "":
			return nil, fmt.Errorf("evidence: write bundle: %q and %q differ in case only", folded[lower], name)
		}
		folded[lower] = name
		members[name] = files[name]
	}
	var record, har bytes.Buffer
	if err := Write(&record, v); err != nil {
		return nil, err
	}
	if err := WriteHAR(&har, v); err != nil {
		return nil, err
	}
	members[visitName], members[harName] = record.Bytes(), har.Bytes()
	sums := make(map[string]string, len(members))
	for name, content := range members {
		sum := sha256.Sum256(content)
		sums[name] = hex.EncodeToString(sum[:])
	}
	members[manifestName] = formatManifest(sums)
	if total := totalSize(members); total > maxBundleSize {
		return nil, fmt.Errorf("evidence: write bundle: %d bytes are more than the limit of %d", total, int64(maxBundleSize))
	}
	return members, nil
}

func totalSize(members Files) (n int64) {
	for _, content := range members {
		n += int64(len(content))
	}
	return n
}

func sortedNames[T any](m map[string]T) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Replace writes a file whole or not at all: to a new file beside it, which
// takes the place of path only when everything was written.
func Replace(path string, write func(io.Writer) error) (err error) {
	f, err := createBeside(path)
	if err != nil {
		return fmt.Errorf("evidence: write %q: %w", path, err)
	}
	defer func() {
		if err != nil {
			_ = f.Close() // The first error is the one to report.
			_ = os.Remove(f.Name())
		}
	}()
	if err := write(f); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("evidence: write %q: %w", path, err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("evidence: write %q: %w", path, err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("evidence: write %q: %w", path, err)
	}
	return nil
}

// createBeside makes a new file in the folder of path, with the permissions
// that the user's mask leaves, which os.CreateTemp does not honour.
func createBeside(path string) (*os.File, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, errors.New("there is something else than a file of this name")
	}
	for n := 1; ; n++ {
		name := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%d-%d", filepath.Base(path), os.Getpid(), n))
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666) //nolint:gosec // The mask decides, as for any file a user asks for.
		if errors.Is(err, os.ErrExist) && n < 1000 {
			continue
		}
		return f, err
	}
}
