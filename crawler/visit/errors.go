package visit

import (
	_ "embed"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/spoor-audit/spoor/crawler/walls"
)

//go:embed errors.yaml
var errorsYAML []byte

// A networkError is one row of errors.yaml.
type networkError struct {
	Begins string `yaml:"begins"`
	Reason string `yaml:"reason"`
}

// knowledge is what the package reads from data files.
type knowledge struct {
	walls  walls.Table
	errors []networkError
}

func loadKnowledge() (*knowledge, error) {
	var k knowledge
	var err error
	if k.walls, err = walls.Load(); err != nil {
		return nil, fmt.Errorf("visit: %w", err)
	}
	if err := yaml.Unmarshal(errorsYAML, &k.errors); err != nil {
		return nil, fmt.Errorf("visit: read errors.yaml: %w", err)
	}
	return &k, nil
}

// reason is why a page could not be loaded, in a word.
func (k *knowledge) reason(text string) string {
	for _, e := range k.errors {
		if strings.HasPrefix(text, e.Begins) {
			return e.Reason
		}
	}
	return "network"
}
