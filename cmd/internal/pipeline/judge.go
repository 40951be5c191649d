package pipeline

import (
	"slices"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/checks"
	"github.com/spoor-audit/spoor/detectors/statements"
	"github.com/spoor-audit/spoor/detectors/techniques"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/score"
)

// judge says what was done, what was stated, whether the two fit, and what that
// is worth. It always judges everything, as checks rest on techniques and the
// score on checks; what the user left out is only not shown.
func (p *Pipeline) judge(v *evidence.Visit, files evidence.Files) *Audit {
	whole := techniques.Run(v, p.DB, detectors.Options{})
	stated := statements.Read(v, p.DB)
	verdicts := checks.Run(v, whole, stated, p.DB, checks.Options{Profile: p.Profile})
	in := reports.Input{
		Visit: v, DB: p.DB, Judgement: whole, Statements: stated,
		Verdicts: slices.DeleteFunc(slices.Clone(verdicts), func(c checks.Verdict) bool { return !shown(c.ID, p.Detect) }),
		Score:    p.score(v, whole.Findings, stated, verdicts),
		LeftOut:  slices.DeleteFunc(IDs(), func(id string) bool { return shown(id, p.Detect) }),
	}
	if v.Ordinary != nil {
		in.Ordinary = techniques.Run(ordinarily(v), p.DB, p.Detect)
	}
	if len(in.LeftOut) > 0 {
		in.Judgement = reports.Skipping(techniques.Run(v, p.DB, p.Detect), p.Detect)
	}
	return &Audit{Visit: v, Files: files, Result: reports.New(in)}
}

// ordinarily is the visit with the ordinary run in the place of the one that was
// made in an app. The others stay, because values are compared between profiles.
func ordinarily(v *evidence.Visit) *evidence.Visit {
	out := *v
	out.Runs, out.Gaps, out.Ordinary = []evidence.Run{v.Ordinary.Run}, slices.Clone(v.Ordinary.Gaps), nil
	for i := range v.Runs {
		if v.Runs[i].Scenario != v.Ordinary.Run.Scenario {
			out.Runs = append(out.Runs, v.Runs[i])
		}
	}
	for _, g := range v.Gaps {
		if g.Scenario != v.Ordinary.Run.Scenario {
			out.Gaps = append(out.Gaps, g)
		}
	}
	return &out
}

func shown(id string, o detectors.Options) bool {
	return (len(o.Only) == 0 || slices.Contains(o.Only, id)) && !slices.Contains(o.Skip, id)
}

// score makes the numbers of a site; nil for a mail, which states nothing, asks
// nothing, and is seen once.
func (p *Pipeline) score(v *evidence.Visit, findings []detectors.Finding, stated []statements.Statement, verdicts []checks.Verdict) *reports.Score {
	if v.Subject.Kind == evidence.KindOfMail {
		return nil
	}
	said := slices.ContainsFunc(stated, func(s statements.Statement) bool { return s.Error == "" })
	list, conditions := score.FromVisit(v, verdicts, said)
	c := score.Compliance(list, conditions)
	profile := p.Profile
	if profile == "" {
		profile = checks.DefaultProfile
	}
	out := &reports.Score{
		Rules: score.Version(), Profile: profile, Exposure: map[string]int{}, Bands: map[string]string{},
		Organisations: map[string]int{}, Identified: map[string]int{},
		Compliance: reports.Compliance{
			Value: c.Value, Low: c.Low, High: c.High, Grade: c.Grade, Lost: c.Lost, AtMost: c.AtMost,
			Reason: c.Reason, Ceiling: c.Ceiling, Unknown: c.Unknown, Applied: c.Applied, Gains: []reports.Gain{},
		},
	}
	for _, g := range c.Gains {
		out.Compliance.Gains = append(out.Compliance.Gains, reports.Gain{Check: g.Check, Points: g.Points})
	}
	for s, e := range score.Exposures(v, findings, p.DB) {
		out.Exposure[string(s)], out.Bands[string(s)] = e.Score, e.Band
		out.Organisations[string(s)], out.Identified[string(s)] = e.Organisations, e.Identified
	}
	return out
}
