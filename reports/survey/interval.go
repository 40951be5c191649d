package survey

import "math"

// z95 is the 97.5th percentile of the normal distribution: what 95% intervals are
// made of.
const z95 = 1.959963984540054

// A Share is n of m, and the interval in which the true share lies with 95%
// confidence, if the m were drawn at random from many.
type Share struct{ N, M int }

// Known reports whether there is anything to take a share of.
func (s Share) Known() bool { return s.M > 0 }

// Value is the share, 0 to 1; 0 where nothing is known.
func (s Share) Value() float64 {
	if s.M <= 0 {
		return 0
	}
	return float64(s.N) / float64(s.M)
}

// Interval is Wilson's score interval for 95% (E. B. Wilson, Journal of the American
// Statistical Association 22, 1927). Unlike the usual one it does not leave 0 to 1,
// and it is not of width 0 where n is 0 or m.
func (s Share) Interval() (low, high float64) {
	if s.M <= 0 {
		return 0, 1
	}
	m, p := float64(s.M), s.Value()
	z2 := z95 * z95
	centre := (p + z2/(2*m)) / (1 + z2/m)
	half := z95 / (1 + z2/m) * math.Sqrt(p*(1-p)/m+z2/(4*m*m))
	low, high = max(0, centre-half), min(1, centre+half)
	switch s.N { // without the last bit of rounding
	case 0:
		low = 0
	case s.M:
		high = 1
	}
	return low, high
}

// Twice is a count over sites: in at least one of a site's visits, and in all of
// them.
type Twice struct{ Any, All int }

// add counts what was seen in n of a site's m measured visits.
func (t *Twice) add(n, m int) {
	if n > 0 {
		t.Any++
	}
	if m > 0 && n == m {
		t.All++
	}
}

// A Histogram counts whole numbers.
type Histogram map[int]int

// Total is how many numbers were counted.
func (h Histogram) Total() int {
	n := 0
	for _, count := range h {
		n += count
	}
	return n
}

// Quantile is the smallest number that at least a share q of all is not above;
// false if there are none.
func (h Histogram) Quantile(q float64) (int, bool) {
	total := h.Total()
	if total == 0 {
		return 0, false
	}
	need := int(math.Ceil(q * float64(total)))
	seen := 0
	for _, n := range sortedKeys(h) {
		seen += h[n]
		if seen >= max(need, 1) {
			return n, true
		}
	}
	return 0, false
}

// Max is the greatest number; 0 if there are none.
func (h Histogram) Max() int {
	most := 0
	for n := range h {
		most = max(most, n)
	}
	return most
}
