package html

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
)

// The drawing of who sends whom has three columns: the page, what loads, and
// who receives. Same input, same drawing: nodes stand in the order of their
// requests, and nothing is moved to look better.
const (
	flowWidth    = 960
	flowTop      = 32
	flowRow      = 34 // from one node to the next
	boxHeight    = 26
	pageWidth    = 190
	columnWidth  = 268
	loaderX      = 300
	receiverX    = flowWidth - columnWidth
	maxLoaders   = 14
	maxReceivers = 24
	maxFlowRows  = 200
	thinnest     = 1.5
	thickest     = 14.0
	labelLength  = 28
)

type flow struct {
	Width, Height int
	Description   string
	Heads         []label
	Nodes         []node
	Links         []curve
	Rows          []flowLine
	More          string
	Leading       bool // the result holds other visits too
	Web           *web // the second view, of all visits
}

type label struct {
	X, Y         int
	Anchor, Text string
}

type node struct {
	X, Y, Width, Height  int
	TextX, TextY, RightX int
	Label, Number        string
	Tracker              bool
}

type curve struct {
	Path, Width string
	Tracker     bool
}

type flowLine struct {
	Loader, Receiver, Number, First string
	Requests                        int
	FirstMS                         int64
}

// column gathers the nodes of one column.
type column struct {
	names    []string
	requests map[string]int
	tracker  map[string]bool
	at       map[string]int // place of a node, after layout
}

func newColumn() *column {
	return &column{requests: map[string]int{}, tracker: map[string]bool{}, at: map[string]int{}}
}

func (c *column) add(name string, requests int, tracker bool) {
	if _, known := c.requests[name]; !known {
		c.names = append(c.names, name)
	}
	c.requests[name] += requests
	c.tracker[name] = c.tracker[name] || tracker
}

// sort puts the nodes in order and joins those beyond most into one.
func (c *column) sort(most int, others string) {
	slices.SortFunc(c.names, func(a, b string) int {
		return cmp.Or(-cmp.Compare(c.requests[a], c.requests[b]), cmp.Compare(a, b))
	})
	for i, name := range c.names {
		c.at[name] = min(i, most)
	}
	if len(c.names) <= most {
		return
	}
	sum, tracker := 0, false
	for _, name := range c.names[most:] {
		sum += c.requests[name]
		tracker = tracker || c.tracker[name]
	}
	c.names = append(c.names[:most:most], others)
	c.requests[others], c.tracker[others] = sum, tracker
}

// flow draws how the browser was sent to receivers in the run that the result
// leads with.
func (m *maker) flow() {
	flows := m.leadingFlows()
	if len(flows) == 0 {
		return
	}
	loaders, receivers := newColumn(), newColumn()
	for _, f := range flows {
		receivers.add(m.receiver(f), f.Requests, m.ofParty(f.Receiver).Tracker)
		if f.Loader != "" {
			loaders.add(place(f.Loader), f.Requests, m.ofParty(f.LoaderParty).Tracker)
		}
	}
	nLoaders, nReceivers := len(loaders.names), len(receivers.names)
	loaders.sort(maxLoaders, m.t.N("flow.others", nLoaders-maxLoaders))
	receivers.sort(maxReceivers, m.t.N("flow.others", nReceivers-maxReceivers))
	rows := max(len(loaders.names), len(receivers.names), 1)
	out := &flow{
		Leading: len(m.r.Runs) > 1,
		Width:   flowWidth, Height: flowTop + rows*flowRow,
		Description: m.t.T("flow.description", "loaders", m.t.N("flow.n-loaders", nLoaders), "receivers", m.t.N("flow.n-receivers", nReceivers)),
		Heads: []label{
			{0, 16, "start", m.t.T("flow.page")}, {loaderX, 16, "start", m.t.T("flow.loaders")},
			{receiverX, 16, "start", m.t.T("flow.receivers")},
		},
	}
	middle := (rows - 1) * flowRow / 2
	out.Nodes = append(out.Nodes, box(0, flowTop+middle, pageWidth, clean.Clip(m.p.Site, 22), "", false))
	out.Nodes = append(out.Nodes, m.nodes(loaders, loaderX)...)
	out.Nodes = append(out.Nodes, m.nodes(receivers, receiverX)...)
	out.Links = m.links(flows, loaders, receivers, flowTop+middle+boxHeight/2)
	m.flowTable(out, flows)
	m.p.Flow = out
}

