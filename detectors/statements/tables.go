package statements

import (
	_ "embed" // the tables
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/spoor-audit/spoor/detectors/datafile"
)

//go:embed gpp_sections.yaml
var sectionsYAML []byte

//go:embed google.yaml
var googleYAML []byte

//go:embed names.yaml
var namesYAML []byte

//go:embed durations.yaml
var durationsYAML []byte

//go:embed registers.yaml
var registersYAML []byte

//go:embed claims.yaml
var claimsYAML []byte

// The tables hold what the readers know; see the heads of the data files.
type tables struct {
	sections  map[int]section
	google    googleTable
	names     nameTable
	durations durationTable
	registers registerTable
	claims    claimTable
}

type googleTable struct {
	GCD     []string          `yaml:"gcd"`
	GCS     []string          `yaml:"gcs"`
	Digits  map[string]string `yaml:"digits"`
	Letters map[string]letter `yaml:"letters"`
	Paths   []string          `yaml:"paths"`
	Keep    []string          `yaml:"keep"`
}

// A letter of gcd.
type letter struct {
	Default   string `yaml:"default"`
	Update    string `yaml:"update"`
	Effective string `yaml:"effective"`
}

type nameTable struct {
	Parameters map[string][]string `yaml:"parameters"`
	Macros     []string            `yaml:"macros"`
	Kept       []keptName          `yaml:"kept"`
	Managers   map[string]string   `yaml:"managers"`

	parameters map[string]string // plain name -> group
	macros     []*regexp.Regexp
}

// A keptName is a cookie or key of storage that holds a string.
type keptName struct {
	Name   string `yaml:"name"`
	Kind   string `yaml:"kind"`
	Inside bool   `yaml:"inside"`
}

// theTables reads the embedded tables once. They are part of the program, so a
// mistake in them is a mistake of the programmer; the tests find it.
var theTables = sync.OnceValue(func() *tables {
	t, err := readTables()
	if err != nil {
		panic(err)
	}
	return t
})

func readTables() (*tables, error) {
	t := &tables{sections: map[int]section{}}
	var sections []section
	err := errors.Join(
		datafile.Read("gpp_sections.yaml", sectionsYAML, &sections),
		datafile.Read("google.yaml", googleYAML, &t.google),
		datafile.Read("names.yaml", namesYAML, &t.names),
		datafile.Read("durations.yaml", durationsYAML, &t.durations),
		datafile.Read("registers.yaml", registersYAML, &t.registers),
		datafile.Read("claims.yaml", claimsYAML, &t.claims))
	if err != nil {
		return nil, err
	}
	for _, s := range sections {
		if _, twice := t.sections[s.ID]; twice {
			return nil, fmt.Errorf("statements: gpp_sections.yaml: section %d stands there twice", s.ID)
		}
		t.sections[s.ID] = s
	}
	t.durations.prepare()
	t.registers.prepare()
	return t, errors.Join(t.names.prepare(), t.claims.prepare())
}

func (n *nameTable) prepare() error {
	n.parameters = map[string]string{}
	for group, names := range n.Parameters {
		for _, name := range names {
			n.parameters[plainName(name)] = group
		}
	}
	for _, m := range n.Macros {
		re, err := regexp.Compile(m)
		if err != nil {
			return fmt.Errorf("statements: names.yaml: macro %q: %w", m, err)
		}
		n.macros = append(n.macros, re)
	}
	return nil
}

// plainName makes names of parameters comparable.
func plainName(s string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(s))
}
