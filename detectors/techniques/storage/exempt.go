package storage

import (
	_ "embed" // the table
	"slices"
	"strings"
	"sync"

	"github.com/spoor-audit/spoor/detectors/datafile"
	"github.com/spoor-audit/spoor/detectors/patterns"
)

//go:embed exempt.yaml
var exemptYAML []byte

// An exemption is a group of exempt.yaml.
type exemption struct {
	Kind  string   `yaml:"kind"`
	Fold  bool     `yaml:"ci"`
	Names []string `yaml:"names"` // in lower case where case does not count
}

var exemptions = sync.OnceValue(func() []exemption {
	var list []exemption
	if err := datafile.Read("exempt.yaml", exemptYAML, &list); err != nil {
		panic(err) // a mistake of the programmer; the tests find it
	}
	for i := range list {
		if list[i].Fold {
			for j, name := range list[i].Names {
				list[i].Names[j] = strings.ToLower(name)
			}
		}
	}
	return list
})

// Exempt returns what a cookie or storage item serves that needs no consent, by
// its name alone: consent session balance token security wish, or "". What the
// signatures say of a name comes before this.
func Exempt(name string) string {
	lower := strings.ToLower(name)
	for _, e := range exemptions() {
		n := name
		if e.Fold {
			n = lower
		}
		if slices.ContainsFunc(e.Names, func(pattern string) bool { return patterns.Fits(pattern, n) }) {
			return e.Kind
		}
	}
	return ""
}
