package pipeline

import (
	"sync"

	"github.com/spoor-audit/spoor/crawler"
	"github.com/spoor-audit/spoor/evidence"
)

// Stages of the pipeline's own, beside those of [crawler.Progress].
const (
	StageFurther = "further" // looking for further pages
	StageNames   = "names"   // asking DNS
)

// news passes on what the crawler tells of its runs, which go side by side, and
// adds the pipeline's own stages. It sees to it that every run ends with one
// [crawler.StageDone], the last one when the pipeline itself is done.
type news struct {
	tell func(crawler.Progress)

	mu    sync.Mutex
	going map[evidence.Scenario]crawler.Progress
	last  *crawler.Progress // of a run that is over, whose end was not told yet
}

// pass takes the crawler's word.
func (n *news) pass(p crawler.Progress) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.endLast()
	if p.Stage != crawler.StageDone {
		if n.going == nil {
			n.going = map[evidence.Scenario]crawler.Progress{}
		}
		n.going[p.Scenario] = p
		n.send(p)
		return
	}
	delete(n.going, p.Scenario)
	n.last = &p
	if len(n.going) > 0 {
		n.endLast()
	}
}

// stage tells that the pipeline itself has begun something, on behalf of the run
// that ended last, or else of one that goes on.
func (n *news) stage(name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	of := n.last
	for _, s := range evidence.Scenarios {
		if p, ok := n.going[s]; ok && of == nil {
			of = &p
		}
	}
	if of == nil {
		return
	}
	p := *of
	p.Stage, p.Open, p.Left = name, 0, 0
	n.send(p)
}

// end tells that all is done.
func (n *news) end() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.endLast()
	for _, s := range evidence.Scenarios {
		if p, ok := n.going[s]; ok {
			n.last = &p
			n.endLast()
		}
	}
	n.going = nil
}

func (n *news) endLast() {
	if n.last == nil {
		return
	}
	p := *n.last
	p.Stage, p.Open, p.Left = crawler.StageDone, 0, 0
	n.send(p)
	n.last = nil
}

func (n *news) send(p crawler.Progress) {
	if n.tell != nil {
		n.tell(p)
	}
}
