package evidence_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

func TestHostOf(t *testing.T) {
	for url, want := range map[string]string{
		"https://Www.Shop.test:8443/a?b#c": "www.shop.test",
		"http://user:pw@shop.test":         "shop.test",
		"https://shop.test./":              "shop.test",
		"https://[2001:db8::1]:80/":        "[2001:db8::1]",
		"https://evil.test\\@shop.test/":   "evil.test",
		"wss://live.shop.test?x=://y":      "live.shop.test",
		"data:text/html,hi":                "",
		"about:blank":                      "",
		"blob:https://shop.test/1":         "shop.test",
		"":                                 "",
	} {
		if got := evidence.Host(url); got != want {
			t.Errorf("host of %q is %q, want %q", url, got, want)
		}
	}
}

// FuzzHostOf compares with the parser of the standard library, where that one
// understands the address.
func FuzzHostOf(f *testing.F) {
	for _, s := range []string{"https://www.shop.test/", "https://a:b@c.test:1/x?y#z", "http://[::1]:80/", "https://x.test?u=https://y.test/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := evidence.Host(s)
		if strings.ContainsAny(got, "/?#@") {
			t.Errorf("host %q", got)
		}
		u, err := url.Parse(s)
		if err != nil || !strings.HasPrefix(s, "http://") && !strings.HasPrefix(s, "https://") || u.Hostname() == "" || strings.ContainsAny(s, "\\[]%") {
			return
		}
		if want := strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")); got != want {
			t.Errorf("host of %q is %q, want %q", s, got, want)
		}
	})
}
