// Package codes owns telling identifiers of visitors from other texts: by their form,
// and by what the same cookie or storage item holds in other runs. It must not know
// who keeps a value, or what for.
package codes

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spoor-audit/spoor/evidence"
)

// Limits of what counts as an identifier in a value. They follow Englehardt et
// al. (WWW 2015), who ask for 8 characters and differing values, and
// docs/consent.md 2.0, which asks for 30 days: what is gone within a month
// cannot recognise anyone for long.
const (
	MinIdentifier = 8                   // characters of a code
	MinHex        = 16                  // of a code of hexadecimal digits only
	minNumber     = 9                   // of a code of digits only
	minMixed      = 20                  // of a code in which letters and digits hardly alternate
	MinKept       = 30 * 24 * time.Hour // of a cookie
)

// MaxCodes is how many codes of one value are followed, maxEarlier how many of all
// values that a cookie had.
const (
	MaxCodes   = 6
	MaxEarlier = 12
)

// MaxValue limits how much of a value is looked at, and maxNested how often
// encodings inside encodings are taken off. Values come from pages.
const (
	MaxValue  = 8192
	maxNested = 3
)

// IdentifierIn returns the first code in a value that looks like an identifier
// of a visitor, or "". near is about when the visit took place: numbers around
// it are times.
func IdentifierIn(value string, near time.Time) string {
	if list := IdentifiersIn(value, near, 1); len(list) > 0 {
		return list[0]
	}
	return ""
}

// IdentifiersIn returns the first codes in a value that look like identifiers, at
// most n, each once.
func IdentifiersIn(value string, near time.Time, n int) []string {
	var out []string
	for token := range Tokens(plainOf(value)) {
		if IsIdentifier(token, near) && !slices.Contains(out, token) {
			if out = append(out, token); len(out) == n {
				break
			}
		}
	}
	return out
}

// plainOf takes encodings off a value, and what is too long of it.
func plainOf(value string) string {
	for range maxNested {
		if len(value) > MaxValue {
			value = value[:MaxValue]
		}
		plain, ok := decoded(value)
		if !ok {
			return value
		}
		value = plain
	}
	return value[:min(len(value), MaxValue)]
}

// decoded takes one encoding off a value: percent signs, or Base64 of JSON.
func decoded(value string) (string, bool) {
	if strings.Contains(value, "%") {
		if plain, err := url.QueryUnescape(value); err == nil && plain != value {
			return plain, true
		}
	}
	if !strings.HasPrefix(value, "eyJ") { // Base64 of {"
		return "", false
	}
	code, _, _ := strings.Cut(strings.TrimRight(value, "="), ".") // of a signed token, the head
	for _, enc := range []*base64.Encoding{base64.RawURLEncoding, base64.RawStdEncoding} {
		if plain, err := enc.DecodeString(code); err == nil && utf8.Valid(plain) {
			// Of a token the payload follows the head.
			return string(plain) + strings.TrimPrefix(strings.TrimRight(value, "="), code), true
		}
	}
	return "", false
}

// Tokens yields the codes and words of a value.
func Tokens(value string) func(func(string) bool) {
	return func(yield func(string) bool) {
		start := -1
		for i := 0; i <= len(value); i++ {
			if i < len(value) && isTokenByte(value[i]) {
				if start < 0 {
					start = i
				}
				continue
			}
			if start >= 0 {
				if !yield(strings.Trim(value[start:i], "-_")) {
					return
				}
				start = -1
			}
		}
	}
}

func isTokenByte(b byte) bool { return IsLetter(b) || IsDigit(b) || b == '-' || b == '_' }

// IsDigit reports whether a byte is an ASCII digit.
func IsDigit(b byte) bool { return b >= '0' && b <= '9' }

// IsLetter reports whether a byte is an ASCII letter.
func IsLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// IsHex reports whether a byte is a hexadecimal digit.
func IsHex(b byte) bool { return IsDigit(b) || b|0x20 >= 'a' && b|0x20 <= 'f' }

// IsIdentifier judges one code by its form.
func IsIdentifier(token string, near time.Time) bool {
	if IsUUID(token) {
		return true
	}
	if len(token) < MinIdentifier {
		return false
	}
	var digits, letters, upper, hex, turns int
	for i := 0; i < len(token); i++ {
		b := token[i]
		switch {
		case IsDigit(b):
			digits++
		case IsLetter(b):
			letters++
			if b < 'a' {
				upper++
			}
		}
		if IsHex(b) {
			hex++
		}
		if i > 0 && IsDigit(b) != IsDigit(token[i-1]) {
			turns++
		}
	}
	mixed := upper > letters/4 && upper < letters*3/4 // cases change without rhyme
	switch {
	case letters == 0:
		return digits >= minNumber && digits == len(token) && !isTime(token, near)
	case digits == 0:
		// Words, and names made of words, but for long codes.
		return len(token) >= minMixed && mixed && !strings.ContainsAny(token, "-_")
	case hex == len(token):
		return len(token) >= MinHex
	case isDate(token):
		return false
	}
	// Words with a number at the end ("version2", "en-US-2024") turn once or
	// twice; codes turn often, or are long.
	return turns >= 4 || len(token) >= minMixed && (digits >= 4 || mixed) && !strings.ContainsAny(token, "-_")
}

