// Package compare owns holding two results against each other: what changed on a
// site between two visits, and whether a saved result follows from its record. It
// must not know how that is shown.
//
// Changes are told on facts, and not on counts, times, addresses of files or
// values, which differ from load to load. What was not measured in one of the two
// results is never called new or gone.
package compare

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/reports"
)

// Format names this version of the document. Fields are added within a version,
// never renamed or given another type.
const Format = "spoor-diff/1"

// Changes says what changed between two results.
type Changes struct {
	Format string `json:"format"`
	Old    Side   `json:"old"`
	New    Side   `json:"new"`
	// Differs lists in what the two results were not made alike, as codes, sorted:
	// device, lang, profile, scenarios, signatures, spoor, url, vantage. A change may come from that
	// and not from the site.
	Differs   []string `json:"differs"`
	Companies Section  `json:"companies"` // who receives data
	Cookies   Section  `json:"cookies"`
	Storage   Section  `json:"storage"`
	Findings  Section  `json:"findings"` // techniques
	Checks    Section  `json:"checks"`   // new: did not stand in the way before
}

// A Side is one of the two results.
type Side struct {
	URL        string         `json:"url"`
	Site       string         `json:"site"`
	Started    string         `json:"started"` // RFC 3339
	Spoor      string         `json:"spoor"`
	Signatures string         `json:"signatures"`
	Measured   string         `json:"measured"`
	Grade      string         `json:"grade"` // "" where no score was made
	Score      int            `json:"score"`
	Exposure   map[string]int `json:"exposure"` // by scenario
	Problems   int            `json:"problems"`
}

// A Section is what changed of one kind of thing. Its lists are sorted by key.
type Section struct {
	New        []Item `json:"new"`
	Gone       []Item `json:"gone"`
	Changed    []Item `json:"changed"`
	Unmeasured []Item `json:"unmeasured"` // in one result only, and the other could not have seen it
}

// An Item is one thing that changed.
type Item struct {
	Key     string  `json:"key"`     // what it is known by in both results
	ID      string  `json:"id"`      // of the technique or check; else ""
	Name    string  `json:"name"`    // a cookie, a key, a company, a host
	Company string  `json:"company"` // "" if not known
	State   string  `json:"state"`   // state of consent of a finding, by scenario
	Fields  []Field `json:"fields"`  // what changed of it
	// Title says what a technique or check is about.
	Title reports.Words `json:"title"`
}

// A Field is one property that changed.
type Field struct {
	Name string `json:"name"`
	Old  string `json:"old"`
	New  string `json:"new"`
}

// Results compares two results.
func Results(before, after *reports.Result) *Changes {
	c := &comparer{a: before, b: after}
	return &Changes{
		Format: Format, Old: side(before), New: side(after), Differs: differs(before, after),
		Companies: c.section(c.companies), Cookies: c.section(c.cookies), Storage: c.section(c.storage),
		Findings: c.section(c.findings), Checks: c.checks(),
	}
}

// Any reports whether anything changed.
func (c *Changes) Any() bool {
	return slices.ContainsFunc(c.Sections(), func(s Section) bool { return len(s.New)+len(s.Gone)+len(s.Changed) > 0 })
}

// AnyNew reports whether anything is new: a receiver, or one in a further state of
// consent, a cookie, a stored item, a technique, a check that stands in the way.
func (c *Changes) AnyNew() bool {
	return slices.ContainsFunc(c.Sections(), func(s Section) bool { return len(s.New) > 0 })
}

// Sections lists the sections in the order of the document.
func (c *Changes) Sections() []Section {
	return []Section{c.Companies, c.Cookies, c.Storage, c.Findings, c.Checks}
}

func side(r *reports.Result) Side {
	s := Side{
		URL: r.Subject.URL, Site: r.Subject.Site(), Started: r.Subject.Started, Spoor: r.Tools.Spoor, Signatures: r.Tools.Signatures.Version,
		Measured: r.Summary.Measured, Exposure: map[string]int{}, Problems: r.Summary.Problems,
	}
	if r.Score != nil {
		s.Grade, s.Score = r.Score.Compliance.Grade, r.Score.Compliance.Value
		for scenario, n := range r.Score.Exposure {
			s.Exposure[scenario] = n
		}
	}
	return s
}

// differs lists in what two results were not made alike.
func differs(a, b *reports.Result) []string {
	out := []string{}
	for _, d := range []struct{ code, a, b string }{
		{"device", a.Subject.Device, b.Subject.Device}, {"lang", a.Subject.Lang, b.Subject.Lang}, {"profile", profile(a), profile(b)},
		{"scenarios", scenarios(a), scenarios(b)}, {"signatures", a.Tools.Signatures.Version, b.Tools.Signatures.Version},
		{"spoor", a.Tools.Spoor, b.Tools.Spoor}, {"url", a.Subject.URL, b.Subject.URL}, {"vantage", a.Subject.Vantage, b.Subject.Vantage},
	} {
		if d.a != d.b {
			out = append(out, d.code)
		}
	}
	return out
}

func profile(r *reports.Result) string {
	if r.Score == nil {
		return ""
	}
	return r.Score.Profile
}

func scenarios(r *reports.Result) string {
	var names []string
	for _, run := range r.Runs {
		names = append(names, string(run.Scenario))
	}
	return strings.Join(names, ",")
}

// A thing is one item of one result, with what may change of it.
type thing struct {
	item   Item
	fields []Field // New is empty
	// open reports whether the other result can say that it is not there.
	open func(other *reports.Result) bool
}

type comparer struct{ a, b *reports.Result }

// section compares the things of two results by their keys.
func (c *comparer) section(list func(r, other *reports.Result) []thing) Section {
	out := Section{New: []Item{}, Gone: []Item{}, Changed: []Item{}, Unmeasured: []Item{}}
	before, after := byKey(list(c.a, c.b)), byKey(list(c.b, c.a))
	for key, was := range before {
		is, still := after[key]
		switch {
		case !still && !was.open(c.b):
			out.Unmeasured = append(out.Unmeasured, was.item)
		case !still:
			out.Gone = append(out.Gone, was.item)
		default:
			if fields := changed(was.fields, is.fields); len(fields) > 0 {
				item := is.item
				item.Fields = fields
				out.Changed = append(out.Changed, item)
			}
		}
	}
	for key, is := range after {
		if _, known := before[key]; known {
			continue
		}
		if is.open(c.a) {
			out.New = append(out.New, is.item)
		} else {
			out.Unmeasured = append(out.Unmeasured, is.item)
		}
	}
	out.sort()
	return out
}

func (s *Section) sort() {
	for _, list := range [][]Item{s.New, s.Gone, s.Changed, s.Unmeasured} {
		slices.SortFunc(list, func(a, b Item) int { return cmp.Compare(a.Key, b.Key) })
	}
}

// byKey keeps the first thing of each key.
func byKey(list []thing) map[string]thing {
	out := make(map[string]thing, len(list))
	for _, t := range list {
		if _, known := out[t.item.Key]; !known {
			t.item.Fields = []Field{}
			out[t.item.Key] = t
		}
	}
	return out
}

// changed lists the fields that differ.
func changed(was, is []Field) []Field {
	var out []Field
	for i := range was {
		if was[i].Old != is[i].Old {
			out = append(out, Field{was[i].Name, was[i].Old, is[i].Old})
		}
	}
	return out
}

func yes(b bool) string { return strconv.FormatBool(b) }
