package gitlab_test

import (
	"encoding/json"
	"io"
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
	Severity string
	Check    string `json:"check_name"`
}

func issues(t *testing.T, r *reports.Result) []issue {
	t.Helper()
	var list []issue
	if err := json.Unmarshal([]byte(render.Text(t, r, "en")), &list); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestGitLabTakesIt(t *testing.T) {
	for name, r := range try.Results(t) {
		try.CodeQuality(t, name, render.Text(t, r, "en"))
	}
	try.EachGate(t, gitlab.RenderGate, func(name, doc string) { try.CodeQuality(t, name, doc) })
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
