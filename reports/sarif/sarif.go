// Package sarif owns the result as a SARIF 2.1.0 file, for code scanning.
//
// Findings of a visit have no source file, and GitHub refuses a whole file when
// the address of a location has a scheme. The location is therefore the file that
// names the target, spoor.toml, whether it is there or not; the page, the state of
// consent and the receiver stand as logical locations. GitHub tells alerts of one
// line apart by partialFingerprints alone, so every result has its own.
package sarif

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/lang"
)

// Options say how to render.
type Options struct {
	Lang string // "en" or "nl"; English if it is another
	// File is the file that names the target, relative to the root of the
	// repository, with forward slashes; "" is spoor.toml. Line is where; 0 is the
	// first.
	File string
	Line int
}

// Limits of GitHub (SARIF support for code scanning), in results and characters.
const (
	maxResults = 25000
	maxMessage = 1000
	maxShort   = 1024
	maxName    = 255
)

const (
	schema   = "https://json.schemastore.org/sarif-2.1.0.json"
	unseen   = "not-observed" // notification: something was not recorded
	unjudged = "not-measured" // notification: something could not be judged
)

// Render writes the result as a SARIF file.
func Render(w io.Writer, r *reports.Result, o Options) error {
	if r == nil {
		return errors.New("sarif: render: there is no result")
	}
	m := &maker{r: r, t: lang.Get(o.Lang), o: o, index: map[string]int{}}
	if m.o.File == "" {
		m.o.File = "spoor.toml"
	}
	if err := reports.EncodeJSON(w, file{Schema: schema, Version: "2.1.0", Runs: []run{m.run()}}); err != nil {
		return fmt.Errorf("sarif: write: %w", err)
	}
	return nil
}

type maker struct {
	r     *reports.Result
	t     *lang.Text
	o     Options
	index map[string]int // of rules, by ID
}

func (m *maker) run() run {
	r := m.r
	out := run{
		Tool: tool{driver{
			Name: "spoor", Version: clean.Short(r.Tools.Spoor, maxName), InformationURI: reports.Homepage, Rules: m.rules(), Language: m.t.Code(),
			Notifications: []descriptor{
				{unseen, text{Text: m.t.T("sarif.not-observed")}}, {unjudged, text{Text: m.t.T("sarif.not-measured")}},
			},
		}},
		Automation:  automation{"spoor/" + clean.Short(r.Subject.Site(), maxName) + "/"},
		Invocations: []invocation{m.invocation()},
		Results:     []result{},
		ColumnKind:  "utf16CodeUnits",
		Properties: properties{
			"url": clean.Short(r.Subject.URL, maxMessage), "signatures": clean.Short(r.Tools.Signatures.Version, maxName), "measured": r.Summary.Measured,
		},
	}
	alerts := r.Alerts(m.t)
	// What weighs most stands first, should there be more than GitHub takes.
	slices.SortStableFunc(alerts, func(a, b reports.Alert) int { return rank(a.Clump) - rank(b.Clump) })
	for i := range alerts[:min(len(alerts), maxResults)] {
		out.Results = append(out.Results, m.result(&alerts[i]))
	}
	return out
}

