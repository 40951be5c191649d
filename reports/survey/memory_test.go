package survey_test

import (
	"runtime"
	"testing"

	"github.com/spoor-audit/spoor/reports/survey"
	"github.com/spoor-audit/spoor/reports/survey/internal/sample"
)

// retained is the memory that is in use once all that can be freed is.
func retained() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// Counting keeps little of a visit: what 20,000 visits leave behind is a few hundred
// bytes each, and less than twice as much as is left behind by half of them.
func TestVisitsAreNotKept(t *testing.T) {
	if testing.Short() {
		t.Skip("20,000 visits")
	}
	kept := func(n int) uint64 {
		before := retained()
		totals, err := survey.Count(t.Context(), sample.Visits(sample.Options{Sites: n}), sample.Labels(), "en", survey.Options{By: "country", Keep: true})
		if err != nil {
			t.Fatal(err)
		}
		after := retained()
		if totals.AllVisits() != n {
			t.Fatalf("%d visits were counted, want %d", totals.AllVisits(), n)
		}
		return max(after, before) - before
	}
	half, all := kept(10_000), kept(20_000)
	const most = 900 // bytes per visit: a company for nearly each of them, and the ranking
	if all > most*20_000 {
		t.Errorf("20,000 visits leave %d bytes behind, %d each; want at most %d each", all, all/20_000, most)
	}
	if all > 2*half+half/4 {
		t.Errorf("10,000 visits leave %d bytes behind, and 20,000 of them %d", half, all)
	}
}
