// Package lang owns the words of spoor's reports: user-interface texts, names
// of categories, countries, gaps and events, plural forms, and how a language
// writes numbers and dates. English for detectors stands beside each detector;
// its Dutch stands here, under the detector's ID.
//
// The package must not know results or detectors: it is asked for a key and
// gives words. Data is in en.yaml and nl.yaml, which have the same keys.
package lang

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed *.yaml
var files embed.FS

// Codes lists the languages of reports, the one that others fall back to first.
func Codes() []string { return []string{"en", "nl"} }

// A Text is one language. It is safe for use by several goroutines.
type Text struct {
	code    string
	about   string // "mail." or ""; see About
	words   map[string]string
	plurals map[string]map[string]string
	docs    map[string]Doc // of techniques
	checks  map[string]CheckDoc
}

// A Doc is the documentation of a detector in another language than English.
// Its fields are those of detectors.Doc.
type Doc struct {
	Found    string `yaml:"found"`
	Clean    string `yaml:"clean"`
	Sentence string `yaml:"sentence"`
	// Sentences are said instead of findings of one kind.
	Sentences map[string]string `yaml:"sentences"`
	Why       string            `yaml:"why"`
	Fix       string            `yaml:"fix"`
	Limits    string            `yaml:"limits"`
}

// A CheckDoc is the documentation of a check in another language than English.
// Its fields are those of checks.Doc.
type CheckDoc struct {
	Found     string            `yaml:"found"`
	Clean     string            `yaml:"clean"`
	Sentences map[string]string `yaml:"sentences"` // by the reason of a verdict
	Why       string            `yaml:"why"`
	Fix       string            `yaml:"fix"`
	Limits    string            `yaml:"limits"`
}

// Load returns a language by its code, "en" or "nl", also in the form "nl-NL"
// or "nl_NL.UTF-8".
func Load(code string) (*Text, error) {
	short, _, _ := strings.Cut(strings.ToLower(code), "-")
	short, _, _ = strings.Cut(short, "_")
	if !slices.Contains(Codes(), short) {
		return nil, fmt.Errorf("lang: no texts in %q; there are %s", code, strings.Join(Codes(), " and "))
	}
	return all()[short], nil
}

// Get returns a language by its code, and English where there is none.
func Get(code string) *Text {
	t, err := Load(code)
	if err != nil {
		return all()["en"]
	}
	return t
}

// all reads the embedded files once. They are part of the program and a test
// reads them, so a fault in them is a fault of the build, not of its use.
var all = sync.OnceValue(func() map[string]*Text {
	texts := map[string]*Text{}
	for _, code := range Codes() {
		t, err := read(code)
		if err != nil {
			panic(err)
		}
		texts[code] = t
	}
	return texts
})

// read reads one language.
func read(code string) (*Text, error) {
	t := &Text{code: code, words: map[string]string{}, plurals: map[string]map[string]string{}, docs: map[string]Doc{}, checks: map[string]CheckDoc{}}
	for _, name := range []string{code + ".yaml", code + "-survey.yaml"} {
		data, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("lang: read %q: %w", code, err)
		}
		var root yaml.Node
		if err := yaml.Unmarshal(data, &root); err != nil {
			return nil, fmt.Errorf("lang: read %s: %w", name, err)
		}
		if len(root.Content) == 1 {
			if err := t.flatten("", root.Content[0]); err != nil {
				return nil, fmt.Errorf("lang: read %s: %w", name, err)
			}
		}
	}
	if err := t.readCountries(); err != nil {
		return nil, err
	}
	for kind, docs := range map[string]any{"techniques": &t.docs, "checks": &t.checks} {
		data, err := files.ReadFile(code + "-" + kind + ".yaml")
		if errors.Is(err, fs.ErrNotExist) {
			continue // English stands beside the detectors.
		}
		if err != nil {
			return nil, fmt.Errorf("lang: read %s of %q: %w", kind, code, err)
		}
		if err := yaml.Unmarshal(data, docs); err != nil {
			return nil, fmt.Errorf("lang: read %s-%s.yaml: %w", code, kind, err)
		}
	}
	return t, nil
}

// readCountries stores the names of countries under "country." and their code.
func (t *Text) readCountries() error {
	data, err := files.ReadFile("countries.yaml")
	if err != nil {
		return fmt.Errorf("lang: read countries: %w", err)
	}
	names := map[string][]string{}
	if err := yaml.Unmarshal(data, &names); err != nil {
		return fmt.Errorf("lang: read countries.yaml: %w", err)
	}
	for code, name := range names {
		if len(name) != len(Codes()) {
			return fmt.Errorf("lang: countries.yaml: %s needs a name in each language", code)
		}
		t.words["country."+code] = name[slices.Index(Codes(), t.code)]
	}
	return nil
}

// flatten stores the texts of a mapping under their dotted keys. A mapping with
// the key "other" is a text with plural forms.
func (t *Text) flatten(prefix string, n *yaml.Node) error {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := prefix+n.Content[i].Value, n.Content[i+1]
		switch {
		case value.Kind == yaml.ScalarNode:
			t.words[key] = value.Value
		case value.Kind == yaml.MappingNode && isPlural(value):
			forms := map[string]string{}
			if err := value.Decode(&forms); err != nil {
				return fmt.Errorf("line %d: %w", value.Line, err)
			}
			t.plurals[key] = forms
		case value.Kind == yaml.MappingNode:
			if err := t.flatten(key+".", value); err != nil {
				return err
			}
		default:
			return fmt.Errorf("line %d: %s is neither a text nor a group of texts", value.Line, key)
		}
	}
	return nil
}

