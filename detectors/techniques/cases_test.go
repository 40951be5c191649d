package techniques

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/datafile"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/testsites"
)

var update = flag.Bool("update", false, "write the table of cases in detectors/README.md anew")

const (
	readme     = "../README.md"
	casesBegin = "<!-- cases: made by go test ./detectors/techniques -run Cases -update -->\n"
	casesEnd   = "<!-- end of cases -->"
)

// Columns of the table beside the ways to hide.
const (
	plain   = "plain"
	library = "library"
	silent  = "silent"
)

// A page counts in the column of each way that it takes, with a library among
// those, and in that of plain pages if it takes none.
func columnsOf(p *testsites.Page) []string {
	columns := slices.Clone(p.Ways)
	if p.NeedsLibraries {
		columns = append(columns, library)
	}
	if len(columns) == 0 {
		columns = append(columns, plain)
	}
	return columns
}

// cases counts the pages that demand a finding, by technique and column, and those
// that demand silence. [cmd/internal/pipeline] visits them all with a real browser.
func cases(t *testing.T) map[string]map[string]int {
	t.Helper()
	sites, err := testsites.Sites()
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]map[string]int{}
	for _, x := range All() {
		counts[x.ID] = map[string]int{}
	}
	for i := range sites {
		for j := range sites[i].Pages {
			p := &sites[i].Pages[j]
			for _, x := range All() {
				if slices.ContainsFunc(p.Findings, func(f testsites.Finding) bool { return f.ID == x.ID }) {
					for _, c := range columnsOf(p) {
						counts[x.ID][c]++
					}
				}
				if slices.Contains(p.NoneOf, x.ID) {
					counts[x.ID][silent]++
				}
			}
		}
	}
	return counts
}

// impossible reads cases.yaml: for each technique, ways that it cannot be used by.
func impossible(t *testing.T) map[string]map[string]string {
	t.Helper()
	data, err := os.ReadFile("cases.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var groups []struct {
		Ways       []string `yaml:"ways"`
		Techniques []string `yaml:"techniques"`
		Why        string   `yaml:"why"`
	}
	if err := datafile.Read("cases.yaml", data, &groups); err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]string{}
	for _, g := range groups {
		if g.Why == "" {
			t.Errorf("cases.yaml: no reason for %v", g.Techniques)
		}
		for _, id := range g.Techniques {
			if _, ok := ByID(id); !ok {
				t.Errorf("cases.yaml: there is no technique %q", id)
			}
			if out[id] == nil {
				out[id] = map[string]string{}
			}
			for _, way := range g.Ways {
				if !slices.Contains(testsites.Ways[:], way) {
					t.Errorf("cases.yaml: %q is no way", way)
				}
				out[id][way] = g.Why
			}
		}
	}
	return out
}

// TestCases holds the table of the README against the test sites, and demands for
// every technique a page that does it and one that only seems to. An empty cell is a
// hole in the tests.
func TestCases(t *testing.T) {
	counts, not := cases(t), impossible(t)
	for _, x := range All() {
		if ofMails(x) {
			continue
		}
		for _, column := range []string{plain, silent} {
			if counts[x.ID][column] == 0 {
				t.Errorf("%s: no page of the test sites for the column %q", x.ID, column)
			}
		}
		for way, why := range not[x.ID] {
			if n := counts[x.ID][way]; n > 0 {
				t.Errorf("%s: %d pages for the column %q, which cases.yaml says is impossible: %s", x.ID, n, way, why)
			}
		}
	}
	table := caseTable(counts, not)
	old, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := bytes.Cut(old, []byte(casesBegin))
	_, tail, ok2 := bytes.Cut(rest, []byte(casesEnd))
	if !ok || !ok2 {
		t.Fatalf("%s: the marks of the table are not there", readme)
	}
	want := slices.Concat(head, []byte(casesBegin), []byte(table), []byte(casesEnd), tail)
	if bytes.Equal(old, want) {
		return
	}
	if !*update {
		t.Fatalf("%s: the table of cases is not that of the test sites; -update writes it anew", readme)
	}
	if err := os.WriteFile(readme, want, 0o600); err != nil {
		t.Fatal(err)
	}
}

// caseTable writes the table in Markdown.
func caseTable(counts map[string]map[string]int, not map[string]map[string]string) string {
	columns := slices.Concat([]string{plain}, testsites.Ways[:], []string{library, silent})
	var b strings.Builder
	fmt.Fprintf(&b, "| technique | %s |\n|---|%s\n", strings.Join(columns, " | "), strings.Repeat("---|", len(columns)))
	for _, x := range All() {
		cells := make([]string, 0, len(columns))
		for _, c := range columns {
			cells = append(cells, caseCell(x, counts[x.ID][c], not[x.ID][c]))
		}
		fmt.Fprintf(&b, "| `%s` | %s |\n", x.ID, strings.Join(cells, " | "))
	}
	return b.String()
}

func caseCell(x *detectors.Technique, n int, impossible string) string {
	switch {
	case ofMails(x):
		return "mails"
	case n > 0:
		return strconv.Itoa(n)
	case impossible != "":
		return "–"
	}
	return ""
}

// ofMails reports whether a technique is about messages, whose cases are those of the
// package mail.
func ofMails(x *detectors.Technique) bool {
	return !x.Applies(&evidence.Subject{Kind: evidence.KindOfPage})
}
