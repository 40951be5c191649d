package find_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/spoor-audit/spoor/crawler/find"
)

// A machine has some commands and files.
type machine struct {
	os       string
	commands map[string]string
	files    fstest.MapFS
	env      map[string]string
}

func (m machine) options(path, mode string) find.Options {
	return find.Options{
		Path: path, Mode: mode, OS: m.os,
		LookPath: func(name string) (string, error) {
			if p, ok := m.commands[name]; ok {
				return p, nil
			}
			return "", errors.New("not found")
		},
		Stat: func(path string) (fs.FileInfo, error) {
			return m.files.Stat(strings.TrimPrefix(strings.ReplaceAll(path, `\`, "/"), "/"))
		},
		Getenv: func(name string) string { return m.env[name] },
	}
}

func TestFind(t *testing.T) {
	program := &fstest.MapFile{Mode: 0o755}
	tests := []struct {
		name       string
		machine    machine
		path, mode string
		want       find.Browser
	}{
		{"Debian", machine{os: "linux", commands: map[string]string{"chromium": "/usr/bin/chromium", "chromium-headless-shell": "/usr/bin/chromium-headless-shell"}},
			"", "", find.Browser{Path: "/usr/bin/chromium", Name: "Chromium", Mode: "headless"}},
		{"Debian, shell", machine{os: "linux", commands: map[string]string{"chromium": "/usr/bin/chromium", "chromium-headless-shell": "/usr/bin/chromium-headless-shell"}},
			"", "shell", find.Browser{Path: "/usr/bin/chromium-headless-shell", Name: "Chromium headless shell", Mode: "shell"}},
		{"Chrome comes before Chromium", machine{os: "linux", commands: map[string]string{"chromium": "/usr/bin/chromium"}, files: fstest.MapFS{"opt/google/chrome/chrome": program}},
			"", "headless", find.Browser{Path: "/opt/google/chrome/chrome", Name: "Google Chrome", Mode: "headless"}},
		{"only Edge", machine{os: "linux", commands: map[string]string{"microsoft-edge-stable": "/usr/bin/microsoft-edge-stable"}},
			"", "", find.Browser{Path: "/usr/bin/microsoft-edge-stable", Name: "Microsoft Edge", Mode: "headless"}},
		{"Mac, in the home folder", machine{os: "darwin", env: map[string]string{"HOME": "/Users/an"}, files: fstest.MapFS{"Users/an/Applications/Brave Browser.app/Contents/MacOS/Brave Browser": program}},
			"", "", find.Browser{Path: "/Users/an/Applications/Brave Browser.app/Contents/MacOS/Brave Browser", Name: "Brave", Mode: "headless"}},
		{"Windows", machine{os: "windows", env: map[string]string{"ProgramFiles(x86)": `C:\Program Files (x86)`}, files: fstest.MapFS{"C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe": {Mode: 0o644}}},
			"", "", find.Browser{Path: `C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`, Name: "Microsoft Edge", Mode: "headless"}},
		{"a path wins", machine{os: "linux", commands: map[string]string{"chromium": "/usr/bin/chromium"}, files: fstest.MapFS{"opt/mine": program}},
			"/opt/mine", "", find.Browser{Path: "/opt/mine", Name: "mine", Mode: "headless"}},
		{"a command wins", machine{os: "linux", commands: map[string]string{"chromium": "/usr/bin/chromium", "brave": "/usr/bin/brave"}},
			"brave", "", find.Browser{Path: "/usr/bin/brave", Name: "brave", Mode: "headless"}},
		{"the path of a shell", machine{os: "linux", files: fstest.MapFS{"opt/chrome_headless_shell": program}},
			"/opt/chrome_headless_shell", "headless", find.Browser{Path: "/opt/chrome_headless_shell", Name: "chrome_headless_shell", Mode: "shell"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, tried, err := find.Find(tt.machine.options(tt.path, tt.mode))
			if err != nil || got != tt.want {
				t.Errorf("got %+v, %v; want %+v", got, err, tt.want)
			}
			if len(tried) == 0 || !tried[len(tried)-1].Found {
				t.Errorf("what was tried does not end with what was found: %+v", tried)
			}
		})
	}
}

func TestFindNothing(t *testing.T) {
	tests := []struct {
		name       string
		machine    machine
		path, mode string
		why        string // of the last place tried
	}{
		{"empty machine", machine{os: "linux"}, "", "", "not there"},
		{"a full browser is no shell", machine{os: "linux", commands: map[string]string{"chromium": "/usr/bin/chromium"}}, "", "shell", "not there"},
		{"the named one only", machine{os: "linux", commands: map[string]string{"chromium": "/usr/bin/chromium"}}, "/opt/mine", "", "not there"},
		{"a folder", machine{os: "darwin", files: fstest.MapFS{"Applications/Chromium.app/x": {}}}, "/Applications/Chromium.app", "", "a folder"},
		{"not executable", machine{os: "linux", files: fstest.MapFS{"opt/mine": {Mode: 0o644}}}, "/opt/mine", "", "not executable"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, tried, err := find.Find(tt.machine.options(tt.path, tt.mode))
			if !errors.Is(err, find.ErrNone) {
				t.Fatalf("got %+v, %v", got, err)
			}
			if len(tried) == 0 || tried[len(tried)-1].Why != tt.why {
				t.Errorf("tried: %+v", tried)
			}
			if tt.path != "" && !strings.Contains(err.Error(), tt.path) {
				t.Errorf("the error %q does not name %s", err, tt.path)
			}
		})
	}
	if _, _, err := find.Find(find.Options{Mode: "window"}); err == nil || errors.Is(err, find.ErrNone) {
		t.Errorf("an unknown mode gives %v", err)
	}
}

func TestEverySystemHasPlaces(t *testing.T) {
	for _, system := range []string{"linux", "darwin", "windows"} {
		for _, mode := range []string{find.Headless, find.Shell} {
			m := machine{os: system}
			o := m.options("", mode)
			o.Getenv = func(string) string { return "/x" }
			_, tried, _ := find.Find(o)
			if len(tried) == 0 {
				t.Errorf("no places for %s on %s", mode, system)
			}
			for _, p := range tried {
				if p.Name == "" || p.Place == "" || strings.Contains(p.Place, "${") {
					t.Errorf("%s: %+v", system, p)
				}
			}
		}
	}
}

func TestVersion(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("versions are read from folders there")
	}
	program := func(text string) string {
		path := filepath.Join(t.TempDir(), "browser")
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil { //nolint:gosec // It must be executable.
			t.Fatal(err)
		}
		return path
	}
	if v, err := find.Version(t.Context(), program("echo Chromium 156.0.8078.79 built on Debian; echo 1.2.3.4 >&2")); v != "156.0.8078.79" || err != nil {
		t.Errorf("%q, %v", v, err)
	}
	for _, text := range []string{"echo hello", "exit 3"} {
		if v, err := find.Version(t.Context(), program(text)); err == nil {
			t.Errorf("%q gives version %q", text, v)
		}
	}
}

func TestFolderVersion(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"99.0.1.2", "156.0.8078.9", "156.0.8078.79", "Locales", "v1.2.3.4"} {
		if err := os.Mkdir(filepath.Join(folder, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if v, err := find.FolderVersion(folder); v != "156.0.8078.79" || err != nil {
		t.Errorf("%q, %v", v, err)
	}
	if _, err := find.FolderVersion(t.TempDir()); err == nil {
		t.Error("an empty folder has a version")
	}
}
