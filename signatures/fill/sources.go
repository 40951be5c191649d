package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/spoor-audit/spoor/signatures"
)

// sources is the file sources.lock.
type sources struct {
	Schema int          `yaml:"schema"`
	Debian debianSource `yaml:"debian"`
	NPM    []pack       `yaml:"npm"`
}

// A debianSource is one pinned Debian package with several packs in it.
type debianSource struct {
	Package string `yaml:"package"`
	Version string `yaml:"version"`
	SHA256  string `yaml:"sha256"` // of the .deb
	Packs   []pack `yaml:"packs"`
}

// A pack names files that become one pack.
type pack struct {
	Package string     `yaml:"package"` // npm only
	Name    string     `yaml:"name"`
	Licence string     `yaml:"licence"`
	Count   string     `yaml:"count"` // key of the list of rules in the first file
	Files   []packFile `yaml:"files"`
}

type packFile struct {
	From   string `yaml:"from"`   // path in the package
	To     string `yaml:"to"`     // name in the pack
	SHA256 string `yaml:"sha256"` // of the pinned version
}

func readSources(dir string) (sources, error) {
	var s sources
	name := filepath.Join(dir, "sources.lock")
	data, err := os.ReadFile(name) // #nosec G304 -- the user names the folder
	if err != nil {
		return s, err
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&s); err != nil {
		return s, fmt.Errorf("%s: %w", name, err)
	}
	if s.Schema != 1 {
		return s, fmt.Errorf("%s: schema is %d; this program reads 1", name, s.Schema)
	}
	return s, nil
}

// fromDebian fetches the Debian package and returns its packs.
func (f *filler) fromDebian(ctx context.Context, src debianSource) ([]filled, error) {
	dir, remove, err := temporary()
	if err != nil {
		return nil, err
	}
	defer remove()
	// apt drops its rights to download and needs to write here.
	if err := os.Chmod(dir, 0o755); err != nil { // #nosec G302 -- a temporary folder with public files
		return nil, err
	}
	if _, err := f.exec(ctx, dir, "apt-get", "download", src.Package); err != nil {
		return nil, err
	}
	debs, err := filepath.Glob(filepath.Join(dir, "*.deb"))
	if err != nil || len(debs) != 1 {
		return nil, fmt.Errorf("apt-get download %s left %d packages", src.Package, len(debs))
	}
	version, err := f.exec(ctx, dir, "dpkg-deb", "--field", debs[0], "Version")
	if err != nil {
		return nil, err
	}
	version = strings.TrimSpace(version)
	pinned := version == src.Version
	if !pinned {
		f.note("%s: apt serves version %s, sources.lock pins %s; its checksum is taken on trust from apt", src.Package, version, src.Version)
	} else if err := checkFile(debs[0], src.SHA256); err != nil {
		return nil, err
	}
	root := filepath.Join(dir, "root")
	if _, err := f.exec(ctx, dir, "dpkg-deb", "-x", debs[0], root); err != nil {
		return nil, err
	}
	return f.collect(src.Packs, func(p pack, file packFile) (string, error) {
		path := filepath.Join(root, filepath.FromSlash(file.From))
		if pinned {
			return path, checkFile(path, file.SHA256)
		}
		return path, nil
	}, func(_ pack, first string) (string, string, string) {
		return version, dayOf(first), "Debian package " + src.Package
	})
}

// fromNPM fetches the npm packages, whose checksums npm compares with
// package-lock.json, and returns their packs.
func (f *filler) fromNPM(ctx context.Context, packs []pack) ([]filled, error) {
	dir, remove, err := temporary()
	if err != nil {
		return nil, err
	}
	defer remove()
	for _, name := range []string{"package.json", "package-lock.json"} {
		data, err := os.ReadFile(filepath.Join(f.dir, name)) // #nosec G304 -- the user names the folder
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil { // #nosec G703 -- name is one of the two above
			return nil, err
		}
	}
	if _, err := f.exec(ctx, dir, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"); err != nil {
		return nil, err
	}
	module := func(p pack) string {
		return filepath.Join(dir, "node_modules", filepath.FromSlash(p.Package))
	}
	return f.collect(packs, func(p pack, file packFile) (string, error) {
		return filepath.Join(module(p), filepath.FromSlash(file.From)), nil
	}, func(p pack, _ string) (string, string, string) {
		return npmVersion(module(p)), "", "npm package " + p.Package
	})
}

func npmVersion(module string) string {
	var about struct {
		Version string `json:"version"`
	}
	data, err := os.ReadFile(filepath.Join(module, "package.json")) // #nosec G304 -- inside the temporary folder
	if err != nil || json.Unmarshal(data, &about) != nil {
		return ""
	}
	return about.Version
}

// A filled is a pack with the contents of its files.
type filled struct {
	signatures.PackEntry
	data [][]byte // by file
}

// collect reads the files of packs. Where says where a file is, about what is
// known of the pack, given its first file.
func (f *filler) collect(packs []pack, where func(pack, packFile) (string, error), about func(p pack, first string) (version, date, source string)) ([]filled, error) {
	var all []filled
	for _, p := range packs {
		full := filled{PackEntry: signatures.PackEntry{Name: p.Name, Licence: p.Licence}}
		for _, file := range p.Files {
			path, err := where(p, file)
			if err != nil {
				return nil, err
			}
			data, err := os.ReadFile(path) // #nosec G304 -- inside the temporary folder
			if err != nil {
				return nil, err
			}
			if len(full.Files) == 0 {
				full.Version, full.Date, full.Source = about(p, path)
			}
			full.data = append(full.data, data)
			full.Files = append(full.Files, signatures.PackFile{Name: file.To, SHA256: digest(data), Size: int64(len(data))})
		}
		if p.Count != "" {
			n, err := count(full.data[0], p.Count)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", p.Name, err)
			}
			full.Rules = n
		}
		all = append(all, full)
	}
	return all, nil
}

// count returns the length of the list under a key of a JSON object.
func count(data []byte, key string) (int, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(data, &object); err != nil {
		return 0, err
	}
	var list []json.RawMessage
	if err := json.Unmarshal(object[key], &list); err != nil {
		return 0, fmt.Errorf("no list under %q: %w", key, err)
	}
	return len(list), nil
}

// dayOf returns the day on which a file of a package was last changed.
func dayOf(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	return info.ModTime().UTC().Format(time.DateOnly)
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// checkFile compares the SHA-256 of a file with the one expected.
func checkFile(path, want string) error {
	data, err := os.ReadFile(path) // #nosec G304 -- inside the temporary folder
	if err != nil {
		return err
	}
	if got := digest(data); got != want {
		return fmt.Errorf("%s has SHA-256 %s; sources.lock wants %s", filepath.Base(path), got, want)
	}
	return nil
}
