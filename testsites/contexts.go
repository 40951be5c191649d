package testsites

import (
	"fmt"
	"io/fs"
)

// A Mark is one place of the site contexts.test in which a script can run. There
// it draws the text "marker-<Name>" on a canvas and reads the canvas.
type Mark struct {
	Name   string `yaml:"name"`
	Page   string `yaml:"page"`   // the page to visit
	Target string `yaml:"target"` // whose API is called: page iframe popup worker shared-worker service-worker
	// Borrowed says that only the reading function belongs to Target: the text is
	// drawn with the page's own functions.
	Borrowed bool   `yaml:"borrowed"`
	Kind     string `yaml:"kind"` // of the calling script: external inline module eval blob data handler
	// Script is the URL of the calling script, or the beginning of it for blob:
	// and data: URLs; "" if the code has none. Line counts from 1.
	Script string `yaml:"script"`
	Line   int    `yaml:"line"`
	// By is the place that made the code at run time.
	By Place `yaml:"by"`
	// Claims is the URL that the code falsely gives itself.
	Claims string `yaml:"claims"`
}

// A Place is a line of a script or document.
type Place struct {
	Script string `yaml:"script"`
	Line   int    `yaml:"line"`
}

// Marks lists the marks of contexts.test, in the order of its contexts.yaml.
func Marks() ([]Mark, error) {
	return readMarks("contexts/contexts.yaml")
}

// RaceMarks lists the marks of race.test, where each is the first instruction
// of its document or worker.
func RaceMarks() ([]Mark, error) {
	return readMarks("race/contexts.yaml")
}

func readMarks(file string) ([]Mark, error) {
	data, err := fs.ReadFile(embedded, "sites/"+file)
	if err != nil {
		return nil, fmt.Errorf("testsites: read marks: %w", err)
	}
	var form struct {
		Marks []Mark `yaml:"marks"`
	}
	if err := decodeStrict(data, &form); err != nil {
		return nil, fmt.Errorf("testsites: read marks of %q: %w", file, err)
	}
	return form.Marks, nil
}
