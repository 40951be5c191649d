package signatures

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParty(t *testing.T) {
	db := load(t, smallCore(t), smallPacks(t))
	for host, want := range map[string]string{
		"stats.acme.test":       "acme-analytics",
		"eu.stats.acme.test":    "acme-analytics",
		"acme.test":             "acme",
		"www.acme.test":         "acme",
		"WWW.Acme.TEST.":        "acme",
		"www.acme.test:8443":    "acme",
		"notacme.test":          "",
		"acme.test.evil.test":   "",
		"cdn.tally.test":        "tally-co",
		"tally.test":            "tally-co",
		"exact.tally.invalid":   "tally-co",
		"x.exact.tally.invalid": "",
		"more.acme-more.test":   "acme-analytics", // the pack's name for the same party
		"metrics.shop.test":     "acme-analytics", // by the heading of the list
		"data.shop.test":        "other-metrics",
		"www.shop.test":         "",
		"localhost":             "",
		"127.0.0.1":             "",
		"[::1]:80":              "",
		"":                      "",
	} {
		p, ok := db.Party(host)
		if p.ID != want || ok != (want != "") {
			t.Errorf("%q belongs to %q, want %q", host, p.ID, want)
		}
	}
	p, _ := db.Party("tally.test")
	want := Party{ID: "tally-co", Name: "Tally & Co", Company: "Tally", Categories: []string{"analytics"}, Homepage: "https://tally.test/"}
	if diff := cmp.Diff(want, p); diff != "" {
		t.Error(diff)
	}
}

func TestIdentify(t *testing.T) {
	db := load(t, smallCore(t), smallPacks(t))
	for url, want := range map[string]string{
		"https://acme.test/search":                    "acme",
		"https://acme.test/pixel/1":                   "acme-analytics",
		"https://www.shop.test/collect?tid=AC-1":      "acme-analytics",
		"https://www.shop.test/collect?tid=XX-1":      "",
		"https://brick.test/collect?tid=AC-1":         "acme-analytics",
		"https://www.shop.test/?u=//acme.test/pixel/": "",
		"data:text/plain,https://acme.test/pixel/":    "",
		"about:blank": "",
		"":            "",
	} {
		if p, ok := db.Identify(url); p.ID != want || ok != (want != "") {
			t.Errorf("%q goes to %q, want %q", url, p.ID, want)
		}
	}
}

