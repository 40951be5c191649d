package flows

import (
	_ "embed" // the table
	"net/url"
	"slices"
	"sync"

	"github.com/spoor-audit/spoor/detectors/addresses"
	"github.com/spoor-audit/spoor/detectors/datafile"
	"github.com/spoor-audit/spoor/signatures"
)

//go:embed gates.yaml
var gatesYAML []byte

// gates is gates.yaml.
type gates struct {
	Purposes   []string   `yaml:"purposes"`
	Parameters [][]string `yaml:"parameters"`
	Hosts      []string   `yaml:"hosts"`
}

var theGates = sync.OnceValue(func() *gates {
	g := new(gates)
	if err := datafile.Read("gates.yaml", gatesYAML, g); err != nil {
		panic(err) // a mistake of the programmer; the tests find it
	}
	return g
})

// isGate reports whether an address is a stop that serves the visitor: to sign
// in, to pay, to show that one is no robot, to answer a question for consent.
func isGate(rawURL, host string, party *signatures.Party) bool {
	g := theGates()
	if party != nil && len(party.Categories) > 0 && slices.Contains(g.Purposes, party.Categories[0]) {
		return true
	}
	if slices.ContainsFunc(g.Hosts, func(domain string) bool { return addresses.Below(host, domain) }) {
		return true
	}
	q, _ := url.ParseQuery(addresses.Query(rawURL)) // what cannot be read is left out
	return slices.ContainsFunc(g.Parameters, func(set []string) bool {
		return !slices.ContainsFunc(set, func(name string) bool { return !q.Has(name) })
	})
}
