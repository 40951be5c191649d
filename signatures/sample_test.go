package signatures

import (
	"errors"
	"os"
	"testing"
)

// TestSampleCore asks spoor's own data, without packs, about well-known
// requests: it must know every vendor and accuse nothing benign.
func TestSampleCore(t *testing.T) {
	core, _ := embedded(t)
	checkSample(t, load(t, core, nil))
}

// TestSamplePacks asks the same with every pack that is there: packs must not
// make spoor worse.
func TestSamplePacks(t *testing.T) {
	checkSample(t, withPacks(t))
}

func checkSample(t *testing.T, db *DB) {
	t.Helper()
	if s := requestSamples(t); len(s.Trackers) != 64 || len(s.Benign) != 40 {
		t.Errorf("the sample has %d trackers and %d benign requests; it is made of 64 and 40", len(s.Trackers), len(s.Benign))
	}
	wrong, err := db.CheckRequests()
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range wrong {
		t.Error(w)
	}
}

func requestSamples(t testing.TB) samples {
	t.Helper()
	s, err := readSamples(sampleRequests)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSampleWrong shows that wrong answers are found: little data knows nobody.
func TestSampleWrong(t *testing.T) {
	db := load(t, smallCore(t), packs(t, map[string]string{listEasyPrivacy: "||jquery.com^\n"}))
	wrong, err := db.CheckRequests()
	if err != nil || len(wrong) < 64 {
		t.Errorf("%d complaints, %v", len(wrong), err)
	}
	if wrong, err := db.CheckLists(); !errors.Is(err, ErrNoLists) {
		t.Errorf("without EasyList: %v, %v", wrong, err)
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
	wrong, err := withPacks(t).CheckLists()
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range wrong {
		t.Error(w)
	}
}
