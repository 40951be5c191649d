package consent

import (
	"slices"
	"strings"
	"unicode"
)

// price finds a price in a text: an amount beside a currency, and the words that
// say for how long.
func (w *words) price(text string) (string, bool) {
	fields := strings.Fields(text)
	for i := range fields {
		from, to, ok := w.amount(fields, i)
		if !ok {
			continue
		}
		// "per maand", "/ month": the words up to the end of the thought.
		for end := to; end < len(fields) && end < to+3; end++ {
			word := strings.Trim(fields[end], "()*")
			if strings.ContainsAny(fields[end], "0123456789") || word == "" {
				break
			}
			to = end + 1
			if strings.ContainsAny(fields[end][len(fields[end])-1:], ".,;:!?)") {
				break
			}
		}
		return strings.TrimRight(strings.Join(fields[from:to], " "), ".,;:!?"), true
	}
	return "", false
}

// amount reports whether a price starts or ends at field i.
func (w *words) amount(fields []string, i int) (from, to int, ok bool) {
	f := strings.ToLower(strings.Trim(fields[i], "()*.,;:!?"))
	number, unit := w.split(f)
	switch {
	case number && unit:
		return i, i + 1, true
	case number && i+1 < len(fields) && w.isMoney(fields[i+1]):
		return i, i + 2, true
	case !number && unit && i+1 < len(fields):
		if n, _ := w.split(strings.ToLower(strings.Trim(fields[i+1], "()*.,;:!?"))); n {
			return i, i + 2, true
		}
	}
	return 0, 0, false
}

// split reports whether a word holds an amount, and a currency.
func (w *words) split(f string) (number, unit bool) {
	rest, _, _ := strings.Cut(f, "/")
	digits := strings.IndexFunc(rest, unicode.IsDigit)
	if digits < 0 {
		return false, w.isMoney(f)
	}
	end := strings.LastIndexFunc(rest, unicode.IsDigit) + 1
	for _, r := range rest[digits:end] {
		if !unicode.IsDigit(r) && r != '.' && r != ',' && r != '\'' {
			return false, false
		}
	}
	before, after := rest[:digits], strings.TrimLeft(rest[end:], ",-–")
	if before != "" && !w.isMoney(before) || after != "" && !w.isMoney(after) {
		return false, false
	}
	return true, before != "" || after != ""
}

func (w *words) isMoney(s string) bool {
	s, _, _ = strings.Cut(strings.ToLower(strings.Trim(s, "()*.,;:!?")), "/")
	return slices.Contains(w.places.Money, s)
}
