package storage

import (
	"testing"

	"github.com/spoor-audit/spoor/detectors/internal/try"
	"github.com/spoor-audit/spoor/evidence"
)

func TestCookies(t *testing.T) {
	byScript := func(url string) func(*evidence.Cookie) {
		return func(c *evidence.Cookie) { c.Writes[0].Kind, c.Writes[0].URL = "script", url }
	}
	state := func(s string) func(*evidence.Cookie) { return func(c *evidence.Cookie) { c.State = s } }
	try.All(t, CookiesFirstParty, []try.Trial{
		try.One("basket", try.Visit().Cookie("basket", "www.shop.test", "3", 30), try.Want{"basket@www.shop.test note"}),
		try.One("session", try.Visit().Cookie("PHPSESSID", "www.shop.test", "k3v9q0t7b2m5n8c1", 0), try.Want{"PHPSESSID@www.shop.test note"}),
		try.One("unknown identifier", try.Visit().Cookie("vid", "shop.test", try.UUID, 365), try.Want{"vid@shop.test low"}),
		try.One("statistics", try.Visit().Cookie("_ga", "shop.test", "GA1.2.123456789.1795000000", 400, byScript("https://www.googletagmanager.com/gtag/js")), try.Want{"_ga@shop.test medium"}),
		try.One("statistics for a day", try.Visit().Cookie("_gid", "shop.test", "GA1.2.987654321.1795000000", 1), try.Want{"_gid@shop.test medium"}),
		try.One("kept for a week", try.Visit().Cookie("vid", "shop.test", try.UUID, 7), try.Want{"vid@shop.test note"}),
		try.One("a moment, not an identifier", try.Visit().Cookie("seen", "shop.test", "1795000000123", 365), try.Want{"seen@shop.test note"}),
		try.One("of another site", try.Visit().Cookie("uid", "tracker.test", try.UUID, 365), nil),
		try.One("refused by the browser", try.Visit().Cookie("vid", "shop.test", try.UUID, 365, state("blocked")), nil),
		try.One("the same in a run with a fresh browser", try.Visit().Cookie("build", "shop.test", try.UUID, 365).Another(evidence.Accept).
			Cookie("build", "shop.test", try.UUID, 365), try.Want{"build@shop.test note", "build@shop.test note"}),
		try.One("another in a run with a fresh browser", try.Visit().Cookie("vid", "shop.test", try.UUID, 365).Another(evidence.Accept).
			Cookie("vid", "shop.test", "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed", 365), try.Want{"vid@shop.test low", "vid@shop.test low"}),
	})
	try.All(t, CookiesThirdParty, []try.Trial{
		try.One("identifier", try.Visit().Cookie("uid", "tracker.test", try.UUID, 365), try.Want{"uid@tracker.test high"}),
		try.One("setting", try.Visit().Cookie("lang", "widget.test", "nl", 365), try.Want{"lang@widget.test low"}),
		try.One("of the site", try.Visit().Cookie("vid", "www.shop.test", try.UUID, 365), nil),
		try.One("refused by the browser", try.Visit().Cookie("uid", "tracker.test", try.UUID, 365, state("blocked")), nil),
	})
}

func TestCookieFinding(t *testing.T) {
	m := try.Visit().Cookie("_ga", "shop.test", "GA1.2.123456789.1795000000", 400, func(c *evidence.Cookie) {
		c.Writes = []evidence.CookieWrite{
			{At: 7, Kind: "script", Call: "none/call/3", URL: "https://www.googletagmanager.com/gtag/js?id=G-1"},
			{At: 9, Kind: "script", URL: try.ShopJS, Delete: true},
			{At: 90, Kind: "http", Request: "none/request/8", URL: "https://www.shop.test/api"},
		}
	})
	at := evidence.Millis(50)
	m.Run.Chosen = &at
	found := m.Judge(t, CookiesFirstParty)
	try.Check(t, found, try.Want{"_ga@shop.test medium", "_ga@shop.test medium after"})
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
	try.All(t, Local, []try.Trial{
		try.One("setting", try.Visit().Item("local", own, "theme", "dark"), try.Want{"theme@" + own + " note"}),
		try.One("identifier", try.Visit().Item("local", own, "visitor", try.UUID), try.Want{"visitor@" + own + " low"}),
		try.One("identifier in JSON", try.Visit().Item("local", own, "state", `{"v":1,"user":{"anonymousId":"`+try.UUID+`"}}`), try.Want{"state@" + own + " low"}),
		try.One("identifier of another site", try.Visit().Item("local", frame, "uid", try.UUID), try.Want{"uid@" + frame + " medium"}),
		try.One("names that differ by codes only", try.Visit().Item("local", own, "cache_1234", "a").Item("local", own, "cache_5678", try.UUID), try.Want{"cache_*@" + own + " low"}),
		try.One("test whether writing works", try.Visit().Item("local", own, "__test__", "__test__", gone), nil),
		try.One("another kind", try.Visit().Item("session", own, "theme", "dark"), nil),
	})
	try.All(t, Session, []try.Trial{
		try.One("identifier", try.Visit().Item("session", frame, "sid", try.UUID), try.Want{"sid@" + frame + " low"}),
		try.One("setting", try.Visit().Item("session", own, "step", "2"), try.Want{"step@" + own + " note"}),
	})
	try.All(t, IndexedDB, []try.Trial{
		try.One("database", try.Visit().Item("indexeddb", own, "app/items", ""), try.Want{"app/items@" + own + " note"}),
		try.One("test whether databases work", try.Visit().Item("indexeddb", own, "test/s", "", gone), nil),
	})
	try.All(t, Cache, []try.Trial{
		try.One("cache", try.Visit().Item("cache", own, "files-v3", ""), try.Want{"files-v3@" + own + " note"}),
	})
	try.All(t, ServiceWorker, []try.Trial{
		try.One("of the site", try.Visit().Item("service-worker", own, own+"/", ""), try.Want{own + "/@" + own + " note"}),
		try.One("of another site", try.Visit().Item("service-worker", frame, frame+"/w/", ""), try.Want{frame + "/w/@" + frame + " low"}),
		try.One("none", try.Visit().Item("cache", own, "x", ""), nil),
	})
}
