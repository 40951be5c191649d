package xlsx_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/internal/try"
	"github.com/spoor-audit/spoor/reports/lang"
	"github.com/spoor-audit/spoor/reports/xlsx"
)

func open(t *testing.T, r *reports.Result, code string) *excelize.File {
	t.Helper()
	var b bytes.Buffer
	if err := xlsx.Render(&b, r, xlsx.Options{Lang: code}); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// The golden file holds the cells, as a workbook is no text.
func TestFormat(t *testing.T) {
	try.Format(t, ".xlsx.txt", func(w io.Writer, r *reports.Result, code string) error {
		if r == nil {
			return xlsx.Render(w, nil, xlsx.Options{})
		}
		f := open(t, r, code)
		for _, sheet := range f.GetSheetList() {
			fmt.Fprintln(w, "==", sheet)
			rows, err := f.GetRows(sheet)
			if err != nil {
				return err
			}
			for _, row := range rows {
				fmt.Fprintln(w, strings.Join(row, " | "))
			}
		}
		return nil
	})
}

func TestSameBytes(t *testing.T) {
	for name, r := range try.Results(t) {
		var one, two bytes.Buffer
		for _, b := range []*bytes.Buffer{&one, &two} {
			if err := xlsx.Render(b, r, xlsx.Options{Lang: "nl"}); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(one.Bytes(), two.Bytes()) {
			t.Errorf("%s: two workbooks differ", name)
		}
	}
}

// Every table can be filtered by its columns.
func TestFilters(t *testing.T) {
	var b bytes.Buffer
	if err := xlsx.Render(&b, try.Result(t, "consent"), xlsx.Options{}); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	filters := 0
	for _, member := range z.File {
		r, err := member.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		filters += bytes.Count(data, []byte("<autoFilter "))
	}
	if filters != 5 {
		t.Errorf("%d tables have filters, want 5", filters)
	}
}

// Text stays text: no cell holds a formula, and none becomes one when it is
// edited, because its format is that of text.
func TestNoFormulas(t *testing.T) {
	f := open(t, try.Result(t, "hostile"), "en")
	formulas := 0
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for y, row := range rows {
			for x, text := range row {
				cell, err := excelize.CoordinatesToCellName(x+1, y+1)
				if err != nil {
					t.Fatal(err)
				}
				if formula, err := f.GetCellFormula(sheet, cell); err != nil || formula != "" {
					t.Errorf("%s %s holds a formula: %q, %v", sheet, cell, formula, err)
				}
				if !strings.HasPrefix(text, "=") {
					continue
				}
				formulas++
				style, err := f.GetCellStyle(sheet, cell)
				if err != nil {
					t.Fatal(err)
				}
				if s, err := f.GetStyle(style); err != nil || s.NumFmt != 49 {
					t.Errorf("%s %s is %q and is not formatted as text", sheet, cell, text)
				}
			}
		}
	}
	if formulas == 0 {
		t.Error("the hostile result holds nothing that looks like a formula")
	}
}

// Every column has a name in each language, and every table a sheet with filters.
func TestSheets(t *testing.T) {
	r := try.Result(t, "consent")
	for _, code := range lang.Codes() {
		text := lang.Get(code)
		f := open(t, r, code)
		for _, table := range r.Tables(text) {
			sheet := text.T("sheet." + table.Name)
			if !slices.Contains(f.GetSheetList(), sheet) {
				t.Errorf("%s: there is no sheet %q", code, sheet)
				continue
			}
			rows, err := f.GetRows(sheet)
			if err != nil {
				t.Fatal(err)
			}
			if len(rows) != len(table.Rows)+1 {
				t.Errorf("%s, %s: %d rows, want %d", code, sheet, len(rows), len(table.Rows)+1)
			}
			for _, name := range table.Columns {
				if !text.Has("field." + name) {
					t.Errorf("%s: the column %s has no name", code, name)
				}
			}
		}
	}
}

func TestValuesHaveTypes(t *testing.T) {
	f := open(t, try.Result(t, "consent"), "en")
	rows, err := f.GetRows("Cookies and storage")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]excelize.CellType{"lifetime (days)": excelize.CellTypeUnset, "another site": excelize.CellTypeBool, "name": excelize.CellTypeInlineString} {
		cell, err := excelize.CoordinatesToCellName(slices.Index(rows[0], name)+1, 2)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := f.GetCellType("Cookies and storage", cell); err != nil || got != want {
			t.Errorf("%s has the type %v, want %v (%v)", name, got, want, err)
		}
	}
}
