package survey

import (
	"math"
	"testing"
)

// The examples of R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, table I,
// method 3, and limits that have a closed form.
func TestWilson(t *testing.T) {
	z2 := z95 * z95
	for _, c := range []struct {
		n, m      int
		low, high float64
	}{
		{81, 263, .2553, .3662}, {15, 148, .0624, .1605}, {0, 20, 0, .1611}, {1, 29, .0061, .1718},
		{0, 10, 0, z2 / (10 + z2)}, {10, 10, 10 / (10 + z2), 1}, {0, 1, 0, z2 / (1 + z2)},
	} {
		low, high := Share{c.n, c.m}.Interval()
		if math.Abs(low-c.low) > 5e-5 || math.Abs(high-c.high) > 5e-5 {
			t.Errorf("%d of %d: %.4f to %.4f, want %.4f to %.4f", c.n, c.m, low, high, c.low, c.high)
		}
	}
}

// An interval holds its share, lies within 0 and 1, and mirrors.
func TestWilsonHoldsTheShare(t *testing.T) {
	for m := 1; m < 60; m++ {
		for n := 0; n <= m; n++ {
			s := Share{n, m}
			low, high := s.Interval()
			if low < 0 || high > 1 || low > s.Value() || high < s.Value() || low >= high {
				t.Fatalf("%d of %d: %g to %g", n, m, low, high)
			}
			otherLow, otherHigh := Share{m - n, m}.Interval()
			if math.Abs(low-(1-otherHigh)) > 1e-12 || math.Abs(high-(1-otherLow)) > 1e-12 {
				t.Fatalf("%d of %d is not the mirror of %d of %d", n, m, m-n, m)
			}
		}
	}
}

// Nothing is known of a share of nothing.
func TestNoShare(t *testing.T) {
	if s := (Share{}); s.Known() {
		t.Error("a share of nothing is known")
	}
	if low, high := (Share{}).Interval(); low != 0 || high != 1 {
		t.Errorf("a share of nothing lies between %g and %g", low, high)
	}
}

func TestQuantile(t *testing.T) {
	h := Histogram{0: 3, 2: 4, 9: 1}
	for q, want := range map[float64]int{0: 0, .25: 0, .5: 2, .75: 2, .95: 9, 1: 9} {
		if got, ok := h.Quantile(q); !ok || got != want {
			t.Errorf("quantile %g is %d, want %d", q, got, want)
		}
	}
	if _, ok := (Histogram{}).Quantile(.5); ok {
		t.Error("nothing has a middle")
	}
}
