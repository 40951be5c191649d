package checks

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors/statements"
	"github.com/spoor-audit/spoor/evidence"
)

// optional are the categories of a consent tool that need a yes.
var optional = []string{classFunctional, classAnalytics, classMarketing, classSocial, "other"}

// tracking are the optional categories in which a site follows visitors.
var tracking = []string{classAnalytics, classMarketing, classSocial}

// A yes is a signal that says that something optional is allowed.
type yes struct {
	branch string
	state  string // as it is shown
	st     *statements.Statement
}

// yesIn says what a statement of a page allows among some categories of consent
// tools.
func yesIn(st *statements.Statement, categories []string) (yes, bool) {
	switch {
	case st.TCF != nil && st.Sent == "" && len(st.TCF.Purposes) > 0:
		return yes{"tcf", "TCF " + numbers(st.TCF.Purposes), st}, true
	case st.CMP != nil:
		var on []string
		for _, name := range slices.Sorted(maps.Keys(st.CMP.Categories)) {
			if st.CMP.Categories[name] && slices.Contains(categories, name) {
				on = append(on, name)
			}
		}
		if len(on) == 0 {
			return yes{}, false
		}
		branch := "cmp"
		if st.CMP.Method == "implied" {
			branch = "implied"
		}
		return yes{branch, cmp.Or(st.CMP.Name, st.CMP.Reader, st.Source) + ": " + strings.Join(on, ", "), st}, true
	case st.Google != nil:
		return yesOfGoogle(st)
	}
	return yes{}, false
}

// yesOfGoogle says what a statement of Google's consent mode allows. Defaults
// for named regions say nothing of the visitor's; the hits do.
func yesOfGoogle(st *statements.Statement) (yes, bool) {
	var on []string
	for _, name := range googleTypes {
		letter := st.Google.Letters[name]
		granted := letter != "" && strings.Contains(yesLetters, letter)
		if len(st.Google.Letters) == 0 && len(st.Google.Region) == 0 && st.Google.GCS == "" {
			granted = st.Google.Types[name] == statements.Granted
		}
		if len(st.Google.Letters) == 0 && st.Google.GCS != "" {
			granted = st.Google.Types[name] == statements.Granted
		}
		if granted {
			on = append(on, name)
		}
	}
	if len(on) == 0 {
		return yes{}, false
	}
	return yes{"google", "Google: " + strings.Join(on, ", "), st}, true
}

// numbers writes a list of numbers.
func numbers(list []int) string {
	var b strings.Builder
	for i, n := range list {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(itoa(n))
	}
	return b.String()
}

// preConsentPositiveSignal: does a consent tool say yes before anyone did?
func preConsentPositiveSignal(c *Case) Verdict {
	samples, why := c.before(evidence.KindSignals)
	if why != "" {
		return unknown(why)
	}
	read := false
	v := c.tally(samples, func(s *sample) view {
		out := view{}
		for _, st := range c.said(s, func(st *statements.Statement) bool { return st.TCF != nil || st.CMP != nil || st.Google != nil }) {
			read = true
			x, ok := yesIn(st, optional)
			if !ok {
				if st.TCF == nil || st.TCF.Applies == nil || *st.TCF.Applies || out.grade > 0 {
					continue
				}
				x = yes{"tcf-not-applied", "gdprApplies=false", st}
			}
			grade, certainty := gradeFail, 0.95
			if x.branch == "tcf-not-applied" {
				grade, certainty = gradeWarn, likely
			}
			out.evidence = append(out.evidence, st.Evidence, st.Sent)
			if grade > out.grade {
				out.grade, out.branch, out.certainty = grade, x.branch, certainty
				out.args = []any{"state", x.state}
			}
		}
		return out
	})
	if v.Outcome == Pass && !read {
		return c.noSignals()
	}
	return v
}

// noSignals is the verdict where no state of a consent tool could be read: there
// is none if there is no dialog, else it was not observed.
func (c *Case) noSignals() Verdict {
	if d := c.facts.dialog; d.looked && !d.found && d.absent >= certain {
		return na("no-dialog")
	}
	return unknown("state-not-read")
}

// rejectSignalMismatch: does the consent tool keep a yes after a no?
func rejectSignalMismatch(c *Case) Verdict {
	samples, why := c.after(evidence.Reject, evidence.KindSignals)
	if why != "" {
		return c.withoutChoice(why)
	}
	read := false
	v := c.tally(samples, func(s *sample) view {
		ch := s.run.Choice
		if ch == nil {
			return view{}
		}
		last := map[string]*statements.Statement{}
		for _, st := range c.said(s, func(st *statements.Statement) bool {
			return st.Sent == "" && (st.TCF != nil || st.CMP != nil) || st.Google != nil
		}) {
			last[st.Kind] = latest(last[st.Kind], st)
		}
		label := pressedLabel(ch)
		for _, kind := range slices.Sorted(maps.Keys(last)) {
			read = true
			if x, ok := yesIn(last[kind], tracking); ok {
				out := view{grade: gradeFail, branch: "fail", certainty: 0.95, args: []any{"label", label, "state", x.state}, evidence: []evidence.ID{x.st.Evidence, x.st.Sent}}
				if c.pressCertainty(s.run) < certain {
					out.grade, out.branch, out.certainty = gradeWarn, "unsure", likely
				}
				return out
			}
		}
		read = read || ch.Verified || ch.Contrary
		if ch.Contrary && !ch.Verified {
			out := view{grade: gradeFail, branch: "fail", certainty: certain, args: []any{"label", label, "state", cmp.Or(ch.By, "?")}}
			if c.pressCertainty(s.run) < certain {
				out.grade, out.branch, out.certainty = gradeWarn, "unsure", likely
			}
			return out
		}
		return view{}
	})
	if v.Outcome == Pass && !read {
		return unknown("state-not-read")
	}
	return v
}

// pressedLabel returns the label of the last press of a choice.
func pressedLabel(ch *evidence.Choice) string {
	if ch == nil || len(ch.Presses) == 0 {
		return "?"
	}
	return ch.Presses[len(ch.Presses)-1].Label
}