// IsUUID reports whether a code has the form 8-4-4-4-12 of a UUID.
func IsUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	zero := true
	for i := 0; i < len(s); i++ {
		switch i {
		case 8, 13, 18, 23:
			if s[i] != '-' {
				return false
			}
		default:
			if !IsHex(s[i]) {
				return false
			}
			zero = zero && s[i] == '0'
		}
	}
	return !zero
}

// isTime reports whether a number is a moment within a few years of the visit,
// in seconds, milliseconds or microseconds, or written out as a date.
func isTime(number string, near time.Time) bool {
	if isDate(number) {
		return true
	}
	if near.IsZero() {
		return false
	}
	from, to := near.AddDate(-2, 0, 0).Unix(), near.AddDate(2, 0, 0).Unix()
	var seconds string
	switch len(number) {
	case 10, 13, 16:
		seconds = number[:10]
	default:
		return false
	}
	var n int64
	for i := 0; i < len(seconds); i++ {
		n = n*10 + int64(seconds[i]-'0')
	}
	return n >= from && n <= to
}

// isDate reports whether a code is a date: 20261121, 2026-11-21, 20261121T101500.
func isDate(s string) bool {
	var d []byte
	for i := 0; i < len(s); i++ {
		switch b := s[i]; {
		case IsDigit(b):
			d = append(d, b)
		case b == '-' || b == '_' || b == 'T' || b == 'Z':
		default:
			return false
		}
	}
	plain := len(d) == len(s) // then only the usual lengths, or any number is a date
	if len(d) < 8 || plain && len(d) != 8 && len(d) != 12 && len(d) != 14 && len(d) != 17 {
		return false
	}
	year, month, day := string(d[:4]), string(d[4:6]), string(d[6:8])
	return year >= "1990" && year < "2100" && month >= "01" && month <= "12" && day >= "01" && day <= "31"
}

// KeyPattern makes the name of a storage item the same in every visit: runs of
// digits and long codes become "*".
func KeyPattern(key string) string {
	var b strings.Builder
	for i := 0; i < len(key); {
		if !IsLetter(key[i]) && !IsDigit(key[i]) {
			b.WriteByte(key[i])
			i++
			continue
		}
		j := i
		for j < len(key) && (IsLetter(key[j]) || IsDigit(key[j])) {
			j++
		}
		b.WriteString(wordPattern(key[i:j]))
		i = j
	}
	return b.String()
}

// wordPattern replaces the codes in one word of a key.
func wordPattern(word string) string {
	digits, hex := 0, 0
	for i := 0; i < len(word); i++ {
		if IsDigit(word[i]) {
			digits++
		}
		if IsHex(word[i]) {
			hex++
		}
	}
	if digits > 0 && (hex == len(word) && len(word) >= 6 || len(word) >= 12) {
		return "*"
	}
	var b strings.Builder
	for i := 0; i < len(word); {
		j := i
		for j < len(word) && IsDigit(word[j]) {
			j++
		}
		if j-i >= 3 {
			b.WriteByte('*')
			i = j
			continue
		}
		b.WriteString(word[i:max(j, i+1)])
		i = max(j, i+1)
	}
	return b.String()
}

// Constants finds the values of cookies and storage items that were the same in
// every run that had them, of at least two. Each run has a fresh profile, so
// such a value tells nobody apart, unless it was computed from the device.
func Constants(v *evidence.Visit) map[string]bool {
	type value struct {
		text string
		run  int
		runs int
	}
	first := map[string]*value{}
	varies := map[string]bool{}
	note := func(run int, key, text string) {
		old := first[key]
		switch {
		case old == nil:
			first[key] = &value{text: text, run: run, runs: 1}
		case old.text != text:
			varies[key] = true
		case old.run != run:
			old.run, old.runs = run, old.runs+1
		}
	}
	eachValue(v, note)
	fixed := map[string]bool{}
	for key, x := range first {
		fixed[key] = x.runs > 1 && !varies[key]
	}
	return fixed
}

// CookieIdentity is what a cookie has in all runs: its name and place.
func CookieIdentity(c *evidence.Cookie) string {
	return "cookie\x00" + c.Name + "\x00" + c.Domain + "\x00" + c.Path
}

// ItemIdentity is what a storage item has in all runs: its kind, place and name.
func ItemIdentity(s *evidence.StorageItem) string {
	return s.Kind + "\x00" + s.Origin + "\x00" + s.Key
}

// eachValue tells of the values of cookies and storage items, by the number of the run
// and what the cookie or item has in all runs.
func eachValue(v *evidence.Visit, tell func(run int, identity, value string)) {
	for i := range v.Runs {
		r := &v.Runs[i]
		for j := range r.Cookies {
			tell(i, CookieIdentity(&r.Cookies[j]), r.Cookies[j].Value)
		}
		for j := range r.Storage {
			tell(i, ItemIdentity(&r.Storage[j]), r.Storage[j].Value)
		}
	}
}
