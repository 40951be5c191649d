package html_test

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode"

	nethtml "golang.org/x/net/html"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/html"
	"github.com/spoor-audit/spoor/reports/internal/golden"
	"github.com/spoor-audit/spoor/reports/internal/sample"
)

var write = flag.String("write", "", "write the sample reports to this folder, to be looked at")

func result(t testing.TB, v *evidence.Visit, j detectors.Judgement) *reports.Result {
	t.Helper()
	db, err := sample.DB()
	if err != nil {
		t.Fatal(err)
	}
	r := reports.New(reports.Input{Visit: v, Judgement: j, DB: db})
	r.Tools.Signatures = reports.Signatures{
		Version: "a41f09c2d3e4", Packs: []reports.Pack{{Name: "easyprivacy", Version: "202510010812", Rules: 54325, Date: "2025-10-01", Licence: "CC BY-SA 3.0", Source: "https://lists.example/easyprivacy.txt", AgeDays: 416, Old: true}},
	}
	return r
}

func shop(t testing.TB) *reports.Result { return result(t, sample.Shop(), sample.Judgement()) }

func hostile(t testing.TB) *reports.Result { return of(t, sample.HostileInput) }

// of makes the result of a sample.
func of(t testing.TB, in func() (reports.Input, error)) *reports.Result {
	t.Helper()
	input, err := in()
	if err != nil {
		t.Fatal(err)
	}
	return reports.New(input)
}

