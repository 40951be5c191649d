// Package gate owns what spoor check decides: which facts, findings, checks,
// scores and budgets of the loads of all targets are against the policy of
// spoor.toml, and what could not be decided. It must not know how pages are
// visited, where files lie, or how an outcome is shown.
package gate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spoor-audit/spoor/cmd/internal/config"
	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/baseline"
)

// The gates beside those that name a technique, a check or a severity.
const (
	New             = "new"
	Expired         = "expired"
	MinScore        = "min-score"
	MaxThirdParties = "max-third-parties"
	Budget          = "budget"
)

// An Item is one thing that is against the policy, or that could not be decided.
type Item struct {
	Target   string            `json:"target"`
	Line     int               `json:"line"` // of the target, or of the allowance that is over, in spoor.toml
	Gate     string            `json:"gate"` // the word of the policy
	Scenario evidence.Scenario `json:"scenario,omitempty"`
	Kind     string            `json:"kind"` // of a fact; else "finding", "check", "score", "third-parties", "requests", "cookies", "kilobytes", "target", "state"
	Subject  string            `json:"subject"`
	// Key names what has no count in it, where the subject alone does not tell two
	// items apart or changes from check to check.
	Key     string `json:"key,omitempty"`
	Have    int    `json:"have,omitempty"`  // of a limit
	Limit   *int   `json:"limit,omitempty"` // the most or, of a score, the least
	Company string `json:"company,omitempty"`
	Purpose string `json:"purpose,omitempty"`
	By      string `json:"by,omitempty"` // what loaded it
	Seen    string `json:"seen,omitempty"`
	// Text says more, as a sentence or what could be one.
	Text reports.Words `json:"text,omitzero"`
	// Until and Reason are those of an allowance that is over.
	Until  string `json:"until,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// over notes the allowance that would have covered an item.
func (i *Item) over(a *baseline.Allow) {
	i.Line = cmp.Or(a.Line, i.Line)
	i.Until, i.Reason = a.Until.Format(time.DateOnly), a.Reason
}

// A Target is one target with what its loads showed.
type Target struct {
	config.Target
	Loads []*reports.Result
	// Failures say why loads left nothing to judge, one for each.
	Failures []reports.Words
}

// An Outcome is what a check came to.
type Outcome struct {
	Targets   []Summary      `json:"targets"`   // in the order of spoor.toml
	Against   []Item         `json:"against"`   // by target, gate, scenario, kind, subject
	Undecided []Item         `json:"undecided"` // likewise
	Diff      baseline.Diff  `json:"facts"`
	Unused    []config.Allow `json:"-"`
	Gates     []string       `json:"gates"` // all that were asked for, as the file names them
}

// A Summary counts what became of the facts of a target.
type Summary struct {
	Name    string `json:"name"`
	Page    string `json:"page"` // its address, or the folder that was served
	Line    int    `json:"line"`
	Loads   int    `json:"loads"`
	States  int    `json:"states"`
	New     int    `json:"new"`
	Rare    int    `json:"rare"`
	Expired int    `json:"expired"`
	Allowed int    `json:"allowed"`
	Known   int    `json:"known"`
	Gone    int    `json:"gone"`
}

// A Gate is the policy of a file, read.
type Gate struct {
	file  *config.File
	words []word
}

// A word is one entry of fail-on: what, and in which state of consent.
type word struct {
	text     string
	scenario evidence.Scenario // "" is any
	policy   *pipeline.Policy  // nil for new and expired
	gate     string
}

// Open reads the policy of a file. The error is a *[pipeline.UnknownError] for a
// word that means nothing.
func Open(f *config.File) (*Gate, error) {
	g := &Gate{file: f}
	for _, text := range f.FailOn {
		name, scenario, has := strings.Cut(text, ":")
		w := word{text: text, gate: name}
		if has {
			if !slices.Contains(evidence.Scenarios, evidence.Scenario(scenario)) {
				return nil, &pipeline.UnknownError{ID: text, Near: nearScenario(name, scenario)}
			}
			w.scenario = evidence.Scenario(scenario)
		}
		if name != New && name != Expired {
			p, err := pipeline.NewPolicy([]string{name})
			if err != nil {
				return nil, err
			}
			w.policy = &p
		}
		g.words = append(g.words, w)
	}
	return g, nil
}

func nearScenario(name, scenario string) string {
	var known []string
	for _, s := range evidence.Scenarios {
		known = append(known, string(s))
	}
	if near := pipeline.Near(scenario, known); near != "" {
		return name + ":" + near
	}
	return ""
}

// Judge holds the loads of all targets against lock and policy.
func (g *Gate) Judge(targets []Target, lock baseline.Lock, today time.Time) *Outcome {
	var seen []baseline.Seen
	var states []baseline.State
	for i := range targets {
		s, st := baseline.Facts(targets[i].Name, targets[i].Loads)
		seen, states = append(seen, s...), append(states, st...)
	}
	allow := g.allowances()
	o := &Outcome{Gates: g.all(), Diff: baseline.Compare(baseline.Policy{
		Lock: lock, Allow: allow, Confirm: g.file.Confirm, Today: today,
	}, seen, states)}
	j := &judge{Gate: g, Outcome: o, allow: allow, used: make([]bool, len(allow)), today: today}
	for i := range targets {
		t := &targets[i]
		o.Targets = append(o.Targets, summary(t, states, &o.Diff))
		o.facts(g, t)
		j.findings(t)
		o.numbers(g, t)
		o.unmeasured(t)
	}
	for i := range allow {
		if !j.used[i] && slices.Contains(o.Diff.Unused, allow[i]) {
			o.Unused = append(o.Unused, g.file.Allow[i])
		}
	}
	order := func(a, b Item) int {
		return cmp.Or(slices.Index(names(targets), a.Target)-slices.Index(names(targets), b.Target), cmp.Compare(a.Gate, b.Gate),
			slices.Index(evidence.Scenarios, a.Scenario)-slices.Index(evidence.Scenarios, b.Scenario),
			cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Subject, b.Subject))
	}
	slices.SortStableFunc(o.Against, order)
	slices.SortStableFunc(o.Undecided, order)
	return o
}

// all lists the gates of the file.
func (g *Gate) all() []string {
	var list []string
	for _, w := range g.words {
		list = append(list, w.text)
	}
	if g.file.MinScore != nil {
		list = append(list, MinScore)
	}
	if g.file.MaxThirdParties != nil {
		list = append(list, MaxThirdParties)
	}
	return list
}

func names(targets []Target) []string {
	var list []string
	for i := range targets {
		list = append(list, targets[i].Name)
	}
	return list
}

func (g *Gate) allowances() []baseline.Allow {
	var list []baseline.Allow
	for i := range g.file.Allow {
		a := &g.file.Allow[i]
		list = append(list, baseline.Allow{
			Receiver: a.Receiver, Cookie: a.Cookie, Storage: a.Storage, Technique: a.Technique, LoadedBy: a.LoadedBy,
			Scenario: evidence.Scenario(a.Scenario), Target: a.Target, Reason: a.Reason, Until: a.Day(), Line: a.Line,
		})
	}
	return list
}

func summary(t *Target, states []baseline.State, d *baseline.Diff) Summary {
	s := Summary{Name: t.Name, Page: cmp.Or(t.URL, t.Serve), Line: t.Line, Loads: len(t.Loads)}
	for _, st := range states {
		if st.Target == t.Name && st.Loads > 0 {
			s.States++
		}
	}
	for _, part := range []struct {
		n    *int
		list []baseline.Entry
	}{{&s.New, d.New}, {&s.Rare, d.Rare}, {&s.Expired, d.Expired}, {&s.Allowed, d.Allowed}, {&s.Known, d.Known}} {
		for _, e := range part.list {
			if e.Target == t.Name {
				*part.n++
			}
		}
	}
	for _, f := range d.Gone {
		if f.Target == t.Name {
			s.Gone++
		}
	}
	return s
}

// facts adds new and expired facts.
func (o *Outcome) facts(g *Gate, t *Target) {
	for _, w := range g.words {
		list := o.Diff.New
		switch w.gate {
		case New:
		case Expired:
			list = o.Diff.Expired
		default:
			continue
		}
		for i := range list {
			e := &list[i]
			if e.Target != t.Name || w.scenario != "" && w.scenario != e.Scenario {
				continue
			}
			item := Item{
				Target: t.Name, Line: t.Line, Gate: w.text, Scenario: e.Scenario, Kind: e.Kind, Subject: e.Subject,
				Company: e.Company, Purpose: e.Purpose, By: e.By, Seen: fmt.Sprintf("%d of %d", e.Loads, e.Of),
			}
			if w.gate == Expired {
				item.over(e.Allow)
			}
			o.Against = append(o.Against, item)
		}
	}
}
