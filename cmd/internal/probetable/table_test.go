package probetable

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/crawler/probe"
)

// hostile are texts as sites and lists may have them.
var hostile = []string{"=cmd|'/c calc'!A1", "+1", "-1", "@x", "a\r\nb,\"c\"", "\x1b[31mred", "\u202egnp.exe", strings.Repeat("x", 20000), "", "plain"}

// rows are one for each text, in each field that is text.
func rows() []Row {
	var list []Row
	for i, text := range hostile {
		if i%3 == 2 {
			list = append(list, Junk(i+2, text, "it is not an address", map[string]string{"owner": text}))
			continue
		}
		list = append(list, Row{Line: i + 2, Site: text, Labels: map[string]string{"owner": text}, Facts: &probe.Facts{
			URL: text, FinalURL: text, Status: 200, Worth: probe.Yes, Detail: text, Hops: []probe.Hop{{URL: text, Status: 200}}, Cookies: []probe.Cookie{{Name: text}},
			TLS: &probe.TLS{Issuer: text}, Page: &probe.Page{Title: text, ThirdParties: []string{text}}, Headers: probe.Headers{HSTS: text},
			Ads: probe.Ads{State: probe.Present, Owner: text},
		}})
	}
	return list
}

// written is the table of some rows.
func written(t *testing.T, format Format, list []Row) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := NewWriter(&b, format, []string{"owner", "title"}, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range list {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// TestHostile holds that no cell is a formula, breaks its line or hides something.
func TestHostile(t *testing.T) {
	for _, format := range []Format{CSV, NDJSON} {
		text := string(written(t, format, rows()))
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		if want := len(hostile) + map[Format]int{CSV: 1}[format]; len(lines) != want {
			t.Errorf("%d lines, want %d", len(lines), want)
		}
		for _, bad := range []string{"\x1b", "\u202e", "\r"} {
			if strings.Contains(text, bad) {
				t.Errorf("format %d: %q is in the table", format, bad)
			}
		}
		for _, formula := range []string{",=", ",+", ",-", ",@", `,"=`, "xxx" + strings.Repeat("x", maxCell)} {
			if format == CSV && strings.Contains(text, formula) {
				t.Errorf("%.20q is in the table", formula)
			}
		}
	}
	if head, _, _ := strings.Cut(string(written(t, CSV, nil)), "\n"); !strings.HasSuffix(head, ",consent,owner,list title") {
		t.Errorf("the header ends in %s", head)
	}
}

// TestCutOff cuts a table at every byte: what is read are whole rows, in order.
func TestCutOff(t *testing.T) {
	list := rows()[:6]
	for _, format := range []Format{CSV, NDJSON} {
		text := written(t, format, list)
		for n := range len(text) + 1 {
			begun, err := Read(bytes.NewReader(text[:n]), format, []string{"owner", "title"})
			if n > 0 && !bytes.ContainsRune(text[:n], '\n') {
				if !errors.Is(err, ErrOther) {
					t.Fatalf("a file without a whole line: %v", err)
				}
				continue
			}
			if err != nil || begun.Size > int64(n) || n == len(text) && len(begun.Rows) != len(list) {
				t.Fatalf("cut at %d: %d rows, %d bytes, %v", n, len(begun.Rows), begun.Size, err)
			}
			for i, row := range begun.Rows {
				if !row.Is(list[i].Line, list[i].Site, format) || row.Worth != list[i].Worth {
					t.Fatalf("row %d is %+v", i, row)
				}
			}
		}
	}
}

func TestReadOther(t *testing.T) {
	for name, text := range map[string]string{
		"notes": "my notes\n", "another table": "site,country\na.test,NL\n", "a row too short": string(written(t, CSV, nil)) + "2,a.test\n",
	} {
		if _, err := Read(strings.NewReader(text), CSV, []string{"owner", "title"}); !errors.Is(err, ErrOther) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Read(strings.NewReader("line,site\n"), NDJSON, nil); !errors.Is(err, ErrOther) {
		t.Errorf("CSV as JSON: %v", err)
	}
}

// FuzzRead checks that nothing is read beyond the end of a line.
func FuzzRead(f *testing.F) {
	f.Add([]byte("{\"line\":1,\"site\":\"a\"}\n{"), true)
	f.Add([]byte(strings.Join(header(nil), ",")+"\n2,a"), false)
	f.Fuzz(func(t *testing.T, text []byte, asJSON bool) {
		format := CSV
		if asJSON {
			format = NDJSON
		}
		begun, err := Read(bytes.NewReader(text), format, nil)
		if err == nil && (begun.Size > int64(len(text)) || begun.Size > 0 && text[begun.Size-1] != '\n') {
			t.Fatal(begun.Size)
		}
	})
}

// TestColumns holds that all cells of a site that told nothing are empty but for
// those that say so, and no two columns are of one name.
func TestColumns(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range columns {
		if seen[c.name] {
			t.Errorf("two columns are named %s", c.name)
		}
		seen[c.name] = true
		if got := c.text(&probe.Facts{}); got != "" {
			t.Errorf("%s of nothing is %q", c.name, got)
		}
	}
}
