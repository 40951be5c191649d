package survey

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
)

// round keeps four decimals of a share.
func round(f float64) float64 { return math.Round(f*1e4) / 1e4 }

// share makes the cells of a share that is counted twice.
func shareCells(n Twice, m int) []any {
	if m <= 0 {
		return []any{nil, nil, int64(m), nil, nil, nil}
	}
	s := Share{n.Any, m}
	low, high := s.Interval()
	return []any{int64(n.Any), int64(n.All), int64(m), round(s.Value()), round(low), round(high)}
}

// totals hands on the rows of the tables about the whole survey.
func (r *rower) totals(t *Totals) error {
	for _, rows := range []func(*Totals) error{r.companies, r.groups, r.ranking, r.techniques, r.checkTotals, r.makers, r.presses, r.states, r.weights} {
		if err := rows(t); err != nil {
			return err
		}
	}
	return nil
}

func (r *rower) companies(t *Totals) error {
	for _, c := range t.TopCompanies(0) {
		var country any
		if c.Country != "" {
			country = r.text(c.Country)
		}
		row := append(make([]any, 0, 25), line(c.Name), c.Known, country, r.text(strings.Join(c.Categories, "; ")), c.Tracker, int64(c.Anywhere))
		for at := range states {
			row = append(row, shareCells(c.Sites[at], t.States[at].Measured)...)
		}
		var ids []string
		for _, n := range c.Techniques {
			ids = append(ids, n.ID)
		}
		slices.Sort(ids)
		row = append(row, r.text(strings.Join(ids, "; ")))
		if err := r.emit(tableCompanies, row); err != nil {
			return err
		}
	}
	return nil
}

// groupCompanies is how many companies are compared between groups.
const groupCompanies = 100

func (r *rower) groups(t *Totals) error {
	if t.Options.By == "" {
		return nil
	}
	top := t.TopCompanies(0)
	top = top[:min(len(top), groupCompanies)]
	for _, g := range t.GroupsBySize() {
		for at, state := range States() {
			for _, c := range top {
				s := Share{c.Group(g)[at], g.States[at]}
				row := []any{r.text(t.Options.By), r.text(g.Name), line(c.Name), state, nil, int64(s.M), nil, nil, nil}
				if s.Known() {
					low, high := s.Interval()
					row = append(row[:4], int64(s.N), int64(s.M), round(s.Value()), round(low), round(high))
				}
				if err := r.emit(tableGroups, row); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (r *rower) ranking(t *Totals) error {
	for i := range t.Ranking {
		x := &t.Ranking[i]
		if err := r.emit(tableRanking, []any{line(x.Site), int64(x.Rank), int64(x.Ties), string(t.Options.RankBy), int64(x.Number), line(x.Bundle)}); err != nil {
			return err
		}
	}
	return nil
}

func (r *rower) techniques(t *Totals) error {
	for _, id := range sortedKeys(t.Done) {
		d := t.Done[id]
		row := []any{line(id), line(d.Severity)}
		for at := range states {
			row = append(row, shareCells(d.Found[at], d.Looked[at])...)
		}
		if err := r.emit(tableTechniques, row); err != nil {
			return err
		}
	}
	return nil
}

func (r *rower) checkTotals(t *Totals) error {
	for _, c := range t.ChecksByGroup() {
		s := c.Failed()
		row := []any{line(c.ID), line(c.Group), line(c.Severity)}
		for _, outcome := range []string{reports.Fail, reports.Warn, reports.Pass, reports.NA, reports.Unknown} {
			row = append(row, int64(c.Outcomes[outcome]))
		}
		row = append(row, int64(s.M))
		if s.Known() {
			low, high := s.Interval()
			row = append(row, round(s.Value()), round(low), round(high))
		} else {
			row = append(row, nil, nil, nil)
		}
		if err := r.emit(tableChecksTotal, row); err != nil {
			return err
		}
	}
	return nil
}

// Failed is on how many of the sites where a check came to an outcome it failed.
func (c *CheckTotals) Failed() Share {
	return Share{c.Outcomes[reports.Fail], c.Outcomes[reports.Fail] + c.Outcomes[reports.Warn] + c.Outcomes[reports.Pass]}
}

// ChecksByGroup lists the checks by group, then ID.
func (t *Totals) ChecksByGroup() []*CheckTotals {
	return slices.SortedFunc(maps.Values(t.Checks), func(a, b *CheckTotals) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.ID, b.ID))
	})
}

// MakersBySites lists the makers of dialogs, those with most sites first, then by
// name.
func (t *Totals) MakersBySites() []string {
	return slices.SortedFunc(maps.Keys(t.Makers), func(a, b string) int {
		return cmp.Or(cmp.Compare(t.Makers[b].Sites, t.Makers[a].Sites), cmp.Compare(a, b))
	})
}

func (r *rower) makers(t *Totals) error {
	for _, name := range t.MakersBySites() {
		m := t.Makers[name]
		err := r.emit(tableMakers, []any{
			line(name), int64(m.Sites), int64(m.FirstLayer), int64(m.NoRefusal), int64(m.Pays), int64(m.TrackBefore), int64(m.Refused), int64(m.StillMore),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// PressPairs lists the pairs of presses that were seen, to accept and to refuse.
func (t *Totals) PressPairs() [][2]int {
	return slices.SortedFunc(maps.Keys(t.Presses), func(a, b [2]int) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
}

func (r *rower) presses(t *Totals) error {
	for _, p := range t.PressPairs() {
		if err := r.emit(tablePresses, []any{known(p[0], p[0] > 0), known(p[1], p[1] > 0), int64(t.Presses[p])}); err != nil {
			return err
		}
	}
	return nil
}

func (r *rower) states(t *Totals) error {
	for at, id := range States() {
		st := &t.States[at]
		if err := r.emit(tableStates, []any{id, true, "", int64(st.Measured)}); err != nil {
			return err
		}
		for _, why := range sortedKeys(st.Why) {
			if err := r.emit(tableStates, []any{id, false, line(why), int64(st.Why[why])}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *rower) weights(t *Totals) error {
	for _, x := range t.Weights.Trials() {
		row := []any{x.Group, x.Factor, int64(x.Grades.N), int64(x.Grades.M), nil, nil, int64(x.Moved), int64(x.MovedMost)}
		if x.Grades.Known() {
			row[4], row[5] = round(x.Grades.Value()), round(x.Tau)
		}
		if err := r.emit(tableWeights, row); err != nil {
			return err
		}
	}
	return nil
}

// line makes a cell of a text that comes once.
func line(s string) any { return clean.Short(s, maxURL) }
