package gate

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/crawler"
	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/browsertest"
	"github.com/spoor-audit/spoor/crawler/visit"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/baseline"
	"github.com/spoor-audit/spoor/signatures"
	"github.com/spoor-audit/spoor/testsites"
)

// A slotPage is loaded over and over in one browser.
type slotPage struct {
	pipe pipeline.Pipeline
	plan pipeline.Plan
}

func openSlot(t *testing.T) (*testsites.Server, *slotPage) {
	t.Helper()
	browsertest.Chrome(t, browser.Headless)
	srv := testsites.Start(t)
	c, err := crawler.Open(t.Context(), browsertest.Options(t, srv, browser.Headless))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	db, err := signatures.Default()
	if err != nil {
		t.Fatal(err)
	}
	return srv, &slotPage{
		pipe: pipeline.Pipeline{Visit: c.Visit, DB: db, DNS: srv.DNSAddr()},
		plan: pipeline.Plan{Plan: crawler.Plan{
			Scenarios: []evidence.Scenario{evidence.None}, Timeout: time.Minute,
			Settle: visit.Settle{Quiet: 300 * time.Millisecond, Min: 400 * time.Millisecond, Max: 10 * time.Second},
		}},
	}
}

// loads loads a page n times, some side by side.
func (p *slotPage) loads(t *testing.T, address string, n int) []*reports.Result {
	t.Helper()
	const beside = 4
	list, errs := make([]*reports.Result, n), make([]error, n)
	next := make(chan int)
	var wg sync.WaitGroup
	for range beside {
		wg.Go(func() {
			for i := range next {
				plan := p.plan
				plan.URL = address
				audit, err := p.pipe.Site(context.WithoutCancel(t.Context()), plan, func(crawler.Progress) {})
				if err != nil {
					errs[i] = err
					continue
				}
				list[i] = audit.Result
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
	return list
}

// reached lists the other sites that a load contacted.
func reached(r *reports.Result) []string {
	var list []string
	for _, h := range r.Runs[0].Hosts {
		if h.ThirdParty && h.Reached {
			list = append(list, h.Host)
		}
	}
	return list
}

const slotPolicy = `
visits = 20
confirm = %d
scenarios = ["none"]

[[target]]
name = "home"
url = "https://shop.test/"

[[allow]]
loaded-by = "door.test"
reason = "ad slots, contract 2026-114"
until = 2099-01-01
`

// judged holds loads against a policy that allows the door of the ad slot.
func judged(t *testing.T, confirm int, loads []*reports.Result, lock baseline.Lock) *Outcome {
	t.Helper()
	g, target := policy(t, fmt.Sprintf(slotPolicy, confirm))
	target.Loads = loads
	return g.Judge([]Target{target}, lock, today)
}

// An ad slot that brings another guest with each load stays green when its door is
// allowed, over twenty loads together and each alone; a tracker that came by another
// way once in thirteen loads does not.
func TestAdSlot(t *testing.T) {
	srv, page := openSlot(t)
	loads := page.loads(t, srv.URL("ad-slot", "clean.html"), 20)
	guests := map[string]bool{}
	for _, r := range loads {
		if n := len(reached(r)); n != 3 {
			t.Errorf("a load contacted %q", reached(r))
		}
		for _, host := range reached(r) {
			guests[host] = true
		}
	}
	if len(guests) != 1+2*20 {
		t.Fatalf("twenty loads contacted %d hosts, want the door, a guest each and its partner", len(guests))
	}
	for _, part := range append([][]*reports.Result{loads}, slices.Collect(slices.Chunk(loads, 1))...) {
		o := judged(t, 1, part, nil)
		if len(o.Against)+len(o.Undecided)+len(o.Unused) > 0 || len(o.Diff.Allowed) < 3*len(part) {
			t.Fatalf("%d loads, of which %d facts are allowed:\n%s", len(part), len(o.Diff.Allowed), written(t, o, Text, "en"))
		}
	}
	// Without the allowance all of it is news.
	g, target := policy(t, strings.Split(fmt.Sprintf(slotPolicy, 1), "[[allow]]")[0])
	target.Loads = loads
	if o := g.Judge([]Target{target}, nil, today); len(o.Against) < len(guests) {
		t.Errorf("without an allowance %d things are against policy", len(o.Against))
	}

	loads = page.loads(t, srv.URL("ad-slot", "index.html"), 13)
	late := slices.IndexFunc(loads, func(r *reports.Result) bool { return slices.Contains(reached(r), "late.test") })
	if late < 0 {
		t.Fatal("no load contacted the tracker")
	}
	others := slices.Delete(slices.Clone(loads), late, late+1)
	if o := judged(t, 1, others, nil); len(o.Against) > 0 {
		t.Errorf("loads without the tracker:\n%s", written(t, o, Text, "en"))
	}
	o := judged(t, 1, loads, nil)
	if len(o.Against) == 0 {
		t.Errorf("the tracker is not news:\n%s", written(t, o, Text, "en"))
	}
	for _, item := range o.Against {
		if item.Gate != New || !strings.HasSuffix(item.Subject, "late.test") || item.Seen != "1 of 13" {
			t.Errorf("against policy: %+v", item)
		}
	}
	// Seen in one load of three, the same is rare where two must show it.
	three := []*reports.Result{others[0], loads[late], others[1]}
	if o := judged(t, 1, three, nil); !slices.ContainsFunc(o.Against, func(i Item) bool {
		return i.Kind == baseline.Receiver && i.Subject == "late.test" && i.Seen == "1 of 3"
	}) {
		t.Errorf("one of three:\n%s", written(t, o, Text, "en"))
	}
	if o := judged(t, 2, three, nil); len(o.Against) > 0 || len(o.Diff.Rare) == 0 {
		t.Errorf("one of three where two must show it:\n%s", written(t, o, Text, "en"))
	}
}
