package statements

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spoor-audit/spoor/evidence"
)

// Limits of what is kept of a register.
const (
	maxRows = 5000
	maxCell = 1000 // characters
)

// An entry is one line of a register as it is written, before names are split.
type entry struct {
	name, provider, host, purpose, expiry, kind, category string
	// heading stands above the table; it often is the category.
	heading string
	unit    int64 // of expiry, where it is a bare number
}

// rows splits an entry into one row for each name and host. It returns none if
// nothing in it can be the name of an item.
func (e entry) rows() []Row {
	base := Row{
		Provider: short(e.provider), Purpose: short(e.purpose), Expiry: short(e.expiry),
		Category: e.categoryOf(), Type: typeOf(e.kind),
	}
	life := parseLifetime(e.expiry, e.unit)
	if life == (lifetime{Seconds: -1}) {
		// "Type: session cookie" says how long, too.
		if kind := parseLifetime(e.kind, 0); base.Type == "" || base.Type == "cookie" {
			life = kind
		}
	}
	base.Seconds, base.Session, base.Persistent = life.Seconds, life.Session, life.Persistent
	hosts := hostsOf(e.host)
	if len(hosts) == 0 {
		hosts = hostsOf(e.provider)
		base.Maker = len(hosts) > 0
	}
	if len(hosts) == 0 {
		hosts = []string{""}
	}
	var list []Row
	for _, name := range namesOf(e.name) {
		name = strings.Trim(name, " \u00a0\"'“”‘’`")
		if !isItemName(name) {
			continue
		}
		for _, host := range hosts {
			row := base
			row.Name, row.Pattern, row.Host = name, patternOf(name), host
			list = append(list, row)
		}
	}
	return list
}

// categoryOf looks where a category may stand: its own column, the heading of
// the table, the type, or a purpose of a word or two.
func (e entry) categoryOf() string {
	if c := categoryOf(e.category); c != "" {
		return c
	}
	if utf8.RuneCountInString(e.heading) <= 120 {
		if c := categoryOf(e.heading); c != "" {
			return c
		}
	}
	if c := categoryOf(e.kind); c != "" && typeOf(e.kind) == "" {
		return c
	}
	if len(strings.Fields(e.purpose)) <= 2 {
		return categoryOf(e.purpose)
	}
	return ""
}

func short(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= maxCell {
		return s
	}
	return string([]rune(s)[:maxCell])
}

// take adds an entry to a register.
func (r *Register) take(e entry) {
	rows := e.rows()
	if len(rows) == 0 {
		if strings.TrimSpace(e.name) != "" {
			r.Unread++
		}
		return
	}
	for _, row := range rows {
		if len(r.Rows) >= maxRows {
			r.Unread++
			continue
		}
		r.Rows = append(r.Rows, row)
	}
}

// readTables makes one register of all tables of a paper that list items; nil if
// none does. Languages of the headings are counted over all of them.
func readTablesOf(tables []evidence.Table) *Register {
	r := &Register{Source: "table", Rows: []Row{}}
	var all []column
	for _, t := range tables {
		header, body := headerOf(t)
		columns := columnsOf(header)
		switch {
		case isList(t.Heading, columns, body):
			all = append(all, columns...)
			r.addColumns(header)
			r.lines(t.Heading, header, columns, body)
		case isSheet(t):
			all = append(all, r.sheet(t)...)
		}
	}
	if len(r.Rows) == 0 && r.Unread == 0 {
		return nil
	}
	r.Language = languageOf(all)
	r.Source = renderedBy(r.Columns)
	return r
}

// headerOf returns the headings of a table and its other rows. Pages that use
// no heading cells have them in the first row.
func headerOf(t evidence.Table) ([]string, [][]string) {
	if len(t.Header) > 0 && strings.TrimSpace(strings.Join(t.Header, "")) != "" {
		return t.Header, t.Rows
	}
	if len(t.Rows) == 0 {
		return nil, nil
	}
	return t.Rows[0], t.Rows[1:]
}

// isList decides whether a table lists items: its headings name the item and
// something else about it. Where no heading speaks of cookies, most names must
// look like names of cookies, because tables about persons and forms have
// "name" and "purpose" too.
func isList(above string, columns []column, body [][]string) bool {
	others := count(columns, roleProvider, roleHost, rolePurpose, roleExpiry, roleType, roleCategory)
	if count(columns, roleName) == 0 || others == 0 || len(body) == 0 {
		return false
	}
	about := columnOf(above).about || categoryOf(above) != ""
	if !about && others == 1 && count(columns, roleExpiry) == 0 && !slices.ContainsFunc(columns, func(c column) bool { return c.about }) {
		return false // "Name" and "type": files, persons, anything.
	}
	if slices.ContainsFunc(columns, func(c column) bool { return c.role == roleName && c.about }) {
		return true
	}
	at := slices.IndexFunc(columns, func(c column) bool { return c.role == roleName })
	names, good := 0, 0
	for _, row := range body {
		if at >= len(row) || strings.TrimSpace(row[at]) == "" {
			continue
		}
		names++
		if looksTechnical(row[at]) {
			good++
		}
	}
	return good > 0 && 2*good >= names
}

