package fingerprint

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/apis"
	"github.com/spoor-audit/spoor/detectors/internal/try"
)

// Every sign that a rule gives has points and a reason, every surface a place.
func TestRules(t *testing.T) {
	r := theRules()
	for _, s := range []scale{r.canvas, r.webgl} {
		for id, sign := range s.Signs {
			if sign.Points == 0 || !strings.HasSuffix(sign.Why, ".") {
				t.Errorf("sign %q has %d points and the reason %q", id, sign.Points, sign.Why)
			}
		}
		if s.Threshold < 2 || s.Sure <= s.Threshold {
			t.Errorf("threshold %d, sure %d", s.Threshold, s.Sure)
		}
	}
	for name, s := range r.surfaces {
		if s.Kind == "" || s.Group == "" || s.Points < 0 || s.Points > 3 {
			t.Errorf("%s: %+v", name, *s)
		}
		if got := apis.Find(name).Name; got != name {
			t.Errorf("%s has the alias %s: nothing finds it", name, got)
		}
	}
}

// The signs in code are those in signs.yaml: a misspelt one would weigh nothing.
func TestSignsAreKnown(t *testing.T) {
	small := try.Size(1, 240, 60)
	m := try.Visit().Paint(try.OtherJS, small, try.Probe(try.Context)...).Paint(try.OtherJS, small, try.Canvas+"toDataURL")
	m.Calls(try.OtherJS, try.Size(2, 300, 150), try.GL+"getParameter(37445)").Calls(try.OtherJS, try.Size(2, 300, 150), try.Parameters(30)...)
	for technique, given := range map[*detectors.Technique]scale{Canvas: theRules().canvas, WebGL: theRules().webgl} {
		seen := map[string]bool{}
		for _, f := range m.Judge(t, technique) {
			for sign := range strings.SplitSeq(f.Args["signs"], ", ") {
				seen[sign] = true
				if _, ok := given.Signs[sign]; !ok {
					t.Errorf("%s gives the sign %q, which signs.yaml does not know", technique.ID, sign)
				}
			}
		}
		if len(seen) < 4 {
			t.Errorf("%s gave only %v", technique.ID, slices.Sorted(maps.Keys(seen)))
		}
	}
	var d drawing
	for _, sign := range d.signs(1) {
		t.Errorf("an empty canvas gives the sign %q", sign)
	}
}

func TestMediaFeatures(t *testing.T) {
	for query, want := range map[string][]string{
		"(min-width: 600px) and (color-gamut: p3)": {"width", "color-gamut"},
		"(400px <= width <= 700px)":                nil,
		"screen and (MONOCHROME)":                  {"monochrome"},
		"not all and (prefers-contrast:more)":      {"prefers-contrast"},
		"((hover))":                                {"hover"},
		"print":                                    nil,
		"(":                                        nil,
	} {
		if got := mediaFeatures(query); !slices.Equal(got, want) {
			t.Errorf("%q asks about %v, want %v", query, got, want)
		}
	}
}

func TestFamily(t *testing.T) {
	for font, want := range map[string]string{
		`italic 12px/1.2 "Segoe UI", serif`: "segoe ui", "72px Arial": "arial", "11pt 'Times New Roman'": "times new roman",
		"bold 1.5em  Georgia,serif": "georgia", "700 10px Inter": "inter", "": "", "caption": "caption", "Open Sans": "open sans",
	} {
		if got := familyOfShorthand(font); got != want {
			t.Errorf("family of %q is %q, want %q", font, got, want)
		}
	}
}

func TestAlpha(t *testing.T) {
	for colour, want := range map[string]float64{
		"#f60": 1, "#f603": 0.2, "#ff660033": 0.2, "rgba(0,0,0,0.12)": 0.12, "rgb(0 0 0 / 25%)": 0.25, "hsla(1, 2%, 3%, .3)": 0.3,
		"red": 1, "": 1, "[object]": 1, "rgba(": 1, "#zzzz": 1, "rgba(1,2,3,x)": 1,
	} {
		if got := alphaOf(colour); got < want-0.01 || got > want+0.01 {
			t.Errorf("opacity of %q is %v, want %v", colour, got, want)
		}
	}
}

func TestPangram(t *testing.T) {
	for text, want := range map[string]bool{
		"Cwm fjordbank glyphs vext quiz": true, "Cwm fjordbank gly \U0001F603": true, "The quick brown fox jumps over the lazy dog": true,
		"Revenue of the first half of the year": false, "Hello, world": false, "ClientJS,org <canvas> 1.0": false, "": false,
	} {
		if got := survey(text).isPangram(); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
