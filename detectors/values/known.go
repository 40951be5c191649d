package values

import (
	_ "embed" // the table
	"fmt"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed known.yaml
var knownYAML []byte

// A known holds the ways of wrapping that are not general; see the head of
// known.yaml.
type known struct {
	salts []salt
	maps  []*strings.Replacer
	codes []countryCode
}

type salt struct {
	hash, after string
	sum         func(string) []byte
}

// A countryCode is that of telephone numbers, and the digits that are left out
// behind it.
type countryCode struct {
	Code string `yaml:"code"`
	Drop string `yaml:"drop"`
}

// theKnown reads the embedded table once. It is part of the program, so a mistake
// in it is a mistake of the programmer; the tests find it.
var theKnown = sync.OnceValue(func() *known {
	k, err := readKnown(knownYAML)
	if err != nil {
		panic(err)
	}
	return k
})

func readKnown(data []byte) (*known, error) {
	var file struct {
		Salts []struct{ Hash, After, Source string }
		Maps  []struct{ From, To, Source string }
		Codes []countryCode
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("values: read known.yaml: %w", err)
	}
	k := &known{codes: file.Codes}
	for _, s := range file.Salts {
		f := functionNamed(s.Hash)
		if f == nil || s.After == "" || s.Source == "" {
			return nil, fmt.Errorf("values: known.yaml: salt %q: no such hash, or no salt or source", s.Hash)
		}
		k.salts = append(k.salts, salt{s.Hash, s.After, f.sum})
	}
	for _, m := range file.Maps {
		if len(m.From) != len(m.To) || m.From == "" || m.Source == "" {
			return nil, fmt.Errorf("values: known.yaml: the map from %q: not as long as what it becomes, or no source", m.From)
		}
		var pairs []string
		for i := range len(m.From) {
			pairs = append(pairs, m.From[i:i+1], m.To[i:i+1])
		}
		k.maps = append(k.maps, strings.NewReplacer(pairs...))
	}
	return k, nil
}

func functionNamed(name string) *function {
	for i := range hashes {
		if hashes[i].name == name {
			return &hashes[i]
		}
	}
	return nil
}
