// Package canary owns texts to type into forms: each looks like what a field asks
// for, belongs to nobody, and occurs nowhere else, so that it can be found again
// wherever it goes. It must not know browsers.
package canary

import (
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

//go:embed canaries.yaml
var canariesYAML []byte

// material is what canaries.yaml holds.
type material struct {
	Consonants string              `yaml:"consonants"`
	Vowels     string              `yaml:"vowels"`
	Domain     string              `yaml:"domain"`
	Phones     map[string][]string `yaml:"phones"`
	Postcodes  map[string][]string `yaml:"postcodes"`
	Letters    string              `yaml:"letters"`
	Houses     []string            `yaml:"houses"`
	Never      []string            `yaml:"never"`
}

var load = sync.OnceValues(func() (*material, error) {
	var m material
	if err := yaml.Unmarshal(canariesYAML, &m); err != nil {
		return nil, fmt.Errorf("canary: read canaries.yaml: %w", err)
	}
	return &m, nil
})

// A Want is what a field takes.
type Want struct {
	Asks     string // as evidence.Field.Asks, or "search"
	Type     string // of the field: "email", "text", "textarea", "editable", ...
	Language string // of the page, "nl" or "nl-NL"; "" if not known
	Max      int    // characters that it holds; 0 is no limit
	Low      string // least value of a number or date, as HTML writes it; "" is no limit
	High     string // greatest value
	Pattern  string // regular expression that the value must match; "" is none
	Digits   bool   // it wants a keyboard of digits
	Words    string // its label and name
	Hint     string // its placeholder
	Fills    string // what the browser is told to fill in (autocomplete)
}

// A Maker makes the texts of one run.
type Maker struct {
	material *material
	key      string
	made     map[string]bool
}

// New returns the maker of the texts for a site. The same seed and site make the
// same texts, in the order in which they are asked for.
func New(seed int64, site string) (*Maker, error) {
	m, err := load()
	if err != nil {
		return nil, err
	}
	return &Maker{material: m, key: strconv.FormatInt(seed, 10) + "\n" + site, made: map[string]bool{}}, nil
}

// maxTries is how often another text is made where one was made before.
const maxTries = 50

// leastLength is how short a text may be, in characters, that is not a house number
// or postal code: shorter ones cannot be told from others.
const leastLength = 4

// Text makes the text for the n-th field. It is "" for a field that is left alone:
// one that asks for a card or a code, or that holds too little for a text that could
// be found again.
func (m *Maker) Text(n int, w Want) string {
	for part := range strings.FieldsSeq(strings.ToLower(w.Fills)) {
		if slices.Contains(m.material.Never, part) {
			return ""
		}
	}
	for try := range maxTries {
		s := newStream(m.key + "\n" + strconv.Itoa(n) + "\n" + strconv.Itoa(try))
		text := w.fitting((&draft{m.material, s, w}).texts())
		if text == "" {
			return ""
		}
		if !m.made[text] {
			m.made[text] = true
			return text
		}
	}
	return ""
}

// fitting is the first text that the field takes; of those that only break its
// pattern, the first.
func (w *Want) fitting(texts []string) string {
	pattern := w.compiled()
	best := ""
	for _, t := range texts {
		n := utf8.RuneCountInString(t)
		if t == "" || w.Max > 0 && n > w.Max || n < leastLength && !w.short() {
			continue
		}
		if pattern == nil || pattern.MatchString(t) {
			return t
		}
		if best == "" {
			best = t
		}
	}
	return best
}

// short reports whether a text for the field may be shorter than others.
func (w *Want) short() bool { return w.Asks == "address" || w.Asks == "postcode" }

// maxPattern is how long a pattern may be that is looked at, in bytes.
const maxPattern = 300

// compiled is the field's pattern, as HTML anchors it; nil if there is none, or none
// that Go knows.
func (w *Want) compiled() *regexp.Regexp {
	if w.Pattern == "" || len(w.Pattern) > maxPattern {
		return nil
	}
	re, err := regexp.Compile(`^(?:` + w.Pattern + `)$`)
	if err != nil {
		return nil
	}
	return re
}

// base is the language without its country.
func (w *Want) base() string {
	base, _, _ := strings.Cut(strings.ToLower(w.Language), "-")
	return base
}

// A stream gives numbers that look random and are always the same.
type stream struct {
	key   string
	block [sha256.Size]byte
	used  int
	count int
}

func newStream(key string) *stream { return &stream{key: key, used: sha256.Size} }

// below returns a number from 0 to n-1.
func (s *stream) below(n int) int {
	if s.used+4 > len(s.block) {
		s.block = sha256.Sum256([]byte("spoor canary\n" + s.key + "\n" + strconv.Itoa(s.count)))
		s.count++
		s.used = 0
	}
	v := binary.BigEndian.Uint32(s.block[s.used:])
	s.used += 4
	return int(uint64(v) * uint64(n) >> 32) //nolint:gosec // Less than n.
}
