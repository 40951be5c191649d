// Package probe owns what plain HTTP tells of a site without a browser: where it
// is after redirects, its TLS, headers and cookies, who is named in its static
// HTML, and the files that machines look for (robots.txt, gpc.json, ads.txt).
//
// It works on long lists: many sites side by side, never two requests at a time
// to one host. It must not know browsers, findings or reports; who a third party
// is, the caller says.
package probe

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net"
	"net/http"
	"runtime"
	"sync"
	"time"

	"github.com/spoor-audit/spoor/crawler/hostrules"
	"github.com/spoor-audit/spoor/crawler/walls"
)

// Options says how to make requests.
type Options struct {
	// UserAgent names spoor to sites, "spoor/1.0 (+https://...)"; robots.txt is
	// read for its first word. It must not be empty.
	UserAgent string
	HostRules hostrules.Rules
	Proxy     string        // URL of a proxy, or "host:port"; "" for none
	Insecure  bool          // accept invalid certificates
	Resolver  *net.Resolver // nil is the system's

	// Parallel is the number of sites side by side; 0 means [DefaultParallel].
	Parallel int
	// Timeout is that of one request with its answer; 0 means 10 seconds.
	Timeout time.Duration
	// Budget is for all requests of one site, without the time that it waits for
	// its turn at a host; 0 means 45 seconds.
	Budget time.Duration
	// Known names who is behind an address that a page takes something from; nil
	// knows nobody.
	Known func(page, address, kind string) Known
	// Now tells the time; nil is the clock's.
	Now func() time.Time
}

// DefaultParallel is how many sites are asked side by side. Nearly all of the
// time is waiting for them.
const DefaultParallel = 200

const (
	defaultTimeout = 10 * time.Second
	defaultBudget  = 45 * time.Second
	// ahead is how many sites for each that is asked may wait to be told, because
	// one before them in the list takes long.
	ahead = 8
)

// A Known is who is behind an address.
type Known struct {
	Name    string // "" if nobody knows
	Tracker bool
	Consent bool // it is a consent manager
}

// A Prober asks sites. It may be used by several goroutines.
type Prober struct {
	options   Options
	transport *http.Transport
	walls     walls.Table
	turns     turns
	trees     chan struct{} // one for each page that is in memory as a tree
}

// New returns a Prober. The error tells of a proxy that is not one.
func New(options Options) (*Prober, error) {
	if options.UserAgent == "" {
		return nil, errors.New("probe: no user agent given")
	}
	if options.Parallel <= 0 {
		options.Parallel = DefaultParallel
	}
	if options.Timeout == 0 {
		options.Timeout = defaultTimeout
	}
	if options.Budget == 0 {
		options.Budget = defaultBudget
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	table, err := walls.Load()
	if err != nil {
		return nil, fmt.Errorf("probe: %w", err)
	}
	transport, err := newTransport(options)
	if err != nil {
		return nil, fmt.Errorf("probe: %w", err)
	}
	return &Prober{
		options: options, transport: transport, walls: table, turns: turns{hosts: map[string]*turn{}},
		trees: make(chan struct{}, 2*runtime.GOMAXPROCS(0)),
	}, nil
}

// Close ends the connections that are kept open.
func (p *Prober) Close() { p.transport.CloseIdleConnections() }

// A Target is a site to be asked.
type Target struct {
	URL string
	// Bare says that the list named no scheme: where the site is not there with
	// https it is tried without, or with "www.", as [Another] says.
	Bare bool
}

// A Watch is told of sites as they begin and end, in any order and by several
// goroutines. The number is the place in the list, from 0.
type Watch struct {
	Begin func(number int)
	End   func(number int, facts *Facts)
}

// A job is a site of a list.
type job struct {
	number int
	target Target
	done   chan *Facts // closed without facts if the context ended before
}

// List asks all sites and hands what they told to take, in the order of the list.
// When the context ends or take returns an error, it stops; what take got is then
// the beginning of the list without a hole.
func (p *Prober) List(ctx context.Context, targets iter.Seq[Target], watch Watch, take func(number int, facts *Facts) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	order := make(chan *job, ahead*p.options.Parallel)
	work := make(chan *job)
	go func() {
		defer close(order)
		defer close(work)
		handOut(ctx, targets, order, work)
	}()
	var workers sync.WaitGroup
	defer workers.Wait()
	defer cancel() // before the workers are waited for
	for range p.options.Parallel {
		workers.Go(func() {
			for j := range work {
				p.do(ctx, j, watch)
			}
		})
	}
	for j := range order {
		facts, ok := <-j.done
		if !ok {
			return fmt.Errorf("probe: %w", context.Cause(ctx))
		}
		if err := take(j.number, facts); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("probe: %w", err)
	}
	return nil
}

// handOut puts sites in order and gives them to those who work.
func handOut(ctx context.Context, targets iter.Seq[Target], order, work chan<- *job) {
	number := 0
	for t := range targets {
		j := &job{number, t, make(chan *Facts, 1)}
		select {
		case order <- j:
		case <-ctx.Done():
			return
		}
		select {
		case work <- j:
		case <-ctx.Done():
			close(j.done)
			return
		}
		number++
	}
}

func (p *Prober) do(ctx context.Context, j *job, watch Watch) {
	defer close(j.done)
	if watch.Begin != nil {
		watch.Begin(j.number)
	}
	facts, err := p.Site(ctx, j.target)
	if err != nil {
		return
	}
	if watch.End != nil {
		watch.End(j.number, facts)
	}
	j.done <- facts
}
