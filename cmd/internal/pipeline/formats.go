package pipeline

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// A Format is a way to write an audit. Its name is what "--format" takes.
type Format string

// The formats.
const (
	HTML     Format = "html"
	PDF      Format = "pdf" // the HTML report, printed
	JSON     Format = "json"
	Markdown Format = "md"
	CSV      Format = "csv" // one table a file
	XLSX     Format = "xlsx"
	SARIF    Format = "sarif"
	JUnit    Format = "xml"
	GitLab   Format = "codequality"
	HAR      Format = "har"
	Bundle   Format = "zip"
)

// A form is what is known of a format.
type form struct {
	format  Format
	endings []string // of file names, the usual one first
	binary  bool     // it must not go to a terminal
	record  bool     // it needs the record of the visit, not only the result
}

// forms lists the formats in the order in which help names them. GitLab calls its
// own report gl-code-quality-report.json, which is JSON too: the longest ending
// counts.
var forms = [...]form{
	{format: HTML, endings: []string{".html"}},
	{format: PDF, endings: []string{".pdf"}, binary: true},
	{format: Markdown, endings: []string{".md"}},
	{format: XLSX, endings: []string{".xlsx"}, binary: true},
	{format: CSV, endings: []string{".csv"}},
	{format: JSON, endings: []string{".json"}},
	{format: SARIF, endings: []string{".sarif"}},
	{format: JUnit, endings: []string{".xml"}},
	{format: GitLab, endings: []string{".codequality.json", "code-quality-report.json"}},
	{format: HAR, endings: []string{".har"}, record: true},
	{format: Bundle, endings: []string{".zip"}, binary: true, record: true},
}

// Formats lists the formats that can be written.
func Formats() []Format {
	out := make([]Format, len(forms))
	for i, f := range forms {
		out[i] = f.format
	}
	return out
}

// endings lists the usual endings of file names.
func endings() string {
	out := make([]string, len(forms))
	for i, f := range forms {
		out[i] = f.endings[0]
	}
	return strings.Join(out, " ")
}

// FormatOf reads the format from the ending of a file name.
func FormatOf(file string) (Format, error) {
	name, longest := strings.ToLower(filepath.Base(file)), ""
	var found Format
	for _, f := range forms {
		for _, ending := range f.endings {
			if strings.HasSuffix(name, ending) && len(ending) > len(longest) {
				found, longest = f.format, ending
			}
		}
	}
	switch ending := filepath.Ext(name); {
	case found != "":
		return found, nil
	case ending == "":
		return "", fmt.Errorf("cannot write %q: its name has no ending; there are %s", file, endings())
	default:
		return "", fmt.Errorf("cannot write %q: spoor does not write %s files; it writes %s", file, ending, endings())
	}
}

// form returns what is known of a format.
func (f Format) form() form {
	if i := slices.IndexFunc(forms[:], func(known form) bool { return known.format == f }); i >= 0 {
		return forms[i]
	}
	return form{}
}

// Ending is the usual ending of file names of a format: ".html".
func (f Format) Ending() string { return f.form().endings[0] }

// Binary reports whether a format must not go to a terminal.
func (f Format) Binary() bool { return f.form().binary }

// NeedsRecord reports whether a format can be written only where the record of the
// visit is there: of an audit or a bundle, and not of a saved result.
func (f Format) NeedsRecord() bool { return f.form().record }
