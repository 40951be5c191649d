package html

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
)

const (
	maxFindings   = 20 // of one technique; the JSON holds all
	maxCardRows   = 24 // pieces of evidence of one technique; each finding shows at least one
	foldFindings  = 6  // more than this are folded
	shownWho      = 5
	maxIndexLinks = 2000
)

type clump struct {
	ID, Title, Intro, Tally, Fold string
	Cards                         []card
	Rows                          []plainRow
	Folded                        bool
}

type plainRow struct{ ID, Title, Note string }

type card struct {
	ID, Kind, Clump, Severity, Title, Who, Partial string // Kind: technique or check
	States                                         string // of consent, in which it was found
	Outcome, Group, Gain, Basis                    string // of a check
	Fold, More                                     string
	Folded                                         bool
	Findings                                       []finding
	Why, Fix, Limits                               string
	Refs                                           []string
}

type finding struct {
	Text, Meta, Proof, More string
	Evidence                []row
}

// findings fills the cards and the lists of what was not found or not measured.
func (m *maker) findings() {
	for _, c := range []struct{ clump, id string }{
		{reports.Problem, "problems"}, {reports.Consider, "consider"}, {reports.Accepted, "accepted"}, {reports.Inventory, "inventory"},
	} {
		out := clump{ID: c.id, Title: m.t.T("clump." + c.clump), Intro: m.t.T("clump-intro." + c.clump)}
		for _, k := range m.r.ChecksOf(map[string]string{reports.Problem: reports.Fail, reports.Consider: reports.Warn}[c.clump]) {
			out.Cards = append(out.Cards, m.checkCard(k, c.clump))
		}
		for _, t := range m.techniques(func(t *reports.Technique) bool { return t.Clump == c.clump }) {
			out.Cards = append(out.Cards, m.card(t))
		}
		out.Tally = m.t.Number(len(out.Cards))
		if len(out.Cards) == 0 {
			if !m.p.Measured || c.clump == reports.Accepted {
				continue
			}
			out.Intro = m.t.T("clump-empty." + c.clump)
		}
		m.p.Clumps = append(m.p.Clumps, out)
	}
	m.listed("not-measured", "not-measured", false, reports.Unknown, reports.NotMeasured)
	m.listed(m.inOrder(), m.inOrderKey(), true, reports.Pass, reports.Clean)
	m.listed("not-applicable", "na", true, reports.NA, "")
	m.listed("skipped", "skipped", true, "", reports.Skipped)
}

// techniques lists some techniques, heaviest first, then by ID.
func (m *maker) techniques(want func(*reports.Technique) bool) []*reports.Technique {
	var list []*reports.Technique
	for i := range m.r.Techniques {
		if want(&m.r.Techniques[i]) {
			list = append(list, &m.r.Techniques[i])
		}
	}
	slices.SortStableFunc(list, func(a, b *reports.Technique) int {
		return cmp.Compare(reports.Weight(a.Severity), reports.Weight(b.Severity))
	})
	return list
}

// listed adds a clump of rows without cards: the checks with an outcome, and the
// techniques in a state.
func (m *maker) listed(id, key string, folded bool, outcome, state string) {
	checks := m.r.ChecksOf(outcome)
	list := m.techniques(func(t *reports.Technique) bool { return t.State == state })
	if len(list)+len(checks) == 0 {
		if id == "not-measured" {
			m.p.Clumps = append(m.p.Clumps, clump{
				ID: id, Title: m.t.T("clump." + key), Intro: m.t.T("clump-empty." + key), Tally: m.t.Number(0),
			})
		}
		return
	}
	out := clump{
		ID: id, Title: m.t.T("clump." + key), Intro: m.t.T("clump-intro." + key), Tally: m.t.Number(len(list) + len(checks)),
		Folded: folded, Fold: m.t.N("card.show", len(list)+len(checks)),
	}
	for _, c := range checks {
		r := plainRow{ID: c.ID, Title: clean.Line(c.Title.In(m.t.Code()))}
		if outcome != reports.Pass {
			r.Note = clean.Short(c.Why.In(m.t.Code()), longText)
		}
		if outcome == reports.Unknown {
			r.Title = m.t.T("technique.open", "title", r.Title)
		}
		out.Rows = append(out.Rows, r)
	}
	for _, t := range list {
		r := plainRow{ID: t.ID, Title: clean.Line(t.Title.In(m.t.Code()))}
		switch {
		case t.State == reports.NotMeasured:
			r.Title = m.t.T("technique.open", "title", r.Title)
			r.Note = m.reasons(t.NotMeasured)
		case len(t.Partial) > 0:
			r.Note = m.t.T("technique.partly-long") + " " + m.reasons(t.Partial)
		}
		out.Rows = append(out.Rows, r)
	}
	// A reason that all share is said once, above them: after a visit that
	// failed, it is the same for everything.
	if shared := out.Rows[0].Note; shared != "" && len(out.Rows) > foldFindings && allSay(out.Rows, shared) {
		out.Intro, out.Folded = out.Intro+" "+shared, true
		for i := range out.Rows {
			out.Rows[i].Note = ""
		}
	}
	m.p.Clumps = append(m.p.Clumps, out)
}

