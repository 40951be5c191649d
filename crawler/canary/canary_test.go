package canary

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func maker(t testing.TB, seed int64, site string) *Maker {
	t.Helper()
	m, err := New(seed, site)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestText asks for a text for fields of many kinds, and demands that a form would
// take it.
func TestText(t *testing.T) {
	tests := []struct {
		name string
		want Want
		like string // regular expression; "" is none at all
	}{
		{"e-mail", Want{Asks: "email", Type: "email"}, `^[a-z]{10}\d{4}@example\.com$`},
		{"e-mail by its words", Want{Asks: "email", Type: "text"}, `@example\.com$`},
		{"short e-mail", Want{Asks: "email", Type: "email", Max: 20}, `^[a-z]{8}@example\.com$`},
		{"full name", Want{Asks: "name", Type: "text"}, `^[A-Z][a-z]{9} [A-Z][a-z]{7}$`},
		{"short name", Want{Asks: "name", Type: "text", Max: 12}, `^[A-Z][a-z]{7,11}$`},
		{"first name", Want{Asks: "first-name", Type: "text"}, `^[A-Z][a-z]{9}$`},
		{"British phone", Want{Asks: "phone", Type: "tel", Language: "en-GB"}, `^07700900\d{3}$`},
		{"German phone", Want{Asks: "phone", Type: "tel", Language: "de"}, `^03023125\d{3}$`},
		{"French phone", Want{Asks: "phone", Type: "tel", Language: "fr"}, `^063998\d{4}$`},
		{"Dutch phone", Want{Asks: "phone", Type: "tel", Language: "nl"}, `^\+447700900\d{3}$`},
		{"phone of ten digits", Want{Asks: "phone", Type: "tel", Language: "nl", Max: 10}, `^20255501\d\d$`},
		{"phone by pattern", Want{Asks: "phone", Type: "tel", Language: "nl", Pattern: `0\d{10}`}, `^07700900\d{3}$`},
		{"phone as a number", Want{Asks: "phone", Type: "number", Language: "nl"}, `^447700900\d{3}$`},
		{"password", Want{Asks: "password", Type: "password"}, `^[A-Z][a-z]\d\d![a-z]{10}\d\d$`},
		{"short password", Want{Asks: "password", Type: "password", Max: 8}, `^[A-Z][a-z]\d\d![a-z]{3}$`},
		{"PIN", Want{Asks: "password", Type: "password", Pattern: `\d{4}`, Max: 4}, `^\d{4}$`},
		{"Dutch postcode", Want{Asks: "postcode", Type: "text", Language: "nl-NL"}, `^[1-9]\d{3} [A-Z]{2}$`},
		{"Dutch postcode without a blank", Want{Asks: "postcode", Type: "text", Language: "nl", Max: 6}, `^[1-9]\d{3}[A-Z]{2}$`},
		{"Dutch postcode of an English page", Want{Asks: "postcode", Type: "text", Language: "en", Pattern: `[1-9][0-9]{3} ?[A-Za-z]{2}`}, `^[1-9]\d{3} ?[A-Z]{2}$`},
		{"postcode", Want{Asks: "postcode", Type: "text"}, `^[1-9]\d{4}$`},
		{"street", Want{Asks: "address", Type: "text", Words: "Street"}, `^[A-Z][a-z]{9} \d{3}$`},
		{"house number", Want{Asks: "address", Type: "text", Words: "Huisnummer toev"}, `^[1-9]\d\d$`},
		{"house number of two", Want{Asks: "address", Type: "text", Words: "house number", Max: 2}, `^[1-9]\d$`},
		{"birth date", Want{Asks: "birth-date", Type: "date"}, `^19[5-9]\d-\d\d-\d\d$`},
		{"birth date in Dutch", Want{Asks: "birth-date", Type: "text", Language: "nl"}, `^\d\d-\d\d-19\d\d$`},
		{"birth date as shown", Want{Asks: "birth-date", Type: "text", Language: "nl", Hint: "jjjj/mm/dd"}, `^19\d\d/\d\d/\d\d$`},
		{"birth date as the label says", Want{Asks: "birth-date", Type: "text", Words: "Geburtsdatum (TT.MM.JJJJ)"}, `^\d\d\.\d\d\.19\d\d$`},
		{"birth date with a short year", Want{Asks: "birth-date", Type: "text", Hint: "DD-MM-YY"}, `^\d\d-\d\d-\d\d$`},
		{"date to come", Want{Type: "date", Low: "2031-01-01"}, `^203[12]-\d\d-\d\d$`},
		{"date of an old person", Want{Type: "date", High: "1960-12-31"}, `^19(5\d|60)-\d\d-\d\d$`},
		{"search", Want{Asks: "search", Type: "search"}, `^[a-z]{12}$`},
		{"message", Want{Asks: "message", Type: "textarea"}, `^[A-Z][a-z]{9} [a-z]{8} [a-z]{10}\.$`},
		{"website", Want{Asks: "other", Type: "url"}, `^https://[a-z]{10}\.example\.com/$`},
		{"anything", Want{Asks: "other", Type: "text"}, `^[a-z]{10}\d{3}$`},
		{"anything short", Want{Asks: "other", Type: "text", Max: 4}, `^.{4}$`},
		{"letters only", Want{Asks: "other", Type: "text", Pattern: `[A-Za-z ]+`}, `^[A-Za-z]{8,}$`},
		{"digits", Want{Asks: "other", Type: "text", Digits: true}, `^\d{9}$`},
		{"number", Want{Asks: "other", Type: "number", Low: "1000", High: "90000"}, `^\d{4,5}$`},
		{"national number is nobody's", Want{Asks: "national-id", Type: "text"}, `^[a-z]{10}\d{3}$`},
		{"pattern that Go does not know", Want{Asks: "password", Type: "password", Pattern: `(?=.*\d).{8,}`}, `^.{17}$`},
		{"pattern that nothing fits", Want{Asks: "other", Type: "text", Pattern: `[xq]{3}#`}, `^[a-z]{10}\d{3}$`},

		{"quantity", Want{Asks: "other", Type: "number", Low: "1", High: "10"}, ``},
		{"one character", Want{Asks: "other", Type: "text", Max: 1}, ``},
		{"card", Want{Asks: "other", Type: "text", Fills: "billing cc-number"}, ``},
		{"code", Want{Asks: "other", Type: "text", Fills: "one-time-code"}, ``},
		{"time", Want{Asks: "other", Type: "time"}, ``},
	}
	for _, tt := range tests {
		for seed := range int64(40) {
			got := maker(t, seed, "https://shop.test/").Text(1, tt.want)
			if tt.like == "" {
				if got != "" {
					t.Errorf("%s: %q, want none", tt.name, got)
				}
				continue
			}
			if !regexp.MustCompile(tt.like).MatchString(got) {
				t.Errorf("%s: %q is not like %s", tt.name, got, tt.like)
			}
		}
	}
}

// TestOwn demands that texts are the same for the same seed and site, and others for
// every other.
func TestOwn(t *testing.T) {
	wants := []Want{{Asks: "email", Type: "email"}, {Asks: "phone", Type: "tel"}, {Asks: "postcode", Type: "text"}, {Asks: "other", Type: "text", Max: 4}}
	seen := map[string]bool{}
	for n, w := range wants {
		one := maker(t, 1, "https://shop.test/").Text(n, w)
		if again := maker(t, 1, "https://shop.test/").Text(n, w); again != one {
			t.Errorf("%+v: %q and then %q", w, one, again)
		}
		for _, other := range []string{maker(t, 2, "https://shop.test/").Text(n, w), maker(t, 1, "https://other.test/").Text(n, w)} {
			if other == one && w.Asks == "email" {
				t.Errorf("%+v: %q twice", w, one)
			}
		}
	}
	m := maker(t, 1, "https://shop.test/")
	for n := range 300 {
		text := m.Text(n, wants[n%len(wants)])
		if text == "" || seen[text] {
			t.Fatalf("text %d: %q, which was made before", n, text)
		}
		seen[text] = true
	}
}

func FuzzText(f *testing.F) {
	f.Add("email", "email", "nl", 20, "1", "9", `\d+`, "label", "dd-mm-jjjj", "cc-number", true)
	f.Add("birth-date", "date", "", 0, "9999-01-01", "0001-01-01", `(`, "TT.MM.JJJJ", "//", "", false)
	f.Add("address", "number", "de", 3, "1e300", "-1e300", "", "Hausnummer", "mm mm mm", "", false)
	f.Fuzz(func(t *testing.T, asks, kind, language string, longest int, low, high, pattern, words, hint, fills string, digits bool) {
		m := maker(t, 1, "https://shop.test/")
		got := m.Text(1, Want{asks, kind, language, longest, low, high, pattern, digits, words, hint, fills})
		if longest > 0 && utf8.RuneCountInString(got) > longest && kind != "date" {
			t.Errorf("%q is longer than %d", got, longest)
		}
		if strings.ContainsAny(got, "\r\n\t") {
			t.Errorf("%q holds a key that is none of a text's", got)
		}
	})
}
