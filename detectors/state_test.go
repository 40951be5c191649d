package detectors

import (
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

func TestCookies(t *testing.T) {
	byScript := func(url string) func(*evidence.Cookie) {
		return func(c *evidence.Cookie) { c.Writes[0].Kind, c.Writes[0].URL = "script", url }
	}
	state := func(s string) func(*evidence.Cookie) { return func(c *evidence.Cookie) { c.State = s } }
	tryAll(t, cookiesFirstParty, []trial{
		{"basket", visit().cookie("basket", "www.shop.test", "3", 30), want{"basket@www.shop.test note"}},
		{"session", visit().cookie("PHPSESSID", "www.shop.test", "k3v9q0t7b2m5n8c1", 0), want{"PHPSESSID@www.shop.test note"}},
		{"unknown identifier", visit().cookie("vid", "shop.test", uuid, 365), want{"vid@shop.test low"}},
		{"statistics", visit().cookie("_ga", "shop.test", "GA1.2.123456789.1795000000", 400, byScript("https://www.googletagmanager.com/gtag/js")), want{"_ga@shop.test medium"}},
		{"statistics for a day", visit().cookie("_gid", "shop.test", "GA1.2.987654321.1795000000", 1), want{"_gid@shop.test medium"}},
		{"kept for a week", visit().cookie("vid", "shop.test", uuid, 7), want{"vid@shop.test note"}},
		{"a moment, not an identifier", visit().cookie("seen", "shop.test", "1795000000123", 365), want{"seen@shop.test note"}},
		{"of another site", visit().cookie("uid", "tracker.test", uuid, 365), nil},
		{"refused by the browser", visit().cookie("vid", "shop.test", uuid, 365, state("blocked")), nil},
		{"the same in a run with a fresh browser", visit().cookie("build", "shop.test", uuid, 365).another(evidence.Accept).
			cookie("build", "shop.test", uuid, 365), want{"build@shop.test note", "build@shop.test note"}},
		{"another in a run with a fresh browser", visit().cookie("vid", "shop.test", uuid, 365).another(evidence.Accept).
			cookie("vid", "shop.test", "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed", 365), want{"vid@shop.test low", "vid@shop.test low"}},
	})
	tryAll(t, cookiesThirdParty, []trial{
		{"identifier", visit().cookie("uid", "tracker.test", uuid, 365), want{"uid@tracker.test high"}},
		{"setting", visit().cookie("lang", "widget.test", "nl", 365), want{"lang@widget.test low"}},
		{"of the site", visit().cookie("vid", "www.shop.test", uuid, 365), nil},
		{"refused by the browser", visit().cookie("uid", "tracker.test", uuid, 365, state("blocked")), nil},
	})
}

func TestCookieFinding(t *testing.T) {
	m := visit().cookie("_ga", "shop.test", "GA1.2.123456789.1795000000", 400, func(c *evidence.Cookie) {
		c.Writes = []evidence.CookieWrite{
			{At: 7, Kind: "script", Call: "none/call/3", URL: "https://www.googletagmanager.com/gtag/js?id=G-1"},
			{At: 9, Kind: "script", URL: shopJS, Delete: true},
			{At: 90, Kind: "http", Request: "none/request/8", URL: "https://www.shop.test/api"},
		}
	})
	at := evidence.Millis(50)
	m.run.Chosen = &at
	found := m.judge(t, cookiesFirstParty)
	check(t, found, want{"_ga@shop.test medium", "_ga@shop.test medium after"})
	f := found[0]
	for name, want := range map[string]string{
		"name": "_ga", "domain": "shop.test", "setter": "www.googletagmanager.com", "days": "400",
		"category": "analytics", "identifying": "yes", "who": "Google Analytics",
	} {
		if f.Args[name] != want {
			t.Errorf("%s is %q, want %q", name, f.Args[name], want)
		}
	}
	if f.Cookie != "_ga" || f.Party != "google-analytics" || len(f.Evidence) != 2 || f.Evidence[1] != "none/call/3" || f.First != 7 {
		t.Errorf("finding %+v", f)
	}
	if g := found[1]; g.First != 90 || g.Evidence[1] != "none/request/8" {
		t.Errorf("finding after the choice %+v", g)
	}
}

func TestDays(t *testing.T) {
	for _, c := range []struct {
		lifetime int64
		session  bool
		want     string
	}{{0, true, "0"}, {60, false, "0.01"}, {43200, false, "0.50"}, {86400, false, "1"}, {400 * 86400, false, "400"}} {
		if got := days(&evidence.Cookie{Lifetime: c.lifetime, Session: c.session}); got != c.want {
			t.Errorf("%d s: %s, want %s", c.lifetime, got, c.want)
		}
	}
}

func TestStorage(t *testing.T) {
	const own, frame = "https://www.shop.test", "https://ads.other.test"
	gone := func(s *evidence.StorageItem) { s.Deleted = true }
	tryAll(t, storageLocal, []trial{
		{"setting", visit().item("local", own, "theme", "dark"), want{"theme@" + own + " note"}},
		{"identifier", visit().item("local", own, "visitor", uuid), want{"visitor@" + own + " low"}},
		{"identifier in JSON", visit().item("local", own, "state", `{"v":1,"user":{"anonymousId":"`+uuid+`"}}`), want{"state@" + own + " low"}},
		{"identifier of another site", visit().item("local", frame, "uid", uuid), want{"uid@" + frame + " medium"}},
		{"names that differ by codes only", visit().item("local", own, "cache_1234", "a").item("local", own, "cache_5678", uuid), want{"cache_*@" + own + " low"}},
		{"test whether writing works", visit().item("local", own, "__test__", "__test__", gone), nil},
		{"another kind", visit().item("session", own, "theme", "dark"), nil},
	})
	tryAll(t, storageSession, []trial{
		{"identifier", visit().item("session", frame, "sid", uuid), want{"sid@" + frame + " low"}},
		{"setting", visit().item("session", own, "step", "2"), want{"step@" + own + " note"}},
	})
	tryAll(t, storageIndexedDB, []trial{
		{"database", visit().item("indexeddb", own, "app/items", ""), want{"app/items@" + own + " note"}},
		{"test whether databases work", visit().item("indexeddb", own, "test/s", "", gone), nil},
	})
	tryAll(t, storageCache, []trial{
		{"cache", visit().item("cache", own, "files-v3", ""), want{"files-v3@" + own + " note"}},
	})
	tryAll(t, serviceWorker, []trial{
		{"of the site", visit().item("service-worker", own, own+"/", ""), want{own + "/@" + own + " note"}},
		{"of another site", visit().item("service-worker", frame, frame+"/w/", ""), want{frame + "/w/@" + frame + " low"}},
		{"none", visit().item("cache", own, "x", ""), nil},
	})
}
