package term_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/olekukonko/tablewriter/pkg/twwidth"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/techniques"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/internal/golden"
	"github.com/spoor-audit/spoor/reports/internal/sample"
	"github.com/spoor-audit/spoor/reports/lang"
	"github.com/spoor-audit/spoor/reports/term"
)

func result(t *testing.T, v *evidence.Visit, j detectors.Judgement) *reports.Result {
	t.Helper()
	db, err := sample.DB()
	if err != nil {
		t.Fatal(err)
	}
	return reports.New(reports.Input{Visit: v, Judgement: j, DB: db})
}

func shop(t *testing.T) *reports.Result { return result(t, sample.Shop(), sample.Judgement()) }

// app is the result of visits as the in-app browser of an app.
func app(t *testing.T) *reports.Result {
	t.Helper()
	in, err := sample.App()
	if err != nil {
		t.Fatal(err)
	}
	return reports.New(in)
}

// withList is the shop judged with a list that was old by then.
func withList(t *testing.T) *reports.Result {
	t.Helper()
	db, err := sample.DBWithList("! Last modified: 01 Jul 2026 12:00 UTC\n||a.test^\n")
	if err != nil {
		t.Fatal(err)
	}
	return reports.New(reports.Input{Visit: sample.Shop(), Judgement: sample.Judgement(), DB: db})
}

