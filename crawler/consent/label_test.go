package consent

import (
	"bufio"
	"os"
	"strings"
	"testing"
)

// TestLabels reads labels that stand in no list: a visitor would know at once
// what they do.
func TestLabels(t *testing.T) {
	w := load(t)
	f, err := os.Open("testdata/labels.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows := 0
	for sc := bufio.NewScanner(f); sc.Scan(); {
		line := sc.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		lang, rest, _ := strings.Cut(line, " ")
		want, label, ok := strings.Cut(rest, " ")
		if !ok {
			t.Fatalf("bad row %q", line)
		}
		rows++
		if m := w.meaning(label, []string{lang, "en"}); m.role != want {
			t.Errorf("%s %q: %s (%s %q %.2f), want %s", lang, label, m.role, m.lang, m.kind, m.sure, want)
		}
		// The dialog's language is not always known.
		if m := w.meaning(label, nil); m.role != want {
			t.Errorf("%s %q without its language: %s (%s %q %.2f), want %s", lang, label, m.role, m.lang, m.kind, m.sure, want)
		}
		// Style sheets shout.
		if m := w.meaning(strings.ToUpper(label), []string{lang, "en"}); m.role != want {
			t.Errorf("%s %q in capitals: %s (%s %q), want %s", lang, label, m.role, m.lang, m.kind, want)
		}
	}
	if rows < 400 {
		t.Errorf("only %d rows", rows)
	}
}
