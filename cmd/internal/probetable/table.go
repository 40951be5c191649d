// Package probetable owns the table of what sites told over plain HTTP: its columns,
// its two formats, and where one that was begun goes on. It must not know how sites
// are asked.
package probetable

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/crawler/probe"
	"github.com/spoor-audit/spoor/reports/clean"
)

// A Row is one line of the list, and what its site told.
type Row struct {
	Line   int               `json:"line"` // of the list, from 1
	Site   string            `json:"site"` // as the list has it
	Labels map[string]string `json:"labels"`
	*probe.Facts
}

// NoAddress is the reason of lines that are no address, and their worth.
const NoAddress = "no-address"

// Junk is the row of a line that is no address.
func Junk(line int, site, why string, labels map[string]string) Row {
	return Row{line, site, labels, &probe.Facts{
		Worth: NoAddress, Reason: NoAddress, Detail: why, Hops: []probe.Hop{}, Cookies: []probe.Cookie{}, Robots: probe.Robots{Sitemaps: []string{}},
	}}
}

// A column is one of the table of CSV. Numbers are written as they are; texts come
// from outside and go through [clean.CSV].
type column struct {
	name string
	text func(*probe.Facts) string
	raw  bool
}

var columns = []column{
	{"worth", func(f *probe.Facts) string { return f.Worth }, false},
	{"reason", func(f *probe.Facts) string { return f.Reason }, false},
	{"detail", func(f *probe.Facts) string { return f.Detail }, false},
	{"url", func(f *probe.Facts) string { return f.URL }, false},
	{"final_url", func(f *probe.Facts) string { return f.FinalURL }, false},
	{"status", func(f *probe.Facts) string { return orNone(f.Status, f.Status != 0) }, true},
	{"hops", hops, false},
	{"wall", func(f *probe.Facts) string { return f.Wall }, false},
	{"tls", ofTLS(func(t *probe.TLS) string { return t.Version }), false},
	{"cert_days", ofTLS(func(t *probe.TLS) string { return orNone(t.Days, !t.NotAfter.IsZero()) }), true},
	{"cert_issuer", ofTLS(func(t *probe.TLS) string { return t.Issuer }), false},
	{"cert_error", ofTLS(func(t *probe.TLS) string { return t.Error }), false},
	{"hsts", func(f *probe.Facts) string { return f.Headers.HSTS }, false},
	{"csp", func(f *probe.Facts) string { return orNone(yesNo(f.Headers.CSP), f.Status != 0) }, true},
	{"referrer_policy", func(f *probe.Facts) string { return f.Headers.ReferrerPolicy }, false},
	{"permissions_policy", func(f *probe.Facts) string { return f.Headers.PermissionsPolicy }, false},
	{"cookies", func(f *probe.Facts) string { return orNone(len(f.Cookies), f.Status != 0) }, true},
	{"cookie_lifetimes", lifetimes, false},
	{"robots", func(f *probe.Facts) string { return f.Robots.State }, false},
	{"robots_disallows_all", func(f *probe.Facts) string {
		return orNone(yesNo(f.Robots.DisallowsAll), f.Robots.State == probe.Present)
	}, true},
	{"sitemaps", func(f *probe.Facts) string {
		return orNone(len(f.Robots.Sitemaps), f.Robots.State == probe.Present)
	}, true},
	{"gpc", func(f *probe.Facts) string { return f.GPC.State }, false},
	{"gpc_value", func(f *probe.Facts) string {
		if f.GPC.Value == nil {
			return ""
		}
		return yesNo(*f.GPC.Value)
	}, true},
	{"gpc_last_update", func(f *probe.Facts) string { return f.GPC.LastUpdate }, false},
	{"ads", func(f *probe.Facts) string { return f.Ads.State }, false},
	{"ads_direct", ofAds(func(a *probe.Ads) int { return a.Direct }), true},
	{"ads_reseller", ofAds(func(a *probe.Ads) int { return a.Reseller }), true},
	{"ads_systems", ofAds(func(a *probe.Ads) int { return a.Systems }), true},
	{"ads_errors", ofAds(func(a *probe.Ads) int { return a.Errors }), true},
	{"ads_owner", func(f *probe.Facts) string { return f.Ads.Owner }, false},
	{"ads_manager", func(f *probe.Facts) string { return f.Ads.Manager }, false},
	{"lang", ofPage(func(p *probe.Page) string { return p.Lang }), false},
	{"title", ofPage(func(p *probe.Page) string { return p.Title }), false},
	{"third_party_hosts", ofPage(func(p *probe.Page) string { return strconv.Itoa(len(p.ThirdParties)) }), true},
	{"hosts", ofPage(func(p *probe.Page) string { return strings.Join(p.ThirdParties, " ") }), false},
	{"trackers", ofPage(func(p *probe.Page) string { return strings.Join(p.Trackers, "; ") }), false},
	{"consent", ofPage(func(p *probe.Page) string { return strings.Join(p.Consent, "; ") }), false},
}

