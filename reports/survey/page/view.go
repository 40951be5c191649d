package page

import (
	"cmp"
	"html/template"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/html"
	"github.com/spoor-audit/spoor/reports/lang"
	"github.com/spoor-audit/spoor/reports/survey"
)

// shortText is the length to which names are cut, in characters.
const shortText = 80

// A view is everything the templates show, in words of one language. Templates decide
// nothing.
type view struct {
	Lang string
	CSS  template.CSS
	JS   template.JS
	CSP  string

	Spoor, Name, Dates string
	Filter, Copy       [2]string
	Contents           []link
	Facts              []fact
	Sentences          []string
	Remarks            []string

	States    []stateRow
	Lost      []lostRow
	Companies []companyRow
	MoreFirms []companyRow
	MoreTitle string
	Ranking   ranking
	Groups    *groups
	Slope     *slope
	Asking    *asking
	Makers    []makerRow
	Grades    *grades
	Weights   *weights
	Done      []techniqueRow
	Checks    []checkRow
	Profiles  []profile
	Profiled  string
	Time      *overTime
	Files     []fileRow
	Commands  []string
}

type link struct{ ID, Title string }

type fact struct{ Name, Value string }

// share is a share as it is shown.
type share struct {
	State    string // before, rejected, accepted, earlier: the shade
	Label    string
	Known    bool
	Count    string  // "12 of 40"
	Percent  string  // "30%"
	Interval string  // "18–45%"
	Width    float64 // of the bar, 0 to 100
	Low      float64 // where the interval begins
	All      string  // of repeated visits: in all of them
	Value    int     // for sorting, in hundredths of a percent; -1 is not known
	Range    float64 // how long the interval is
}

// As is a share in a cell of a table, under the head of its column.
func (s share) As(head string) any {
	return struct {
		Share share
		Head  string
	}{s, head}
}

type maker struct {
	totals *survey.Totals
	about  survey.About
	t      *lang.Text
	v      *view
}

func newPage(totals *survey.Totals, about survey.About, t *lang.Text) *view {
	css, js := style(), html.Script()
	m := &maker{totals: totals, about: about, t: t, v: &view{
		Lang: t.Code(), CSP: html.Policy(css, js),
		CSS:   template.CSS(css), //nolint:gosec // files of this program
		JS:    template.JS(js),   //nolint:gosec // a file of this program
		Spoor: clean.Short(about.Spoor, shortText), Name: clean.Short(cmp.Or(about.Name, "survey"), shortText),
	}}
	m.head()
	m.summary()
	m.denominators()
	m.companies()
	m.ranking()
	m.groups()
	m.slope()
	m.asking()
	m.grades()
	m.techniques()
	m.checks()
	m.profiles()
	m.time()
	m.filesOf()
	m.contents()
	return m.v
}

// w is a text of surveys, n one with plural forms.
func (m *maker) w(key string, pairs ...any) string { return m.t.T("survey."+key, pairs...) }

func (m *maker) n(key string, n int, pairs ...any) string { return m.t.N("survey."+key, n, pairs...) }

// name makes a name of a page or list safe to be shown.
func name(s string) string { return clean.Short(s, shortText) }

// percent writes a share in whole percents, and with a decimal where that would be
// nothing or all and is not.
func (m *maker) percent(f float64) string {
	p := 100 * f
	if p > 0 && p < 1 || p > 99 && p < 100 {
		return m.t.Decimal(math.Round(p*10)/10, 1) + "%"
	}
	return m.t.Number(int(math.Round(p))) + "%"
}

