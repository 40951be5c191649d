package page

import (
	"math"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/reports/survey"
)

type slope struct {
	Sentences     []string
	Width, Height int
	Left, Right   int
	Top, Bottom   int
	TickLeft      int
	TickRight     int
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
	slopeLeft  = 96
	slopeRight = 544
	slopeTick  = 12 // from a scale to its numbers
	slopeTop   = 44
)

// slope fills what a refusal changes.
func (m *maker) slope() {
	p := &m.totals.Slope
	if p.Sites == 0 {
		return
	}
	s := &slope{
		Width: slopeWidth, Left: slopeLeft, Right: slopeRight, Top: slopeTop, TickLeft: slopeLeft - slopeTick, TickRight: slopeRight + slopeTick,
		Description: m.w("slope.description"),
		HeadLeft:    m.w("state-long.before"), HeadRight: m.w("state-long.reject"),
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
