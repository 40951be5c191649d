package update

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"github.com/spoor-audit/spoor/signatures"
)

// LockName is the name of the lock in the folder of the lists.
const LockName = "signatures.lock"

// lockFormat is the version of the lock that this code reads.
const lockFormat = 1

// maxLock bounds what is read of a lock, in bytes.
const maxLock = 1 << 20

// A Lock says which lists are in use, in the file signatures.lock.
type Lock struct {
	Format int `json:"format"`
	// Signatures is the version of everything that is known of third parties
	// with these lists: signatures.DB.Version.
	Signatures string  `json:"signatures"`
	Lists      []Entry `json:"lists"` // sorted by name
}

// An Entry is one list.
type Entry struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	URL     string `json:"url"`
	Fetched string `json:"fetched"` // RFC 3339, UTC
	SHA256  string `json:"sha256"`  // of the list, hex
	Size    int64  `json:"size"`    // bytes
	Rules   int    `json:"rules"`
	Version string `json:"version"` // what the list or its server says, or ""
	// Date is the day, YYYY-MM-DD, that the list gives itself, else the one that its
	// server gives it, else that on which it was fetched.
	Date    string `json:"date"`
	Licence string `json:"licence"`
}

var hashShape = regexp.MustCompile(`^[0-9a-f]{64}$`)

// ReadLock reads a lock. The error wraps fs.ErrNotExist if there is none.
func ReadLock(path string) (*Lock, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("update: read lock: %w", err)
	}
	if info.Size() > maxLock {
		return nil, fmt.Errorf("update: read lock: %s is larger than any lock", path)
	}
	data, err := os.ReadFile(path) // #nosec G304 -- the user names the file
	if err != nil {
		return nil, fmt.Errorf("update: read lock: %w", err)
	}
	l, err := parseLock(data)
	if err != nil {
		return nil, fmt.Errorf("update: %s is no usable lock: %w", path, err)
	}
	return l, nil
}

func parseLock(data []byte) (*Lock, error) {
	l := new(Lock)
	if err := json.Unmarshal(data, l); err != nil {
		return nil, err
	}
	if l.Format != lockFormat {
		return nil, fmt.Errorf("its format is %d; this version of spoor reads %d", l.Format, lockFormat)
	}
	for i, e := range l.Lists {
		if err := (Source{Name: e.Name, URL: e.URL}).check(); err != nil {
			return nil, err
		}
		_, err := time.Parse(time.RFC3339, e.Fetched)
		switch {
		case !hashShape.MatchString(e.SHA256):
			return nil, fmt.Errorf("the list %s has no SHA-256", e.Name)
		case e.Size <= 0 || e.Size > signatures.MaxPackFile:
			return nil, fmt.Errorf("the list %s has a size of %d bytes", e.Name, e.Size)
		case err != nil:
			return nil, fmt.Errorf("the list %s has no time: %w", e.Name, err)
		case i > 0 && l.Lists[i-1].Name >= e.Name:
			return nil, errors.New("its lists are not sorted by name")
		}
	}
	return l, nil
}

// bytes returns the lock as it stands in its file.
func (l *Lock) bytes() ([]byte, error) {
	data, err := json.MarshalIndent(l, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("update: write lock: %w", err)
	}
	return append(data, '\n'), nil
}

// Write writes the lock to a file, as a whole or not at all.
func (l *Lock) Write(path string) error {
	data, err := l.bytes()
	if err != nil {
		return err
	}
	return replace(path, data)
}

// Entry returns a list of the lock.
func (l *Lock) Entry(name string) (Entry, bool) {
	i := slices.IndexFunc(l.Lists, func(e Entry) bool { return e.Name == name })
	if i < 0 {
		return Entry{}, false
	}
	return l.Lists[i], true
}

// Set returns the lists of the lock as packs, of which dir holds the files.
func (l *Lock) Set(dir string) signatures.PackSet { return l.set(os.DirFS(dir)) }

func (l *Lock) set(files fs.FS) signatures.PackSet {
	set := signatures.PackSet{Files: files, Origin: signatures.Cached, Index: signatures.PackIndex{Format: 1}}
	for _, e := range l.Lists {
		set.Index.Packs = append(set.Index.Packs, signatures.PackEntry{
			Name: e.Name, Kind: e.Kind, Version: e.Version, Date: e.Date, Licence: e.Licence, Source: e.URL,
			Files: []signatures.PackFile{{Name: e.Name + endings[e.Kind], SHA256: e.SHA256, Size: e.Size, Stored: stored(e.SHA256)}},
		})
	}
	return set
}

// endings of the names of lists, by kind.
var endings = map[string]string{
	signatures.KindFilters: ".txt", signatures.KindEntities: ".json", signatures.KindCookies: ".csv", signatures.KindTCF: ".json",
}

// stored is the name of a list's compressed file.
func stored(sha256 string) string { return sha256 + ".zst" }

// sort puts lists in the order of the lock.
func (l *Lock) sort() {
	slices.SortFunc(l.Lists, func(a, b Entry) int { return cmp.Compare(a.Name, b.Name) })
}

// replace writes a file so that a reader sees the old or the new one, never a
// half.
func replace(path string, data []byte) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".spoor-*")
	if err != nil {
		return fmt.Errorf("update: write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("update: write %s: %w", path, err), os.Remove(tmp.Name()))
		}
	}()
	_, err = tmp.Write(data)
	if err := errors.Join(err, tmp.Chmod(0o644), tmp.Sync(), tmp.Close()); err != nil { // #nosec G302 -- public lists
		return err
	}
	return os.Rename(tmp.Name(), path)
}
