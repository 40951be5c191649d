package visit

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/browsertest"
	"github.com/spoor-audit/spoor/evidence"
)

func TestParseCookie(t *testing.T) {
	for _, c := range []struct {
		raw, from string
		want      evidence.Cookie
	}{
		{"a=1", "https://www.shop.test/", evidence.Cookie{Name: "a", Value: "1", Domain: "www.shop.test", HostOnly: true, Path: "/"}},
		{"a=1; Domain=.shop.test; Path=/x; Secure; HttpOnly; SameSite=none", "https://www.shop.test/a/b", evidence.Cookie{Name: "a", Value: "1", Domain: "shop.test", Path: "/x", Secure: true, HTTPOnly: true, SameSite: "None"}},
		{"a=1=2; path=relative", "https://shop.test/dir/page", evidence.Cookie{Name: "a", Value: "1=2", Domain: "shop.test", HostOnly: true, Path: "/dir"}},
		{"bare", "https://shop.test/", evidence.Cookie{Value: "bare", Domain: "shop.test", HostOnly: true, Path: "/"}},
	} {
		got, ok := parseCookie(c.raw, c.from)
		if !ok {
			t.Errorf("%q: not a cookie", c.raw)
			continue
		}
		if d := cmp.Diff(c.want, *got); d != "" {
			t.Errorf("%q: %s", c.raw, d)
		}
	}
	if _, ok := parseCookie("; Path=/", "https://shop.test/"); ok {
		t.Error("a line without name and value is a cookie")
	}
}

func TestLifetime(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		raw     string
		seconds int64
		session bool
	}{
		{"a=1", 0, true},
		{"a=1; Max-Age=60", 60, false},
		{"a=1; Max-Age=0", 0, false},
		{"a=1; Max-Age=junk", 0, true},
		{"a=1; expires=Sat, 21 Nov 2026 12:01:00 GMT", 60, false},
		{"a=1; expires=Sat, 21-Nov-2026 12:01:00 GMT", 60, false},
		{"a=1; Max-Age=5; expires=Sat, 21 Nov 2026 12:01:00 GMT", 5, false},
		{"a=1; expires=Thu, 01 Jan 1970 00:00:00 GMT", -now.Unix(), false},
	} {
		if s, session := lifetime(c.raw, now); s != c.seconds || session != c.session {
			t.Errorf("%q: %d, session %v; want %d, %v", c.raw, s, session, c.seconds, c.session)
		}
	}
}

func TestSplitKey(t *testing.T) {
	for key, want := range map[string][2]string{
		"https://a.test/":                    {"https://a.test", ""},
		"https://a.test/^0https://top.test":  {"https://a.test", "https://top.test"},
		"https://a.test/^0https://top.test^": {"https://a.test", "https://top.test"},
		"https://a.test":                     {"https://a.test", ""},
	} {
		if o, p := splitKey(key); o != want[0] || p != want[1] {
			t.Errorf("%q: %q %q", key, o, p)
		}
	}
}

func TestReason(t *testing.T) {
	k, err := loadKnowledge()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"net::ERR_NAME_NOT_RESOLVED": "dns", "net::ERR_CONNECTION_REFUSED": "refused", "net::ERR_CERT_DATE_INVALID": "tls",
		"net::ERR_TOO_MANY_REDIRECTS": "redirect-loop", "net::ERR_SOMETHING_NEW": "network",
	} {
		if got := k.reason(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func FuzzCookie(f *testing.F) {
	f.Add("a=1; Domain=.x.test; Max-Age=9; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "https://x.test/a")
	f.Fuzz(func(t *testing.T, raw, from string) {
		if c, ok := parseCookie(raw, from); ok && c.Name == "" && c.Value == "" {
			t.Fatal("a cookie without name and value")
		}
		lifetime(raw, time.Unix(0, 0))
	})
}

// TestLongCookie sets a cookie by script whose attributes stand behind a very
// long value: its lifetime must be on record all the same.
func TestLongCookie(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `<!doctype html><title>long</title><script>document.cookie='long='+'x'.repeat(3000)+'; Path=/; Max-Age=86400'</script>`)
	}))
	defer srv.Close()
	b := &bench{hub: newHub(t, browsertest.Options(t, nil, browser.Headless)), table: loadTable(t)}
	rec := b.visit(t, Plan{URL: srv.URL})
	i := slices.IndexFunc(rec.Run.Cookies, func(c evidence.Cookie) bool { return c.Name == "long" })
	if i < 0 {
		t.Fatalf("no such cookie on record: %+v", rec.Run.Cookies)
	}
	if c := rec.Run.Cookies[i]; c.Declared != 86400 || len(c.Writes) != 1 || c.Writes[0].Kind != "script" {
		t.Errorf("declared for %d s, writes %+v", c.Declared, c.Writes)
	}
}
