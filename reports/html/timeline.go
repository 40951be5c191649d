package html

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
)

const (
	timeWidth  = 960
	timeLeft   = 210
	timeRight  = 945
	timeTop    = 42
	timeRow    = 24
	maxLanes   = 24
	wantedTick = 6 // about so many marks on the scale
)

type timeline struct {
	Width, Height, Bottom, Left, Right, MomentY int
	Description                                 string
	Ticks                                       []label
	Moments                                     []label
	Lanes                                       []lane
	Legend                                      []legendMark
	Rows                                        []timeRowView
	More                                        string
}

type lane struct {
	Name     string
	Y, TextY int
	Marks    []mark
}

type mark struct{ Kind, Path string }

type legendMark struct{ Kind, Path, Text string }

type timeRowView struct {
	Name  string
	Cells []cell
}

type cell struct {
	MS   int64
	Text string
}

// markKinds lists the kinds of marks in the order of drawing: what matters more
// lies on top.
var markKinds = []string{reports.MarkRequest, reports.MarkContact, reports.MarkCookie, reports.MarkReading}

// timeline draws what each company did when, in the run that the result leads
// with.
func (m *maker) timeline() {
	run := m.r.Run(m.r.Summary.Scenario)
	if run == nil {
		return
	}
	lanes := m.lanes(run.Scenario)
	if len(lanes) == 0 {
		return
	}
	end := run.TookMS
	for _, l := range lanes {
		end = max(end, l.marks[len(l.marks)-1].AtMS)
	}
	end = max(end, 1)
	out := &timeline{
		Width: timeWidth, Left: timeLeft, Right: timeRight,
		Description: m.t.N("timeline.description", len(lanes)),
	}
	if len(lanes) > maxLanes {
		out.More = m.t.N("timeline.more", len(lanes)-maxLanes)
	}
	shown := choose(lanes)
	out.Bottom = timeTop + len(shown)*timeRow + 4
	out.Height = out.Bottom + 24
	out.MomentY = out.Bottom + 18
	m.scale(out, end)
	m.moments(out, run, end)
	for i, l := range shown {
		out.Lanes = append(out.Lanes, drawLane(l, timeTop+i*timeRow+timeRow/2, end))
	}
	for _, kind := range []string{reports.MarkContact, reports.MarkRequest, reports.MarkCookie, reports.MarkReading} {
		out.Legend = append(out.Legend, legendMark{kind, shape(kind, 0, 0), m.t.T("mark." + kind)})
	}
	for _, l := range lanes {
		out.Rows = append(out.Rows, m.timeCells(l))
	}
	m.p.Timeline = out
}

// choose picks the lanes to draw where there are too many: those in which the
// device was read or an identifier kept come first, then the earliest. The order
// of the lanes stays.
func choose(lanes []companyLane) []companyLane {
	if len(lanes) <= maxLanes {
		return lanes
	}
	var out []companyLane
	left := maxLanes
	for _, l := range lanes {
		if l.matters() {
			left--
		}
	}
	heavy := maxLanes
	for _, l := range lanes {
		switch {
		case l.matters() && heavy > 0:
			heavy--
		case !l.matters() && left > 0:
			left--
		default:
			continue
		}
		out = append(out, l)
	}
	return out
}

// matters reports whether more than requests happened in a lane.
func (l companyLane) matters() bool {
	return slices.ContainsFunc(l.marks, func(k reports.Mark) bool { return k.Kind == reports.MarkCookie || k.Kind == reports.MarkReading })
}

// A companyLane joins the lanes of all services of a company.
type companyLane struct {
	name  string
	marks []reports.Mark
}

func (m *maker) lanes(s evidence.Scenario) []companyLane {
	var list []companyLane
	index := map[string]int{}
	for _, l := range m.r.Timeline {
		if l.Scenario != s {
			continue
		}
		p := m.ofParty(l.Party)
		name := clean.Short(cmp.Or(p.Company, p.Name, p.ID), shortText)
		i, known := index[name]
		if !known {
			i = len(list)
			index[name] = i
			list = append(list, companyLane{name: name})
		}
		list[i].marks = append(list[i].marks, l.Marks...) // a copy, so it may be changed
	}
	for i := range list {
		slices.SortStableFunc(list[i].marks, func(a, b reports.Mark) int { return cmp.Compare(a.AtMS, b.AtMS) })
		// A second service of the company is no first contact any more.
		met := false
		for j := range list[i].marks {
			if k := &list[i].marks[j]; k.Kind == reports.MarkContact {
				if met {
					k.Kind = reports.MarkRequest
				}
				met = true
			}
		}
	}
	return list
}

// x places a moment.
func x(ms, end int64) int {
	return timeLeft + int((timeRight-timeLeft)*ms/end)
}

// scale draws the seconds.
func (m *maker) scale(out *timeline, end int64) {
	step := int64(100)
	for _, s := range []int64{100, 200, 500, 1000, 2000, 5000, 10000, 20000, 60000, 120000, 600000} {
		step = s
		if end/s <= wantedTick {
			break
		}
	}
	for at := int64(0); at <= end; at += step {
		out.Ticks = append(out.Ticks, label{X: x(at, end), Text: m.t.Decimal(float64(at)/1000, 1) + "\u00a0s"})
	}
}

// moments draws what happened to the run as a whole.
func (m *maker) moments(out *timeline, run *reports.Run, end int64) {
	add := func(ms int64, key string) {
		at := x(min(ms, end), end)
		anchor := "middle"
		if at > timeRight-90 {
			anchor = "end"
		}
		out.Moments = append(out.Moments, label{X: at, Anchor: anchor, Text: m.t.T(key)})
	}
	if len(run.Pages) > 0 && run.Pages[0].LoadedMS > 0 {
		add(run.Pages[0].LoadedMS, "moment.loaded")
	}
	if run.ChosenMS != nil {
		add(*run.ChosenMS, "moment.chosen")
	}
}

func drawLane(l companyLane, y int, end int64) lane {
	out := lane{Name: clean.Clip(l.name, 27), Y: y, TextY: y + 4}
	for _, kind := range markKinds {
		for _, k := range l.marks {
			if k.Kind == kind {
				out.Marks = append(out.Marks, mark{kind, shape(kind, x(k.AtMS, end), y)})
			}
		}
	}
	return out
}

// shape draws a mark. Kinds differ in form as well as in colour.
func shape(kind string, x, y int) string {
	switch kind {
	case reports.MarkContact: // a disc
		return fmt.Sprintf("M%d %da5 5 0 1 0 10 0a5 5 0 1 0-10 0z", x-5, y)
	case reports.MarkCookie: // a square on its corner
		return fmt.Sprintf("M%d %dl6 6l-6 6l-6-6z", x, y-6)
	case reports.MarkReading: // a triangle
		return fmt.Sprintf("M%d %dl6 11h-12z", x, y-6)
	default: // a stroke
		return fmt.Sprintf("M%d %dv8", x, y-4)
	}
}

// timeCells says when each kind of mark came first.
func (m *maker) timeCells(l companyLane) timeRowView {
	row := timeRowView{Name: l.name}
	for _, kind := range []string{reports.MarkContact, reports.MarkCookie, reports.MarkReading} {
		i := slices.IndexFunc(l.marks, func(k reports.Mark) bool { return k.Kind == kind })
		if i < 0 {
			row.Cells = append(row.Cells, cell{1 << 40, "–"})
			continue
		}
		row.Cells = append(row.Cells, cell{l.marks[i].AtMS, m.t.Seconds(l.marks[i].AtMS)})
	}
	return row
}
