package evidence

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// What a bundle may hold. A small file can unpack to a very large one; these
// limits stand well above what a visit of 10,000 requests and 100,000 calls
// takes.
const (
	maxBundleSize = 512 << 20 // bytes, all members unpacked; also of the file itself
	maxMembers    = 4096
	maxNameLength = 200
)

// A Bundle is one saved visit.
type Bundle struct {
	Visit *Visit
	// Files holds the other members, without those which the bundle makes
	// itself (requests.har and MANIFEST).
	Files Files

	members []*zip.File // all of them, sorted by name
}

// Open reads a bundle from a file. Its manifest is not looked at; see
// [Bundle.Verify].
func Open(path string) (*Bundle, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("evidence: open bundle: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("evidence: open bundle %q: not a file", path)
	}
	if info.Size() > maxBundleSize {
		return nil, fmt.Errorf("evidence: open bundle %q: %d bytes are more than the limit of %d", path, info.Size(), int64(maxBundleSize))
	}
	content, err := os.ReadFile(path) //nolint:gosec // The user names the file.
	if err != nil {
		return nil, fmt.Errorf("evidence: open bundle: %w", err)
	}
	b, err := ReadBundle(content)
	if err != nil {
		return nil, fmt.Errorf("evidence: open bundle %q: %w", path, err)
	}
	return b, nil
}

// ReadBundle reads a bundle from memory. The bundle keeps content.
func ReadBundle(content []byte) (*Bundle, error) {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, fmt.Errorf("not a zip file, or a damaged one: %w", err)
	}
	b := &Bundle{Files: Files{}, members: z.File}
	slices.SortFunc(b.members, func(x, y *zip.File) int { return strings.Compare(x.Name, y.Name) })
	if err := checkMembers(b.members); err != nil {
		return nil, err
	}
	for _, m := range b.members {
		switch m.Name {
		case manifestName, harName:
		case visitName:
			if b.Visit, err = readVisit(m); err != nil {
				return nil, err
			}
		default:
			if b.Files[m.Name], err = readMember(m); err != nil {
				return nil, err
			}
		}
	}
	if b.Visit == nil {
		return nil, fmt.Errorf("not an evidence bundle: it has no %s", visitName)
	}
	return b, nil
}

// checkMembers refuses bundles whose table of contents is not one that Save
// writes. The sizes it adds up are only claims; readers stop at them.
func checkMembers(members []*zip.File) error {
	if len(members) > maxMembers {
		return fmt.Errorf("%d members are more than the limit of %d", len(members), maxMembers)
	}
	var total uint64
	seen := make(map[string]bool, len(members))
	for _, m := range members {
		if err := checkName(m.Name); err != nil {
			return err
		}
		lower := strings.ToLower(m.Name)
		if seen[lower] {
			return fmt.Errorf("there are two members %q", m.Name)
		}
		seen[lower] = true
		if !m.Mode().IsRegular() {
			return fmt.Errorf("member %q is not a file", m.Name)
		}
		if m.Flags&1 != 0 {
			return fmt.Errorf("member %q is encrypted", m.Name)
		}
		if m.UncompressedSize64 > maxBundleSize || total+m.UncompressedSize64 > maxBundleSize {
			return fmt.Errorf("it unpacks to more than the limit of %d bytes", int64(maxBundleSize))
		}
		total += m.UncompressedSize64
	}
	return nil
}

// checkName refuses names of members that could reach outside a folder into
// which somebody unpacks the bundle, on any operating system.
func checkName(name string) error {
	switch {
	case len(name) > maxNameLength:
		return fmt.Errorf("the name of a member is longer than %d bytes", maxNameLength)
	case !fs.ValidPath(name) || name == ".":
		return fmt.Errorf("%q is not a name for a member: it must be relative, without empty parts, %q or %q", name, ".", "..")
	case strings.ContainsFunc(name, badInName):
		return fmt.Errorf("%q is not a name for a member: letters, digits and -_./ are allowed", name)
	}
	return nil
}

func badInName(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		return false
	}
	return !strings.ContainsRune("-_./", r)
}

func readVisit(m *zip.File) (*Visit, error) {
	r, err := m.Open()
	if err != nil {
		return nil, fmt.Errorf("member %q: %w", m.Name, err)
	}
	defer r.Close() //nolint:errcheck // Nothing is written.
	v, err := Read(limited(r, m))
	if err != nil {
		return nil, fmt.Errorf("member %q: %w", m.Name, err)
	}
	return v, nil
}

func readMember(m *zip.File) ([]byte, error) {
	r, err := m.Open()
	if err != nil {
		return nil, fmt.Errorf("member %q: %w", m.Name, err)
	}
	defer r.Close() //nolint:errcheck // Nothing is written.
	content, err := io.ReadAll(limited(r, m))
	if err != nil {
		return nil, fmt.Errorf("member %q: %w", m.Name, err)
	}
	return content, nil
}

// limited keeps a reader to the size that was checked before.
func limited(r io.Reader, m *zip.File) io.Reader {
	return io.LimitReader(r, int64(min(m.UncompressedSize64, maxBundleSize))+1) //nolint:gosec // Limited by min.
}

// A VerifyError tells which members of a bundle are not those of its manifest.
// Each list is sorted.
type VerifyError struct {
	Differ  []string // the content has another sum
	Missing []string // in the manifest, not in the bundle
	Extra   []string // in the bundle, not in the manifest
}

// Error names every member.
func (e *VerifyError) Error() string {
	var parts []string
	for _, p := range []struct {
		names []string
		what  string
	}{{e.Differ, "changed"}, {e.Missing, "missing"}, {e.Extra, "not in the manifest"}} {
		for _, name := range p.names {
			parts = append(parts, fmt.Sprintf("%s is %s", name, p.what))
		}
	}
	return "evidence: verify bundle: " + strings.Join(parts, ", ")
}

// Verify compares the content of every member with the manifest, and returns a
// *[VerifyError] when they do not agree. It shows that a bundle was damaged or
// changed by hand; it cannot show a change by somebody who also wrote a new
// manifest.
func (b *Bundle) Verify() error {
	sums := make(map[string]string, len(b.members))
	var want map[string]string
	for _, m := range b.members {
		if m.Name == manifestName {
			text, err := readMember(m)
			if err != nil {
				return fmt.Errorf("evidence: verify bundle: %w", err)
			}
			if want, err = parseManifest(text); err != nil {
				return fmt.Errorf("evidence: verify bundle: %w", err)
			}
			continue
		}
		sums[m.Name] = sumOf(m)
	}
	if want == nil {
		return &VerifyError{Missing: []string{manifestName}}
	}
	return compareSums(want, sums)
}

func compareSums(want, got map[string]string) error {
	e := new(VerifyError)
	for _, name := range sortedNames(want) {
		switch sum, ok := got[name]; {
		case !ok:
			e.Missing = append(e.Missing, name)
		case sum != want[name]:
			e.Differ = append(e.Differ, name)
		}
	}
	for _, name := range sortedNames(got) {
		if _, ok := want[name]; !ok {
			e.Extra = append(e.Extra, name)
		}
	}
	if len(e.Differ)+len(e.Missing)+len(e.Extra) > 0 {
		return e
	}
	return nil
}

// sumOf returns the SHA-256 sum of a member, or "" when it cannot be unpacked:
// the bundle is in memory, so that it must have been damaged.
func sumOf(m *zip.File) string {
	r, err := m.Open()
	if err != nil {
		return ""
	}
	defer r.Close() //nolint:errcheck // Nothing is written.
	h := sha256.New()
	if _, err := io.Copy(h, limited(r, m)); err != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
}
