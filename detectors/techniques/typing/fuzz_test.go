package typing

import (
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/detectors/addresses"
	"github.com/spoor-audit/spoor/detectors/internal/try"
	"github.com/spoor-audit/spoor/detectors/values"
	"github.com/spoor-audit/spoor/evidence"
)

// FuzzClaims feeds addresses and bodies to the reader of parameters.
func FuzzClaims(f *testing.F) {
	f.Add("https://www.facebook.com/tr?ud[em]="+try.SHA256("x"), `{"user":{"ext":{"eids":[{"source":"uidapi.com"}]}}}`)
	f.Add("https://www.google.com/x?em=tv.1~em."+strings.Repeat("aB3", 15), "a~b.c=d&[=]&]=[&x[=1")
	f.Fuzz(func(t *testing.T, u, body string) {
		r := &evidence.Request{URL: u, Body: body}
		for _, c := range theHashed().claims(evidence.Host(u), addresses.PathOf(u), true, values.RequestParts(r)) {
			if c.what == "" || c.form == "" {
				t.Errorf("an incomplete claim: %+v", c)
			}
		}
	})
}

// FuzzKeys feeds texts to the reader of keystrokes.
func FuzzKeys(f *testing.F) {
	f.Add("b\nbo\nbod\nbodi", try.Canary, "key")
	f.Add("KeyB\nDigit4\n66\nx", "b4bx", "e.keyCode")
	f.Fuzz(func(t *testing.T, lines, text, name string) {
		s := &stream{}
		for l := range strings.SplitSeq(lines, "\n") {
			s.add(l, name, &Departure{})
		}
		if k, ok := s.keyed(&evidence.Typed{Value: text}); ok && len(k.from) < minGrowth {
			t.Errorf("%q in %d texts", text, len(k.from))
		}
	})
}
