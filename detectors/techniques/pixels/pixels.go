// Package pixels owns the technique about reports of advertising tags: which event, with
// which parameters, and what in them names the visitor.
package pixels

import (
	_ "embed" // the table
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/addresses"
	"github.com/spoor-audit/spoor/detectors/datafile"
	"github.com/spoor-audit/spoor/detectors/patterns"
)

//go:embed pixels.yaml
var pixelsYAML []byte

// A pixelKind is one kind of address to which events are reported; see pixels.yaml.
type pixelKind struct {
	Pixel    string              `yaml:"pixel"`
	Party    string              `yaml:"party"`
	To       []string            `yaml:"to"`
	Anywhere []string            `yaml:"anywhere"`
	Requires map[string]string   `yaml:"requires"`
	Event    []string            `yaml:"event"`
	Named    string              `yaml:"named"`
	ID       []string            `yaml:"id"`
	Lines    bool                `yaml:"lines"`
	Page     []string            `yaml:"page"`
	Value    []string            `yaml:"value"`
	Content  []string            `yaml:"content"`
	Visitor  []string            `yaml:"visitor"`
	Matching map[string][]string `yaml:"matching"`
	Google   []string            `yaml:"google"`
	Consent  map[string][]string `yaml:"consent"`

	literals []string // what must stand in a request that has all of Requires
}

// A pixelTable is the whole of pixels.yaml.
type pixelTable struct {
	Google map[string]string `yaml:"google"`
	Pixels []pixelKind       `yaml:"pixels"`
}

var thePixels = sync.OnceValue(func() *pixelTable {
	t, err := readPixels(pixelsYAML)
	if err != nil {
		panic(err)
	}
	return t
})

func readPixels(data []byte) (*pixelTable, error) {
	t := &pixelTable{}
	if err := datafile.Read("pixels.yaml", data, t); err != nil {
		return nil, err
	}
	list := t.Pixels
	var errs []error
	for i := range list {
		p := &list[i]
		if p.Pixel == "" || p.Party == "" || len(p.Event) == 0 || len(p.To) == 0 {
			errs = append(errs, fmt.Errorf("detectors: pixels.yaml: entry %d lacks pixel, party, to or event", i+1))
		}
		if len(p.Anywhere) > 0 && len(p.Requires) < 2 {
			errs = append(errs, fmt.Errorf("detectors: pixels.yaml: %s: anywhere needs two parameters that it requires", p.Pixel))
		}
		for kind := range p.Matching {
			if !slices.Contains(matchingKinds, kind) {
				errs = append(errs, fmt.Errorf("detectors: pixels.yaml: %s: %q is no kind of personal data", p.Pixel, kind))
			}
		}
		for _, name := range slices.Sorted(maps.Keys(p.Requires)) {
			name = strings.Trim(name, "*")
			p.literals = append(p.literals, name[strings.LastIndexByte(name, '.')+1:])
		}
	}
	return t, errors.Join(errs...)
}

// matchingKinds are the kinds of personal data in pixels.yaml, in reporting order.
var matchingKinds = []string{"email", "phone", "name", "address", "birth", "gender", "id"}

// pixelOf returns the kind of pixel that a contact is for, and whether it went to
// another host than the pixel's own; nil if it is none.
func pixelOf(c *detectors.Contact) (p *pixelKind, elsewhere bool) {
	if c.Request == nil {
		return nil, false
	}
	switch c.Kind {
	case "preflight", "script", "stylesheet", "font", "media", "manifest":
		return nil, false
	}
	to := addresses.PlainAddress(c.URL)
	list := thePixels().Pixels
	for i := range list {
		if patterns.FitsAny(list[i].To, to) {
			return &list[i], false
		}
	}
	for i := range list {
		if p := &list[i]; patterns.FitsAny(p.Anywhere, to) && p.mayHold(c) && slices.ContainsFunc(p.reports(c), p.complete) {
			return p, true
		}
	}
	return nil, false
}

// mayHold reports whether a contact holds the names that a report of the pixel has,
// which is found out at once.
func (p *pixelKind) mayHold(c *detectors.Contact) bool {
	for _, name := range p.literals {
		if !strings.Contains(c.URL, name) && !strings.Contains(c.Request.Body, name) {
			return false
		}
	}
	return true
}

// complete reports whether a report has all parameters that one of the pixel has.
func (p *pixelKind) complete(r report) bool {
	for name, want := range p.Requires {
		if !slices.ContainsFunc(r, func(x addresses.Parameter) bool {
			return patterns.Fits(name, x.Name) && x.Value != "" && patterns.Fits(want, x.Value)
		}) {
			return false
		}
	}
	return true
}
