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

// TestServeFile asks for a page on disk, and for what lies beside it.
func TestServeFile(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"my page.html": "the page", "secret.txt": "secret", "index.html": "another page"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f, err := ServeFile(t.Context(), filepath.Join(dir, "my page.html"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	if got := f.URL(); got != "http://file.localhost/my%20page.html" {
		t.Errorf("the address is %q", got)
	}
	rule := strings.Fields(f.Rule())
	if len(rule) != 3 || rule[0] != "MAP" || rule[1] != "file.localhost:80" {
		t.Fatalf("rule %q", f.Rule())
	}
	for path, want := range map[string]string{
		"/my%20page.html": "200 text/html the page", "/secret.txt": "404", "/": "404", "/index.html": "404", "/./my%20page.html/..": "404", "/../secret.txt": "404",
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+rule[2]+path, nil)
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
		if got := res.Status[:4] + res.Header.Get("Content-Type") + " " + string(body); got != want && !strings.HasPrefix(got, want+" ") {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	if _, err := ServeFile(t.Context(), filepath.Join(dir, "gone.html")); err == nil {
		t.Error("a file that is not there is served")
	}
}
