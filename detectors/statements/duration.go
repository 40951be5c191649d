package statements

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// maxSeconds bounds lifetimes: nobody means more than a thousand years.
const maxSeconds = 1000 * 365 * 86400

// A lifetime is what a register says of how long an item is kept. Seconds is -1
// if it does not say or cannot be read.
type lifetime struct {
	Seconds             int64
	Session, Persistent bool
}

type durationTable struct {
	Units []struct {
		Seconds int64    `yaml:"seconds"`
		Words   []string `yaml:"words"`
	} `yaml:"units"`
	Numbers           map[string]float64 `yaml:"numbers"`
	Session           []string           `yaml:"session"`
	SessionPhrases    []string           `yaml:"session-phrases"`
	Persistent        []string           `yaml:"persistent"`
	PersistentPhrases []string           `yaml:"persistent-phrases"`
	Moments           map[string]int64   `yaml:"moments"`

	units      map[string]int64
	session    map[string]bool
	persistent map[string]bool
}

func (t *durationTable) prepare() {
	t.units = map[string]int64{}
	for _, u := range t.Units {
		for _, w := range u.Words {
			t.units[w] = u.Seconds
			if plain := fold(w); t.units[plain] == 0 {
				t.units[plain] = u.Seconds // Not everybody types accents.
			}
		}
	}
	for _, w := range slices.Sorted(maps.Keys(t.Numbers)) {
		if plain := fold(w); t.Numbers[plain] == 0 {
			t.Numbers[plain] = t.Numbers[w]
		}
	}
	t.session, t.persistent = setOf(t.Session), setOf(t.Persistent)
}

func setOf(list []string) map[string]bool {
	m := make(map[string]bool, len(list))
	for _, s := range list {
		m[s] = true
	}
	return m
}

// token finds numbers and words. A number may have groups of thousands or a
// decimal part.
var token = regexp.MustCompile(`[0-9]+(?:[.,][0-9]+)*|[\p{L}']+(?:-[\p{L}]+)*|[-–/+(),;]`)

// A piece is an amount and its unit: "2 years".
type piece struct {
	seconds float64
	unit    int64
	at, end int // places of its tokens
}

// parseLifetime reads a lifetime in the languages of durations.yaml: "2 years",
// "1 an et 1 mois", "Sitzung", "13 maanden", "6-12 months" (the longer counts),
// "session". A number without a unit takes unit, the seconds of the column's
// unit; 0 if the column names none.
func parseLifetime(s string, unit int64) lifetime {
	t := &theTables().durations
	s = strings.Join(strings.Fields(strings.ToLower(s)), " ")
	if len(s) > 500 {
		s = s[:500]
	}
	none := lifetime{Seconds: -1}
	if s == "" {
		return none
	}
	if seconds, ok := longest(t, token.FindAllString(s, -1), unit); ok {
		return lifetime{Seconds: seconds}
	}
	moment := int64(-1)
	for phrase, seconds := range t.Moments {
		if strings.Contains(s, phrase) {
			moment = max(moment, seconds)
		}
	}
	if moment >= 0 {
		return lifetime{Seconds: moment}
	}
	words := strings.FieldsFunc(s, func(c rune) bool { return !unicode.IsLetter(c) && c != '-' })
	if anyOf(words, t.session) || containsAny(s, t.SessionPhrases) {
		return lifetime{Seconds: -1, Session: true}
	}
	if anyOf(words, t.persistent) || containsAny(s, t.PersistentPhrases) {
		return lifetime{Seconds: -1, Persistent: true}
	}
	return none
}

func anyOf(words []string, set map[string]bool) bool {
	for _, w := range words {
		if set[w] {
			return true
		}
	}
	return false
}

func containsAny(s string, phrases []string) bool {
	for _, p := range phrases {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

// longest returns the longest lifetime among the tokens. Pieces that stand side
// by side with falling units make one: "1 year 1 month 4 days".
func longest(t *durationTable, tokens []string, unit int64) (int64, bool) {
	pieces := piecesOf(t, tokens)
	if len(pieces) == 0 {
		if unit > 0 && len(tokens) == 1 {
			if n, ok := amount(tokens[0]); ok {
				return clamp(n * float64(unit)), true
			}
		}
		return 0, false
	}
	best, sum := 0.0, 0.0
	for i, p := range pieces {
		joined := i > 0 && p.unit < pieces[i-1].unit && p.at-pieces[i-1].end <= 1 && !splits(tokens, pieces[i-1].end, p.at)
		if !joined {
			sum = 0
		}
		sum += p.seconds
		best = max(best, sum)
	}
	return clamp(best), true
}

// splits reports whether a sign between two pieces says that they are two
// statements: "90 days (3 months)", "1 year / 30 days".
func splits(tokens []string, from, to int) bool {
	for _, s := range tokens[from:to] {
		if strings.Contains("(/-–;", s) {
			return true
		}
	}
	return false
}

func piecesOf(t *durationTable, tokens []string) []piece {
	var list []piece
	for i := 0; i < len(tokens); i++ {
		n, ok := amount(tokens[i])
		if !ok {
			n, ok = t.Numbers[tokens[i]], t.Numbers[tokens[i]] > 0
		}
		if !ok {
			continue
		}
		next := i + 1
		// "6-12 months": the unit of the second number holds for both.
		if next+1 < len(tokens) && strings.Contains("-–/", tokens[next]) {
			if _, number := amount(tokens[next+1]); number {
				continue
			}
		}
		// "12-monthly", "2 full years" and the like are left; "30-day" is not.
		if next < len(tokens) && tokens[next] == "-" {
			next++
		}
		if next >= len(tokens) {
			continue
		}
		word := strings.SplitN(tokens[next], "-", 2)[0]
		seconds, ok := t.units[word]
		if !ok {
			continue
		}
		list = append(list, piece{n * float64(seconds), seconds, i, next + 1})
		i = next
	}
	return list
}

// amount reads a number: "2", "1.5", "1,5", "1.825" (thousands, as in German).
func amount(s string) (float64, bool) {
	if s == "" || s[0] < '0' || s[0] > '9' {
		return 0, false
	}
	parts := strings.FieldsFunc(s, func(c rune) bool { return c == '.' || c == ',' })
	thousands := len(parts) > 1 && parts[0] != "0" && len(parts[0]) <= 3
	for _, p := range parts[1:] {
		thousands = thousands && len(p) == 3
	}
	switch {
	case len(parts) == 1:
	case thousands:
		parts = []string{strings.Join(parts, "")}
	case len(parts) == 2:
		parts = []string{parts[0] + "." + parts[1]}
	default:
		return 0, false
	}
	n, err := strconv.ParseFloat(parts[0], 64)
	return n, err == nil
}

func clamp(n float64) int64 { return int64(min(n, maxSeconds)) }

// unitOf returns the seconds of the unit that a column's heading names: "Lifespan
// (days)"; 0 if it names none.
func unitOf(heading string) int64 {
	for _, word := range strings.FieldsFunc(strings.ToLower(heading), func(c rune) bool { return !unicode.IsLetter(c) }) {
		if len(word) > 2 {
			if seconds, ok := theTables().durations.units[word]; ok {
				return seconds
			}
		}
	}
	return 0
}
