package html_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/html"
	"github.com/spoor-audit/spoor/reports/internal/golden"
	"github.com/spoor-audit/spoor/reports/internal/sample"
)

// noise makes a PNG that hardly compresses.
func noise(t testing.TB) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 1366, 768))
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // noise, and the same in every test
	for y := range 768 {
		for x := range 1366 {
			v := uint8(random.Uint32()) //nolint:gosec // noise
			img.SetRGBA(x, y, color.RGBA{v, v, uint8(y / 3), 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestManyThingsStayReadable(t *testing.T) {
	v := sample.Shop()
	run := &v.Runs[0]
	j := sample.Judgement()
	for i := range 3000 {
		c := run.Cookies[0]
		c.ID, c.Name = evidence.NewID(evidence.None, "cookie", 100+i), "c"+strings.Repeat("x", i%40)+string(rune('a'+i%26))+string(rune('a'+i/26%26))+string(rune('a'+i/676))
		run.Cookies = append(run.Cookies, c)
		q := run.Requests[5]
		q.ID, q.URL = evidence.NewID(evidence.None, "request", 100+i), "https://h"+string(rune('a'+i%26))+string(rune('a'+i/26%20))+".example/x.js"
		run.Requests = append(run.Requests, q)
		f := j.Findings[1]
		f.Key, f.Evidence = c.Name, []evidence.ID{c.ID}
		j.Findings = append(j.Findings, f)
	}
	text := render(t, result(t, v, j), html.Options{})
	if len(text) > 1_500_000 {
		t.Errorf("the report has %d bytes", len(text))
	}
	words := visible(parse(t, text))
	for _, want := range []string{"2,505 more rows stand in the JSON of this result.", "more stand in the JSON of this result."} {
		if !strings.Contains(words, want) {
			t.Errorf("the report does not say %q", want)
		}
	}
}

// A site with 300 receivers and pictures that do not compress stays a report that can
// be mailed, and that names in its drawings what is large.
func TestHeavySite(t *testing.T) {
	r := of(t, func() (reports.Input, error) { return sample.Heavy(300) })
	pictures := map[string][]byte{}
	for _, name := range []string{"none-1", "none-dialog-1", "reject-dialog-1", "reject-dialog-2", "accept-dialog-1"} {
		pictures["shots/"+name+".png"] = noise(t)
	}
	for _, code := range []string{"en", "nl"} {
		text := render(t, r, html.Options{Lang: code, Pictures: pictures})
		if *write != "" {
			if err := os.WriteFile(filepath.Join(*write, "heavy."+code+".html"), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if len(text) > 1_500_000 {
			t.Errorf("the report has %d bytes", len(text))
		}
		if !strings.Contains(text, ">Google</text>") || strings.Count(text, `class="disc `) != 160 {
			t.Errorf("the web has %d discs", strings.Count(text, `class="disc `))
		}
	}
}

// TestWebGolden holds where the discs of 150 receivers come to stand.
func TestWebGolden(t *testing.T) {
	r := of(t, func() (reports.Input, error) { return sample.Heavy(143) })
	text := render(t, r, html.Options{})
	_, text, _ = strings.Cut(text, `<desc id="web-svg-desc">`)
	drawing, _, ok := strings.Cut(text, "</svg>")
	if !ok {
		t.Fatal("there is no web")
	}
	golden.Equal(t, "web.en.svg.txt", drawing)
}
