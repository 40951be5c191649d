package readers

import (
	_ "embed"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed readers.yaml
var readersYAML []byte

//go:embed words.yaml
var wordsYAML []byte

// A table is the content of readers.yaml and words.yaml.
type table struct {
	Readers []reader `yaml:"readers"`
	words   *words
}

// A reader is one row of readers.yaml: one consent manager.
type reader struct {
	ID     string `yaml:"id"`
	Name   string `yaml:"name"`
	Detect struct {
		Globals   []string `yaml:"globals"`
		Selectors []string `yaml:"selectors"`
	} `yaml:"detect"`
	Read    []source `yaml:"read"`
	Names   string   `yaml:"names"`  // JavaScript: an object, id of a category -> what the site calls it
	Opaque  bool     `yaml:"opaque"` // it keeps more than can be read here: no record does not mean no choice
	Samples []sample `yaml:"samples"`
}

// A source is one place where a consent manager keeps its record, and how to
// read it.
type source struct {
	// Exactly one of these. Cookie and Local are names, with * for any text.
	Cookie string `yaml:"cookie"`
	Local  string `yaml:"local"`
	Main   string `yaml:"main"` // JavaScript among the page's own scripts
	// Each says that every matching name is one category, named by what * stands for.
	Each bool `yaml:"each"`

	As   []string `yaml:"as"`   // how the text is decoded, one step after the other
	Has  []string `yaml:"has"`  // paths, one of which the value must have; else it is another tool's
	Yes  []string `yaml:"yes"`  // what is read as allowed, in place of the usual words
	No   []string `yaml:"no"`   // what is read as not allowed
	Flip bool     `yaml:"flip"` // values say what is refused

	Flags   *ref   `yaml:"flags"`   // object: id -> yes or no
	Allowed *ref   `yaml:"allowed"` // list of ids
	Denied  *ref   `yaml:"denied"`  // list of ids
	Every   string `yaml:"every"`   // path of an object whose names are all the ids there are
	// Complete says that a category of IDs which the record does not name is
	// refused.
	Complete bool `yaml:"complete"`

	Items *items   `yaml:"items"` // list of objects
	All   *verdict `yaml:"all"`   // one value for everything that is not necessary

	IDs map[string]string `yaml:"ids"` // id -> category; "-" is passed over

	Made   *test   `yaml:"made"` // default: a record was found
	Method *method `yaml:"method"`
}

// A ref is a place in a decoded value.
type ref struct {
	Path string   `yaml:"path"`
	As   []string `yaml:"as"`
	// Value is the path in each member that says yes or no, where that is no
	// simple value.
	Value string `yaml:"value"`
}

func (r *ref) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		r.Path = n.Value
		return nil
	}
	type plain ref
	return n.Decode((*plain)(r))
}

type items struct {
	Path  string `yaml:"path"`
	ID    string `yaml:"id"`
	Value string `yaml:"value"`
	// Skip is a path in the item; if it is true, the item cannot be refused.
	Skip string `yaml:"skip"`
}

type verdict struct {
	Path string   `yaml:"path"`
	Yes  []string `yaml:"yes"`
	No   []string `yaml:"no"`
}

// A test asks whether a person has chosen.
type test struct {
	Path   string   `yaml:"path"`
	Is     []string `yaml:"is"`
	Not    []string `yaml:"not"`
	Some   bool     `yaml:"some"` // the path has a value that is not empty
	Cookie string   `yaml:"cookie"`
	Local  string   `yaml:"local"`
	// Unknown says that the record does not tell.
	Unknown bool `yaml:"unknown"`
}

type method struct {
	Path     string   `yaml:"path"`
	Explicit []string `yaml:"explicit"`
	Implied  []string `yaml:"implied"`
	// Always is the method where the record is only made by a person.
	Always string `yaml:"always"`
}

// A sample is a state of the browser, or what a page's function gives, and what
// it means.
type sample struct {
	Note    string            `yaml:"note"`
	Cookies map[string]string `yaml:"cookies"`
	Local   map[string]string `yaml:"local"`
	Main    any               `yaml:"main"`
	Names   map[string]string `yaml:"names"`
	None    bool              `yaml:"none"` // it is not this tool's record
	Made    *bool             `yaml:"made"`
	Method  string            `yaml:"method"`

	Categories map[string]bool `yaml:"categories"`
}

// load reads the tables once; nothing changes them.
var load = sync.OnceValues(func() (*table, error) { return read(readersYAML, wordsYAML) })

func read(rows, list []byte) (*table, error) {
	t := &table{}
	if err := strict(rows, t); err != nil {
		return nil, fmt.Errorf("readers: read readers.yaml: %w", err)
	}
	w, err := readWords(list)
	if err != nil {
		return nil, err
	}
	t.words = w
	for i := range t.Readers {
		if err := t.Readers[i].check(); err != nil {
			return nil, fmt.Errorf("readers: read readers.yaml: %s: %w", t.Readers[i].ID, err)
		}
	}
	return t, nil
}

func strict(data []byte, into any) error {
	d := yaml.NewDecoder(strings.NewReader(string(data)))
	d.KnownFields(true)
	return d.Decode(into)
}

// Categories are the purposes that records are read into, the first of which
// cannot be refused. Of tools that know only yes and no, "other" stands for
// everything else.
var categories = []string{"necessary", "functional", "analytics", "marketing", "social", "other"}

var idForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (r *reader) check() error {
	if !idForm.MatchString(r.ID) || r.Name == "" {
		return fmt.Errorf("bad id or no name")
	}
	if len(r.Read) == 0 && len(r.Samples) > 0 {
		return fmt.Errorf("samples of nothing that is read")
	}
	for _, s := range r.Read {
		places := 0
		for _, p := range []string{s.Cookie, s.Local, s.Main} {
			if p != "" {
				places++
			}
		}
		if places != 1 {
			return fmt.Errorf("a source needs one of cookie, local and main")
		}
		for _, step := range s.As {
			if !knownStep(step) {
				return fmt.Errorf("no way of decoding is called %q", step)
			}
		}
		for _, p := range []string{s.Cookie, s.Local} {
			if _, err := path.Match(p, ""); err != nil {
				return fmt.Errorf("bad pattern %q", p)
			}
		}
		for id, c := range s.IDs {
			if c != "-" && !slices.Contains(categories, c) {
				return fmt.Errorf("%q is in no known category: %q", id, c)
			}
		}
	}
	return nil
}

// like reports whether a name matches a pattern in which * is any text, and
// returns what the first * stands for.
func like(pattern, name string) (string, bool) {
	before, after, star := strings.Cut(pattern, "*")
	if !star {
		return "", pattern == name
	}
	if !strings.HasPrefix(name, before) || len(name) < len(before) {
		return "", false
	}
	rest := name[len(before):]
	if !strings.Contains(after, "*") {
		if len(rest) < len(after) || !strings.HasSuffix(rest, after) {
			return "", false
		}
		return rest[:len(rest)-len(after)], true
	}
	for i := range len(rest) + 1 {
		if _, ok := like(after, rest[i:]); ok {
			return rest[:i], true
		}
	}
	return "", false
}
