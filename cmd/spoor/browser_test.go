package main

import (
	"bytes"
	"encoding/json"
	"os"
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
