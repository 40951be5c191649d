// Package html owns the report that is read in a browser: one file that loads
// nothing, calls nobody and is complete without JavaScript.
//
// It renders a result and needs nothing beside it but the pictures, which are
// files of the bundle. Everything that came from a page is escaped by
// html/template, cleaned by package clean before that, and, should both fail,
// held down by a Content-Security-Policy that allows only the style and the
// script of this package, named by their digests.
package html

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"io"
	"sync"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/lang"
)

//go:embed templates/*.tmpl style.css script.js
var files embed.FS

// Options say how to render.
type Options struct {
	Lang string // "en" or "nl"; English if it is another
	// Pictures holds PNG files by the name they have in the bundle.
	Pictures map[string][]byte
	// FullValues shows the values of cookies and storage whole. The report can
	// then identify the visitor, and says so.
	FullValues bool
	// Open shows what is folded, for paper.
	Open bool
}

// Render writes the report of one result as a complete HTML document.
func Render(w io.Writer, r *reports.Result, o Options) error {
	if r == nil {
		return errors.New("html: render: there is no result")
	}
	full := o.FullValues && r.HasValues()
	if full {
		r = r.WithValues()
	}
	t := lang.Get(o.Lang).About(r.Subject.Kind)
	parsed, err := parse()
	if err != nil {
		return err
	}
	tmpl, err := parsed.Clone()
	if err != nil {
		return fmt.Errorf("html: render: %w", err)
	}
	tmpl.Funcs(template.FuncMap{"t": t.T})
	var b bytes.Buffer
	if err := tmpl.ExecuteTemplate(&b, "page", newPage(r, t, o.Pictures, full)); err != nil {
		return fmt.Errorf("html: render: %w", err)
	}
	out := b.Bytes()
	if o.Open {
		// Only this package's own markup holds an element; text of a page is escaped.
		out = bytes.ReplaceAll(out, []byte("<details"), []byte("<details open"))
	}
	if _, err := w.Write(out); err != nil {
		return fmt.Errorf("html: write report: %w", err)
	}
	return nil
}

// parse reads the embedded templates once.
var parse = sync.OnceValues(func() (*template.Template, error) {
	// The function is given its language when a report is rendered.
	none := template.FuncMap{"t": func(string, ...any) string { return "" }}
	t, err := template.New("report").Funcs(none).ParseFS(files, "templates/*.tmpl")
	if err != nil {
		return nil, fmt.Errorf("html: read templates: %w", err)
	}
	return t, nil
})

// asset returns the text of an embedded file; that it is there is proved by the
// build.
func asset(name string) string {
	data, err := files.ReadFile(name)
	if err != nil {
		return ""
	}
	return string(data)
}

// policy is the Content-Security-Policy of the report.
func policy(css, js string) string {
	return "default-src 'none'; img-src data:; style-src " + source(css) + "; script-src " + source(js) +
		"; base-uri 'none'; form-action 'none'"
}

// source names a style or script by its digest, as a policy does.
func source(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
