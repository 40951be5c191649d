package consent

import (
	"bytes"
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed words/*.yaml
var wordFiles embed.FS

//go:embed places.yaml
var placesYAML []byte

// A lexicon is what one language says about consent, as words/<language>.yaml
// holds it; patterns are written as [pattern] tells. README of the words folder:
// words/en.yaml explains each list.
type lexicon struct {
	Language string `yaml:"language"` // ISO 639-1
	Name     string `yaml:"name"`     // in English

	// Whole labels of controls.
	Accept      []string `yaml:"accept"`
	Acknowledge []string `yaml:"acknowledge"`
	Reject      []string `yaml:"reject"`
	Settings    []string `yaml:"settings"`
	Save        []string `yaml:"save"`
	Pay         []string `yaml:"pay"`
	Close       []string `yaml:"close"`
	Back        []string `yaml:"back"`

	// Parts tell the role of labels that no list holds.
	Parts map[string][]string `yaml:"parts"`

	Sentences []string `yaml:"sentences"` // in texts that ask for consent
	Marks     []string `yaml:"marks"`     // beginnings of words that make a text worth reading
	Policy    []string `yaml:"policy"`    // words of links to statements
	Withdraw  []string `yaml:"withdraw"`  // words of ways back to the choice
	Browser   []string `yaml:"browser"`   // words about the settings of the browser

	Never    map[string][]string `yaml:"never"`    // texts of other things that pop up
	Purposes map[string][]string `yaml:"purposes"` // of switches
	Interest []string            `yaml:"interest"` // legitimate interest
	Always   []string            `yaml:"always"`   // "always on"
	Stop     string              `yaml:"stop"`     // frequent words, by which the language is known

	Fields map[string][]string `yaml:"fields"` // what a field of a form asks
	Forms  map[string][]string `yaml:"forms"`  // what a form is for
}

// partNames are the parts that labels are made of; see classify.
var partNames = []string{
	"accept", "reject", "all", "only", "necessary", "optional", "choose", "setting", "save", "selection", "close", "pay", "free",
	"not", "without", "no", "yes", "go", "ack", "object", "info", "later", "back", "except", "login", "more", "or",
}

// places holds names that depend on no language.
type places struct {
	// Hints are parts of ids and classes of dialogs, Against those of other
	// things, Closes those of close icons.
	Hints   []string `yaml:"hints"`
	Against []string `yaml:"against"`
	Closes  []string `yaml:"closes"`
	Gates   []string `yaml:"gates"` // parts of addresses of pages that only ask
	// Ways are selectors of known ways back to the choice.
	Ways []string `yaml:"ways"`
	// WayHints are parts of classes of ways back.
	WayHints []string `yaml:"way_hints"`
	// Auto says what the autocomplete attribute of a field asks, Inputs its type.
	Auto   map[string]string `yaml:"auto"`
	Inputs map[string]string `yaml:"inputs"`
	// On and Off are words and values of the two positions of a switch.
	On  []string `yaml:"on"`
	Off []string `yaml:"off"`
	// Money are signs and abbreviations of currencies.
	Money []string `yaml:"money"`
	// Papers are parts of addresses of statements, by kind.
	Papers map[string][]string `yaml:"papers"`
}

// An entry says what a pattern in an index stands for.
type entry struct {
	lang  int
	class string
	list  string // the list it stood in
}

// words is everything the lexicons say, ready to be asked.
type words struct {
	langs  []*lexicon // sorted by language
	places places
	number map[string]int
	labels *index // of controls
	label  []entry
	texts  *index // of dialogs and pages
	text   []entry
	stops  map[string][]int // frequent word -> languages
	marks  string           // regular expressions for the world
	hints  string
	ways   string
	papers string
}

// loadWords reads the embedded lexicons once; they never change afterwards.
var loadWords = sync.OnceValues(readWords)

func readWords() (*words, error) {
	names, err := wordFiles.ReadDir("words")
	if err != nil {
		return nil, fmt.Errorf("consent: read words: %w", err)
	}
	w := &words{number: map[string]int{}, labels: newIndex(), texts: newIndex(), stops: map[string][]int{}}
	for _, n := range names {
		data, err := wordFiles.ReadFile(path.Join("words", n.Name()))
		if err != nil {
			return nil, fmt.Errorf("consent: read words: %w", err)
		}
		l := &lexicon{}
		if err := decode(data, l); err != nil {
			return nil, fmt.Errorf("consent: read words/%s: %w", n.Name(), err)
		}
		w.langs = append(w.langs, l)
	}
	slices.SortFunc(w.langs, func(a, b *lexicon) int { return strings.Compare(a.Language, b.Language) })
	if err := decode(placesYAML, &w.places); err != nil {
		return nil, fmt.Errorf("consent: read places.yaml: %w", err)
	}
	for i, l := range w.langs {
		w.number[l.Language] = i
		w.addLabels(i, l)
		w.addTexts(i, l)
	}
	w.expressions()
	return w, nil
}

func decode(data []byte, into any) error {
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	return d.Decode(into)
}

// wholes are the lists of whole labels, in the order in which they win.
var wholes = []struct {
	class string
	of    func(*lexicon) []string
}{
	{"pay", func(l *lexicon) []string { return l.Pay }},
	{"reject", func(l *lexicon) []string { return l.Reject }},
	{"save", func(l *lexicon) []string { return l.Save }},
	{"settings", func(l *lexicon) []string { return l.Settings }},
	{"close", func(l *lexicon) []string { return l.Close }},
	{"accept", func(l *lexicon) []string { return l.Accept }},
	{"acknowledge", func(l *lexicon) []string { return l.Acknowledge }},
	{"back", func(l *lexicon) []string { return l.Back }},
}

func (w *words) addLabels(lang int, l *lexicon) {
	add := func(class, list string, patterns []string) {
		for _, p := range patterns {
			if w.labels.add(parsePattern(p)) >= 0 {
				w.label = append(w.label, entry{lang, class, list})
			}
		}
	}
	for _, list := range wholes {
		add(list.class, "whole", list.of(l))
	}
	for _, name := range partNames {
		add(name, "part", l.Parts[name])
	}
	for _, name := range sortedKeys(l.Never) {
		add(name, "never", l.Never[name])
	}
	add("policy", "link", l.Policy)
	add("withdraw", "link", l.Withdraw)
	add("browser", "link", l.Browser)
	add("interest", "interest", l.Interest)
}

func (w *words) addTexts(lang int, l *lexicon) {
	add := func(class, list string, patterns []string) {
		for _, p := range patterns {
			if w.texts.add(parsePattern(p)) >= 0 {
				w.text = append(w.text, entry{lang, class, list})
			}
		}
	}
	add("sentence", "sentence", l.Sentences)
	for _, name := range sortedKeys(l.Never) {
		add(name, "never", l.Never[name])
	}
	for _, name := range sortedKeys(l.Purposes) {
		add(name, "purpose", l.Purposes[name])
	}
	add("interest", "interest", l.Interest)
	add("always", "always", l.Always)
	for _, name := range sortedKeys(l.Fields) {
		add(name, "field", l.Fields[name])
	}
	for _, name := range sortedKeys(l.Forms) {
		add(name, "form", l.Forms[name])
	}
	for s := range strings.FieldsSeq(l.Stop) {
		for _, t := range tokens(s) {
			if !slices.Contains(w.stops[t.exact], lang) {
				w.stops[t.exact] = append(w.stops[t.exact], lang)
			}
		}
	}
}

func sortedKeys(m map[string][]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// expressions makes the regular expressions with which the world picks out what
// is worth a second look. They may find too much, never too little.
func (w *words) expressions() {
	var marks, ways, papers []string
	for _, l := range w.langs {
		marks = append(marks, l.Marks...)
		ways = append(ways, l.Marks...)
		for _, list := range [][]string{l.Withdraw, l.Policy} {
			for _, p := range list {
				ways = append(ways, longest(p))
			}
		}
		for _, p := range l.Policy {
			papers = append(papers, longest(p))
		}
	}
	for _, kind := range sortedKeys(w.places.Papers) {
		papers = append(papers, w.places.Papers[kind]...)
	}
	w.marks, w.hints = either(marks), either(w.places.Hints)
	w.ways, w.papers = either(append(ways, w.places.WayHints...)), either(papers)
}

// longest is the longest written-out word of a pattern.
func longest(p string) string {
	best := ""
	for _, f := range strings.FieldsFunc(p, func(r rune) bool { return r == ' ' || r == '*' || r == '=' || r == '.' || r == '|' }) {
		if len(f) > len(best) {
			best = f
		}
	}
	return best
}

// either joins words into a regular expression that finds any of them.
func either(list []string) string {
	list = slices.DeleteFunc(slices.Clone(list), func(s string) bool { return len(s) < 3 })
	slices.Sort(list)
	list = slices.Compact(list)
	for i, s := range list {
		list[i] = quoteMeta(s)
	}
	return strings.Join(list, "|")
}

// quoteMeta escapes what has a meaning in the world's regular expressions.
func quoteMeta(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune(`\.+*?()|[]{}^$/`, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
