package statements

import (
	"strings"
	"time"
)

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// A writer makes strings of bits for tests. The package itself only reads.
type writer struct{ bits []bool }

func (w *writer) number(value, n int) {
	for i := n - 1; i >= 0; i-- {
		w.bits = append(w.bits, value>>i&1 == 1)
	}
}

func (w *writer) flag(b bool) { w.bits = append(w.bits, b) }

func (w *writer) set(list []int, n int) {
	for i := 1; i <= n; i++ {
		w.flag(has(list, i))
	}
}

func (w *writer) letters(s string) {
	for i := range len(s) {
		w.number(int(s[i]-'A'), 6)
	}
}

// ranges writes a list of vendors as ranges, without the number before it.
func (w *writer) ranges(list []int) {
	var runs [][2]int
	for _, n := range list {
		if k := len(runs); k > 0 && runs[k-1][1] == n-1 {
			runs[k-1][1] = n
		} else {
			runs = append(runs, [2]int{n, n})
		}
	}
	w.number(len(runs), 12)
	for _, r := range runs {
		w.flag(r[0] != r[1])
		w.number(r[0], 16)
		if r[0] != r[1] {
			w.number(r[1], 16)
		}
	}
}

func (w *writer) vendors(list []int, asRanges bool) {
	highest := 0
	for _, n := range list {
		highest = max(highest, n)
	}
	w.number(highest, 16)
	w.flag(asRanges)
	if asRanges {
		w.ranges(list)
		return
	}
	w.set(list, highest)
}

func (w *writer) fibonacci(n int) {
	var numbers []int
	for x, y := 1, 2; x <= n; x, y = y, x+y {
		numbers = append(numbers, x)
	}
	code := make([]bool, len(numbers))
	for i := len(numbers) - 1; i >= 0; i-- {
		if numbers[i] <= n {
			code[i] = true
			n -= numbers[i]
		}
	}
	w.bits = append(append(w.bits, code...), true)
}

// text fills up to a multiple of bits and returns the characters.
func (w *writer) text(multiple int) string {
	for len(w.bits)%multiple != 0 || len(w.bits)%6 != 0 {
		w.bits = append(w.bits, false)
	}
	var out strings.Builder
	for i := 0; i < len(w.bits); i += 6 {
		n := 0
		for _, b := range w.bits[i : i+6] {
			n <<= 1
			if b {
				n |= 1
			}
		}
		out.WriteByte(alphabet[n])
	}
	return out.String()
}

// writeTCF makes the string of a TCF, for tests.
func writeTCF(t *TCF, asRanges bool) string {
	w := &writer{}
	w.number(t.Version, 6)
	w.number(deciseconds(t.Created), 36)
	w.number(deciseconds(t.LastUpdated), 36)
	w.number(t.CMPID, 12)
	w.number(t.CMPVersion, 12)
	w.number(t.Screen, 6)
	w.letters(t.Language)
	w.number(t.ListVersion, 12)
	w.number(t.PolicyVersion, 6)
	w.flag(t.ServiceSpecific)
	w.flag(t.NonStandardTexts)
	w.set(t.SpecialFeatures, 12)
	w.set(t.Purposes, 24)
	w.set(t.Interests, 24)
	w.flag(t.PurposeOne)
	w.letters(t.Publisher)
	w.vendors(t.Vendors, asRanges)
	w.vendors(t.VendorInterests, !asRanges)
	w.number(len(t.Restrictions), 12)
	for _, r := range t.Restrictions {
		w.number(r.Purpose, 6)
		w.number(r.Type, 2)
		w.ranges(r.Vendors)
	}
	out := w.text(8)
	if t.HasDisclosed {
		w := &writer{}
		w.number(segmentDisclosed, 3)
		w.vendors(t.Disclosed, asRanges)
		out += "." + w.text(8)
	}
	if p := t.PublisherPurposes; p != nil {
		w := &writer{}
		w.number(segmentPublisher, 3)
		w.set(p.Purposes, 24)
		w.set(p.Interests, 24)
		w.number(6, 6)
		w.set(p.Custom, 6)
		w.set(p.CustomLI, 6)
		out += "." + w.text(8)
	}
	return out
}

func deciseconds(t time.Time) int { return int(t.UnixMilli() / 100) }
