package html

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
)

// The web is the second drawing of who sends whom: a disc for each company, a line from each company to those that it brought in. Every state of
// consent is in it, and can be picked without a script (see style.css).
const (
	webWidth     = 960
	webHeight    = 620 // of many companies; see heightOf
	maxWeb       = 160 // companies that are drawn; the list holds more
	maxWebRows   = 200
	maxWebNames  = 36 // names that are written
	surelyNamed  = 12 // of them, those of the largest companies
	maxWebStates = 8  // states that style.css can pick from
	smallestDisc = 5.0
	largestDisc  = 20.0
	pageDisc     = 24
	nameLength   = 24
	charWidth    = 6.6 // of a name, at the size it is drawn in
	nameHeight   = 15
)

type web struct {
	Width, Height int
	Description   string
	Lines         []webLine
	Discs         []disc
	Page          disc
	States        []webState // to pick from; none where there is only one
	Rows          []webRow
	Undrawn, More string
}

type webState struct {
	N     int
	Label string
}

type webLine struct {
	X1, Y1, X2, Y2 int
	Tracker        bool
	In             string // classes: in which states it is there
}

type disc struct {
	X, Y, R      int
	Title, Label string
	LabelX       int
	LabelY       int
	Anchor       string
	Tracker      bool
	In           string
}

type webRow struct {
	Name, From, Brought, When, In string
}

// A bringing is one company that brings in another; "" is the page and all that
// comes from the site itself.
type bringing struct{ from, to string }

// web draws all companies of all visits.
func (m *maker) web() {
	if m.p.Flow == nil {
		return
	}
	companies, columns := m.webCompanies(), m.r.Columns()
	if len(companies) == 0 {
		return
	}
	if len(columns) > maxWebStates {
		columns = columns[:maxWebStates]
	}
	ties := m.ties(columns)
	out := &web{
		Width: webWidth, Height: heightOf(len(companies)),
		Description: m.t.T("web.description", "receivers", m.t.N("flow.n-receivers", len(companies))),
		Undrawn:     m.more("web.undrawn", len(companies)-maxWeb),
		More:        m.more("more.rows", len(companies)-maxWebRows),
	}
	if len(columns) > 1 {
		for i, c := range columns {
			out.States = append(out.States, webState{i, m.t.T(c.Key())})
		}
	}
	m.drawWeb(out, companies[:min(len(companies), maxWeb)], columns, ties)
	m.webRows(out, companies[:min(len(companies), maxWebRows)], columns, ties)
	m.p.Flow.Web = out
}

// heightOf keeps a few companies from being far apart.
func heightOf(companies int) int { return min(webHeight, 260+12*companies) }

// webCompanies lists the receivers, those with most requests first: what is large
// is placed and named before what is small.
func (m *maker) webCompanies() []reports.Company {
	list := m.r.Companies()
	slices.SortStableFunc(list, func(a, b reports.Company) int {
		return cmp.Or(-cmp.Compare(a.Total(), b.Total()), cmp.Compare(a.Name, b.Name))
	})
	return list
}

// ties says who brings in whom, and in which of the columns.
func (m *maker) ties(columns []reports.Column) map[bringing][]int {
	ties := map[bringing][]int{}
	for _, f := range m.r.Flows {
		from := m.ofParty(f.LoaderParty)
		t := bringing{cmp.Or(from.Company, from.Name, from.ID), m.companyOf(f.Receiver)}
		if f.Loader == "" || from.Own {
			t.from = ""
		}
		if t.from == t.to {
			continue
		}
		for i, c := range columns {
			if f.In(c) > 0 && !slices.Contains(ties[t], i) {
				ties[t] = append(ties[t], i)
			}
		}
	}
	return ties
}

func (m *maker) companyOf(party string) string {
	p := m.ofParty(party)
	return cmp.Or(p.Company, p.Name, p.ID)
}

// drawWeb places discs, lines and names.
func (m *maker) drawWeb(out *web, companies []reports.Company, columns []reports.Column, ties map[bringing][]int) {
	place, most := map[string]int{"": 0}, 1
	for i := range companies {
		place[companies[i].Name] = i + 1
		most = max(most, companies[i].Total())
	}
	bodies := make([]body, len(companies)+1)
	bodies[0] = body{radius: pageDisc}
	for i := range companies {
		share := math.Sqrt(float64(max(companies[i].Total(), 0)) / float64(most))
		bodies[i+1].radius = math.Round(smallestDisc + float64((largestDisc-smallestDisc)*share))
	}
	var springs []spring
	var drawn []bringing
	for _, t := range sortedTies(ties) {
		from, known := place[t.from]
		to, there := place[t.to]
		if known && there {
			springs, drawn = append(springs, spring{from, to}), append(drawn, t)
		}
	}
	layout(bodies, springs, webWidth, float64(out.Height))
	at := func(i int) (int, int) { return int(math.Round(bodies[i].x)), int(math.Round(bodies[i].y)) }
	for i, s := range springs {
		l := webLine{In: inStates(ties[drawn[i]]), Tracker: companies[s.b-1].Tracker}
		l.X1, l.Y1 = at(s.a)
		l.X2, l.Y2 = at(s.b)
		out.Lines = append(out.Lines, l)
	}
	out.Page = disc{R: pageDisc, Title: m.p.Site, Label: clean.Clip(m.p.Site, nameLength), Anchor: "middle"}
	out.Page.X, out.Page.Y = at(0)
	out.Page.LabelX, out.Page.LabelY = out.Page.X, out.Page.Y+pageDisc+14
	for i := range companies {
		c := &companies[i]
		d := disc{R: int(bodies[i+1].radius), Tracker: c.Tracker, In: inStates(statesOf(c, columns)), Title: m.webTitle(c, columns)}
		d.X, d.Y = at(i + 1)
		out.Discs = append(out.Discs, d)
	}
	nameDiscs(out, companies)
}

