package browsertest

import (
	"errors"
	"io/fs"
	"os"
	"testing"

	"github.com/spoor-audit/spoor/crawler/consent/auto"
	"github.com/spoor-audit/spoor/signatures"
)

// Pack is a file of the packs. Where none were fetched the test is skipped, unless
// SPOOR_REQUIRE_CHROME is set, as it is in CI.
func Pack(t testing.TB, name string) string {
	t.Helper()
	db, err := signatures.Default()
	if err != nil {
		t.Fatal(err)
	}
	data, err := db.File(name)
	if errors.Is(err, fs.ErrNotExist) && os.Getenv("SPOOR_REQUIRE_CHROME") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Rules are the rules for known consent managers, of the packs.
func Rules(t testing.TB) *auto.Rules {
	t.Helper()
	r, err := auto.New(Pack(t, "autoconsent.playwright.js"), Pack(t, "autoconsent-rules.json"))
	if err != nil {
		t.Fatal(err)
	}
	return r
}