func isPlural(n *yaml.Node) bool {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "other" && n.Content[i+1].Kind == yaml.ScalarNode {
			return slices.ContainsFunc(n.Content, func(c *yaml.Node) bool { return c.Value == "one" })
		}
	}
	return false
}

// About returns the language as it speaks of a kind of subject, "page" or "mail":
// texts under the name of the kind take the place of those of the same key, so that
// "mail.state.before" is said of a mail instead of "state.before".
func (t *Text) About(kind string) *Text {
	of := *t
	of.about = kind + "."
	return &of
}

// of returns the key under which a text stands for what is spoken of.
func (t *Text) of(key string) string {
	if t.about != "" {
		if own := t.about + key; t.words[own] != "" || t.plurals[own] != nil {
			return own
		}
	}
	return key
}

// Code returns "en" or "nl".
func (t *Text) Code() string { return t.code }

// Keys lists all keys, sorted; of texts with plural forms, the key without the
// form.
func (t *Text) Keys() []string {
	keys := slices.AppendSeq(slices.Collect(maps.Keys(t.words)), maps.Keys(t.plurals))
	slices.Sort(keys)
	return keys
}

// Has reports whether there is a text without plural forms under a key.
func (t *Text) Has(key string) bool {
	_, ok := t.words[t.of(key)]
	return ok
}

// T returns the text under a key, with each {name} replaced by the value that
// follows the name in pairs. Whole numbers are written as the language writes
// them. A key that does not exist comes back in brackets, to be seen in tests.
func (t *Text) T(key string, pairs ...any) string {
	s, ok := t.words[t.of(key)]
	if !ok {
		return "[" + key + "]"
	}
	return Fill(s, t.args(pairs))
}

// N returns the form of the text under a key that fits a number: "zero" if the
// text has that form and n is 0, "one" if n is 1, else "other". {n} stands for
// the number. English and Dutch follow the same rule.
func (t *Text) N(key string, n int, pairs ...any) string {
	forms, ok := t.plurals[t.of(key)]
	if !ok {
		return "[" + key + "]"
	}
	s, zero := forms["zero"]
	switch {
	case n == 0 && zero:
	case n == 1:
		s = forms["one"]
	default:
		s = forms["other"]
	}
	args := t.args(pairs)
	if _, given := args["n"]; !given {
		args["n"] = t.Number(n)
	}
	return Fill(s, args)
}

func (t *Text) args(pairs []any) map[string]string {
	args := make(map[string]string, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		name := fmt.Sprint(pairs[i])
		switch v := pairs[i+1].(type) {
		case int:
			args[name] = t.Number(v)
		case string:
			args[name] = v
		default:
			args[name] = fmt.Sprint(v)
		}
	}
	return args
}

// Word returns the name of an id within a group, such as "category" and
// "analytics". An id that has no name is its own name: it comes from data, and
// data may know more than this version of the texts.
func (t *Text) Word(group, id string) string {
	if s, ok := t.words[t.of(group+"."+id)]; ok {
		return s
	}
	return id
}

// Doc returns the documentation of a technique in this language; false for
// English, which stands beside the detectors.
func (t *Text) Doc(id string) (Doc, bool) {
	d, ok := t.docs[id]
	return d, ok
}

// CheckDoc returns the documentation of a check in this language; false for
// English, which stands beside the checks.
func (t *Text) CheckDoc(id string) (CheckDoc, bool) {
	d, ok := t.checks[id]
	return d, ok && id != checkReasons
}

// CheckReason returns the common words for why checks do not apply or could not
// be judged, by the code of the reason; "" for English, and for a code without
// words.
func (t *Text) CheckReason(code string) string { return t.checks[checkReasons].Sentences[code] }

// CheckReasons lists the codes that CheckReason has words for, sorted.
func (t *Text) CheckReasons() []string {
	return slices.Sorted(maps.Keys(t.checks[checkReasons].Sentences))
}

// checkReasons is the entry among the checks that holds the common reasons.
const checkReasons = "reasons"

// CheckDocs lists the checks that have documentation in this language, sorted.
func (t *Text) CheckDocs() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(t.checks)), func(id string) bool { return id == checkReasons })
}

// Docs lists the techniques that have documentation in this language, sorted.
func (t *Text) Docs() []string { return slices.Sorted(maps.Keys(t.docs)) }

// Fill replaces each {name} in a text by the value of that name. {name|one|other}
// gives "one" if the value is 1 and "other" if it is not. A name without a value
// stays as it is, so that a fault is seen. Values are put in as they are and not
// looked into again.
func Fill(text string, args map[string]string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	var b strings.Builder
	for {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			break
		}
		length := strings.IndexByte(text[open:], '}')
		if length < 0 {
			break
		}
		b.WriteString(text[:open])
		b.WriteString(fillOne(text[open:open+length+1], args))
		text = text[open+length+1:]
	}
	b.WriteString(text)
	return b.String()
}

// fillOne replaces one placeholder, given with its braces.
func fillOne(placeholder string, args map[string]string) string {
	parts := strings.Split(placeholder[1:len(placeholder)-1], "|")
	value, ok := args[parts[0]]
	switch {
	case !ok:
		return placeholder
	case len(parts) == 1:
		return value
	case len(parts) != 3:
		return placeholder
	}
	if n, err := strconv.Atoi(value); err == nil && n == 1 {
		return parts[1]
	}
	return parts[2]
}

// Placeholders lists the names that a text has values for, sorted and each once.
func Placeholders(text string) []string {
	seen := map[string]bool{}
	for {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			break
		}
		length := strings.IndexByte(text[open:], '}')
		if length < 0 {
			break
		}
		name, _, _ := strings.Cut(text[open+1:open+length], "|")
		seen[name] = true
		text = text[open+length+1:]
	}
	return slices.Sorted(maps.Keys(seen))
}
