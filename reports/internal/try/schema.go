package try

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Schema compiles a JSON Schema that an npm package brings (testsites/fill); name
// is its path below testsites/lib/schemas. Schemas that lie beside it are known
// under their own names. Without them the test is skipped, except where nothing
// may be left out, as in CI.
func Schema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	_, source, _, ok := runtime.Caller(0)
	if !ok {
		t.Fatal("the source of this test is not known")
	}
	dir := os.DirFS(filepath.Join(filepath.Dir(source), "..", "..", "..", "testsites", "lib", "schemas", filepath.Dir(name)))
	files, err := fs.Glob(dir, "*.json")
	if err != nil || len(files) == 0 {
		if os.Getenv("SPOOR_REQUIRE_CHROME") != "" {
			t.Fatal("the schemas are not there: run go run ./testsites/fill")
		}
		t.Skip("the schemas are not there: run go run ./testsites/fill")
	}
	c := jsonschema.NewCompiler()
	for _, file := range files {
		data, err := fs.ReadFile(dir, file)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if m, ok := doc.(map[string]any); ok {
			delete(m, "id") // Addresses of the web; they are known here by their files.
			delete(m, "$id")
		}
		if err := c.AddResource(address(file), doc); err != nil {
			t.Fatal(err)
		}
	}
	s, err := c.Compile(address(path.Base(name)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func address(file string) string { return "https://schemas.test/" + file }

// Valid checks a JSON document against a schema.
func Valid(t *testing.T, what string, s *jsonschema.Schema, doc string) {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(doc))
	if err == nil {
		err = s.Validate(value)
	}
	if err != nil {
		t.Errorf("%s: %v", what, err)
	}
}
