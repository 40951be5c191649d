package gate

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports/baseline"
	"github.com/spoor-audit/spoor/reports/clean"
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
	Config  string // the path of spoor.toml, with forward slashes
	Locked  bool   // there is a lock
	Version string // of spoor
	Confirm int
	Quiet   bool
	Width   int
	Unicode bool
}

// Write writes the outcome in a format.
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
		_, err := io.WriteString(w, v.text())
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
	}{Format: "spoor-check/1", Spoor: v.Version, Config: v.Config, Outcome: v.filled(), Unused: v.unused()}
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

// unused is an allowance that no fact needed.
type unused struct {
	Line   int    `json:"line"`
	What   string `json:"what"`
	Until  string `json:"until"`
	Reason string `json:"reason"`
}

func (v View) unused() []unused {
	list := []unused{}
	for i := range v.Unused {
		a := &v.Unused[i]
		what := cmp.Or(a.Receiver, a.Cookie, a.Storage, a.Technique)
		if a.LoadedBy != "" {
			what = strings.TrimSpace(what + " loaded by " + a.LoadedBy)
		}
		list = append(list, unused{a.Line, what, a.Until.String(), a.Reason})
	}
	return list
}

// when says in which state of consent something was, in the words of reports.
func when(s evidence.Scenario) string {
	if s == "" {
		return "-"
	}
	t := lang.Get("en")
	if s == evidence.None {
		return t.T("state.before")
	}
	return t.T("state." + string(s))
}

// who names a company and what it is for: "Hotjar, session recording".
func (i *Item) who() string {
	parts := []string{i.Company}
	if i.Purpose != "" {
		if t := lang.Get("en"); t.Has("for." + i.Purpose) {
			parts = append(parts, t.T("for."+i.Purpose))
		} else {
			parts = append(parts, i.Purpose)
		}
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}

// loadedBy says in a few words how something came onto the page.
func (i *Item) loadedBy() string {
	if i.By == "" {
		return ""
	}
	_, rest, _ := strings.Cut(i.By, "://")
	host, path, _ := strings.Cut(rest, "/")
	if file := path[strings.LastIndexByte(path, '/')+1:]; file != "" {
		host += " " + file
	}
	return "loaded by " + host
}

// text is the outcome for a terminal.
func (v View) text() string {
	var b strings.Builder
	if !v.Quiet {
		v.totals(&b)
	}
	v.section(&b, "AGAINST POLICY", v.Against)
	v.section(&b, "NOT MEASURED", v.Undecided)
	if v.Quiet {
		return b.String()
	}
	v.notes(&b)
	if len(v.Diff.New)+len(v.Diff.Expired) > 0 {
		b.WriteString("\nAccept with:  spoor lock      Or allow with a reason in " + clean.Line(v.Config) + "\n")
	}
	return b.String()
}

// totals is a line for every target.
func (v View) totals(b *strings.Builder) {
	width := 4
	for _, t := range v.Targets {
		width = max(width, min(len([]rune(t.Name)), 30))
	}
	for _, t := range v.Targets {
		parts := []string{fmt.Sprintf("%d new", t.New)}
		for _, x := range []struct {
			n    int
			word string
		}{{t.Rare, "rare"}, {t.Expired, "expired"}, {t.Allowed, "allowed"}, {t.Known, "known"}, {t.Gone, "gone"}} {
			if x.n > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", x.n, x.word))
			}
		}
		fmt.Fprintf(b, "%-*s  %s x %s  %s\n", width, clean.Short(t.Name, 30), plural(t.Loads, "load"), plural(t.States, "state"), strings.Join(parts, "  "))
	}
	if !v.Locked {
		b.WriteString("There is no spoor.lock yet, so everything is new: spoor lock makes one.\n")
	}
}

func plural(n int, word string) string {
	if n != 1 {
		word += "s"
	}
	return fmt.Sprintf("%d %s", n, word)
}

// section lists items, a line or two each.
func (v View) section(b *strings.Builder, title string, items []Item) {
	if len(items) == 0 {
		return
	}
	b.WriteString("\n" + title + "\n")
	for i := range items {
		item := &items[i]
		fmt.Fprintf(b, "%s  %s  %s %s  %s", clean.Line(item.Gate), clean.Line(item.Target), when(item.Scenario), item.Kind, clean.Short(item.Subject, 120))
		if who := item.who(); who != "" {
			b.WriteString("  " + clean.Short(who, 60))
		}
		b.WriteString("\n")
		var more []string
		if by := item.loadedBy(); by != "" {
			more = append(more, clean.Short(by, 100))
		}
		if item.Seen != "" {
			more = append(more, "in "+item.Seen+" loads")
		}
		if item.Text != "" {
			more = append(more, clean.Short(item.Text, 300))
		}
		if len(more) > 0 {
			wrap(b, strings.Join(more, "; "), v.Width)
		}
	}
}

// wrap writes a text in lines of a width, set in by eight.
func wrap(b *strings.Builder, text string, width int) {
	const indent = 8
	room := max(width-indent, 30)
	line := 0
	for word := range strings.FieldsSeq(text) {
		n := len([]rune(word))
		switch {
		case line == 0:
			b.WriteString(strings.Repeat(" ", indent))
		case line+1+n > room:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			line = 0
		default:
			b.WriteString(" ")
			line++
		}
		b.WriteString(word)
		line += n
	}
	b.WriteString("\n")
}

// notes tells what is against nothing and yet good to know.
func (v View) notes(b *strings.Builder) {
	line := func(word string, f baseline.Fact, more string) {
		fmt.Fprintf(b, "%s  %s  %s %s  %s%s\n", word, clean.Line(f.Target), when(f.Scenario), f.Kind, clean.Short(f.Subject, 120), more)
	}
	var inner strings.Builder
	b, outer := &inner, b
	for _, e := range v.Diff.Rare {
		line("rare", e.Fact, fmt.Sprintf("  in %d of %d loads; %d make it new", e.Loads, e.Of, v.Confirm))
	}
	for _, f := range v.Diff.Gone {
		line("gone", f, "")
	}
	for _, f := range v.Diff.Undecided {
		line("not seen", f, "  its state was not measured")
	}
	for _, a := range v.unused() {
		fmt.Fprintf(b, "unused  %s:%d  %s, until %s\n", clean.Line(v.Config), a.Line, clean.Short(a.What, 120), a.Until)
	}
	if inner.Len() > 0 {
		outer.WriteString("\nTO KNOW\n" + inner.String())
	}
}
