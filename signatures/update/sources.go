package update

import (
	"bytes"
	_ "embed" // the sources
	"fmt"
	"net/url"
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/spoor-audit/spoor/signatures"
)

// A Source is a place where a list comes from.
type Source struct {
	Name    string `yaml:"name"`
	Kind    string `yaml:"kind"` // signatures.KindFilters and so on
	URL     string `yaml:"url"`
	Version string `yaml:"version"` // header of the answer that tells the version
	Licence string `yaml:"licence"`
}

//go:embed sources.yaml
var sourcesFile []byte

// Sources returns the lists that spoor knows, in the order in which they are
// shown.
func Sources() ([]Source, error) {
	var list []Source
	dec := yaml.NewDecoder(bytes.NewReader(sourcesFile))
	dec.KnownFields(true)
	if err := dec.Decode(&list); err != nil {
		return nil, fmt.Errorf("update: sources.yaml: %w", err)
	}
	return list, nil
}

// Choose returns the sources to fetch: those that spoor knows and those of the
// lock; or, if some are named or added, these only. Added ones have a name and a
// URL; an address that was added before, or is added now, replaces the one that
// spoor knows. Lists that spoor does not know are filter lists.
func Choose(lock *Lock, named []string, added []Source) ([]Source, error) {
	list, err := Sources()
	if err != nil {
		return nil, err
	}
	if lock != nil {
		for _, e := range lock.Lists {
			list = withSource(list, Source{Name: e.Name, Kind: e.Kind, URL: e.URL, Licence: e.Licence})
		}
	}
	for _, s := range added {
		if err := s.check(); err != nil {
			return nil, err
		}
		list = withSource(list, s)
	}
	if len(named)+len(added) == 0 {
		return list, nil
	}
	named = slices.Clone(named)
	for _, s := range added {
		named = append(named, s.Name)
	}
	for _, name := range named {
		if !slices.ContainsFunc(list, func(s Source) bool { return s.Name == name }) {
			return nil, &UnknownError{name, names(list)}
		}
	}
	return slices.DeleteFunc(list, func(s Source) bool { return !slices.Contains(named, s.Name) }), nil
}

func names(list []Source) []string {
	all := make([]string, len(list))
	for i, s := range list {
		all[i] = s.Name
	}
	return all
}

// withSource adds a source, or gives a known one another address.
func withSource(list []Source, s Source) []Source {
	for i := range list {
		if list[i].Name == s.Name {
			list[i].URL = s.URL
			return list
		}
	}
	if s.Kind == "" {
		s.Kind, s.Licence = signatures.KindFilters, "of its publisher"
	}
	return append(list, s)
}

// An UnknownError is a name that no list has.
type UnknownError struct {
	Name  string
	Known []string
}

func (e *UnknownError) Error() string { return fmt.Sprintf("there is no list %q", e.Name) }

var nameShape = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// reserved are names that mean something else in results.
var reserved = []string{"core", "autoconsent"}

func (s Source) check() error {
	if !nameShape.MatchString(s.Name) || slices.Contains(reserved, s.Name) || len(s.Name) > 60 {
		return fmt.Errorf("a list cannot be called %q: a name is made of small letters, digits and dashes", s.Name)
	}
	u, err := url.Parse(s.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return fmt.Errorf("the list %s has no web address: %q", s.Name, s.URL)
	}
	return nil
}
