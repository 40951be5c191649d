package html

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

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
	momentRow  = 16
	maxLanes   = 24
	maxTimes   = 150 // rows of the table below
	wantedTick = 8   // about so many marks on the scale
)

type timeline struct {
	ID, Title                          string // Title is "" where there is only one
	Width, Height, Bottom, Left, Right int
	Description                        string
	Ticks                              []label
	Moments                            []label
	Lanes                              []lane
	Rows                               []timeRowView
	More, MoreRows                     string // companies that are not drawn, and rows that are left out
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

// timelines draws what each company did when: in the run that the result leads
// with, and in each in which a choice was made. All have the same scale.
func (m *maker) timelines() {
	var runs []*reports.Run
	end := int64(1)
	for i := range m.r.Runs {
		run := &m.r.Runs[i]
		if run.Scenario != m.r.Summary.Scenario && run.ChosenMS == nil || len(m.lanes(run.Scenario)) == 0 {
			continue
		}
		end = max(end, run.TookMS)
		for _, l := range m.lanes(run.Scenario) {
			end = max(end, l.marks[len(l.marks)-1].AtMS)
		}
		runs = append(runs, run)
	}
	for _, run := range runs {
		out := m.timeline(run, end)
		out.ID = "time-" + strconv.Itoa(len(m.p.Timelines))
		if len(runs) > 1 {
			out.Title = m.t.T("timeline.run." + string(run.Scenario))
		}
		m.p.Timelines = append(m.p.Timelines, out)
	}
	if len(runs) == 0 {
		return
	}
	for _, kind := range []string{reports.MarkContact, reports.MarkRequest, reports.MarkCookie, reports.MarkReading} {
		m.p.TimeLegend = append(m.p.TimeLegend, legendMark{kind, shape(kind, 0, 0), m.t.T("mark." + kind)})
	}
}

// timeline draws one run.
func (m *maker) timeline(run *reports.Run, end int64) *timeline {
	lanes := m.lanes(run.Scenario)
	out := &timeline{
		Width: timeWidth, Left: timeLeft, Right: timeRight,
		Description: m.t.N("timeline.description", len(lanes)),
	}
	if len(lanes) > maxLanes {
		out.More = m.t.N("timeline.more", len(lanes)-maxLanes)
	}
	shown := choose(lanes)
	out.Bottom = timeTop + len(shown)*timeRow + 4
	out.Height = out.Bottom + 8
	m.scale(out, end)
	m.moments(out, run, end)
	for i, l := range shown {
		out.Lanes = append(out.Lanes, drawLane(l, timeTop+i*timeRow+timeRow/2, end))
	}
	for _, l := range lanes[:min(len(lanes), maxTimes)] {
		out.Rows = append(out.Rows, m.timeCells(l))
	}
	out.MoreRows = m.more("more.rows", len(lanes)-maxTimes)
	return out
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

// moments draws what happened to the run as a whole. Words that would meet stand
// below each other.
func (m *maker) moments(out *timeline, run *reports.Run, end int64) {
	type moment struct {
		ms   int64
		text string
	}
	var list []moment
	if len(run.Pages) > 0 && run.Pages[0].LoadedMS > 0 {
		list = append(list, moment{run.Pages[0].LoadedMS, m.t.T("moment.loaded")})
	}
	if run.Dialog.Found && run.Dialog.AtMS > 0 {
		list = append(list, moment{run.Dialog.AtMS, m.t.T("moment.asked")})
	}
	if run.ChosenMS != nil {
		text := m.t.T("moment.chosen")
		if n := len(run.Pressed); n > 0 {
			text = m.t.T("moment.pressed", "label", clean.Clip(clean.Short(run.Pressed[n-1], shortText), labelLength))
		}
		list = append(list, moment{*run.ChosenMS, text})
	}
	slices.SortStableFunc(list, func(a, b moment) int { return cmp.Compare(a.ms, b.ms) })
	var ends []int // of the last word in each row
	for _, k := range list {
		l := label{X: x(min(max(k.ms, 0), end), end), Anchor: "middle", Text: k.text}
		wide := nameWidth(k.text)
		left := l.X - wide/2
		switch {
		case l.X+wide/2 > timeRight:
			l.Anchor, left = "end", l.X-wide
		case left < timeLeft:
			l.Anchor, left = "start", l.X
		}
		row := slices.IndexFunc(ends, func(end int) bool { return end < left })
		if row < 0 {
			row, ends = len(ends), append(ends, 0)
		}
		ends[row] = left + wide + 10
		l.Y = out.Bottom + 18 + row*momentRow
		out.Height = max(out.Height, l.Y+6)
		out.Moments = append(out.Moments, l)
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
