package signatures

import (
	"os"
	"testing"
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
