// Package gitlab owns the result as a Code Quality report of GitLab, which shows
// in a merge request what is new and what is gone. The format is a part of Code
// Climate's (docs.gitlab.com, "Code Quality report format").
//
// It holds problems and what is to consider, and not what was only noted. The
// location is the file that names the target, spoor.toml, and the fingerprint is
// that of package sarif.
package gitlab

import (
	"errors"
	"fmt"
	"io"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/lang"
)

// Options say how to render.
type Options struct {
	Lang string // "en" or "nl"; English if it is another
	// File is the file that names the target, relative to the root of the
	// repository; "" is spoor.toml. Line is where; 0 is the first.
	File string
	Line int
}

const (
	maxText = 1000
	maxName = 255
)

type issue struct {
	Description string   `json:"description"`
	Check       string   `json:"check_name"`
	Fingerprint string   `json:"fingerprint"`
	Severity    string   `json:"severity"`
	Location    location `json:"location"`
}

type location struct {
	Path  string `json:"path"`
	Lines lines  `json:"lines"`
}

type lines struct {
	Begin int `json:"begin"`
}

// severities maps those of spoor to those of GitLab.
var severities = map[string]string{"critical": "critical", "high": "major", "medium": "minor"}

// Render writes the result as a Code Quality report. A visit that said nothing about
// the site gives one issue that says so: an empty report would mean that all is
// well.
func Render(w io.Writer, r *reports.Result, o Options) error {
	if r == nil {
		return errors.New("gitlab: render: there is no result")
	}
	t := lang.Get(o.Lang)
	if o.File == "" {
		o.File = "spoor.toml"
	}
	list := []issue{}
	at := location{o.File, lines{max(o.Line, 1)}}
	if r.Summary.Measured == reports.MeasuredNot {
		list = append(list, issue{
			Description: unmeasured(r, t), Check: "not-measured", Severity: "blocker", Location: at,
			Fingerprint: reports.Fact{Target: r.Subject.URL, Kind: "not-measured"}.Fingerprint(),
		})
	}
	for _, a := range r.Alerts(t) {
		if a.Clump != reports.Problem && a.Clump != reports.Consider {
			continue
		}
		severity, known := severities[a.Severity]
		if a.Clump == reports.Consider || !known {
			severity = "info"
		}
		list = append(list, issue{
			Description: clean.Short(a.Text, maxText), Check: clean.Short(a.ID, maxName), Severity: severity, Location: at,
			Fingerprint: a.Fact.Fingerprint(),
		})
	}
	if err := reports.EncodeJSON(w, list); err != nil {
		return fmt.Errorf("gitlab: write: %w", err)
	}
	return nil
}

// unmeasured says that nothing was measured, and why.
func unmeasured(r *reports.Result, t *lang.Text) string {
	if len(r.Summary.Headline) == 0 {
		return t.T("term.not-measured")
	}
	return clean.Short(r.Summary.Headline[0].In(t.Code()), maxText)
}
