package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"
)

// repository is the root of the repository, from here.
const repository = "../.."

// An action is action.yml, with all that GitHub lets a composite action hold
// (https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax).
type action struct {
	Name, Description, Author string
	Branding                  struct{ Icon, Color string }
	Inputs                    map[string]struct {
		Description string
		Required    bool
		Default     *string
		Deprecation string `yaml:"deprecationMessage"`
	}
	Outputs map[string]struct{ Description, Value string }
	Runs    struct {
		Using string
		Steps []actionStep
	}
}

type actionStep struct {
	Name, ID, If, Uses, Run, Shell string
	Env                            map[string]string
	With                           map[string]string
	Dir                            string `yaml:"working-directory"`
	Continue                       bool   `yaml:"continue-on-error"`
}

// readYAML reads a file of the repository; keys that there are not are an error.
func readYAML(name string, into any) error {
	data, err := os.ReadFile(filepath.Join(repository, name))
	if err != nil {
		return err
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func TestActionForm(t *testing.T) {
	var a action
	if err := readYAML("action.yml", &a); err != nil {
		t.Fatal(err)
	}
	if a.Name == "" || a.Description == "" || a.Runs.Using != "composite" || a.Branding.Icon == "" || a.Branding.Color == "" {
		t.Errorf("something is missing: %+v", a)
	}
	for id, in := range a.Inputs {
		if in.Description == "" || in.Default == nil || id != strings.ToLower(id) {
			t.Errorf("input %s: %+v", id, in)
		}
	}
	if len(a.Outputs) == 0 {
		t.Error("there are no outputs")
	}
	ids := map[string]string{} // of steps, with what they run
	expression := regexp.MustCompile(`\$\{\{(.*?)\}\}`)
	check := func(where, text string) {
		for _, e := range expression.FindAllStringSubmatch(text, -1) {
			for _, m := range regexp.MustCompile(`([a-z]+)\.([a-z_.-]+)`).FindAllStringSubmatch(e[1], -1) {
				switch m[1] {
				case "inputs":
					if _, ok := a.Inputs[m[2]]; !ok {
						t.Errorf("%s: there is no input %s", where, m[2])
					}
				case "steps":
					parts := strings.Split(m[2], ".")
					if run := ids[parts[0]]; len(parts) != 3 || parts[1] != "outputs" || !strings.Contains(run, `echo "`+parts[2]+"=") {
						t.Errorf("%s: no step gives %s", where, m[2])
					}
				case "github", "runner":
				default: // secrets, among others, are not there in an action
					t.Errorf("%s: %s", where, m[0])
				}
			}
		}
	}
	for _, s := range a.Runs.Steps {
		where := "step " + s.Name
		switch {
		case (s.Run == "") == (s.Uses == ""):
			t.Errorf("%s neither runs nor uses something, or both", where)
		case s.Run != "" && s.Shell == "":
			t.Errorf("%s names no shell", where)
		case s.Uses != "" && !strings.Contains(s.Uses, "@"):
			t.Errorf("%s uses %s of no version", where, s.Uses)
		case expression.MatchString(s.Run):
			t.Errorf("%s puts what users write into a script", where)
		}
		for _, text := range append(slices.Collect(mapValues(s.Env, s.With)), s.If) {
			check(where, text)
		}
		if s.ID != "" {
			ids[s.ID] = s.Run
		}
	}
	for id, out := range a.Outputs {
		if out.Description == "" || out.Value == "" {
			t.Errorf("output %s: %+v", id, out)
		}
		check("output "+id, out.Value)
	}
}

// mapValues yields the values of maps.
func mapValues(maps ...map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for _, m := range maps {
			for _, v := range m {
				if !yield(v) {
					return
				}
			}
		}
	}
}

// A hook is one of .pre-commit-hooks.yaml, with what is used of its keys
// (https://pre-commit.com/#creating-new-hooks).
type hook struct {
	ID, Name, Description, Entry, Language, Files string
	Pass                                          bool `yaml:"pass_filenames"`
	Always                                        bool `yaml:"always_run"`
	Stages                                        []string
}

func hooks() (map[string]hook, error) {
	var list []hook
	err := readYAML(".pre-commit-hooks.yaml", &list)
	out := map[string]hook{}
	for _, h := range list {
		out[h.ID] = h
	}
	return out, err
}

func TestHooksForm(t *testing.T) {
	list, err := hooks()
	if err != nil {
		t.Fatal(err)
	}
	for id, h := range list {
		// "golang" builds the program from this repository.
		if id == "" || h.Name == "" || h.Entry == "" || h.Language != "golang" || h.Files == "" && !h.Always {
			t.Errorf("%+v", h)
		}
	}
	files, err := regexp.Compile(list["spoor-config"].Files)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"spoor.toml": true, "web/spoor.lock": true, "not-spoor.toml": false, "spoor.toml.bak": false} {
		if files.MatchString(name) != want {
			t.Errorf("a change of %s: %v", name, !want)
		}
	}
}

