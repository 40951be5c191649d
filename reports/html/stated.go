package html

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
)

const (
	maxSaid   = 8  // signals shown of one state of consent
	maxTexts  = 20 // claims, registers and files
	shownSent = 4  // hosts of one signal
)

type stated struct {
	States []statedRow
	Texts  []statedText
	More   string
}

type statedRow struct {
	State string
	Says  []statedSignal
	Seen  []string
	Class string
}

type statedSignal struct{ Text, Note string }

type statedText struct{ Text, Note, Lang string }

// signals are the kinds of statements that speak of the state of consent.
var signals = []string{"cmp", "tcf", "google-consent", "gpp", "usp"}

// stated fills what the site says, beside what was seen.
func (m *maker) stated() {
	if !m.p.Measured || len(m.r.Statements) == 0 {
		return
	}
	out := &stated{}
	for _, col := range m.r.Columns() {
		row := statedRow{State: m.t.T("state-long." + strings.TrimPrefix(col.Key(), "state."))}
		list := m.said(col)
		for i, s := range list {
			if i == maxSaid {
				row.Says = append(row.Says, statedSignal{Text: m.t.N("stated.more", len(list)-maxSaid)})
				break
			}
			row.Says = append(row.Says, m.signal(s))
		}
		if len(row.Says) == 0 {
			row.Says = []statedSignal{{Text: m.t.T("stated.nothing")}}
		}
		row.Seen = m.observed(col)
		out.States = append(out.States, row)
	}
	m.texts(out)
	m.p.Stated = out
}

// said lists the signals of a state of consent, the last of each source: what was
// said before is in the JSON. Of the state before a choice, the first run that
// says anything speaks.
func (m *maker) said(col reports.Column) []*reports.Statement {
	scenarios := []evidence.Scenario{col.Scenario}
	if col.Scenario == evidence.None {
		scenarios = []evidence.Scenario{evidence.None, evidence.Reject, evidence.Accept}
	}
	var list []*reports.Statement
	for _, scenario := range scenarios {
		for i := range m.r.Statements {
			s := &m.r.Statements[i]
			if s.Scenario != scenario || s.Phase != col.Phase || !slices.Contains(signals, s.Kind) {
				continue
			}
			same := slices.IndexFunc(list, func(o *reports.Statement) bool { return o.Kind == s.Kind && o.Source == s.Source })
			switch {
			case same < 0:
				list = append(list, s)
			case list[same].AtMS < s.AtMS:
				list[same] = s
			}
		}
		if len(list) > 0 {
			break
		}
	}
	slices.SortStableFunc(list, func(a, b *reports.Statement) int {
		return slices.Index(signals, a.Kind) - slices.Index(signals, b.Kind)
	})
	return list
}

// parsed is as much of what was read from a statement as the page shows.
type parsed struct {
	Name       string            `json:"name"`
	Made       *bool             `json:"made"`
	Method     string            `json:"method"`
	Categories map[string]bool   `json:"categories"`
	Purposes   []int             `json:"purposes"`
	Vendors    []int             `json:"vendors"`
	Types      map[string]string `json:"types"`
	URL        string            `json:"url"`
	Updated    string            `json:"updated"`
	Language   string            `json:"language"`
	Quote      string            `json:"quote"`
	GPC        bool              `json:"gpc"`
	Rows       []struct{}        `json:"rows"`
	Systems    []string          `json:"systems"`
}

// read reads a statement. The result may come from a file, so that a field of
// another type leaves the rest unread.
func read(s *reports.Statement) (p parsed, ok bool) {
	return p, json.Unmarshal(s.Parsed, &p) == nil && s.Error == ""
}

func (m *maker) signal(s *reports.Statement) statedSignal {
	out := statedSignal{Text: m.signalText(s)}
	var notes []string
	if len(s.SentTo) > 0 {
		notes = append(notes, m.t.T("stated.sent", "hosts", m.some(s.SentTo, shownSent)))
	} else if p, _ := read(s); !strings.EqualFold(p.Name, s.Source) {
		notes = append(notes, clean.Short(s.Source, 60))
	}
	if s.Count > 1 {
		notes = append(notes, m.t.N("stated.times", s.Count))
	}
	out.Note = strings.Join(notes, " · ")
	return out
}

func (m *maker) signalText(s *reports.Statement) string {
	var p parsed
	if s.Error == "" && json.Unmarshal(s.Parsed, &p) != nil {
		return m.t.T("stated.other", "kind", m.t.Word("stated.kind", s.Kind), "why", clean.Short(s.Raw, 60))
	}
	switch {
	case s.Error != "":
		return m.t.T("stated.other", "kind", m.t.Word("stated.kind", s.Kind), "why", m.t.T("stated.error", "why", clean.Short(s.Error, shortText)))
	case s.Kind == "cmp":
		text := m.t.T("stated.cmp", "name", clean.Short(p.Name, 60), "categories", m.categories(p.Categories))
		switch {
		case p.Method == "implied":
			text += "; " + m.t.T("stated.implied")
		case p.Made != nil:
			text += "; " + m.t.T("stated."+map[bool]string{true: "made", false: "not-made"}[*p.Made])
		}
		return text
	case s.Kind == "tcf":
		return m.t.T("stated.tcf", "purposes", m.t.N("stated.tcf-purposes", len(p.Purposes)), "vendors", m.t.N("stated.tcf-vendors", len(p.Vendors)))
	case s.Kind == "google-consent":
		return m.t.T("stated.google", "types", m.google(p.Types))
	case s.Kind == "gpp":
		return m.t.T("stated.gpp", "sections", clean.Short(s.Raw, 60))
	}
	return m.t.T("stated.usp", "raw", clean.Short(s.Raw, 20))
}

