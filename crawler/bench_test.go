package crawler_test

import (
	"slices"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/crawler"
	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/browsertest"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/testsites"
)

// BenchmarkScenarios visits a heavy page, and a page with a consent dialog, before
// any choice only and in the three ordinary scenarios side by side, in turn, and
// reports the median of the ratios of wall time: of three scenarios to one, and of
// visits that come back at the end to visits that do not.
func BenchmarkScenarios(b *testing.B) {
	for _, site := range []string{"heavy", "consent-klaro"} {
		b.Run(site, func(b *testing.B) {
			srv := testsites.Start(b)
			c, err := crawler.Open(b.Context(), browsertest.Options(b, srv, browser.Headless))
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = c.Close() }()
			took := func(comesBack bool, scenarios ...evidence.Scenario) float64 {
				began := time.Now()
				plan := crawler.Plan{URL: srv.URL(site, "index.html"), Scenarios: scenarios, Ask: true, Return: comesBack, Timeout: 2 * time.Minute}
				if _, _, err := c.Visit(b.Context(), plan, nil); err != nil {
					b.Fatal(err)
				}
				return time.Since(began).Seconds()
			}
			three := []evidence.Scenario{evidence.None, evidence.Reject, evidence.Accept}
			var wall, one, all []float64
			for b.Loop() {
				alone, full := took(false, evidence.None), took(true, three...)
				wall = append(wall, full/alone)
				one = append(one, took(true, evidence.None)/alone)
				all = append(all, full/took(false, three...))
			}
			b.Logf("three to one %.2f, coming back: of one %.2f, of three %.2f", wall, one, all)
			b.ReportMetric(median(wall), "wall-ratio")
			b.ReportMetric(median(one), "return-ratio-1")
			b.ReportMetric(median(all), "return-ratio-3")
		})
	}
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}
