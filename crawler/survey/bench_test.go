package survey

import (
	"context"
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
