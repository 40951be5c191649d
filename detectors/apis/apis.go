// Package apis owns what a watched browser API is to the rules: the roles it plays,
// and the permission it asks for. It must not know records or rules.
package apis

import (
	_ "embed" // the table
	"strings"
	"sync"

	"github.com/spoor-audit/spoor/detectors/datafile"
)

//go:embed apis.yaml
var apisYAML []byte

// table is apis.yaml.
type table struct {
	aliases     map[string]string
	apis        map[string]*API   // by name, after aliases
	events      map[string]Role   // type of event -> role
	permissions map[string]string // API -> permission
}

// An API is what the tables say of one watched API.
type API struct {
	Name   string // after aliases
	Roles  Role
	Grants string // permission it asks for, or ""
}

// theAPIs reads the embedded table once. It is part of the program, so a mistake
// in it is a mistake of the programmer; the tests find it.
var theAPIs = sync.OnceValue(func() *table {
	t, err := readAPIs(apisYAML)
	if err != nil {
		panic(err)
	}
	return t
})

func readAPIs(data []byte) (*table, error) {
	var file struct {
		Aliases     map[string]string   `yaml:"aliases"`
		Roles       map[string][]string `yaml:"roles"`
		Events      map[string]string   `yaml:"events"`
		Permissions map[string]string   `yaml:"permissions"`
	}
	if err := datafile.Read("apis.yaml", data, &file); err != nil {
		return nil, err
	}
	t := &table{aliases: file.Aliases, apis: map[string]*API{}, events: map[string]Role{}, permissions: file.Permissions}
	for name, names := range file.Roles {
		r, err := ofName(name)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			t.row(name).Roles |= r
		}
	}
	for event, name := range file.Events {
		r, err := ofName(name)
		if err != nil {
			return nil, err
		}
		t.events[event] = r
	}
	for name, permission := range file.Permissions {
		t.row(name).Grants = permission
	}
	return t, nil
}

// Find returns what is known of an API as it stands in the record. Unknown APIs
// have a row without roles.
func Find(name string) *API { return theAPIs().find(name) }

// OfEvent returns the role that listening to an event plays, or 0.
func OfEvent(name string) Role { return theAPIs().events[name] }

// row returns the entry of an API, new if need be.
func (t *table) row(name string) *API {
	a := t.apis[name]
	if a == nil {
		a = &API{Name: name}
		t.apis[name] = a
	}
	return a
}

// find is findAPI.
func (t *table) find(name string) *API {
	owner, member, ok := strings.Cut(name, ".")
	if ok {
		if alias, has := t.aliases[owner]; has {
			name = alias + "." + member
		}
	}
	if a := t.apis[name]; a != nil {
		return a
	}
	return &API{Name: name}
}
