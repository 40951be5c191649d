package survey

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

// BenchmarkQueue tells what the queue costs: reading the list, handing out a visit
// that does nothing, writing what came of it, telling it again; each by visit, and
// handing out and writing as a share of a visit of eight seconds, of which some go
// on at a time.
func BenchmarkQueue(b *testing.B) {
	const n, slots, visit = 2000, 8, 8 * time.Second
	for name, where := range map[string]func() string{"sqlite": b.TempDir, "postgres": func() string { return postgres(b) }} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				began := time.Now()
				s := create(b, where(), setup(1), sites(n))
				loaded := time.Now()
				work(b, s, Plan{Slots: slots, Visit: func(_ context.Context, t Task) (Outcome, error) {
					o := measured(t)
					o.Facts, o.Evidence = []byte(strings.Repeat("x", 4000)), nil
					return o, nil
				}})
				worked := time.Now()
				if len(visits(b, s)) != n {
					b.Fatal("visits are missing")
				}
				each := worked.Sub(loaded) / n
				b.ReportMetric(float64(loaded.Sub(began).Microseconds())/n, "us-load/visit")
				b.ReportMetric(float64(each.Microseconds()), "us-work/visit")
				b.ReportMetric(float64(time.Since(worked).Microseconds())/n, "us-tell/visit")
				b.ReportMetric(100*float64(each)*slots/float64(visit), "%visit")
			}
		})
	}
}

// BenchmarkWorkers lets 1, 2 and 4 processes, of four visits at a time each, work on
// one survey in PostgreSQL, with visits of 200 milliseconds, and reports how many
// visits they make in a second, how many times those of one process that is, and
// what share of the time the places were used. It runs from the first visit that
// begins to the last one that ends: how long processes take to start is no matter.
func BenchmarkWorkers(b *testing.B) {
	const took, slots, each = 200 * time.Millisecond, 4, 300
	one := 0.0
	for _, n := range []int{1, 2, 4} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var rates float64
			for b.Loop() {
				where := postgres(b)
				_ = create(b, where, setup(1), sites(each*n)).Close()
				var helpers []*helper
				for range n {
					helpers = append(helpers, startHelper(b, where, tookEnv+"="+took.String()))
				}
				for _, h := range helpers {
					h.wait(b)
				}
				checkWhole(b, where, each*n)
				rates += rate(b, where)
			}
			rates /= float64(b.N)
			if n == 1 {
				one = rates
			}
			b.ReportMetric(rates, "visits/s")
			if one > 0 {
				b.ReportMetric(rates/one, "x-one")
			}
			b.ReportMetric(100*rates*took.Seconds()/float64(n*slots), "%used")
		})
	}
}

// rate is how many visits were made in a second, from the first one's begin on.
func rate(b *testing.B, where string) float64 {
	b.Helper()
	s, err := Open(b.Context(), where, Keys{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // It only reads.
	var first, last time.Time
	list := visits(b, s)
	for _, row := range list {
		if first.IsZero() || row.Started.Before(first) {
			first = row.Started
		}
		if end := row.Started.Add(row.Took); end.After(last) {
			last = end
		}
	}
	return float64(len(list)) / last.Sub(first).Seconds()
}
