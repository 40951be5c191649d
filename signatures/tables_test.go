package signatures

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// cookieCSV is a table in the form of the Open Cookie Database.
const cookieCSV = `ID,Platform,Category,Cookie / Data Key name,Domain,Description,Retention period,Data Controller,User Privacy & GDPR Rights Portals,Wildcard match
1,Tally & Co,Analytics,tally_id,Advertiser's website domain (1st party),"Contains a unique ID.

Second paragraph.",2 years,Tally Inc,https://tally.test/,0
2,Tally & Co,Marketing,tally_seg_,tally.test (3rd party) or advertiser's website domain (1st party),Segments,1 year,Tally Inc,,1
3,Lone Star,Marketing,id,lone.test (3rd party),Visitor,1 year,Advertiser's website,,0
4,Lone Star,Functional,userlang [x2],lone.test (3rd party),Language,1 year,Lone Star,,0
5,Lone Star,Security,CT<TrackingSetupID>,Advertiser's website domain (1st party),Token,1 year,Lone Star,,0
6,Lone Star,Oddity,two words,Advertiser's website domain (1st party),Not a name,1 year,Lone Star,,0
7,Lone Star,Marketing,x,Advertiser's website domain (1st party),Too short to be told anywhere,1 year,Lone Star,,0
8,Acme Analytics,Marketing,_acme,Advertiser's website domain (1st party),The core knows better,1 year,Acme,,0
9,,Marketing,nobody,,,,,,0
`

// vendorList is a list in the form of IAB Europe's.
const vendorList = `{"gvlSpecificationVersion": 3, "vendorListVersion": 142, "lastUpdated": "2026-11-19T16:00:21Z", "vendors": {
	"7": {"id": 7, "name": "Acme\n Advertising", "urls": [{"langId": "en", "privacy": "https://www.stats.acme.test/privacy"}]},
	"8": {"id": 8, "name": "Brick One", "policyUrl": "https://brick.test/one"},
	"9": {"id": 9, "name": "Brick Two", "policyUrl": "https://brick.test/two"},
	"10": {"id": 10, "name": "Gone", "deletedDate": "2020-01-01T00:00:00Z", "policyUrl": "https://gone.test/"},
	"11": {"id": 11, "name": "Stranger", "deviceStorageDisclosureUrl": "https://stranger.test/disclosure.json"}}}`

