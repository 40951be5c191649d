package reports

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/lang"
)

// This file holds what the reports made of lines of text share: what stands in
// their lists, and what is said of it in a few words. The words are safe on one
// line of a terminal; other renderers escape them as their format asks.

// Limits of names inside the words, in characters.
const (
	maxWho     = 100
	shownNames = 4 // names that stand behind one technique or check
)

// Site is what a report is called: the host that was visited, or the file.
func (s *Subject) Site() string {
	if s.File != "" {
		return s.File
	}
	for _, raw := range []string{s.FinalURL, s.URL} {
		if u, err := url.Parse(raw); err == nil && u.Hostname() != "" {
			return u.Hostname()
		}
	}
	return cmp.Or(s.URL, s.Kind)
}

// TechniquesOf lists the techniques of a clump, heaviest first, then by ID.
func (r *Result) TechniquesOf(clump string) []*Technique {
	return r.techniquesBy(func(t *Technique) bool { return t.Clump == clump })
}

// TechniquesIn lists the techniques of a state, heaviest first, then by ID.
func (r *Result) TechniquesIn(state string) []*Technique {
	return r.techniquesBy(func(t *Technique) bool { return t.State == state })
}

func (r *Result) techniquesBy(want func(*Technique) bool) []*Technique {
	var list []*Technique
	for i := range r.Techniques {
		if want(&r.Techniques[i]) {
			list = append(list, &r.Techniques[i])
		}
	}
	slices.SortStableFunc(list, func(a, b *Technique) int { return cmp.Compare(Weight(a.Severity), Weight(b.Severity)) })
	return list
}

// OfTechnique lists the findings that make a technique what it is, heaviest
// first, then by time: without those that were done with consent, where there
// are others.
func (r *Result) OfTechnique(id string) []*Finding {
	list := r.Distinct(id)
	if only := slices.DeleteFunc(slices.Clone(list), func(f *Finding) bool { return Consented(f.Scenario, f.Phase) }); len(only) > 0 {
		list = only
	}
	slices.SortStableFunc(list, func(a, b *Finding) int {
		return cmp.Or(cmp.Compare(Weight(a.Severity), Weight(b.Severity)), cmp.Compare(a.FirstMS, b.FirstMS))
	})
	return list
}

// AboutTechnique says of a technique that was found how heavy and how sure its
// findings are, when the first was seen, and who is behind them.
func (r *Result) AboutTechnique(t *lang.Text, id string) string {
	list := r.OfTechnique(id)
	if len(list) == 0 {
		return ""
	}
	first := list[0].FirstMS
	var names []string
	for _, f := range list {
		// What weighs less stands in the full report; naming it here would make
		// a session cookie look like a problem.
		if Clump(f.Severity) != Clump(list[0].Severity) {
			break
		}
		first = min(first, f.FirstMS)
		names = with(names, r.who(f))
	}
	return r.standing(t, list[0], first, r.FindingStates(id)) + ": " + t.Some(names, shownNames)
}

// AboutFinding says the same of one finding.
func (r *Result) AboutFinding(t *lang.Text, f *Finding) string {
	return r.standing(t, f, f.FirstMS, []string{StateKey(f.Scenario, f.Phase)}) + ": " + r.who(f)
}

// standing says how heavy and how sure a finding is, and when it was seen: in which
// states of consent if the result speaks of several, else how soon.
func (r *Result) standing(t *lang.Text, f *Finding, first int64, states []string) string {
	words := []string{t.Word("severity", clean.Short(f.Severity, maxWord)), t.Word("certainty", clean.Short(f.Certainty, maxWord))}
	switch {
	case len(r.Columns()) > 1:
		named := make([]string, len(states))
		for i, key := range states {
			named[i] = t.T(key)
		}
		words = append(words, strings.Join(named, "/"))
	case first > 0:
		words = append(words, t.T("term.after", "time", t.Seconds(first)))
	}
	return strings.Join(words, ", ")
}

// who names what a finding is about: a cookie and its company, or the company,
// or the host where no company is known.
func (r *Result) who(f *Finding) string {
	name := cmp.Or(r.PartyName(f.Party), f.Host, f.Script)
	if f.Cookie != "" {
		name = f.Cookie + " (" + name + ")"
	}
	return clean.Short(name, maxWho)
}

