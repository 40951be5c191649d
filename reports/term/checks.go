package term

import (
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
)

// gradeStyle says how a grade looks.
func gradeStyle(grade string) style {
	switch grade {
	case "A", "B":
		return good
	case "IE":
		return attention
	}
	return problem
}

// grade says the grade and the number of a score, as the first of the counts.
func grade(p *printer, r *reports.Result) []segment {
	if r.Score == nil {
		return nil
	}
	return []segment{{gradeStyle(r.Score.Compliance.Grade), r.GradeText(p.t)}}
}

// aboutCheck says what stands behind the outcome of a check.
func aboutCheck(p *printer, c *reports.Check) {
	p.wrap(idColumn, plain, reports.AboutCheck(p.t, c))
	if p.all || c.NeedsText() {
		p.wrap(idColumn, plain, clean.Short(c.Text.In(p.t.Code()), 600))
	}
}

// accepted writes what was found only after everything was accepted: which, and
// by whom.
func accepted(p *printer, r *reports.Result) {
	list := r.TechniquesOf(reports.Accepted)
	if len(list) == 0 {
		return
	}
	p.title(plain, p.t.T("clump.accepted"))
	for _, t := range list {
		p.entry(idColumn, plain, t.ID, clean.Line(t.Title.In(p.t.Code())))
		if p.all {
			details(p, r, t.ID)
		}
	}
}
