package survey

// addDialog counts what a site asks, and how many presses an answer takes.
func (t *Totals) addDialog(s *siteCount) {
	d := &s.dialog
	if !d.Looked && !d.Found {
		return
	}
	t.Asking.Looked++
	if !d.Found {
		return
	}
	t.Asking.Found++
	m := t.Makers[d.CMP]
	if m == nil {
		m = new(MakerTotals)
		t.Makers[d.CMP] = m
	}
	m.Sites++
	switch d.RejectLayer {
	case 0:
		t.Asking.NoRefusal++
		m.NoRefusal++
	case 1:
		t.Asking.FirstLayer++
		m.FirstLayer++
	default:
		t.Asking.LaterLayer++
	}
	if d.Pays {
		t.Asking.Pays++
		m.Pays++
	}
	if s.trackers[0].Any > 0 {
		m.TrackBefore++
	}
	if s.measured[0] > 0 && s.measured[1] > 0 {
		m.Refused++
		if s.companies[1].Any >= s.companies[0].Any && s.companies[0].Any > 0 {
			m.StillMore++
		}
	}
	if d.PressesAccept > 0 || d.PressesReject > 0 {
		t.Presses[[2]int{min(d.PressesAccept, MaxPresses), min(d.PressesReject, MaxPresses)}]++
	}
}

// MaxPresses stands for itself and more.
const MaxPresses = 6

// SlopeBins are the classes of numbers of companies: the first number of each.
var SlopeBins = []int{0, 1, 3, 6, 11, 21, 41}

// slopeBin returns the class of a number.
func slopeBin(n int) int {
	at := 0
	for i, from := range SlopeBins {
		if n >= from {
			at = i
		}
	}
	return at
}

// A Slope says what a refusal changes, site by site.
type Slope struct {
	Sites             int // on which both states were measured
	Fewer, Same, More int
	NoneBefore        int // of Same: there was nobody before and nobody after
	NoneAfter         int // of Fewer: nobody after
	Bins              [7][7]int
	Lines             []Line // the sites, while they are few
	before, after     int
}

// A Line is one site before a choice and after a refusal.
type Line struct {
	Site          string
	Before, After int
	Bundle        string
}

func (p *Slope) add(s *siteCount, link func(string) string) {
	if s.measured[0] == 0 || s.measured[1] == 0 {
		return
	}
	before, after := s.companies[0].Any, s.companies[1].Any
	p.Sites++
	p.before += before
	p.after += after
	switch {
	case after < before:
		p.Fewer++
		if after == 0 {
			p.NoneAfter++
		}
	case after > before:
		p.More++
	default:
		p.Same++
		if before == 0 {
			p.NoneBefore++
		}
	}
	p.Bins[slopeBin(before)][slopeBin(after)]++
	if p.Sites > maxLines {
		p.Lines = nil
		return
	}
	p.Lines = append(p.Lines, Line{s.first.Site, before, after, link(s.first.Bundle)})
}

// Means are the mean numbers of companies before a choice and after a refusal.
func (p *Slope) Means() (before, after float64) {
	if p.Sites == 0 {
		return 0, 0
	}
	return float64(p.before) / float64(p.Sites), float64(p.after) / float64(p.Sites)
}
