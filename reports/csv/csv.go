// Package csv owns the tables of a result as files of comma-separated values
// (RFC 4180, UTF-8 without a mark, lines ending in a line feed), for scripts and
// spreadsheets. Names of columns are stable and the same in every language.
//
// One file holds one table, so that any program can read it. Cells that a
// spreadsheet would take for a formula have an apostrophe in front.
package csv

import (
	stdcsv "encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/lang"
)

// Tables lists the tables that have a file, the main one first.
func Tables() []string {
	return []string{reports.TableFindings, reports.TableCookies, reports.TableRequests}
}

// ErrNoTable says that a result does not hold the table: the requests are not part
// of a result that was read from JSON.
var ErrNoTable = errors.New("the result does not hold this table")

// Options say how to render.
type Options struct {
	Lang  string // of the sentences: "en" or "nl"; English if it is another
	Table string // one of Tables; "" is the first
}

// Render writes one table of a result.
func Render(w io.Writer, r *reports.Result, o Options) error {
	if r == nil {
		return errors.New("csv: render: there is no result")
	}
	name := o.Table
	if name == "" {
		name = Tables()[0]
	}
	table, ok := r.Table(lang.Get(o.Lang), name)
	if !ok {
		return fmt.Errorf("csv: render %s: %w", name, ErrNoTable)
	}
	out := stdcsv.NewWriter(w)
	// The writer keeps the first error, which Error returns at the end.
	_ = out.Write(table.Columns)
	for _, row := range table.Rows {
		cells := make([]string, len(row))
		for i, v := range row {
			cells[i] = cell(v)
		}
		_ = out.Write(cells)
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("csv: write %s: %w", name, err)
	}
	return nil
}

// cell writes a value as programs in any language read it.
func cell(v any) string {
	switch v := v.(type) {
	case string:
		return clean.CSV(v)
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}
