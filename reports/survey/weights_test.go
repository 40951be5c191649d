package survey

import (
	"math"
	"math/rand/v2"
	"testing"
)

// bruteTau is Kendall's tau-b by its definition, pair by pair.
func bruteTau(a, b []int) float64 {
	concordant, discordant, pairsA, pairsB := 0, 0, 0, 0
	for i := range a {
		for j := range i {
			x, y := a[i]-a[j], b[i]-b[j]
			if x != 0 {
				pairsA++
			}
			if y != 0 {
				pairsB++
			}
			switch {
			case x*y > 0:
				concordant++
			case x*y < 0:
				discordant++
			}
		}
	}
	if pairsA == 0 || pairsB == 0 {
		return 1
	}
	return float64(concordant-discordant) / math.Sqrt(float64(pairsA)*float64(pairsB))
}

func TestTau(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // It has to be the same every time.
	for round := range 20 {
		n := 2 + r.IntN(60)
		a, b := make([]int, n), make([]int, n)
		var joint [values * values]uint32
		for i := range n {
			a[i], b[i] = r.IntN(8), r.IntN(101)
			if round%2 == 0 {
				b[i] = min(100, a[i]+r.IntN(3))
			}
			joint[a[i]*values+b[i]]++
		}
		if got, want := tau(&joint), bruteTau(a, b); math.Abs(got-want) > 1e-9 {
			t.Errorf("tau is %g, want %g, of %v and %v", got, want, a, b)
		}
	}
}

// Sites 90, 80, 80, 10 become 10, 80, 80, 90: the first and the last change places.
func TestMoves(t *testing.T) {
	var joint [values * values]uint32
	for _, p := range [][2]int{{90, 10}, {80, 80}, {80, 80}, {10, 90}} {
		joint[p[0]*values+p[1]]++
	}
	if middle, most := moves(&joint); middle != 0 || most != 3 {
		t.Errorf("sites move by %d in the middle and %d at most, want 0 and 3", middle, most)
	}
}

// A site that loses in one group only has another grade when that group weighs more.
func TestTrials(t *testing.T) {
	w := newWeights()
	w.add(&Score{Grade: "A", Lost: map[string]float64{"G1": 8}, Ceiling: 100})
	for _, x := range w.Trials() {
		heavier := x.Group == "G1" && x.Factor > 1
		if (x.Grades.N == 1) != heavier {
			t.Errorf("%s by %g: %d of %d grades change", x.Group, x.Factor, x.Grades.N, x.Grades.M)
		}
	}
}
