package signatures

import (
	"errors"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestTables(t *testing.T) {
	db := load(t, smallCore(t), smallPacks(t))
	var ids []string
	for _, p := range db.Parties() {
		ids = append(ids, p.ID)
		if got, ok := db.ByID(p.ID); !ok || got.Name != p.Name {
			t.Errorf("ByID(%q) is %+v", p.ID, got)
		}
	}
	want := []string{"acme", "acme-analytics", "brick", "dialog", "everyone-s-cdn", "odd", "other-metrics", "plain-cdn", "tally-co"}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Error(diff)
	}
	if _, ok := db.ByID("nobody"); ok {
		t.Error("ByID knows nobody")
	}
	if c, ok := db.Category("analytics"); !ok || !c.Tracking || c.EN == "" || c.NL == "" {
		t.Errorf("the category is %+v", c)
	}
	if len(db.Categories()) != 43 {
		t.Errorf("there are %d categories", len(db.Categories()))
	}
	wantPacks := []Pack{
		{Name: "autoconsent", Version: "1.2.3", Rules: 7, Date: "2025-09-30", Licence: "MIT", Origin: Embedded},
		{Name: "easylist", Version: "1.2.3", Rules: 4, Date: "2025-09-30", Licence: "MIT", Origin: Embedded},
		{Name: "easyprivacy", Version: "202510011200", Rules: 8, Date: "2025-10-01", Licence: "MIT", Skipped: 1, Origin: Embedded},
		{Name: "third-party-web", Version: "1.2.3", Rules: 8, Date: "2025-09-30", Licence: "MIT", Origin: Embedded},
	}
	packs := db.Packs()
	for i := range packs {
		if len(packs[i].SHA256) != 64 {
			t.Errorf("the pack %s has the hash %q", packs[i].Name, packs[i].SHA256)
		}
		packs[i].SHA256 = ""
	}
	if diff := cmp.Diff(wantPacks, packs); diff != "" {
		t.Error(diff)
	}
	if data, err := db.File("autoconsent.txt"); err != nil || string(data) != `{"autoconsent": []}` {
		t.Errorf("the file is %q, %v", data, err)
	}
	if _, err := db.File("missing"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file gives %v", err)
	}
	if _, err := db.File("../index.json"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a path gives %v", err)
	}
}

// TestNoPacks shows that the core works alone.
func TestNoPacks(t *testing.T) {
	for name, none := range map[string]fs.FS{"nil": nil, "empty": fstest.MapFS{}, "readme only": fstest.MapFS{"README.md": {}}} {
		db := load(t, smallCore(t), none)
		if len(db.Packs()) != 0 {
			t.Errorf("%s: packs %v", name, db.Packs())
		}
		if got := db.Judge(Query{URL: "https://acme-stats.test/"}); !got.Tracker {
			t.Errorf("%s: the core's tracker is none", name)
		}
		if _, ok := db.Party("tally.test"); ok {
			t.Errorf("%s: the pack's party is known", name)
		}
	}
}

func TestVersion(t *testing.T) {
	a, b := load(t, smallCore(t), smallPacks(t)).Version(), load(t, smallCore(t), smallPacks(t)).Version()
	if a != b || len(a) != 16 {
		t.Errorf("the same data has versions %q and %q", a, b)
	}
	if load(t, smallCore(t), nil).Version() == a {
		t.Error("the version does not tell that packs are missing")
	}
	other := smallCore(t)
	other["vendors/brick.yaml"].Data = []byte(strings.ReplaceAll(brick, "Brick Works", "Brick Ltd"))
	if load(t, other, smallPacks(t)).Version() == a {
		t.Error("the version does not tell that a vendor changed")
	}
}

// TestCompile shows that the faster copy gives the same answers, and that a
// copy of other files is not used.
func TestCompile(t *testing.T) {
	core := smallCore(t)
	data, err := Compile(core)
	if err != nil {
		t.Fatal(err)
	}
	withCopy := smallPacks(t)
	withCopy[CompiledName] = &fstest.MapFile{Data: data}
	if readCompiled(core, withCopy) == nil {
		t.Fatal("the copy is not used")
	}
	a, b := load(t, core, smallPacks(t)), load(t, core, withCopy)
	if diff := cmp.Diff(a.Parties(), b.Parties()); diff != "" || a.Version() != b.Version() {
		t.Errorf("versions %s and %s: %s", a.Version(), b.Version(), diff)
	}
	for _, host := range []string{"stats.acme.test", "acme.test", "brick.test"} {
		x, y := a.Judge(Query{URL: "https://" + host}), b.Judge(Query{URL: "https://" + host})
		if diff := cmp.Diff(x, y); diff != "" {
			t.Error(diff)
		}
	}
	ua, _ := a.Cookie("_acme_1", "")
	ub, _ := b.Cookie("_acme_1", "")
	if ua != ub {
		t.Errorf("cookies differ: %v %v", ua, ub)
	}
	core["vendors/brick.yaml"] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(brick, "Brick Works", "Brick Ltd"))}
	if p, _ := load(t, core, withCopy).Party("brick.test"); p.Company != "Brick Ltd" {
		t.Errorf("a stale copy was used: %+v", p)
	}
	withCopy[CompiledName] = &fstest.MapFile{Data: []byte("rubbish")}
	if p, _ := load(t, core, withCopy).Party("brick.test"); p.Company != "Brick Ltd" {
		t.Errorf("a broken copy was used: %+v", p)
	}
}

