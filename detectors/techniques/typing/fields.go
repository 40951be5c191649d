package typing

import (
	_ "embed" // the table
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/datafile"
	"github.com/spoor-audit/spoor/evidence"
)

//go:embed fields.yaml
var fieldsYAML []byte

// A Field says what it means when the text of a field leaves; see the head of
// fields.yaml.
type Field struct {
	Kind     string             `yaml:"kind"`
	Severity detectors.Severity `yaml:"severity"`
	Own      detectors.Severity `yaml:"own"`
	Lookup   bool               `yaml:"lookup"`
}

// silent is the severity of what is no finding.
const silent detectors.Severity = "silent"

// A FieldTable is fields.yaml.
type FieldTable struct {
	asks     map[string]*Field
	Services []string
	Searches map[string]bool
}

// Fields reads the embedded table once, as every table is.
var Fields = sync.OnceValue(func() *FieldTable {
	f, err := readFields(fieldsYAML)
	if err != nil {
		panic(err)
	}
	return f
})

func readFields(data []byte) (*FieldTable, error) {
	var file struct {
		Asks     map[string]*Field `yaml:"asks"`
		Services []string          `yaml:"services"`
		Searches []string          `yaml:"searches"`
	}
	if err := datafile.Read("fields.yaml", data, &file); err != nil {
		return nil, err
	}
	known := []detectors.Severity{detectors.Critical, detectors.High, detectors.Medium, detectors.Low, detectors.Note, silent}
	for name, f := range file.Asks {
		if f == nil || f.Kind == "" || !slices.Contains(known, f.Severity) || !slices.Contains(known, f.Own) {
			return nil, fmt.Errorf("detectors: fields.yaml: %q lacks a kind or has an unknown severity", name)
		}
	}
	if file.Asks["other"] == nil || file.Asks["search"] == nil {
		return nil, errors.New("detectors: fields.yaml: no row for other or search")
	}
	return &FieldTable{file.Asks, file.Services, datafile.Set(file.Searches)}, nil
}

// Of returns what a text that was typed asks, and its row.
func (f *FieldTable) Of(t *evidence.Typed) (asks string, row *Field) {
	asks = t.Asks
	if asks == "" || asks == "other" {
		asks = "other"
		if t.Type == "search" || t.Form == "search" || f.Searches[strings.ToLower(t.Name)] {
			asks = "search"
		}
	}
	if row = f.asks[asks]; row == nil {
		asks, row = "other", f.asks["other"]
	}
	return asks, row
}