func tablePacks(t testing.TB) *DB {
	t.Helper()
	files := packs(t, map[string]string{listCookieTable: cookieCSV, "iab-gvl": vendorList})
	index, err := readIndex(files)
	if err != nil {
		t.Fatal(err)
	}
	for i := range index.Packs {
		index.Packs[i].Kind = map[string]string{listCookieTable: KindCookies, "iab-gvl": KindTCF}[index.Packs[i].Name]
	}
	db, err := loadSets(smallCore(t), PackSet{Index: PackIndex{}}, PackSet{files, index, Cached})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func TestCookieTable(t *testing.T) {
	db := tablePacks(t)
	for _, tt := range []struct {
		name, domain string
		want         Use
	}{
		{"tally_id", "www.shop.test", Use{"tally-co", "tally_id", "Contains a unique ID", "analytics", listCookieTable}},
		{"tally_seg_7", ".tally.test", Use{"tally-co", "tally_seg_*", "Segments", "marketing", listCookieTable}},
		{"id", "lone.test", Use{"lone-star", "id", "Visitor", "marketing", listCookieTable}},
		{"id", "www.shop.test", Use{}},
		{"userlang", "lone.test", Use{"lone-star", "userlang", "Language", "preferences", listCookieTable}},
		{"CT123", "www.shop.test", Use{}},
		{"two", "www.shop.test", Use{}},
		{"x", "www.shop.test", Use{}},
		{"_acme", "www.shop.test", Use{"acme-analytics", "_acme", "visitor", "analytics", "core"}},
		{"nobody", "www.shop.test", Use{}},
	} {
		got, ok := db.Cookie(tt.name, tt.domain)
		if diff := cmp.Diff(tt.want, got); diff != "" || ok != (tt.want != Use{}) {
			t.Errorf("%s at %s: %s", tt.name, tt.domain, diff)
		}
	}
	if p, ok := db.ByID("lone-star"); !ok || p.Company != "Lone Star" {
		t.Errorf("the party is %+v", p)
	}
	if d, ok := db.Describe("tally-co"); !ok || len(d.Cookies) != 3 {
		t.Errorf("%+v", d)
	}
	for name, text := range map[string]string{
		"empty": "", "no table": "<html>", "no column": "Platform,Category\na,b\n", "no rows": strings.Split(cookieCSV, "\n")[0] + "\n",
	} {
		if _, err := parseCookieTable([]byte(text)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestTCFVendors(t *testing.T) {
	db := tablePacks(t)
	if v, ok := db.TCFVendor(7); !ok || v.Name != "Acme Advertising" || v.Site != "acme.test" {
		t.Errorf("%+v", v)
	}
	if v, ok := db.TCFVendor(11); !ok || v.Site != "stranger.test" {
		t.Errorf("%+v", v)
	}
	for _, n := range []int{0, 10, 12} {
		if v, ok := db.TCFVendor(n); ok {
			t.Errorf("%d is %+v", n, v)
		}
	}
	if n, ok := db.TCFNumber("acme-analytics"); !ok || n != 7 {
		t.Errorf("the number is %d, %v", n, ok)
	}
	// Acme's search follows nobody, two entries are of Brick.
	for _, id := range []string{"acme", "brick", "dialog", "nobody"} {
		if n, ok := db.TCFNumber(id); ok {
			t.Errorf("%s has the number %d", id, n)
		}
	}
	pack := db.Packs()[0]
	if pack.Name != "iab-gvl" || pack.Date != "2026-11-19" || pack.Version != "142" || pack.Rules != 4 || pack.Origin != Cached {
		t.Errorf("%+v", pack)
	}
	if n, ok := load(t, smallCore(t), nil).TCFNumber("acme-analytics"); ok {
		t.Errorf("without the list the number is %d", n)
	}
	for name, text := range map[string]string{"empty": "", "nobody": `{"vendors": {}}`, "no list": `[]`} {
		if _, err := parseTCFVendors([]byte(text)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestOverlay shows which of two packs of one name counts.
func TestOverlay(t *testing.T) {
	entry := func(date, version string) PackEntry {
		return PackEntry{Name: "easylist", Kind: KindFilters, Date: date, Version: version, Files: []PackFile{{Name: "easylist.txt"}}}
	}
	for _, tt := range []struct {
		name   string
		cached PackEntry
		want   string
	}{
		{"newer", entry("2026-11-20", "2"), Cached},
		{"older", entry("2024-11-20", "2"), Embedded},
		{"same day", entry("2025-10-31", "1"), Embedded},
		{"no date, newer version", entry("", "0.31.0"), Cached},
		{"no date, older version", entry("", "0.9.0"), Embedded},
		{"nothing known", entry("", ""), Cached},
	} {
		built := entry("2025-10-31", "0.30.0")
		got := overlay([]PackSet{{Index: PackIndex{Packs: []PackEntry{built}}, Origin: Embedded}, {Index: PackIndex{Packs: []PackEntry{tt.cached}}, Origin: Cached}})
		if len(got) != 1 || got[0].origin != tt.want {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
}

// TestUserList shows that a list of the user's own has a say.
func TestUserList(t *testing.T) {
	files := packs(t, map[string]string{"mine": "||mine.test^$third-party\n"})
	index, err := readIndex(files)
	if err != nil {
		t.Fatal(err)
	}
	index.Packs[0].Kind = KindFilters
	embedded, err := readIndex(smallPacks(t))
	if err != nil {
		t.Fatal(err)
	}
	db, err := loadSets(smallCore(t), PackSet{smallPacks(t), embedded, Embedded}, PackSet{files, index, Cached})
	if err != nil {
		t.Fatal(err)
	}
	got := db.Judge(Query{URL: "https://mine.test/x.js", Type: "script", Page: "https://news.test/"})
	if !got.Tracker || len(got.Matches) != 1 || got.Matches[0].List != "mine" {
		t.Errorf("%+v", got)
	}
	if db.Version() == load(t, smallCore(t), smallPacks(t)).Version() {
		t.Error("the version does not tell of the list")
	}
	index.Packs[0].Kind = "never-heard"
	if _, err := loadSets(smallCore(t), PackSet{files, index, Cached}); err == nil {
		t.Error("a pack of an unknown kind was read")
	}
	index.Packs[0].Kind, index.Packs[0].Files[0].SHA256 = KindFilters, strings.Repeat("0", 64)
	if _, err := loadSets(smallCore(t), PackSet{files, index, Cached}); err == nil || !strings.Contains(err.Error(), "SHA-256") {
		t.Errorf("another file than the index names was read: %v", err)
	}
}