func TestJudge(t *testing.T) {
	db := load(t, smallCore(t), smallPacks(t))
	const page = "https://www.news.test/"
	tests := []struct {
		url, kind, page string
		tracker         bool
		party           string
		lists           string // of the matches, in order
	}{
		{"https://stats.acme.test/x", "script", page, true, "acme-analytics", "core"},
		{"https://acme-stats.test/x", "script", page, true, "acme-analytics", "core"},
		{"https://acme-stats.test/x", "script", "", true, "acme-analytics", "core"},
		{"https://acme-stats.test/x", "script", "https://www.acme-stats.test/", false, "acme-analytics", "core"},
		{"https://acme.test/x", "script", page, false, "acme", "core"},
		{"https://www.news.test/collect?tid=AC-1", "xhr", page, true, "acme-analytics", "core"},
		{"https://dialog.test/d.js", "script", page, false, "dialog", "core"},
		{"https://brick.test/lib.js", "script", page, false, "brick", "core"},
		{"https://brick.test/telemetry/1", "xhr", page, true, "brick", "core easyprivacy"},
		{"https://tracker.test/1", "image", page, true, "", "easyprivacy"},
		{"https://tracker.test/1", "image", "https://tracker.test/", false, "", ""},
		{"https://www.news.test/beacon.gif?1", "image", page, true, "", "easyprivacy"},
		{"https://ads.test/1", "image", page, true, "", "easylist"},
		{"https://except.test/1", "image", page, true, "", "easyprivacy"},
		{"https://except.test/1", "script", page, false, "", "easyprivacy easylist"},
		{"https://hard.test/1", "script", page, true, "", "easyprivacy easylist"},
		{"https://a.tally.test/1", "script", page, true, "tally-co", "third-party-web"},
		{"https://a.tally.test/1", "script", "https://tally.test/", false, "tally-co", "third-party-web"},
		{"https://d123.cloudfront.net/1", "script", page, true, "tally-co", "third-party-web"},
		{"https://d999.cloudfront.net/1", "script", page, false, "", ""},
		{"https://shop.co.uk/1", "script", page, false, "tally-co", "third-party-web"},
		{"https://x.azureedge.net/1", "script", page, false, "everyone-s-cdn", "third-party-web"},
		{"https://x.plaincdn.test/1", "script", page, false, "plain-cdn", "third-party-web"},
		{"https://x.odd.test/1", "script", page, false, "odd", "third-party-web"},
		{"https://metrics.shop.test/b/ss", "image", page, true, "acme-analytics", "easyprivacy"},
		{"https://nobody.test/app.js", "script", page, false, "", ""},
		{"data:image/gif;base64,R0lGOD", "image", page, false, "", ""},
	}
	for _, tt := range tests {
		got := db.Judge(Query{URL: tt.url, Type: tt.kind, Page: tt.page})
		party := ""
		if got.Party != nil {
			party = got.Party.ID
		}
		if got.Tracker != tt.tracker || party != tt.party {
			t.Errorf("%s as %s from %q: tracker %v of %q, want %v of %q (%v)", tt.url, tt.kind, tt.page, got.Tracker, party, tt.tracker, tt.party, got.Matches)
		}
		if got.Categories == nil || got.Matches == nil {
			t.Errorf("%s: a list is nil, which is null in JSON", tt.url)
		}
		var lists []string
		for _, m := range got.Matches {
			lists = append(lists, m.List)
		}
		if want := tt.lists; strings.Join(lists, " ") != want {
			t.Errorf("%s: lists %v, want %q", tt.url, lists, want)
		}
	}
	got := db.Judge(Query{URL: "https://metrics.shop.test/b/ss", Type: "image", Page: page})
	want := []Match{{listEasyPrivacy, "||metrics.shop.test^", "cname_acme"}}
	if diff := cmp.Diff(want, got.Matches); diff != "" {
		t.Error(diff)
	}
}

func TestCookie(t *testing.T) {
	db := load(t, smallCore(t), nil)
	for _, tt := range []struct{ name, domain, party, pattern string }{
		{"_acme", "shop.test", "acme-analytics", "_acme"},
		{"_acme_12", "shop.test", "acme-analytics", "_acme_*"},
		{"_acx", "shop.test", "brick", "_ac*"},
		{"_ACME", "shop.test", "", ""},
		{"id", "acme.test", "acme-analytics", "id"},
		{"id", ".www.acme.test", "acme-analytics", "id"},
		{"id", "notacme.test", "", ""},
		{"id", "", "", ""},
		{"session", "acme.test", "", ""},
		{"", "", "", ""},
	} {
		use, ok := db.Cookie(tt.name, tt.domain)
		if use.Party != tt.party || use.Name != tt.pattern || ok != (tt.party != "") {
			t.Errorf("%s on %s: %+v, want %s by %s", tt.name, tt.domain, use, tt.party, tt.pattern)
		}
	}
	use, _ := db.Cookie("_acme_12", "shop.test")
	if diff := cmp.Diff(Use{"acme-analytics", "_acme_*", "session", "analytics", "core"}, use); diff != "" {
		t.Error(diff)
	}
}

func TestStorageKey(t *testing.T) {
	db := load(t, smallCore(t), nil)
	for _, tt := range []struct{ key, origin, party string }{
		{"acme.queue", "https://shop.test", "acme-analytics"},
		{"acme", "https://shop.test", ""},
		{"shared", "https://shop.test", "acme-analytics"},
		{"shared", "https://cdn.brick.test", "brick"},
		{"shared", "", "acme-analytics"},
	} {
		if use, _ := db.StorageKey(tt.key, tt.origin); use.Party != tt.party {
			t.Errorf("%s at %s: %+v, want %s", tt.key, tt.origin, use, tt.party)
		}
	}
}

