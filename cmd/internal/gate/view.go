package gate

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spoor-audit/spoor/reports/gitlab"
	"github.com/spoor-audit/spoor/reports/junit"
	"github.com/spoor-audit/spoor/reports/lang"
	"github.com/spoor-audit/spoor/reports/sarif"
)

// A Format is a way to write an outcome.
type Format string

// The formats. Annotations are commands to GitHub's runner.
const (
	Text        Format = "text"
	JSON        Format = "json"
	Markdown    Format = "md"
	Annotations Format = "annotations"
	SARIF       Format = "sarif"
	JUnit       Format = "xml"
	CodeQuality Format = "codequality.json"
)

// files are the formats of files, by the ending of their names, longest first.
var files = []struct {
	ending string
	format Format
}{{".codequality.json", CodeQuality}, {".json", JSON}, {".md", Markdown}, {".sarif", SARIF}, {".xml", JUnit}}

// FormatOf reads the format from the ending of a file's name.
func FormatOf(path string) (Format, error) {
	var all []string
	for _, f := range files {
		if strings.HasSuffix(strings.ToLower(filepath.Base(path)), f.ending) {
			return f.format, nil
		}
		all = append(all, f.ending)
	}
	return "", fmt.Errorf("cannot write %q: spoor check writes %s", path, strings.Join(all, " "))
}

// A View is an outcome, and how it is to look.
type View struct {
	*Outcome
	Config  string // the path of spoor.toml as the user gave it, with forward slashes
	File    string // the same from the root of the repository, for services
	Lang    string // "en" or "nl"; English if it is another
	Locked  bool   // there is a lock
	Version string // of spoor
	Confirm int
	Quiet   bool
	Width   int
	Unicode bool // of the terminal; without, it gets ASCII alone
}

// speak is the language of the view.
func (v View) speak() speaker { return speaker{lang.Get(v.Lang)} }

// Write writes the outcome in a format; JSON is the same in all languages.
func (v View) Write(w io.Writer, f Format) error {
	switch f {
	case JSON:
		return v.json(w)
	case Markdown:
		_, err := io.WriteString(w, v.markdown())
		return err
	case Annotations:
		_, err := io.WriteString(w, v.annotations())
		return err
	case Text:
		text := v.text()
		if !v.Unicode {
			text = ascii(text)
		}
		_, err := io.WriteString(w, text)
		return err
	case SARIF:
		return sarif.RenderGate(w, v.services())
	case JUnit:
		return junit.RenderGate(w, v.services())
	case CodeQuality:
		return gitlab.RenderGate(w, v.services())
	}
	return fmt.Errorf("gate: there is no format %q", f)
}

// json writes the outcome for programs: spoor-check/1 only ever gains fields.
func (v View) json(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	out := struct {
		Format string `json:"format"`
		Spoor  string `json:"spoor"`
		Config string `json:"config"`
		*Outcome
		Unused []unused `json:"unused"`
	}{Format: "spoor-check/1", Spoor: v.Version, Config: v.Config, Outcome: v.filled(), Unused: speaker{lang.Get("en")}.unused(v.Outcome)}
	return e.Encode(out)
}

// filled is the outcome with empty lists where there are none, so that programs
// find lists everywhere.
func (v View) filled() *Outcome {
	o := *v.Outcome
	o.Against, o.Undecided = nonNil(o.Against), nonNil(o.Undecided)
	d := &o.Diff
	d.New, d.Rare, d.Expired, d.Allowed, d.Known = nonNil(d.New), nonNil(d.Rare), nonNil(d.Expired), nonNil(d.Allowed), nonNil(d.Known)
	d.Gone, d.Undecided, d.Unmeasured = nonNil(d.Gone), nonNil(d.Undecided), nonNil(d.Unmeasured)
	return &o
}

func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