// rules describes every technique and check, by ID.
func (m *maker) rules() []rule {
	var ids []string
	for _, t := range m.r.Techniques {
		ids = append(ids, t.ID)
	}
	for _, c := range m.r.Checks {
		ids = append(ids, c.ID)
	}
	for i := range m.r.Findings { // For a result of another version.
		ids = append(ids, m.r.Findings[i].ID)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	out := make([]rule, len(ids))
	for i, id := range ids {
		m.index[id] = i
		out[i] = m.rule(id)
	}
	return out
}

func (m *maker) rule(id string) rule {
	doc, tags := document{found: id}, []string{"privacy"}
	if d, ok := reports.Doc(m.t, id); ok {
		doc = document{d.Found, d.Why, d.Fix, d.Limits, string(d.Severity)}
		tags = append(tags, "technique")
	} else if d, ok := reports.CheckDoc(m.t, id); ok {
		doc = document{d.Found, d.Why, d.Fix, d.Limits, d.Severity}
		tags = append(tags, "check", d.Group)
	} else if key := "gate.rule." + id; m.t.Has(key + ".found") {
		doc = document{found: m.t.T(key + ".found"), why: m.t.T(key + ".why"), fix: m.t.T(key + ".fix"), severity: "high"}
		tags = append(tags, "gate")
	}
	level := levelOf(reports.Clump(doc.severity))
	return rule{
		ID: clean.Short(id, maxName), Name: pascal(clean.Short(id, maxName)), HelpURI: reports.Homepage,
		Short: text{Text: clean.SARIF(clean.Short(doc.found, maxShort))}, Full: text{Text: clean.SARIF(clean.Short(doc.found+". "+doc.why, maxShort))},
		Help:          text{Text: m.help(doc, false), Markdown: m.help(doc, true)},
		Configuration: configuration{level},
		Properties: properties{
			"tags":             tags,
			"problem.severity": map[string]string{"error": "error", "warning": "warning", "note": "recommendation"}[level],
			"precision":        "high",
		},
	}
}

// A document is what rules say of a technique or check.
type document struct{ found, why, fix, limits, severity string }

// help is the documentation, as plain text or as Markdown.
func (m *maker) help(d document, markdown bool) string {
	var parts []string
	if markdown {
		parts = append(parts, "**"+clean.Markdown(d.found)+"**")
	} else {
		parts = append(parts, d.found+".")
	}
	for _, part := range []struct{ key, text string }{{"card.why", d.why}, {"card.fix", d.fix}, {"card.limits", d.limits}} {
		switch {
		case part.text == "":
		case markdown:
			parts = append(parts, "### "+m.t.T(part.key), clean.Markdown(part.text))
		default:
			parts = append(parts, m.t.T(part.key)+": "+part.text)
		}
	}
	return strings.Join(parts, "\n\n")
}

// pascal writes an ID as names of rules are written: "KeyLogging".
func pascal(id string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(id, "-") {
		for i, r := range part {
			if i == 0 {
				r = unicode.ToUpper(r)
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

// levelOf says how a clump is called in SARIF.
func levelOf(clump string) string {
	switch clump {
	case reports.Problem:
		return "error"
	case reports.Consider:
		return "warning"
	}
	return "note"
}

func rank(clump string) int {
	return slices.Index([]string{reports.Problem, reports.Consider, reports.Accepted, reports.Inventory}, clump)
}

func (m *maker) result(a *reports.Alert) result {
	fingerprint := a.Fact.Fingerprint()
	out := result{
		RuleID: clean.Short(a.ID, maxName), RuleIndex: m.index[a.ID], Level: levelOf(a.Clump),
		Message: text{Text: clean.SARIF(clean.Short(a.Text, maxMessage))},
		Locations: []location{{
			Physical: m.place(m.o.Line), Logical: m.logical(a),
		}},
		// The second name is the one that GitHub looks at; without it, it would
		// take one from the line of the file, which is the same for all.
		Fingerprints: map[string]string{"spoorFact/v1": fingerprint, "primaryLocationLineHash": fingerprint + ":1"},
		Occurrences:  a.Count,
		Properties:   properties{"severity": clean.Short(a.Severity, maxName), "certainty": clean.Short(a.Sure, maxName)},
	}
	if a.Finding == nil {
		return out
	}
	for _, id := range a.Finding.Evidence {
		row, ok := m.r.Evidence[id]
		if ok && row.Kind == "request" {
			protocol, _, _ := strings.Cut(row.Text, ":")
			out.Request = &request{
				Protocol: clean.Short(protocol, 20), Method: clean.Short(row.Method, 20), Target: clean.Short(row.Text, maxMessage),
			}
			break
		}
	}
	return out
}

// place is the beginning of a line of the file that names the target. GitHub wants
// all four numbers of a region, and an address that nothing can be cut off from.
func (m *maker) place(line int) physical {
	line = max(line, 1)
	return physical{artifact{(&url.URL{Path: m.o.File}).String()}, region{line, 1, line, 2}}
}

// logical says where something was seen: on which page, in which state of
// consent, and who received it.
func (m *maker) logical(a *reports.Alert) []logical {
	out := []logical{{Name: clean.Short(m.r.Subject.Site(), maxName), Full: clean.Short(m.r.Subject.URL, maxMessage), Kind: "page"}}
	if a.Finding == nil {
		return out
	}
	out = append(out, logical{Name: m.t.T(reports.StateKey(a.Finding.Scenario, a.Finding.Phase)), Full: string(a.Fact.Step), Kind: "state"})
	if a.Finding.Party != "" {
		out = append(out, logical{
			Name: clean.Short(m.r.PartyName(a.Finding.Party), maxName), Full: clean.Short(a.Finding.Host, maxName), Kind: "receiver",
		})
	}
	return out
}

// invocation says how the visit went, and what was not measured.
func (m *maker) invocation() invocation {
	out := invocation{Successful: m.r.Summary.Measured != reports.MeasuredNot, Notifications: []notification{}}
	if at, err := time.Parse(time.RFC3339, m.r.Subject.Started); err == nil {
		took := time.Duration(min(max(m.r.Subject.TookMS, 0), int64(24*time.Hour/time.Millisecond))) * time.Millisecond
		out.Start, out.End = at.UTC().Format(time.RFC3339), at.UTC().Add(took).Format(time.RFC3339)
	}
	level := "warning"
	if !out.Successful {
		level = "error"
		for _, s := range m.r.Summary.Headline {
			out.Notifications = append(out.Notifications, notify(unjudged, 1, level, s.In(m.t.Code())))
		}
	}
	for _, u := range m.r.Unjudged(m.t) {
		out.Notifications = append(out.Notifications, notify(unjudged, 1, level, u.Why+" ("+strings.Join(u.IDs, ", ")+")"))
	}
	for _, gap := range m.r.GapTexts(m.t) {
		out.Notifications = append(out.Notifications, notify(unseen, 0, level, gap))
	}
	return out
}

func notify(id string, index int, level, message string) notification {
	return notification{reference{id, index}, level, text{Text: clean.SARIF(clean.Short(message, maxMessage))}}
}
