//go:build unix

package fieldwork

import (
	"context"
	"fmt"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/crawler"
	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/browsertest"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/testsites"
)

// TestPool visits side by side in browsers that are replaced after three visits
// each, or by what they weigh: no visit is lost with its browser, and no browser is
// left behind.
func TestPool(t *testing.T) {
	path := browsertest.Chrome(t, browser.Headless)
	srv := testsites.Start(t)
	var mu sync.Mutex
	pids := map[int]bool{}
	p := &Pool{
		Browser: browser.Options{Path: path, Mode: browser.Headless, HostRules: srv.HostRules(), SPKI: []string{srv.SPKI()}, Langs: []string{"en"}},
		Visits:  3,
	}
	seen := func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.now != nil {
			mu.Lock()
			pids[p.now.crawler.Pid()] = true
			mu.Unlock()
		}
	}
	visit := func(n int) {
		v, _, err := p.Visit(t.Context(), crawler.Plan{
			URL: srv.URL("beacon", "index.html"), Scenarios: []evidence.Scenario{evidence.None}, Timeout: 30 * time.Second,
		}, func(crawler.Progress) { seen() })
		if err != nil || v.Runs[0].Outcome != evidence.Done || v.Runs[0].Events != nil {
			t.Errorf("visit %d: %v", n, fmt.Sprintf("%v, %+v", err, v))
		}
	}
	var all sync.WaitGroup
	for i := range 2 {
		all.Go(func() {
			for n := range 4 {
				visit(4*i + n)
			}
		})
	}
	all.Wait()
	if len(pids) != 3 {
		t.Errorf("8 visits were made in %d browsers, want 3", len(pids))
	}
	p.Memory, p.Weigh = 1, func(int) int64 { return 2 }
	p.mu.Lock()
	p.Visits, p.now.visits = 100, weighEvery
	p.mu.Unlock()
	visit(8)
	if len(pids) != 4 {
		t.Error("a browser that is too heavy was not replaced")
	}
	p.Close()
	for pid := range pids {
		if err := syscall.Kill(pid, 0); err == nil {
			t.Errorf("browser %d is left behind", pid)
		}
	}
	if _, _, err := p.Visit(canceled(t), crawler.Plan{}, nil); err == nil {
		t.Error("a visit without time was made")
	}
	p.Close()
}

func canceled(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
