package junit

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/lang"
)

// RenderGate writes the outcome of spoor check as a JUnit file: a suite for each
// target, a case for each fact and gate.
func RenderGate(w io.Writer, g *reports.GateReport) error {
	out := suites{Name: "spoor check"}
	index := map[string]int{}
	for i := range g.Items {
		item := &g.Items[i]
		at, ok := index[item.Target]
		if !ok {
			at = len(out.Suites)
			index[item.Target] = at
			out.Suites = append(out.Suites, suite{
				Name:       clean.Short(item.Target, maxName),
				Properties: &properties{[]property{{"spoor", clean.Short(g.Spoor, maxName)}, {"url", clean.Short(item.URL, maxName)}}},
			})
		}
		out.Suites[at].add(gated(lang.Get(g.Lang), item))
	}
	for i := range out.Suites {
		s := &out.Suites[i]
		s.Time = "0"
		out.Tests += s.Tests
		out.Failures += s.Failures
		out.Errors += s.Errors
	}
	out.Time = "0"
	data, err := xml.MarshalIndent(out, "", "  ")
	if err == nil {
		_, err = io.WriteString(w, xml.Header+string(data)+"\n")
	}
	if err != nil {
		return fmt.Errorf("junit: write: %w", err)
	}
	return nil
}

// add adds a case and counts it.
func (s *suite) add(c testCase) {
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	}
	s.Cases = append(s.Cases, c)
}

func gated(t *lang.Text, g *reports.Gated) testCase {
	name := g.Rule
	if g.Kind != "" {
		name = clean.Line(strings.TrimSpace(fmt.Sprintf("%s %s %s", g.State, g.Kind, clean.Short(g.Subject, maxName))))
		if utf8.RuneCountInString(name) > maxName { // What is cut off could be all that tells two apart.
			name = clean.Clip(name, maxName-9) + " " + g.Fact().Fingerprint()[:8]
		}
	}
	c := testCase{Name: clean.Short(name, maxName), Class: clean.Short("spoor."+g.Target, maxName)}
	said := &outcome{Message: clean.Short(g.Text, maxMessage), Type: clean.Short(g.Rule, maxName)}
	switch g.Verdict {
	case reports.GateAgainst:
		c.Failure = said
	case reports.GateUnmeasured:
		c.Error = said
	case reports.GateAllowed:
		c.Output = &content{clean.Short(t.T("gate.allowed-because", "reason", g.Reason), maxMessage)}
	}
	return c
}
