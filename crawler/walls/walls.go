// Package walls owns what stands before a site instead of it, in walls.yaml: walls
// against robots, parked domains. It must not know how a page was fetched.
package walls

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

//go:embed walls.yaml
var wallsYAML []byte

// The kinds of walls.
const (
	BotWall = "bot-wall"
	Parked  = "parked"
)

// A Wall is one row of walls.yaml.
type Wall struct {
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

// A Page is what is looked at to recognise a wall.
type Page struct {
	Status  int
	Headers []string // "name: value"
	Title   string
	Text    string // visible, may be cut
	Length  int    // of the visible text, in characters
	HTML    string // may be cut
	Fields  int    // to fill in
}

// A Table is the rows of walls.yaml.
type Table []Wall

// Load reads the table.
func Load() (Table, error) {
	var t Table
	if err := yaml.Unmarshal(wallsYAML, &t); err != nil {
		return nil, fmt.Errorf("walls: read walls.yaml: %w", err)
	}
	return t, nil
}

// Of is the first wall that a page looks like, or nil.
func (t Table) Of(p Page) *Wall {
	title, text, html := strings.ToLower(p.Title), strings.ToLower(p.Text), strings.ToLower(p.HTML)
	for i := range t {
		w := &t[i]
		if w.Status != nil && !slices.Contains(w.Status, p.Status) ||
			w.Header != nil && !anyHeader(p.Headers, w.Header) ||
			w.Title != nil && !anyIn(title, w.Title) ||
			w.Text != nil && !anyIn(text, w.Text) ||
			w.HTML != nil && !anyIn(html, w.HTML) ||
			w.Fields != nil && p.Fields > *w.Fields ||
			w.Short > 0 && p.Length >= w.Short {
			continue
		}
		return w
	}
	return nil
}

func anyIn(s string, texts []string) bool {
	return slices.ContainsFunc(texts, func(a string) bool { return strings.Contains(s, a) })
}

func anyHeader(headers, starts []string) bool {
	for _, line := range headers {
		line = strings.ToLower(line)
		if slices.ContainsFunc(starts, func(a string) bool { return strings.HasPrefix(line, a) }) {
			return true
		}
	}
	return false
}
