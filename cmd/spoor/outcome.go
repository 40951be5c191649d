package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spoor-audit/spoor/cmd/internal/gate"
	"github.com/spoor-audit/spoor/evidence"
)

// An outcomeFile is a file that the outcome is written to.
type outcomeFile struct {
	path   string
	format gate.Format
}

// gateOutputs reads -o of check.
func gateOutputs(o *gateOptions) ([]outcomeFile, error) {
	var list []outcomeFile
	for _, path := range o.show.outputs {
		format, err := gate.FormatOf(path)
		if err != nil {
			return nil, wrongUse(err)
		}
		if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
			return nil, wrongUse(fmt.Errorf("cannot write %q: there is no folder %q", path, filepath.Dir(path)))
		}
		list = append(list, outcomeFile{path, format})
	}
	return list, nil
}

// showOutcome writes the outcome wherever it is wanted.
func (a *app) showOutcome(view gate.View, outputs []outcomeFile, asJSON bool) error {
	for _, out := range outputs {
		write := func(w io.Writer) error { return view.Write(w, out.format) }
		if err := evidence.Replace(out.path, write); err != nil {
			return wrongUse(err)
		}
	}
	if asJSON {
		return view.Write(a.stdout, gate.JSON)
	}
	if err := view.Write(a.stdout, gate.Text); err != nil {
		return err
	}
	if a.env.Get("GITHUB_ACTIONS") != "true" {
		return nil
	}
	// Commands to the runner are read from either stream; stdout holds the outcome.
	if err := view.Write(a.stderr, gate.Annotations); err != nil {
		return err
	}
	summary := a.env.Get("GITHUB_STEP_SUMMARY")
	if summary == "" {
		return nil
	}
	f, err := os.OpenFile(summary, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // The runner names it.
	if err != nil {
		return fmt.Errorf("write the summary: %w", err)
	}
	return errors.Join(view.Write(f, gate.Markdown), f.Close())
}

// inRepository names a file as services do, from the root of the repository, with
// forward slashes. CI services say where that is; elsewhere it is the folder that the
// command runs in. A file outside of it is known by its name alone.
func (a *app) inRepository(path string) string {
	whole, err := filepath.Abs(path)
	if err != nil {
		return filepath.Base(path)
	}
	here, err := os.Getwd()
	if err != nil {
		here = "."
	}
	for _, root := range []string{a.env.Get("GITHUB_WORKSPACE"), a.env.Get("CI_PROJECT_DIR"), here} {
		if root == "" {
			continue
		}
		name, err := filepath.Rel(root, whole)
		if err == nil && filepath.IsLocal(name) {
			return filepath.ToSlash(name)
		}
	}
	return filepath.Base(path)
}
