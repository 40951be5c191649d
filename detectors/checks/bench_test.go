package checks

import (
	"testing"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/techniques"
)

func BenchmarkRun(b *testing.B) {
	m := newMaker()
	m.quiet().cookie("_ga", "shop.test", 400*days)
	j := techniques.Run(m.v, db(b), detectors.Options{})
	b.ReportAllocs()
	for b.Loop() {
		Run(m.v, j, m.st, db(b), Options{})
	}
}
