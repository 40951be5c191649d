package codes

import (
	"slices"
	"strconv"
	"time"

	"github.com/spoor-audit/spoor/evidence"
)

// Many codes are too short to be told from words by their form: of eleven
// characters of Math.random().toString(36), a third change too rarely between
// letters and digits. Where a visit has several runs, each with a fresh profile,
// what the same cookie or item holds in each tells them apart: a word comes back.

// minVaried is how many times a short code changes between letters and digits.
const minVaried = 2

// Varied lists the tokens of cookies and storage items that look like short
// codes and were others in every run that had the cookie or item, of at least two.
func Varied(v *evidence.Visit) map[string]bool {
	type seen struct {
		runs   []int // that had the cookie or item, each once
		tokens map[string]int
	}
	of := map[string]*seen{}
	note := func(run int, key, value string) {
		s := of[key]
		if s == nil {
			s = &seen{tokens: map[string]int{}}
			of[key] = s
		}
		if !slices.Contains(s.runs, run) {
			s.runs = append(s.runs, run)
		}
		n := 0
		for token := range Tokens(plainOf(value)) {
			if n++; n > maxVaried {
				break
			}
			if first, ok := s.tokens[token]; ok && first != run {
				s.tokens[token] = shownTwice
			} else if !ok {
				s.tokens[token] = run
			}
		}
	}
	eachValue(v, note)
	out := map[string]bool{}
	for _, s := range of {
		if len(s.runs) < 2 {
			continue
		}
		for token, run := range s.tokens {
			if run != shownTwice && mayBeShortCode(token, v.Subject.Started) {
				out[token] = true
			}
		}
	}
	return out
}

const (
	maxVaried  = 100 // tokens of one value that are compared
	shownTwice = -1
)

// mayBeShortCode reports whether a token could be a code if it is not the same
// twice: letters and digits that alternate, no time.
func mayBeShortCode(token string, near time.Time) bool {
	if len(token) < MinIdentifier || len(token) > 2*minMixed {
		return false
	}
	turns, digits, letters := 0, 0, 0
	for i := 0; i < len(token); i++ {
		switch {
		case IsDigit(token[i]):
			digits++
		case IsLetter(token[i]):
			letters++
		default:
			return false // names of experiments and files have dashes
		}
		if i > 0 && IsDigit(token[i]) != IsDigit(token[i-1]) {
			turns++
		}
	}
	return digits >= 2 && letters >= 2 && turns >= minVaried && !isDate(token) && !isTime36(token, near)
}

// isTime36 reports whether a token is a moment within a few years of the visit, in
// milliseconds to the base of 36 or 16.
func isTime36(token string, near time.Time) bool {
	for _, base := range []int{36, 16} {
		if n, err := strconv.ParseInt(token, base, 64); err == nil && isTime(strconv.FormatInt(n, 10), near) {
			return true
		}
	}
	return false
}

// In returns the codes in a value that look like identifiers, by their form or
// because they are others in every run; at most n, each once.
func In(value string, near time.Time, n int, varied map[string]bool) []string {
	out := IdentifiersIn(value, near, n)
	if len(varied) == 0 {
		return out
	}
	for token := range Tokens(plainOf(value)) {
		if len(out) >= n {
			break
		}
		if varied[token] && !slices.Contains(out, token) {
			out = append(out, token)
		}
	}
	return out
}
