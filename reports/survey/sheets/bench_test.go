package sheets_test

import (
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/reports/survey"
	"github.com/spoor-audit/spoor/reports/survey/internal/sample"
	"github.com/spoor-audit/spoor/reports/survey/sheets"
)

// BenchmarkReport100k reports on 100,000 finished visits, as spoor survey report does:
// facts as a store keeps them, all tables in all formats. The visits are made beforehand
// and repeat after some thousand, under other names.
func BenchmarkReport100k(b *testing.B) {
	const visits, different = 100_000, 2000
	packed, size := packs(b, different)
	for b.Loop() {
		dir := b.TempDir()
		peak, stop := watchHeap()
		list := func(yield func(survey.Packed, error) bool) {
			for i := range visits {
				p := packed[i%different]
				p.Site = "site-" + number(i) + ".test"
				if !yield(p, nil) {
					return
				}
			}
		}
		sinks := []survey.Sink{
			sheets.NewCSV(filepath.Join(dir, "tables")), sheets.NewSQLite(filepath.Join(dir, "survey.sqlite")),
			sheets.NewXLSX(filepath.Join(dir, "survey.xlsx"), sheets.XLSXOptions{About: [4]string{"about", "table", "rows", "rows here"}}),
		}
		t, err := survey.Count(b.Context(), survey.Unpack(b.Context(), list, runtime.GOMAXPROCS(0)), sample.Labels(), "en", survey.Options{By: "country"}, sinks...)
		stop()
		if err != nil {
			b.Fatal(err)
		}
		if t.AllVisits() != visits {
			b.Fatalf("%d visits were counted", t.AllVisits())
		}
		b.ReportMetric(float64(peak.Load())/1e6, "peak-heap-MB")
		b.ReportMetric(float64(size)/different, "bytes-of-facts/visit")
		for _, name := range []string{"survey.sqlite", "survey.xlsx"} {
			if info, err := os.Stat(filepath.Join(dir, name)); err == nil {
				b.ReportMetric(float64(info.Size())/1e6, name+"-MB")
			}
		}
	}
}

func number(i int) string {
	out := []byte("0000000")
	for at := len(out) - 1; at >= 0; at-- {
		out[at] = byte('0' + i%10)
		i /= 10
	}
	return string(out)
}

// packs makes visits as a store keeps them, and the bytes of their facts.
func packs(b *testing.B, n int) ([]survey.Packed, int) {
	b.Helper()
	var out []survey.Packed
	size := 0
	for p, err := range sample.Packed(sample.Options{Sites: n}) {
		if err != nil {
			b.Fatal(err)
		}
		size += len(p.Data)
		out = append(out, p)
	}
	return out, size
}

// watchHeap looks at the memory that is in use, until it is told to stop.
func watchHeap() (peak *atomic.Uint64, stop func()) {
	peak = new(atomic.Uint64)
	done := make(chan struct{})
	look := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	go func() {
		for tick := time.NewTicker(20 * time.Millisecond); ; {
			select {
			case <-done:
				tick.Stop()
				return
			case <-tick.C:
				metrics.Read(look)
				peak.Store(max(peak.Load(), look[0].Value.Uint64()))
			}
		}
	}()
	return peak, func() { close(done) }
}
