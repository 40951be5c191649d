package html

import (
	"html/template"
	"regexp"
	"strings"
	"time"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/lang"
)

// Lengths to which text of a page is cut where it is shown, in characters. The
// JSON of the same result holds more.
const (
	shortText = 120
	longText  = 400
)

// A page is everything the templates show, in words of one language. Templates
// decide nothing: what is shown, in which order and how much of it is decided
// where a page is made.
type page struct {
	Lang string
	CSS  template.CSS
	JS   template.JS
	CSP  string

	Spoor, Signatures, SignaturesFull string

	Site, PageTitle, PageLang, URL, Moved string
	Served                                string // where the browser found a local file
	Started, Date, Clock                  string
	Vantage, Browser                      string
	Picture                               *picture
	Contents                              []link
	Measured, FullValues                  bool
	Kept                                  bool // there is something to say of what was kept
	Sentences, Remarks                    []string
	Counts                                []count
	Score                                 *score
	Companies, MoreCompanies              companies
	ColumnNotes                           []string
	Message                               *message
	Question                              *question
	Stated                                *stated
	Compared                              *comparison
	FoldCompanies                         string
	Unreached                             string
	Flow                                  *flow
	Timelines                             []*timeline
	TimeLegend                            []legendMark
	Clumps                                []clump
	Cookies                               []cookie
	CookiesUnmeasured                     string
	MoreCookies, MoreStorage              string
	Storage                               []item
	StorageUnmeasured                     string
	Readings                              []script
	ReadingsUnmeasured                    string
	MoreReadings                          string
	Never                                 []string
	Gaps                                  []gap
	Events                                []event
	Coverage                              []fact
	Targets                               []target
	MoreTargets                           string
	Differs                               []string
	Method                                []string
	Pages                                 []visited
	Typed                                 []typedText
	Commands                              []string
	Packs                                 []pack
	OldLists                              string
	Names                                 []string
	Glossary                              []term
	Index                                 []index
}

type link struct{ ID, Title string }

type picture struct {
	Source        template.URL
	Alt, Caption  string
	Width, Height int
}

type count struct{ Class, ID, N, Label string }

// A maker makes a page. It holds what its steps share.
type maker struct {
	r *reports.Result
	t *lang.Text
	p *page

	names map[string]string      // parties by ID, as they are shown
	shown map[evidence.ID]bool   // evidence that has its row already
	order map[string][]indexLink // evidence by kind, for the index
}

func newPage(r *reports.Result, t *lang.Text, pictures map[string][]byte, full bool) *page {
	css, js := asset("style.css"), asset("script.js")
	m := &maker{
		r: r, t: t, names: map[string]string{}, shown: map[evidence.ID]bool{}, order: map[string][]indexLink{},
		p: &page{
			Lang: t.Code(), CSP: policy(css, js),
			CSS:   template.CSS(css), //nolint:gosec // a file of this package
			JS:    template.JS(js),   //nolint:gosec // a file of this package
			Spoor: r.Tools.Spoor, Signatures: short(r.Tools.Signatures.Version, 8), SignaturesFull: r.Tools.Signatures.Version,
			Measured: r.Summary.Measured != reports.MeasuredNot, FullValues: full,
		},
	}
	for i := range r.Parties {
		m.names[r.Parties[i].ID] = clean.Short(r.Parties[i].Name, shortText)
	}
	m.head(pictures)
	m.summary()
	m.score()
	m.companies()
	m.message(pictures)
	m.question(pictures)
	m.stated()
	m.compared()
	m.flow()
	m.web()
	m.timelines()
	m.findings()
	m.cookies()
	m.storage()
	m.readings()
	m.notChecked()
	m.method()
	m.glossary()
	m.index()
	m.p.Kept = m.p.Measured && (m.p.Message == nil || len(m.p.Cookies) > 0)
	m.contents()
	return m.p
}

// language is the form of a language tag as pages use it: "nl", "pt-BR".
var language = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

// head fills what the report is about.
func (m *maker) head(pictures map[string][]byte) {
	s, p := m.r.Subject, m.p
	p.Site = clean.Short(s.Site(), shortText)
	if title := clean.Short(s.Title, 160); title != "" {
		p.PageTitle = m.t.T("head.title", "title", title)
	}
	if len(m.r.Runs) > 0 && len(m.r.Runs[0].Pages) > 0 && language.MatchString(m.r.Runs[0].Pages[0].Language) {
		p.PageLang = m.r.Runs[0].Pages[0].Language
	}
	p.URL = clean.Short(s.URL, longText)
	switch {
	case s.File != "":
		p.Served = clean.Short(s.FinalURL, longText)
	case strings.TrimSuffix(s.FinalURL, "/") != strings.TrimSuffix(s.URL, "/"):
		p.Moved = clean.Short(s.FinalURL, longText)
	}
	p.Started = s.Started
	if at, err := time.Parse(time.RFC3339, s.Started); err == nil {
		p.Date, p.Clock = m.t.Date(at.UTC()), m.t.Clock(at)
	}
	p.Vantage = clean.Short(s.Vantage, shortText)
	p.Browser = m.t.T("head.browser-is", "version", clean.Short(m.r.Tools.Chrome, 40),
		"device", m.t.Word("device", s.Device), "lang", clean.Short(s.Lang, 40))
	for i := range m.r.Runs {
		run := &m.r.Runs[i]
		if data := pictures[run.Picture]; run.Picture != "" && len(data) > 0 {
			p.Picture = m.picture(data, run)
			break
		}
	}
}

// picture shows the page as a run saw it.
func (m *maker) picture(data []byte, run *reports.Run) *picture {
	p := photograph(data)
	if p == nil {
		return nil
	}
	p.Alt = m.t.T("head.picture-alt", "site", m.p.Site)
	p.Caption = m.t.T("head.picture", "time", m.t.Seconds(run.PictureMS))
	return p
}

