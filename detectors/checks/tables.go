package checks

import (
	"embed"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/spoor-audit/spoor/detectors/datafile"
)

//go:embed checks.yaml law.yaml lexicon.yaml market.yaml profiles.yaml
var files embed.FS

// The tables hold what the rules know: see the heads of the files.
type tables struct {
	docs     map[string]Doc // by check; the common reasons are apart
	reasons  map[string]string
	laws     map[string]Law
	profiles []Profile
	market   market
	lexicon  lexicon
}

// A market is market.yaml.
type market struct {
	Vendors       map[string]int `yaml:"tcf-vendors"`
	Analytics     []string       `yaml:"analytics"`
	Social        []string       `yaml:"social"`
	Audience      []string       `yaml:"audience"`
	Selling       []string       `yaml:"selling"`
	Media         []string       `yaml:"media"`
	Government    []string       `yaml:"government"`
	GoogleHits    []string       `yaml:"google-hits"`
	GoogleCompany string         `yaml:"google-company"`
	GoogleCookies []string       `yaml:"google-cookies"`
	EEA           []string       `yaml:"eea"`
	Adequate      []string       `yaml:"adequate"`
	Certified     []string       `yaml:"certified"`
	RightToLeft   []string       `yaml:"right-to-left"`
	Words         map[string]Law `yaml:"words"`
}

// A term is one thing that a text can say, and the words for it.
type term struct {
	ID    string
	Words []*regexp.Regexp
}

// A lexicon is lexicon.yaml, by language.
type lexicon struct {
	purposes   map[string][]term
	content    map[string][]term
	parties    map[string][]*regexp.Regexp
	continuing map[string][]*regexp.Regexp
	summary    map[string][]*regexp.Regexp
	bundled    map[string][]*regexp.Regexp
	agree      map[string][]*regexp.Regexp
	refuse     map[string][]*regexp.Regexp
}

// theTables reads the embedded files once. They are part of the program, so a
// mistake in them is a mistake of the programmer; the tests find it.
var theTables = sync.OnceValue(func() *tables {
	t, err := readTables()
	if err != nil {
		panic(err)
	}
	return t
})

func readTables() (*tables, error) {
	t := &tables{laws: map[string]Law{}}
	err := errors.Join(
		t.readDocs(),
		read("law.yaml", &t.laws),
		read("profiles.yaml", &t.profiles),
		read("market.yaml", &t.market),
		t.readLexicon(),
	)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(t.profiles, func(a, b Profile) int { return strings.Compare(a.ID, b.ID) })
	return t, nil
}

// read reads a file of the package. Unknown keys are mistakes.
func read(name string, into any) error {
	data, err := files.ReadFile(name)
	if err != nil {
		return fmt.Errorf("checks: read %s: %w", name, err)
	}
	return datafile.Read(name, data, into)
}

func (t *tables) readLexicon() error {
	type words = map[string][]string
	type entry struct {
		ID    string   `yaml:"id"`
		Words []string `yaml:"words"`
	}
	var file struct {
		Purposes   map[string][]entry             `yaml:"purposes"`
		Content    map[string][]entry             `yaml:"content"`
		Parties    words                          `yaml:"parties"`
		Continuing words                          `yaml:"continuing"`
		Summary    words                          `yaml:"summary"`
		Bundled    words                          `yaml:"bundled"`
		Loaded     map[string]map[string][]string `yaml:"loaded"`
	}
	if err := read("lexicon.yaml", &file); err != nil {
		return err
	}
	agree, refuse := words{}, words{}
	for code, m := range file.Loaded {
		agree[code], refuse[code] = m["agree"], m["refuse"]
	}
	var errs []error
	compile := func(list []string) []*regexp.Regexp {
		out := make([]*regexp.Regexp, 0, len(list))
		for _, s := range list {
			re, err := regexp.Compile(s)
			if err != nil {
				errs = append(errs, fmt.Errorf("checks: read lexicon.yaml: %w", err))
				continue
			}
			out = append(out, re)
		}
		return out
	}
	plain := func(in words) map[string][]*regexp.Regexp {
		out := map[string][]*regexp.Regexp{}
		for code, list := range in {
			out[code] = compile(list)
		}
		return out
	}
	terms := func(in map[string][]entry) map[string][]term {
		out := map[string][]term{}
		for code, list := range in {
			for _, e := range list {
				out[code] = append(out[code], term{ID: e.ID, Words: compile(e.Words)})
			}
		}
		return out
	}
	t.lexicon = lexicon{
		purposes: terms(file.Purposes), content: terms(file.Content),
		parties: plain(file.Parties), continuing: plain(file.Continuing), summary: plain(file.Summary),
		bundled: plain(file.Bundled), agree: plain(agree), refuse: plain(refuse),
	}
	return errors.Join(errs...)
}

// says returns the first words of a text in lower case that one of some
// expressions fits, or "".
func says(text string, words []*regexp.Regexp) string {
	for _, re := range words {
		if s := re.FindString(text); s != "" {
			return s
		}
	}
	return ""
}

// saidTerms returns the IDs of the terms that a text in lower case holds, in the
// order of the list.
func saidTerms(text string, terms []term) []string {
	var out []string
	for _, t := range terms {
		if says(text, t.Words) != "" {
			out = append(out, t.ID)
		}
	}
	return out
}
