package sheets

import (
	"errors"
	"fmt"
	"os"

	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/survey"
	"github.com/spoor-audit/spoor/reports/xlsx"
)

// How many rows of a table stand in the workbook: of one with a row for each site or
// company, and of others. A spreadsheet that opens a million rows is of no use to
// anybody; they all stand in the other files.
const (
	maxKeyed = 20000
	maxSheet = 5000
)

// XLSX writes each table to a sheet of a workbook, up to a limit of rows. The first
// sheet says how many rows each table has and how many of them are there.
type XLSX struct {
	path    string
	options XLSXOptions
	book    *xlsx.Book
	tables  []survey.Table
	sheets  []*xlsx.Sheet
	about   *xlsx.Sheet
	rows    []int
}

// XLSXOptions say how to write a workbook.
type XLSXOptions struct {
	Lang, Title, Creator, Started string
	// About names the first sheet, and its columns: table, rows, rows in the workbook.
	About [4]string
}

// NewXLSX returns a sink that writes to a file.
func NewXLSX(path string, o XLSXOptions) *XLSX { return &XLSX{path: path, options: o} }

// Begin implements [survey.Sink].
func (x *XLSX) Begin(tables []survey.Table) error {
	var err error
	if x.book, err = xlsx.NewBook(x.options.Lang, x.options.Title, x.options.Creator, x.options.Started); err != nil {
		return err
	}
	if x.about, err = x.book.Sheet(x.options.About[0], x.options.About[1:]); err != nil {
		return err
	}
	x.tables, x.rows = tables, make([]int, len(tables))
	for _, table := range tables {
		names := make([]string, len(table.Columns))
		for i, c := range table.Columns {
			names[i] = clean.Short(c.Name, maxHead)
		}
		s, err := x.book.Sheet(table.Name, names)
		if err != nil {
			return err
		}
		x.sheets = append(x.sheets, s)
	}
	return nil
}

// Rows implements [survey.Sink].
func (x *XLSX) Rows(table int, rows [][]any) error {
	for _, row := range rows {
		if x.rows[table] < x.most(table) {
			if _, err := x.sheets[table].Row(row); err != nil {
				return err
			}
		}
		x.rows[table]++
	}
	return nil
}

// most is how many rows of a table there are at most.
func (x *XLSX) most(table int) int {
	if x.tables[table].Key {
		return maxKeyed
	}
	return maxSheet
}

// End implements [survey.Sink].
func (x *XLSX) End(whole bool) error {
	if x.book == nil {
		return nil
	}
	defer func() { x.book = nil }()
	var err error
	if whole {
		err = x.write()
	}
	if err := errors.Join(err, x.book.Close()); err != nil {
		return fmt.Errorf("sheets: write workbook: %w", err)
	}
	return nil
}

func (x *XLSX) write() error {
	for i, s := range x.sheets {
		if _, err := x.about.Row([]any{x.tables[i].Name, int64(x.rows[i]), int64(min(x.rows[i], x.most(i)))}); err != nil {
			return err
		}
		if err := s.End(); err != nil {
			return err
		}
	}
	if err := x.about.End(); err != nil {
		return err
	}
	f, err := os.Create(x.path + part)
	if err != nil {
		return err
	}
	err = errors.Join(x.book.Write(f), f.Close())
	return errors.Join(err, settle(x.path, err == nil))
}
