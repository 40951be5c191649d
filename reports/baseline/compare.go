package baseline

import (
	"slices"
	"time"
)

// An Entry is a seen fact, and what allows it or no longer does.
type Entry struct {
	Seen
	Allow *Allow `json:"-"`
}

// A Diff is what stands between what was seen, what is known and what is allowed.
// All lists are sorted by target, scenario, kind and subject.
type Diff struct {
	New     []Entry `json:"new"`     // neither known nor allowed
	Rare    []Entry `json:"rare"`    // would be new, but too few loads showed it
	Expired []Entry `json:"expired"` // allowed once; the time is over
	Allowed []Entry `json:"allowed"`
	Known   []Entry `json:"known"` // in the lock, whether allowed too or not
	// Gone are known facts that no load showed although their state was measured.
	Gone []Absent `json:"gone"`
	// Undecided are known facts whose state was not measured.
	Undecided []Fact `json:"undecided"`
	// Unmeasured are states of which nothing is known.
	Unmeasured []State `json:"unmeasured"`
	// Unused are allowances that no fact needed, in the order of their file.
	// Those whose time is over are among them.
	Unused []Allow `json:"-"`
}

// An Absent is a known fact that was not seen, and the number of loads in which it
// could have been.
type Absent struct {
	Fact
	Of int `json:"of"`
}

// EnoughLoads is in how many loads a known fact must be missing before its removal
// is offered. The lock has no history, so what counts are the loads of one check: a
// guest of every second load is missing in three loads of eight checks.
const EnoughLoads = 3

// Removable reports whether a fact was missing often enough to offer its removal.
func (a *Absent) Removable() bool { return a.Of >= EnoughLoads }

// A Policy says how seen facts are judged.
type Policy struct {
	Lock  Lock
	Allow []Allow
	// Confirm is how many loads must show a fact before it counts as new; 0 and 1
	// are one.
	Confirm int
	Today   time.Time
}

// Compare holds what was seen against what is known and allowed. A fact in the
// lock is known, whatever allowances say; facts of targets that were not visited
// are left alone.
func Compare(p Policy, seen []Seen, states []State) Diff {
	var d Diff
	used := make([]bool, len(p.Allow))
	known := map[Fact]bool{}
	for _, f := range p.Lock {
		known[f.same()] = true
	}
	have := map[Fact]bool{}
	for i := range seen {
		s := &seen[i]
		have[s.same()] = true
		allow, over := p.allowance(s, used)
		switch {
		case known[s.same()]:
			d.Known = append(d.Known, Entry{*s, allow})
		case allow != nil:
			d.Allowed = append(d.Allowed, Entry{*s, allow})
		case over != nil:
			d.Expired = append(d.Expired, Entry{*s, over})
		case s.Loads < p.Confirm:
			d.Rare = append(d.Rare, Entry{Seen: *s})
		default:
			d.New = append(d.New, Entry{Seen: *s})
		}
	}
	for _, s := range states {
		if s.Applies && s.Loads == 0 {
			d.Unmeasured = append(d.Unmeasured, s)
		}
	}
	for _, f := range p.Lock {
		i := slices.IndexFunc(states, func(s State) bool { return s.Target == f.Target && s.Scenario == f.Scenario })
		switch {
		case have[f.same()] || !slices.ContainsFunc(states, func(s State) bool { return s.Target == f.Target }):
		case i >= 0 && states[i].Loads > 0:
			d.Gone = append(d.Gone, Absent{f, states[i].Loads})
		default:
			d.Undecided = append(d.Undecided, f)
		}
	}
	for i := range p.Allow {
		if !used[i] {
			d.Unused = append(d.Unused, p.Allow[i])
		}
	}
	d.sort()
	return d
}

// allowance finds what allows a fact, and else what allowed it once.
func (p *Policy) allowance(s *Seen, used []bool) (allow, over *Allow) {
	for i := range p.Allow {
		a := &p.Allow[i]
		if !a.covers(s) {
			continue
		}
		used[i] = true
		switch {
		case !a.Expired(p.Today):
			if allow == nil {
				allow = a
			}
		case over == nil:
			over = a
		}
	}
	return allow, over
}

func (d *Diff) sort() {
	for _, list := range [][]Entry{d.New, d.Rare, d.Expired, d.Allowed, d.Known} {
		slices.SortFunc(list, func(a, b Entry) int { return compare(a.Fact, b.Fact) })
	}
	slices.SortFunc(d.Gone, func(a, b Absent) int { return compare(a.Fact, b.Fact) })
	slices.SortFunc(d.Undecided, compare)
}

// Removable counts the known facts whose removal is offered.
func (d *Diff) Removable() int {
	n := 0
	for i := range d.Gone {
		if d.Gone[i].Removable() {
			n++
		}
	}
	return n
}

// Accepted is the lock that makes what was seen known: the facts of the lock, and
// the new ones; without those that are gone, if prune says so. What is allowed
// stays out of it, because an allowance ends.
func (d *Diff) Accepted(old Lock, prune bool) Lock {
	var out Lock
	for _, f := range old {
		if !prune || !slices.ContainsFunc(d.Gone, func(g Absent) bool { return g.same() == f.same() }) {
			out = append(out, f)
		}
	}
	for _, list := range [][]Entry{d.New, d.Rare, d.Expired} {
		for _, e := range list {
			out = append(out, e.Fact)
		}
	}
	return out.sorted()
}