func sortedTies(ties map[bringing][]int) []bringing {
	list := make([]bringing, 0, len(ties))
	for t := range ties {
		list = append(list, t)
	}
	slices.SortFunc(list, func(a, b bringing) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	return list
}

// statesOf lists the columns in which a company got requests.
func statesOf(c *reports.Company, columns []reports.Column) []int {
	var list []int
	for i := range columns {
		if c.In(columns[i]) > 0 {
			list = append(list, i)
		}
	}
	return list
}

// inStates makes classes of states: "in-0 in-2".
func inStates(states []int) string {
	states = slices.Clone(states)
	slices.Sort(states)
	names := make([]string, len(states))
	for i, s := range states {
		names[i] = "in-" + strconv.Itoa(s)
	}
	return strings.Join(names, " ")
}

// webTitle says of a company how many requests it got in which state.
func (m *maker) webTitle(c *reports.Company, columns []reports.Column) string {
	return clean.Short(c.Name, shortText) + ": " + m.webWhen(c, columns)
}

func (m *maker) webWhen(c *reports.Company, columns []reports.Column) string {
	var parts []string
	for _, i := range statesOf(c, columns) {
		parts = append(parts, m.t.N("web.in", c.In(columns[i]), "state", m.t.T("state-long."+strings.TrimPrefix(columns[i].Key(), "state."))))
	}
	return strings.Join(parts, ", ")
}

// A box is where something stands, from its left top to its right bottom.
type rectangle struct{ left, top, right, bottom int }

func (r rectangle) meets(o rectangle) bool {
	return r.left < o.right && o.left < r.right && r.top < o.bottom && o.top < r.bottom
}

// nameDiscs writes names beside discs, of the large ones first, where they hide
// neither a disc nor another name. The largest are named in any case where no other
// name stands, if need be over a smaller disc.
func nameDiscs(out *web, companies []reports.Company) {
	page := around(out.Page)
	wide := nameWidth(out.Page.Label) / 2
	names := []rectangle{page, {out.Page.X - wide, page.bottom, out.Page.X + wide, page.bottom + nameHeight + 3}}
	discs := make([]rectangle, len(out.Discs))
	for i, d := range out.Discs {
		discs[i] = around(d)
	}
	for i := range out.Discs {
		if len(names) == maxWebNames {
			return
		}
		label := clean.Clip(clean.Short(companies[i].Name, shortText), nameLength)
		free := func(box rectangle, among []rectangle) bool {
			return box.left >= 0 && box.top >= 0 && box.right <= out.Width && box.bottom <= out.Height &&
				!slices.ContainsFunc(names, box.meets) && !slices.ContainsFunc(among, box.meets)
		}
		if box, ok := out.Discs[i].name(label, func(b rectangle) bool { return free(b, discs) }); ok {
			names = append(names, box)
		} else if i < surelyNamed {
			if box, ok := out.Discs[i].name(label, func(b rectangle) bool { return free(b, discs[:i]) }); ok {
				names = append(names, box)
			}
		}
	}
}

// name writes a name below, above or beside a disc, at the first place that is free,
// and returns where it stands.
func (d *disc) name(label string, free func(rectangle) bool) (rectangle, bool) {
	wide := nameWidth(label)
	for _, at := range []struct {
		x, y   int
		anchor string
		box    rectangle
	}{
		{d.X, d.Y + d.R + 13, "middle", rectangle{d.X - wide/2, d.Y + d.R + 1, d.X + wide/2, d.Y + d.R + 1 + nameHeight}},
		{d.X, d.Y - d.R - 5, "middle", rectangle{d.X - wide/2, d.Y - d.R - 2 - nameHeight, d.X + wide/2, d.Y - d.R - 2}},
		{d.X + d.R + 4, d.Y + 4, "start", rectangle{d.X + d.R + 3, d.Y - 8, d.X + d.R + 4 + wide, d.Y - 8 + nameHeight}},
		{d.X - d.R - 4, d.Y + 4, "end", rectangle{d.X - d.R - 4 - wide, d.Y - 8, d.X - d.R - 3, d.Y - 8 + nameHeight}},
	} {
		if free(at.box) {
			d.Label, d.LabelX, d.LabelY, d.Anchor = label, at.x, at.y, at.anchor
			return at.box, true
		}
	}
	return rectangle{}, false
}

// nameWidth is about how wide a name is drawn.
func nameWidth(name string) int {
	return int(math.Ceil(float64(utf8.RuneCountInString(name)) * charWidth))
}

func around(d disc) rectangle { return rectangle{d.X - d.R, d.Y - d.R, d.X + d.R, d.Y + d.R} }

// webRows puts the same content into a table.
func (m *maker) webRows(out *web, companies []reports.Company, columns []reports.Column, ties map[bringing][]int) {
	from, brought := map[string][]string{}, map[string][]string{}
	for _, t := range sortedTies(ties) {
		name := m.t.T("flow.the-page")
		if t.from != "" {
			name = clean.Short(t.from, 60)
			brought[t.from] = append(brought[t.from], clean.Short(t.to, 60))
		}
		from[t.to] = append(from[t.to], name)
	}
	for i := range companies {
		c := &companies[i]
		out.Rows = append(out.Rows, webRow{
			Name: clean.Short(c.Name, shortText), From: cmp.Or(m.t.Some(from[c.Name], 6), "–"), Brought: cmp.Or(m.t.Some(brought[c.Name], 6), "–"),
			When: m.webWhen(c, columns), In: inStates(statesOf(c, columns)),
		})
	}
}
