package detectors

import (
	_ "embed" // the table
	"strings"
	"sync"
)

//go:embed apis.yaml
var apisYAML []byte

// apiTable is apis.yaml.
type apiTable struct {
	aliases     map[string]string
	apis        map[string]*api   // by name, after aliases
	events      map[string]role   // type of event -> role
	permissions map[string]string // API -> permission
}

// An api is what the tables say of one watched API.
type api struct {
	name   string // after aliases
	roles  role
	grants string // permission it asks for, or ""
}

// theAPIs reads the embedded table once. It is part of the program, so a mistake
// in it is a mistake of the programmer; the tests find it.
var theAPIs = sync.OnceValue(func() *apiTable {
	t, err := readAPIs(apisYAML)
	if err != nil {
		panic(err)
	}
	return t
})

func readAPIs(data []byte) (*apiTable, error) {
	var file struct {
		Aliases     map[string]string   `yaml:"aliases"`
		Roles       map[string][]string `yaml:"roles"`
		Events      map[string]string   `yaml:"events"`
		Permissions map[string]string   `yaml:"permissions"`
	}
	if err := read("apis.yaml", data, &file); err != nil {
		return nil, err
	}
	t := &apiTable{aliases: file.Aliases, apis: map[string]*api{}, events: map[string]role{}, permissions: file.Permissions}
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
	return t, nil
}

// findAPI returns what is known of an API as it stands in the record. Unknown APIs
// have a row without roles.
func findAPI(name string) *api { return theAPIs().find(name) }

// roleOfEvent returns the role that listening to an event plays, or 0.
func roleOfEvent(name string) role { return theAPIs().events[name] }

// row returns the entry of an API, new if need be.
func (t *apiTable) row(name string) *api {
	a := t.apis[name]
	if a == nil {
		a = &api{name: name}
		t.apis[name] = a
	}
	return a
}

// find is findAPI.
func (t *apiTable) find(name string) *api {
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
