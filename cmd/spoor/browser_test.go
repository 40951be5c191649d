package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/browsertest"
)

// spoor runs the whole program.
func spoor(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(""), &out, &errs, os.LookupEnv)
	return code, out.String(), errs.String()
}

func TestDemoInBrowser(t *testing.T) {
	browsertest.Chrome(t, browser.Headless)
	code, stdout, stderr := spoor(t, "demo", "third-party-request", "--audit", "--json", "--fail-on", "third-party-request")
	if code != exitPolicy {
		t.Errorf("exit code %d, want %d", code, exitPolicy)
	}
	var result struct {
		Format   string
		Summary  struct{ Measured string }
		Tools    struct{ Chrome string }
		Findings []struct{ ID string }
	}
	if err := json.Unmarshal([]byte(stdout), &result); err != nil {
		t.Fatalf("%v; stderr: %s", err, stderr)
	}
	if result.Format != "spoor-result/1" || result.Summary.Measured == "no" || result.Tools.Chrome == "" || len(result.Findings) == 0 {
		t.Errorf("the result is %+v; stderr: %s", result, stderr)
	}
	if !strings.Contains(stderr, "/3] before any choice") {
		t.Errorf("no progress on stderr: %s", stderr)
	}
}

func TestDoctorInBrowser(t *testing.T) {
	browsertest.Chrome(t, browser.Headless)
	code, stdout, stderr := spoor(t, "doctor")
	if code != exitDone || !strings.Contains(stdout, "\nstart ") || strings.Contains(stdout, "missing") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
}

// A real browser prints the report of a real visit, with its folds open: what was
// looked for and not found stands in it, which the screen folds away.
func TestPDFInBrowser(t *testing.T) {
	browsertest.Chrome(t, browser.Headless)
	dir := t.TempDir()
	saved, printed := filepath.Join(dir, "saved.zip"), filepath.Join(dir, "report.pdf")
	code, _, stderr := spoor(t, "demo", "third-party-request", "--audit", "--scenarios", "none", "-q", "-o", saved)
	if code != exitDone {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	if code, _, stderr = spoor(t, "report", saved, "-q", "--lang", "nl", "-o", printed); code != exitDone {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	pdf, err := os.ReadFile(printed)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"%PDF-", "/StructTreeRoot", "/Outlines", "/Lang (nl)"} {
		if !bytes.Contains(pdf, []byte(part)) {
			t.Errorf("the PDF lacks %s", part)
		}
	}
	// Pages of A4; the folded report has three times fewer.
	if pages := bytes.Count(pdf, []byte("/Type /Page\n")); pages < 8 {
		t.Errorf("the PDF has %d pages", pages)
	}
}
