// Package page owns the report of a survey that is read in a browser: one file that
// loads nothing, calls nobody and is complete without JavaScript. Every drawing stands
// beside a table with the same numbers, and names the file that holds the sites behind
// them.
//
// Names of sites, companies and labels are hostile: they are cleaned, escaped by
// html/template, and held down by a Content-Security-Policy.
package page

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"sync"

	"github.com/spoor-audit/spoor/reports/html"
	"github.com/spoor-audit/spoor/reports/lang"
	"github.com/spoor-audit/spoor/reports/survey"
)

//go:embed templates/*.tmpl survey.css
var files embed.FS

// Render writes the report as a complete HTML document.
func Render(w io.Writer, t *survey.Totals, about survey.About, language string) error {
	if t == nil {
		return errors.New("page: render: there are no totals")
	}
	text := lang.Get(language)
	parsed, err := parse()
	if err != nil {
		return err
	}
	tmpl, err := parsed.Clone()
	if err != nil {
		return fmt.Errorf("page: render: %w", err)
	}
	tmpl.Funcs(template.FuncMap{"t": text.T})
	var b bytes.Buffer
	if err := tmpl.ExecuteTemplate(&b, "page", newPage(t, about, text)); err != nil {
		return fmt.Errorf("page: render: %w", err)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("page: write report: %w", err)
	}
	return nil
}

// parse reads the embedded templates once.
var parse = sync.OnceValues(func() (*template.Template, error) {
	none := template.FuncMap{"t": func(string, ...any) string { return "" }}
	t, err := template.New("survey").Funcs(none).ParseFS(files, "templates/*.tmpl")
	if err != nil {
		return nil, fmt.Errorf("page: read templates: %w", err)
	}
	return t, nil
})

// style is the style of all reports of spoor, and what this one has beside it.
var style = sync.OnceValue(func() string {
	own, err := files.ReadFile("survey.css")
	if err != nil { // It is embedded, so it is there.
		return html.Style()
	}
	return html.Style() + string(own)
})
