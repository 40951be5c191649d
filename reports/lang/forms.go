package lang

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Number writes a whole number, with a mark between thousands.
func (t *Text) Number(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	mark := t.words["form.thousands"]
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(mark)
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

// Decimal writes a number with the given count of decimals, and without those
// that are zero at the end.
func (t *Text) Decimal(f float64, decimals int) string {
	s := strconv.FormatFloat(f, 'f', decimals, 64)
	whole, fraction, _ := strings.Cut(s, ".")
	fraction = strings.TrimRight(fraction, "0")
	n, err := strconv.Atoi(whole)
	if err != nil {
		return s
	}
	out := t.Number(n)
	if n == 0 && f < 0 && fraction != "" {
		out = "-" + out
	}
	if fraction != "" {
		out += t.words["form.decimal"] + fraction
	}
	return out
}

// Seconds writes a time within a run: "0.2 s", "12.4 s".
func (t *Text) Seconds(ms int64) string {
	s := strconv.FormatFloat(float64(ms)/1000, 'f', 1, 64)
	return strings.Replace(s, ".", t.words["form.decimal"], 1) + "\u00a0s"
}

// Date writes a day: "21 November 2026".
func (t *Text) Date(at time.Time) string {
	month := t.words["month."+strconv.Itoa(int(at.Month()))]
	return strconv.Itoa(at.Day()) + " " + month + " " + strconv.Itoa(at.Year())
}

// Clock writes the time of day in UTC: "14:02 UTC".
func (t *Text) Clock(at time.Time) string { return at.UTC().Format("15:04") + " UTC" }

// Days writes a span given in days in the unit that reads best: "13 months",
// "400 days", "30 minutes".
func (t *Text) Days(days float64) string {
	const day = 24 * time.Hour
	switch seconds := days * day.Seconds(); {
	case days >= 2:
		return t.N("span.days", int(math.Round(days)))
	case seconds >= 2*3600:
		return t.N("span.hours", int(math.Round(seconds/3600)))
	case seconds >= 60:
		return t.N("span.minutes", int(math.Round(seconds/60)))
	default:
		return t.N("span.seconds", int(math.Round(seconds)))
	}
}

// Bytes writes a size: "412 B", "3.4 kB", "2 MB". A kilobyte is 1000 bytes.
func (t *Text) Bytes(n int64) string {
	switch {
	case n < 1000:
		return t.Number(int(n)) + "\u00a0B"
	case n < 1000*1000:
		return t.Decimal(float64(n)/1000, 1) + "\u00a0kB"
	default:
		return t.Decimal(float64(n)/1e6, 1) + "\u00a0MB"
	}
}

// List writes names as a sentence does: "a", "a and b", "a, b and c".
func (t *Text) List(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " " + t.words["form.and"] + " " + names[last]
}

// Some writes the first names, at most limit, and how many there are beyond:
// "a, b and 3 more".
func (t *Text) Some(names []string, limit int) string {
	if len(names) <= limit {
		return t.List(names)
	}
	return strings.Join(names[:limit], ", ") + " " + t.N("form.more", len(names)-limit)
}
