package signatures

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// TestSchema holds the JSON Schema for editors against the loader: every vendor
// file passes, the categories are those of categories.yaml, and a file with an
// unknown key fails.
func TestSchema(t *testing.T) {
	const file = "core/vendor.schema.json"
	schema, err := jsonschema.NewCompiler().Compile(file)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir("core/vendors")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile("core/vendors/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(schema, data); err != nil {
			t.Errorf("vendors/%s: %v", e.Name(), err)
		}
	}
	if validate(schema, []byte(acmeAnalytics)) != nil {
		t.Error("the schema refuses a good file")
	}
	if validate(schema, []byte(acmeAnalytics+"colour: red\n")) == nil {
		t.Error("the schema lets an unknown key pass")
	}

	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var text struct {
		Properties struct {
			Categories struct {
				Items struct {
					Enum []string `json:"enum"`
				} `json:"items"`
			} `json:"categories"`
		} `json:"properties"`
	}
	if err := json.Unmarshal(data, &text); err != nil {
		t.Fatal(err)
	}
	categories, err := readCategories(os.DirFS("core"))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, c := range categories {
		ids = append(ids, c.ID)
	}
	if !slices.Equal(ids, text.Properties.Categories.Items.Enum) {
		t.Errorf("the schema has the categories %v, categories.yaml %v", text.Properties.Categories.Items.Enum, ids)
	}
}

func validate(schema *jsonschema.Schema, data []byte) error {
	var doc any
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return err
	}
	return schema.Validate(doc)
}