// maxCell is the most characters of a cell: a spreadsheet takes 32,767.
const maxCell = 8000

func orNone[T int | string](v T, known bool) string {
	if !known {
		return ""
	}
	switch v := any(v).(type) {
	case int:
		return strconv.Itoa(v)
	case string:
		return v
	}
	return ""
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func ofTLS(text func(*probe.TLS) string) func(*probe.Facts) string {
	return func(f *probe.Facts) string {
		if f.TLS == nil {
			return ""
		}
		return text(f.TLS)
	}
}

func ofPage(text func(*probe.Page) string) func(*probe.Facts) string {
	return func(f *probe.Facts) string {
		if f.Page == nil {
			return ""
		}
		return text(f.Page)
	}
}

func ofAds(n func(*probe.Ads) int) func(*probe.Facts) string {
	return func(f *probe.Facts) string { return orNone(n(&f.Ads), f.Ads.State == probe.Present) }
}

func hops(f *probe.Facts) string {
	var list []string
	for _, h := range f.Hops {
		list = append(list, strconv.Itoa(h.Status)+" "+h.URL)
	}
	return strings.Join(list, " | ")
}

// lifetimes names each cookie with its lifetime in seconds.
func lifetimes(f *probe.Facts) string {
	var list []string
	for _, c := range f.Cookies {
		life := "session"
		if c.Lifetime != 0 {
			life = strconv.FormatInt(c.Lifetime, 10)
		}
		list = append(list, c.Name+"="+life)
	}
	return strings.Join(list, "; ")
}

// A Format is that of a table.
type Format int

// The formats.
const (
	CSV    Format = iota
	NDJSON        // one JSON object on a line
)

// A Writer writes rows. After each row, all of it is in the stream.
type Writer struct {
	w      io.Writer
	csv    *csv.Writer // nil for NDJSON
	labels []string
}

// NewWriter returns a Writer for rows with these labels. The header is written
// unless the table goes on.
func NewWriter(w io.Writer, format Format, labels []string, goesOn bool) (*Writer, error) {
	t := &Writer{w: w, labels: labels}
	if format == NDJSON {
		return t, nil
	}
	t.csv = csv.NewWriter(w)
	if goesOn {
		return t, nil
	}
	return t, t.line(header(labels))
}

func header(labels []string) []string {
	cells := []string{"line", "site"}
	for _, c := range columns {
		cells = append(cells, c.name)
	}
	own := cells
	for _, l := range labels {
		if slices.Contains(own, l) {
			l = "list " + l
		}
		cells = append(cells, clean.CSV(l))
	}
	return cells
}

// Write writes a row.
func (t *Writer) Write(r Row) error {
	if t.csv == nil {
		doc, err := json.Marshal(r)
		if err != nil {
			return err
		}
		_, err = t.w.Write(append(clean.JSON(doc), '\n'))
		return err
	}
	cells := []string{strconv.Itoa(r.Line), cell(r.Site)}
	for _, c := range columns {
		text := c.text(r.Facts)
		if !c.raw {
			text = cell(text)
		}
		cells = append(cells, text)
	}
	for _, l := range t.labels {
		cells = append(cells, cell(r.Labels[l]))
	}
	return t.line(cells)
}

func cell(s string) string { return clean.Clip(clean.CSV(s), maxCell) }

func (t *Writer) line(cells []string) error {
	if err := t.csv.Write(cells); err != nil {
		return err
	}
	t.csv.Flush()
	return t.csv.Error()
}
