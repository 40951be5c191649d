package survey

import (
	"math"

	"github.com/spoor-audit/spoor/reports/score"
)

// changes of weights that are tried, as factors of a group's points.
var changes = []float64{0.5, 1.5}

// values of a score: 0 to 100.
const values = 101

// Weights say how far scores and grades depend on the weights, which somebody chose:
// each group of checks in turn counts half or one and a half times as much. Joint
// counts of the score as it is and as it would be are enough for every number here,
// so that no site has to be remembered.
type Weights struct {
	Sites int // with a grade
	joint [][values * values]uint32
	tried []Trial
}

// A Trial is one change of weights and what follows from it.
type Trial struct {
	Group  string
	Factor float64
	// Grades is on how many sites the grade would be another one.
	Grades Share
	// Tau is Kendall's tau-b between the orders of sites by score, -1 to 1; 1 is the
	// same order.
	Tau float64
	// Moved is how many places a site moves in the ranking by score: in the middle, and
	// at most.
	Moved, MovedMost int
}

func newWeights() *Weights {
	w := &Weights{}
	for _, g := range score.Groups() {
		for _, f := range changes {
			w.tried = append(w.tried, Trial{Group: g.ID, Factor: f})
		}
	}
	w.joint = make([][values * values]uint32, len(w.tried))
	return w
}

// add adds the score of a site.
func (w *Weights) add(s *Score) {
	w.Sites++
	base := score.Reweigh(s.Lost, s.Ceiling, nil)
	for i := range w.tried {
		t := &w.tried[i]
		value := score.Reweigh(s.Lost, s.Ceiling, map[string]float64{t.Group: t.Factor})
		w.joint[i][base*values+min(value, values-1)]++
		if score.GradeOf(value) != score.GradeOf(base) {
			t.Grades.N++
		}
	}
}

// Trials returns what was tried, by group.
func (w *Weights) Trials() []Trial {
	out := make([]Trial, len(w.tried))
	for i := range w.tried {
		out[i] = w.tried[i]
		out[i].Grades.M = w.Sites
		out[i].Tau = tau(&w.joint[i])
		out[i].Moved, out[i].MovedMost = moves(&w.joint[i])
	}
	return out
}

// tau is Kendall's tau-b of a table of counts (M. G. Kendall, Biometrika 33, 1945).
// It is 1 where one of the two orders has nothing but ties.
func tau(joint *[values * values]uint32) float64 {
	// below[v][w] counts sites with a smaller first and a smaller second value.
	var below [values + 1][values + 1]float64
	var rows, columns [values]float64
	n := 0.0
	for v := range values {
		for w := range values {
			count := float64(joint[v*values+w])
			below[v+1][w+1] = below[v][w+1] + below[v+1][w] - below[v][w] + count
			rows[v] += count
			columns[w] += count
			n += count
		}
	}
	concordant, discordant := 0.0, 0.0
	for v := range values {
		for w := range values {
			count := float64(joint[v*values+w])
			if count == 0 {
				continue
			}
			concordant += count * below[v][w]
			discordant += count * (below[v][values] - below[v][w+1])
		}
	}
	tiesA, tiesB := 0.0, 0.0
	for i := range values {
		tiesA += rows[i] * (rows[i] - 1) / 2
		tiesB += columns[i] * (columns[i] - 1) / 2
	}
	pairs := n * (n - 1) / 2
	scale := math.Sqrt((pairs - tiesA) * (pairs - tiesB))
	if scale == 0 {
		return 1
	}
	return (concordant - discordant) / scale
}

// moves says how many places sites move between the two orders: in the middle, and at
// most. A place is that of the first of those with the same score.
func moves(joint *[values * values]uint32) (middle, most int) {
	var rows, columns [values]int
	for v := range values {
		for w := range values {
			rows[v] += int(joint[v*values+w])
			columns[w] += int(joint[v*values+w])
		}
	}
	place := func(counts *[values]int) [values]int {
		var out [values]int
		above := 0
		for v := values - 1; v >= 0; v-- {
			out[v] = above + 1
			above += counts[v]
		}
		return out
	}
	first, second := place(&rows), place(&columns)
	moved := Histogram{}
	for v := range values {
		for w := range values {
			if count := int(joint[v*values+w]); count > 0 {
				moved[abs(first[v]-second[w])] += count
			}
		}
	}
	middle, _ = moved.Quantile(0.5)
	return middle, moved.Max()
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
