package steps

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// maxFile is the size of the longest file of steps, in bytes.
const maxFile = 1 << 20

// Read reads a file of steps: YAML with one list "steps", whose entries are
// written as for Parse ("click #more") or with the act as a key:
//
//	steps:
//	  - goto: https://shop.example/login
//	  - type: {selector: "#name", text: "${SHOP_NAME}"}
//	  - click: button[type=submit]
//	  - wait: 2s
//	  - reload
//
// ${NAME} stands for a variable of the environment, which getenv looks up; $${
// stands for "${" itself. The values that were put in come back as secrets, so
// that they can be kept out of what is saved.
func Read(r io.Reader, getenv func(string) (string, bool)) (list []Step, secrets []string, err error) {
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, nil, fmt.Errorf("steps: %w", err)
	}
	if len(text) > maxFile {
		return nil, nil, fmt.Errorf("steps: more than %d bytes", maxFile)
	}
	var file struct {
		Steps []yaml.Node `yaml:"steps"`
	}
	d := yaml.NewDecoder(strings.NewReader(string(text)))
	d.KnownFields(true)
	if err := d.Decode(&file); err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, fmt.Errorf("steps: %w", err)
	}
	if len(file.Steps) == 0 {
		return nil, nil, errors.New("steps: the file has no list \"steps\"")
	}
	e := &expander{getenv: getenv}
	for i := range file.Steps {
		s, err := e.step(&file.Steps[i])
		if err != nil && hasComment(&file.Steps[i]) {
			err = fmt.Errorf("%w (what follows # is a comment; put selectors with # in quotes)", err)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("steps: line %d: %w", file.Steps[i].Line, err)
		}
		list = append(list, s)
	}
	return list, e.secrets, nil
}

// hasComment reports whether a comment follows an entry: "- click #more" reads
// as "click".
func hasComment(node *yaml.Node) bool {
	if node.LineComment != "" {
		return true
	}
	for _, child := range node.Content {
		if hasComment(child) {
			return true
		}
	}
	return false
}

// An expander puts variables of the environment into steps.
type expander struct {
	getenv  func(string) (string, bool)
	secrets []string
}

func (e *expander) step(node *yaml.Node) (Step, error) {
	switch node.Kind {
	case yaml.ScalarNode:
		s, err := Parse(node.Value)
		if err != nil {
			return s, err
		}
		return s, e.expandStep(&s)
	case yaml.MappingNode:
		if len(node.Content) != 2 {
			return Step{}, errors.New("a step has one act; begin each with its own \"-\"")
		}
		s, err := fromEntry(node.Content[0].Value, node.Content[1])
		if err != nil {
			return s, err
		}
		if err := e.expandStep(&s); err != nil {
			return s, err
		}
		return s, s.check()
	}
	return Step{}, errors.New("a step is a text or an act with its value")
}

// fromEntry reads an act and its value.
func fromEntry(act string, value *yaml.Node) (Step, error) {
	s := Step{Act: act}
	if act == Type {
		if value.Kind != yaml.MappingNode {
			return s, errors.New("type needs {selector: ..., text: ...}")
		}
		for i := 0; i+1 < len(value.Content); i += 2 {
			var into *string
			switch key := value.Content[i].Value; key {
			case "selector":
				into = &s.Selector
			case "text":
				into = &s.Text
			default:
				return s, fmt.Errorf("type has no %q; it has selector and text", key)
			}
			if value.Content[i+1].Kind != yaml.ScalarNode {
				return s, fmt.Errorf("the %s of type must be a text", value.Content[i].Value)
			}
			*into = value.Content[i+1].Value
		}
		return s, nil
	}
	if value.Kind != yaml.ScalarNode {
		return s, fmt.Errorf("the value of %s must be a text", act)
	}
	switch act {
	case Click:
		s.Selector = value.Value
	case Press:
		s.Key = value.Value
	case Goto:
		s.URL = value.Value
	case Wait:
		var err error
		if s.Wait, err = time.ParseDuration(value.Value); err != nil {
			return s, fmt.Errorf("%q is not a time such as 500ms or 2s", value.Value)
		}
	case Scroll, Reload:
		if value.Tag != "!!null" && value.Value != "" {
			return s, fmt.Errorf("nothing may follow %q", act)
		}
	}
	return s, nil
}

func (e *expander) expandStep(s *Step) error {
	for _, field := range []*string{&s.Selector, &s.Text, &s.URL} {
		var err error
		if *field, err = e.expand(*field); err != nil {
			return err
		}
	}
	return s.check()
}

var variable = regexp.MustCompile(`\$?\$\{[^}]*\}?`)

// expand replaces ${NAME}. A variable that is not set is an error: a step with
// an empty password would look like a failed login.
func (e *expander) expand(text string) (string, error) {
	var failed error
	out := variable.ReplaceAllStringFunc(text, func(v string) string {
		if strings.HasPrefix(v, "$$") {
			return v[1:]
		}
		name, closed := strings.CutSuffix(v[2:], "}")
		value, ok := e.getenv(name)
		switch {
		case failed != nil:
		case !closed || name == "":
			failed = fmt.Errorf("%q is not closed; write $${ for the characters themselves", v)
		case !ok || value == "":
			failed = fmt.Errorf("the environment variable %s is not set", name)
		default:
			e.secrets = append(e.secrets, value)
		}
		return value
	})
	return out, failed
}
