package canary

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// A draft holds what the texts for one field are made from.
type draft struct {
	material *material
	stream   *stream
	want     Want
}

// texts lists texts for the field, the best first.
func (d *draft) texts() []string {
	switch d.want.Type {
	case "email":
		return d.emails()
	case "tel":
		return d.phones()
	case "url":
		return []string{"https://" + d.word(5) + "." + d.material.Domain + "/"}
	case "date":
		return []string{d.day().Format(time.DateOnly)}
	case "number":
		return d.numbers()
	case "password":
		return d.passwords()
	case "month", "week", "time", "datetime-local":
		return nil // too few of them to tell one from another
	}
	switch d.want.Asks {
	case "email":
		return d.emails()
	case "phone":
		return d.phones()
	case "password":
		return d.passwords()
	case "postcode":
		return d.postcodes()
	case "birth-date":
		return d.dates()
	case "address":
		return d.addresses()
	}
	if d.want.Digits {
		return []string{d.digits(9), d.digits(8), d.digits(6), d.digits(4)}
	}
	return d.words()
}

// words lists texts for fields that take any.
func (d *draft) words() []string {
	long, second := title(d.word(5)), title(d.word(4))
	var list []string
	switch d.want.Asks {
	case "name", "company":
		list = []string{long + " " + second}
	case "message":
		list = []string{long + " " + d.word(4) + " " + d.word(5) + "."}
	case "search":
		list = []string{d.word(6)}
	case "first-name", "last-name", "city", "country":
	default:
		list = []string{d.word(5) + d.digits(3)}
	}
	n := d.digits(8)
	return append(list, long, second, strings.ToLower(second), n, long[:6], long[:4], n[:6], n[:4])
}

// word makes a word of so many syllables of two letters.
func (d *draft) word(syllables int) string {
	var b strings.Builder
	for range syllables {
		b.WriteByte(d.material.Consonants[d.stream.below(len(d.material.Consonants))])
		b.WriteByte(d.material.Vowels[d.stream.below(len(d.material.Vowels))])
	}
	return b.String()
}

// title writes a word of ASCII with a capital.
func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func (d *draft) digits(n int) string { return d.fill(strings.Repeat("#", n)) }