func TestCNAME(t *testing.T) {
	db := load(t, smallCore(t), smallPacks(t))
	for _, tt := range []struct {
		chain []string
		want  string
	}{
		{nil, ""},
		{[]string{"shop.brick.test", "x.edge.acme-cloud.test."}, "acme-analytics"},
		{[]string{"shop.acme-cloud.test"}, ""},
		{[]string{"eu.stats.acme.test"}, "acme-analytics"},
		{[]string{"www.acme.test"}, ""},   // a search engine's host is no tracker
		{[]string{"cdn.brick.test"}, ""},  // a delivery network hides nobody
		{[]string{"x.plaincdn.test"}, ""}, // likewise
		{[]string{"x.tally.test"}, "tally-co"},
		{[]string{"x.edge.other.test"}, "other-metrics"},
		{[]string{"tracker.test"}, ""}, // a tracker that nobody has named
		{[]string{"", "..", "[::1]"}, ""},
	} {
		if p, ok := db.CNAME(tt.chain); p.ID != tt.want || ok != (tt.want != "") {
			t.Errorf("%q leads to %q, want %q", tt.chain, p.ID, tt.want)
		}
	}
}

func TestDisguise(t *testing.T) {
	db := load(t, smallCore(t), smallPacks(t))
	for host, want := range map[string]string{
		"x.edge.other.test": "other-metrics", "edge.other.test.": "other-metrics", "edge.other.test:8443": "other-metrics",
		"www.other.test": "", "tracker.test": "", "cdn.brick.test": "", "": "", "[::1]": "",
	} {
		p, m, ok := db.Disguise(host)
		if p.ID != want || ok != (want != "") || ok && (m.List != listEasyPrivacy || m.Rule == "" || m.Section == "") {
			t.Errorf("behind %q stands %q (%+v), want %q", host, p.ID, m, want)
		}
	}
}

func TestLibrary(t *testing.T) {
	db := load(t, smallCore(t), nil)
	if p, ok := db.Library("https://cdn.shop.test/js/acme.min.js?v=1"); !ok || p.ID != "acme-analytics" {
		t.Errorf("the library is %q's", p.ID)
	}
	if p, ok := db.Library("https://cdn.shop.test/js/app.min.js"); ok {
		t.Errorf("a script of the shop is %q's", p.ID)
	}
}

func TestSite(t *testing.T) {
	for host, want := range map[string]string{
		"www.example.com":          "example.com",
		"example.com":              "example.com",
		"a.b.example.co.uk":        "example.co.uk",
		"co.uk":                    "co.uk",
		"me.github.io":             "me.github.io",
		"x.me.github.io":           "me.github.io",
		"WWW.Example.COM.":         "example.com",
		"www.example.com:8080":     "example.com",
		"localhost":                "localhost",
		"localhost:3000":           "localhost",
		"127.0.0.1":                "127.0.0.1",
		"127.0.0.1:80":             "127.0.0.1",
		"[::1]":                    "::1",
		"[2001:db8::1]:443":        "2001:db8::1",
		"www.bücher.example":       "xn--bcher-kva.example",
		"www.xn--bcher-kva.com":    "xn--bcher-kva.com",
		"shop.test":                "shop.test",
		"a.shop.test":              "shop.test",
		"d111.cloudfront.net":      "d111.cloudfront.net",
		"bucket.s3.amazonaws.com":  "bucket.s3.amazonaws.com",
		"www.gemeente.amsterdam":   "gemeente.amsterdam",
		"www.rijksoverheid.nl":     "rijksoverheid.nl",
		"":                         "",
		"www.city.kawasaki.jp":     "city.kawasaki.jp",
		"www.ck":                   "www.ck",
		"a.b.kobe.jp":              "a.b.kobe.jp",
		"under_score.example.com.": "example.com",
	} {
		if got := Site(host); got != want {
			t.Errorf("the site of %q is %q, want %q", host, got, want)
		}
	}
	if !SameSite("a.example.com", "b.example.com:8080") || SameSite("a.github.io", "b.github.io") || SameSite("", "") {
		t.Error("SameSite is wrong")
	}
}
