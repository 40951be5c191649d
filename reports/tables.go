package reports

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/lang"
)

// Names of tables.
const (
	TableFindings  = "findings"  // what was looked for and what came of it, techniques and checks
	TableCookies   = "cookies"   // cookies and everything else that was kept in the browser
	TableRequests  = "requests"  // every request and socket
	TableCompanies = "companies" // who received data
	TableGaps      = "gaps"      // what could not be observed
)

// A Table is one list of a result as rows of plain values, for spreadsheets. The
// first column is always the site, so that tables of several results can be put
// beneath each other. Text is on one line and shows what it hides, but is not
// safe from being taken for a formula; that depends on the format.
type Table struct {
	Name    string
	Columns []string // stable names, as fields of the document where there is one
	Rows    [][]any  // of string, int64, float64, bool; nil is not known
}

// Tables lists the tables of a result, with sentences in a language. That of
// requests is missing where [Result.HasRequests] says no.
func (r *Result) Tables(t *lang.Text) []Table {
	tables := []Table{r.companiesTable(t), r.findingsTable(t), r.cookiesTable()}
	if r.HasRequests() {
		tables = append(tables, r.requestsTable())
	}
	tables = append(tables, r.gapsTable(t))
	site := clean.Short(r.Subject.Site(), maxName)
	for i := range tables {
		tables[i].Columns = append([]string{"site"}, tables[i].Columns...)
		for j, row := range tables[i].Rows {
			row = append([]any{site}, row...)
			for k, cell := range row {
				if text, ok := cell.(string); ok {
					row[k] = clean.Short(text, maxURL)
				}
			}
			tables[i].Rows[j] = row
		}
	}
	return tables
}

// Table returns one table of a result; false if there is none of that name.
func (r *Result) Table(t *lang.Text, name string) (Table, bool) {
	for _, table := range r.Tables(t) {
		if table.Name == name {
			return table, true
		}
	}
	return Table{}, false
}

// companiesTable has a column of requests for each state of consent; an empty cell
// was not measured.
func (r *Result) companiesTable(t *lang.Text) Table {
	columns := r.Columns()
	out := Table{Name: TableCompanies, Columns: []string{"company", "known", "country", "purpose", "services", "hosts", "tracker"}}
	for i := range columns {
		out.Columns = append(out.Columns, "requests_"+strings.TrimPrefix(columns[i].Key(), "state."))
	}
	out.Columns = append(out.Columns, "recognises", "cookies", "readings")
	for _, c := range r.Companies() {
		row := []any{c.Name, c.Known, c.Country, PurposeText(t, &c), joined(c.Services), joined(c.Hosts), c.Tracker}
		for _, col := range columns {
			if col.Measured {
				row = append(row, int64(c.In(col)))
			} else {
				row = append(row, nil)
			}
		}
		out.Rows = append(out.Rows, append(row, joined(c.Recognises), int64(c.Cookies), int64(c.Readings)))
	}
	return out
}

// findingsTable has a row for every finding, for every check, and for every
// technique that was not found or could not be judged: a table without a row must
// not look like a site without a fault.
func (r *Result) findingsTable(t *lang.Text) Table {
	out := Table{Name: TableFindings, Columns: []string{
		"kind", "id", "outcome", "severity", "certainty", "scenario", "phase", "party", "company", "host", "script", "cookie", "url",
		"times", "first_ms", "title", "text", "evidence",
	}}
	for _, c := range r.Checks {
		out.Rows = append(out.Rows, []any{
			FactCheck, c.ID, c.Outcome, c.Severity, c.Sure(), "", "", joined(c.Organisations), joined(c.Named), "", "", "", "",
			c.Visits, nil, c.Title.In(t.Code()), c.Text.In(t.Code()), joined(c.Evidence),
		})
	}
	for i := range r.Techniques {
		technique := &r.Techniques[i]
		title := technique.Title.In(t.Code())
		for j := range r.Findings {
			if f := &r.Findings[j]; f.ID == technique.ID {
				out.Rows = append(out.Rows, r.findingRow(t, f, title))
			}
		}
		absent := func(outcome, scenario, text string) {
			row := []any{FactTechnique, technique.ID, outcome, technique.Severity, "", scenario, "", "", "", "", "", "", "", "", nil, title, text, ""}
			out.Rows = append(out.Rows, row)
		}
		for _, u := range technique.NotMeasured {
			absent(NotMeasured, string(u.Scenario), u.Text.In(t.Code()))
		}
		if technique.Findings == 0 && (len(technique.NotMeasured) == 0 || technique.State == Clean) {
			absent(technique.State, "", "")
		}
	}
	return out
}

