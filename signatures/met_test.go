package signatures

import (
	"os"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/signatures/abp"
)

// A metVendor is an entry of testdata/met-*.yaml.
type metVendor struct {
	Vendor  string   `yaml:"vendor"`
	Of      []string `yaml:"of"` // company, country, main category
	Tracker *bool    `yaml:"tracker"`
	Met     []string `yaml:"met"`
}

// A meeting is one request that auditors meet.
type meeting struct {
	kind, url string
	first     bool // the page's own site
}

// metPage is the page that sends the requests of testdata/met-*.yaml.
const metPage = "https://www.news.example/article"

func readMet(t testing.TB) []metVendor {
	t.Helper()
	var all []metVendor
	for _, file := range []string{"met-1.yaml", "met-2.yaml", "met-3.yaml"} {
		var list []metVendor
		if err := readYAML(os.DirFS("testdata"), file, &list); err != nil {
			t.Fatal(err)
		}
		all = append(all, list...)
	}
	return all
}

func meetings(t testing.TB, v metVendor) []meeting {
	t.Helper()
	var list []meeting
	for _, text := range v.Met {
		words := strings.Fields(text)
		var m meeting
		if words[0] == "first" {
			m.first, words = true, words[1:]
		}
		if len(words) != 2 {
			t.Fatalf("%s: %q is not a kind and a URL", v.Vendor, text)
		}
		m.kind, m.url = words[0], words[1]
		list = append(list, m)
	}
	return list
}

// TestMetCore asks spoor's own data, without packs, about requests of every
// vendor that auditors meet: it must name the vendor, its company, seat and
// main category, and say whether the request tracks.
func TestMetCore(t *testing.T) {
	core, _ := embedded(t)
	db := load(t, core, nil)
	seen := map[string]bool{}
	for _, v := range readMet(t) {
		if seen[v.Vendor] || len(v.Of) != 3 {
			t.Errorf("%s is there twice, or without company, country and category", v.Vendor)
			continue
		}
		seen[v.Vendor] = true
		for _, m := range meetings(t, v) {
			checkMet(t, db, v, m)
		}
	}
}

func checkMet(t *testing.T, db *DB, v metVendor, m meeting) {
	t.Helper()
	var party Party
	var known bool
	if m.kind == "host" {
		party, known = db.Party(strings.TrimPrefix(m.url, "."))
	} else {
		answer := db.Judge(Query{URL: m.url, Type: m.kind, Page: metPage})
		if known = answer.Party != nil; known {
			party = *answer.Party
		}
		want := v.Tracker == nil || *v.Tracker
		if answer.Tracker != want {
			t.Errorf("%s: %s: tracker is %v, want %v (matches %v)", v.Vendor, m.url, answer.Tracker, want, answer.Matches)
		}
		host, _, _ := strings.Cut(strings.SplitN(m.url, "/", 4)[2], ":")
		if m.first != SameSite(host, abp.Host("www.news.example")) {
			t.Errorf("%s: %s: first is %v", v.Vendor, m.url, m.first)
		}
	}
	if !known || party.ID != v.Vendor {
		t.Errorf("%s: %s names %q", v.Vendor, m.url, party.ID)
		return
	}
	if party.Company != v.Of[0] || party.Country != v.Of[1] || party.Categories[0] != v.Of[2] {
		t.Errorf("%s: is %s, %s, %s; want %v", v.Vendor, party.Company, party.Country, party.Categories[0], v.Of)
	}
}

// TestBenign asks about requests that are no trackers, with the core alone and
// with every pack that is there.
func TestBenign(t *testing.T) {
	var sites []struct {
		Page     string   `yaml:"page"`
		Requests []string `yaml:"requests"`
	}
	if err := readYAML(os.DirFS("testdata"), "benign.yaml", &sites); err != nil {
		t.Fatal(err)
	}
	core, packs := embedded(t)
	for name, db := range map[string]*DB{"core": load(t, core, nil), "packs": load(t, core, packs)} {
		for _, site := range sites {
			for _, text := range site.Requests {
				kind, url, ok := strings.Cut(text, " ")
				if !ok {
					t.Fatalf("%q is not a kind and a URL", text)
				}
				if got := db.Judge(Query{URL: url, Type: kind, Page: site.Page}); got.Tracker {
					t.Errorf("%s: %s %s is called a tracker (matches %v)", name, kind, url, got.Matches)
				}
			}
		}
	}
}
