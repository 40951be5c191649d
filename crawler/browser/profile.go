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
		removeSocket(p)
		_ = os.RemoveAll(p)
	}
}

// removeProfile deletes a profile. Chrome's children may still be writing their
// last files when its main process has gone, so it tries for a while.
func removeProfile(dir string) error {
	removeSocket(dir)
	var err error
	for range 20 {
		if err = os.RemoveAll(dir); err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("browser: remove profile: %w", err)
}

// socketName is the socket by which a second Chrome finds the one that has a
// profile, and the link in the profile that leads to it. The socket is in a folder
// of its own among the system's temporary files, because a profile's name may be too
// long for one, and Chrome leaves it there when it is killed.
// https://source.chromium.org/chromium/chromium/src/+/main:chrome/browser/process_singleton_posix.cc
const socketName = "SingletonSocket"

// removeSocket deletes the folder of a profile's socket. Failure is harmless.
func removeSocket(profile string) {
	socket, err := os.Readlink(filepath.Join(profile, socketName))
	if err != nil || !filepath.IsAbs(socket) || filepath.Base(socket) != socketName {
		return
	}
	folder := filepath.Dir(socket)
	_ = os.Remove(socket)
	_ = os.Remove(filepath.Join(folder, "SingletonCookie"))
	_ = os.Remove(folder) // It stays if there is anything else in it.
}
