package signatures

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A cookieTable is the table of the Open Cookie Database,
// https://github.com/jkwakman/Open-Cookie-Database: names of cookies, whose they
// are and what for.
type cookieTable struct {
	parties []Party
	names   globSet
	rows    int // that are used
}

// The columns of the table that are read, by their headings.
const (
	columnPlatform   = "Platform"
	columnCategory   = "Category"
	columnName       = "Cookie / Data Key name"
	columnDomain     = "Domain"
	columnPurpose    = "Description"
	columnController = "Data Controller"
	columnWildcard   = "Wildcard match"
)

// tableCategories are the table's categories in spoor's words. What it calls
// functional may be of use to a visitor; that it is needed does not follow.
var tableCategories = map[string]string{
	"functional": "preferences", "personalization": "preferences", "security": "necessary",
	"analytics": "analytics", "marketing": "marketing",
}

// maxTableRows bounds what is read; the table of 2025 has 2,300 rows.
const maxTableRows = 100_000

// parseCookieTable reads the table. Rows that name no cookie are left out; a text
// that is no such table is an error.
func parseCookieTable(data []byte) (*cookieTable, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	r.FieldsPerRecord, r.LazyQuotes, r.ReuseRecord = -1, true, true
	head, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("signatures: cookie table: read the headings: %w", err)
	}
	at := map[string]int{}
	for i, title := range head {
		at[strings.TrimSpace(title)] = i
	}
	for _, title := range []string{columnPlatform, columnCategory, columnName, columnDomain, columnPurpose} {
		if _, ok := at[title]; !ok {
			return nil, fmt.Errorf("signatures: cookie table: there is no column %q", title)
		}
	}
	t := &cookieTable{}
	known := map[string]bool{}
	for n := 0; n < maxTableRows; n++ {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("signatures: cookie table: %w", err)
		}
		t.add(func(title string) string {
			if i, ok := at[title]; ok && i < len(row) {
				return oneLine(row[i])
			}
			return ""
		}, known)
	}
	if t.rows == 0 {
		return nil, errors.New("signatures: cookie table: no row names a cookie")
	}
	t.names.sort()
	return t, nil
}

// oneLine puts a cell on one line without characters that act on a terminal.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == utf8.RuneError }), " ")
}

// add stores one row, given its cells by heading.
func (t *cookieTable) add(cell func(string) string, known map[string]bool) {
	glob := tableGlob(cell(columnName), cell(columnWildcard) == "1")
	party := Party{ID: slug(cell(columnPlatform)), Name: cell(columnPlatform), Company: cell(columnController), Categories: []string{}}
	if glob == "" || party.ID == "" {
		return
	}
	if party.Company == "" || strings.Contains(strings.ToLower(party.Company), "website") {
		party.Company = party.Name
	}
	category, ok := tableCategories[strings.ToLower(cell(columnCategory))]
	if !ok {
		category = "unknown"
	}
	use := Use{party.ID, glob, clipped(cell(columnPurpose)), category, listCookieTable}
	domains, anywhere := tableDomains(cell(columnDomain))
	if anywhere && letters(glob) >= 3 {
		domains = append(domains, "")
	}
	if len(domains) == 0 {
		return
	}
	for _, domain := range domains {
		t.names.add(glob, domain, use)
	}
	t.rows++
	if !known[party.ID] {
		known[party.ID] = true
		t.parties = append(t.parties, party)
	}
}

// tableGlob makes a glob of a name as the table writes it: "CT<TrackingSetupID>",
// "userlang [x2]", or the start of names. It returns "" for what is no name.
func tableGlob(name string, prefix bool) string {
	name, _, _ = strings.Cut(name, " [")
	for {
		start := strings.IndexByte(name, '<')
		end := strings.IndexByte(name, '>')
		if start < 0 || end < start {
			break
		}
		name = name[:start] + "*" + name[end+1:]
	}
	if prefix && !strings.HasSuffix(name, "*") {
		name += "*"
	}
	if strings.ContainsAny(name, " ;,\t<>") || strings.Trim(name, "*") == "" {
		return ""
	}
	return name
}

var tableDomain = regexp.MustCompile(`(?i)\b([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}\b`)

// tableDomains reads where a cookie is set: "adform.net (3rd party) or
// advertiser's website domain (1st party)".
func tableDomains(text string) (domains []string, anywhere bool) {
	for _, d := range tableDomain.FindAllString(text, 8) {
		if d = strings.ToLower(d); !isSuffix(d) {
			domains = append(domains, d)
		}
	}
	lower := strings.ToLower(text)
	anywhere = len(domains) == 0 || strings.Contains(lower, "1st party") || strings.Contains(lower, "website")
	return domains, anywhere
}

// purposeLength is about how long a purpose may be, in characters.
const purposeLength = 120

// clipped shortens a description to a few words.
func clipped(s string) string {
	first, _, _ := strings.Cut(s, ". ")
	first = strings.TrimSuffix(first, ".")
	if len(first) <= purposeLength {
		return first
	}
	cut := strings.LastIndexByte(first[:purposeLength], ' ')
	if cut <= 0 {
		cut = purposeLength
		for !utf8.RuneStart(first[cut]) {
			cut--
		}
	}
	return first[:cut] + "…"
}
