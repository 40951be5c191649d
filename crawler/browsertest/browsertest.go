// Package browsertest owns what tests need to drive the real browser against the
// test sites. Nothing but tests imports it.
package browsertest

import (
	"os"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/find"
	"github.com/spoor-audit/spoor/testsites"
)

// Options are the settings of a browser that sees the test sites.
func Options(t testing.TB, srv *testsites.Server, mode string) browser.Options {
	t.Helper()
	path := Chrome(t, mode)
	o := browser.Options{
		Path: path, Mode: mode, Langs: []string{"nl", "en"}, TempDir: t.TempDir(),
		Brand: browser.BrandOf(path), Flags: strings.Fields(os.Getenv("SPOOR_TEST_FLAGS")),
	}
	if v, err := find.Version(t.Context(), path); err == nil {
		o.Major, _, _ = strings.Cut(v, ".")
	}
	if srv != nil {
		o.HostRules, o.SPKI = srv.HostRules(), []string{srv.SPKI()}
	}
	return o
}

// Chrome is the path of the first browser that is found, or of the one in SPOOR_CHROME. It returns
// when the tests of no other package drive one; those of this process then have
// the machine until it ends. Without a browser the test is skipped, unless
// SPOOR_REQUIRE_CHROME is set, as it is in CI: then it fails, so that nothing is
// left out unnoticed.
func Chrome(t testing.TB, mode string) string {
	t.Helper()
	found, _, err := find.Find(find.Options{Path: os.Getenv("SPOOR_CHROME"), Mode: mode, Getenv: os.Getenv})
	if err != nil {
		if os.Getenv("SPOOR_REQUIRE_CHROME") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	if err := turn(); err != nil {
		t.Fatal(err)
	}
	return found.Path
}
