package codes

import (
	"testing"
	"time"
)

func FuzzIdentifierIn(f *testing.F) {
	const uuid = "8a6e0804-2bd0-4672-b79d-d97027f9071a"
	visited := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for _, s := range []string{uuid, "GA1.2.123456789.1795000000", "%7B%22a%22%3A1%7D", "eyJhIjoxfQ.eyJiIjoyfQ.x", "2026-11-21T10:15"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got := IdentifierIn(s, visited); got != "" && len(got) < MinIdentifier {
			t.Errorf("%q is too short an identifier", got)
		}
		if p := KeyPattern(s); len(p) > len(s) {
			t.Errorf("the pattern %q is longer than its key %q", p, s)
		}
	})
}

func TestIdentifierIn(t *testing.T) {
	const uuid = "8a6e0804-2bd0-4672-b79d-d97027f9071a"
	visited := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for _, value := range []string{
		uuid, "3f2b8c1d9e7a4f60", "GA1.2.123456789.1795000000", "fb.1.1795000000123.1098115397", "%7B%22id%22%3A%22" + uuid + "%22%7D",
		"eyJ1c2VyIjoiOGE2ZTA4MDQtMmJkMC00NjcyLWI3OWQtZDk3MDI3ZjkwNzFhIn0=", "k3v9q0t7b2m5n8c1", "987654321",
		"AHWqTUmQzR3xN0bVkPjE8sYfLgC2dIoA", "QWxhZGRpbjpvcGVuIHNlc2FtZQaBcDeFgHiJkLmN",
	} {
		if IdentifierIn(value, visited) == "" {
			t.Errorf("no identifier in %q", value)
		}
	}
	for _, value := range []string{
		"", "1", "true", "nl-NL", "accepted", "necessary:1|analytics:0", "1795000000", "1795000000123", "2026-11-21", "20261121101500",
		"2026-11-21T10:15:00.000Z", "v12.4.1", "https://www.shop.test/some/page.html", "00000000-0000-0000-0000-000000000000",
		"deadbeef", "marketing_preferences", "version2", "1366x768", "europe/amsterdam", `{"theme":"dark","fontSize":16}`, "12345678",
	} {
		if got := IdentifierIn(value, visited); got != "" {
			t.Errorf("identifier %q in %q", got, value)
		}
	}
}

func TestKeyPattern(t *testing.T) {
	const uuid = "8a6e0804-2bd0-4672-b79d-d97027f9071a"
	for key, want := range map[string]string{
		"theme": "theme", "_hjSession_1234567": "_hjSession_*", "amplitude_id_3f2b8c1d": "amplitude_id_*", "v2": "v2", "oauth2": "oauth2",
		"ga:" + uuid: "ga:*-2bd0-*-b79d-*", "mp_8a6e08042bd04672_mixpanel": "mp_*_mixpanel", "persist:root": "persist:root", "": "", "clé 1": "clé 1",
	} {
		if got := KeyPattern(key); got != want {
			t.Errorf("pattern of %q is %q, want %q", key, got, want)
		}
	}
}
