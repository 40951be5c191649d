package addresses

import (
	_ "embed" // the table
	"fmt"
	"net/url"
	"strings"
	"sync"

	"github.com/spoor-audit/spoor/detectors/codes"
	"github.com/spoor-audit/spoor/detectors/datafile"
)

//go:embed addresses.yaml
var addressesYAML []byte

// Table is addresses.yaml, with the names in lower case.
type Table struct {
	Decoration map[string]string // name -> click mail visitor
	Private    map[string]string // name -> what it holds
	Roles      map[string]bool
	Calendars  []string
}

// Known reads the embedded table once. It is part of the program, so a mistake in it is
// a mistake of the programmer; the tests find it.
var Known = sync.OnceValue(func() *Table {
	a, err := readAddresses(addressesYAML)
	if err != nil {
		panic(err) // a mistake of the programmer; the tests find it
	}
	return a
})

func readAddresses(data []byte) (*Table, error) {
	var file struct {
		Decoration map[string][]string `yaml:"decoration"`
		Private    map[string][]string `yaml:"private"`
		Roles      []string            `yaml:"roles"`
		Calendars  []string            `yaml:"calendars"`
	}
	if err := datafile.Read("addresses.yaml", data, &file); err != nil {
		return nil, err
	}
	a := &Table{Roles: datafile.Set(file.Roles), Calendars: file.Calendars}
	var err error
	if a.Decoration, err = byName(file.Decoration); err != nil {
		return nil, err
	}
	a.Private, err = byName(file.Private)
	return a, err
}

// byName turns lists of names by kind around.
func byName(lists map[string][]string) (map[string]string, error) {
	out := map[string]string{}
	for kind, names := range lists {
		for _, name := range names {
			if old, ok := out[name]; ok || name != strings.ToLower(name) {
				return nil, fmt.Errorf("detectors: addresses.yaml: %q of %s is in %q already, or is not in lower case", name, kind, old)
			}
			out[name] = kind
		}
	}
	return out, nil
}

// A Parameter is one part of an address that has a name.
type Parameter struct {
	Name  string // decoded
	Value string // decoded; "" values are left out
}

// maxParameters limits how many parameters of one address are looked at.
const maxParameters = 200

// ParametersOf lists the parameters of query and fragment of an address.
func ParametersOf(rawURL string) []Parameter {
	address, fragment, _ := strings.Cut(rawURL, "#")
	_, q, _ := strings.Cut(address, "?")
	if _, after, ok := strings.Cut(fragment, "?"); ok {
		fragment = after // of an address inside the fragment
	}
	var out []Parameter
	for _, part := range []string{q, fragment} {
		for pair := range strings.SplitSeq(part, "&") {
			name, value, ok := strings.Cut(pair, "=")
			if !ok || value == "" || len(out) >= maxParameters {
				continue
			}
			out = append(out, Parameter{Unescaped(name), Unescaped(value)})
		}
	}
	return out
}

// Unescaped takes percent signs off, where they are right.
func Unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// Decorated reports whether an address carries a mark that ties a visit to a click
// or a message before it, or to the visitor of another site.
func Decorated(rawURL string) bool { return len(DecorationsOf(rawURL)) > 0 }

// A Decoration is such a mark.
type Decoration struct {
	Parameter
	Kind string // click mail visitor
}

// minDecoration is the length of a mark that can be told from other texts.
const minDecoration = 6

// DecorationsOf lists the marks of an address.
func DecorationsOf(rawURL string) []Decoration {
	var out []Decoration
	for _, p := range ParametersOf(rawURL) {
		if kind := Known().Decoration[strings.ToLower(p.Name)]; kind != "" && len(p.Value) >= minDecoration && len(p.Value) <= codes.MaxValue {
			out = append(out, Decoration{p, kind})
		}
	}
	return out
}
