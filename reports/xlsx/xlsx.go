// Package xlsx owns the result as a workbook: a sheet that sums up, and one for
// every table. It is for people who sort, filter and count in a spreadsheet.
//
// Cells hold values of their own types. Text is stored as text and formatted as
// text, so that nothing of it becomes a formula, neither when the workbook is
// opened nor when somebody edits a cell.
package xlsx

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/lang"
)

// Options say how to render.
type Options struct {
	Lang string // "en" or "nl"; English if it is another
}

// Limits of a sheet (Excel specifications and limits).
const (
	maxRows = 1 << 20
	maxCell = 32767
)

// textFormat is the number of the built-in format "@" (ECMA-376, 18.8.30).
const textFormat = 49

// Render writes the result as a workbook.
func Render(w io.Writer, r *reports.Result, o Options) error {
	if r == nil {
		return errors.New("xlsx: render: there is no result")
	}
	b, err := newBook(lang.Get(o.Lang))
	if err != nil {
		return err
	}
	defer b.file.Close() //nolint:errcheck // It holds nothing but memory and temporary files.
	err = b.file.SetDocProps(&excelize.DocProperties{
		Creator: "spoor " + clean.Short(r.Tools.Spoor, 40), Title: clean.Short(r.Subject.Site(), 200),
		Created: stamp(r.Subject.Started), Modified: stamp(r.Subject.Started),
	})
	if err != nil {
		return fmt.Errorf("xlsx: write properties: %w", err)
	}
	if err := b.summary(r); err != nil {
		return err
	}
	for _, table := range r.Tables(b.t) {
		if err := b.table(table); err != nil {
			return err
		}
	}
	if err := b.file.Write(w); err != nil {
		return fmt.Errorf("xlsx: write workbook: %w", err)
	}
	return nil
}

// stamp is a moment as workbooks write it; the first of their calendar if it is
// not known, so that it never depends on the clock.
func stamp(started string) string {
	at, err := time.Parse(time.RFC3339, started)
	if err != nil {
		at = time.Date(1900, time.January, 1, 0, 0, 0, 0, time.UTC)
	}
	return at.UTC().Format(time.RFC3339)
}

// A book is a workbook that is being made.
type book struct {
	t          *lang.Text
	file       *excelize.File
	sheets     int
	head, text int // styles
}

func newBook(t *lang.Text) (*book, error) {
	b := &book{t: t, file: excelize.NewFile()}
	b.file.SetZipWriter(newOrderedZip)
	var err error
	if b.head, err = b.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, NumFmt: textFormat}); err != nil {
		return nil, fmt.Errorf("xlsx: make styles: %w", err)
	}
	if b.text, err = b.file.NewStyle(&excelize.Style{NumFmt: textFormat}); err != nil {
		return nil, fmt.Errorf("xlsx: make styles: %w", err)
	}
	return b, nil
}

// sheet adds a sheet under a name and returns a writer for it.
func (b *book) sheet(name string) (*excelize.StreamWriter, error) {
	if b.sheets == 0 {
		if err := b.file.SetSheetName("Sheet1", name); err != nil {
			return nil, fmt.Errorf("xlsx: add sheet: %w", err)
		}
	} else if _, err := b.file.NewSheet(name); err != nil {
		return nil, fmt.Errorf("xlsx: add sheet: %w", err)
	}
	b.sheets++
	w, err := b.file.NewStreamWriter(name)
	if err != nil {
		return nil, fmt.Errorf("xlsx: add sheet: %w", err)
	}
	return w, nil
}

