package visit

import (
	"sort"

	"github.com/spoor-audit/spoor/evidence"
)

// finishCalls spreads the counted uses over their records. Uses that no record
// speaks of are of the place's first record; a place without any record becomes
// one of its own, whose arguments are lost.
func (r *recorder) finishCalls() {
	for _, p := range r.realms.order {
		extra := p.hits - len(p.calls)
		if r.script.Filters(p.key.row) {
			extra = 0 // uses that are of no interest are not reported
			if len(p.calls) == 0 {
				continue
			}
		}
		if len(p.calls) == 0 {
			r.run.Calls = append(r.run.Calls, evidence.Call{
				ID: r.id("call", len(r.run.Calls)+1), At: r.since(p.at), API: r.script.API(p.key.row),
				In: r.targetID(p.key.realm), Stack: []evidence.Frame{r.frameOf(p)}, Count: p.hits,
				Script: r.scriptID(p.key.realm.session, p.key.script),
			})
			p.calls = append(p.calls, len(r.run.Calls)-1)
			r.run.Losses.CallsDropped += p.hits
			extra = 0
		}
		if extra > 0 {
			r.run.Calls[p.calls[0]].Count += extra
			r.run.Losses.CallsFolded += extra
		}
		if r.realms.limited[limitKey{p.key.realm, p.key.row}] {
			for _, i := range p.calls {
				r.run.Calls[i].AtLeast = true
			}
			r.run.Losses.CallsAtLeast += len(p.calls)
		}
	}
	r.sortCalls()
}

// sortCalls puts calls in the order of time. Their ids follow, so that a report
// can be read from the top; nothing points at them yet.
func (r *recorder) sortCalls() {
	sort.SliceStable(r.run.Calls, func(i, j int) bool { return r.run.Calls[i].At < r.run.Calls[j].At })
	for i := range r.run.Calls {
		r.run.Calls[i].ID = r.id("call", i+1)
	}
}