// allSay reports whether all rows have the same note.
func allSay(rows []plainRow, note string) bool {
	return !slices.ContainsFunc(rows, func(r plainRow) bool { return r.Note != note })
}

// reasons joins why something was not measured, each reason once.
func (m *maker) reasons(list []reports.Unmeasured) string {
	var out []string
	for _, u := range list {
		if text := clean.Short(u.Text.In(m.t.Code()), longText); !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return strings.Join(out, " ")
}

// card shows one technique with its findings.
func (m *maker) card(t *reports.Technique) card {
	doc, _ := reports.Doc(m.t, t.ID)
	c := card{
		ID: t.ID, Kind: "technique", States: m.states(t.ID), Clump: t.Clump, Severity: m.t.Word("severity", t.Severity), Title: clean.Line(t.Title.In(m.t.Code())),
		Why: doc.Why, Fix: doc.Fix, Limits: doc.Limits, Refs: doc.Refs, Partial: m.reasons(t.Partial),
	}
	list := m.r.Distinct(t.ID)
	var who []string
	slices.SortStableFunc(list, func(a, b *reports.Finding) int {
		return cmp.Or(cmp.Compare(rank(!reports.Consented(a.Scenario, a.Phase)), rank(!reports.Consented(b.Scenario, b.Phase))),
			cmp.Compare(reports.Weight(a.Severity), reports.Weight(b.Severity)), cmp.Compare(a.FirstMS, b.FirstMS))
	})
	left := maxCardRows
	for i, f := range list {
		if name := m.whose(f); name != "" && !slices.Contains(who, name) {
			who = append(who, name)
		}
		if i >= maxFindings {
			continue
		}
		rows := min(reports.RowsPerFinding, max(left, 1))
		if reports.Clump(f.Severity) == reports.Inventory {
			rows = 1 // what was only noted needs one proof
		}
		shown := m.finding(f, rows, list[0].Severity != f.Severity || t.Clump == reports.Inventory)
		left -= len(shown.Evidence)
		c.Findings = append(c.Findings, shown)
	}
	c.Who = m.t.Some(who, shownWho)
	c.More = m.more("more.findings", len(list)-maxFindings)
	c.Folded = len(list) > foldFindings
	c.Fold = m.t.N("card.show", len(list))
	return c
}

// states names the states of consent in which a technique was found, where the
// result speaks of several.
func (m *maker) states(id string) string {
	if len(m.r.Columns()) < 2 {
		return ""
	}
	var names []string
	for _, key := range m.r.FindingStates(id) {
		names = append(names, m.t.T(key))
	}
	return strings.Join(names, " · ")
}

// whose names who a finding is about.
func (m *maker) whose(f *reports.Finding) string {
	if f.Party != "" {
		return m.name(f.Party)
	}
	return clean.Short(cmp.Or(f.Host, f.Key), shortText)
}

// finding shows one finding with its first pieces of evidence.
func (m *maker) finding(f *reports.Finding, rows int, ownSeverity bool) finding {
	var meta []string
	if ownSeverity {
		meta = append(meta, m.t.Word("severity", f.Severity))
	}
	meta = append(meta, m.t.Word("certainty", f.Certainty), m.t.T("scenario."+string(f.Scenario)+"."+string(f.Phase)))
	if f.FirstMS > 0 {
		meta = append(meta, m.t.T("finding.after", "time", m.t.Seconds(f.FirstMS)))
	}
	if seen, of, ok := strings.Cut(f.Times, " of "); ok && of != "1" {
		meta = append(meta, m.t.T("finding.times", "seen", seen, "of", of))
	}
	out := finding{Text: clean.Short(f.Text.In(m.t.Code()), 600), Meta: strings.Join(meta, " · ")}
	for _, id := range f.Evidence {
		if len(out.Evidence) == rows {
			break
		}
		if r, ok := m.r.Evidence[id]; ok {
			out.Evidence = append(out.Evidence, m.row(id, &r))
		}
	}
	out.Proof = m.t.N("finding.evidence", len(f.Evidence))
	out.More = m.more("more.evidence", len(f.Evidence)-len(out.Evidence))
	return out
}

type index struct {
	Title string
	IDs   []indexLink
}

type indexLink struct {
	ID     evidence.ID
	Anchor string
}

// rowKinds lists the kinds of evidence in the order of the index.
var rowKinds = []string{"request", "socket", "cookie", "storage", "call", "script", "event", "signal", "paper", "typed", "link", "image"}

// index lists all evidence that has a row, by kind, in the order of the page.
func (m *maker) index() {
	for _, kind := range rowKinds {
		if ids := m.order[kind]; len(ids) > 0 {
			m.p.Index = append(m.p.Index, index{m.t.T("evidence." + kind), ids[:min(len(ids), maxIndexLinks)]})
		}
	}
}
