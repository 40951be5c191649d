package testsites

import (
	_ "embed"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

//go:embed libraries.yaml
var librariesYAML []byte

// libraries is the folder lib/, which the command in fill/ makes from npm
// packages. It is not embedded, because it is not part of the repository.
type libraries struct {
	files   fs.FS
	missing []string // what libraries.yaml names and the folder lacks
}

// findLibraries looks for lib/ beside the source of this package. A program that
// is run elsewhere than it was built has none.
func findLibraries() (libraries, error) {
	var form struct {
		Files   map[string]string `yaml:"files"`
		Bundles map[string]string `yaml:"bundles"`

		Obfuscated map[string]string `yaml:"obfuscated"`
	}
	if err := decodeStrict(librariesYAML, &form); err != nil {
		return libraries{}, fmt.Errorf("testsites: read libraries.yaml: %w", err)
	}
	l := libraries{}
	if _, source, _, ok := runtime.Caller(0); ok {
		l.files = os.DirFS(filepath.Join(filepath.Dir(source), "lib"))
	}
	for _, list := range []map[string]string{form.Files, form.Bundles, form.Obfuscated} {
		for name := range list {
			if l.files == nil {
				l.missing = append(l.missing, name)
			} else if _, err := fs.Stat(l.files, name); err != nil {
				l.missing = append(l.missing, name)
			}
		}
	}
	return l, nil
}

// HasLibraries says whether the npm libraries are there that some pages load
// (Page.NeedsLibraries). Without them these pages are served, and the libraries
// are answered with 404. `go run ./testsites/fill` gets them.
func (s *Server) HasLibraries() bool { return len(s.libraries.missing) == 0 }

// serve answers a path below /_lib/.
func (l libraries) serve(w http.ResponseWriter, name string) {
	if l.files != nil {
		if body, err := fs.ReadFile(l.files, name); err == nil {
			w.Header().Set("Content-Type", contentType(name))
			_, _ = w.Write(body)
			return
		}
	}
	http.Error(w, "This library is not in the repository. Run: go run ./testsites/fill", http.StatusNotFound)
}

// libraryName gives the name of a library file, if the path is one.
func libraryName(urlPath string) (string, bool) {
	name, ok := strings.CutPrefix(urlPath, "/_lib/")
	return name, ok && fs.ValidPath(name)
}

// Library reads a file that libraries.yaml names, by its path below lib/. `go run
// ./testsites/fill` gets them; the error of one that is not there says so.
func Library(name string) ([]byte, error) {
	l, err := findLibraries()
	if err != nil {
		return nil, err
	}
	if l.files == nil {
		return nil, fmt.Errorf("testsites: read %q: %w", name, fs.ErrNotExist)
	}
	body, err := fs.ReadFile(l.files, name)
	if err != nil {
		return nil, fmt.Errorf("testsites: read %q (go run ./testsites/fill gets it): %w", name, err)
	}
	return body, nil
}
