// Package method owns METHOD.md: how a survey was made, in words that can be printed
// beside its numbers. Everything in it comes from the visits and the store, so that it
// cannot say what was not done.
package method

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spoor-audit/spoor/detectors/techniques"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/lang"
	"github.com/spoor-audit/spoor/reports/score"
	"github.com/spoor-audit/spoor/reports/survey"
)

// Render writes the method in Markdown.
func Render(w io.Writer, totals *survey.Totals, about survey.About, language string) error {
	m := &writer{t: lang.Get(language), totals: totals, about: about}
	m.title()
	m.list()
	m.visits()
	m.choices()
	m.counting()
	m.judging()
	m.detectors()
	m.failures()
	m.score()
	m.others()
	m.again()
	if _, err := io.WriteString(w, m.b.String()); err != nil {
		return fmt.Errorf("method: write: %w", err)
	}
	return nil
}

type writer struct {
	b      strings.Builder
	t      *lang.Text
	totals *survey.Totals
	about  survey.About
}

// w is a text of the method.
func (m *writer) w(key string, pairs ...any) string { return m.t.T("method-survey."+key, pairs...) }

func (m *writer) head(key string) { m.b.WriteString("\n## " + m.w(key) + "\n\n") }

func (m *writer) paragraph(text string) { m.b.WriteString(text + "\n\n") }

// item writes a line of a list; a name and what is said of it.
func (m *writer) item(name, text string) {
	if text == "" {
		return
	}
	m.b.WriteString("- " + name + ": " + text + "\n")
}

// md makes text of others safe in Markdown.
func md(s string) string { return clean.Markdown(clean.Short(s, 300)) }

func (m *writer) title() {
	m.b.WriteString("# " + m.w("title", "name", md(cmp.Or(m.about.Name, "survey"))) + "\n\n")
	m.paragraph(m.w("intro", "version", md(m.about.Spoor)))
}

func (m *writer) list() {
	m.head("list")
	t := m.totals
	m.item(m.w("list-name"), md(m.about.Name))
	if m.about.Digest != "" {
		m.item(m.w("list-digest"), "`"+md(m.about.Digest)+"`")
	}
	m.item(m.w("list-sites"), m.t.Number(t.AllSites()))
	m.item(m.w("list-measured"), m.w("list-measured-are", "n", t.MeasuredSites(), "partial", t.Sites[survey.Partial]))
	m.item(m.w("list-labels"), md(strings.Join(m.about.Labels, ", ")))
	m.b.WriteString("\n")
	m.paragraph(m.w("list-source"))
}

