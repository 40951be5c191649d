package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/browsertest"
	"github.com/spoor-audit/spoor/testsites"
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

// TestMailInBrowser shows messages in the browser and asks the server who was asked
// for what.
func TestMailInBrowser(t *testing.T) {
	browsertest.Chrome(t, browser.Headless)
	srv := testsites.Start(t)
	file := filepath.Join(t.TempDir(), "news.eml")
	letter := "From: Shop <news@shop.test>\nTo: jan@reader.test\nSubject: News\nDate: Sat, 21 Nov 2026 09:00:00 +0000\nContent-Type: text/html\n\n" +
		`<img src="https://shop.test/_shared/picture.png" width="100" height="60"><script src="https://script.test/x.js"></script>` +
		`<img src="https://open.tracker.test/_shared/pixel.gif?reader=3f9a61c2d04b8e57aa10"><a href="https://shop.test/offer">Offer</a>`
	if err := os.WriteFile(file, []byte(letter), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := spoor(t, "audit", file, "--host-rules", srv.HostRules(), "--accept-key", srv.SPKI(), "--user-agent", "A mail program", "--json", "--fail-on", "email-tracking")
	if code != exitPolicy {
		t.Errorf("exit code %d, want %d; stderr: %s", code, exitPolicy, stderr)
	}
	var result struct {
		Subject struct{ Kind, Title string }
		Summary struct{ Measured string }
		Mail    struct {
			Images []struct{ Fetched, Pixel, Code bool }
		}
		Findings []struct{ ID, Host, Phase, Certainty string }
	}
	if err := json.Unmarshal([]byte(stdout), &result); err != nil {
		t.Fatalf("%v; stderr: %s", err, stderr)
	}
	if result.Subject.Kind != "mail" || result.Subject.Title != "News" || result.Summary.Measured != "yes" || len(result.Mail.Images) != 2 {
		t.Fatalf("the result is %+v", result)
	}
	if picture, pixel := result.Mail.Images[0], result.Mail.Images[1]; !picture.Fetched || picture.Pixel || !pixel.Fetched || !pixel.Pixel || !pixel.Code {
		t.Errorf("images %+v", result.Mail.Images)
	}
	found := false
	for _, f := range result.Findings {
		found = found || f.ID == "email-tracking" && f.Host == "open.tracker.test" && f.Phase == "after" && f.Certainty == "observed"
	}
	if !found {
		t.Errorf("findings %+v", result.Findings)
	}
	var asked []string
	for _, q := range srv.Requests() {
		if !strings.HasSuffix(q.Host, ".test") {
			continue // what the browser asks for itself
		}
		asked = append(asked, q.Host)
		if _, sent := q.Header["Referer"]; sent || q.Header.Get("User-Agent") != "A mail program" {
			t.Errorf("%s was asked with %v", q.Host, q.Header)
		}
	}
	slices.Sort(asked)
	if want := []string{"open.tracker.test", "shop.test"}; !slices.Equal(asked, want) {
		t.Errorf("%q were asked, want %q", asked, want)
	}
}

// The reports of a real visit: a real browser prints one, and spoor audits the other.
func TestReportsInBrowser(t *testing.T) {
	browsertest.Chrome(t, browser.Headless)
	dir := t.TempDir()
	saved := filepath.Join(dir, "saved.zip")
	code, _, stderr := spoor(t, "demo", "third-party-request", "--audit", "--scenarios", "none", "-q", "-o", saved)
	if code != exitDone {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	t.Run("PDF", func(t *testing.T) { printed(t, saved, filepath.Join(dir, "report.pdf")) })
	t.Run("HTML", func(t *testing.T) { auditsItself(t, saved, filepath.Join(dir, "the report.html")) })
}

// printed checks that what was looked for and not found, which the screen folds away,
// stands on paper.
func printed(t *testing.T, saved, file string) {
	t.Helper()
	if code, _, stderr := spoor(t, "report", saved, "-q", "--lang", "nl", "-o", file); code != exitDone {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	pdf, err := os.ReadFile(file) //nolint:gosec // The test wrote it.
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

// auditsItself audits the HTML report: it asks for nothing, keeps nothing and does
// nothing that would be a finding on any other page.
func auditsItself(t *testing.T, saved, file string) {
	t.Helper()
	if code, _, stderr := spoor(t, "report", saved, "-q", "-o", file); code != exitDone {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	code, stdout, stderr := spoor(t, "audit", file, "--scenarios", "none", "--json")
	if code != exitDone {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	var result struct {
		Subject struct {
			URL      string
			FinalURL string `json:"final_url"`
			File     string
		}
		Summary  struct{ Measured string }
		Tools    struct{ HostRules string }
		Findings []struct{ ID, Key string }
		Cookies  []struct{ Name string }
		Storage  []struct{ Key string }
		Runs     []struct {
			Requests int
			Hosts    []struct {
				Host   string
				Before int
			}
			Pages []struct{ Status int }
		}
		Gaps []struct{ Kind, Where, Why string }
	}
	if err := json.Unmarshal([]byte(stdout), &result); err != nil {
		t.Fatal(err)
	}
	if s := result.Subject; s.URL != "the report.html" || s.File != s.URL || s.FinalURL != "http://file.localhost/the%20report.html" || result.Tools.HostRules != "" {
		t.Errorf("the result is about %+v, rules %q", s, result.Tools.HostRules)
	}
	if result.Summary.Measured != "yes" || len(result.Findings)+len(result.Cookies)+len(result.Storage)+len(result.Gaps) > 0 {
		t.Errorf("measured %q; findings %v, cookies %v, storage %v, gaps %v", result.Summary.Measured, result.Findings, result.Cookies, result.Storage, result.Gaps)
	}
	if len(result.Runs) != 1 || len(result.Runs[0].Hosts) != 1 || result.Runs[0].Hosts[0].Before != 1 || len(result.Runs[0].Pages) != 1 || result.Runs[0].Pages[0].Status != 200 {
		t.Errorf("the report was seen to ask for more than itself, or was not seen: %+v", result.Runs)
	}
}
