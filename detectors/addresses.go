package detectors

import (
	_ "embed" // the table
	"fmt"
	"net/url"
	"strings"
	"sync"
)

//go:embed addresses.yaml
var addressesYAML []byte

// addresses is addresses.yaml, with the names in lower case.
type addresses struct {
	decoration map[string]string // name -> click mail visitor
	private    map[string]string // name -> what it holds
	roles      map[string]bool
	calendars  []string
}

var theAddresses = sync.OnceValue(func() *addresses {
	a, err := readAddresses(addressesYAML)
	if err != nil {
		panic(err) // a mistake of the programmer; the tests find it
	}
	return a
})

func readAddresses(data []byte) (*addresses, error) {
	var file struct {
		Decoration map[string][]string `yaml:"decoration"`
		Private    map[string][]string `yaml:"private"`
		Roles      []string            `yaml:"roles"`
		Calendars  []string            `yaml:"calendars"`
	}
	if err := read("addresses.yaml", data, &file); err != nil {
		return nil, err
	}
	a := &addresses{roles: set(file.Roles), calendars: file.Calendars}
	var err error
	if a.decoration, err = byName(file.Decoration); err != nil {
		return nil, err
	}
	a.private, err = byName(file.Private)
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

// A parameter is one part of an address that has a name.
type parameter struct {
	name  string // decoded
	value string // decoded; "" values are left out
}

// maxParameters limits how many parameters of one address are looked at.
const maxParameters = 200

// parametersOf lists the parameters of query and fragment of an address.
func parametersOf(rawURL string) []parameter {
	address, fragment, _ := strings.Cut(rawURL, "#")
	_, q, _ := strings.Cut(address, "?")
	if _, after, ok := strings.Cut(fragment, "?"); ok {
		fragment = after // of an address inside the fragment
	}
	var out []parameter
	for _, part := range []string{q, fragment} {
		for pair := range strings.SplitSeq(part, "&") {
			name, value, ok := strings.Cut(pair, "=")
			if !ok || value == "" || len(out) >= maxParameters {
				continue
			}
			out = append(out, parameter{unescaped(name), unescaped(value)})
		}
	}
	return out
}

// unescaped takes percent signs off, where they are right.
func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// Decorated reports whether an address carries a mark that ties a visit to a click
// or a message before it, or to the visitor of another site.
func Decorated(rawURL string) bool { return len(decorationsOf(rawURL)) > 0 }

// A decoration is such a mark.
type decoration struct {
	parameter
	kind string // click mail visitor
}

// minDecoration is the length of a mark that can be told from other texts.
const minDecoration = 6

// decorationsOf lists the marks of an address.
func decorationsOf(rawURL string) []decoration {
	var out []decoration
	for _, p := range parametersOf(rawURL) {
		if kind := theAddresses().decoration[strings.ToLower(p.name)]; kind != "" && len(p.value) >= minDecoration && len(p.value) <= maxValue {
			out = append(out, decoration{p, kind})
		}
	}
	return out
}
