package signatures

import (
	"os"
	"testing"
)

// sample is testdata/sample.yaml.
type sample struct {
	Page     string          `yaml:"page"`
	Trackers []sampleTracker `yaml:"trackers"`
	Benign   []sampleRequest `yaml:"benign"`
}

type sampleRequest struct {
	Type string `yaml:"type"`
	URL  string `yaml:"url"`
}

type sampleTracker struct {
	sampleRequest `yaml:",inline"`
	Vendor        string `yaml:"vendor"`
	Tracker       *bool  `yaml:"tracker"`
}

func readSample(t testing.TB) sample {
	t.Helper()
	var s sample
	if err := readYAML(os.DirFS("testdata"), "sample.yaml", &s); err != nil {
		t.Fatal(err)
	}
	if len(s.Trackers) != 64 || len(s.Benign) != 40 {
		t.Fatalf("the sample has %d trackers and %d benign requests; it is made of 64 and 40", len(s.Trackers), len(s.Benign))
	}
	return s
}

// TestSampleCore asks spoor's own data, without packs, about well-known
// requests: it must know every vendor and accuse nothing benign.
func TestSampleCore(t *testing.T) {
	core, _ := embedded(t)
	db, err := Load(core, nil)
	if err != nil {
		t.Fatal(err)
	}
	checkSample(t, db)
}

// TestSamplePacks asks the same with every pack that is there: packs must not
// make spoor worse.
func TestSamplePacks(t *testing.T) {
	checkSample(t, withPacks(t))
}

func checkSample(t *testing.T, db *DB) {
	t.Helper()
	s := readSample(t)
	for _, r := range s.Trackers {
		got := db.Judge(Query{URL: r.URL, Type: r.Type, Page: s.Page})
		party := "nobody"
		if got.Party != nil {
			party = got.Party.ID
		}
		if party != r.Vendor {
			t.Errorf("%s names %s, want %s (matches %v)", r.URL, party, r.Vendor, got.Matches)
			continue
		}
		if want := r.Tracker == nil || *r.Tracker; got.Tracker != want {
			t.Errorf("%s: tracker is %v, want %v (matches %v)", r.URL, got.Tracker, want, got.Matches)
		}
	}
	for _, r := range s.Benign {
		if got := db.Judge(Query{URL: r.URL, Type: r.Type, Page: s.Page}); got.Tracker {
			t.Errorf("%s is benign and called a tracker (matches %v)", r.URL, got.Matches)
		}
	}
}

// withPacks returns the embedded data with its packs, and skips where this
// build has none. With SPOOR_REQUIRE_PACKS=1 that is a failure.
func withPacks(t testing.TB) *DB {
	t.Helper()
	db, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	if len(db.Packs()) < 4 {
		if os.Getenv("SPOOR_REQUIRE_PACKS") == "1" {
			t.Fatal("packs are missing; run `go run ./signatures/fill`")
		}
		t.Skip("needs packs: run `go run ./signatures/fill`")
	}
	return db
}

// TestLists asks about less well-known endpoints and about a site's own
// trackers, for which the filter lists are needed.
func TestLists(t *testing.T) {
	db := withPacks(t)
	var s sample
	if err := readYAML(os.DirFS("testdata"), "lists.yaml", &s); err != nil {
		t.Fatal(err)
	}
	for _, r := range s.Trackers {
		if got := db.Judge(Query{URL: r.URL, Type: r.Type, Page: s.Page}); !got.Tracker {
			t.Errorf("%s is not called a tracker (party %v, matches %v)", r.URL, got.Party, got.Matches)
		}
	}
	for _, r := range s.Benign {
		if got := db.Judge(Query{URL: r.URL, Type: r.Type, Page: s.Page}); got.Tracker {
			t.Errorf("%s is benign and called a tracker (matches %v)", r.URL, got.Matches)
		}
	}
}