// summary fills the sentences on top, remarks beneath them, and the counts.
func (m *maker) summary() {
	s := m.r.Summary
	for _, sentence := range s.Sentences {
		m.p.Sentences = append(m.p.Sentences, clean.Line(sentence.In(m.t.Code())))
	}
	if !m.p.Measured {
		return
	}
	leading := reports.Column{Scenario: evidence.None, Phase: evidence.Before}
	if m.r.Mail != nil {
		leading.Phase = evidence.After
	}
	if len(s.Still) > 0 {
		m.remark("remark.still", s.Still)
	}
	if len(s.Recognising) > 0 {
		m.remark("remark.recognising", s.Recognising)
	}
	var trackers []string
	for _, c := range m.r.Companies() {
		if c.Tracker && c.In(leading) > 0 {
			trackers = append(trackers, c.Name)
		}
	}
	m.remark("remark.trackers", trackers)
	if n := m.identifyingIn(leading); n > 0 {
		m.p.Remarks = append(m.p.Remarks, m.t.N("remark.cookies", n))
	}
	if s.Measured == reports.MeasuredPartly {
		m.p.Remarks = append(m.p.Remarks, m.t.T("remark.partly"))
	}
	if old := m.r.OldLists(m.t); old != "" {
		m.p.Remarks = append(m.p.Remarks, old)
	}
	for _, c := range []struct {
		class, id, key string
		n              int
	}{
		{reports.Problem, "problems", "tile.problems", s.Problems},
		{reports.Consider, "consider", "tile.consider", s.Consider},
		{reports.Accepted, "accepted", "tile.accepted", s.Accepted},
		{reports.Inventory, "inventory", "tile.inventory", s.Inventory},
		{reports.Clean, m.inOrder(), "tile." + m.inOrderKey(), s.Clean},
		{reports.NotMeasured, "not-measured", "tile.not-measured", s.NotMeasured},
	} {
		class := c.class
		if c.n == 0 && c.class == reports.Accepted || c.n == 0 && c.class == reports.Clean {
			continue
		}
		if c.n == 0 {
			class = "none"
		}
		m.p.Counts = append(m.p.Counts, count{class, c.id, m.t.Number(c.n), m.t.N(c.key, c.n)})
	}
}

// inOrder is the id of the clump of what is in order, and inOrderKey its key among
// the texts: without checks, it holds only what was not found.
func (m *maker) inOrder() string {
	if len(m.r.Checks) > 0 {
		return "in-order"
	}
	return "not-found"
}

func (m *maker) inOrderKey() string {
	if len(m.r.Checks) > 0 {
		return "in-order"
	}
	return "clean"
}

// identifyingIn counts cookies and storage items that identify and were set first
// in a state of consent.
func (m *maker) identifyingIn(col reports.Column) int {
	n := 0
	for i := range m.r.Cookies {
		if c := &m.r.Cookies[i]; c.Identifying && c.State != "blocked" && setIn(c.Seen, col) {
			n++
		}
	}
	for i := range m.r.Storage {
		if item := &m.r.Storage[i]; item.Identifying && setIn(item.Seen, col) {
			n++
		}
	}
	return n
}

// setIn reports whether something was first seen in a state of consent.
func setIn(seen map[string]string, col reports.Column) bool {
	if col.Scenario == evidence.None && col.Phase == evidence.Before {
		return reports.SeenBefore(seen)
	}
	return seen[string(col.Scenario)] == string(col.Phase)
}

// when names the states of consent in which something was set.
func (m *maker) when(seen map[string]string) string {
	var names []string
	for _, col := range m.r.Columns() {
		if setIn(seen, col) {
			names = append(names, m.t.T(col.Key()))
		}
	}
	return strings.Join(names, ", ")
}

func (m *maker) remark(key string, names []string) {
	if len(names) == 0 {
		return
	}
	cut := make([]string, len(names))
	for i, name := range names {
		cut[i] = clean.Short(name, 60)
	}
	m.p.Remarks = append(m.p.Remarks, m.t.N(key, len(names), "names", m.t.Some(cut, 6)))
}

// contents lists the sections that the page has.
func (m *maker) contents() {
	add := func(id string, there bool) {
		if there {
			m.p.Contents = append(m.p.Contents, link{id, m.t.T("contents." + id)})
		}
	}
	add("in-short", true)
	if m.p.Measured {
		add("receivers", len(m.p.Companies.Rows) > 0)
	} else if len(m.p.Companies.Rows) > 0 {
		m.p.Contents = append(m.p.Contents, link{"receivers", m.t.T("contents.receivers-before-end")})
	}
	add("message", m.p.Message != nil)
	add("question", m.p.Question != nil)
	add("stated", m.p.Stated != nil)
	add("compared", m.p.Compared != nil)
	add("flow", m.p.Flow != nil)
	add("timeline", len(m.p.Timelines) > 0)
	add("findings", true)
	add("cookies", m.p.Kept)
	add("readings", m.p.Measured && m.p.Message == nil)
	add("not-checked", true)
	add("method", true)
	add("glossary", true)
	add("evidence", len(m.p.Index) > 0)
}

// anchor makes the ID of a piece of evidence an ID of HTML: "none-call-41".
func anchor(id evidence.ID) string { return strings.ReplaceAll(string(id), "/", "-") }

// short cuts a text to its first characters.
func short(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n]
}

// more says how many rows a list leaves out; "" if none.
func (m *maker) more(key string, left int) string {
	if left <= 0 {
		return ""
	}
	return m.t.N(key, left)
}