// values writes how often each value of a setting occurs.
func (m *writer) values(counts map[string]int) string {
	keys := make([]string, 0, len(counts))
	for k := range counts {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	for i, k := range keys {
		if len(counts) > 1 {
			keys[i] = fmt.Sprintf("%s (%s)", md(k), m.t.N("method-survey.visits-n", counts[k]))
		} else {
			keys[i] = md(k)
		}
	}
	return strings.Join(keys, "; ")
}

func (m *writer) date(stamp string) string {
	at, err := time.Parse(time.RFC3339, stamp)
	if err != nil {
		return ""
	}
	return m.t.Date(at.UTC()) + ", " + m.t.Clock(at)
}

func (m *writer) visits() {
	m.head("visits")
	s := &m.totals.Settings
	m.item(m.w("first"), m.date(s.First))
	m.item(m.w("last"), m.date(s.Last))
	m.item(m.w("vantage"), cmp.Or(m.values(s.Vantage), m.w("vantage-none")))
	m.item(m.w("browser"), m.values(s.Chrome))
	m.item(m.w("spoor"), m.values(s.Spoor))
	m.item(m.w("device"), m.worded("device", s.Device))
	m.item(m.w("lang"), m.values(s.Lang))
	m.item(m.w("cookies"), m.worded("method-survey.cookies-are", s.Cookies))
	m.item(m.w("flags"), cmp.Or(m.values(s.Flags), m.w("none")))
	m.item(m.w("differs"), m.worded("differs", s.Differs))
	if s.Insecure > 0 {
		m.item(m.w("insecure"), m.t.N("method-survey.visits-n", s.Insecure))
	}
	if s.Proxy > 0 {
		m.item(m.w("proxy"), m.t.N("method-survey.visits-n", s.Proxy))
	}
	m.item(m.w("scenarios"), m.scenarios())
	m.item(m.w("repeat"), m.t.Number(max(m.about.Repeat, m.totals.Repeats)))
	for _, o := range m.about.Options {
		m.item("`--"+md(o[0])+"`", md(o[1]))
	}
	m.b.WriteString("\n")
	m.paragraph(m.w("waiting"))
	if s.Unsettled > 0 {
		m.paragraph(m.t.N("method-survey.unsettled", s.Unsettled))
	}
	m.paragraph(m.w("profile"))
}

// worded is values whose ids have names within a group of words.
func (m *writer) worded(group string, of map[string]int) string {
	counts := map[string]int{}
	for id, n := range of {
		counts[m.t.Word(group, id)] += n
	}
	return m.values(counts)
}

func (m *writer) scenarios() string {
	var names []string
	for _, s := range evidence.Scenarios {
		if m.totals.Settings.Runs[string(s)] != nil || slices.Contains(m.about.Asked, string(s)) {
			names = append(names, fmt.Sprintf("`%s` (%s)", s, m.t.Word("scenario."+string(s), "after")))
		}
	}
	return strings.Join(names, ", ")
}

// choices says what became of the choices that visits had to make.
func (m *writer) choices() {
	m.head("choices")
	m.paragraph(m.w("choices-how"))
	for _, s := range evidence.Scenarios {
		outcomes := m.totals.Settings.Runs[string(s)]
		if len(outcomes) == 0 || s == evidence.None {
			continue
		}
		all := 0
		for _, n := range outcomes {
			all += n
		}
		m.item("`"+string(s)+"`", m.w("choices-done", "n", outcomes["done"], "m", all)+" "+m.outcomes(outcomes))
	}
	for at, id := range survey.States() {
		if r := m.totals.States[at].Records; len(r) > 0 {
			m.item(m.t.T("survey.state."+id), m.records(r))
		}
	}
	m.b.WriteString("\n")
}

func (m *writer) outcomes(outcomes map[string]int) string {
	counts := map[string]int{}
	for o, n := range outcomes {
		if o != "done" {
			counts[m.reason(o)] += n
		}
	}
	var parts []string
	for _, k := range keysBy(counts) {
		parts = append(parts, k+": "+m.t.Number(counts[k]))
	}
	return strings.Join(parts, "; ")
}

func (m *writer) records(counts map[string]int) string {
	var parts []string
	for _, k := range keysBy(counts) {
		parts = append(parts, m.t.T("survey.record."+k)+": "+m.t.Number(counts[k]))
	}
	return strings.Join(parts, "; ")
}

func keysBy(counts map[string]int) []string {
	keys := make([]string, 0, len(counts))
	for k := range counts {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	return keys
}

// reason puts the code of a reason into words.
func (m *writer) reason(code string) string {
	if m.t.Has("survey.reason." + code) {
		return m.t.T("survey.reason." + code)
	}
	return md(reports.Reason(m.t, code))
}

func (m *writer) counting() {
	m.head("counting")
	for _, key := range []string{"count-receives", "count-first-party", "count-company", "count-tracker", "count-states", "count-share", "count-wilson", "count-unknown", "count-repeats", "count-cookies"} {
		m.b.WriteString("- " + m.w(key) + "\n")
	}
	m.b.WriteString("\n")
	if len(m.totals.Cut) > 0 {
		m.paragraph(m.w("cut"))
	}
}

func (m *writer) judging() {
	m.head("judging")
	s := &m.totals.Settings
	m.item(m.w("signatures"), m.values(s.Signatures))
	m.item(m.w("packs"), m.values(s.Packs))
	m.item(m.w("law"), m.values(s.Profile))
	m.item(m.w("left-out"), m.values(s.LeftOut))
	m.b.WriteString("\n")
	if len(s.Signatures) > 1 {
		m.paragraph(m.t.T("survey.remark.signatures"))
	}
}

func (m *writer) detectors() {
	m.head("detectors")
	m.paragraph(m.w("detectors-intro"))
	for _, d := range techniques.All() {
		doc, ok := reports.Doc(m.t, d.ID)
		if !ok {
			continue
		}
		m.b.WriteString("- `" + d.ID + "`: " + strings.TrimSpace(doc.Limits) + "\n")
	}
	m.b.WriteString("\n")
}

func (m *writer) failures() {
	m.head("failures")
	reasons := m.totals.Reasons[0]
	if len(reasons) == 0 {
		m.paragraph(m.w("failures-none"))
	} else {
		m.b.WriteString("| " + m.t.T("survey.column.what") + " | " + m.t.T("survey.column.reason") + " | " + m.t.T("survey.column.sites") + " |\n|---|---|--:|\n")
		for _, key := range keysBy(reasons) {
			state, reason, _ := strings.Cut(key, " ")
			fmt.Fprintf(&m.b, "| %s | %s | %s |\n", m.t.T("survey.site-state."+state), m.reason(reason), m.t.Number(reasons[key]))
		}
		m.b.WriteString("\n")
	}
	var lost []string
	for _, key := range keysBy(m.totals.Reasons[1]) {
		state, reason, _ := strings.Cut(key, " ")
		name := m.t.Word("survey.site-state", state)
		if state == survey.Partial {
			name = m.w("partial")
		}
		lost = append(lost, fmt.Sprintf("%s, %s: %s", name, m.reason(reason), m.t.Number(m.totals.Reasons[1][key])))
	}
	if len(lost) > 0 {
		m.paragraph(m.w("failures-visits", "list", strings.Join(lost, "; ")))
	}
	if gaps := m.totals.Settings.Gaps; len(gaps) > 0 {
		m.paragraph(m.w("gaps", "list", m.worded("kind", gaps)))
	}
}

func (m *writer) score() {
	m.head("score")
	m.paragraph(m.w("score-how"))
	m.item(m.w("rules"), m.values(m.totals.Settings.Rules))
	var groups []string
	for _, g := range score.Groups() {
		groups = append(groups, fmt.Sprintf("%s %s", m.t.Word("group", g.ID), m.t.Decimal(g.Cap, 1)))
	}
	m.item(m.w("caps"), strings.Join(groups, "; "))
	m.b.WriteString("\n")
	m.paragraph(m.w("ranking", "number", "`"+string(m.totals.Options.RankBy)+"`"))
}

func (m *writer) others() {
	if len(m.about.Others) == 0 {
		return
	}
	m.head("others")
	for _, o := range m.about.Others {
		s := &o.Totals.Settings
		m.item(md(o.Name), m.w("other", "n", o.Totals.AllSites(), "m", o.Totals.MeasuredSites(), "first", cmp.Or(m.date(s.First), "?"), "last", cmp.Or(m.date(s.Last), "?"),
			"signatures", cmp.Or(m.values(s.Signatures), "?"), "chrome", cmp.Or(m.values(s.Chrome), "?"), "spoor", cmp.Or(m.values(s.Spoor), "?"),
			"vantage", cmp.Or(m.values(s.Vantage), m.w("vantage-none"))))
	}
	m.b.WriteString("\n")
}

func (m *writer) again() {
	m.head("again")
	m.b.WriteString("```\n")
	for _, c := range m.about.Commands {
		m.b.WriteString(strings.ReplaceAll(clean.Line(c), "```", "'''") + "\n")
	}
	m.b.WriteString("```\n\n")
	m.paragraph(m.w("evidence"))
	m.b.WriteString(m.t.T("survey.no-advice") + "\n")
}
