package fieldwork

import (
	"context"
	"flag"
	"fmt"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/cmd/internal/machine"
	"github.com/spoor-audit/spoor/crawler/browsertest"
	"github.com/spoor-audit/spoor/crawler/instrument"
	"github.com/spoor-audit/spoor/crawler/visit"
	"github.com/spoor-audit/spoor/evidence"
)

var benchSites = flag.Int("sites", 40, "visit so many sites in BenchmarkSurvey")

// A spent is what visits of a list took.
type spent struct {
	visits int
	wall   time.Duration
	cpu    float64 // seconds, of the browser and, for a survey, of spoor
	memory int64   // most that the browser used at a time, in bytes
}

func (s *spent) add(more spent) {
	s.visits += more.visits
	s.wall += more.wall
	s.cpu += more.cpu
	s.memory = max(s.memory, more.memory)
}

// perMinute is how many visits were made in a minute.
func (s spent) perMinute() float64 { return float64(s.visits) / s.wall.Minutes() }

// BenchmarkSurvey visits a list of light and heavy sites, in scenario none, at some
// concurrencies: as a survey does that opens each page once and judges it, as one
// does by default, which comes back to the page and reads the papers of the site
// too, and with a bare browser, in as many contexts, without probes, judging and
// store, waiting by the same rule. The list is cut in two, and the halves are
// visited in opposite order, so that noise hits all three.
//
// "ratio" is the throughput of the first to that of the bare browser, "usual-ratio"
// that of the second; the pages by minute and by second of processor time, and the
// memory by context, are those of the second.
func BenchmarkSurvey(b *testing.B) {
	f := newField(b)
	list := mixed(*benchSites)
	for _, n := range []int{1, 2, 4, 8} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var bare, once, full spent
			for b.Loop() {
				half := len(list) / 2
				bare.add(f.bare(b, n, list[:half]))
				once.add(f.surveyed(b, n, list[:half], look{}))
				full.add(f.surveyed(b, n, list[:half], usual))
				full.add(f.surveyed(b, n, list[half:], usual))
				once.add(f.surveyed(b, n, list[half:], look{}))
				bare.add(f.bare(b, n, list[half:]))
			}
			for name, s := range map[string]spent{"bare": bare, "once": once, "usual": full} {
				b.Logf("%s: %.1f pages a minute, %.2f s of CPU a page, %d MB a context", name, s.perMinute(), s.cpu/float64(s.visits), s.memory/int64(n)>>20)
			}
			b.ReportMetric(once.perMinute()/bare.perMinute(), "ratio")
			b.ReportMetric(full.perMinute()/bare.perMinute(), "usual-ratio")
			b.ReportMetric(full.perMinute(), "pages/min")
			b.ReportMetric(float64(full.visits)/full.cpu, "pages/cpu-s")
			b.ReportMetric(float64(full.memory/int64(n)>>20), "MB/worker")
		})
	}
}

// bare visits sites in n contexts of a browser without probes.
func (f *field) bare(b *testing.B, n int, list []string) spent {
	b.Helper()
	table, err := instrument.Load()
	if err != nil {
		b.Fatal(err)
	}
	settle := f.settle
	if settle == (visit.Settle{}) {
		settle = visit.DefaultSettle
	}
	began := time.Now()
	hub, err := visit.NewHub(b.Context(), f.browser())
	if err != nil {
		b.Fatal(err)
	}
	defer hub.Close() //nolint:errcheck // Whatever remains of it is killed.
	weighed := weigh(func() int { return hub.Browser.Pid() })
	sites := make(chan string)
	var contexts sync.WaitGroup
	for range n {
		contexts.Go(func() {
			for site := range sites {
				rec, err := hub.Run(b.Context(), table, visit.Plan{URL: site, Scenario: evidence.None, Bare: true, Settle: settle, Timeout: 90 * time.Second})
				if err != nil || rec.Run.Outcome != evidence.Done {
					b.Errorf("%s: %v", site, err)
				}
			}
		})
	}
	for _, site := range list {
		sites <- site
	}
	close(sites)
	contexts.Wait()
	return spent{len(list), time.Since(began), browsertest.GroupCPU(b, hub.Browser.Pid()), weighed()}
}

// surveyed visits sites n at a time as a survey does.
func (f *field) surveyed(b *testing.B, n int, list []string, l look) spent {
	b.Helper()
	pool := &Pool{Browser: f.browser()}
	defer pool.Close()
	a := f.auditor(b, pool, l)
	weighed := weigh(pool.pid)
	own := ownCPU(b)
	began, last := time.Now(), time.Time{}
	f.survey(b, a, n, 1, list, func() { last = time.Now() })
	return spent{len(list), last.Sub(began), browsertest.GroupCPU(b, pool.pid()) + ownCPU(b) - own, weighed()}
}

// pid is the process id of the browser that visits begin in, or 0.
func (p *Pool) pid() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.now == nil {
		return 0
	}
	return p.now.crawler.Pid()
}

// weigh looks now and then how much memory the process group of a browser uses. The
// function that it returns ends that, and tells the most that was seen.
func weigh(pid func() int) func() int64 {
	ctx, cancel := context.WithCancel(context.Background())
	most := make(chan int64)
	go func() {
		var seen int64
		for tick := time.NewTicker(2 * time.Second); ; {
			select {
			case <-ctx.Done():
				tick.Stop()
				most <- seen
				return
			case <-tick.C:
				if group := pid(); group > 0 {
					seen = max(seen, machine.GroupMemory(os.DirFS("/"), group))
				}
			}
		}
	}()
	return func() int64 {
		cancel()
		return <-most
	}
}

// ownCPU is the processor time that this process has used, in seconds.
func ownCPU(b *testing.B) float64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}
