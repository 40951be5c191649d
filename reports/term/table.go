package term

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
)

// shownCompanies is how many companies the table names unless all are asked
// for.
const shownCompanies = 10

// companies writes the table of who received data: a column of requests for each
// state of consent.
func companies(p *printer, r *reports.Result) {
	list := r.Companies()
	if len(list) == 0 {
		return
	}
	if r.Summary.Measured == reports.MeasuredNot {
		p.title(plain, p.t.T("term.seen-before-end"))
	} else {
		p.title(plain, p.t.T("term.who"))
	}
	columns := r.Columns()
	heads := []string{p.t.T("column.company"), p.t.T("column.for")}
	if len(columns) == 1 {
		heads = append(heads, p.t.T("column.requests"))
	} else {
		for i := range columns {
			heads = append(heads, p.t.T(columns[i].Key()))
		}
	}
	heads = append(heads, p.t.T("column.country"))
	rows := [][]string{}
	rest := 0
	restCounts := make([]int, len(columns))
	for i := range list {
		c := &list[i]
		counts := requestsIn(c, columns)
		if !p.all && i >= shownCompanies && len(list) > shownCompanies+1 {
			rest++
			for at, n := range counts {
				restCounts[at] += n
			}
			continue
		}
		rows = append(rows, append(append([]string{clean.Line(c.Name), reports.PurposeText(p.t, c)}, numbers(p, columns, counts)...), c.Country))
	}
	if rest > 0 {
		rows = append(rows, append(append([]string{p.t.N("form.more-rows", rest), "--all"}, numbers(p, columns, restCounts)...), ""))
	}
	p.table(heads, rows)
	notes(p, columns)
}

// requestsIn counts the requests of a company in each state of consent. Where
// there is only one, it is all requests of the visit.
func requestsIn(c *reports.Company, columns []reports.Column) []int {
	if len(columns) == 1 {
		return []int{c.Total()}
	}
	out := make([]int, len(columns))
	for i, col := range columns {
		out[i] = c.In(col)
	}
	return out
}

// numbers writes counts; what was not measured has a dash, which is no zero.
func numbers(p *printer, columns []reports.Column, counts []int) []string {
	out := make([]string, len(counts))
	for i, n := range counts {
		out[i] = p.t.Number(n)
		if len(columns) > 1 && !columns[i].Measured {
			out[i] = "-"
		}
	}
	return out
}

// notes says of states of consent why they were not measured, or what stands
// against them, unless the sentences on top have said so.
func notes(p *printer, columns []reports.Column) {
	for _, col := range columns {
		text := clean.Line(col.Doubt.In(p.t.Code()))
		if !col.Measured {
			text = clean.Line(col.Why.In(p.t.Code()))
		}
		if text == "" || len(columns) == 1 || col.Scenario == evidence.Reject {
			continue
		}
		p.wrap(0, attention, p.t.T(col.Key())+": "+text)
	}
}

const (
	leastName    = 12 // columns that a name needs to be told from others
	leastPurpose = 8
)

// table writes rows under heads: a name, what it is for, numbers, and a country.
// The name and the purpose share the room that the others leave; where that is
// too little, the country is left out, then the purpose.
func (p *printer) table(heads []string, rows [][]string) {
	all := append([][]string{heads}, rows...)
	room := func() int {
		room := p.width - 2*(len(all[0])-1)
		for col := 1; col < len(all[0]); col++ {
			room -= widest(all, col)
		}
		return room
	}
	purpose := true
	for col := range all[0] {
		for _, row := range all {
			row[col] = p.show(row[col])
		}
	}
	wanted := func() int {
		if !purpose {
			return min(leastName, widest(all, 0))
		}
		return min(leastName, widest(all, 0)) - max(widest(all, 1)-leastPurpose, 0)
	}
	if room() < wanted() {
		all = without(all, len(all[0])-1)
	}
	if room() < wanted() {
		all, purpose = without(all, 1), false
	}
	if purpose {
		p.share(all, room()+widest(all, 1))
	} else {
		name := max(room(), 1)
		for _, row := range all {
			row[0] = p.show(p.middle(row[0], name))
		}
	}
	first, last := 1, len(all[0])-1
	if purpose {
		first = 2
	}
	if len(all[0]) == len(heads) {
		last--
	}
	drawn, err := draw(all[0], all[1:], first, last)
	if err != nil {
		p.err = errors.Join(p.err, fmt.Errorf("term: draw table: %w", err))
	}
	p.b.WriteString(drawn)
}

// share cuts the first two columns to the room that they have together. The name
// is what readers look for; it gets at least half.
func (p *printer) share(all [][]string, room int) {
	name, purpose := widest(all, 0), widest(all, 1)
	if name+purpose > room {
		name = min(name, max(room/2, room-purpose))
		purpose = room - name
	}
	for _, row := range all {
		row[0], row[1] = p.show(p.middle(row[0], name)), p.show(p.cut(row[1], purpose))
	}
}

// widest returns the width of a column.
func widest(rows [][]string, col int) int {
	w := 0
	for _, row := range rows {
		w = max(w, displayWidth(row[col]))
	}
	return w
}

// without returns rows with a column taken out.
func without(rows [][]string, col int) [][]string {
	out := make([][]string, len(rows))
	for i, row := range rows {
		out[i] = slices.Delete(slices.Clone(row), col, col+1)
	}
	return out
}

// draw has tablewriter set the table: no frame, two blanks between columns, a
// line of dashes under each head. The columns from first to last hold numbers.
func draw(heads []string, rows [][]string, first, last int) (string, error) {
	align := make([]tw.Align, len(heads))
	for i := range align {
		align[i] = tw.AlignLeft
	}
	for i := first; i <= last; i++ {
		align[i] = tw.AlignRight
	}
	symbols := tw.NewSymbolCustom("plain").WithRow("-").WithColumn("  ").WithCenter("  ").
		WithHeaderMid("  ").WithHeaderLeft("").WithHeaderRight("").WithMidLeft("").WithMidRight("")
	var b strings.Builder
	table := tablewriter.NewTable(&b,
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders: tw.BorderNone,
			Symbols: symbols,
			Settings: tw.Settings{
				Separators: tw.Separators{ShowHeader: tw.On, BetweenRows: tw.Off, BetweenColumns: tw.On},
				Lines:      tw.Lines{ShowHeaderLine: tw.On, ShowTop: tw.Off, ShowBottom: tw.Off},
			},
		})),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAlignmentConfig(tw.CellAlignment{PerColumn: align}),
		tablewriter.WithRowAlignmentConfig(tw.CellAlignment{PerColumn: align}),
		tablewriter.WithPadding(tw.PaddingNone),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithTrimSpace(tw.Off),
		tablewriter.WithEastAsian(tw.Off),
	)
	table.Header(heads)
	for _, row := range rows {
		if err := table.Append(row); err != nil {
			return "", err
		}
	}
	if err := table.Render(); err != nil {
		return "", err
	}
	lines := strings.Split(b.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n"), nil
}