// looksTechnical reports whether a cell holds what people would not write in a
// sentence: "_ga", "PHPSESSID", "cc_cookie".
func looksTechnical(cell string) bool {
	names := namesOf(cell)
	for _, n := range names {
		n = strings.TrimSpace(n)
		if !isItemName(n) {
			return false
		}
		lower := strings.ToLower(n) == n
		if !strings.ContainsAny(n, "_.-*0123456789#[{<:") && (lower && len(n) > 12 || titled(n)) {
			return false
		}
	}
	return len(names) > 0
}

// titled reports whether a word is written as names of persons and firms are:
// one capital, then small letters.
func titled(s string) bool {
	return len(s) > 1 && strings.ToUpper(s[:1]) == s[:1] && strings.ToLower(s[1:]) == s[1:]
}

func (r *Register) addColumns(header []string) {
	for _, h := range header {
		h = short(h)
		if h != "" && !slices.Contains(r.Columns, h) && len(r.Columns) < 40 {
			r.Columns = append(r.Columns, h)
		}
	}
}

// lines reads the rows of a table with headings. A row with one cell filled is a
// heading of the rows below it.
func (r *Register) lines(above string, header []string, columns []column, body [][]string) {
	for _, cells := range body {
		if title, ok := only(cells); ok && len(header) > 1 && (categoryOf(title) != "" || !looksTechnical(title)) {
			above = title
			continue
		}
		e := entry{heading: above}
		for i, c := range columns {
			if i < len(cells) {
				e.set(c, cells[i])
			}
		}
		r.take(e)
	}
}

// only returns the one filled cell of a row.
func only(cells []string) (string, bool) {
	found := ""
	for _, c := range cells {
		c = strings.TrimSpace(c)
		switch {
		case c == "" || c == found:
		case found != "":
			return "", false
		default:
			found = c
		}
	}
	return found, found != ""
}

func (e *entry) set(c column, value string) {
	switch c.role {
	case roleName:
		e.name = value
	case roleProvider:
		e.provider = value
	case roleHost:
		e.host = value
	case rolePurpose:
		e.purpose = value
	case roleExpiry:
		e.expiry, e.unit = value, c.unit
	case roleType:
		e.kind = value
	case roleCategory:
		e.category = value
	}
}

// isSheet recognises a table of two columns that tells of one item, or of
// several below each other: the headings stand in the first column.
func isSheet(t evidence.Table) bool {
	var heads []string
	for _, row := range withHeader(t) {
		if len(row) != 2 {
			return false
		}
		heads = append(heads, row[0])
	}
	columns := make([]column, len(heads))
	about := false
	for i, h := range heads {
		columns[i] = columnOf(h)
		about = about || columns[i].about && columns[i].role == roleName
	}
	return len(heads) > 1 && count(columns, roleName) > 0 &&
		count(columns, roleExpiry, roleProvider, roleHost, rolePurpose, roleType) > 0 &&
		(about || count(columns, roleExpiry) > 0)
}

func withHeader(t evidence.Table) [][]string {
	if len(t.Header) == 0 {
		return t.Rows
	}
	return append([][]string{t.Header}, t.Rows...)
}

// sheet reads a table that isSheet recognised. A new item begins where a heading
// comes again.
func (r *Register) sheet(t evidence.Table) []column {
	var part [][]string
	var all []column
	seen := map[string]bool{}
	flush := func() {
		heads := make([]string, len(part))
		for i := range part {
			heads[i] = part[i][0]
		}
		columns := columnsOf(heads)
		if count(columns, roleName) > 0 {
			e := entry{heading: t.Heading}
			for i, c := range columns {
				e.set(c, part[i][1])
			}
			r.addColumns(heads)
			r.take(e)
			all = append(all, columns...)
		}
		part, seen = nil, map[string]bool{}
	}
	for _, row := range withHeader(t) {
		if seen[row[0]] {
			flush()
		}
		seen[row[0]] = true
		part = append(part, row)
	}
	flush()
	return all
}

// renderedBy says who made a list, by its headings; "table" if that is not
// known.
func renderedBy(columns []string) string {
	for _, made := range theTables().registers.Rendered {
		for _, c := range columns {
			if slices.Contains(made.Header, strings.ToLower(c)) {
				return made.Source
			}
		}
	}
	return "table"
}
