// Command fill fetches the npm libraries that some test sites load and puts
// them into testsites/lib, which is not part of the repository.
//
//	go run ./testsites/fill [-dir testsites]
//
// It runs npm and node as they are set up on this machine. Packages are those of
// package-lock.json, by digest; their install scripts are not run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"go.yaml.in/yaml/v3"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr, command)
	stop()
	os.Exit(code)
}

// run fills lib and returns the exit code: 0, 1 if something could not be had,
// 2 for wrong use.
func run(ctx context.Context, args []string, stdout, stderr io.Writer, exec runner) int {
	flags := flag.NewFlagSet("fill", flag.ContinueOnError)
	flags.SetOutput(stderr)
	dir := flags.String("dir", "testsites", "folder with package.json and libraries.yaml")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	made, err := fill(ctx, *dir, exec)
	if err != nil {
		_, _ = fmt.Fprintf(stderr, "fill: %v\n", err)
		return 1
	}
	_, _ = fmt.Fprintf(stdout, "%d files in %s\n", made, filepath.Join(*dir, "lib"))
	return 0
}

// list is the form of libraries.yaml.
type list struct {
	Files   map[string]string `yaml:"files"`
	Bundles map[string]string `yaml:"bundles"`
	// Obfuscated are bundles that an obfuscator rewrites.
	Obfuscated map[string]string `yaml:"obfuscated"`
}

// names lists all that stands in lib in the end.
func (l *list) names() []string {
	return slices.Concat(sorted(l.Files), sorted(l.Bundles), sorted(l.Obfuscated))
}

// fill installs the packages into a temporary folder, makes the files next to
// lib and replaces lib when all are there. It returns how many files there are.
func fill(ctx context.Context, dir string, exec runner) (made int, err error) {
	var l list
	data, err := os.ReadFile(filepath.Join(dir, "libraries.yaml")) // #nosec G304 -- the folder is the user's choice
	if err != nil {
		return 0, err
	}
	if err := yaml.Unmarshal(data, &l); err != nil {
		return 0, fmt.Errorf("read libraries.yaml: %w", err)
	}
	work, err := os.MkdirTemp("", "spoor-lib")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	for _, name := range []string{"package.json", "package-lock.json"} {
		if err := copyFile(filepath.Join(dir, name), filepath.Join(work, name)); err != nil {
			return 0, err
		}
	}
	if err := exec(ctx, work, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"); err != nil {
		return 0, err
	}
	out := filepath.Join(work, "lib")
	for _, to := range sorted(l.Files) {
		if err := copyFile(filepath.Join(work, "node_modules", l.Files[to]), filepath.Join(out, to)); err != nil {
			return 0, err
		}
	}
	w := workshop{dir: dir, work: work, exec: exec}
	for _, to := range sorted(l.Bundles) {
		if err := w.bundle(ctx, l.Bundles[to], filepath.Join(out, to)); err != nil {
			return 0, err
		}
	}
	for _, to := range sorted(l.Obfuscated) {
		plain := filepath.Join(work, "plain", to)
		if err := w.bundle(ctx, l.Obfuscated[to], plain); err != nil {
			return 0, err
		}
		if err := w.obfuscate(ctx, plain, filepath.Join(out, to)); err != nil {
			return 0, err
		}
	}
	return len(l.names()), replace(filepath.Join(dir, "lib"), out, l.names())
}

// A workshop is the folder with the installed packages, in which files are made.
type workshop struct {
	dir, work string
	exec      runner
}

// bundle makes one file of a script in bundles/ and what it imports.
func (w *workshop) bundle(ctx context.Context, script, to string) error {
	// The script must stand beside node_modules, where esbuild looks.
	entry := filepath.Join(w.work, "entry", script)
	if err := copyFile(filepath.Join(w.dir, "bundles", script), entry); err != nil {
		return err
	}
	return w.exec(ctx, w.work, "node", "node_modules/esbuild/bin/esbuild", entry,
		"--bundle", "--minify", "--format=iife", "--log-level=error", "--outfile="+to)
}

// obfuscate rewrites a script so that no name and no text in it can be read. The
// same script comes out the same each time.
func (w *workshop) obfuscate(ctx context.Context, from, to string) error {
	return w.exec(ctx, w.work, "node", "node_modules/javascript-obfuscator/bin/javascript-obfuscator", from,
		"--options-preset", "medium-obfuscation", "--string-array-encoding", "rc4", "--split-strings", "true", "--seed", "1", "--output", to)
}

// replace empties a folder and copies the named files into it.
func replace(lib, from string, names []string) error {
	if err := os.RemoveAll(lib); err != nil {
		return err
	}
	for _, name := range names {
		if err := copyFile(filepath.Join(from, name), filepath.Join(lib, name)); err != nil {
			return err
		}
	}
	return nil
}

func sorted(m map[string]string) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from) // #nosec G304 -- named in libraries.yaml
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o750); err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o600)
}

// A runner runs a program in a folder.
type runner func(ctx context.Context, dir, name string, args ...string) error

// command is the runner of real programs; its last line on stderr goes into the error.
func command(ctx context.Context, dir, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...) // #nosec G204 -- programs and arguments come from this package
	cmd.Dir = dir
	var complaint strings.Builder
	cmd.Stderr = &complaint
	if err := cmd.Run(); err != nil {
		last := strings.TrimSpace(complaint.String())
		last = last[strings.LastIndexByte(last, '\n')+1:]
		return fmt.Errorf("%s: %w: %s", name, err, last)
	}
	return nil
}
