package detectors

import (
	_ "embed" // the table
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/spoor-audit/spoor/evidence"
)

//go:embed fields.yaml
var fieldsYAML []byte

// A field says what it means when the text of a field leaves; see the head of
// fields.yaml.
type field struct {
	Kind     string   `yaml:"kind"`
	Severity Severity `yaml:"severity"`
	Own      Severity `yaml:"own"`
	Lookup   bool     `yaml:"lookup"`
}

// silent is the severity of what is no finding.
const silent Severity = "silent"

type fields struct {
	asks     map[string]*field
	services []string
	searches map[string]bool
}

// theFields reads the embedded table once, as every table is.
var theFields = sync.OnceValue(func() *fields {
	f, err := readFields(fieldsYAML)
	if err != nil {
		panic(err)
	}
	return f
})

func readFields(data []byte) (*fields, error) {
	var file struct {
		Asks     map[string]*field `yaml:"asks"`
		Services []string          `yaml:"services"`
		Searches []string          `yaml:"searches"`
	}
	if err := read("fields.yaml", data, &file); err != nil {
		return nil, err
	}
	known := []Severity{Critical, High, Medium, Low, Note, silent}
	for name, f := range file.Asks {
		if f == nil || f.Kind == "" || !slices.Contains(known, f.Severity) || !slices.Contains(known, f.Own) {
			return nil, fmt.Errorf("detectors: fields.yaml: %q lacks a kind or has an unknown severity", name)
		}
	}
	if file.Asks["other"] == nil || file.Asks["search"] == nil {
		return nil, errors.New("detectors: fields.yaml: no row for other or search")
	}
	return &fields{file.Asks, file.Services, set(file.Searches)}, nil
}

// of returns what a text that was typed asks, and its row.
func (f *fields) of(t *evidence.Typed) (asks string, row *field) {
	asks = t.Asks
	if asks == "" || asks == "other" {
		asks = "other"
		if t.Type == "search" || t.Form == "search" || f.searches[strings.ToLower(t.Name)] {
			asks = "search"
		}
	}
	if row = f.asks[asks]; row == nil {
		asks, row = "other", f.asks["other"]
	}
	return asks, row
}
