// Package find owns where browsers are: the usual places of each operating
// system, and the version of what stands there. It must not know how a browser
// is started for a visit.
package find

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The modes of a browser.
const (
	Headless = "headless" // a full browser, without a window
	Shell    = "shell"    // the headless shell
)

//go:embed places.yaml
var placesYAML []byte

// A place is one row of places.yaml.
type place struct {
	OS      string `yaml:"os"`
	Mode    string `yaml:"mode"`
	Name    string `yaml:"name"`
	Command string `yaml:"command"`
	Path    string `yaml:"path"`
}

// Options says what to look for. All functions have defaults, except Getenv:
// without it, places that depend on the environment are left out.
type Options struct {
	// Path is a browser that the user named, as a path or a command; it is taken
	// or nothing is.
	Path string
	Mode string // Headless or Shell; "" means Headless

	OS       string                            // as runtime.GOOS
	LookPath func(string) (string, error)      // as exec.LookPath
	Stat     func(string) (fs.FileInfo, error) // as os.Stat
	Getenv   func(string) string               // as os.Getenv
}

// A Browser is an executable that was found.
type Browser struct {
	Path string
	Name string // "Google Chrome"; of a path that the user named, its last part
	Mode string
}

// A Tried is one place that was looked at.
type Tried struct {
	Name  string
	Place string // path or command
	Found bool
	Why   string // why not, in a few words
}

// ErrNone says that no browser was found.
var ErrNone = errors.New("no browser found")

// Find returns the first browser of a mode, and every place that was looked at
// until then. The error wraps [ErrNone] when there is none.
func Find(o Options) (Browser, []Tried, error) {
	o = withDefaults(o)
	if o.Mode != Headless && o.Mode != Shell {
		return Browser{}, nil, fmt.Errorf("find: browser mode %q is neither %q nor %q", o.Mode, Headless, Shell)
	}
	if o.Path != "" {
		return findNamed(o)
	}
	places, err := readPlaces(placesYAML)
	if err != nil {
		return Browser{}, nil, err
	}
	var tried []Tried
	for _, p := range places {
		if p.OS != o.OS || p.Mode != o.Mode {
			continue
		}
		path, t, ok := o.try(p)
		if !ok {
			continue
		}
		tried = append(tried, t)
		if t.Found {
			return Browser{Path: path, Name: p.Name, Mode: p.Mode}, tried, nil
		}
	}
	return Browser{}, tried, fmt.Errorf("find: %w", ErrNone)
}

func withDefaults(o Options) Options {
	if o.Mode == "" {
		o.Mode = Headless
	}
	if o.OS == "" {
		o.OS = runtime.GOOS
	}
	if o.LookPath == nil {
		o.LookPath = exec.LookPath
	}
	if o.Stat == nil {
		o.Stat = os.Stat
	}
	if o.Getenv == nil {
		o.Getenv = func(string) string { return "" }
	}
	return o
}

// findNamed takes the browser that the user named. A headless shell knows no
// other mode, whatever was asked for.
func findNamed(o Options) (Browser, []Tried, error) {
	p := place{Name: base(o.Path), Path: o.Path}
	if p.Name == o.Path {
		p.Path, p.Command = "", o.Path
	}
	path, t, _ := o.try(p)
	if !t.Found {
		return Browser{}, []Tried{t}, fmt.Errorf("find: %w: %s: %s", ErrNone, o.Path, t.Why)
	}
	mode := o.Mode
	if name := strings.ReplaceAll(strings.ToLower(p.Name), "_", "-"); strings.Contains(name, "headless-shell") {
		mode = Shell
	}
	return Browser{Path: path, Name: p.Name, Mode: mode}, []Tried{t}, nil
}

// base returns the last part of a path in the way of any operating system.
func base(path string) string {
	return path[strings.LastIndexAny(path, `/\`)+1:]
}

var variable = regexp.MustCompile(`\$\{([^}]+)\}`)

// try looks at one place. It returns false if the place does not exist on this
// machine, because its variable is not set.
func (o *Options) try(p place) (string, Tried, bool) {
	if p.Command != "" {
		t := Tried{Name: p.Name, Place: p.Command}
		path, err := o.LookPath(p.Command)
		if t.Found = err == nil; !t.Found {
			t.Why = "not in the search path"
		}
		return path, t, true
	}
	unset := false
	path := variable.ReplaceAllStringFunc(p.Path, func(v string) string {
		value := o.Getenv(variable.FindStringSubmatch(v)[1])
		unset = unset || value == ""
		return value
	})
	if unset {
		return "", Tried{}, false
	}
	t := Tried{Name: p.Name, Place: path}
	switch info, err := o.Stat(path); {
	case errors.Is(err, fs.ErrNotExist):
		t.Why = "not there"
	case err != nil:
		t.Why = err.Error()
	case info.IsDir():
		t.Why = "a folder"
	case o.OS != "windows" && info.Mode().Perm()&0o111 == 0:
		t.Why = "not executable"
	default:
		t.Found = true
	}
	return path, t, true
}

func readPlaces(text []byte) ([]place, error) {
	var places []place
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&places); err != nil {
		return nil, fmt.Errorf("find: places.yaml: %w", err)
	}
	return places, nil
}
