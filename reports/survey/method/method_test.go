package method_test

import (
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/reports/internal/golden"
	"github.com/spoor-audit/spoor/reports/lang"
	"github.com/spoor-audit/spoor/reports/survey"
	"github.com/spoor-audit/spoor/reports/survey/internal/sample"
	"github.com/spoor-audit/spoor/reports/survey/method"
)

func count(t *testing.T, o sample.Options) *survey.Totals {
	t.Helper()
	totals, err := survey.Count(t.Context(), sample.Visits(o), sample.Labels(), "en", survey.Options{Keep: true})
	if err != nil {
		t.Fatal(err)
	}
	return totals
}

func TestMethod(t *testing.T) {
	totals := count(t, sample.Options{Sites: 60, Repeat: 2})
	about := survey.About{
		Name: "media.csv", Digest: "aa11", Spoor: "1.0.0", Labels: sample.Labels(), Asked: []string{"none", "reject", "accept"}, Repeat: 2,
		Options: [][2]string{{"lang", "nl, en"}}, Commands: []string{"spoor survey media.csv --store media", "spoor survey report --store media --out report"},
		Others: []survey.Other{{Name: "media-2025", Totals: count(t, sample.Options{Sites: 20})}},
	}
	for _, code := range lang.Codes() {
		var b strings.Builder
		if err := method.Render(&b, totals, about, code); err != nil {
			t.Fatal(err)
		}
		// The limits of techniques have tests of their own, and change with them.
		head, rest, _ := strings.Cut(b.String(), "- `ad-pixel-event`")
		_, rest, _ = strings.Cut(rest, "\n\n")
		golden.Equal(t, "method."+code+".md", head+rest)
	}
}

// Every detector is there with its limits.
func TestLimits(t *testing.T) {
	var b strings.Builder
	if err := method.Render(&b, count(t, sample.Options{Sites: 3}), survey.About{}, "nl"); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"fingerprint-canvas", "session-recording", "cookie-sync"} {
		if !strings.Contains(b.String(), "- `"+id+"`: ") {
			t.Errorf("%s is missing", id)
		}
	}
	if strings.Contains(b.String(), "[method") || strings.Contains(b.String(), "[survey") {
		t.Error("a text is missing")
	}
}

// Names of others make no markup.
func TestHostileNames(t *testing.T) {
	const evil = "a](http://evil.test) <script> `x` | # @someone\n# head"
	totals := count(t, sample.Options{Sites: 3})
	totals.Settings.Vantage[evil] = 1
	totals.Reasons[0]["failed "+evil] = 1
	var b strings.Builder
	err := method.Render(&b, totals, survey.About{Name: evil, Labels: []string{evil}, Options: [][2]string{{evil, evil}}, Commands: []string{"```\n" + evil}}, "en")
	if err != nil {
		t.Fatal(err)
	}
	prose, _, _ := strings.Cut(b.String(), "```")
	for _, line := range strings.Split(prose, "\n") {
		if strings.HasPrefix(line, "# head") || strings.Contains(line, "](http") && !strings.Contains(line, `\](http`) {
			t.Errorf("markup of others: %s", line)
		}
	}
	if n := strings.Count(b.String(), "```"); n != 2 {
		t.Errorf("%d fences, want 2", n)
	}
}
