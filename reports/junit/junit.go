// Package junit owns the result as a JUnit file, which CI services show as tests:
// a suite for the target, a case for every technique in every state of consent,
// and one for every check, those that passed among them.
//
// A problem is a failure. What is to consider or only noted passes, and says so in
// its output; "--fail-on" draws the same line. What could not be measured is an
// error, never a pass. What does not apply, was left out, or is about a state that
// the site does not offer, is skipped.
//
// The format follows the schema of Jenkins' xunit plugin, "junit-10.xsd".
package junit

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/lang"
)

// Options say how to render.
type Options struct {
	Lang string // "en" or "nl"; English if it is another
}

const (
	maxMessage  = 500
	maxName     = 200
	maxFindings = 50 // in the text of one case
)

type (
	suites struct {
		XMLName xml.Name `xml:"testsuites"`
		Name    string   `xml:"name,attr"`
		counts
		Suites []suite `xml:"testsuite"`
	}
	counts struct {
		Tests    int    `xml:"tests,attr"`
		Failures int    `xml:"failures,attr"`
		Errors   int    `xml:"errors,attr"`
		Time     string `xml:"time,attr"` // seconds
	}
	suite struct {
		Name string `xml:"name,attr"`
		counts
		Skipped    int         `xml:"skipped,attr"`
		Timestamp  string      `xml:"timestamp,attr,omitempty"`
		Properties *properties `xml:"properties"`
		Cases      []testCase  `xml:"testcase"`
	}
	properties struct {
		List []property `xml:"property"`
	}
	property struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	testCase struct {
		Name    string   `xml:"name,attr"`
		Class   string   `xml:"classname,attr"`
		Skipped *outcome `xml:"skipped"`
		Error   *outcome `xml:"error"`
		Failure *outcome `xml:"failure"`
		Output  *content `xml:"system-out"`
	}
	outcome struct {
		Message string `xml:"message,attr,omitempty"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",cdata"`
	}
	content struct {
		Text string `xml:",cdata"`
	}
)

// Render writes the result as a JUnit file.
func Render(w io.Writer, r *reports.Result, o Options) error {
	if r == nil {
		return errors.New("junit: render: there is no result")
	}
	m := &maker{r: r, t: lang.Get(o.Lang), site: clean.Short(r.Subject.Site(), maxName)}
	s := m.suite()
	data, err := xml.MarshalIndent(suites{Name: "spoor", counts: s.counts, Suites: []suite{s}}, "", "  ")
	if err == nil {
		_, err = io.WriteString(w, xml.Header+string(data)+"\n")
	}
	if err != nil {
		return fmt.Errorf("junit: write: %w", err)
	}
	return nil
}

type maker struct {
	r    *reports.Result
	t    *lang.Text
	site string
}

func (m *maker) suite() suite {
	r := m.r
	s := suite{Name: clean.Short(r.Subject.URL, maxName), Properties: &properties{}}
	for _, p := range []property{
		{"spoor", r.Tools.Spoor}, {"chrome", r.Tools.Chrome}, {"signatures", r.Tools.Signatures.Version}, {"measured", r.Summary.Measured},
	} {
		s.Properties.List = append(s.Properties.List, property{p.Name, clean.Short(p.Value, maxName)})
	}
	if at, err := time.Parse(time.RFC3339, r.Subject.Started); err == nil {
		s.Timestamp = at.UTC().Format("2006-01-02T15:04:05")
	}
	for i := range r.Techniques {
		for _, col := range r.Columns() {
			s.Cases = append(s.Cases, m.technique(&r.Techniques[i], col))
		}
	}
	for i := range r.Checks {
		s.Cases = append(s.Cases, m.check(&r.Checks[i]))
	}
	s.Tests = len(s.Cases)
	for _, c := range s.Cases {
		switch {
		case c.Failure != nil:
			s.Failures++
		case c.Error != nil:
			s.Errors++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
	s.Time = fmt.Sprintf("%.3f", float64(max(r.Subject.TookMS, 0))/1000)
	return s
}

// technique makes the case of a technique in one state of consent.
func (m *maker) technique(t *reports.Technique, col reports.Column) testCase {
	state := m.t.T("state-long." + strings.TrimPrefix(col.Key(), "state."))
	c := testCase{Name: clean.Short(t.ID, maxName) + ": " + state, Class: m.site + ".techniques"}
	standing := m.r.Standing(t, col)
	why := clean.Short(standing.Why.In(m.t.Code()), maxMessage)
	switch standing.State {
	case reports.Found:
		m.found(&c, t, standing.Findings)
	case reports.NotMeasured:
		c.Error = &outcome{why, "not-measured", ""}
	case reports.NA:
		c.Skipped = &outcome{Message: why}
	case reports.Skipped:
		c.Skipped = &outcome{Message: m.t.T("clump.skipped")}
	}
	return c
}

// found fills the case of a technique that was found: it fails if one of the
// findings is a problem.
func (m *maker) found(c *testCase, t *reports.Technique, findings []*reports.Finding) {
	var problems, others []string
	worst := ""
	for _, f := range findings {
		text := clean.Short(m.r.FindingText(m.t, f), maxMessage)
		if reports.Clump(f.Severity) == reports.Problem && !reports.Consented(f.Scenario, f.Phase) {
			problems = append(problems, text)
			if worst == "" || reports.Weight(f.Severity) < reports.Weight(worst) {
				worst = clean.Short(f.Severity, maxName)
			}
		} else {
			others = append(others, text)
		}
	}
	if len(others) > 0 {
		c.Output = &content{m.lines(others)}
	}
	if len(problems) > 0 {
		doc, _ := reports.Doc(m.t, t.ID)
		c.Failure = &outcome{clean.Short(t.Title.In(m.t.Code()), maxMessage), worst, m.lines(problems) + m.advice(doc.Why, doc.Fix)}
	}
}

// lines writes texts beneath each other.
func (m *maker) lines(texts []string) string {
	more := ""
	if n := len(texts) - maxFindings; n > 0 {
		texts, more = texts[:maxFindings], "\n"+m.t.N("form.more-rows", n)
	}
	return "\n" + strings.Join(texts, "\n") + more + "\n"
}

// advice says why something matters and what to do.
func (m *maker) advice(why, fix string) string {
	var b strings.Builder
	for _, part := range []struct{ key, text string }{{"card.why", why}, {"card.fix", fix}} {
		if part.text != "" {
			b.WriteString(m.t.T(part.key) + ": " + part.text + "\n")
		}
	}
	return b.String()
}

// check makes the case of a check.
func (m *maker) check(check *reports.Check) testCase {
	c := testCase{Name: clean.Short(check.ID, maxName), Class: m.site + ".checks"}
	title, text := clean.Short(check.Title.In(m.t.Code()), maxMessage), clean.Short(check.Text.In(m.t.Code()), maxMessage)
	about := "\n" + text + "\n" + clean.Line(reports.AboutCheck(m.t, check)) + "\n"
	switch check.Outcome {
	case reports.Fail:
		doc, _ := reports.CheckDoc(m.t, check.ID)
		c.Failure = &outcome{title, clean.Short(check.Severity, maxName), about + m.advice(doc.Why, doc.Fix)}
	case reports.Warn:
		c.Output = &content{"\n" + m.t.T("check.outcome.warn") + ": " + title + about}
	case reports.Pass:
		c.Output = &content{"\n" + text + "\n"}
	case reports.NA:
		c.Skipped = &outcome{Message: text}
	default: // Unknown, and what a later version may add.
		c.Error = &outcome{text, "not-measured", ""}
	}
	return c
}
