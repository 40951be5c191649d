package reports_test

import (
	"bytes"
	stdcsv "encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// plainText checks that a text is UTF-8, that nothing of it acts on a terminal, and
// that no line of it is a command to a CI service.
func plainText(t *testing.T, name, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("%s is not UTF-8", name)
	}
	for _, r := range text {
		if unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r) || r == 0xffff {
			t.Errorf("%s holds %U", name, r)
			break
		}
	}
	for line := range strings.Lines(text) {
		if trimmed := strings.TrimSpace(line); strings.HasPrefix(trimmed, "::") || strings.HasPrefix(trimmed, "##[") {
			t.Errorf("%s has a line that commands CI: %q", name, line)
		}
	}
}

var tags = regexp.MustCompile(`(?i)<(script|img|iframe|object|embed|link|base|form|meta)\b[^>]*>`)

// inertHTML looks for elements that the report itself does not have.
func inertHTML(t *testing.T, text string) {
	t.Helper()
	for _, tag := range tags.FindAllString(text, -1) {
		switch {
		case tag == "<script>" || tag == `<link rel="icon" href="data:,">` || strings.HasPrefix(tag, "<meta "):
		default:
			t.Errorf("an element: %s", tag)
		}
	}
	if n := strings.Count(text, "<script"); n != 1 {
		t.Errorf("%d scripts, want the report's own", n)
	}
	for _, bad := range []string{"onerror=alert(2)>", `href="javascript:`} {
		if strings.Contains(text, bad) {
			t.Errorf("%q is alive", bad)
		}
	}
}

func validJSON(t *testing.T, text string) {
	t.Helper()
	if !json.Valid([]byte(text)) {
		t.Error("it is not JSON")
	}
}

// inertSARIF looks for links in messages: text in brackets with an address behind.
func inertSARIF(t *testing.T, text string) {
	t.Helper()
	validJSON(t, text)
	var doc struct {
		Runs []struct {
			Results []struct{ Message struct{ Text string } }
		}
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Runs[0].Results) == 0 {
		t.Error("there are no results")
	}
	for _, r := range doc.Runs[0].Results {
		if regexp.MustCompile(`(^|[^\\])\[`).MatchString(r.Message.Text) || strings.Contains(strings.ReplaceAll(r.Message.Text, "{{", ""), "{") {
			t.Errorf("a link or a placeholder: %.300q", r.Message.Text)
		}
	}
}

// escape finds what a backslash makes harmless.
var escape = regexp.MustCompile(`\\.`)

// inertMarkdown takes out what is escaped; what is left may hold only what the
// summary itself is made of.
func inertMarkdown(t *testing.T, text string) {
	t.Helper()
	left := escape.ReplaceAllString(text, "")
	for _, bad := range []string{"<", "[", "]", "`", "~", "$", "&", "https:", "http:", "www.", "GH-1", "_"} {
		if strings.Contains(left, bad) {
			t.Errorf("%q is alive", bad)
		}
	}
	if regexp.MustCompile(`@[^\x{200b}]`).MatchString(left) || regexp.MustCompile(`#\d`).MatchString(text) {
		t.Error("a mention is alive")
	}
	cells := 0
	for line := range strings.Lines(left) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "|") {
			if n := strings.Count(line, "|"); cells == 0 {
				cells = n
			} else if n != cells {
				t.Errorf("a row of the table has %d cells, want %d: %.200s", n-1, cells-1, line)
			}
			continue
		}
		if strings.Contains(line, "|") {
			t.Errorf("a cell outside the table: %.200s", line)
		}
	}
}

func validXML(t *testing.T, text string) {
	t.Helper()
	seen := false
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("it is not XML: %v", err)
		}
		if s, ok := token.(xml.StartElement); ok {
			if n := s.Name.Local; n == "script" || n == "img" || n == "d" {
				t.Errorf("an element of the page: %s", n)
			}
		}
		if c, ok := token.(xml.CharData); ok {
			seen = seen || bytes.Contains(c, []byte("<script>alert(1)"))
		}
	}
	if !seen {
		t.Error("the text of the page is not there to be read")
	}
}

func inertCSV(t *testing.T, text string) {
	t.Helper()
	rows, err := stdcsv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	evil := false
	for _, row := range rows[1:] {
		for i, cell := range row {
			evil = evil || strings.Contains(cell, "alert(1)")
			if strings.ContainsAny(cell, "\n\r") {
				t.Errorf("%s: a cell of several lines: %.100q", rows[0][i], cell)
			}
			if start := strings.TrimLeft(cell, " "); start != "" && strings.ContainsAny(start[:1], "=+@|%") {
				t.Errorf("%s: a formula: %.100q", rows[0][i], cell)
			}
		}
	}
	if !evil {
		t.Error("the text of the page is not there to be read")
	}
}

func inertXLSX(t *testing.T, text string) {
	t.Helper()
	f, err := excelize.OpenReader(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // It was read from memory.
	evil := false
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for _, cell := range row {
				evil = evil || strings.Contains(cell, "alert(1)")
				plainText(t, sheet, "x"+cell)
			}
		}
	}
	if !evil {
		t.Error("the text of the page is not there to be read")
	}
}
