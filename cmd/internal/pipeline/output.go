package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/csv"
	"github.com/spoor-audit/spoor/reports/gitlab"
	"github.com/spoor-audit/spoor/reports/html"
	"github.com/spoor-audit/spoor/reports/junit"
	"github.com/spoor-audit/spoor/reports/markdown"
	"github.com/spoor-audit/spoor/reports/sarif"
	"github.com/spoor-audit/spoor/reports/xlsx"
)

// resultName is the result's name inside a bundle.
const resultName = "result.json"

// A Printer makes a PDF of an HTML document.
type Printer func(ctx context.Context, html []byte) ([]byte, error)

// Look says how an audit is to look.
type Look struct {
	Lang       string // "en" or "nl"
	FullValues bool   // values of cookies and storage whole
	Print      Printer
}

// Write writes the audit to a stream. Values that identify are cut unless the look
// says otherwise; a bundle is evidence and holds them whole.
func (a *Audit) Write(ctx context.Context, w io.Writer, f Format, look Look) error {
	r := a.Result
	if look.FullValues {
		r = r.WithValues()
	}
	switch f {
	case HTML:
		return html.Render(w, a.Result, html.Options{Lang: look.Lang, Pictures: a.Files, FullValues: look.FullValues})
	case PDF:
		return a.print(ctx, w, look)
	case JSON:
		return reports.WriteJSON(w, r)
	case CSV:
		return csv.Render(w, r, csv.Options{Lang: look.Lang})
	case Markdown:
		return markdown.Render(w, r, markdown.Options{Lang: look.Lang})
	case XLSX:
		return xlsx.Render(w, r, xlsx.Options{Lang: look.Lang})
	case SARIF:
		return sarif.Render(w, r, sarif.Options{Lang: look.Lang})
	case JUnit:
		return junit.Render(w, r, junit.Options{Lang: look.Lang})
	case GitLab:
		return gitlab.Render(w, r, gitlab.Options{Lang: look.Lang})
	case HAR:
		return a.har(w, look)
	case Bundle:
		return a.bundle(w)
	}
	return fmt.Errorf("pipeline: there is no format %q", f)
}

// errNoRecord says that a format needs what a saved result does not hold.
var errNoRecord = errors.New("pipeline: a saved result does not hold the record of the visit; its bundle does")

func (a *Audit) har(w io.Writer, look Look) error {
	if a.Visit == nil {
		return errNoRecord
	}
	v := a.Visit
	if !look.FullValues {
		v = evidence.Redact(v, evidence.Rules{Values: true})
	}
	var b bytes.Buffer
	if err := evidence.WriteHAR(&b, v); err != nil {
		return err
	}
	_, err := w.Write(clean.JSON(b.Bytes())) // It may go to a terminal.
	return err
}

func (a *Audit) bundle(w io.Writer) error {
	if a.Visit == nil {
		return errNoRecord
	}
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

// print writes the HTML report on paper, with all folds open.
func (a *Audit) print(ctx context.Context, w io.Writer, look Look) error {
	if look.Print == nil {
		return errors.New("pipeline: print: there is no browser")
	}
	var page bytes.Buffer
	if err := html.Render(&page, a.Result, html.Options{Lang: look.Lang, Pictures: a.Files, FullValues: look.FullValues, Open: true}); err != nil {
		return err
	}
	pdf, err := look.Print(ctx, page.Bytes())
	if err != nil {
		return err
	}
	_, err = w.Write(pdf)
	return err
}

// Save writes the audit to a file, whole or not at all, and returns the names of
// what was written: of tables, one file each ("shop.csv", "shop-cookies.csv").
func (a *Audit) Save(ctx context.Context, file string, f Format, look Look) ([]string, error) {
	if f == CSV {
		return a.saveTables(file, look)
	}
	err := evidence.Replace(file, func(w io.Writer) error { return a.Write(ctx, w, f, look) })
	return []string{file}, err
}

// saveTables writes a file for each table. Requests are not part of a saved result;
// then their file is not written.
func (a *Audit) saveTables(file string, look Look) ([]string, error) {
	r := a.Result
	if look.FullValues {
		r = r.WithValues()
	}
	var written []string
	for _, table := range csv.Tables() {
		name := TableFile(file, table)
		err := evidence.Replace(name, func(w io.Writer) error { return csv.Render(w, r, csv.Options{Lang: look.Lang, Table: table}) })
		if errors.Is(err, csv.ErrNoTable) {
			continue
		}
		if err != nil {
			return written, err
		}
		written = append(written, name)
	}
	return written, nil
}

// TableFile names the file of a table: that of the main one is the file as the user
// named it, the others stand beside it.
func TableFile(file, table string) string {
	if table == csv.Tables()[0] {
		return file
	}
	at := len(file) - len(CSV.Ending())
	return file[:at] + "-" + table + file[at:]
}
