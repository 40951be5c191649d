package survey

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// ErrAtWork says that somebody works on a survey.
var ErrAtWork = errors.New("survey: a worker is at work on the survey")

// PutAside moves the survey that is in a folder, with its evidence, into a new
// folder of that, which it returns; "" if there is none.
func PutAside(dir string, now time.Time) (string, error) {
	if _, err := os.Stat(filepath.Join(dir, sqliteName)); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	living, err := (&sqliteDB{dir: dir}).alive(context.Background())
	if err != nil {
		return "", fmt.Errorf("survey: %w", err)
	}
	if len(living) > 0 {
		return "", ErrAtWork
	}
	aside := filepath.Join(dir, "before-"+now.Format("20060102-150405"))
	if err := os.Mkdir(aside, 0o750); err != nil {
		return "", fmt.Errorf("survey: %w", err)
	}
	// The log of the database goes before it: without it, it is an older state, but
	// with another's it is broken.
	for _, name := range []string{sqliteName + "-wal", sqliteName + "-shm", sqliteName, evidenceName} {
		err := os.Rename(filepath.Join(dir, name), filepath.Join(aside, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("survey: %w", err)
		}
	}
	return aside, nil
}

// WithoutPassword is the address of a database as it can be shown.
func WithoutPassword(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "the database"
	}
	return u.Redacted()
}
