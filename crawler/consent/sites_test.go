package consent_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/browsertest"
	"github.com/spoor-audit/spoor/crawler/consent"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/testsites"
)

// TestSites finds and answers the dialogs of the test sites, real consent
// managers among them, which the finder knows nothing of, one after the other.
// The tests of the whole way visit them too, so this runs when somebody asks for
// it with SPOOR_PROVE_SITES; with SPOOR_TEST_ALL it does so for every variant in
// every language.
func TestSites(t *testing.T) {
	if os.Getenv("SPOOR_PROVE_SITES") == "" {
		t.Skip("SPOOR_PROVE_SITES is not set")
	}
	srv := testsites.Start(t)
	w, err := browsertest.Launch(t.Context(), browsertest.Options(t, srv, browser.Headless))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	sites, err := testsites.Sites()
	if err != nil {
		t.Fatal(err)
	}
	all := os.Getenv("SPOOR_TEST_ALL") != ""
	for _, site := range sites {
		for _, p := range site.Pages {
			few := p.NeedsLibraries && (p.File == "index.html" || p.Variant == "compliant" && p.Language == "nl")
			if p.Dialog == nil || !all && !few {
				continue
			}
			for _, want := range []evidence.Scenario{evidence.Reject, evidence.Accept} {
				if p.Consent[string(want)] == "" {
					continue
				}
				t.Run(site.Name+"/"+p.File+"/"+string(want), func(t *testing.T) {
					answer(t, w, p, want)
				})
			}
		}
	}
}

// reached are outcomes that a walk may have where the run's is another: what the
// site made of the choice is looked at later.
var reached = map[string]evidence.Outcome{"done": evidence.Done, "unverified": evidence.Done, "not-offered": evidence.NotOffered, "pay-or-accept": evidence.PayOrAccept}

func answer(t *testing.T, w *browsertest.Window, p testsites.Page, want evidence.Scenario) {
	tb := w.OpenSized(t, p.URL, wide, high)
	d, h, err := consent.Find(t.Context(), tb, consent.Options{Wait: 4 * time.Second, Scroll: true, URL: p.URL})
	if err != nil {
		t.Fatal(err)
	}
	if d.Found != p.Dialog.Found {
		t.Fatalf("found %v (certainty %.2f): %s", d.Found, d.Certainty, strings.ReplaceAll(d.Text, "\n", " / "))
	}
	if !d.Found {
		return
	}
	c := h.Choose(t.Context(), want)
	expected, ok := reached[p.Consent[string(want)]]
	if !ok {
		return
	}
	if c.Outcome != expected {
		t.Errorf("outcome %s (%s), want %s; pressed %s", c.Outcome, c.Reason, expected, presses(c))
		for _, b := range h.Dialog().Buttons {
			t.Logf("%d %s %.2f %q", b.Layer, b.Role, b.Certainty, b.Label)
		}
	}
}
