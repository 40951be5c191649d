package html

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
)

const (
	maxThings  = 500 // rows of a table
	maxScripts = 60  // scripts whose readings are shown
	maxAPIs    = 80  // APIs of one of them
)

type tag struct{ Class, Text string }

type cookie struct {
	Name, Domain, Company, Category, Purpose string
	SetBy, SetFrom, Lifetime, Declared       string
	Value, When                              string
	Seconds                                  int64
	Tags                                     []tag
}

type item struct {
	Key, Origin, Kind, Company, Writer, Value, When string
	Tags                                            []tag
}

type script struct {
	Script, Summary, More string
	Rows                  []reading
}

type reading struct{ API, Times, First, In string }

// unmeasured says in words that a kind of evidence is missing from the run that
// the result leads with; "" if it is not.
func (m *maker) unmeasured(kind evidence.Kind) string {
	for _, g := range m.r.Gaps {
		if g.Kind == string(kind) && g.Whole && g.Scenario == m.r.Summary.Scenario {
			return clean.Short(g.Text.In(m.t.Code()), longText)
		}
	}
	return ""
}

// cookies fills the table of cookies, those that identify first.
func (m *maker) cookies() {
	m.p.CookiesUnmeasured = m.unmeasured(evidence.KindCookies)
	list := slices.Clone(m.r.Cookies)
	slices.SortStableFunc(list, func(a, b reports.Cookie) int { return cmp.Compare(rank(a.Identifying), rank(b.Identifying)) })
	m.p.MoreCookies = m.more("more.rows", len(list)-maxThings)
	for i := range list[:min(len(list), maxThings)] {
		c := &list[i]
		out := cookie{
			Name: clean.Short(c.Name, 80), Domain: clean.Short(c.Domain, 80), Company: m.name(c.Party),
			Category: m.t.Word("cookie-category", c.Category), Purpose: clean.Short(c.Purpose, shortText),
			Value: value(c.Value, c.ValueDigest), Lifetime: m.t.T("cookies.session"), When: m.when(c.Seen),
		}
		if c.Partitioned {
			out.Domain += " (" + clean.Short(c.Partition, 60) + ")"
		}
		if !c.Session {
			out.Lifetime, out.Seconds = m.t.Days(c.LifetimeDays), int64(c.LifetimeDays*86400)
			if c.DeclaredLifetimeDays > c.LifetimeDays+1 {
				out.Declared = m.t.T("cookies.declared", "time", m.t.Days(c.DeclaredLifetimeDays))
			}
		}
		out.SetBy, out.SetFrom = m.t.T("set-by."+cmp.Or(c.SetBy.Kind, "unknown")), clean.Short(c.SetBy.URL, shortText)
		if c.SetBy.Kind == "script" {
			out.SetFrom = clean.Short(c.SetBy.Script, shortText)
			if c.SetBy.Line > 0 {
				out.SetFrom += ":" + strconv.Itoa(c.SetBy.Line)
			}
		}
		out.Tags = m.thingTags(c.Identifying, c.ThirdParty)
		if c.State == "blocked" || c.State == "deleted" {
			out.Tags = append(out.Tags, tag{"plain", m.t.T("cookies." + c.State)})
		}
		m.p.Cookies = append(m.p.Cookies, out)
	}
}

func rank(first bool) int {
	if first {
		return 0
	}
	return 1
}

func (m *maker) thingTags(identifying, third bool) []tag {
	var tags []tag
	if identifying {
		tags = append(tags, tag{reports.Problem, m.t.T("cookies.identifies")})
	}
	if third {
		tags = append(tags, tag{"plain", m.t.T("cookies.third-party")})
	}
	return tags
}

// value shows a value: whole or cut as the result holds it, or only its digest
// where the result was read from JSON.
func value(v, digest string) string {
	switch {
	case v != "":
		return clean.Short(v, longText)
	case digest != "":
		return short(digest, len("sha256:")+16)
	}
	return "–"
}

// storage fills the table of other things kept in the browser.
func (m *maker) storage() {
	m.p.StorageUnmeasured = m.unmeasured(evidence.KindStorage)
	list := slices.Clone(m.r.Storage)
	slices.SortStableFunc(list, func(a, b reports.StorageItem) int { return cmp.Compare(rank(a.Identifying), rank(b.Identifying)) })
	m.p.MoreStorage = m.more("more.rows", len(list)-maxThings)
	for i := range list[:min(len(list), maxThings)] {
		s := &list[i]
		out := item{
			Key: clean.Short(s.Key, 80), Origin: clean.Short(s.Origin, 80), Kind: m.t.Word("storage-kind", s.Kind),
			Company: m.name(s.Party), Writer: "–", Value: value(s.Value, s.ValueDigest),
			Tags: m.thingTags(s.Identifying, s.ThirdParty), When: m.when(s.Seen),
		}
		if s.Script != "" {
			out.Writer = clean.Short(s.Script, shortText)
			if s.Line > 0 {
				out.Writer += ":" + strconv.Itoa(s.Line)
			}
		}
		if s.Deleted {
			out.Tags = append(out.Tags, tag{"plain", m.t.T("cookies.deleted")})
		}
		m.p.Storage = append(m.p.Storage, out)
	}
}

// readings fills the tables of device readings, one for each script, those that
// read most first.
func (m *maker) readings() {
	m.p.ReadingsUnmeasured = m.unmeasured(evidence.KindCalls)
	var scripts []string
	rows := map[string][]reports.Reading{}
	for _, r := range m.r.Readings {
		if rows[r.Script] == nil {
			scripts = append(scripts, r.Script)
		}
		rows[r.Script] = append(rows[r.Script], r)
	}
	slices.SortStableFunc(scripts, func(a, b string) int {
		return cmp.Or(-cmp.Compare(len(rows[a]), len(rows[b])), cmp.Compare(a, b))
	})
	m.p.MoreReadings = m.more("more.scripts", len(scripts)-maxScripts)
	for _, url := range scripts[:min(len(scripts), maxScripts)] {
		m.p.Readings = append(m.p.Readings, m.script(url, rows[url]))
	}
}

func (m *maker) script(url string, rows []reports.Reading) script {
	out := script{Script: clean.Short(url, shortText), More: m.more("more.rows", len(rows)-maxAPIs)}
	if url == "" {
		out.Script = m.t.T("readings.no-script")
	}
	out.Summary = m.t.N("readings.summary", len(rows), "who", m.name(rows[0].Party))
	slices.SortStableFunc(rows, func(a, b reports.Reading) int { return cmp.Compare(a.FirstMS, b.FirstMS) })
	for _, r := range rows[:min(len(rows), maxAPIs)] {
		n := m.t.Number(r.Count)
		if r.AtLeast {
			n = m.t.T("times.short-at-least", "n", n)
		}
		kinds := make([]string, len(r.In))
		for i, kind := range r.In {
			kinds[i] = m.t.Word("target", kind)
		}
		out.Rows = append(out.Rows, reading{clean.Short(r.API, shortText), n, m.t.Seconds(r.FirstMS), strings.Join(kinds, ", ")})
	}
	return out
}