func render(t *testing.T, r *reports.Result, o term.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := term.Render(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	blocked := result(t, sample.Blocked(), sample.Unmeasured("the site showed a bot wall instead of the page: captcha"))
	failed := result(t, sample.Failed(), sample.Unmeasured("the visit failed: dns"))
	for name, c := range map[string]struct {
		r *reports.Result
		o term.Options
	}{
		"shop.en.txt":     {shop(t), term.Options{Unicode: true, Lang: "en", Files: []string{"shop.html", "shop.json"}}},
		"shop.nl.txt":     {shop(t), term.Options{Unicode: true, Lang: "nl"}},
		"shop.all.txt":    {shop(t), term.Options{Unicode: true, All: true, Width: 100}},
		"shop.ascii.txt":  {shop(t), term.Options{Lang: "nl"}},
		"shop.color.txt":  {shop(t), term.Options{Unicode: true, Color: true}},
		"shop.lists.txt":  {withList(t), term.Options{Unicode: true, Lang: "nl"}},
		"blocked.en.txt":  {blocked, term.Options{Unicode: true}},
		"blocked.nl.txt":  {blocked, term.Options{Unicode: true, Lang: "nl"}},
		"failed.en.txt":   {failed, term.Options{Unicode: true}},
		"consent.en.txt":  {consent(t), term.Options{Unicode: true}},
		"consent.nl.txt":  {consent(t), term.Options{Unicode: true, Lang: "nl"}},
		"letter.en.txt":   {of(t, sample.Letter), term.Options{Unicode: true}},
		"letter.nl.txt":   {of(t, sample.Letter), term.Options{Unicode: true, Lang: "nl"}},
		"letter.all.txt":  {of(t, sample.Letter), term.Options{Unicode: true, All: true, Width: 100}},
		"unshown.en.txt":  {of(t, sample.Unshown), term.Options{Unicode: true}},
		"unshown.nl.txt":  {of(t, sample.Unshown), term.Options{Unicode: true, Lang: "nl"}},
		"consent.all.txt": {consent(t), term.Options{Unicode: true, All: true, Width: 100}},
		"app.en.txt":      {app(t), term.Options{Unicode: true}},
		"app.nl.txt":      {app(t), term.Options{Unicode: true, Lang: "nl"}},
	} {
		t.Run(name, func(t *testing.T) { golden.Equal(t, name, render(t, c.r, c.o)) })
	}
}

func TestQuietIsTheTwoSentences(t *testing.T) {
	got := render(t, shop(t), term.Options{Unicode: true, Quiet: true})
	want := "5 companies receive data before the visitor has chosen.\n4 of them can recognise the device.\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

var ansi = regexp.MustCompile("\x1b\\[[0-9;]*m")

// fits checks that no line is wider than the width and nothing acts on the
// terminal but spoor's own colours.
func fits(t *testing.T, what, text string, width int, color bool) {
	t.Helper()
	if color {
		text = ansi.ReplaceAllString(text, "")
	}
	for line := range strings.SplitSeq(text, "\n") {
		if got := twwidth.WidthWithOptions(line, twwidth.Options{}); got > width {
			t.Errorf("%s: %d columns of %d: %q", what, got, width, line)
		}
		for _, r := range line {
			if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
				t.Errorf("%s: %U in %q", what, r, line)
			}
		}
		if strings.TrimRight(line, " ") != line {
			t.Errorf("%s: blanks at the end of %q", what, line)
		}
	}
}

func TestNoLineIsTooWide(t *testing.T) {
	hostile, judgement := sample.Hostile()
	wide := sample.Shop()
	wide.Runs[0].Pages[0].Title = strings.Repeat("日本語", 60)
	wide.Runs[0].Requests[5].URL = "https://" + strings.Repeat("very-long-name-", 12) + ".example/x"
	results := map[string]*reports.Result{
		"shop":    shop(t),
		"consent": consent(t),
		"letter":  of(t, sample.Letter),
		"hostile": result(t, hostile, judgement),
		"wide":    result(t, wide, sample.Judgement()),
		"blocked": result(t, sample.Blocked(), sample.Unmeasured("blocked")),
		"failed":  result(t, sample.Failed(), sample.Unmeasured(strings.Repeat("longreason", 30))),
	}
	for name, r := range results {
		for _, width := range []int{40, 57, 80, 100} {
			for _, code := range []string{"en", "nl"} {
				for _, all := range []bool{false, true} {
					text := render(t, r, term.Options{Width: width, Unicode: true, Color: true, All: all, Lang: code, Files: []string{strings.Repeat("dir/", 40) + "x.html"}})
					fits(t, name, text, width, true)
				}
			}
		}
	}
}

func TestWidthLimits(t *testing.T) {
	for _, c := range []struct{ width, want int }{{0, 80}, {200, 100}, {5, 40}, {90, 90}} {
		text := render(t, shop(t), term.Options{Width: c.width, Unicode: true, All: true})
		first, _, _ := strings.Cut(text, "\n")
		if got := len(first); got != c.want {
			t.Errorf("a width of %d gives a first line of %d columns, want %d", c.width, got, c.want)
		}
	}
}

func TestASCII(t *testing.T) {
	hostile, judgement := sample.Hostile()
	for _, r := range []*reports.Result{shop(t), result(t, hostile, judgement)} {
		for _, code := range []string{"en", "nl"} {
			text := render(t, r, term.Options{Lang: code, All: true})
			for _, c := range text {
				if c > unicode.MaxASCII {
					t.Fatalf("%s: %q is not ASCII in\n%s", code, c, text)
				}
			}
			fits(t, code, text, 80, false)
		}
	}
}

func TestColourOnlyRepeatsWords(t *testing.T) {
	with := render(t, shop(t), term.Options{Unicode: true, Color: true, All: true})
	without := render(t, shop(t), term.Options{Unicode: true, All: true})
	if with == without {
		t.Error("colour changes nothing")
	}
	if got := ansi.ReplaceAllString(with, ""); got != without {
		t.Errorf("without its colours the report differs:\n%s", cmp.Diff(without, got))
	}
}

func TestHostileTextIsInert(t *testing.T) {
	v, j := sample.Hostile()
	text := render(t, result(t, v, j), term.Options{Unicode: true, All: true, Lang: "nl"})
	fits(t, "hostile", text, 80, false)
	if len(text) > 60_000 {
		t.Errorf("texts of a megabyte made a report of %d bytes", len(text))
	}
	if !strings.Contains(text, `\x1b`) {
		t.Error("what the page hid is not there to be read")
	}
}

// A visit that says nothing about the site must not look like a clean one.
func TestNotMeasuredIsNotClean(t *testing.T) {
	for name, v := range map[string]*evidence.Visit{"blocked": sample.Blocked(), "failed": sample.Failed()} {
		for code, words := range map[string][3]string{
			"en": {"The page was not measured", "not found", "0 problems"},
			"nl": {"De pagina is niet gemeten", "niet gevonden", "0 problemen"},
		} {
			for _, all := range []bool{false, true} {
				text := render(t, result(t, v, detectors.Judgement{}), term.Options{Unicode: true, Lang: code, All: all})
				if !strings.Contains(text, words[0]) {
					t.Errorf("%s, %s: does not say that it was not measured:\n%s", name, code, text)
				}
				for _, bad := range words[1:] {
					if strings.Contains(text, bad) {
						t.Errorf("%s, %s: says %q:\n%s", name, code, bad, text)
					}
				}
			}
		}
	}
}

func TestExplain(t *testing.T) {
	for _, technique := range techniques.All() {
		for _, code := range []string{"en", "nl"} {
			var b bytes.Buffer
			if err := term.Explain(&b, technique.ID, term.Options{Unicode: true, Lang: code}); err != nil {
				t.Fatal(err)
			}
			text := b.String()
			fits(t, technique.ID, text, 80, false)
			if strings.ContainsAny(text, "{}[]") {
				t.Errorf("%s, %s: a text is missing:\n%s", technique.ID, code, text)
			}
			if code == "en" && !strings.Contains(strings.Join(strings.Fields(text), " "), technique.Doc.Why) {
				t.Errorf("%s does not say why it matters:\n%s", technique.ID, text)
			}
		}
	}
	for _, id := range reports.CheckIDs() {
		for _, code := range []string{"en", "nl"} {
			var b bytes.Buffer
			if err := term.Explain(&b, id, term.Options{Unicode: true, Lang: code}); err != nil {
				t.Fatal(err)
			}
			text := b.String()
			fits(t, id, text, 80, false)
			if strings.ContainsAny(text, "{}[]|") {
				t.Errorf("%s, %s: a text is missing:\n%s", id, code, text)
			}
			doc, _ := reports.CheckDoc(lang.Get(code), id)
			if words := strings.Join(strings.Fields(text), " "); !strings.Contains(words, doc.Why) || !strings.Contains(words, doc.Fix) {
				t.Errorf("%s, %s: does not say why it matters and what to do:\n%s", id, code, text)
			}
		}
	}
	err := term.Explain(&bytes.Buffer{}, "canvas-reading", term.Options{})
	if err == nil || !strings.Contains(err.Error(), "fingerprint-canvas") {
		t.Errorf("an id that is nearly right gives %v", err)
	}
}

func TestList(t *testing.T) {
	for _, code := range []string{"en", "nl"} {
		var b bytes.Buffer
		if err := term.List(&b, term.Options{Unicode: true, Lang: code}); err != nil {
			t.Fatal(err)
		}
		fits(t, code, b.String(), 80, false)
		ids := reports.CheckIDs()
		for _, technique := range techniques.All() {
			ids = append(ids, technique.ID)
		}
		for _, id := range ids {
			if !strings.Contains(b.String(), id) {
				t.Errorf("%s: the list lacks %s", code, id)
			}
		}
	}
}

func TestNoResult(t *testing.T) {
	if term.Render(&bytes.Buffer{}, nil, term.Options{}) == nil {
		t.Error("no result is no error")
	}
}