// The Dockerfile ends as a user without rights, and what it copies is there.
func TestDockerfile(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(repository, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	ignored, err := os.ReadFile(filepath.Join(repository, ".dockerignore"))
	if err != nil {
		t.Fatal(err)
	}
	makefile, err := os.ReadFile(filepath.Join(repository, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	user, stages := "", 0
	text := strings.ReplaceAll(string(data), "\\\n", " ")
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		switch words[0] {
		case "FROM":
			user = ""
			stages++
			if !strings.Contains(words[1], ":") {
				t.Errorf("%s has no version", words[1])
			}
		case "COPY":
			sources := words[1 : len(words)-1]
			built := sources[0] == "--from=build"
			for _, s := range sources {
				name := strings.TrimPrefix(s, "/src/")
				if strings.HasPrefix(s, "--") || built && name == "bin/spoor" {
					continue
				}
				if _, err := os.Stat(filepath.Join(repository, name)); err != nil || slices.Contains(strings.Fields(string(ignored)), name) {
					t.Errorf("%s cannot be copied: %v", s, err)
				}
			}
		case "RUN":
			for _, m := range regexp.MustCompile(`\bmake ([a-z]+)`).FindAllStringSubmatch(line, -1) {
				if !strings.Contains(string(makefile), "\n"+m[1]+":") {
					t.Errorf("there is no task %s", m[1])
				}
			}
		case "USER":
			user = words[1]
		}
	}
	if stages != 2 || user == "" || user == "root" || user == "0" {
		t.Errorf("%d stages; it runs as %q", stages, user)
	}
	if !strings.Contains(text, "useradd") || !strings.Contains(text, "--security-opt seccomp=unconfined") || !strings.Contains(text, `ENTRYPOINT ["spoor"]`) {
		t.Error("the user, the sandbox or the entry point is missing")
	}
	mod, err := os.ReadFile(filepath.Join(repository, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	if v := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(mod); v == nil || !strings.Contains(text, "golang:"+string(v[1])+"-") {
		t.Errorf("it is not built with Go %s", v[1])
	}
}

// Every command has a man page, in the form of man pages.
func TestManPages(t *testing.T) {
	dir := t.TempDir()
	if code, _, stderr := spoor(t, "generate", "man", dir); code != exitDone {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	root := newRootCommand(&app{env: os.LookupEnv})
	var visit func(*cobra.Command)
	visit = func(c *cobra.Command) {
		if c.Hidden {
			return
		}
		name := strings.ReplaceAll(c.CommandPath(), " ", "-") + ".1"
		page, err := os.ReadFile(filepath.Join(dir, name)) //nolint:gosec // It is of this test.
		if err != nil {
			t.Error(err)
			return
		}
		for _, part := range []string{".TH ", ".SH NAME", ".SH SYNOPSIS", `.SH DESCRIPTION`} {
			if !bytes.Contains(page, []byte(part)) {
				t.Errorf("%s lacks %s", name, part)
			}
		}
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(root)
	man, err := exec.LookPath("man")
	_, lacking := exec.LookPath("groff") // Where manuals are left out, man is there and shows none.
	if err == nil && lacking == nil {
		cmd := exec.CommandContext(t.Context(), man, "--warnings", "-l", filepath.Join(dir, "spoor-check.1")) //nolint:gosec // Fixed but for the folder.
		cmd.Env = append(os.Environ(), "MANPAGER=cat", "MANWIDTH=80", "LC_ALL=C.UTF-8")
		out, err := cmd.CombinedOutput()
		if err != nil || !bytes.Contains(out, []byte("EXIT STATUS")) || bytes.Contains(out, []byte("warning")) {
			t.Errorf("man: %v\n%s", err, out)
		}
	}
}

// cmdStep writes a step of an action as a script: step FILE NAME SCRIPT.
func cmdStep(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: step FILE NAME SCRIPT")
	}
	var a action
	ts.Check(readYAML(args[0], &a))
	for _, s := range a.Runs.Steps {
		if s.Name == args[1] {
			ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(s.Run), 0o600))
			return
		}
	}
	ts.Fatalf("%s has no step %s", args[0], args[1])
}

// cmdBash runs a script as GitHub's runner does: bash SCRIPT.
func cmdBash(ts *testscript.TestScript, neg bool, args []string) {
	err := ts.Exec("bash", append([]string{"--noprofile", "--norc", "-eo", "pipefail"}, args...)...)
	if (err == nil) == neg {
		ts.Fatalf("bash %s: %v", strings.Join(args, " "), err)
	}
}

// cmdScript writes the script of a job of GitLab: script FILE JOB SCRIPT.
func cmdScript(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: script FILE JOB SCRIPT")
	}
	var jobs map[string]struct {
		Stage string
		Image struct {
			Name       string
			Entrypoint []string
		}
		Variables map[string]string
		Script    []string
		Artifacts struct {
			When    string
			Expire  string `yaml:"expire_in"`
			Paths   []string
			Reports map[string]string
		}
	}
	ts.Check(readYAML(args[0], &jobs))
	lines := jobs[args[1]].Script
	if len(lines) == 0 {
		ts.Check(errors.New("the job has no script"))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(strings.Join(lines, "\n")+"\n"), 0o600))
}

// cmdHook writes the entry of a hook for pre-commit as a script: hook ID SCRIPT.
func cmdHook(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: hook ID SCRIPT")
	}
	list, err := hooks()
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(list[args[0]].Entry+"\n"), 0o600))
}
