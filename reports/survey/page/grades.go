package page

import (
	"fmt"
	"math"

	"github.com/spoor-audit/spoor/reports/survey"
)

type grades struct {
	Bars     []gradeBar
	Graded   string
	IE       share
	Ungraded string
}

type gradeBar struct {
	Letter, Count, Percent, Interval string
	Width                            float64
}

// grades fills the distribution of grades. What could not be graded stands apart.
func (m *maker) grades() {
	t := m.totals
	graded := 0
	for _, letter := range survey.GradeLetters() {
		graded += t.Grades[letter]
	}
	ie := t.Grades["IE"]
	if graded == 0 {
		return
	}
	g := &grades{Graded: m.n("grades.graded", graded-ie), IE: m.share(survey.Share{N: ie, M: graded}, 0)}
	if t.Ungraded > 0 {
		g.Ungraded = m.n("grades.ungraded", t.Ungraded)
	}
	for _, letter := range survey.GradeLetters() {
		if letter == "IE" {
			continue
		}
		s := m.share(survey.Share{N: t.Grades[letter], M: graded - ie}, 0)
		g.Bars = append(g.Bars, gradeBar{letter, s.Count, s.Percent, s.Interval, s.Width})
	}
	m.v.Grades = g
	if t.Weights.Sites > 1 {
		m.weights()
	}
}

type weights struct {
	Sentences []string
	Rows      []weightRow
}

type weightRow struct {
	Group, Change, Grades, Tau, Moved string
}

// weights fills how far grades depend on the weights.
func (m *maker) weights() {
	t := m.totals
	w := &weights{}
	trials := t.Weights.Trials()
	worst, least := trials[0], trials[0]
	for _, x := range trials {
		if x.Grades.N > worst.Grades.N {
			worst = x
		}
		if x.Tau < least.Tau {
			least = x
		}
		w.Rows = append(w.Rows, weightRow{
			Group: m.t.Word("group", x.Group), Change: m.w(fmt.Sprintf("weights.factor-%d", int(x.Factor*100))),
			Grades: m.w("of", "n", x.Grades.N, "m", x.Grades.M) + " (" + m.percent(x.Grades.Value()) + ")",
			Tau:    m.t.Decimal(math.Round(x.Tau*100)/100, 2), Moved: m.w("weights.moved", "middle", x.Moved, "most", x.MovedMost),
		})
	}
	s := m.share(worst.Grades, 0)
	w.Sentences = append(w.Sentences,
		m.w("weights.grades", "group", m.t.Word("group", worst.Group), "change", m.w(fmt.Sprintf("weights.factor-%d", int(worst.Factor*100))), "count", s.Count, "percent", s.Percent),
		m.w("weights.tau", "tau", m.t.Decimal(math.Round(least.Tau*100)/100, 2), "group", m.t.Word("group", least.Group)))
	m.v.Weights = w
}
