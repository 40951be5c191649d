package folder

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestServe asks for what a host of static sites answers, and for what it must not.
func TestServe(t *testing.T) {
	dir := t.TempDir()
	site := filepath.Join(dir, "public")
	for name, text := range map[string]string{
		"public/index.html": "home", "public/about.html": "about", "public/news/index.html": "news", "public/404.html": "nothing here",
		"public/app.js": "script", "secret.txt": "secret",
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(dir, "secret.txt"), filepath.Join(site, "leak.txt")); err != nil {
		t.Fatal(err)
	}
	s, err := Serve(t.Context(), site)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	address := strings.Replace(s.URL(""), "localhost", "127.0.0.1", 1)
	for path, want := range map[string]string{
		"/": "200 home", "/index.html": "200 home", "/about": "200 about", "/about.html": "200 about", "/news/": "200 news", "/news": "200 news",
		"/app.js": "200 script", "/gone": "404 nothing here", "/../secret.txt": "404 nothing here", "/%2e%2e/secret.txt": "404 nothing here",
		"/leak.txt": "404 nothing here",
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if got := res.Status[:4] + string(body); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	if !strings.HasPrefix(s.Rule(), "MAP localhost:") {
		t.Errorf("rule %q", s.Rule())
	}
	if _, err := Serve(t.Context(), filepath.Join(dir, "nowhere")); err == nil {
		t.Error("a folder that is not there is served")
	}
}