func render(t testing.TB, r *reports.Result, o html.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := html.Render(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func parse(t testing.TB, text string) *nethtml.Node {
	t.Helper()
	doc, err := nethtml.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// picture makes a PNG that could be a page.
func picture(t testing.TB) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 1366, 768))
	for y := range 768 {
		for x := range 1366 {
			c := color.RGBA{250, 250, 250, 255}
			switch {
			case y < 90:
				c = color.RGBA{20, 90, 60, 255}
			case y > 160 && y < 520 && x > 60 && (x-60)%320 < 280:
				c = color.RGBA{204, 196, 184, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// samples are the results that all rules of the page are tested on. They are
// made once: rendering does not change a result, as TestRenderingChangesNothing
// proves.
func samples(t testing.TB) map[string]*reports.Result {
	t.Helper()
	made.Do(func() { results = makeSamples(t) })
	return results
}

var (
	made    sync.Once
	results map[string]*reports.Result
)

func makeSamples(t testing.TB) map[string]*reports.Result {
	return map[string]*reports.Result{
		"shop":    shop(t),
		"consent": of(t, sample.Consent),
		"unclear": of(t, sample.Unclear),
		"app":     of(t, sample.App),
		"hostile": hostile(t),
		"letter":  of(t, sample.Letter),
		"unshown": of(t, sample.Unshown),
		"blocked": result(t, sample.Blocked(), sample.Unmeasured("the site showed a bot wall instead of the page")),
		"failed":  result(t, sample.Failed(), sample.Unmeasured("the visit failed: dns")),
		"empty":   result(t, &evidence.Visit{}, detectors.Judgement{}),
	}
}

func TestGolden(t *testing.T) {
	pictures := map[string][]byte{
		"shots/none-1.png": picture(t), "shots/none-dialog-1.png": picture(t), "shots/reject-dialog-2.png": picture(t),
	}
	for name, r := range samples(t) {
		if *write == "" {
			break
		}
		for _, code := range []string{"en", "nl"} {
			file := filepath.Join(*write, name+"."+code+".html")
			if err := os.WriteFile(file, []byte(render(t, r, html.Options{Lang: code, Pictures: pictures})), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct{ sample, code string }{{"shop", "en"}, {"shop", "nl"}, {"blocked", "en"}, {"blocked", "nl"}, {"consent", "en"}, {"consent", "nl"}, {"unclear", "en"}, {"unclear", "nl"}, {"app", "en"}, {"app", "nl"}, {"letter", "en"}, {"letter", "nl"}, {"unshown", "en"}} {
		name := c.sample + "." + c.code + ".txt"
		t.Run(name, func(t *testing.T) {
			got := visible(parse(t, render(t, samples(t)[c.sample], html.Options{Lang: c.code, Pictures: pictures})))
			golden.Equal(t, name, got)
		})
	}
}

// breaks are the elements that begin a new line.
var breaks = map[string]bool{
	"p": true, "h1": true, "h2": true, "h3": true, "h4": true, "li": true, "tr": true, "dt": true, "dd": true, "summary": true,
	"text": true, "title": true, "desc": true, "figcaption": true, "pre": true, "caption": true, "td": true, "th": true,
}

// visible returns the words of a page, one element a line, as they would be read
// out with all folds open.
func visible(n *nethtml.Node) string {
	var b strings.Builder
	var walk func(*nethtml.Node)
	walk = func(n *nethtml.Node) {
		if n.Type == nethtml.ElementNode {
			if n.Data == "style" || n.Data == "script" {
				return
			}
			if breaks[n.Data] {
				b.WriteString("\n")
			}
			if n.Data == "span" {
				b.WriteString(" ")
			}
			if n.Data == "h2" || n.Data == "h1" {
				b.WriteString("\n== ")
			}
		}
		if n.Type == nethtml.TextNode {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	var lines []string
	for line := range strings.SplitSeq(b.String(), "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

func TestRenderingChangesNothing(t *testing.T) {
	r := shop(t)
	var before, after bytes.Buffer
	if err := reports.WriteJSON(&before, r); err != nil {
		t.Fatal(err)
	}
	first := render(t, r, html.Options{FullValues: true, Lang: "nl"})
	if err := reports.WriteJSON(&after, r); err != nil {
		t.Fatal(err)
	}
	if before.String() != after.String() {
		t.Error("rendering changed the result")
	}
	if render(t, r, html.Options{FullValues: true, Lang: "nl"}) != first {
		t.Error("a second report of the same result differs")
	}
}

func TestSameResultSameBytes(t *testing.T) {
	want := render(t, shop(t), html.Options{})
	for range 3 {
		if render(t, shop(t), html.Options{}) != want {
			t.Fatal("two reports of the same visit differ")
		}
	}
}

func TestReportOfSavedResult(t *testing.T) {
	var b bytes.Buffer
	if err := reports.WriteJSON(&b, shop(t)); err != nil {
		t.Fatal(err)
	}
	r, err := reports.ReadJSON(&b)
	if err != nil {
		t.Fatal(err)
	}
	text := visible(parse(t, render(t, r, html.Options{FullValues: true})))
	if !strings.Contains(text, "5 companies receive data") || !strings.Contains(text, evidence.Digest([]byte("s1"))[:20]) {
		t.Error("the report of a saved result lacks the summary or the digests")
	}
	if strings.Contains(text, "This report shows whole values") {
		t.Error("it claims to show values, which it has not")
	}
}

func TestValues(t *testing.T) {
	secrets := []string{"GA1.1.1234567890.1700000000", "7f3a9c1e5b2d4860", "fb.1.1700000000000.987654321"}
	const warning = "This report shows whole values."
	usual, full := render(t, shop(t), html.Options{}), render(t, shop(t), html.Options{FullValues: true})
	for _, secret := range secrets {
		if strings.Contains(usual, secret) {
			t.Errorf("the usual report holds %q", secret)
		}
		if !strings.Contains(full, secret) {
			t.Errorf("the report with full values lacks %q", secret)
		}
	}
	if strings.Contains(usual, warning) || !strings.Contains(full, warning) {
		t.Error("the warning about whole values stands in the wrong report")
	}
}

func TestPictures(t *testing.T) {
	const source = `src="data:image/png;base64,`
	with := render(t, shop(t), html.Options{Pictures: map[string][]byte{"shots/none-1.png": picture(t)}})
	if !strings.Contains(with, source) || !strings.Contains(with, `alt="Picture of shop.example`) {
		t.Error("the picture of the page is missing")
	}
	for name, data := range map[string][]byte{"no picture": nil, "not a PNG": []byte("<svg onload=alert(1)>"), "another name": picture(t)} {
		pictures := map[string][]byte{"shots/none-1.png": data}
		if name == "another name" {
			pictures = map[string][]byte{"shots/x.png": data}
		}
		if text := render(t, shop(t), html.Options{Pictures: pictures}); strings.Contains(text, "<img") {
			t.Errorf("%s: there is a picture", name)
		}
	}
}

func TestNotMeasuredIsNotClean(t *testing.T) {
	for _, name := range []string{"blocked", "failed", "empty"} {
		for code, words := range map[string][2]string{
			"en": {"The page was not measured", "Looked for and not found"},
			"nl": {"De pagina is niet gemeten", "Gezocht en niet gevonden"},
		} {
			text := visible(parse(t, render(t, samples(t)[name], html.Options{Lang: code})))
			if !strings.Contains(text, words[0]) {
				t.Errorf("%s, %s: does not say that it was not measured", name, code)
			}
			for _, bad := range []string{words[1], "No problems were found", "zijn geen problemen gevonden", "No cookies were seen", "geen cookies gezien"} {
				if strings.Contains(text, bad) {
					t.Errorf("%s, %s: says %q", name, code, bad)
				}
			}
		}
	}
}

func TestHostileTextIsInert(t *testing.T) {
	for _, code := range []string{"en", "nl"} {
		text := render(t, samples(t)["hostile"], html.Options{Lang: code, FullValues: true})
		if len(text) > 300_000 {
			t.Errorf("texts of a megabyte made a report of %d bytes", len(text))
		}
		for _, r := range text {
			if unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Bidi_Control, r) || r == '\u200b' {
				t.Fatalf("the report holds %U", r)
			}
		}
		scripts := 0
		each(parse(t, text), func(n *nethtml.Node) {
			if n.Data == "script" {
				scripts++
			}
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
					t.Errorf("<%s> has the attribute %s", n.Data, a.Key)
				}
				if (a.Key == "href" || a.Key == "src") && !strings.HasPrefix(a.Val, "#") && !strings.HasPrefix(a.Val, "data:") {
					t.Errorf("<%s> leads to %q", n.Data, a.Val)
				}
			}
		})
		if scripts != 1 {
			t.Errorf("%d scripts in the report, want its own only", scripts)
		}
		if !strings.Contains(text, `\x1b[31;1m`) || !strings.Contains(text, `\u{202e}`) {
			t.Error("what the page hid is not there to be read")
		}
	}
}

func TestNoResult(t *testing.T) {
	if html.Render(&bytes.Buffer{}, nil, html.Options{}) == nil {
		t.Error("no result is no error")
	}
}
