package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/cmd/internal/fieldwork"
	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/crawler/survey"
	tables "github.com/spoor-audit/spoor/reports/survey"
)

// surveyOfTwo makes a survey of a few sites without a browser and returns its store, and
// a way to give commands.
func surveyOfTwo(t *testing.T) (store string, run func(args ...string) (code int, out string)) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in for the browser is a shell script")
	}
	dir := t.TempDir()
	chrome := filepath.Join(dir, "chrome")
	if err := os.WriteFile(chrome, []byte("#!/bin/sh\necho Chromium 156.0.1.2\n"), 0o700); err != nil { //nolint:gosec // It must be executable.
		t.Fatal(err)
	}
	list := filepath.Join(dir, "list.csv")
	if err := os.WriteFile(list, []byte("site\nclean.test\ntracker.test\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOME", dir)
	t.Setenv("XDG_CACHE_HOME", filepath.Join(dir, "cache"))
	env := map[string]string{"SPOOR_CHROME": chrome, "SPOOR_DNS": silentDNS(t)}
	run = func(args ...string) (int, string) {
		pages := new(fakeBrowser)
		var out bytes.Buffer
		a := &app{
			stdin: strings.NewReader(""), stdout: &out, stderr: &out, visit: pages.visit, print: fakePrint,
			visitIn: func(*fieldwork.Pool) pipeline.Visitor { return pages.oneByOne },
			env:     func(name string) (string, bool) { v, ok := env[name]; return v, ok },
		}
		code := a.run(t.Context(), args)
		return code, out.String()
	}
	store = filepath.Join(dir, "store")
	if code, out := run("survey", list, "--store", store, "--scenarios", "none", "--per-host-delay", "0s", "--progress", "none"); code != exitDone {
		t.Fatalf("the survey ends with %d:\n%s", code, out)
	}
	return store, run
}

// Facts that do not follow from the evidence are found, and made anew.
func TestFactsAreJudgedAgain(t *testing.T) {
	store, run := surveyOfTwo(t)
	forge(t, store, func(f *tables.Facts) {
		f.Owners = append(f.Owners, tables.Owner{Name: "Ghost", In: map[string]int{tables.Before: 1}})
	})
	expect := func(code int, words []string, args ...string) {
		t.Helper()
		got, out := run(args...)
		if got != code {
			t.Errorf("spoor %v ends with %d, want %d:\n%s", args, got, code, out)
		}
		for _, w := range words {
			if !strings.Contains(out, w) {
				t.Errorf("spoor %v does not say %q:\n%s", args, w, out)
			}
		}
	}
	expect(exitPolicy, []string{"1 verified, 1 changed", "company Ghost does not follow from the evidence"}, "verify", store)
	told := []string{"2 visits judged again: 1 the same, 1 changed", "company    Ghost: gone, on 1 site", "this version of spoor judges otherwise"}
	expect(exitDone, append(told, "nothing was written"), "survey", "rejudge", "--store", store, "--dry-run")
	expect(exitDone, told, "survey", "rejudge", "--store", store)
	expect(exitDone, []string{"2 verified, 0 changed"}, "verify", store)

	// Of facts that were judged by other signatures, it cannot be told who is right.
	forge(t, store, func(f *tables.Facts) {
		f.Method.Signatures = "older"
		f.Owners = f.Owners[:0]
		f.Receivers, f.Findings, f.Cookies, f.Calls = nil, nil, nil, nil
	})
	expect(exitNotMeasured, []string{"1 verified, 0 changed, 1 undecided"}, "verify", store)
	expect(exitDone, []string{`"format": "spoor-rejudge/1"`, "signatures: older then"}, "survey", "rejudge", "--store", store, "--json")
	expect(exitDone, []string{"2 verified"}, "verify", store)

	// A visit that counts and has no evidence is no proof.
	if err := os.RemoveAll(filepath.Join(store, "evidence")); err != nil {
		t.Fatal(err)
	}
	expect(exitNotMeasured, []string{"0 verified, 0 changed, 0 undecided, 2 missing"}, "verify", store)
}

// forge changes the facts of the visit of tracker.test.
func forge(t *testing.T, where string, change func(*tables.Facts)) {
	t.Helper()
	store, err := survey.Open(t.Context(), where, survey.Keys{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close() //nolint:errcheck // What was written is written.
	err = store.Replace(t.Context(), 2, 1, func(row survey.Row) ([]byte, error) {
		f, err := tables.DecodeFacts(row.Facts)
		if err != nil {
			return nil, err
		}
		change(f)
		return tables.EncodeFacts(f)
	})
	if err != nil {
		t.Fatal(err)
	}
}
