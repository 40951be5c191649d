package fieldwork

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/spoor-audit/spoor/crawler"
	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/evidence"
)

// When a browser is replaced. It grows with what it has shown, and so does the risk
// that it is lost, with all visits that go on in it.
const (
	mostVisits = 100
	mostAge    = 30 * time.Minute
	// weighEvery is how many visits begin between two looks at its memory.
	weighEvery = 4
)

// A Pool shares one browser between visits, each in contexts of its own, and
// replaces it when it is worn. Visits that go on in the old one end there. It may
// be used by several goroutines.
type Pool struct {
	Browser browser.Options
	// Visits is how many visits begin in one browser; 0 means mostVisits.
	Visits int
	// Memory is how much the browser may come to use, in bytes; Weigh tells what the
	// process group of a browser uses. Without Weigh, memory does not count.
	Memory int64
	Weigh  func(pid int) int64

	mu  sync.Mutex
	now *shared
}

// A shared is one browser with the visits that go on in it.
type shared struct {
	crawler *crawler.Crawler
	born    time.Time
	visits  int // that began in it
	inside  int // that go on in it
	retired bool
}

// Visit carries out a plan, as [crawler.Visit] does, in the shared browser.
func (p *Pool) Visit(ctx context.Context, plan crawler.Plan, tell func(crawler.Progress)) (*evidence.Visit, evidence.Files, error) {
	b, err := p.enter(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer p.leave(b) //nolint:contextcheck // Closing must work when the context has ended.
	return b.crawler.Visit(ctx, plan, tell)
}

// Close ends the browser, when the visits in it have ended.
func (p *Pool) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.retire()
}

func (p *Pool) enter(ctx context.Context) (*shared, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.now != nil && p.worn(p.now) {
		p.retire() //nolint:contextcheck // Closing must work when the context has ended.
	}
	if p.now == nil {
		c, err := crawler.Open(ctx, p.Browser)
		if err != nil {
			return nil, err
		}
		p.now = &shared{crawler: c, born: time.Now()}
	}
	p.now.visits++
	p.now.inside++
	return p.now, nil
}

func (p *Pool) worn(b *shared) bool {
	if b.visits >= cmp.Or(p.Visits, mostVisits) || time.Since(b.born) > mostAge {
		return true
	}
	return p.Weigh != nil && p.Memory > 0 && b.visits%weighEvery == 0 && p.Weigh(b.crawler.Pid()) > p.Memory
}

// retire lets no more visits into the browser.
func (p *Pool) retire() {
	if p.now == nil {
		return
	}
	p.now.retired = true
	if p.now.inside == 0 {
		_ = p.now.crawler.Close() // Whatever remains of it is killed.
	}
	p.now = nil
}

func (p *Pool) leave(b *shared) {
	p.mu.Lock()
	b.inside--
	last := b.retired && b.inside == 0
	p.mu.Unlock()
	if last {
		_ = b.crawler.Close()
	}
}
