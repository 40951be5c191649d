package flows

import (
	_ "embed" // the table
	"sync"

	"github.com/spoor-audit/spoor/detectors/datafile"
)

//go:embed followed.yaml
var followedYAML []byte

// followed is followed.yaml.
type followed struct {
	Carriers []string `yaml:"carriers"`
	Rented   []string `yaml:"rented"`
	Exchange []string `yaml:"exchange"`
	Quiet    []string `yaml:"quiet"`

	quiet map[string]bool
}

var theFollowed = sync.OnceValue(func() *followed {
	f := new(followed)
	if err := datafile.Read("followed.yaml", followedYAML, f); err != nil {
		panic(err) // a mistake of the programmer; the tests find it
	}
	f.quiet = datafile.Set(f.Quiet)
	return f
})
