// Command notices writes THIRD_PARTY_NOTICES: the licences of the data packs and
// of every Go module that is linked into spoor.
//
//	go run ./signatures/notices > THIRD_PARTY_NOTICES
//
// It fails on a module whose licence it does not recognise as one that may be
// linked, so that a new dependency is looked at before it is shipped.
package main

import (
	"bytes"
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed packs.txt
var packsText string

func main() {
	if err := run(os.Stdout); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "notices:", err)
		os.Exit(1)
	}
}

// A module is one linked Go module with its licence files.
type module struct {
	path, version, dir string
	licence            string // SPDX
	text               string
}

func run(w io.Writer) error {
	modules, err := linked()
	if err != nil {
		return err
	}
	var problems []error
	for i := range modules {
		problems = append(problems, modules[i].read())
	}
	if err := errors.Join(problems...); err != nil {
		return err
	}
	return write(w, modules)
}

// linked lists the modules of all packages that the program links, its tests
// excluded, and Go itself.
func linked() ([]module, error) {
	const format = `{{with .Module}}{{if not .Main}}{{.Path}}` + "\t" + `{{.Version}}` + "\t" + `{{.Dir}}{{end}}{{end}}`
	out, err := output("list", "-deps", "-f", format, "./cmd/spoor")
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var modules []module
	for line := range strings.Lines(out) {
		line = strings.TrimSpace(line)
		field := strings.Split(line, "\t")
		if len(field) != 3 || seen[line] {
			continue
		}
		seen[line] = true
		modules = append(modules, module{path: field[0], version: field[1], dir: field[2]})
	}
	root, err := output("env", "GOROOT")
	if err != nil {
		return nil, err
	}
	modules = append(modules, module{path: "The Go standard library and runtime", dir: strings.TrimSpace(root)})
	slices.SortFunc(modules, func(a, b module) int { return cmp.Compare(a.path, b.path) })
	return modules, nil
}

func output(args ...string) (string, error) {
	cmd := exec.Command("go", args...) // #nosec G204 -- arguments come from this file
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w: %s", args[0], err, strings.TrimSpace(complaint.String()))
	}
	return string(out), nil
}

// licenceFiles are the names under which modules keep what must be passed on.
var licenceFiles = []string{"LICENSE*", "LICENCE*", "COPYING*", "UNLICENSE*", "NOTICE*"}

// read reads the licence of a module.
func (m *module) read() error {
	var names []string
	for _, pattern := range licenceFiles {
		found, err := filepath.Glob(filepath.Join(m.dir, pattern))
		if err != nil {
			return err
		}
		names = append(names, found...)
	}
	var texts, own []string
	for _, name := range names {
		if strings.HasSuffix(name, ".go") {
			continue
		}
		data, err := os.ReadFile(name) // #nosec G304 -- in a module's folder
		if err != nil {
			return err
		}
		text := strings.TrimSpace(strings.ReplaceAll(string(data), "\r\n", "\n"))
		texts = append(texts, text)
		// Other files hold the licences of what the module took from others.
		if base, _, _ := strings.Cut(filepath.Base(name), "."); slices.Contains([]string{"LICENSE", "LICENCE", "COPYING", "UNLICENSE"}, base) {
			own = append(own, text)
		}
	}
	m.text = strings.Join(texts, "\n\n")
	m.licence = recognise(m.text)
	if m.licence != "" && len(own) > 0 {
		m.licence = recognise(strings.Join(own, "\n\n"))
	}
	if m.licence == "" {
		return fmt.Errorf("%s %s: no licence that is known to be fit for linking (in %v)", m.path, m.version, names)
	}
	return nil
}

// marks tells licences by a sentence that only they hold; the first that fits
// counts. Copyleft over the whole program is not among them on purpose.
var marks = []struct{ licence, sentence string }{
	{"MPL-2.0", "mozilla public license version 2.0"},
	{"Apache-2.0", "apache license version 2.0"},
	{"MIT", "permission is hereby granted, free of charge, to any person obtaining a copy"},
	{"BSD-3-Clause", "neither the name"},
	{"BSD-3-Clause", "may not be used to endorse or promote products"},
	{"BSD-2-Clause", "redistributions in binary form must reproduce the above copyright notice"},
	{"ISC", "permission to use, copy, modify, and/or distribute this software for any purpose"},
	{"Unlicense", "this is free and unencumbered software released into the public domain"},
	{"CC0-1.0", "cc0 1.0 universal"},
}

// forbidden holds titles of licences that must not be linked.
var forbidden = []string{"gnu general public license version", "gnu affero general public license", "gnu lesser general public license version"}

// recognise names the licence of a text, or "".
func recognise(text string) string {
	plain := strings.Join(strings.Fields(strings.NewReplacer(",", " ", "\"", "", ">", "").Replace(strings.ToLower(text))), " ")
	for _, title := range forbidden {
		// The MPL names the GPL as a licence to combine with.
		if strings.HasPrefix(plain, title) {
			return ""
		}
	}
	for _, m := range marks {
		sentence := strings.Join(strings.Fields(strings.ReplaceAll(m.sentence, ",", " ")), " ")
		if strings.Contains(plain, sentence) {
			return m.licence
		}
	}
	return ""
}

const rule = "\n--------------------------------------------------------------------------------\n\n"

// write writes the notices: packs, a table of modules, then each licence text
// once with the modules that it belongs to.
func write(w io.Writer, modules []module) error {
	var b strings.Builder
	b.WriteString(packsText)
	b.WriteString(rule)
	b.WriteString("Go modules linked into spoor\n\n")
	for _, m := range modules {
		fmt.Fprintf(&b, "  %-54s %-40s %s\n", m.path, m.version, m.licence)
	}
	var texts []string
	users := map[string][]string{}
	for _, m := range modules {
		if users[m.text] == nil {
			texts = append(texts, m.text)
		}
		users[m.text] = append(users[m.text], m.path)
	}
	for _, text := range texts {
		b.WriteString(rule)
		b.WriteString(strings.Join(users[text], "\n") + "\n\n" + text + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
