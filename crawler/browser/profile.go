package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// profilePrefix starts the names of profile folders; the id of the process that
// made it follows, so that folders whose maker was killed can be told.
const profilePrefix = "spoor-profile-"

// newProfile makes an empty profile with the wanted preferences.
func newProfile(o *Options) (string, error) {
	dir := o.TempDir
	if dir == "" {
		dir = os.TempDir()
	}
	sweep(dir)
	profile, err := os.MkdirTemp(dir, profilePrefix+strconv.Itoa(os.Getpid())+"-")
	if err != nil {
		return "", fmt.Errorf("browser: make profile: %w", err)
	}
	if err := os.Mkdir(filepath.Join(profile, "Default"), 0o700); err != nil {
		return "", fmt.Errorf("browser: make profile: %w", err)
	}
	if err := os.WriteFile(filepath.Join(profile, "Default", "Preferences"), []byte(o.preferences()), 0o600); err != nil {
		return "", fmt.Errorf("browser: make profile: %w", err)
	}
	return profile, nil
}

// sweep removes profiles left behind by processes that no longer exist: a
// killed process cannot clean up after itself. Failure is harmless.
func sweep(dir string) {
	left, _ := filepath.Glob(filepath.Join(dir, profilePrefix+"*"))
	for _, p := range left {
		pid, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(p), profilePrefix), "-")
		n, err := strconv.Atoi(pid)
		if err != nil || alive(n) {
			continue
		}
		_ = os.RemoveAll(p)
	}
}

// removeProfile deletes a profile. Chrome's children may still be writing their
// last files when its main process has gone, so it tries for a while.
func removeProfile(dir string) error {
	var err error
	for range 20 {
		if err = os.RemoveAll(dir); err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("browser: remove profile: %w", err)
}