// leadingFlows lists the flows of the run that the result leads with.
func (m *maker) leadingFlows() []reports.Flow {
	var list []reports.Flow
	for _, f := range m.r.Flows {
		if f.Scenario == m.r.Summary.Scenario || len(m.r.Runs) > 0 && f.Scenario == m.r.Runs[0].Scenario {
			list = append(list, f)
		}
	}
	return list
}

func (m *maker) receiver(f reports.Flow) string {
	p := m.ofParty(f.Receiver)
	return clean.Clip(clean.Short(cmp.Or(p.Company, p.Name, p.ID), shortText), labelLength)
}

// nodes places the nodes of a column, one below the other.
func (m *maker) nodes(c *column, x int) []node {
	var out []node
	for i, name := range c.names {
		out = append(out, box(x, flowTop+i*flowRow, columnWidth, name, m.t.Number(c.requests[name]), c.tracker[name]))
	}
	return out
}

// box is one node; its label begins at the left and its number ends at the right.
func box(x, y, width int, label, number string, tracker bool) node {
	return node{
		X: x, Y: y, Width: width, Height: boxHeight, TextX: x + 12, TextY: y + 17, RightX: x + width - 10,
		Label: label, Number: number, Tracker: tracker,
	}
}

// links joins flows that end at the same nodes and draws each pair once, the
// thick ones first.
func (m *maker) links(flows []reports.Flow, loaders, receivers *column, pageY int) []curve {
	type pair struct{ from, to int } // from -1 is the page
	sums := map[pair]int{}
	follows := map[pair]bool{}
	toLoader := map[int]int{}
	for _, f := range flows {
		p := pair{-1, receivers.at[m.receiver(f)]}
		if f.Loader != "" {
			p.from = loaders.at[place(f.Loader)]
			toLoader[p.from] += f.Requests
		}
		sums[p] += f.Requests
		follows[p] = follows[p] || m.ofParty(f.Receiver).Tracker
	}
	most := 1
	for _, n := range sums {
		most = max(most, n)
	}
	pairs := make([]pair, 0, len(sums))
	for p := range sums {
		pairs = append(pairs, p)
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(-cmp.Compare(sums[a], sums[b]), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
	var out []curve
	for i, name := range loaders.names {
		out = append(out, curve{
			Path: arc(pageWidth, pageY, loaderX, rowY(i)), Width: stroke(toLoader[i], most), Tracker: loaders.tracker[name],
		})
	}
	for _, p := range pairs {
		c := curve{Width: stroke(sums[p], most), Tracker: follows[p]}
		if p.from < 0 {
			c.Path = arc(pageWidth, pageY, receiverX, rowY(p.to))
		} else {
			c.Path = arc(loaderX+columnWidth, rowY(p.from), receiverX, rowY(p.to))
		}
		out = append(out, c)
	}
	return out
}

// rowY is the middle of a row.
func rowY(row int) int { return flowTop + row*flowRow + boxHeight/2 }

// arc draws from the right edge of one node to the left edge of another.
func arc(x1, y1, x2, y2 int) string {
	middle := (x1 + x2) / 2
	return fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, middle, y1, middle, y2, x2, y2)
}

// stroke makes a line as wide as its requests; the root keeps small ones
// visible beside large ones.
func stroke(n, most int) string {
	share := math.Sqrt(float64(n) / float64(most))
	return fmt.Sprintf("%.1f", thinnest+(thickest-thinnest)*share)
}

// flowTable puts the same content into a table.
func (m *maker) flowTable(out *flow, flows []reports.Flow) {
	for i, f := range flows {
		if i == maxFlowRows {
			out.More = m.more("more.rows", len(flows)-maxFlowRows)
			break
		}
		loader := m.t.T("flow.the-page")
		if f.Loader != "" {
			loader = clean.Short(f.Loader, shortText)
		}
		out.Rows = append(out.Rows, flowLine{
			Loader: loader, Receiver: m.name(f.Receiver), Requests: f.Requests, Number: m.t.Number(f.Requests),
			First: m.t.Seconds(f.FirstMS), FirstMS: f.FirstMS,
		})
	}
}
