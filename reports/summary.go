package reports

import (
	"cmp"
	"slices"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports/lang"
)

// How far a visit was measured.
const (
	MeasuredFully  = "yes"
	MeasuredPartly = "partly" // a run failed, or an essential kind of evidence is missing from one
	MeasuredNot    = "no"     // no run says anything about the site
)

// A Summary is what stands on top of every report. It is made once, here, so
// that no two reports count differently.
type Summary struct {
	Measured string            `json:"measured"` // yes, partly, no
	Scenario evidence.Scenario `json:"scenario"` // that the sentences speak of; "" if none was measured
	// Receivers are the companies that receive data before the choice, most
	// requests first; Recognising are those among them that can recognise the
	// device.
	Receivers   []string `json:"receivers"`
	Recognising []string `json:"recognising"`
	// The next counts are of techniques, by the clump or state they are in.
	Problems    int `json:"problems"` // and of checks that failed
	Consider    int `json:"consider"` // and of checks that warn
	Inventory   int `json:"inventory"`
	Clean       int `json:"clean"`        // and of checks that passed
	NotMeasured int `json:"not_measured"` // and of checks that could not be judged
	Skipped     int `json:"skipped"`
	// Accepted counts techniques that were found only after everything was
	// accepted, NotApplicable checks that do not apply.
	Accepted      int `json:"accepted"`
	NotApplicable int `json:"not_applicable"`
	// Still are the companies that receive data after a refusal, most requests
	// first. It says nothing where no refusal was made.
	Still []string `json:"still"`
	// Sentences say it in words: what happens before a choice, after a refusal,
	// after acceptance.
	Sentences []Words `json:"sentences"`
	// Headline holds the two that say most.
	Headline []Words `json:"headline"`
}

// summary fills Result.Summary from the finished result.
func (b *builder) summary() {
	s := Summary{Measured: b.measured(), Receivers: []string{}, Recognising: []string{}, Still: []string{}, Sentences: []Words{}, Headline: []Words{}}
	b.counts(&s)
	run := b.leading()
	if run == nil {
		s.Sentences = append(s.Sentences, both(b.notMeasuredText), both(func(t *lang.Text) string { return t.T("sentence.says-nothing") }))
		s.Headline = s.Sentences
		b.r.Summary = s
		return
	}
	s.Scenario = run.Scenario
	if b.v.Mail != nil {
		b.aboutMail(&s)
		b.r.Summary = s
		return
	}
	recognising := b.recognisingBefore()
	before := Column{Scenario: evidence.None, Phase: evidence.Before}
	companies := b.r.Companies()
	for _, c := range companies {
		if c.In(before) == 0 {
			continue
		}
		s.Receivers = append(s.Receivers, c.Name)
		if slices.ContainsFunc(c.Parties, func(id string) bool { return recognising[id] }) {
			s.Recognising = append(s.Recognising, c.Name)
		}
	}
	slices.SortStableFunc(companies, func(x, y Company) int {
		return -cmp.Compare(x.After[string(evidence.Reject)], y.After[string(evidence.Reject)])
	})
	for _, c := range companies {
		if c.After[string(evidence.Reject)] > 0 {
			s.Still = append(s.Still, c.Name)
		}
	}
	about := b.sentences(run.Scenario, len(s.Receivers), len(s.Recognising))
	after := b.afterSentences(len(s.Still))
	s.Sentences = append(append(s.Sentences, about...), after...)
	s.Headline = append(s.Headline, about[0])
	if rest := append(after, about[1:]...); len(rest) > 0 {
		s.Headline = append(s.Headline, rest[0])
	}
	b.r.Summary = s
}

// afterSentences says what happens after a refusal and after acceptance, or why
// that is not known.
func (b *builder) afterSentences(still int) []Words {
	var out []Words
	for _, col := range b.r.Columns() {
		if col.Scenario != evidence.Reject && col.Scenario != evidence.Accept {
			continue
		}
		n := still
		if col.Scenario == evidence.Accept {
			n = b.receive(col)
		}
		if !col.Measured {
			// One visit in which there was nothing to press says it for both.
			if len(out) == 0 || out[len(out)-1] != col.Why {
				out = append(out, col.Why)
			}
			continue
		}
		out = append(out, both(func(t *lang.Text) string {
			text := t.N("sentence.after."+string(col.Scenario), n)
			if doubt := col.Doubt.In(t.Code()); doubt != "" {
				text += " " + doubt
			}
			return text
		}))
	}
	return out
}

// receive counts the companies that receive data in a state of consent.
func (b *builder) receive(col Column) int {
	n := 0
	for _, c := range b.r.Companies() {
		if c.In(col) > 0 {
			n++
		}
	}
	return n
}

