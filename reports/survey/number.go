package survey

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// A Number is one that sites can be ranked by. A grade is none: it rests on weights
// that somebody chose.
type Number string

// DefaultNumber is what sites are ranked by unless the user says otherwise.
const DefaultNumber Number = "companies-before"

// kinds of numbers, each for every state of consent.
var kinds = []string{"companies", "trackers", "cookies", "exposure"}

// words of the states in names of numbers and columns.
var stateWords = [states]string{"before", "rejected", "accepted"}

// Numbers lists what sites can be ranked by.
func Numbers() []Number {
	var out []Number
	for _, kind := range kinds {
		for _, word := range stateWords {
			out = append(out, Number(kind+"-"+word))
		}
	}
	return out
}

// Valid reports whether there is such a number.
func (n Number) Valid() bool { return slices.Contains(Numbers(), n) }

// Parts returns what is counted and in which state of consent.
func (n Number) Parts() (kind, state string) {
	kind, word, _ := strings.Cut(string(n), "-")
	at := slices.Index(stateWords[:], word)
	if at < 0 {
		return kind, ""
	}
	return kind, States()[at]
}

// Column is the name of the number's column in the table of sites.
func (n Number) Column() string { return strings.ReplaceAll(string(n), "-", "_") }

// of returns the number of a site; false where it is not known.
func (n Number) of(s *siteCount) (int, bool) {
	kind, state := n.Parts()
	at := stateIndex(state)
	if at < 0 || s.measured[at] == 0 {
		return 0, false
	}
	switch kind {
	case "companies":
		return s.companies[at].Any, true
	case "trackers":
		return s.trackers[at].Any, true
	case "cookies":
		if s.noCookies[at] == s.measured[at] {
			return 0, false
		}
		return s.cookies[at].Any, true
	case "exposure":
		return s.exposure[at], s.exposure[at] >= 0
	}
	return 0, false
}

// A Ranked is a site with its number and place. Sites with the same number share a
// place, and the next one counts all before it.
type Ranked struct {
	Site   string
	Number int
	Rank   int
	Ties   int // sites with this place, this one included
	Bundle string
}

// rank orders sites, the greatest number first, then by name.
func rank(list []Ranked) {
	slices.SortFunc(list, func(a, b Ranked) int { return cmp.Or(cmp.Compare(b.Number, a.Number), cmp.Compare(a.Site, b.Site)) })
	for i := 0; i < len(list); {
		j := i
		for j < len(list) && list[j].Number == list[i].Number {
			j++
		}
		for k := i; k < j; k++ {
			list[k].Rank, list[k].Ties = i+1, j-i
		}
		i = j
	}
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
