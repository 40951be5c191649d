package pipeline

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/html"
)

// resultName is the result's name inside a bundle.
const resultName = "result.json"

// A Format is a way to write an audit.
type Format string

// The formats that this version writes; each is also the ending of a file.
const (
	HTML   Format = "html"
	JSON   Format = "json"
	HAR    Format = "har"
	Bundle Format = "zip"
)

// Formats lists the formats that can be written.
var formats = [...]Format{HTML, JSON, Bundle, HAR}

// Formats lists the formats that can be written.
func Formats() []Format { return slices.Clone(formats[:]) }

// FormatOf reads the format from the ending of a file name.
func FormatOf(file string) (Format, error) {
	ending := strings.ToLower(strings.TrimPrefix(filepath.Ext(file), "."))
	f := Format(ending)
	if slices.Contains(formats[:], f) {
		return f, nil
	}
	var all []string
	for _, f := range formats {
		all = append(all, "."+string(f))
	}
	if ending == "" {
		return "", fmt.Errorf("cannot write %q: its name has no ending; there are %s", file, strings.Join(all, " "))
	}
	return "", fmt.Errorf("cannot write %q: spoor does not write .%s files; it writes %s", file, ending, strings.Join(all, " "))
}

// Binary reports whether a format must not go to a terminal.
func (f Format) Binary() bool { return f == Bundle }

// Look says how an audit is to look.
type Look struct {
	Lang       string // "en" or "nl"
	FullValues bool   // values of cookies and storage whole
}

// Write writes the audit to a stream.
func (a *Audit) Write(w io.Writer, f Format, look Look) error {
	switch f {
	case HTML:
		return html.Render(w, a.Result, html.Options{Lang: look.Lang, Pictures: a.Files, FullValues: look.FullValues})
	case JSON:
		r := a.Result
		if look.FullValues {
			r = r.WithValues()
		}
		return reports.WriteJSON(w, r)
	case HAR:
		return evidence.WriteHAR(w, a.Visit)
	case Bundle:
		files := maps.Clone(a.Files)
		if files == nil {
			files = evidence.Files{}
		}
		var b bytes.Buffer
		if err := reports.WriteJSON(&b, a.Result); err != nil {
			return err
		}
		files[resultName] = b.Bytes()
		return evidence.WriteBundle(w, a.Visit, files)
	}
	return fmt.Errorf("pipeline: there is no format %q", f)
}

// Save writes the audit to a file, whole or not at all.
func (a *Audit) Save(file string, f Format, look Look) error {
	return evidence.Replace(file, func(w io.Writer) error { return a.Write(w, f, look) })
}
