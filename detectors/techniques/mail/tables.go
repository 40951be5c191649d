package mail

import (
	_ "embed" // the table
	"slices"
	"strings"
	"sync"

	"github.com/spoor-audit/spoor/detectors/datafile"
)

//go:embed email.yaml
var emailYAML []byte

// An emailTable is what the rule on e-mail knows; see the head of email.yaml.
type emailTable struct {
	Services  []string          `yaml:"services"`
	Pictures  []string          `yaml:"pictures"`
	Spacers   []string          `yaml:"spacers"`
	Versions  []string          `yaml:"versions"`
	Campaigns []string          `yaml:"campaigns"`
	Mailings  []string          `yaml:"mailings"`
	Usual     []string          `yaml:"usual"`
	Leaving   []string          `yaml:"leaving"`
	Gateways  map[string]string `yaml:"gateways"`
}

// theEmailTable reads the embedded table once, as every table is.
var theEmailTable = sync.OnceValue(func() *emailTable {
	t := new(emailTable)
	if err := datafile.Read("email.yaml", emailYAML, t); err != nil {
		panic(err)
	}
	return t
})

// named reports whether a list holds a name, or the beginning of it with "*".
func named(list []string, name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(list, func(entry string) bool {
		if begin, ok := strings.CutSuffix(entry, "*"); ok {
			return strings.HasPrefix(name, begin)
		}
		return entry == name
	})
}
