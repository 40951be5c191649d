package page_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/spoor-audit/spoor/reports/survey"
	"github.com/spoor-audit/spoor/reports/survey/internal/sample"
	"github.com/spoor-audit/spoor/reports/survey/page"
)

func count(t *testing.T, o sample.Options, options survey.Options) *survey.Totals {
	t.Helper()
	totals, err := survey.Count(t.Context(), sample.Visits(o), sample.Labels(), "en", options)
	if err != nil {
		t.Fatal(err)
	}
	return totals
}

func about() survey.About {
	return survey.About{Name: "media.csv", Spoor: "1.0.0", Labels: sample.Labels(), Commands: []string{"spoor survey media.csv --store media"}}
}

func TestLook(t *testing.T) {
	dir := os.Getenv("SPOOR_LOOK")
	if dir == "" {
		t.Skip()
	}
	small := count(t, sample.Options{Sites: 60, Repeat: 2}, survey.Options{By: "country", Keep: true, Link: func(b string) string { return "evidence/" + b }})
	large := count(t, sample.Options{Sites: 1500, Repeat: 1}, survey.Options{By: "owner", Keep: true})
	with := about()
	with.Others = []survey.Other{{Name: "media-2026", Totals: count(t, sample.Options{Sites: 60, Repeat: 2}, survey.Options{Keep: true})}}
	later := count(t, sample.Options{Sites: 60, Repeat: 2, Years: 1}, survey.Options{By: "country", Keep: true})
	for name, p := range map[string]struct {
		t    *survey.Totals
		a    survey.About
		lang string
	}{"small.html": {small, about(), "en"}, "large.html": {large, about(), "nl"}, "later.html": {later, with, "en"}} {
		var b bytes.Buffer
		if err := page.Render(&b, p.t, p.a, p.lang); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(dir+"/"+name, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
