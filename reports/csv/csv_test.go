package csv_test

import (
	"bytes"
	stdcsv "encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/csv"
	"github.com/spoor-audit/spoor/reports/internal/golden"
	"github.com/spoor-audit/spoor/reports/internal/try"
)

var render = try.Render(func(w io.Writer, r *reports.Result, code string) error {
	return csv.Render(w, r, csv.Options{Lang: code})
})

func TestFormat(t *testing.T) { try.Format(t, ".csv", render) }

// table reads a table back.
func table(t *testing.T, r *reports.Result, name string) []map[string]string {
	t.Helper()
	var b bytes.Buffer
	if err := csv.Render(&b, r, csv.Options{Lang: "en", Table: name}); err != nil {
		t.Fatal(err)
	}
	lines, err := stdcsv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		out = append(out, row)
	}
	return out
}

func TestTables(t *testing.T) {
	r := try.Result(t, "consent")
	for _, name := range csv.Tables()[1:] {
		var b bytes.Buffer
		if err := csv.Render(&b, r, csv.Options{Table: name}); err != nil {
			t.Fatal(err)
		}
		golden.Equal(t, "consent-"+name+".csv", b.String())
	}
}

func TestEverythingIsThere(t *testing.T) {
	r := try.Result(t, "consent")
	if got := len(table(t, r, reports.TableCookies)); got != len(r.Cookies)+len(r.Storage) {
		t.Errorf("%d rows of cookies and storage, want %d and %d", got, len(r.Cookies), len(r.Storage))
	}
	requests := 0
	for _, run := range r.Runs {
		requests += run.Requests + run.Sockets
	}
	if got := len(table(t, r, reports.TableRequests)); got != requests {
		t.Errorf("%d rows of requests, want %d", got, requests)
	}
	rows := table(t, r, reports.TableFindings)
	has := func(id, outcome string) bool {
		return slices.ContainsFunc(rows, func(row map[string]string) bool { return row["id"] == id && row["outcome"] == outcome })
	}
	for _, technique := range r.Techniques {
		if !has(technique.ID, technique.State) {
			t.Errorf("no row says that %s is %s", technique.ID, technique.State)
		}
	}
	for _, check := range r.Checks {
		if !has(check.ID, check.Outcome) {
			t.Errorf("no row says that %s is %s", check.ID, check.Outcome)
		}
	}
}

// Identifying values are cut, in addresses too, unless they are asked for.
func TestValuesAreCut(t *testing.T) {
	r := try.Result(t, "consent")
	const client = "1234567890.1700000000" // of _ga, which is sent along in addresses
	whole := func(r *reports.Result) string {
		var b bytes.Buffer
		for _, name := range csv.Tables() {
			if err := csv.Render(&b, r, csv.Options{Table: name}); err != nil {
				t.Fatal(err)
			}
		}
		return b.String()
	}
	if strings.Contains(whole(r), client) {
		t.Error("a whole value is in the tables")
	}
	if !strings.Contains(whole(r.WithValues()), client) {
		t.Error("values that were asked for are not there")
	}
}

// A result that was read from JSON has no requests, and the table says so instead
// of being empty.
func TestRequestsAreOfARecord(t *testing.T) {
	var b bytes.Buffer
	if err := reports.WriteJSON(&b, try.Result(t, "shop")); err != nil {
		t.Fatal(err)
	}
	r, err := reports.ReadJSON(&b)
	if err != nil {
		t.Fatal(err)
	}
	if err := csv.Render(io.Discard, r, csv.Options{Table: reports.TableRequests}); !errors.Is(err, csv.ErrNoTable) {
		t.Errorf("the error is %v", err)
	}
	if err := csv.Render(io.Discard, r, csv.Options{Table: "nothing"}); !errors.Is(err, csv.ErrNoTable) {
		t.Errorf("the error of an unknown table is %v", err)
	}
}
