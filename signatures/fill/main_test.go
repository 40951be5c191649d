package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/signatures"
)

const (
	debText  = "pretends to be a package"
	listText = "! Title: EasyPrivacy\n||tracker.test^\n"
)

// folder makes a folder of signatures with sources pinned to the pretended
// packages.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "sources.lock"), `
schema: 1
debian:
  package: lists
  version: "1.0"
  sha256: `+digest([]byte(debText))+`
  packs:
    - name: easyprivacy
      licence: CC-BY-SA-3.0
      files: [{from: usr/share/easyprivacy.txt, to: easyprivacy.txt, sha256: `+digest([]byte(listText))+`}]
npm:
  - package: "@team/rules"
    name: autoconsent
    licence: MPL-2.0
    count: rules
    files: [{from: rules.json, to: rules.json}, {from: dist/run.js, to: run.js}]
`)
	write(t, filepath.Join(dir, "package.json"), "{}")
	write(t, filepath.Join(dir, "package-lock.json"), "{}")
	for _, name := range []string{"categories.yaml", "countries.txt", "third-party-web.yaml"} {
		data, err := os.ReadFile(filepath.Join("..", "core", name))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, "core", name), string(data))
	}
	write(t, filepath.Join(dir, "core", "sections.yaml"), "[]")
	write(t, filepath.Join(dir, "packs", "README.md"), "")
	return dir
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A machine pretends to have apt, dpkg and npm.
type machine struct {
	version  string // that apt serves
	deb      string // content of the package
	list     string
	without  string // a program that is not installed
	commands []string
}

func (m *machine) run(_ context.Context, dir, name string, args ...string) (string, error) {
	m.commands = append(m.commands, name+" "+strings.Join(args, " "))
	if name == m.without {
		return "", errors.New(name + ": executable file not found")
	}
	put := func(path, text string) error {
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return err
		}
		day := time.Date(2025, 10, 31, 13, 0, 0, 0, time.UTC)
		return os.Chtimes(path, day, day)
	}
	switch {
	case name == "apt-get":
		return "", put("lists_all.deb", m.deb)
	case name == "dpkg-deb" && args[0] == "--field":
		return m.version + "\n", nil
	case name == "dpkg-deb":
		return "", put("root/usr/share/easyprivacy.txt", m.list)
	case name == "npm":
		return "", errors.Join(
			put("node_modules/@team/rules/package.json", `{"version": "16.0.1"}`),
			put("node_modules/@team/rules/rules.json", `{"rules": [1, 2, 3]}`),
			put("node_modules/@team/rules/dist/run.js", "run()"))
	}
	return "", errors.New("unexpected command")
}

func fillWith(t *testing.T, dir string, m *machine, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, complaints bytes.Buffer
	code = run(context.Background(), append([]string{"-dir", dir}, args...), &out, &complaints, m.run)
	return code, out.String(), complaints.String()
}

func readIndex(t *testing.T, dir string) map[string]signatures.PackEntry {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "packs", "index.json"))
	if err != nil {
		t.Fatal(err)
	}
	var index signatures.PackIndex
	if err := json.Unmarshal(data, &index); err != nil {
		t.Fatal(err)
	}
	packs := map[string]signatures.PackEntry{}
	for _, p := range index.Packs {
		packs[p.Name] = p
	}
	return packs
}

// TestFill fills the packs and loads them.
func TestFill(t *testing.T) {
	dir := folder(t)
	m := &machine{version: "1.0", deb: debText, list: listText}
	code, stdout, stderr := fillWith(t, dir, m, "-require")
	if code != 0 || stderr != "" {
		t.Fatalf("exit %d, %s", code, stderr)
	}
	if !strings.Contains(stdout, "autoconsent") || !strings.Contains(stdout, "easyprivacy") {
		t.Errorf("stdout is %q", stdout)
	}
	db, err := signatures.Load(os.DirFS(filepath.Join(dir, "core")), os.DirFS(filepath.Join(dir, "packs")))
	if err != nil {
		t.Fatal(err)
	}
	packs := db.Packs()
	if len(packs) != 2 || packs[0].Rules != 3 || packs[0].Version != "16.0.1" || packs[1].Version != "1.0" || packs[1].Date != "2025-10-31" || packs[1].Rules != 1 {
		t.Errorf("packs are %+v", packs)
	}
	if got, err := db.File("run.js"); err != nil || string(got) != "run()" {
		t.Errorf("run.js is %q, %v", got, err)
	}
	if got := db.Judge(signatures.Query{URL: "https://tracker.test/"}); !got.Tracker {
		t.Error("the list was not loaded")
	}
	if _, err := os.Stat(filepath.Join(dir, "packs", signatures.CompiledName)); err != nil {
		t.Error(err)
	}
	for _, c := range m.commands {
		if strings.HasPrefix(c, "npm") && !strings.Contains(c, "--ignore-scripts") {
			t.Errorf("%q lets packages run scripts", c)
		}
	}
}

// TestCore makes the copy of the vendor files without asking anybody.
func TestCore(t *testing.T) {
	dir, m := folder(t), &machine{}
	if code, _, stderr := fillWith(t, dir, m, "-core"); code != 0 || len(m.commands) > 0 {
		t.Errorf("exit %d, %s; %d commands", code, stderr, len(m.commands))
	}
	if _, err := os.Stat(filepath.Join(dir, "packs", signatures.CompiledName)); err != nil {
		t.Error(err)
	}
}

// TestMissing leaves out what cannot be had, and says so.
func TestMissing(t *testing.T) {
	for _, tt := range []struct {
		name    string
		machine machine
		want    string // said on stderr
		missing string
	}{
		{"no apt", machine{version: "1.0", deb: debText, list: listText, without: "apt-get"}, "pack easyprivacy is left out: apt-get: executable file not found", "easyprivacy"},
		{"no npm", machine{version: "1.0", deb: debText, list: listText, without: "npm"}, "pack autoconsent is left out: npm: executable file not found", "autoconsent"},
		{"forged package", machine{version: "1.0", deb: "forged", list: listText}, "pack easyprivacy is left out: lists_all.deb has SHA-256", "easyprivacy"},
		{"forged file", machine{version: "1.0", deb: debText, list: "forged"}, "pack easyprivacy is left out: easyprivacy.txt has SHA-256", "easyprivacy"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := folder(t)
			code, _, stderr := fillWith(t, dir, &tt.machine)
			if code != 0 || !strings.Contains(stderr, tt.want) {
				t.Errorf("exit %d, %q; want 0 and %q", code, stderr, tt.want)
			}
			packs := readIndex(t, dir)
			if _, there := packs[tt.missing]; there || len(packs) != 1 {
				t.Errorf("packs are %v", packs)
			}
			if code, _, _ := fillWith(t, dir, &tt.machine, "-require"); code != 1 {
				t.Errorf("with -require: exit %d, want 1", code)
			}
		})
	}
}

// TestOtherVersion accepts a newer package, with a note.
func TestOtherVersion(t *testing.T) {
	dir := folder(t)
	code, _, stderr := fillWith(t, dir, &machine{version: "1.1", deb: "newer", list: listText + "||new.test^\n"}, "-require")
	if code != 0 || !strings.Contains(stderr, "apt serves version 1.1, sources.lock pins 1.0") {
		t.Errorf("exit %d, %q", code, stderr)
	}
	if p := readIndex(t, dir)["easyprivacy"]; p.Version != "1.1" {
		t.Errorf("the index says %+v", p)
	}
}

// TestKeeps keeps the pack of an earlier run when a later one fails.
func TestKeeps(t *testing.T) {
	dir := folder(t)
	if code, _, stderr := fillWith(t, dir, &machine{version: "1.0", deb: debText, list: listText}); code != 0 {
		t.Fatal(stderr)
	}
	code, _, stderr := fillWith(t, dir, &machine{version: "1.0", deb: debText, list: listText, without: "npm"})
	if code != 0 || !strings.Contains(stderr, "pack autoconsent keeps version 16.0.1 of an earlier run") {
		t.Errorf("exit %d, %q", code, stderr)
	}
	if len(readIndex(t, dir)) != 2 {
		t.Error("the pack was forgotten")
	}
}

func TestWrongUse(t *testing.T) {
	if code, _, stderr := fillWith(t, folder(t), &machine{}, "-colour"); code != 2 || stderr == "" {
		t.Errorf("exit %d, %q", code, stderr)
	}
	if code, _, stderr := fillWith(t, t.TempDir(), &machine{}); code != 1 || !strings.Contains(stderr, "sources.lock") {
		t.Errorf("exit %d, %q", code, stderr)
	}
}
