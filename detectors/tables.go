package detectors

import (
	"bytes"
	_ "embed" // the tables
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed apis.yaml
var apisYAML []byte

//go:embed surfaces.yaml
var surfacesYAML []byte

//go:embed signs.yaml
var signsYAML []byte

// The tables hold what the rules know of browser APIs; see the heads of
// apis.yaml, surfaces.yaml and signs.yaml.
type tables struct {
	aliases     map[string]string
	apis        map[string]*api    // by name, after aliases
	events      map[string]role    // type of event -> role
	permissions map[string]string  // API -> permission
	stopped     map[string]bool    // reasons of Chrome
	generic     map[string]bool    // font families
	blends      map[string]bool    // values of globalCompositeOperation
	features    map[string]surface // media feature -> surface
	canvas      scale
	webgl       scale
}

// An api is what the tables say of one watched API.
type api struct {
	name    string // after aliases
	roles   role
	surface *surface // nil if it is none
	grants  string   // permission it asks for, or ""
}

// A surface is a row of surfaces.yaml.
type surface struct {
	API     string `yaml:"api"`
	Feature string `yaml:"feature"`
	Kind    string `yaml:"kind"`
	Sum     string `yaml:"sum"`
	Group   string `yaml:"group"`
	Points  int    `yaml:"points"`
	Uses    int    `yaml:"uses"`
}

// A scale weighs signs; see signs.yaml.
type scale struct {
	Threshold int             `yaml:"threshold"`
	Sure      int             `yaml:"sure"`
	Signs     map[string]sign `yaml:"signs"`
}

// A sign speaks for or against reading for recognition.
type sign struct {
	Points int    `yaml:"points"`
	Why    string `yaml:"why"`
}

// theTables reads the embedded tables once. They are part of the program, so a
// mistake in them is a mistake of the programmer; the tests find it.
var theTables = sync.OnceValue(func() *tables {
	t, err := readTables(apisYAML, surfacesYAML, signsYAML)
	if err != nil {
		panic(err)
	}
	return t
})

func readTables(apis, surfaces, signs []byte) (*tables, error) {
	var file struct {
		Aliases     map[string]string   `yaml:"aliases"`
		Roles       map[string][]string `yaml:"roles"`
		Events      map[string]string   `yaml:"events"`
		Permissions map[string]string   `yaml:"permissions"`
		Generic     []string            `yaml:"generic-fonts"`
		Blends      []string            `yaml:"blends"`
		Stopped     []string            `yaml:"stopped"`
	}
	var rows []surface
	var scales struct{ Canvas, WebGL scale }
	err := errors.Join(read("apis.yaml", apis, &file), read("surfaces.yaml", surfaces, &rows), read("signs.yaml", signs, &scales))
	if err != nil {
		return nil, err
	}
	t := &tables{
		aliases:     file.Aliases,
		apis:        map[string]*api{},
		events:      map[string]role{},
		permissions: file.Permissions,
		stopped:     set(file.Stopped),
		generic:     set(file.Generic),
		blends:      set(file.Blends),
		features:    map[string]surface{},
		canvas:      scales.Canvas,
		webgl:       scales.WebGL,
	}
	for name, names := range file.Roles {
		r, err := roleOf(name)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			t.row(name).roles |= r
		}
	}
	for event, name := range file.Events {
		r, err := roleOf(name)
		if err != nil {
			return nil, err
		}
		t.events[event] = r
	}
	for name, permission := range file.Permissions {
		t.row(name).grants = permission
	}
	for i := range rows {
		if f := rows[i].Feature; f != "" {
			t.features[f] = rows[i]
			continue
		}
		t.row(rows[i].API).surface = &rows[i]
	}
	return t, nil
}

// read reads a table. Unknown keys are mistakes.
func read(name string, data []byte, into any) error {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("detectors: read %s: %w", name, err)
	}
	return nil
}

func set(list []string) map[string]bool {
	m := make(map[string]bool, len(list))
	for _, s := range list {
		m[s] = true
	}
	return m
}

// row returns the entry of an API, new if need be.
func (t *tables) row(name string) *api {
	a := t.apis[name]
	if a == nil {
		a = &api{name: name}
		t.apis[name] = a
	}
	return a
}

// find returns what is known of an API as it stands in the record. Unknown APIs
// have a row without roles.
func (t *tables) find(name string) *api {
	owner, member, ok := strings.Cut(name, ".")
	if ok {
		if alias, has := t.aliases[owner]; has {
			name = alias + "." + member
		}
	}
	if a := t.apis[name]; a != nil {
		return a
	}
	return &api{name: name}
}
