package xlsx

import (
	"errors"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"

	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/lang"
)

// A Book is a workbook of many sheets that are written row by row, side by side. Text
// stays text, as in the workbook of a result.
type Book struct{ book *book }

// NewBook begins a workbook. Started is the moment that it is dated by, RFC 3339.
func NewBook(language, title, creator, started string) (*Book, error) {
	b, err := newBook(lang.Get(language))
	if err != nil {
		return nil, err
	}
	err = b.file.SetDocProps(&excelize.DocProperties{
		Creator: clean.Short(creator, 60), Title: clean.Short(title, 200), Created: stamp(started), Modified: stamp(started),
	})
	if err != nil {
		return nil, fmt.Errorf("xlsx: write properties: %w", err)
	}
	return &Book{b}, nil
}

// A Sheet is one sheet of a book.
type Sheet struct {
	book    *book
	out     *excelize.StreamWriter
	name    string
	columns int
	rows    int
}

// Sheet adds a sheet with a head that stays in sight, and a filter over each column.
func (b *Book) Sheet(name string, columns []string) (*Sheet, error) {
	w, err := b.book.sheet(name)
	if err != nil {
		return nil, err
	}
	s := &Sheet{book: b.book, out: w, name: name, columns: len(columns)}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, fmt.Errorf("xlsx: write %s: %w", name, err)
	}
	heads := make([]any, len(columns))
	for i, column := range columns {
		heads[i] = column
		if err := w.SetColWidth(i+1, i+1, width(column)); err != nil {
			return nil, fmt.Errorf("xlsx: write %s: %w", name, err)
		}
	}
	return s, s.write(b.book.head, heads)
}

// Row adds a row; it reports false, and does nothing, if the sheet is full.
func (s *Sheet) Row(values []any) (bool, error) {
	if s.rows >= maxRows {
		return false, nil
	}
	return true, s.write(s.book.text, values)
}

func (s *Sheet) write(style int, values []any) error {
	s.rows++
	return s.book.row(s.out, s.rows, style, values)
}

// End ends the sheet.
func (s *Sheet) End() error {
	last, err := excelize.CoordinatesToCellName(max(s.columns, 1), max(s.rows, 1))
	if err == nil {
		err = s.book.file.AutoFilter(s.name, "A1:"+last, nil)
	}
	if err := errors.Join(err, s.out.Flush()); err != nil {
		return fmt.Errorf("xlsx: write %s: %w", s.name, err)
	}
	return nil
}

// Write writes the workbook. Its sheets have to be ended before.
func (b *Book) Write(w io.Writer) error {
	if err := b.book.file.Write(w); err != nil {
		return fmt.Errorf("xlsx: write workbook: %w", err)
	}
	return nil
}

// Close gives back what the book holds: memory and temporary files.
func (b *Book) Close() error { return b.book.file.Close() }
