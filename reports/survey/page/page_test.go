package page_test

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/reports/internal/golden"
	"github.com/spoor-audit/spoor/reports/lang"
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

var (
	styles  = regexp.MustCompile(`(?s)<(style|script)>.*?</(style|script)>`)
	markup  = regexp.MustCompile(`<[^>]*>`)
	blanks  = regexp.MustCompile(`[ \t]+`)
	newline = regexp.MustCompile(`\n\s*\n+`)
)

// text is what a reader sees of a page, without drawings and folded tables apart.
func text(html string) string {
	s := styles.ReplaceAllString(html, "")
	s = markup.ReplaceAllString(s, " ")
	s = newline.ReplaceAllString(blanks.ReplaceAllString(s, " "), "\n")
	return strings.TrimSpace(s) + "\n"
}

func render(t *testing.T, totals *survey.Totals, a survey.About, language string) string {
	t.Helper()
	var b bytes.Buffer
	if err := page.Render(&b, totals, a, language); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What the page says, word for word.
func TestPage(t *testing.T) {
	totals := count(t, sample.Options{Sites: 60, Repeat: 2}, survey.Options{By: "country", Link: func(b string) string { return "../evidence/" + b }})
	for _, code := range lang.Codes() {
		golden.Equal(t, "page."+code+".txt", text(render(t, totals, about(), code)))
	}
}

// Two surveys beside each other.
func TestOverTime(t *testing.T) {
	o := survey.Options{Keep: true}
	a := about()
	a.Others = []survey.Other{{Name: "media-2026", Totals: count(t, sample.Options{Sites: 60}, o)}}
	got := text(render(t, count(t, sample.Options{Sites: 60, Years: 1}, o), a, "en"))
	_, got, _ = strings.Cut(got, "The same numbers of several surveys")
	got, _, _ = strings.Cut(got, "Tables, method")
	golden.Equal(t, "time.en.txt", got)
}

// Every text is there, in each language, whatever the survey holds.
func TestNoTextIsMissing(t *testing.T) {
	several := survey.Options{By: "owner", RankBy: "exposure-rejected", Keep: true}
	with := about()
	with.Others = []survey.Other{{Name: "earlier", Totals: count(t, sample.Options{Sites: 30}, several)}}
	for what, totals := range map[string]*survey.Totals{
		"nothing":        count(t, sample.Options{}, survey.Options{}),
		"one site":       count(t, sample.Options{Sites: 2}, survey.Options{}),
		"many sites":     count(t, sample.Options{Sites: 200}, several),
		"several visits": count(t, sample.Options{Sites: 40, Repeat: 3}, several),
	} {
		for _, code := range lang.Codes() {
			html := render(t, totals, with, code)
			if missing := regexp.MustCompile(`\[[a-z-]+\.[a-z.0-9-]*\]`).FindAllString(html, -1); len(missing) > 0 {
				t.Errorf("%s, %s: %q", what, code, missing)
			}
			if open := regexp.MustCompile(`\{[a-z]+\}`).FindAllString(styles.ReplaceAllString(html, ""), -1); len(open) > 0 {
				t.Errorf("%s, %s: not filled in: %q", what, code, open)
			}
			for _, bad := range []string{"NaN", "ZgotmplZ", "%!"} {
				if strings.Contains(html, bad) {
					t.Errorf("%s, %s: %s", what, code, bad)
				}
			}
		}
	}
}

// Names of others stay text, and the page loads nothing.
func TestHostileNames(t *testing.T) {
	const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>` + "\u202e"
	visits := func(yield func(survey.Visit, error) bool) {
		yield(survey.Visit{
			Site: evil, Repeat: 1, State: survey.Measured, Labels: map[string]string{"country": evil}, Bundle: `javascript:alert(1)`,
			Facts: &survey.Facts{
				Format: survey.FactsFormat, Title: evil, Started: evil, Method: survey.Method{Chrome: evil, Vantage: evil, Signatures: evil},
				States: []survey.State{{ID: survey.Before, Measured: true}, {ID: survey.Reject, Measured: true}, {ID: survey.Accept, Why: evil}},
				Dialog: survey.Dialog{Looked: true, Found: true, CMP: evil}, Checks: []survey.Check{{ID: evil, Group: evil, Outcome: "fail"}},
				Owners:   []survey.Owner{{Name: evil, Known: true, Country: evil, Categories: []string{evil}, In: map[string]int{survey.Before: 1}}},
				Findings: []survey.Finding{{ID: evil, State: survey.Before}},
			},
		}, nil)
	}
	totals, err := survey.Count(t.Context(), visits, []string{"country"}, "en", survey.Options{By: "country", Link: func(b string) string { return b }})
	if err != nil {
		t.Fatal(err)
	}
	html := render(t, totals, survey.About{Name: evil, Spoor: evil, Commands: []string{evil}}, "en")
	rest := styles.ReplaceAllString(html, "")
	for _, bad := range []string{"<script>alert", "<img", "onerror=alert(1)>", `href="javascript:`, "\u202e"} {
		if strings.Contains(rest, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	for _, address := range regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(rest, -1) {
		if strings.Contains(address[1], "//") {
			t.Errorf("the page leads to %s", address[1])
		}
	}
	if !strings.Contains(html, "default-src &#39;none&#39;") {
		t.Error("the page has no policy against loading")
	}
}

// A grade never orders sites, and those without one stand apart.
func TestInsufficientEvidenceIsApart(t *testing.T) {
	totals := count(t, sample.Options{Sites: 60}, survey.Options{})
	html := render(t, totals, about(), "en")
	_, grades, _ := strings.Cut(html, `<section id="grades"`)
	grades, _, _ = strings.Cut(grades, "</section>")
	if strings.Contains(grades, `<th scope="row">IE</th>`) || !strings.Contains(grades, "(IE)") {
		t.Error("insufficient evidence stands among the grades")
	}
}
