package sheets_test

import (
	"database/sql"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	_ "modernc.org/sqlite"

	"github.com/spoor-audit/spoor/reports/internal/golden"
	"github.com/spoor-audit/spoor/reports/survey"
	"github.com/spoor-audit/spoor/reports/survey/internal/sample"
	"github.com/spoor-audit/spoor/reports/survey/sheets"
)

// write writes all files of a survey and returns their folder.
func write(t *testing.T, visits func(func(survey.Visit, error) bool), labels []string) string {
	t.Helper()
	dir := t.TempDir()
	_, err := survey.Count(t.Context(), visits, labels, "en", survey.Options{By: labels[0]},
		sheets.NewCSV(filepath.Join(dir, "tables")), sheets.NewSQLite(filepath.Join(dir, "survey.sqlite")),
		sheets.NewXLSX(filepath.Join(dir, "survey.xlsx"), sheets.XLSXOptions{Title: "list", About: [4]string{"About", "table", "rows", "here"}}))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func readCSV(t *testing.T, dir, table string) [][]string {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "tables", table+".csv")) //nolint:gosec // The test names it.
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // It is read only.
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", table, err)
	}
	return rows
}

// Every table is the same in the files and in the database.
func TestTablesAgree(t *testing.T) {
	dir := write(t, sample.Visits(sample.Options{Sites: 60, Repeat: 2}), sample.Labels())
	db, err := sql.Open("sqlite", filepath.Join(dir, "survey.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // It is read only.
	book, err := excelize.OpenFile(filepath.Join(dir, "survey.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close() //nolint:errcheck // It is read only.
	for _, table := range survey.Tables(sample.Labels()) {
		rows := readCSV(t, dir, table.Name)
		inDB := dump(t, db, table)
		if len(rows) != len(inDB)+1 {
			t.Errorf("%s: %d rows in CSV, %d in SQLite", table.Name, len(rows)-1, len(inDB))
			continue
		}
		for i, row := range inDB {
			if !slices.Equal(row, rows[i+1]) {
				t.Errorf("%s: %v in CSV, %v in SQLite", table.Name, rows[i+1], row)
				break
			}
		}
		sheet, err := book.GetRows(table.Name)
		if err != nil {
			t.Fatal(err)
		}
		if want := min(len(rows), 5001); len(sheet) < want && len(rows) < 5000 {
			t.Errorf("%s: %d rows in the workbook, want %d", table.Name, len(sheet), want)
		}
	}
}

// dump returns the rows of a table as CSV writes them.
func dump(t *testing.T, db *sql.DB, table survey.Table) [][]string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT * FROM "`+table.Name+`" ORDER BY rowid`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close() //nolint:errcheck // Err tells.
	var out [][]string
	for rows.Next() {
		cells := make([]any, len(table.Columns))
		for i := range cells {
			cells[i] = new(any)
		}
		if err := rows.Scan(cells...); err != nil {
			t.Fatal(err)
		}
		row := make([]string, len(cells))
		for i, c := range cells {
			v := *(c.(*any)) //nolint:forcetypeassert // It was made here.
			switch {
			case v == nil:
			case table.Columns[i].Kind == survey.Bool:
				row[i] = fmt.Sprint(v == int64(1))
			default:
				row[i] = fmt.Sprint(v)
			}
		}
		out = append(out, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// The numbers of the tables about the whole survey.
func TestTotals(t *testing.T) {
	dir := write(t, sample.Visits(sample.Options{Sites: 60, Repeat: 2}), sample.Labels())
	var b strings.Builder
	for _, table := range []string{"companies", "techniques", "check_totals", "makers", "presses", "states", "weights"} {
		rows := readCSV(t, dir, table)
		b.WriteString("== " + table + "\n")
		for _, row := range rows[:min(len(rows), 16)] {
			b.WriteString(strings.Join(row, ",") + "\n")
		}
	}
	for _, row := range readCSV(t, dir, "sites")[:10] {
		b.WriteString(strings.Join(row, ",") + "\n")
	}
	golden.Equal(t, "totals.csv", b.String())
}

// Text of others is no formula, breaks no line, and shows what it hides.
func TestHostileText(t *testing.T) {
	evil := []string{`=HYPERLINK("http://evil.test","x")`, "+1+1", "@SUM(A1)", "a\nb", "a\u202eb", `"; DROP TABLE sites; --`, "<script>alert(1)</script>", "a,b\"c"}
	visits := func(yield func(survey.Visit, error) bool) {
		sites := slices.Sorted(slices.Values(evil))
		for i, site := range sites {
			v := survey.Visit{Site: site, Repeat: 1, State: survey.Measured, Labels: map[string]string{"=label": evil[i]}, Facts: &survey.Facts{
				Format: survey.FactsFormat, Title: evil[i], States: []survey.State{{ID: survey.Before, Measured: true}},
				Owners:  []survey.Owner{{Name: evil[i], In: map[string]int{survey.Before: 1}}},
				Cookies: []survey.Cookie{{Name: evil[i], Seen: []string{survey.Before}, Owner: 0}}, Steps: []survey.Step{{Scenario: "none", Measured: true}},
			}}
			if !yield(v, nil) {
				return
			}
		}
	}
	dir := write(t, visits, []string{"=label"})
	for _, table := range survey.Tables([]string{"=label"}) {
		for _, row := range readCSV(t, dir, table.Name) {
			for _, cell := range row {
				if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) && !isNumber(cell) {
					t.Errorf("%s: a spreadsheet takes %q for a formula", table.Name, cell)
				}
				if strings.ContainsAny(cell, "\n\r\u202e") {
					t.Errorf("%s: %q hides something", table.Name, cell)
				}
			}
		}
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "survey.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // It is read only.
	n := 0
	if err := db.QueryRowContext(t.Context(), `SELECT count(*) FROM sites WHERE "=label" IS NOT NULL`).Scan(&n); err != nil || n != len(evil) {
		t.Errorf("%d sites in the database, want %d (%v)", n, len(evil), err)
	}
	book, err := excelize.OpenFile(filepath.Join(dir, "survey.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close() //nolint:errcheck // It is read only.
	for at := range len(evil) {
		cell := fmt.Sprintf("A%d", at+2)
		if f, err := book.GetCellFormula("sites", cell); err != nil || f != "" {
			t.Errorf("%s holds a formula: %q, %v", cell, f, err)
		}
	}
}

func isNumber(s string) bool {
	var f float64
	n, err := fmt.Sscanf(s, "%g", &f)
	return n == 1 && err == nil
}

// A report that fails leaves no file that looks whole.
func TestNothingHalfDone(t *testing.T) {
	dir := t.TempDir()
	visits := func(yield func(survey.Visit, error) bool) {
		_ = yield(survey.Visit{Site: "a.test", Repeat: 1, State: survey.Failed}, nil) && yield(survey.Visit{}, os.ErrClosed)
	}
	_, err := survey.Count(t.Context(), visits, nil, "en", survey.Options{}, sheets.NewCSV(filepath.Join(dir, "tables")), sheets.NewSQLite(filepath.Join(dir, "survey.sqlite")))
	if err == nil {
		t.Fatal("it did not fail")
	}
	for _, name := range []string{"survey.sqlite", "tables/sites.csv"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s looks as if it were whole", name)
		}
	}
}