func (r *Result) findingRow(t *lang.Text, f *Finding, title string) []any {
	ids := make([]string, len(f.Evidence))
	for i, id := range f.Evidence {
		ids[i] = string(id)
	}
	return []any{
		FactTechnique, f.ID, Found, f.Severity, f.Certainty, string(f.Scenario), string(f.Phase), f.Party, r.company(f.Party), f.Host, f.Script,
		f.Cookie, f.URL, f.Times, f.FirstMS, title, f.Text.In(t.Code()), joined(ids),
	}
}

// company returns the name of the company that a party belongs to, "" if it is not
// known.
func (r *Result) company(party string) string {
	if p := r.Party(party); p != nil {
		return p.Company
	}
	return ""
}

func (r *Result) cookiesTable() Table {
	out := Table{Name: TableCookies, Columns: []string{
		"kind", "name", "domain", "path", "party", "company", "category", "purpose", "third_party", "identifying", "set_by", "set_from", "line",
		"session", "lifetime_days", "declared_lifetime_days", "http_only", "secure", "same_site", "partition", "state", "seen", "first_ms",
		"length", "value", "value_digest",
	}}
	for i := range r.Cookies {
		c := &r.Cookies[i]
		from := c.SetBy.URL
		if c.SetBy.Script != "" {
			from = c.SetBy.Script
		}
		out.Rows = append(out.Rows, []any{
			"cookie", c.Name, c.Domain, c.Path, c.Party, r.company(c.Party), c.Category, c.Purpose, c.ThirdParty, c.Identifying, c.SetBy.Kind, from,
			line(c.SetBy.Line), c.Session, c.LifetimeDays, c.DeclaredLifetimeDays, c.HTTPOnly, c.Secure, c.SameSite, c.Partition, c.State,
			seenText(c.Seen), c.FirstMS, int64(c.ValueLength), c.Value, c.ValueDigest,
		})
	}
	for i := range r.Storage {
		s := &r.Storage[i]
		state := "stored"
		if s.Deleted {
			state = "deleted"
		}
		out.Rows = append(out.Rows, []any{
			s.Kind, s.Key, s.Origin, "", s.Party, r.company(s.Party), s.Category, s.Purpose, s.ThirdParty, s.Identifying, "script", s.Script,
			line(s.Line), nil, nil, nil, nil, nil, "", s.Partition, state, seenText(s.Seen), s.FirstMS, int64(s.Length), s.Value, s.ValueDigest,
		})
	}
	return out
}

// line is the number of a line, or nil if it is not known.
func line(n int) any {
	if n <= 0 {
		return nil
	}
	return int64(n)
}

// seenText says in which phase of which scenarios something was seen first:
// "none before, reject after".
func seenText(seen map[string]string) string {
	keys := slices.SortedFunc(maps.Keys(seen), func(a, b string) int {
		return cmp.Or(cmp.Compare(order(evidence.Scenario(a)), order(evidence.Scenario(b))), cmp.Compare(a, b))
	})
	parts := make([]string, len(keys))
	for i, s := range keys {
		parts[i] = s + " " + seen[s]
	}
	return strings.Join(parts, ", ")
}

func (r *Result) requestsTable() Table {
	out := Table{Name: TableRequests, Columns: []string{
		"scenario", "phase", "at_ms", "method", "type", "status", "error", "host", "party", "company", "third_party", "tracker", "url",
		"loaded_by", "mime", "bytes", "cookies_sent", "evidence",
	}}
	for _, q := range r.Requests() {
		out.Rows = append(out.Rows, []any{
			string(q.Scenario), string(q.Phase), q.AtMS, q.Method, q.Kind, status(q.Status), q.Error, q.Host, q.Party, r.company(q.Party),
			q.ThirdParty, q.Tracker, q.URL, q.Loader, q.MIME, q.Bytes, joined(q.Cookies), string(q.ID),
		})
	}
	return out
}

// status is the status of an answer, or nil if there was none.
func status(n int) any {
	if n == 0 {
		return nil
	}
	return int64(n)
}

func (r *Result) gapsTable(t *lang.Text) Table {
	out := Table{Name: TableGaps, Columns: []string{"scenario", "kind", "where", "why", "whole", "text"}}
	for _, g := range r.Gaps {
		out.Rows = append(out.Rows, []any{string(g.Scenario), g.Kind, g.Where, g.Why, g.Whole, g.Text.In(t.Code())})
	}
	return out
}

// joined writes a list into one cell.
func joined(list []string) string {
	const most = 50 // a cell is no place for a thousand names
	if len(list) > most {
		list = append(slices.Clone(list[:most]), "+"+strconv.Itoa(len(list)-most))
	}
	return strings.Join(list, "; ")
}
