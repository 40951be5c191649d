package readers

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// words is the content of words.yaml.
type words struct {
	Purposes []struct {
		Category string   `yaml:"category"`
		Words    []string `yaml:"words"`
	} `yaml:"purposes"`
	Yes   []string `yaml:"yes"`
	No    []string `yaml:"no"`
	Plain struct {
		Yes []string `yaml:"yes"`
		No  []string `yaml:"no"`
	} `yaml:"plain"`
	Levels struct {
		Yes []string `yaml:"yes"`
		No  []string `yaml:"no"`
	} `yaml:"levels"`
	Keys       []string `yaml:"keys"`
	NotKeys    []string `yaml:"not_keys"`
	NotAnswers []string `yaml:"not_answers"`
	Refusals   []string `yaml:"refusals"`
	Consents   []string `yaml:"consents"`
	Notices    []string `yaml:"notices"`
	Lists      []string `yaml:"lists"`
	Names      []string `yaml:"names"`
}

func readWords(data []byte) (*words, error) {
	w := &words{}
	if err := strict(data, w); err != nil {
		return nil, fmt.Errorf("readers: read words.yaml: %w", err)
	}
	for _, p := range w.Purposes {
		if !slices.Contains(categories, p.Category) {
			return nil, fmt.Errorf("readers: read words.yaml: no category is called %q", p.Category)
		}
	}
	return w, nil
}

// purpose is the category that a name speaks of, or "".
func (w *words) purpose(name string) string {
	name = plain(name)
	for _, p := range w.Purposes {
		if speaks(name, p.Words) {
			return p.Category
		}
	}
	return ""
}

// speaks reports whether a plain name holds one of the words.
func speaks(name string, list []string) bool {
	var parts []string
	for _, w := range list {
		if len(w) > 3 {
			if strings.Contains(name, w) {
				return true
			}
			continue
		}
		if parts == nil {
			parts = strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		}
		if slices.Contains(parts, w) {
			return true
		}
	}
	return false
}

// accents are the letters that are compared without their accent.
var accents = strings.NewReplacer(
	"à", "a", "á", "a", "â", "a", "ã", "a", "ä", "a", "å", "a", "ç", "c", "č", "c", "ć", "c", "è", "e", "é", "e", "ê", "e",
	"ë", "e", "ę", "e", "ě", "e", "ì", "i", "í", "i", "î", "i", "ï", "i", "ł", "l", "ñ", "n", "ń", "n", "ò", "o", "ó", "o",
	"ô", "o", "õ", "o", "ö", "o", "ø", "o", "ő", "o", "š", "s", "ś", "s", "ù", "u", "ú", "u", "û", "u", "ü", "u", "ů", "u",
	"ý", "y", "ž", "z", "ź", "z", "ż", "z", "ß", "ss",
)

func plain(s string) string {
	const most = 200
	if len(s) > most {
		s = s[:most]
	}
	return accents.Replace(strings.ToLower(strings.TrimSpace(s)))
}

// answer reads a value as yes or no; nil if it is neither. The lists, if there
// are any, take the place of the usual words.
func (w *words) answer(v any, yes, no []string) *bool {
	if len(yes) == 0 && len(no) == 0 {
		yes, no = w.Yes, w.No
	}
	s, ok := scalar(v)
	if !ok {
		return nil
	}
	s = plain(s)
	has := func(list []string) bool {
		return slices.ContainsFunc(list, func(x string) bool {
			_, ok := like(strings.ToLower(x), s)
			return ok
		})
	}
	switch {
	case has(yes):
		return ptr(true)
	case has(no):
		return ptr(false)
	}
	return nil
}

func ptr[T any](v T) *T { return &v }
