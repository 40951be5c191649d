package gitlab_test

import (
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/gitlab"
	"github.com/spoor-audit/spoor/reports/internal/try"
)

var render = try.Render(func(w io.Writer, r *reports.Result, code string) error {
	return gitlab.Render(w, r, gitlab.Options{Lang: code})
})

func TestFormat(t *testing.T) { try.Format(t, ".json", render) }

type issue struct {
	Description, Fingerprint, Severity string
	Check                              string `json:"check_name"`
	Location                           struct {
		Path  string
		Lines struct{ Begin int }
	}
}

func issues(t *testing.T, r *reports.Result) []issue {
	t.Helper()
	var list []issue
	if err := json.Unmarshal([]byte(render.Text(t, r, "en")), &list); err != nil {
		t.Fatal(err)
	}
	return list
}

var digest = regexp.MustCompile("^[0-9a-f]{64}$")

// What GitLab asks of a report: all fields, a severity that it knows, a relative
// path without "./", and a fingerprint that no other issue has.
func TestGitLabTakesIt(t *testing.T) {
	for name, r := range try.Results(t) {
		seen := map[string]bool{}
		for _, i := range issues(t, r) {
			if i.Description == "" || i.Check == "" || i.Location.Lines.Begin < 1 || !digest.MatchString(i.Fingerprint) {
				t.Errorf("%s: something is missing: %+v", name, i)
			}
			if !slices.Contains([]string{"info", "minor", "major", "critical", "blocker"}, i.Severity) {
				t.Errorf("%s: severity %q", name, i.Severity)
			}
			if p := i.Location.Path; p == "" || strings.HasPrefix(p, "/") || strings.HasPrefix(p, "./") || strings.Contains(p, ":") {
				t.Errorf("%s: path %q", name, p)
			}
			if seen[i.Fingerprint] {
				t.Errorf("%s: two issues have one fingerprint: %+v", name, i)
			}
			seen[i.Fingerprint] = true
		}
	}
}

// An empty list means that all is well; a visit that failed must not say so.
func TestNotMeasuredIsNotEmpty(t *testing.T) {
	for _, name := range []string{"blocked", "failed", "empty"} {
		list := issues(t, try.Result(t, name))
		if len(list) == 0 || list[0].Check != "not-measured" || list[0].Severity != "blocker" {
			t.Errorf("%s: %+v", name, list)
		}
	}
}

func TestNotesAreLeftOut(t *testing.T) {
	for _, i := range issues(t, try.Result(t, "consent")) {
		if i.Check == "third-party-request" || i.Check == "service-worker" {
			t.Errorf("a note is an issue: %+v", i)
		}
	}
}
