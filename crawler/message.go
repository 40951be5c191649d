package crawler

import (
	"time"

	"github.com/spoor-audit/spoor/crawler/visit"
	"github.com/spoor-audit/spoor/evidence"
)

// onlyMail takes out of the plan what holds for sites alone.
func (p *Plan) onlyMail() {
	p.Scenarios = []evidence.Scenario{evidence.None}
	p.Steps, p.Further, p.Rules, p.Ask, p.Papers, p.Return, p.App = nil, nil, nil, false, false, false, ""
	if p.Settle == (visit.Settle{}) {
		p.Settle = visit.MessageSettle
	}
}

// message is the mail of the plan as a run shows it; nil if there is none.
func (p *Plan) message() *visit.Message {
	if p.Mail == nil {
		return nil
	}
	m := &visit.Message{HTML: p.Mail.HTML, Parts: make(map[string]visit.Part, len(p.Mail.Parts))}
	for path, part := range p.Mail.Parts {
		m.Parts[path] = visit.Part{Type: part.Type, Data: part.Data}
	}
	return m
}

// addMail writes the mail of the plan into the record. A run that broke off is no
// failed visit, for the message itself was read: it is a gap.
func (p *Plan) addMail(v *evidence.Visit) {
	if p.Mail == nil {
		return
	}
	m := p.Mail.Mail
	v.Mail, v.Subject.Kind = &m, evidence.KindOfMail
	for _, what := range m.Limits {
		v.Gaps = append(v.Gaps, evidence.Gap{Scenario: evidence.None, Kind: evidence.KindMail, Where: m.File, Why: "mail-" + what})
	}
	for i := range v.Runs {
		if r := &v.Runs[i]; r.Outcome != evidence.Done {
			v.Gaps = append(v.Gaps, notShown(m.File, r.Reason, r.Chosen == nil)...)
			r.Outcome, r.Reason = evidence.Done, ""
		}
	}
}

// notShown are the gaps of a mail that was not shown, or not to the end.
func notShown(file, why string, whole bool) []evidence.Gap {
	var gaps []evidence.Gap
	for _, k := range []evidence.Kind{evidence.KindRequests, evidence.KindCookies, evidence.KindShots} {
		gaps = append(gaps, evidence.Gap{Scenario: evidence.None, Kind: k, Where: file, Why: "not-shown: " + why, Whole: whole})
	}
	return gaps
}

// Unshown is the record of a mail that no browser showed, for a reason: it holds
// what would be fetched, and says that nobody saw it happen.
func Unshown(p Plan, now time.Time, why string) *evidence.Visit {
	v := &evidence.Visit{
		Format: evidence.Format, Subject: p.subject(now, p.Browser),
		Tools: evidence.Tools{Spoor: p.Version, HostRules: p.Browser.HostRules, Flags: p.Browser.Flags, Differs: []string{}},
		Runs:  []evidence.Run{{Scenario: evidence.None, Outcome: evidence.Done, Began: now.UTC()}},
	}
	p.addMail(v)
	v.Gaps = append(v.Gaps, notShown(p.Mail.Mail.File, why, true)...)
	sortGaps(v.Gaps)
	return v
}