// AboutCheck says how heavy and how sure the outcome of a check is, in how many
// visits it was seen, who is involved, and what mending it would win.
func AboutCheck(t *lang.Text, c *Check) string {
	words := []string{t.Word("severity", clean.Short(c.Severity, maxWord)), t.T("check." + c.Sure())}
	if seen, of, ok := strings.Cut(clean.Short(c.Visits, maxWord), " of "); ok && of != "1" {
		words = append(words, t.T("check.visits", "seen", seen, "of", of))
	}
	if c.Gain > 0 {
		words = append(words, t.N("check.gain-short", c.Gain))
	}
	text := strings.Join(words, ", ")
	if len(c.Named) > 0 {
		names := make([]string, len(c.Named))
		for i, name := range c.Named {
			names[i] = clean.Short(name, 60)
		}
		text += ": " + t.Some(names, shownNames)
	}
	return text
}

// statedGroup is the group of checks that hold the site's words against what was
// seen.
const statedGroup = "G4"

// NeedsText reports whether what [AboutCheck] says leaves out what matters most:
// the site's own words, or, where nobody is named, what was seen.
func (c *Check) NeedsText() bool { return len(c.Named) == 0 || c.Group == statedGroup }

// An Unjudged is a reason why things could not be judged, and which.
type Unjudged struct {
	Why string
	IDs []string // checks first, then techniques, by ID
}

// Unjudged lists what could not be judged, by reason, in the order of the first
// that has it.
func (r *Result) Unjudged(t *lang.Text) []Unjudged {
	var out []Unjudged
	add := func(id, why string) {
		at := slices.IndexFunc(out, func(u Unjudged) bool { return u.Why == why })
		if at < 0 {
			out = append(out, Unjudged{Why: why})
			at = len(out) - 1
		}
		// A technique is judged in every run, and may have the same reason in each.
		out[at].IDs = with(out[at].IDs, id)
	}
	for _, c := range r.ChecksOf(Unknown) {
		add(c.ID, clean.Line(c.Why.In(t.Code())))
	}
	for _, technique := range r.Techniques {
		if technique.State == Skipped {
			continue
		}
		for _, u := range technique.NotMeasured {
			add(technique.ID, clean.Line(u.Text.In(t.Code())))
		}
	}
	return out
}

// GapTexts lists what could not be observed, each text once. After a visit that
// failed everything is missing for the same reason, which is left out.
func (r *Result) GapTexts(t *lang.Text) []string {
	var out []string
	for _, g := range r.Gaps {
		if !g.Whole || r.Summary.Measured != MeasuredNot {
			out = with(out, clean.Line(g.Text.In(t.Code())))
		}
	}
	return out
}

// A Count is how many things are in a state, and what that says.
type Count struct {
	Key string // of its text: "count.problems"
	N   int
}

// Counts lists the counts of the summary that reports show on top; those that are
// rare are left out where there are none.
func (r *Result) Counts() []Count {
	s := &r.Summary
	inOrder := "count.clean"
	if len(r.Checks) > 0 {
		inOrder = "count.in-order"
	}
	all := []Count{
		{"count.problems", s.Problems}, {"count.consider", s.Consider}, {"count.accepted", s.Accepted}, {"count.inventory", s.Inventory},
		{inOrder, s.Clean}, {"count.not-measured", s.NotMeasured}, {"count.skipped", s.Skipped},
	}
	return slices.DeleteFunc(all, func(c Count) bool { return c.N == 0 && (c.Key == "count.accepted" || c.Key == "count.skipped") })
}

// GradeText says the grade and the number of the score: "D  38 of 100"; "" where
// there is none.
func (r *Result) GradeText(t *lang.Text) string {
	if r.Score == nil {
		return ""
	}
	c := r.Score.Compliance
	text := t.T("grade.value", "value", c.Value)
	switch {
	case c.Grade == "IE":
		text = t.T("grade.insufficient-short")
	case c.AtMost:
		text = t.T("grade.at-most", "value", c.High)
	}
	return clean.Short(c.Grade, 4) + "  " + text
}

// ExposureText says in a sentence how much a visitor is followed in each state of
// consent; "" where that was not measured.
func (r *Result) ExposureText(t *lang.Text) string {
	if r.Score == nil {
		return ""
	}
	var states []string
	for _, col := range r.Columns() {
		n, ok := r.Score.Exposure[string(col.Scenario)]
		if !ok || !col.Measured {
			continue
		}
		band := clean.Short(r.Score.Bands[string(col.Scenario)], maxWord)
		states = append(states, t.T("exposure.state", "state", t.T(col.Key()), "word", t.Word("exposure", band), "n", n))
	}
	if len(states) == 0 {
		return ""
	}
	return t.T("exposure.sentence", "states", strings.Join(states, ", "))
}

// PurposeText says what a company is for, in a few words.
func PurposeText(t *lang.Text, c *Company) string {
	words := []string{}
	for _, category := range c.Categories {
		words = append(words, clean.Short(t.Word("for", category), maxWho))
	}
	if len(words) == 0 {
		return t.T("for.unknown")
	}
	return strings.Join(words, ", ")
}
