package page

import (
	"math"

	"github.com/spoor-audit/spoor/reports/survey"
)

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