// fill fills a pattern in.
func (d *draft) fill(pattern string) string {
	var b strings.Builder
	for i, c := range pattern {
		switch {
		case c == '#' && i == 0:
			b.WriteByte("123456789"[d.stream.below(9)])
		case c == '#':
			b.WriteByte("0123456789"[d.stream.below(10)])
		case c == 'A':
			b.WriteByte(d.material.Letters[d.stream.below(len(d.material.Letters))])
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

func (d *draft) filled(patterns []string) []string {
	var out []string
	for _, p := range patterns {
		out = append(out, d.fill(p))
	}
	return out
}

func (d *draft) byLanguage(lists map[string][]string) []string {
	if list, ok := lists[d.want.base()]; ok {
		return list
	}
	return lists[""]
}

// postcodes lists codes as the language's country writes them, and then as others do:
// a form may say by its pattern that it wants those.
func (d *draft) postcodes() []string {
	list := d.filled(d.byLanguage(d.material.Postcodes))
	if d.want.Pattern == "" {
		return list
	}
	for _, language := range slices.Sorted(maps.Keys(d.material.Postcodes)) {
		list = append(list, d.filled(d.material.Postcodes[language])...)
	}
	return list
}

// emails lists addresses without dots and capitals in their first part, as some
// who receive them take these out before they make a digest.
func (d *draft) emails() []string {
	at := "@" + d.material.Domain
	return []string{d.word(5) + d.digits(4) + at, d.word(4) + at, d.word(3) + at}
}

func (d *draft) phones() []string {
	list := d.filled(d.byLanguage(d.material.Phones))
	return append(list, d.filled(d.material.Phones[""])...)
}

// passwords lists texts with small and capital letters, digits and a sign, which
// come first so that a short one has them too.
func (d *draft) passwords() []string {
	text := title(d.word(1)) + d.digits(2) + "!" + d.word(5) + d.digits(2)
	return []string{text, text[:10], text[:8], text[:6], d.digits(6), d.digits(4)}
}

func (d *draft) addresses() []string {
	words := strings.ToLower(d.want.Words)
	house := d.digits(3)
	for _, h := range d.material.Houses {
		if strings.Contains(words, h) {
			return []string{house, house[:2]}
		}
	}
	street := title(d.word(5))
	if d.want.Digits {
		return []string{house, house[:2]}
	}
	return []string{street + " " + house, street, street[:6], house, house[:2]}
}

// numbers lists numbers between the least and the greatest. Where there are fewer
// than a thousand, one could not be told from others.
func (d *draft) numbers() []string {
	if d.want.Asks == "phone" {
		return []string{strings.TrimPrefix(d.phones()[0], "+")}
	}
	low, high := bound(d.want.Low, 1), bound(d.want.High, 99_999_999)
	switch d.want.Asks {
	case "postcode":
		low, high = max(low, 10_000), min(high, 99_999)
	case "address":
		return []string{strconv.Itoa(int(low) + d.stream.below(int(min(max(high-low+1, 1), 900))))}
	}
	if high-low < 1000 {
		return nil
	}
	room := int(min(high-low, 80_000_000))
	return []string{strconv.Itoa(int(high) - d.stream.below(room))}
}

// bound reads a limit of numbers; what cannot be read, or is beyond all numbers that
// are made, is the usual one.
func bound(s string, usual float64) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v != v || v > 1e9 || v < -1e9 {
		return usual
	}
	return v
}

// day is a day on which a person of age may have been born, or one that the field
// takes.
func (d *draft) day() time.Time {
	low := time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC)
	high := time.Date(1990, 12, 31, 0, 0, 0, 0, time.UTC)
	from, err1 := time.Parse(time.DateOnly, d.want.Low)
	to, err2 := time.Parse(time.DateOnly, d.want.High)
	if err1 == nil && from.After(low) {
		low = from
		if high.Before(low) {
			high = low.AddDate(1, 0, 0)
		}
	}
	if err2 == nil && to.Before(high) && !to.Before(low) {
		high = to
	}
	days := int(high.Sub(low).Hours()/24) + 1
	return low.AddDate(0, 0, d.stream.below(days))
}

// dates writes a day as the field shows it, or as the language does.
func (d *draft) dates() []string {
	day := d.day()
	texts := []string{}
	for _, hint := range []string{d.want.Hint, d.want.Words} {
		if t := written(day, hint); t != "" {
			texts = append(texts, t)
		}
	}
	layout := "02-01-2006"
	switch d.want.base() {
	case "en", "fr", "es", "it", "pt":
		layout = "02/01/2006"
	case "de", "pl", "cs", "sk", "fi", "da":
		layout = "02.01.2006"
	case "sv", "hu", "lt":
		layout = time.DateOnly
	}
	return append(texts, day.Format(layout), day.Format(time.DateOnly), day.Format("20060102"), day.Format("2006"))
}

// written writes a day in the form of a hint such as "dd-mm-jjjj": the run of four
// letters is the year, the run of m is the month. It is "" for other hints.
func written(day time.Time, hint string) string {
	runs := strings.FieldsFunc(hint, func(c rune) bool { return !unicode.IsLetter(c) })
	for i := 0; i+3 <= len(runs); i++ {
		separator := between(hint, runs[i], runs[i+1])
		if separator == "" || len(separator) > 3 || strings.Trim(separator, "-/. ") != "" {
			continue
		}
		parts, seen := make([]string, 0, 3), map[string]bool{}
		for _, run := range runs[i : i+3] {
			part := partOf(day, strings.ToLower(run))
			if len(part) == 0 || seen[part[:1]] {
				break
			}
			seen[part[:1]] = true
			parts = append(parts, part[1:])
		}
		if len(parts) == 3 {
			return strings.Join(parts, separator)
		}
	}
	return ""
}

func between(s, a, b string) string {
	at := strings.Index(s, a) + len(a)
	end := strings.Index(s[at:], b)
	return s[at : at+max(end, 0)]
}

// partOf is a part of a day by its run of letters, behind a letter that tells which
// part it is; "" if the run is none.
func partOf(day time.Time, run string) string {
	same := strings.Count(run, run[:1]) == len(run)
	switch {
	case !same:
		return ""
	case len(run) == 4:
		return fmt.Sprintf("y%04d", day.Year())
	case len(run) == 2 && strings.Contains("yja", run[:1]):
		return fmt.Sprintf("y%02d", day.Year()%100)
	case len(run) == 2 && run[0] == 'm':
		return fmt.Sprintf("m%02d", int(day.Month()))
	case len(run) == 2:
		return fmt.Sprintf("d%02d", day.Day())
	}
	return ""
}