func TestLoadErrors(t *testing.T) {
	tests := []struct {
		name string
		harm func(core, packs fstest.MapFS)
		want string
	}{
		{"unknown key", func(c, _ fstest.MapFS) {
			c["vendors/brick.yaml"].Data = []byte(brick + "colour: red\n")
		}, "vendors/brick.yaml: line 15: field colour is not a key"},
		{"domain owned twice", func(c, _ fstest.MapFS) {
			c["vendors/dialog.yaml"].Data = []byte(strings.Replace(dialog, "[dialog.test]", "[brick.test]", 1))
		}, `vendors/dialog.yaml:8: the domain "brick.test" is owned by vendors/brick.yaml already`},
		{"unknown category", func(c, _ fstest.MapFS) {
			c["vendors/brick.yaml"].Data = []byte(strings.Replace(brick, "[cdn]", "[cdn, bricks]", 1))
		}, `vendors/brick.yaml:6: the category "bricks" is not in categories.yaml`},
		{"empty file", func(c, _ fstest.MapFS) { c["vendors/brick.yaml"].Data = nil }, "vendors/brick.yaml:1: the file is empty"},
		{"no categories", func(c, _ fstest.MapFS) { delete(c, categoriesFile) }, "categories.yaml"},
		{"section of nobody", func(c, _ fstest.MapFS) {
			c[sectionsFile].Data = []byte("- {section: cname_x, vendor: nobody}")
		}, `sections.yaml: section "cname_x": there is no vendor "nobody"`},
		{"broken index", func(_, p fstest.MapFS) { p[packIndex].Data = []byte("{") }, "packs/index.json"},
		{"future index", func(_, p fstest.MapFS) { p[packIndex].Data = []byte(`{"format": 2}`) }, "format 2"},
		{"path in index", func(_, p fstest.MapFS) {
			p[packIndex].Data = []byte(`{"format": 1, "packs": [{"name": "x", "files": [{"name": "../x"}]}]}`)
		}, `"../x"`},
		{"huge file in index", func(_, p fstest.MapFS) {
			p[packIndex].Data = []byte(`{"format": 1, "packs": [{"name": "easylist", "files": [{"name": "x", "size": 1000000000000}]}]}`)
		}, "at most"},
		{"missing pack file", func(_, p fstest.MapFS) { delete(p, "easylist.txt.zst") }, "easylist.txt.zst"},
		{"broken pack file", func(_, p fstest.MapFS) { p["easylist.txt.zst"].Data = []byte("rubbish") }, "unpack easylist.txt"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			core, packs := smallCore(t), smallPacks(t)
			tt.harm(core, packs)
			_, err := Load(core, packs)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("the error is %v; want it to say %q", err, tt.want)
			}
		})
	}
	if _, err := Load(nil, nil); err == nil {
		t.Error("no core is no error")
	}
}

// TestConcurrent asks one DB from several goroutines; the race detector looks
// on.
func TestConcurrent(t *testing.T) {
	db := load(t, smallCore(t), smallPacks(t))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				for _, url := range []string{"https://stats.acme.test/", "https://tracker.test/1", "https://x.tally.test/", "https://www.shop.co.uk/beacon.gif?"} {
					if got := db.Judge(Query{URL: url, Page: "https://www.news.test/"}); !got.Tracker {
						t.Errorf("%s is no tracker", url)
					}
				}
				db.Cookie("_acme", "shop.test")
				db.CNAME([]string{"x.edge.other.test"})
			}
		})
	}
	wg.Wait()
}

// TestDefault shows that the embedded data loads and is shared.
func TestDefault(t *testing.T) {
	a, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	b, err := Default()
	if err != nil || a != b {
		t.Errorf("the second call gives another DB, or %v", err)
	}
}

// TestDescribe asks for everything that is known of a party.
func TestDescribe(t *testing.T) {
	db := load(t, smallCore(t), smallPacks(t))
	d, ok := db.Describe("acme-analytics")
	if !ok || !d.Tracking || d.Company != "Acme" || len(d.Sources) != 1 {
		t.Fatalf("%+v", d)
	}
	want := []Recognised{{"stats.acme.test", "core"}, {"acme-stats.test", "core"}, {"*.acme-more.test", "third-party-web"}}
	if diff := cmp.Diff(want, d.Domains); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Recognised{{"cname_acme", "easyprivacy"}}, d.Sections); diff != "" {
		t.Error(diff)
	}
	if len(d.Requests) != 2 || len(d.CNAMEs) != 1 || len(d.Globals) != 1 || len(d.Libraries) != 1 || len(d.Storage) != 2 {
		t.Errorf("%+v", d)
	}
	if diff := cmp.Diff(NamedUse{"_acme", "", "visitor", "analytics", "400d", "core"}, d.Cookies[0]); diff != "" {
		t.Error(diff)
	}
	if d, ok := db.Describe("tally-co"); !ok || len(d.Domains) != 4 || !d.Tracking {
		t.Errorf("%+v", d)
	}
	if _, ok := db.Describe("nobody"); ok {
		t.Error("nobody is described")
	}
}