// purposes lists the purposes of consent in the order of reports.
var purposes = []string{"necessary", "functional", "preferences", "analytics", "marketing", "social", "other"}

// categories says which purposes have consent and which have not.
func (m *maker) categories(state map[string]bool) string {
	var yes, no []string
	ids := make([]string, 0, len(state))
	for id := range state {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int {
		i, j := slices.Index(purposes, a), slices.Index(purposes, b)
		if i < 0 {
			i = len(purposes)
		}
		if j < 0 {
			j = len(purposes)
		}
		if i != j {
			return i - j
		}
		return strings.Compare(a, b)
	})
	for _, id := range ids {
		name := m.t.Word("purpose", clean.Short(id, 40))
		if state[id] {
			yes = append(yes, name)
		} else {
			no = append(no, name)
		}
	}
	var parts []string
	if len(yes) > 0 {
		parts = append(parts, m.t.T("stated.yes", "purposes", strings.Join(yes, ", ")))
	}
	if len(no) > 0 {
		parts = append(parts, m.t.T("stated.no", "purposes", strings.Join(no, ", ")))
	}
	if len(parts) == 0 {
		return m.t.T("stated.unset")
	}
	return strings.Join(parts, "; ")
}

// google says which types of Google's consent mode are granted and denied.
func (m *maker) google(types map[string]string) string {
	by := map[string][]string{}
	for id, given := range types {
		by[given] = append(by[given], clean.Short(id, 40))
	}
	var parts []string
	for _, given := range []string{"granted", "denied"} {
		if names := by[given]; len(names) > 0 {
			slices.Sort(names)
			parts = append(parts, m.t.T("stated."+given, "types", strings.Join(names, ", ")))
		}
	}
	if len(parts) == 0 {
		return m.t.T("stated.unset")
	}
	return strings.Join(parts, "; ")
}

// observed says what was seen in a state of consent.
func (m *maker) observed(col reports.Column) []string {
	if !col.Measured {
		return []string{m.t.T("stated.not-measured") + ". " + clean.Short(col.Why.In(m.t.Code()), longText)}
	}
	companies, trackers := 0, 0
	for _, c := range m.r.Companies() {
		if c.In(col) > 0 {
			companies++
			if c.Tracker {
				trackers++
			}
		}
	}
	out := []string{m.t.N("stated.companies", companies)}
	if companies > 0 {
		out = append(out, m.t.N("stated.trackers", trackers))
	}
	key := "stated.identifying"
	if col.Phase == evidence.After {
		key = "stated.identifying-new"
	}
	out = append(out, m.t.N(key, m.identifyingIn(col)))
	if doubt := col.Doubt.In(m.t.Code()); doubt != "" {
		out = append(out, clean.Short(doubt, longText))
	}
	return out
}

// texts lists what stands in texts and files of the site, each once.
func (m *maker) texts(out *stated) {
	seen := map[string]bool{}
	left := 0
	for i := range m.r.Statements {
		s := &m.r.Statements[i]
		if slices.Contains(signals, s.Kind) {
			continue
		}
		row := m.statedText(s)
		key := s.Kind + "\x00" + row.Text + "\x00" + row.Note
		switch {
		case seen[key]:
		case len(out.Texts) == maxTexts:
			left++
		default:
			out.Texts = append(out.Texts, row)
		}
		seen[key] = true
	}
	out.More = m.more("stated.more", left)
}

func (m *maker) statedText(s *reports.Statement) statedText {
	p, ok := read(s)
	kind := m.t.Word("stated.kind", clean.Short(s.Kind, 40))
	switch {
	case !ok:
		return statedText{Text: m.t.T("stated.other", "kind", kind, "why", m.t.T("stated.error", "why", clean.Short(s.Error, shortText)))}
	case s.Kind == "register":
		row := statedText{Text: m.t.N("stated.register", len(p.Rows), "url", clean.Short(p.URL, shortText))}
		if p.Updated != "" {
			row.Note = m.t.T("stated.updated", "date", clean.Short(p.Updated, 60))
		}
		return row
	case s.Kind == "claim":
		place, _, _ := strings.Cut(p.URL, "#") // The fragment only repeats the words.
		row := statedText{Text: m.t.T("stated.claim", "quote", clean.Short(p.Quote, longText)), Note: m.t.T("stated.claim-at", "url", clean.Short(place, shortText))}
		if language.MatchString(p.Language) {
			row.Lang = p.Language
		}
		return row
	case s.Kind == "gpc":
		return statedText{Text: m.t.T("stated.gpc-" + map[bool]string{true: "yes", false: "no"}[p.GPC])}
	case s.Kind == "ads-txt":
		return statedText{Text: m.t.N("stated.ads", len(p.Systems))}
	}
	return statedText{Text: m.t.T("stated.other", "kind", kind, "why", clean.Short(s.Raw, shortText))}
}
