package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/browsertest"
	"github.com/spoor-audit/spoor/crawler/survey"
	"github.com/spoor-audit/spoor/testsites"
)

// surveyed is what a survey of sites is asked, at one scenario and as fast as it
// goes.
func surveyed(srv *testsites.Server, store string) []string {
	return []string{
		"--store", store, "--scenarios", "none", "--second-look=false", "--per-host-delay", "0s", "--concurrency", "2", "--progress", "json",
		"--host-rules", "MAP *.invalid ~NOTFOUND, " + srv.HostRules(), "--dns", srv.DNSAddr(), "--accept-key", srv.SPKI(),
	}
}

// TestSurveyKilledInBrowser kills the program and with it the browser in the midst
// of a survey, and gives the same command again.
func TestSurveyKilledInBrowser(t *testing.T) {
	browsertest.Chrome(t, browser.Headless)
	program := filepath.Join(t.TempDir(), "spoor")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build the program: %v\n%s", err, out)
	}
	srv := testsites.Start(t)
	store := filepath.Join(t.TempDir(), "store")
	list := filepath.Join(t.TempDir(), "list.csv")
	text := "site,group\nbeacon.test,a\ncanvas-inline.test,a\nbot-wall.test,b\nnothing at all,b\nnothere.invalid,b\nwebsocket.test,c\nBEACON.test/,c\n"
	if err := os.WriteFile(list, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"survey", list}, surveyed(srv, store)...)

	first := exec.Command(program, args...)
	out, err := first.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	lines, ended := bufio.NewScanner(out), 0
	for ended == 0 && lines.Scan() {
		if strings.Contains(lines.Text(), `"type":"visit"`) {
			ended++
		}
	}
	_ = first.Process.Kill()
	_ = first.Wait()
	if ended == 0 {
		t.Fatal("no visit ended")
	}

	second := exec.Command(program, args...)
	var stdout, stderr bytes.Buffer
	second.Stdout, second.Stderr = &stdout, &stderr
	if err := second.Run(); err != nil {
		t.Fatalf("%v: %s", err, &stderr)
	}
	if strings.Contains(stderr.String(), "no address") {
		t.Errorf("the list was read again: %s", &stderr)
	}
	s, err := survey.Open(t.Context(), store, survey.Keys{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // It only reads.
	got := map[string]string{}
	for row, err := range s.Visits(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if got[row.Site] != "" {
			t.Errorf("%s is there twice", row.Site)
		}
		got[row.Site] = strings.TrimSpace(string(row.State) + " " + row.Reason)
		if row.URL == "" || row.Bundle == "" {
			continue
		}
		err := s.Bundles().Local(t.Context(), row.Bundle, func(path string) error {
			code, _, errs := spoor(t, "verify", path)
			if code != exitDone {
				t.Errorf("%s: %s", row.Site, errs)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	for site, want := range map[string]string{
		"beacon.test": "measured", "canvas-inline.test": "measured", "websocket.test": "measured", "bot-wall.test": "excluded bot-wall",
		"nothing at all": "excluded not-an-address", "nothere.invalid": "failed dns",
	} {
		if got[site] != want {
			t.Errorf("%s: %q, want %q", site, got[site], want)
		}
	}
	if len(got) != 6 {
		t.Errorf("there are %d sites, want 6", len(got))
	}
	code, text, errs := spoor(t, "survey", "status", "--store", store, "--json")
	var status struct {
		Sites int
		Runs  struct{ Done, Failed, Pending, Running int }
	}
	if err := json.Unmarshal([]byte(text), &status); err != nil || code != exitDone {
		t.Fatalf("%v: %s", err, errs)
	}
	if status.Sites != 5 || status.Runs.Done != 3 || status.Runs.Failed != 2 || status.Runs.Pending+status.Runs.Running != 0 {
		t.Errorf("%+v", status)
	}
}
