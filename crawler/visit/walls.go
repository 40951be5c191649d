package visit

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/spoor-audit/spoor/evidence"
)

//go:embed walls.yaml
var wallsYAML []byte

//go:embed errors.yaml
var errorsYAML []byte

// A wall is one row of walls.yaml.
type wall struct {
	ID     string   `yaml:"id"`
	Kind   string   `yaml:"kind"`
	Status []int    `yaml:"status"`
	Header []string `yaml:"header"`
	Title  []string `yaml:"title"`
	Text   []string `yaml:"text"`
	HTML   []string `yaml:"html"`
	Fields *int     `yaml:"fields"`
	Short  int      `yaml:"short"`
}

// A networkError is one row of errors.yaml.
type networkError struct {
	Begins string `yaml:"begins"`
	Reason string `yaml:"reason"`
}

// knowledge is what the package reads from its data files.
type knowledge struct {
	walls  []wall
	errors []networkError
}

func loadKnowledge() (*knowledge, error) {
	var k knowledge
	if err := yaml.Unmarshal(wallsYAML, &k.walls); err != nil {
		return nil, fmt.Errorf("visit: read walls.yaml: %w", err)
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

// A seenPage is what is looked at to recognise a wall.
type seenPage struct {
	status  int
	headers []evidence.Header
	title   string
	text    string // visible, may be cut
	length  int    // of the visible text
	html    string // may be cut
	fields  int    // to fill in
}

// wall is the first wall that a page looks like, or nil.
func (k *knowledge) wall(p seenPage) *wall {
	title, text, html := strings.ToLower(p.title), strings.ToLower(p.text), strings.ToLower(p.html)
	for i := range k.walls {
		w := &k.walls[i]
		if w.Status != nil && !slices.Contains(w.Status, p.status) ||
			w.Header != nil && !anyHeader(p.headers, w.Header) ||
			w.Title != nil && !anyIn(title, w.Title) ||
			w.Text != nil && !anyIn(text, w.Text) ||
			w.HTML != nil && !anyIn(html, w.HTML) ||
			w.Fields != nil && p.fields > *w.Fields ||
			w.Short > 0 && p.length >= w.Short {
			continue
		}
		return w
	}
	return nil
}

func anyIn(s string, texts []string) bool {
	return slices.ContainsFunc(texts, func(a string) bool { return strings.Contains(s, a) })
}

func anyHeader(headers []evidence.Header, starts []string) bool {
	for _, h := range headers {
		line := strings.ToLower(h.Name + ": " + h.Value)
		if slices.ContainsFunc(starts, func(a string) bool { return strings.HasPrefix(line, a) }) {
			return true
		}
	}
	return false
}
