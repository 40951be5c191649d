package statements

import (
	"maps"
	"slices"
	"strings"
	"unicode"
)

// A role is what a column of a register tells.
type role string

// The roles; registers.yaml has their words.
const (
	roleName     role = "name"
	roleProvider role = "provider"
	roleHost     role = "host"
	rolePurpose  role = "purpose"
	roleExpiry   role = "expiry"
	roleType     role = "type"
	roleCategory role = "category"
)

var roles = []role{roleName, roleExpiry, roleProvider, roleHost, rolePurpose, roleType, roleCategory}

type registerTable struct {
	Columns      map[role]map[string][]string `yaml:"columns"`
	About        []string                     `yaml:"about"`
	Objects      []string                     `yaml:"objects"`
	Categories   map[string][]string          `yaml:"categories"`
	Unless       []string                     `yaml:"unless"`
	Unclassified []string                     `yaml:"unclassified"`
	Types        []struct {
		Type  string   `yaml:"type"`
		Parts []string `yaml:"parts"`
	} `yaml:"types"`
	And      []string `yaml:"and"`
	Rendered []struct {
		Source string   `yaml:"source"`
		Header []string `yaml:"header"`
	} `yaml:"rendered"`
	Updated   []string          `yaml:"updated"`
	JSON      map[role][]string `yaml:"json"`
	OneTrust  map[string]string `yaml:"onetrust"`
	Cookiebot map[string]string `yaml:"cookiebot"`
	Termly    map[string]string `yaml:"termly"`

	headings map[string]heading // by text without objects
	objects  map[string]bool
	and      map[string]bool
}

// A heading is what a text means at the head of a column.
type heading struct {
	role      role
	languages []string
}

func (t *registerTable) prepare() {
	t.headings, t.objects, t.and = map[string]heading{}, setOf(t.Objects), setOf(t.And)
	for _, r := range roles {
		for _, language := range slices.Sorted(maps.Keys(t.Columns[r])) {
			for _, phrase := range t.Columns[r][language] {
				h, known := t.headings[phrase]
				if known && h.role != r {
					continue // The first role in the order of roles has the phrase.
				}
				h.role = r
				h.languages = append(h.languages, language)
				t.headings[phrase] = h
			}
		}
	}
}

// A column is what is known of one column of a table.
type column struct {
	role  role
	about bool // its heading names cookies
	// unit holds the seconds of the unit that the heading names, or 0.
	unit      int64
	languages []string
}

// columnOf reads the heading of a column. Of several phrases inside it the
// longest counts.
func columnOf(text string) column {
	t := &theTables().registers
	words := strings.FieldsFunc(strings.ToLower(text), func(c rune) bool {
		return !unicode.IsLetter(c) && c != '(' && c != ')' && c != '\''
	})
	for i := range words {
		words[i] = strings.Trim(words[i], "()'")
	}
	words = slices.DeleteFunc(words, func(w string) bool { return w == "" })
	if len(words) == 0 || len(words) > 8 {
		return column{}
	}
	all := strings.Join(words, " ")
	c := column{about: slices.ContainsFunc(words, func(w string) bool {
		return containsAny(w, t.About)
	})}
	if h, ok := t.headings[all]; ok {
		return c.with(h, all)
	}
	bare := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return t.objects[w] })
	best, found := heading{}, ""
	for i := range bare {
		for j := i + 1; j <= len(bare); j++ {
			phrase := strings.Join(bare[i:j], " ")
			if h, ok := t.headings[phrase]; ok && len(phrase) > len(found) {
				best, found = h, phrase
			}
		}
	}
	if found == "" && len(bare) == 0 && c.about {
		best, found = heading{role: roleName}, all
	}
	if found == "" {
		return column{}
	}
	return c.with(best, all)
}

func (c column) with(h heading, text string) column {
	c.role, c.languages = h.role, h.languages
	if c.role == roleExpiry {
		c.unit = unitOf(text)
	}
	return c
}

// columnsOf reads the headings of a table. Where several claim to be the name,
// the one that speaks of cookies is it, and another tells the provider.
func columnsOf(header []string) []column {
	list := make([]column, len(header))
	name := -1
	for i, text := range header {
		list[i] = columnOf(text)
		if list[i].role == roleName && (name < 0 || list[i].about && !list[name].about) {
			name = i
		}
	}
	has := map[role]bool{}
	for i := range list {
		r := list[i].role
		switch {
		case r == "" || i == name:
		case r == roleName && !has[roleProvider] && !slices.ContainsFunc(list, func(c column) bool { return c.role == roleProvider }):
			list[i].role = roleProvider
		case r == roleName || has[r]:
			list[i].role = ""
		}
		has[list[i].role] = true
	}
	return list
}

// count says how many of some roles the columns have.
func count(list []column, wanted ...role) int {
	n := 0
	for _, r := range wanted {
		if slices.ContainsFunc(list, func(c column) bool { return c.role == r }) {
			n++
		}
	}
	return n
}

// languageOf is the language that most headings have; "" if none has the most.
func languageOf(list []column) string {
	votes := map[string]int{}
	for _, c := range list {
		for _, l := range c.languages {
			votes[l]++
		}
	}
	best, most, tie := "", 0, false
	for _, l := range slices.Sorted(maps.Keys(votes)) {
		switch {
		case votes[l] > most:
			best, most, tie = l, votes[l], false
		case votes[l] == most:
			tie = true
		}
	}
	if tie {
		return ""
	}
	return best
}

// heavy lists categories from the heaviest to the lightest.
var heavy = []string{"marketing", "social", "analytics", "functional", "necessary"}

// categoryOf reads the category that a few words name; "" if they name none. Of
// several the heaviest counts, so that nobody is said to have called a thing
// necessary that he called more.
func categoryOf(s string) string {
	t := &theTables().registers
	s = strings.Join(strings.Fields(strings.ToLower(s)), " ")
	if len(s) > 200 {
		return ""
	}
	if containsAny(s, t.Unclassified) {
		return "unclassified"
	}
	words := strings.FieldsFunc(s, func(c rune) bool { return !unicode.IsLetter(c) && c != '-' })
	for _, category := range heavy {
		if category == "necessary" && containsAny(s, t.Unless) {
			continue
		}
		if anyStem(words, t.Categories[category]) {
			return category
		}
	}
	if anyStem(words, t.Categories["unclassified"]) {
		return "unclassified"
	}
	return ""
}

func anyStem(words, stems []string) bool {
	for _, stem := range stems {
		whole, exact := strings.CutSuffix(stem, "$")
		for _, w := range words {
			if exact && w == whole || !exact && strings.HasPrefix(w, stem) {
				return true
			}
		}
	}
	return false
}

// typeOf reads the kind of storage that a few words name; "" if they name none.
func typeOf(s string) string {
	s = strings.ToLower(s)
	for _, t := range theTables().registers.Types {
		if containsAny(s, t.Parts) {
			return t.Type
		}
	}
	return ""
}
