package page

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/survey"
)

func itoa(n int) string { return strconv.Itoa(n) }

type groups struct {
	Label, Intro, More string
	Heads              []string
	Rows               []groupRow
	Cards              []groupCard
}

type groupRow struct {
	Name, Sites, Middle string
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
		row := groupRow{Name: title, Sites: sites, Middle: "–"}
		if n, ok := group.Number.Quantile(.5); ok {
			row.Middle = m.t.Number(n)
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

type slope struct {
	Sentences     []string
	Width, Height int
	Left, Right   int
	Top, Bottom   int
	Lines         []slopeLine
	Ticks         []tick
	Description   string
	Binned        bool
	Heads         []string
	Rows          []slopeRow
	Sites         []slopeSite
	HeadLeft      string
	HeadRight     string
}

type slopeLine struct {
	Kind           string // fewer same more
	X1, Y1, X2, Y2 int
	Weight         float64
	Title          string
}

type tick struct {
	Text string
	Y    int
}

type slopeRow struct {
	Name  string
	Cells []string
}

type slopeSite struct {
	Site, Before, After, Bundle string
	B, A                        int
}

const (
	slopeWidth = 640
	slopeLeft  = 70
	slopeRight = 570
	slopeTop   = 44
)

// slope fills what a refusal changes.
func (m *maker) slope() {
	p := &m.totals.Slope
	if p.Sites == 0 {
		return
	}
	s := &slope{
		Width: slopeWidth, Left: slopeLeft, Right: slopeRight, Top: slopeTop, Description: m.w("slope.description"),
		HeadLeft: m.w("state-long.before"), HeadRight: m.w("state-long.reject"),
	}
	of := func(key string, n int) {
		x := m.share(survey.Share{N: n, M: p.Sites}, 1)
		s.Sentences = append(s.Sentences, m.w("slope."+key, "count", x.Count, "percent", x.Percent, "interval", x.Interval))
	}
	of("fewer", p.Fewer)
	of("same", p.Same)
	of("more", p.More)
	if p.NoneAfter > 0 {
		s.Sentences = append(s.Sentences, m.n("slope.none-after", p.NoneAfter))
	}
	if p.NoneBefore > 0 {
		s.Sentences = append(s.Sentences, m.n("slope.none-before", p.NoneBefore))
	}
	if len(p.Lines) > 0 {
		m.slopeLines(s, p)
	} else {
		m.slopeBins(s, p)
	}
	m.v.Slope = s
}

// slopeLines draws a line for each site.
func (m *maker) slopeLines(s *slope, p *survey.Slope) {
	most := 1
	for _, l := range p.Lines {
		most = max(most, l.Before, l.After)
	}
	height := 320
	y := func(n int) int { return slopeTop + height - int(math.Round(float64(height)*float64(n)/float64(most))) }
	s.Bottom, s.Height = slopeTop+height, slopeTop+height+20
	for _, n := range ticks(most) {
		s.Ticks = append(s.Ticks, tick{m.t.Number(n), y(n)})
	}
	for _, l := range p.Lines {
		s.Lines = append(s.Lines, slopeLine{
			Kind: kindOf(l.Before, l.After), X1: slopeLeft, Y1: y(l.Before), X2: slopeRight, Y2: y(l.After), Weight: 1.5,
			Title: m.w("slope.line", "site", name(l.Site), "before", l.Before, "after", l.After),
		})
		s.Sites = append(s.Sites, slopeSite{name(l.Site), m.t.Number(l.Before), m.t.Number(l.After), l.Bundle, l.Before, l.After})
	}
	slices.SortStableFunc(s.Lines, func(a, b slopeLine) int { return strings.Compare(a.Kind, b.Kind) })
	slices.SortStableFunc(s.Sites, func(a, b slopeSite) int { return (b.B - b.A) - (a.B - a.A) })
}

func kindOf(before, after int) string {
	switch {
	case after < before:
		return "fewer"
	case after > before:
		return "more"
	}
	return "same"
}

// ticks are round numbers from 0 to about a greatest one.
func ticks(most int) []int {
	step := 1
	for _, s := range []int{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000} {
		step = s
		if most/s <= 6 {
			break
		}
	}
	var out []int
	for n := 0; n <= most; n += step {
		out = append(out, n)
	}
	return out
}

// slopeBins draws sites together that begin and end alike, the wider the more they
// are.
func (m *maker) slopeBins(s *slope, p *survey.Slope) {
	s.Binned = true
	const row = 52
	n := len(survey.SlopeBins)
	y := func(i int) int { return slopeTop + 20 + (n-1-i)*row }
	s.Bottom = y(0) + 10
	s.Height = s.Bottom + 20
	names := make([]string, n)
	for i, from := range survey.SlopeBins {
		switch {
		case i == n-1:
			names[i] = m.w("bin.more", "n", from)
		case survey.SlopeBins[i+1] == from+1:
			names[i] = m.t.Number(from)
		default:
			names[i] = m.w("bin.range", "from", from, "to", survey.SlopeBins[i+1]-1)
		}
		s.Ticks = append(s.Ticks, tick{names[i], y(i)})
	}
	s.Heads = names
	most := 1
	for i := range n {
		for j := range n {
			most = max(most, p.Bins[i][j])
		}
	}
	for i := range n {
		r := slopeRow{Name: names[i]}
		for j := range n {
			count := p.Bins[i][j]
			r.Cells = append(r.Cells, m.t.Number(count))
			if count > 0 {
				s.Lines = append(s.Lines, slopeLine{
					Kind: kindOf(i, j), X1: slopeLeft, Y1: y(i), X2: slopeRight, Y2: y(j),
					Weight: math.Round(10*max(.6, 26*float64(count)/float64(most))) / 10,
					Title:  m.n("slope.bin", count, "before", names[i], "after", names[j]),
				})
			}
		}
		s.Rows = append(s.Rows, r)
	}
	slices.SortStableFunc(s.Lines, func(a, b slopeLine) int { return int(10*b.Weight) - int(10*a.Weight) })
}

type asking struct {
	Sentences   []string
	Dots        []dot
	XTicks      []dotTick
	YTicks      []dotTick
	Side        int
	Bottom      int
	Height      int
	Middle      int
	XHead       int
	Description string
	Rows        [][3]string
}

type dot struct {
	X, Y         int
	R            float64
	Text, Title  string
	Out          bool // the number stands beside it
	TextX, TextY int
	Anchor       string
}

type dotTick struct {
	X, Y int
	Text string
}

// asking fills what sites ask, and how many presses an answer takes.
func (m *maker) asking() {
	a := &m.totals.Asking
	if a.Looked == 0 {
		return
	}
	v := &asking{Description: m.w("presses.description")}
	say := func(key string, n, of int) {
		s := m.share(survey.Share{N: n, M: of}, 0)
		v.Sentences = append(v.Sentences, m.w("asking."+key, "count", s.Count, "percent", s.Percent, "interval", s.Interval))
	}
	say("found", a.Found, a.Looked)
	if a.Found > 0 {
		say("first-layer", a.FirstLayer, a.Found)
		say("later-layer", a.LaterLayer, a.Found)
		say("no-refusal", a.NoRefusal, a.Found)
		say("pays", a.Pays, a.Found)
	}
	m.dots(v)
	m.v.Asking = v
	names := m.totals.MakersBySites()
	for _, id := range names[:min(len(names), 20)] {
		x := m.totals.Makers[id]
		row := makerRow{Name: name(id), Sites: m.share(survey.Share{N: x.Sites, M: a.Found}, 0), First: m.share(survey.Share{N: x.FirstLayer, M: x.Sites}, 1),
			Tracked: m.share(survey.Share{N: x.TrackBefore, M: x.Sites}, 0), Still: m.share(survey.Share{N: x.StillMore, M: x.Refused}, 1)}
		if id == "" {
			row.Name = m.w("makers.unknown")
		}
		m.v.Makers = append(m.v.Makers, row)
	}
}

type makerRow struct {
	Name                         string
	Sites, First, Tracked, Still share
}

// dots draws the presses that saying no takes against those that saying yes takes.
func (m *maker) dots(v *asking) {
	const cell, left, top = 56, 86, 26
	count := survey.MaxPresses + 1
	v.Side, v.Bottom = left+count*cell, top+count*cell
	v.Middle, v.XHead, v.Height = left+count*cell/2, v.Bottom+40, v.Bottom+48
	label := func(n int) string {
		switch n {
		case 0:
			return m.w("presses.none")
		case survey.MaxPresses:
			return m.w("bin.more", "n", n)
		}
		return m.t.Number(n)
	}
	x := func(n int) int { return left + n*cell + cell/2 }
	y := func(n int) int { return top + (count-1-n)*cell + cell/2 }
	for n := range count {
		v.XTicks = append(v.XTicks, dotTick{x(n), v.Bottom + 18, label(n)})
		v.YTicks = append(v.YTicks, dotTick{left - 8, y(n) + 4, label(n)})
	}
	most := 1
	for _, n := range m.totals.Presses {
		most = max(most, n)
	}
	for _, p := range m.totals.PressPairs() {
		n := m.totals.Presses[p]
		r := math.Round(10*max(3, 26*math.Sqrt(float64(n)/float64(most)))) / 10
		d := dot{X: x(p[0]), Y: y(p[1]), R: r, Text: m.t.Number(n), Title: m.n("presses.dot", n, "accept", label(p[0]), "reject", label(p[1]))}
		d.Out = r < float64(4*len(d.Text))+3
		d.TextX, d.TextY, d.Anchor = d.X, d.Y+4, "middle"
		if d.Out {
			d.TextX, d.Anchor = d.X+int(r)+4, "start"
		}
		v.Dots = append(v.Dots, d)
		v.Rows = append(v.Rows, [3]string{label(p[0]), label(p[1]), m.t.Number(n)})
	}
}

type grades struct {
	Bars     []gradeBar
	Graded   string
	IE       share
	Ungraded string
}

type gradeBar struct {
	Letter, Count, Percent, Interval string
	Width                            float64
}

// grades fills the distribution of grades. What could not be graded stands apart.
func (m *maker) grades() {
	t := m.totals
	graded := 0
	for _, letter := range survey.GradeLetters() {
		graded += t.Grades[letter]
	}
	ie := t.Grades["IE"]
	if graded == 0 {
		return
	}
	g := &grades{Graded: m.n("grades.graded", graded-ie), IE: m.share(survey.Share{N: ie, M: graded}, 0)}
	if t.Ungraded > 0 {
		g.Ungraded = m.n("grades.ungraded", t.Ungraded)
	}
	for _, letter := range survey.GradeLetters() {
		if letter == "IE" {
			continue
		}
		s := m.share(survey.Share{N: t.Grades[letter], M: graded - ie}, 0)
		g.Bars = append(g.Bars, gradeBar{letter, s.Count, s.Percent, s.Interval, s.Width})
	}
	m.v.Grades = g
	if t.Weights.Sites > 1 {
		m.weights()
	}
}

type weights struct {
	Sentences []string
	Rows      []weightRow
}

type weightRow struct {
	Group, Change, Grades, Tau, Moved string
}

// weights fills how far grades depend on the weights.
func (m *maker) weights() {
	t := m.totals
	w := &weights{}
	trials := t.Weights.Trials()
	worst, least := trials[0], trials[0]
	for _, x := range trials {
		if x.Grades.N > worst.Grades.N {
			worst = x
		}
		if x.Tau < least.Tau {
			least = x
		}
		w.Rows = append(w.Rows, weightRow{
			Group: m.t.Word("group", x.Group), Change: m.w(fmt.Sprintf("weights.factor-%d", int(x.Factor*100))),
			Grades: m.w("of", "n", x.Grades.N, "m", x.Grades.M) + " (" + m.percent(x.Grades.Value()) + ")",
			Tau:    m.t.Decimal(math.Round(x.Tau*100)/100, 2), Moved: m.w("weights.moved", "middle", x.Moved, "most", x.MovedMost),
		})
	}
	s := m.share(worst.Grades, 0)
	w.Sentences = append(w.Sentences,
		m.w("weights.grades", "group", m.t.Word("group", worst.Group), "change", m.w(fmt.Sprintf("weights.factor-%d", int(worst.Factor*100))), "count", s.Count, "percent", s.Percent),
		m.w("weights.tau", "tau", m.t.Decimal(math.Round(least.Tau*100)/100, 2), "group", m.t.Word("group", least.Group)))
	m.v.Weights = w
}

type overTime struct {
	Heads   []string
	Rows    []timeRow
	Changes []changeRow
}

type timeRow struct {
	Name   string
	Shares []share
}

type changeRow struct {
	Name, State, Sites, Means, Fewer, Same, More string
}

// time fills the comparison with other surveys.
func (m *maker) time() {
	if len(m.about.Others) == 0 || m.totals.MeasuredSites() == 0 {
		return
	}
	o := &overTime{}
	surveys := make([]*survey.Totals, 0, len(m.about.Others)+1)
	names := []string{}
	for _, other := range m.about.Others {
		surveys = append(surveys, other.Totals)
		names = append(names, other.Name)
	}
	surveys, names = append(surveys, m.totals), append(names, m.about.Name)
	for i, s := range surveys {
		o.Heads = append(o.Heads, m.w("time.head", "name", clean.Short(names[i], 40), "date", m.date(s.Settings.First)))
	}
	row := func(title string, of func(*survey.Totals) survey.Share) {
		r := timeRow{Name: title}
		for i, s := range surveys {
			x := m.share(of(s), 0)
			x.Label = o.Heads[i]
			r.Shares = append(r.Shares, x)
		}
		o.Rows = append(o.Rows, r)
	}
	row(m.w("time.trackers"), func(s *survey.Totals) survey.Share {
		return survey.Share{N: s.Trackers[0].Any, M: s.States[0].Measured}
	})
	top := m.totals.TopCompanies(0)
	for _, c := range top[:min(len(top), 15)] {
		row(name(c.Name), func(s *survey.Totals) survey.Share {
			n := 0
			if x := s.Companies[c.Name]; x != nil {
				n = x.Sites[0].Any
			}
			return survey.Share{N: n, M: s.States[0].Measured}
		})
	}
	for _, other := range m.about.Others {
		for _, c := range survey.Compare(other.Totals, m.totals) {
			if c.Sites == 0 {
				continue
			}
			o.Changes = append(o.Changes, changeRow{
				Name: clean.Short(other.Name, 40), State: m.w("state." + c.State), Sites: m.t.Number(c.Sites),
				Means: m.w("time.means", "then", m.t.Decimal(c.MeanThen, 1), "now", m.t.Decimal(c.MeanNow, 1)),
				Fewer: m.t.Number(c.Fewer), Same: m.t.Number(c.Same), More: m.t.Number(c.More),
			})
		}
	}
	m.v.Time = o
}
