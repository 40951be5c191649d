package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// source makes a folder as testsites is, with one library and one bundle.
func source(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"package.json":      "{}",
		"package-lock.json": "{}",
		"libraries.yaml":    "files: {a/a.js: pkg/dist/a.js}\nbundles: {b/b.js: b.js}\nobfuscated: {c/c.js: b.js}\n",
		"bundles/b.js":      "import 'pkg'",
		"lib/old.js":        "left over",
	} {
		write(t, filepath.Join(dir, name), text)
	}
	return dir
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// programs plays npm, esbuild and the obfuscator.
func programs(t *testing.T) runner {
	return func(_ context.Context, dir, name string, args ...string) error {
		if name == "npm" {
			write(t, filepath.Join(dir, "node_modules/pkg/dist/a.js"), "library")
			return nil
		}
		for i, a := range args {
			if out, ok := strings.CutPrefix(a, "--outfile="); ok {
				write(t, out, "bundle")
			}
			if a == "--output" {
				text, err := os.ReadFile(args[1])
				if err != nil {
					t.Error(err)
				}
				write(t, args[i+1], "obfuscated "+string(text))
			}
		}
		return nil
	}
}

func TestFillReplacesLib(t *testing.T) {
	dir := source(t)
	var out strings.Builder
	if code := run(t.Context(), []string{"-dir", dir}, &out, io.Discard, programs(t)); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	for name, want := range map[string]string{"a/a.js": "library", "b/b.js": "bundle", "c/c.js": "obfuscated bundle"} {
		if got, err := os.ReadFile(filepath.Join(dir, "lib", name)); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "lib/old.js")); err == nil {
		t.Error("an old file is still in lib")
	}
	if !strings.Contains(out.String(), "3 files") {
		t.Errorf("said %q", out.String())
	}
}

func TestFillKeepsLibWhenNpmFails(t *testing.T) {
	dir := source(t)
	var complaint strings.Builder
	fail := func(context.Context, string, string, ...string) error { return errors.New("npm: no network") }
	if code := run(t.Context(), []string{"-dir", dir}, io.Discard, &complaint, fail); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	if !strings.Contains(complaint.String(), "no network") {
		t.Errorf("said %q", complaint.String())
	}
	if _, err := os.Stat(filepath.Join(dir, "lib/old.js")); err != nil {
		t.Error("lib was emptied although nothing came in its place")
	}
}

func TestWrongUse(t *testing.T) {
	if code := run(t.Context(), []string{"-nonsense"}, io.Discard, io.Discard, programs(t)); code != 2 {
		t.Errorf("exit code %d, want 2", code)
	}
	if code := run(t.Context(), []string{"-dir", t.TempDir()}, io.Discard, io.Discard, programs(t)); code != 1 {
		t.Errorf("an empty folder gave exit code %d, want 1", code)
	}
}
