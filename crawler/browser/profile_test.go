package browser

import (
	"os"
	"path/filepath"
	"testing"
)

// TestRemoveProfile checks that with a profile the folder of its socket goes, which
// a killed Chrome leaves behind, and nothing else that a link may lead to.
func TestRemoveProfile(t *testing.T) {
	for name, c := range map[string]struct {
		socket, beside string
		stays          bool
	}{
		"a folder of a socket":   {socketName, "SingletonCookie", false},
		"with another file":      {socketName, "letters", true},
		"a link to another file": {"letters", "SingletonCookie", true},
	} {
		profile, folder := t.TempDir(), filepath.Join(t.TempDir(), "org.chromium.Chromium.x")
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		for _, file := range []string{c.socket, c.beside} {
			if err := os.WriteFile(filepath.Join(folder, file), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Symlink(filepath.Join(folder, c.socket), filepath.Join(profile, socketName)); err != nil {
			t.Skip(err) // Not everybody may make links on Windows.
		}
		if err := removeProfile(profile); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(folder); (err == nil) != c.stays {
			t.Errorf("%s: %v, want it to stay: %v", name, err, c.stays)
		}
		if _, err := os.Stat(filepath.Join(folder, c.beside)); c.stays && err != nil {
			t.Errorf("%s: the file beside it is gone", name)
		}
	}
}
