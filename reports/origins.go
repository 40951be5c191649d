package reports

import "github.com/spoor-audit/spoor/evidence"

// origins answers, for the requests of one run, who loaded what.
type origins struct {
	run   *evidence.Run
	byID  map[evidence.ID]int
	byURL map[string]int // the first request for an address
}

func newOrigins(run *evidence.Run) *origins {
	o := &origins{run: run, byID: map[evidence.ID]int{}, byURL: map[string]int{}}
	for i := range run.Requests {
		q := &run.Requests[i]
		o.byID[q.ID] = i
		if _, known := o.byURL[q.URL]; !known {
			o.byURL[q.URL] = i
		}
	}
	return o
}

// before returns the address of what caused a request, and the request that
// brought it, if there was one earlier in the run. The address is "" where
// nothing is known but the page.
func (o *origins) before(q *evidence.Request) (string, *evidence.Request) {
	if i, ok := o.byID[q.Initiator.Request]; ok && i != o.byID[q.ID] {
		return o.run.Requests[i].URL, &o.run.Requests[i]
	}
	from := q.Initiator.URL
	for _, f := range q.Initiator.Stack {
		if hostOf(f.URL) != "" {
			from = f.URL
			break
		}
	}
	if from == "" && q.Kind != "document" {
		from = q.Document
	}
	if i, ok := o.byURL[from]; ok && i < o.byID[q.ID] {
		return from, &o.run.Requests[i]
	}
	return from, nil
}

// chain lists the addresses of what loaded a request, from the nearest to the
// page.
func (o *origins) chain(q *evidence.Request) []string {
	var out []string
	for len(out) < maxChain {
		from, next := o.before(q)
		if from == "" {
			break
		}
		if entry := clip(from, maxName); len(out) == 0 || out[len(out)-1] != entry {
			out = append(out, entry)
		}
		if next == nil {
			break
		}
		q = next
	}
	return out
}

// loaders returns the cited requests of a run and all that loaded them.
func (o *origins) loaders(cited map[evidence.ID]bool) map[evidence.ID]bool {
	wanted := map[evidence.ID]bool{}
	for i := range o.run.Requests {
		q := &o.run.Requests[i]
		if !cited[q.ID] {
			continue
		}
		for range maxChain + 1 {
			wanted[q.ID] = true
			_, next := o.before(q)
			if next == nil {
				break
			}
			q = next
		}
	}
	return wanted
}

// loader returns the address of what made the browser send a request: the
// answer that redirected, the script, or the document. A preflight was caused by
// what caused the request behind it.
func (o *origins) loader(q *evidence.Request) string {
	from, next := o.before(q)
	if q.Initiator.Kind == "preflight" && next != nil && next.Initiator.Kind != "preflight" {
		return o.loader(next)
	}
	return from
}
