package html_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/crawler/browsertest"
	"github.com/spoor-audit/spoor/reports/html"
	"github.com/spoor-audit/spoor/testsites"
)

// axeRun asks axe-core for the rules of WCAG 2.2, levels A and AA, and keeps of its
// answer what a person needs to mend the page. A rule that it cannot decide itself
// ("incomplete") is no violation.
const axeRun = `axe.run(document, {
  runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']},
  resultTypes: ['violations', 'passes'],
}).then((r) => ({
  passes: r.passes.length,
  violations: r.violations.map((v) => ({
    rule: v.id, help: v.help,
    nodes: v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200) + ' -- ' + (n.failureSummary || '').slice(0, 300)),
  })),
}))`

// axeAnswer is what axeRun returns.
type axeAnswer struct {
	Passes     int
	Violations []struct {
		Rule, Help string
		Nodes      []string
	}
}

// paper is how wide A4 is in the PDF, in CSS pixels; see package printing.
const paper = 775

// A look is one way to look at a report.
type look struct {
	width  int64
	scheme string
}

// overflow names what reaches further to the right than the page is wide, outside of
// what can be scrolled by itself.
const overflow = `(() => {
  const wide = document.documentElement.clientWidth, out = [];
  for (const e of document.body.querySelectorAll('*')) {
    const box = e.getBoundingClientRect();
    if (box.right > wide + 1 && box.width > 1 && !e.closest('.scroll, .skip, caption, thead')) out.push(e.tagName + '.' + e.getAttribute('class') + ' ends at ' + Math.round(box.right) + ': ' + e.textContent.trim().slice(0, 60));
  }
  return [document.documentElement.scrollWidth > wide ? 'the page scrolls sideways at ' + wide : '', ...out.slice(0, 5)].filter(Boolean);
})()`

// pickRefused picks the state after a refusal and tells whom the web still names.
const pickRefused = `(() => {
  const label = [...document.querySelectorAll('.pick label')].find((l) => l.textContent.trim() === 'after no');
  label.click();
  return [...document.querySelectorAll('.disc-name')].filter((e) => getComputedStyle(e).display !== 'none').map((e) => e.textContent);
})()`

// TestAxe lets axe-core look for violations of WCAG 2.2 AA in real Chrome, with all
// folds open, as a telephone and a desk show the report, in light and in dark. With
// -write it keeps pictures of them.
func TestAxe(t *testing.T) {
	axe, err := testsites.Library("axe-core/axe.min.js")
	if err != nil {
		if os.Getenv("SPOOR_REQUIRE_CHROME") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	w := browsertest.Start(t)
	pictures := map[string][]byte{
		"shots/none-1.png": picture(t), "shots/none-dialog-1.png": picture(t), "shots/reject-dialog-2.png": picture(t),
	}
	pages := map[string]string{}
	for _, name := range []string{"consent", "hostile", "letter", "app", "blocked", "empty"} {
		for _, code := range []string{"en", "nl"} {
			pages["/"+name+"."+code] = render(t, samples(t)[name], html.Options{Lang: code, Pictures: pictures, Open: true})
		}
	}
	site := browsertest.Serve(t, pages, "")
	t.Run("it finds what is wrong", func(t *testing.T) {
		tab := w.Open(t, browsertest.Serve(t, map[string]string{"/": `<!doctype html><title>x</title><p style="color:#ccc">pale`}, ""))
		ask := tab.Inspector(2 * time.Minute)
		if err := ask(t.Context(), string(axe), nil); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(violations(t, ask), "\n"); !strings.Contains(got, "color-contrast") || !strings.Contains(got, "html-has-lang") {
			t.Errorf("axe-core finds %q in a pale page without a language", got)
		}
	})
	t.Run("the web shows one state of consent", func(t *testing.T) {
		tab := w.Open(t, site+"/consent.en")
		var names []string
		if err := tab.Inspector(time.Minute)(t.Context(), pickRefused, &names); err != nil {
			t.Fatal(err)
		}
		if want := []string{"shop.example", "Google"}; !slices.Equal(names, want) {
			t.Errorf("after no, the web names %q, want %q", names, want)
		}
	})
	for path := range pages {
		t.Run(path[1:], func(t *testing.T) {
			tab := w.OpenSized(t, site+path, 390, 900)
			ask := tab.Inspector(2 * time.Minute)
			if err := ask(t.Context(), string(axe), nil); err != nil {
				t.Fatal(err)
			}
			looks := []look{{390, "light"}, {1280, "dark"}}
			if strings.HasPrefix(path, "/consent") || *write != "" { // the fullest one, in every look
				looks = append(looks, look{390, "dark"}, look{1280, "light"})
			}
			for _, l := range looks {
				tab.Resize(t, l.width, 900)
				tab.Show(t, "screen", l.scheme)
				if *write != "" {
					keep(t, fmt.Sprintf("%s.%d.%s.png", path[1:], l.width, l.scheme), tab.Picture(t, true))
				}
				for _, v := range violations(t, ask) {
					t.Errorf("%d pixels wide, %s: %s", l.width, l.scheme, v)
				}
			}
			for _, l := range []struct {
				width int64
				media string
			}{{320, "screen"}, {1280, "screen"}, {paper, "print"}} {
				tab.Resize(t, l.width, 900)
				tab.Show(t, l.media, "light")
				var out []string
				if err := ask(t.Context(), overflow, &out); err != nil || len(out) > 0 {
					t.Errorf("%s, %d pixels wide: %v %q", l.media, l.width, err, out)
				}
				if *write != "" && l.media == "print" {
					keep(t, path[1:]+".print.png", tab.Picture(t, true))
				}
			}
		})
	}
}

// violations lists what axe-core finds in the document as it is shown now.
func violations(t *testing.T, ask func(context.Context, string, any) error) []string {
	t.Helper()
	var answer axeAnswer
	if err := ask(t.Context(), axeRun, &answer); err != nil {
		t.Fatal(err)
	}
	if answer.Passes == 0 {
		t.Error("axe-core found nothing to look at")
	}
	var out []string
	for _, v := range answer.Violations {
		out = append(out, fmt.Sprintf("%s: %s\n\t%s", v.Rule, v.Help, strings.Join(v.Nodes, "\n\t")))
	}
	return out
}

// keep writes a picture into the folder that -write names.
func keep(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(*write, name), data, 0o600); err != nil {
		t.Fatal(err)
	}
}
