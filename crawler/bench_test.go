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
// reports the median of the ratios of wall time.
func BenchmarkScenarios(b *testing.B) {
	for _, site := range []string{"heavy", "consent-klaro"} {
		b.Run(site, func(b *testing.B) {
			srv := testsites.Start(b)
			c, err := crawler.Open(b.Context(), browsertest.Options(b, srv, browser.Headless))
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = c.Close() }()
			took := func(scenarios ...evidence.Scenario) float64 {
				began := time.Now()
				plan := crawler.Plan{URL: srv.URL(site, "index.html"), Scenarios: scenarios, Ask: true, Timeout: 2 * time.Minute}
				if _, _, err := c.Visit(b.Context(), plan, nil); err != nil {
					b.Fatal(err)
				}
				return time.Since(began).Seconds()
			}
			var ratios []float64
			for b.Loop() {
				alone := took(evidence.None)
				ratios = append(ratios, took(evidence.None, evidence.Reject, evidence.Accept)/alone)
			}
			slices.Sort(ratios)
			b.ReportMetric(ratios[len(ratios)/2], "wall-ratio")
		})
	}
}
