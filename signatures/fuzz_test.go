package signatures

import (
	"os"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzEntities feeds any bytes as the pack third-party-web.
func FuzzEntities(f *testing.F) {
	f.Add([]byte(`[{"name": "Tally", "category": "ad", "domains": ["*.tally.test", "x.test", "*.", "", "*"]}]`), "www.tally.test")
	f.Add([]byte(`[{"name": "", "domains": null}]`), "")
	f.Add([]byte(`{}`), ".")
	rules, err := readEntityRules(os.DirFS("core"))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte, host string) {
		e, err := parseEntities(data, rules)
		if err != nil {
			return
		}
		if owner, entry, ok := e.find(host); ok {
			e.accused(host, owner, entry)
			if id := e.parties[owner].ID; !idShape.MatchString(id) {
				t.Errorf("the party of %q has the ID %q", host, id)
			}
		}
	})
}

// FuzzVendor feeds any text as a vendor file: what passes the checks can be
// indexed.
func FuzzVendor(f *testing.F) {
	f.Add([]byte(acmeAnalytics))
	f.Add([]byte("schema: 2\nid: [a]"))
	f.Add([]byte("match: {cookies: [{name: '*'}]}\n---\n"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		v, err := parseVendor("vendors/x.yaml", data)
		if err != nil {
			return
		}
		if len(checkVendors([]*vendor{v}, nil, nil)) == 0 {
			newCore([]*vendor{v}, nil)
		}
	})
}

// FuzzJudge feeds any URLs: every question gets an answer.
func FuzzJudge(f *testing.F) {
	f.Add("https://stats.acme.test/x", "script", "https://www.news.test/")
	f.Add("//x", "", "about:blank")
	f.Add("wss://[::1", "websocket", "https://a@b:c/")
	db := load(f, smallCore(f), smallPacks(f))
	f.Fuzz(func(t *testing.T, url, kind, page string) {
		got := db.Judge(Query{URL: url, Type: kind, Page: page})
		if got.Tracker && len(got.Matches) == 0 {
			t.Errorf("%q is a tracker by no rule", url)
		}
		p, ok := db.Identify(url)
		if got.Party != nil && kind == "" && page == "" && (!ok || p.ID != got.Party.ID) {
			t.Errorf("%q goes to %q by Judge and to %q by Identify", url, got.Party.ID, p.ID)
		}
		db.Party(url)
		db.CNAME([]string{url, page})
		db.Cookie(url, page)
		db.StorageKey(url, page)
		db.Library(url)
	})
}

// FuzzCookieTable feeds any bytes as the table of the Open Cookie Database.
func FuzzCookieTable(f *testing.F) {
	f.Add([]byte(cookieCSV), "tally_id", "x.test")
	f.Add([]byte("Platform,Category,Cookie / Data Key name,Domain,Description\n\"a,b\nc\",d\n"), "", "")
	f.Add([]byte("\ufeffPlatform,Category,Cookie / Data Key name,Domain,Description,Wildcard match\nA,B,<<>x>*,co.uk,é"+strings.Repeat("é", 200)+",1\n"), "a", "co.uk")
	f.Fuzz(func(t *testing.T, data []byte, name, domain string) {
		table, err := parseCookieTable(data)
		if err != nil {
			return
		}
		for _, p := range table.parties {
			if !idShape.MatchString(p.ID) {
				t.Errorf("a party has the ID %q", p.ID)
			}
		}
		if use, ok := table.names.find(name, domain); ok && !globMatch(use.Name, name) {
			t.Errorf("%q is found by %q", name, use.Name)
		}
		for _, g := range table.names.all() {
			if !utf8.ValidString(g.use.Purpose) || strings.ContainsAny(g.use.Purpose, "\n\r\x1b") || !useCategories[g.use.Category] {
				t.Errorf("the use is %+v", g.use)
			}
		}
	})
}

// FuzzTCFVendors feeds any bytes as the Global Vendor List.
func FuzzTCFVendors(f *testing.F) {
	f.Add([]byte(vendorList))
	f.Add([]byte(`{"vendors": {"1": {"id": 70000, "name": "x"}, "2": {"id": 2, "name": "y", "policyUrl": "http://[::1"}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := parseTCFVendors(data)
		if err != nil {
			return
		}
		for n, vendor := range v.byNumber {
			if n <= 0 || n > maxTCFNumber || vendor.Name == "" || strings.ContainsAny(vendor.Name, "\n\x1b") {
				t.Errorf("%d is %+v", n, vendor)
			}
		}
	})
}