// summary writes the sheet that sums up: what was visited, the sentences, the
// grade and the counts.
func (b *book) summary(r *reports.Result) error {
	w, err := b.sheet(b.t.T("sheet.summary"))
	if err != nil {
		return err
	}
	if err := w.SetColWidth(1, 1, 24); err != nil {
		return fmt.Errorf("xlsx: write summary: %w", err)
	}
	if err := w.SetColWidth(2, 2, 90); err != nil {
		return fmt.Errorf("xlsx: write summary: %w", err)
	}
	t := b.t
	rows := [][2]any{
		{t.T("head.address"), r.Subject.URL}, {t.T("head.moved"), r.Subject.FinalURL}, {t.T("head.when"), r.Subject.Started},
		{t.T("head.vantage"), r.Subject.Vantage}, {"spoor", r.Tools.Spoor}, {"Chrome", r.Tools.Chrome},
		{t.T("sheet.signatures"), r.Tools.Signatures.Version},
	}
	for i, s := range r.Summary.Sentences {
		head := ""
		if i == 0 {
			head = t.T("section.in-short")
		}
		rows = append(rows, [2]any{head, s.In(t.Code())})
	}
	if r.Summary.Measured != reports.MeasuredNot {
		if grade := r.GradeText(t); grade != "" {
			rows = append(rows, [2]any{t.T("sheet.grade"), grade}, [2]any{t.T("exposure.title"), r.ExposureText(t)})
		}
		for _, c := range r.Counts() {
			rows = append(rows, [2]any{t.N(c.Key, c.N), int64(c.N)})
		}
	}
	for i, row := range rows {
		if err := b.row(w, i+1, b.head, []any{row[0], row[1]}); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("xlsx: write summary: %w", err)
	}
	return nil
}

// table writes one table, with its head fixed and filters over its columns.
func (b *book) table(table reports.Table) error {
	w, err := b.sheet(b.t.T("sheet." + table.Name))
	if err != nil {
		return err
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return fmt.Errorf("xlsx: write %s: %w", table.Name, err)
	}
	heads := make([]any, len(table.Columns))
	for i, name := range table.Columns {
		heads[i] = b.t.Word("field", name)
		if err := w.SetColWidth(i+1, i+1, width(name)); err != nil {
			return fmt.Errorf("xlsx: write %s: %w", table.Name, err)
		}
	}
	if err := b.row(w, 1, b.head, heads); err != nil {
		return err
	}
	for i, row := range table.Rows[:min(len(table.Rows), maxRows-1)] {
		if err := b.row(w, i+2, b.text, row); err != nil {
			return err
		}
	}
	// The end of the stream writes the filter too.
	if err := b.filter(table); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("xlsx: write %s: %w", table.Name, err)
	}
	return nil
}

// filter puts filters over the columns of a table.
func (b *book) filter(table reports.Table) error {
	last, err := excelize.CoordinatesToCellName(len(table.Columns), min(len(table.Rows)+1, maxRows))
	if err != nil {
		return fmt.Errorf("xlsx: write %s: %w", table.Name, err)
	}
	if err := b.file.AutoFilter(b.t.T("sheet."+table.Name), "A1:"+last, nil); err != nil {
		return fmt.Errorf("xlsx: write %s: %w", table.Name, err)
	}
	return nil
}

// wide lists the columns that hold sentences or addresses.
var wide = map[string]bool{
	"text": true, "title": true, "url": true, "script": true, "set_from": true, "loaded_by": true, "hosts": true, "why": true, "where": true,
}

// width is how wide a column is, in characters.
func width(column string) float64 {
	if wide[column] {
		return 50
	}
	return 16
}

// row writes cells; text among them gets a style.
func (b *book) row(w *excelize.StreamWriter, n, style int, values []any) error {
	cells := make([]any, len(values))
	for i, v := range values {
		cells[i] = v
		if text, ok := v.(string); ok {
			cells[i] = excelize.Cell{StyleID: style, Value: clean.Short(text, maxCell)}
		}
	}
	at, err := excelize.CoordinatesToCellName(1, n)
	if err == nil {
		err = w.SetRow(at, cells)
	}
	if err != nil {
		return fmt.Errorf("xlsx: write row %d: %w", n, err)
	}
	return nil
}
