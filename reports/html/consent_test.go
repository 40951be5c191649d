package html_test

import (
	"bytes"
	"encoding/base64"
	"image/jpeg"
	"regexp"
	"strings"
	"testing"

	nethtml "golang.org/x/net/html"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/html"
	"github.com/spoor-audit/spoor/reports/internal/sample"
)

func TestScoreIsShownAsItIs(t *testing.T) {
	for _, c := range []struct {
		sample, code string
		want, not    []string
	}{
		{"consent", "en", []string{"D poor", "44 of 100", "fixing this alone: +15 points", "The findings allow no more than 59."}, []string{"no grade"}},
		{"unclear", "en", []string{"IE no grade", "not enough was measured to give a grade (47 to 99 of 100)"}, []string{"99 of 100 Does"}},
		{"unclear", "nl", []string{"IE geen cijfer", "er is te weinig gemeten voor een cijfer (47 tot 99 van 100)"}, nil},
	} {
		text := strings.Join(strings.Fields(visible(parse(t, render(t, samples(t)[c.sample], html.Options{Lang: c.code})))), " ")
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s.%s does not say %q", c.sample, c.code, want)
			}
		}
		for _, not := range c.not {
			if strings.Contains(text, not) {
				t.Errorf("%s.%s says %q", c.sample, c.code, not)
			}
		}
	}
	for _, name := range []string{"shop", "blocked", "failed", "empty"} {
		if text := render(t, samples(t)[name], html.Options{}); strings.Contains(text, `class="score"`) {
			t.Errorf("%s has a score that nobody made", name)
		}
	}
}

// What was not measured is no zero: not in the table, not in its order.
func TestUnmeasuredColumn(t *testing.T) {
	doc := parse(t, render(t, samples(t)["unclear"], html.Options{}))
	cells := 0
	each(doc, func(n *nethtml.Node) {
		if attr(n, "data-label") == "after no" && strings.Contains(attr(n, "class"), "bar-cell") {
			cells++
			if got := strings.TrimSpace(content(n)); got != "not measured" || attr(n, "data-value") != "-1" {
				t.Errorf("a cell that was not measured says %q, %q", got, attr(n, "data-value"))
			}
		}
	})
	if cells == 0 {
		t.Error("there is no column for the refusal")
	}
}

func TestPhotographsOfTheDialog(t *testing.T) {
	pictures := map[string][]byte{"shots/none-dialog-1.png": picture(t), "shots/reject-dialog-2.png": []byte("<svg onload=alert(1)>")}
	text := render(t, samples(t)["consent"], html.Options{Pictures: pictures})
	if n := strings.Count(text, "<img "); n != 1 {
		t.Errorf("%d pictures, want that of the first layer", n)
	}
	if !strings.Contains(text, "A picture of layer 2 is in the bundle: shots/reject-dialog-2.png.") {
		t.Error("the picture that is none is not named")
	}
}

// A report is sent by mail, so that large pictures are packed.
func TestLargePicturesArePacked(t *testing.T) {
	large := noise(t)
	text := render(t, samples(t)["consent"], html.Options{Pictures: map[string][]byte{"shots/none-dialog-1.png": large}})
	match := regexp.MustCompile(`src="data:image/jpeg;base64,([^"]+)" alt="[^"]+" width="1366" height="768"`).FindStringSubmatch(text)
	if match == nil {
		t.Fatal("the picture is not there as JPEG with the size of the original")
	}
	data, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(match[1], "&#43;", "+"))
	if err != nil {
		t.Fatal(err)
	}
	img, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil || img.Bounds().Dx() != 900 || img.Bounds().Dy() != 506 {
		t.Errorf("the packed picture: %v, %v", img.Bounds(), err)
	}
	if len(data) > len(large)/3 {
		t.Errorf("the packed picture has %d bytes, the original %d", len(data), len(large))
	}
	if again := render(t, samples(t)["consent"], html.Options{Pictures: map[string][]byte{"shots/none-dialog-1.png": large}}); again != text {
		t.Error("the same picture gives other bytes")
	}
}

func TestWordsOfTheDialog(t *testing.T) {
	doc := parse(t, render(t, samples(t)["consent"], html.Options{Lang: "en"}))
	quoted := 0
	each(doc, func(n *nethtml.Node) {
		if n.Data == "blockquote" || strings.Contains(attr(n, "class"), "path") {
			quoted++
			if attr(n, "lang") != "nl" || attr(n, "dir") != "auto" {
				t.Errorf("<%s> holds words of the site in language %q", n.Data, attr(n, "lang"))
			}
		}
	})
	if quoted < 3 {
		t.Errorf("%d quotations", quoted)
	}
}

// A colour of the page reaches an attribute only if it is one.
func TestColoursOfThePage(t *testing.T) {
	fill := regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)
	for _, name := range []string{"consent", "hostile"} {
		n := 0
		each(parse(t, render(t, samples(t)[name], html.Options{})), func(e *nethtml.Node) {
			if got := attr(e, "fill"); got != "" {
				n++
				if !fill.MatchString(got) {
					t.Errorf("%s: fill=%q", name, got)
				}
			}
		})
		if (n > 0) != (name == "consent") {
			t.Errorf("%s: %d colours", name, n)
		}
	}
}

func TestNoDialogIsSaid(t *testing.T) {
	in, err := sample.Consent()
	if err != nil {
		t.Fatal(err)
	}
	for i := range in.Visit.Runs {
		in.Visit.Runs[i].Dialog = &evidence.Dialog{Certainty: 0.9}
		in.Visit.Runs[i].Chosen, in.Visit.Runs[i].Choice = nil, nil
	}
	for code, want := range map[string]string{
		"en": "No question for consent was found in 3 of 3 visits that looked for one.",
		"nl": "In 3 van de 3 bezoeken waarin we zochten, is geen cookiemelding gevonden.",
	} {
		r := of(t, func() (reports.Input, error) { return in, nil })
		if text := visible(parse(t, render(t, r, html.Options{Lang: code}))); !strings.Contains(text, want) {
			t.Errorf("%s: the report does not say that no dialog was found", code)
		}
	}
	if text := visible(parse(t, render(t, samples(t)["shop"], html.Options{}))); strings.Contains(text, "No question for consent") {
		t.Error("a visit that did not look says that there is none")
	}
}
