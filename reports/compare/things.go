package compare

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/detectors/codes"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
)

// column returns the state of consent of a result, and whether it was measured.
func column(r *reports.Result, s evidence.Scenario) (reports.Column, bool) {
	for _, col := range r.Columns() {
		if col.Scenario == s {
			return col, col.Measured
		}
	}
	return reports.Column{}, false
}

// companies lists a thing for every company in every state of consent in which it
// receives data: to receive data after a refusal too is news.
func (c *comparer) companies(r, _ *reports.Result) []thing {
	var out []thing
	columns := r.Columns()
	for _, company := range r.Companies() {
		for _, col := range columns {
			if !col.Measured || company.In(col) == 0 {
				continue
			}
			state := col.Scenario
			out = append(out, thing{
				item: Item{Key: company.Name + " " + string(state), Name: company.Name, Company: company.Name, State: string(state)},
				open: func(other *reports.Result) bool { _, ok := column(other, state); return ok },
				fields: []Field{
					{Name: "tracker", Old: yes(company.Tracker)}, {Name: "recognises", Old: strings.Join(company.Recognises, ", ")},
				},
			})
		}
	}
	return out
}

// findings lists a thing for every fact that techniques found.
func (c *comparer) findings(r, _ *reports.Result) []thing {
	var out []thing
	heaviest := map[string]int{} // by key: index into out
	for _, f := range r.Distinct("") {
		fact := r.Fact(f)
		key := fact.Subject + " " + string(fact.Step)
		title := reports.Words{}
		if t := technique(r, f.ID); t != nil {
			title = t.Title
		}
		name := f.Cookie
		if name == "" {
			_, name, _ = strings.Cut(fact.Subject, "@")
		}
		t := thing{
			item: Item{Key: key, ID: f.ID, Name: name, Company: company(r, f.Party), State: string(fact.Step), Title: title},
			open: func(other *reports.Result) bool { return judged(other, f.ID, fact.Step) },
			fields: []Field{
				{Name: "severity", Old: f.Severity}, {Name: "certainty", Old: f.Certainty},
			},
		}
		if i, known := heaviest[key]; known {
			if reports.Weight(f.Severity) < reports.Weight(out[i].fields[0].Old) {
				out[i] = t
			}
			continue
		}
		heaviest[key] = len(out)
		out = append(out, t)
	}
	return out
}

func technique(r *reports.Result, id string) *reports.Technique {
	if i := slices.IndexFunc(r.Techniques, func(t reports.Technique) bool { return t.ID == id }); i >= 0 {
		return &r.Techniques[i]
	}
	return nil
}

// judged reports whether a result can say that a technique was not used in a state.
func judged(r *reports.Result, id string, state evidence.Scenario) bool {
	t := technique(r, id)
	if t == nil {
		return false // A result of a version that did not look for it.
	}
	for _, col := range r.Columns() {
		if col.Scenario == state {
			s := r.Standing(t, col).State
			return s == reports.Clean || s == reports.Found
		}
	}
	return false
}

func company(r *reports.Result, party string) string {
	if p := r.Party(party); p != nil {
		return p.Company
	}
	return ""
}

func (c *comparer) cookies(r, other *reports.Result) []thing {
	var out []thing
	for i := range r.Cookies {
		k := &r.Cookies[i]
		lifetime := "session"
		if !k.Session {
			lifetime = strconv.Itoa(int(math.Round(k.LifetimeDays))) + " d"
		}
		name := codes.KeyPattern(k.Name)
		out = append(out, thing{
			item: Item{Key: name + " " + k.Domain + " " + k.Path, Name: k.Name + " (" + k.Domain + ")", Company: company(r, k.Party)},
			open: kept(evidence.KindCookies, k.Seen),
			fields: []Field{
				{Name: "category", Old: k.Category}, {Name: "identifying", Old: yes(k.Identifying)}, {Name: "lifetime", Old: lifetime},
				{Name: "http_only", Old: yes(k.HTTPOnly)}, {Name: "secure", Old: yes(k.Secure)}, {Name: "same_site", Old: k.SameSite},
				{Name: "state", Old: k.State}, {Name: "seen", Old: seen(r, other, evidence.KindCookies, k.Seen)},
			},
		})
	}
	return out
}

func (c *comparer) storage(r, other *reports.Result) []thing {
	var out []thing
	for i := range r.Storage {
		s := &r.Storage[i]
		out = append(out, thing{
			item: Item{Key: s.Kind + " " + codes.KeyPattern(s.Key) + " " + s.Origin, Name: s.Key + " (" + s.Kind + ", " + s.Origin + ")", Company: company(r, s.Party)},
			open: kept(evidence.KindStorage, s.Seen),
			fields: []Field{
				{Name: "category", Old: s.Category}, {Name: "identifying", Old: yes(s.Identifying)},
				{Name: "seen", Old: seen(r, other, evidence.KindStorage, s.Seen)},
			},
		})
	}
	return out
}

// kept returns a function that reports whether a result can say that something is
// not kept: it looked in one of the visits in which it was seen.
func kept(kind evidence.Kind, seen map[string]string) func(*reports.Result) bool {
	return func(other *reports.Result) bool {
		for s := range seen {
			if looked(other, evidence.Scenario(s), kind) {
				return true
			}
		}
		return false
	}
}

// looked reports whether a result looked for a kind of thing in a visit.
func looked(r *reports.Result, s evidence.Scenario, kind evidence.Kind) bool {
	run := r.Run(s)
	return run != nil && run.Measured && !slices.ContainsFunc(r.Gaps, func(g reports.Gap) bool {
		return g.Scenario == s && g.Kind == string(kind) && g.Whole
	})
}

// seen says whether something was seen before a choice, else after which choices,
// by the visits in which both results looked. A visit that chose sooner sees the
// same thing later; that is no change.
func seen(r, other *reports.Result, kind evidence.Kind, in map[string]string) string {
	both := map[string]string{}
	for s, phase := range in {
		if looked(r, evidence.Scenario(s), kind) && looked(other, evidence.Scenario(s), kind) {
			both[s] = phase
		}
	}
	if reports.SeenBefore(both) {
		return string(evidence.Before)
	}
	return strings.Join(slices.Sorted(maps.Keys(both)), ", ")
}

// checks compares the outcomes of checks: one that failed or warned and did not
// before is new, one that did and no longer does is gone.
func (c *comparer) checks() Section {
	out := Section{New: []Item{}, Gone: []Item{}, Changed: []Item{}, Unmeasured: []Item{}}
	old := map[string]*reports.Check{}
	for i := range c.a.Checks {
		old[c.a.Checks[i].ID] = &c.a.Checks[i]
	}
	for i := range c.b.Checks {
		is := &c.b.Checks[i]
		was := old[is.ID]
		if was == nil || was.Outcome == is.Outcome {
			continue // One that the older version did not make is no news of the site.
		}
		item := Item{Key: is.ID, ID: is.ID, Title: is.Title, Fields: []Field{{"outcome", was.Outcome, is.Outcome}}}
		switch {
		case was.Outcome == reports.Unknown || is.Outcome == reports.Unknown:
			out.Unmeasured = append(out.Unmeasured, item)
		case against(is) && !against(was):
			out.New = append(out.New, item)
		case against(was) && !against(is):
			out.Gone = append(out.Gone, item)
		default:
			out.Changed = append(out.Changed, item)
		}
	}
	out.sort()
	return out
}

func against(c *reports.Check) bool { return c.Outcome == reports.Fail || c.Outcome == reports.Warn }
