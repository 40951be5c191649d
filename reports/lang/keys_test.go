package lang

import (
	"os"
	"path/filepath"
	"testing"

	"go.yaml.in/yaml/v3"
)

// A key that stands twice hides one of its texts.
func TestNoKeyStandsTwice(t *testing.T) {
	names, err := filepath.Glob("*.yaml")
	if err != nil || len(names) < 5 {
		t.Fatalf("files %q, %v", names, err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]any
		if err := yaml.Unmarshal(data, &texts); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
