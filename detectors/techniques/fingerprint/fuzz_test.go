package fingerprint

import (
	"strings"
	"testing"
)

// FuzzText feeds what pages draw and style with to the readers of text, colours,
// fonts and media queries.
func FuzzText(f *testing.F) {
	for _, s := range []string{"Cwm fjordbank \U0001F603", "rgba(0,0,0,.5)", "12px Arial", "(color-gamut: p3)", "#12345678"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if a := alphaOf(s); a < 0 {
			t.Errorf("opacity %v of %q", a, s)
		}
		if n := survey(s); n.letters < len(n.unlike) {
			t.Errorf("%q has %d letters, %d different ones", s, n.letters, len(n.unlike))
		}
		if family := familyOfShorthand(s); strings.ContainsAny(family, ",") {
			t.Errorf("family %q of %q", family, s)
		}
		for _, name := range mediaFeatures(s) {
			if name == "" {
				t.Errorf("%q asks about a feature without a name", s)
			}
		}
	})
}
