package html

import (
	"math"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
)

type company struct {
	Name, Services, For, Country string
	Device                       string // what is said where nothing was seen
	Recognises, Tracker          bool
	Cookies                      string
	Requests                     []requests // one for each state of consent
}

// requests is a cell of the table: how many in one state of consent.
type requests struct {
	Label, Number string
	N             int
	Bar           int // percent of the longest
	Measured      bool
}

// companies is a table of them, with the heads of its columns of requests.
type companies struct {
	Heads   []string
	Several bool // it has more than one such column
	Rows    []company
}

const (
	shownCompanies = 20 // of which the table shows the rows at once
	foldCompanies  = 4  // no fewer than this are worth a fold
)

// companies fills the table of who receives data.
func (m *maker) companies() {
	list := m.r.Companies()
	columns := m.r.Columns()
	several := len(columns) > 1
	in := func(c *reports.Company, col reports.Column) int {
		if several {
			return c.In(col)
		}
		return c.Total()
	}
	most := 1
	for i := range list {
		for _, col := range columns {
			most = max(most, in(&list[i], col))
		}
	}
	heads := []string{m.t.T("column.requests")}
	if several {
		heads = nil
		for _, col := range columns {
			heads = append(heads, m.t.T(col.Key()))
		}
	}
	var rows []company
	device := m.t.T("receivers.not-seen")
	if !m.p.Measured || m.unmeasured(evidence.KindCalls) != "" || m.unmeasured(evidence.KindCookies) != "" {
		device = m.t.T("receivers.not-measured")
	}
	for i := range list {
		c := &list[i]
		row := m.company(c, several)
		row.Device = device
		for at, col := range columns {
			n := in(c, col)
			r := requests{
				Label: heads[at], N: n, Number: m.t.Number(n), Measured: !several || col.Measured,
				Bar: int(math.Round(100 * float64(n) / float64(most))),
			}
			if n > 0 {
				r.Bar = max(r.Bar, 1)
			}
			if !r.Measured {
				r.N, r.Number = -1, m.t.T("receivers.not-measured")
			}
			row.Requests = append(row.Requests, r)
		}
		rows = append(rows, row)
	}
	shown := len(rows)
	if n := len(list) - shownCompanies; n > foldCompanies {
		shown = shownCompanies
		m.p.FoldCompanies = m.t.N("receivers.more", n)
		m.p.MoreCompanies = companies{heads, several, rows[shown:]}
	}
	m.p.Companies = companies{heads, several, rows[:shown]}
	if several {
		m.columnNotes(columns)
	}
	if hosts := m.r.Unreached(); len(hosts) > 0 {
		m.p.Unreached = m.t.N("receivers.unreached", len(hosts), "hosts", m.some(hosts, 8))
	}
}

// company says who a receiver is. Where there are several states, the country stands
// beneath the purpose, where nothing is better than a gap.
func (m *maker) company(c *reports.Company, several bool) company {
	row := company{
		Name: clean.Short(c.Name, shortText), For: m.purposes(c.Categories), Country: m.country(c.Country),
		Recognises: len(c.Recognises) > 0, Tracker: c.Tracker, Cookies: m.t.Number(c.Cookies),
	}
	if len(c.Services) > 1 || len(c.Services) == 1 && c.Services[0] != c.Name {
		row.Services = m.some(c.Services, 4)
	} else if !c.Known {
		row.Services = m.t.T("receivers.unknown-owner")
	}
	if several && c.Country == "" {
		row.Country = ""
	}
	return row
}

// columnNotes says of states of consent why they were not measured, or what stands
// against them.
func (m *maker) columnNotes(columns []reports.Column) {
	for _, col := range columns {
		text := col.Doubt.In(m.t.Code())
		if !col.Measured {
			text = col.Why.In(m.t.Code())
		}
		if text == "" {
			continue
		}
		text = clean.Short(text, longText)
		if run := m.r.Run(col.Scenario); col.Measured || run == nil || !run.Measured {
			text = m.t.T("receivers.note", "state", m.t.T(col.Key()), "text", text) // A choice that was not made names itself.
		}
		m.p.ColumnNotes = append(m.p.ColumnNotes, text)
	}
}

// purposes says what for, in a few words.
func (m *maker) purposes(categories []string) string {
	if len(categories) == 0 {
		return m.t.T("for.unknown")
	}
	words := make([]string, len(categories))
	for i, c := range categories {
		words[i] = m.t.Word("for", c)
	}
	return strings.Join(words, ", ")
}

func (m *maker) country(code string) string {
	if code == "" {
		return m.t.T("country.unknown")
	}
	return m.t.Word("country", code)
}

// some writes the first names of a list, cleaned, and how many more there are.
func (m *maker) some(names []string, most int) string {
	cut := make([]string, 0, len(names))
	for i, name := range names {
		if i > most {
			name = "" // only counted
		}
		cut = append(cut, clean.Short(name, 60))
	}
	return m.t.Some(cut, most)
}

// name returns how a party is called.
func (m *maker) name(id string) string {
	if name, ok := m.names[id]; ok {
		return name
	}
	return clean.Short(id, shortText)
}

// placeLength is how long a place may be, in characters, to fit its box.
const placeLength = 28

// place shortens an address to what tells it apart at a glance: host and the
// end of the path, the host cut in the middle if need be.
func place(raw string) string {
	raw = clean.Short(raw, 2*longText)
	_, rest, ok := strings.Cut(raw, "://")
	if !ok {
		return middle(raw, placeLength)
	}
	host, path, _ := strings.Cut(rest, "/")
	if i := strings.IndexAny(path, "?#"); i >= 0 {
		path = path[:i]
	}
	last := path[strings.LastIndexByte(path, '/')+1:]
	if last == "" {
		return middle(host, placeLength)
	}
	last = middle(last, 16)
	return middle(host, placeLength-1-len([]rune(last))) + "/" + last
}

// middle shortens text to at most limit characters by cutting out its middle.
func middle(s string, limit int) string {
	runes := []rune(s)
	if len(runes) <= limit {
		return s
	}
	left := (limit - 1) / 2
	return string(runes[:left]) + "…" + string(runes[len(runes)-(limit-1-left):])
}

// ofParty returns the party of a result, or an empty one.
func (m *maker) ofParty(id string) reports.Party {
	if p := m.r.Party(id); p != nil {
		return *p
	}
	return reports.Party{ID: id, Name: id}
}