// counts counts techniques and checks by what came of them.
func (b *builder) counts(s *Summary) {
	for _, t := range b.r.Techniques {
		switch {
		case t.State == Found && t.Clump == Problem:
			s.Problems++
		case t.State == Found && t.Clump == Consider:
			s.Consider++
		case t.State == Found && t.Clump == Accepted:
			s.Accepted++
		case t.State == Found:
			s.Inventory++
		case t.State == Clean:
			s.Clean++
		case t.State == NotMeasured:
			s.NotMeasured++
		case t.State == Skipped:
			s.Skipped++
		}
	}
	for _, c := range b.r.Checks {
		switch c.Outcome {
		case Fail:
			s.Problems++
		case Warn:
			s.Consider++
		case Pass:
			s.Clean++
		case Unknown:
			s.NotMeasured++
		case NA:
			s.NotApplicable++
		}
	}
}

// essential lists the kinds of evidence without which a visit is measured in part
// only. Names, pictures and the dialog add to it.
var essential = []evidence.Kind{
	evidence.KindPage, evidence.KindRequests, evidence.KindCookies, evidence.KindStorage, evidence.KindCalls, evidence.KindScripts,
}

// measured says how far the visit was measured.
func (b *builder) measured() string {
	good := 0
	for i := range b.v.Runs {
		if measured(&b.v.Runs[i]) {
			good++
		}
	}
	switch {
	case good == 0:
		return MeasuredNot
	case good < len(b.v.Runs) || slices.ContainsFunc(b.v.Gaps, func(g evidence.Gap) bool { return g.Whole && slices.Contains(essential, g.Kind) }):
		return MeasuredPartly
	}
	return MeasuredFully
}

// leading returns the first measured run in reporting order, or nil.
func (b *builder) leading() *Run {
	for i := range b.r.Runs {
		if b.r.Runs[i].Measured {
			return &b.r.Runs[i]
		}
	}
	return nil
}

// notMeasuredText says why nothing was measured.
func (b *builder) notMeasuredText(t *lang.Text) string {
	if len(b.r.Runs) == 0 {
		return t.T("sentence.no-run")
	}
	return t.T("sentence.not-measured", "why", runReason(t, b.r.Runs[0].Outcome, b.r.Runs[0].Reason))
}

// runReason says why a run says nothing about the site.
func runReason(t *lang.Text, outcome evidence.Outcome, reason string) string {
	if outcome == evidence.Blocked {
		if reason == "" {
			return t.T("reason.blocked")
		}
		return t.T("reason.about", "why", t.T("reason.blocked"), "about", reason) // which wall
	}
	return Reason(t, cmp.Or(reason, string(outcome)))
}

// recognisingBefore lists the parties that can recognise the device before any
// choice: they keep an identifier there, or read its traits.
func (b *builder) recognisingBefore() map[string]bool {
	out := map[string]bool{}
	for _, f := range b.r.Findings {
		if beforeChoice(f.Scenario, f.Phase) && reads(f.ID) && Clump(f.Severity) == Problem {
			out[f.Party] = true
		}
	}
	for _, c := range b.r.Cookies {
		if c.Identifying && c.State != "blocked" && SeenBefore(c.Seen) {
			out[c.Party] = true
		}
	}
	for _, item := range b.r.Storage {
		if item.Identifying && SeenBefore(item.Seen) {
			out[item.Party] = true
		}
	}
	return out
}

// SeenBefore reports whether something was seen before any choice, by the phase
// in which each scenario saw it first.
func SeenBefore(seen map[string]string) bool {
	for _, s := range repeats {
		if seen[string(s)] == string(evidence.Before) {
			return true
		}
	}
	return false
}

// sentences says the two counts in words. What was not observed is not zero:
// without requests nothing is said of receivers, and without cookies, storage or
// calls the count of those who recognise is the least it can be.
func (b *builder) sentences(s evidence.Scenario, receivers, recognising int) []Words {
	if !b.v.Has(evidence.KindRequests, s) {
		return []Words{both(func(t *lang.Text) string { return t.T("sentence.no-requests") })}
	}
	out := []Words{both(func(t *lang.Text) string { return t.N("sentence.receivers", receivers) })}
	if receivers == 0 {
		return out
	}
	whole := b.v.Has(evidence.KindCookies, s) && b.v.Has(evidence.KindStorage, s) && b.v.Has(evidence.KindCalls, s)
	key := "sentence.recognising"
	switch {
	case !whole && recognising == 0:
		return append(out, both(func(t *lang.Text) string { return t.T("sentence.recognising-unknown") }))
	case !whole:
		key = "sentence.recognising-at-least"
	case receivers == 1:
		key = "sentence.it-recognises"
	case receivers == recognising:
		key = "sentence.all-recognise"
	}
	return append(out, both(func(t *lang.Text) string { return t.N(key, recognising) }))
}

// both says something of the subject in each language.
func (b *builder) both(say func(*lang.Text) string) Words {
	kind := b.v.Subject.Kind
	return both(func(t *lang.Text) string { return say(t.About(kind)) })
}

// both says something in each language.
func both(say func(*lang.Text) string) Words {
	return Words{EN: say(lang.Get("en")), NL: say(lang.Get("nl"))}
}
