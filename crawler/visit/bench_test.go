//go:build linux

package visit

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/browsertest"
	"github.com/spoor-audit/spoor/testsites"
)

// BenchmarkOverhead visits a plain and a heavy page with and without the
// probes, in turn, waiting by the same rule, and reports the medians of the
// ratios of wall time and of CPU time of all processes of the browser.
func BenchmarkOverhead(b *testing.B) {
	for _, site := range []string{"plain", "heavy"} {
		b.Run(site, func(b *testing.B) {
			srv := testsites.Start(b)
			var wall, cpu []float64
			for b.Loop() {
				bareWall, bareCPU := measured(b, srv, srv.URL(site, "index.html"), true)
				w, c := measured(b, srv, srv.URL(site, "index.html"), false)
				wall, cpu = append(wall, w/bareWall), append(cpu, c/bareCPU)
			}
			b.Logf("wall %.2f cpu %.2f", wall, cpu)
			b.ReportMetric(median(wall), "wall-ratio")
			b.ReportMetric(median(cpu), "cpu-ratio")
		})
	}
}

// BenchmarkCalls visits a page that calls canvas functions 100,000 times and
// reads navigator.userAgent 1,000,000 times, and reports how much longer its
// script takes with the probes.
func BenchmarkCalls(b *testing.B) {
	srv := testsites.Start(b)
	bench := &bench{srv: srv, hub: newHub(b, browsertest.Options(b, srv, browser.Headless)), table: loadTable(b)}
	var ratios []float64
	for b.Loop() {
		bare, watched := bench.scriptTime(b, true), bench.scriptTime(b, false)
		ratios = append(ratios, watched/bare)
	}
	b.ReportMetric(median(ratios), "time-ratio")
}

func (x *bench) scriptTime(b *testing.B, bare bool) float64 {
	b.Helper()
	var took float64
	x.visit(b, Plan{URL: x.srv.URL("many-calls", "index.html"), Bare: bare, look: func(ctx context.Context, d *driver) {
		for range 600 {
			if err := d.page().Main(ctx, `(t=>t?t.canvas_ms+t.user_agent_ms+t.cookie_ms:0)(window.__took)`, &took); err != nil || took > 0 {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
	}})
	if took == 0 {
		b.Fatal("the page did not say how long its script took")
	}
	return took
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

// measured carries out one visit in a browser of its own, the start of the
// browser included.
func measured(b *testing.B, srv *testsites.Server, url string, bare bool) (wall, cpu float64) {
	b.Helper()
	options := browsertest.Options(b, srv, browser.Headless)
	began := time.Now()
	hub, err := NewHub(b.Context(), options)
	if err != nil {
		b.Fatal(err)
	}
	defer hub.Close()
	x := &bench{srv: srv, hub: hub, table: loadTable(b)}
	rule := Settle{Quiet: 500 * time.Millisecond, Min: 0, Max: 30 * time.Second}
	x.visit(b, Plan{URL: url, Bare: bare, Settle: rule, look: func(context.Context, *driver) {
		wall = time.Since(began).Seconds()
		cpu = browsertest.GroupCPU(b, hub.Browser.Pid())
	}})
	return wall, cpu
}
