package page

import (
	"math"

	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/survey"
)

type groups struct {
	Label, Intro, More string
	Heads              []string
	Rows               []groupRow
	Cards              []groupCard
}

type groupRow struct {
	Name, Sites, Middle string
	Median              int // -1 is not known
	Cells               []heat
}

type heat struct {
	Text, Count, Label string
	Known              bool
	Step               int // 0 to 5: the shade
	Value              int
}

type groupCard struct {
	Name, Sites string
	Shares      []share
}

const (
	shownGroups = 40
	heatColumns = 10
)

// groups fills the comparison by a label.
func (m *maker) groups() {
	t := m.totals
	if t.Options.By == "" || t.MeasuredSites() == 0 {
		return
	}
	kind, state := t.Options.RankBy.Parts()
	label := name(t.Options.By)
	g := &groups{Label: label, Intro: m.w("groups.intro", "label", label, "number", m.w("number."+kind, "state", m.w("state-long."+state)))}
	top := t.TopCompanies(0)
	top = top[:min(len(top), heatColumns)]
	for _, c := range top {
		g.Heads = append(g.Heads, clean.Short(c.Name, 24))
	}
	list := t.GroupsBySize()
	if n := len(list) - shownGroups; n > 0 {
		g.More = m.n("groups.more", n)
		list = list[:shownGroups]
	}
	for _, group := range list {
		title := name(group.Name)
		if title == "" {
			title = m.w("groups.none")
		}
		sites := m.w("of", "n", group.Measured, "m", group.Sites)
		row := groupRow{Name: title, Sites: sites, Middle: "–", Median: -1}
		if n, ok := group.Number.Quantile(.5); ok {
			row.Middle, row.Median = m.t.Number(n), n
		}
		for i, c := range top {
			row.Cells = append(row.Cells, m.heat(survey.Share{N: c.Group(group)[0], M: group.States[0]}, g.Heads[i]))
		}
		g.Rows = append(g.Rows, row)
		card := groupCard{Name: title, Sites: m.n("measured-sites", group.Measured)}
		for at := range survey.States() {
			card.Shares = append(card.Shares, m.share(survey.Share{N: group.Trackers[at], M: group.States[at]}, at))
		}
		g.Cards = append(g.Cards, card)
	}
	m.v.Groups = g
}

func (m *maker) heat(s survey.Share, label string) heat {
	h := heat{Label: label, Value: -1}
	if !s.Known() {
		h.Text = m.w("unknown")
		return h
	}
	h.Known, h.Text, h.Count = true, m.percent(s.Value()), m.w("of", "n", s.N, "m", s.M)
	h.Value = int(math.Round(1e4 * s.Value()))
	if s.N > 0 {
		h.Step = min(5, 1+int(s.Value()*5))
	}
	return h
}