// share makes a share ready to be shown; words of states name its shade.
func (m *maker) share(s survey.Share, at int) share {
	out := share{State: shades[at], Label: m.w("state." + survey.States()[at]), Value: -1}
	if !s.Known() {
		out.Count = m.w("unknown")
		return out
	}
	low, high := s.Interval()
	out.Known = true
	out.Count = m.w("of", "n", s.N, "m", s.M)
	out.Percent = m.percent(s.Value())
	out.Interval = m.w("interval", "low", strings.TrimSuffix(m.percent(low), "%"), "high", strings.TrimSuffix(m.percent(high), "%"))
	out.Width, out.Low = pct(s.Value()), pct(low)
	out.Range = pct(high - low)
	out.Value = int(math.Round(1e4 * s.Value()))
	return out
}

// pct is a share in percent with one decimal, for drawings.
func pct(f float64) float64 { return math.Round(1000*f) / 10 }

// shades name the states in the style.
var shades = []string{"before", "rejected", "accepted"}

// twice adds what was seen in all visits, where sites were visited several times.
func (m *maker) twice(n survey.Twice, of, at int) share {
	s := m.share(survey.Share{N: n.Any, M: of}, at)
	if m.totals.Repeats > 1 && s.Known {
		s.All = m.w("in-all", "n", n.All)
	}
	return s
}

func (m *maker) head() {
	s := &m.totals.Settings
	v := m.v
	switch first, last := m.date(s.First), m.date(s.Last); first {
	case "":
		v.Dates = m.w("no-dates")
	case last:
		v.Dates = first
	default:
		v.Dates = m.w("dates", "first", first, "last", last)
	}
	add := func(key, value string) {
		if value != "" {
			v.Facts = append(v.Facts, fact{m.w("fact." + key), value})
		}
	}
	add("dates", v.Dates)
	add("sites", m.w("fact.sites-are", "n", m.totals.AllSites(), "m", m.totals.MeasuredSites()))
	add("visits", m.visits())
	add("vantage", cmp.Or(m.list(s.Vantage), m.w("fact.no-vantage")))
	add("browser", m.list(s.Chrome))
	add("signatures", m.list(s.Signatures))
	v.Filter, v.Copy = [2]string{m.t.T("script.filter"), ""}, [2]string{m.t.T("script.copy"), m.t.T("script.copied")}
	for _, c := range m.about.Commands {
		v.Commands = append(v.Commands, clean.Line(c))
	}
}

func (m *maker) visits() string {
	if m.totals.Repeats > 1 {
		return m.w("fact.visits-each", "n", m.totals.AllVisits(), "each", m.totals.Repeats)
	}
	return m.t.Number(m.totals.AllVisits())
}

// date is the day of a moment.
func (m *maker) date(stamp string) string {
	at, err := time.Parse(time.RFC3339, stamp)
	if err != nil {
		return ""
	}
	return m.t.Date(at.UTC())
}

// list names the values of a setting, the commonest first.
func (m *maker) list(values map[string]int) string {
	keys := make([]string, 0, len(values))
	for k := range values {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(values[b], values[a]), cmp.Compare(a, b)) })
	for i := range keys {
		keys[i] = clean.Short(keys[i], 60)
	}
	return m.t.Some(keys, 4)
}

// reason puts the code of a reason into words.
func (m *maker) reason(code string) string {
	if m.t.Has("survey.reason." + code) {
		return m.w("reason." + code)
	}
	return clean.Short(reports.Reason(m.t, code), shortText)
}

func (m *maker) contents() {
	add := func(id string, there bool) {
		if there {
			m.v.Contents = append(m.v.Contents, link{id, m.w("contents." + id)})
		}
	}
	some := m.totals.MeasuredSites() > 0
	add("in-short", true)
	add("measured", true)
	add("companies", some)
	add("ranking", some)
	add("groups", m.v.Groups != nil)
	add("refusal", m.v.Slope != nil)
	add("question", m.v.Asking != nil)
	add("grades", m.v.Grades != nil)
	add("techniques", len(m.v.Done) > 0)
	add("checks", len(m.v.Checks) > 0)
	add("profiles", len(m.v.Profiles) > 0)
	add("time", m.v.Time != nil)
	add("files", true)
}
