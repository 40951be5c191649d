package schema_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/techniques"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/internal/sample"
	"github.com/spoor-audit/spoor/reports/schema"
)

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema.Result()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("spoor-result-1.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("spoor-result-1.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// full returns a result in which every part of the document is filled.
func full(t *testing.T) *reports.Result {
	t.Helper()
	in, err := sample.Consent()
	if err != nil {
		t.Fatal(err)
	}
	r := reports.New(in)
	return r
}

func document(t *testing.T, r *reports.Result) map[string]any {
	t.Helper()
	var b bytes.Buffer
	if err := reports.WriteJSON(&b, r); err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(&b)
	if err != nil {
		t.Fatal(err)
	}
	return doc.(map[string]any)
}

func TestResultsAreValid(t *testing.T) {
	s := compiled(t)
	db, err := sample.DB()
	if err != nil {
		t.Fatal(err)
	}
	hostile, err := sample.HostileInput()
	if err != nil {
		t.Fatal(err)
	}
	unclear, err := sample.Unclear()
	if err != nil {
		t.Fatal(err)
	}
	letter, err := sample.Letter()
	if err != nil {
		t.Fatal(err)
	}
	unshown, err := sample.Unshown()
	if err != nil {
		t.Fatal(err)
	}
	app, err := sample.App()
	if err != nil {
		t.Fatal(err)
	}
	v := sample.Shop()
	for name, r := range map[string]*reports.Result{
		"full":     full(t),
		"shop":     reports.New(reports.Input{Visit: v, Judgement: sample.Judgement(), DB: db}),
		"detected": reports.New(reports.Input{Visit: v, Judgement: techniques.Run(v, db, detectors.Options{}), DB: db}),
		"blocked":  reports.New(reports.Input{Visit: sample.Blocked(), Judgement: sample.Unmeasured("blocked"), DB: db}),
		"failed":   reports.New(reports.Input{Visit: sample.Failed(), Judgement: sample.Unmeasured("failed"), DB: db}),
		"hostile":  reports.New(hostile),
		"unclear":  reports.New(unclear),
		"letter":   reports.New(letter),
		"unshown":  reports.New(unshown),
		"app":      reports.New(app),
	} {
		if err := s.Validate(document(t, r)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// set changes the value at a dotted path of a document; nil deletes it.
func set(doc map[string]any, path string, value any) {
	parts := strings.Split(path, ".")
	var at any = doc
	for i, part := range parts {
		var n int
		if _, err := fmt.Sscanf(part, "%d", &n); err == nil {
			at = at.([]any)[n]
			continue
		}
		m := at.(map[string]any)
		if i == len(parts)-1 {
			if value == nil {
				delete(m, part)
			} else {
				m[part] = value
			}
			return
		}
		at = m[part]
	}
}

func TestSchemaIsStrict(t *testing.T) {
	s := compiled(t)
	for _, c := range []struct {
		path  string
		value any
	}{
		{"format", "spoor-result/2"},
		{"format", nil},
		{"runs", nil},
		{"runs", map[string]any{}},
		{"runs.0.scenario", "nothing"},
		{"runs.0.outcome", "ok"},
		{"runs.0.requests", "118"},
		{"runs.0.requests", 1.5},
		{"runs.0.dialog", []any{}},
		{"runs.0.dialog.buttons.0.box", []any{1, 2, 3}},
		{"runs.0.hosts.0.third_party", "yes"},
		{"runs.0.pages.0.status", nil},
		{"parties.0.country", "Netherlands"},
		{"parties.0.requests", map[string]any{"none": "14"}},
		{"parties.0.requests", map[string]any{"later": 14}},
		{"cookies.0.set_by.kind", "magic"},
		{"cookies.0.seen", map[string]any{"none": "never"}},
		{"cookies.0.lifetime_days", "400"},
		{"storage.0.kind", "drawer"},
		{"findings.0.certainty", "sure"},
		{"findings.0.severity", "bad"},
		{"findings.0.text.nl", nil},
		{"findings.0.times", "3/3"},
		{"findings.0.evidence", "none/call/1"},
		{"checks.0.outcome", "maybe"},
		{"checks.0.certainty", 2},
		{"score.compliance.grade", "E"},
		{"score", []any{}},
		{"coverage.targets.0.before_first_script", 1},
		{"coverage.calls", -1},
		{"subject.started", "yesterday"},
		{"tools.signatures.packs", []any{"easyprivacy"}},
	} {
		doc := document(t, full(t))
		if err := s.Validate(doc); err != nil {
			t.Fatal(err)
		}
		set(doc, c.path, c.value)
		if s.Validate(doc) == nil {
			t.Errorf("%s = %v is accepted", c.path, c.value)
		}
	}
	// A null is no list.
	doc := document(t, full(t))
	doc["gaps"] = nil
	if s.Validate(doc) == nil {
		t.Error("gaps: null is accepted")
	}
}

func TestSchemaIsOpen(t *testing.T) {
	s := compiled(t)
	doc := document(t, full(t))
	for _, path := range []string{"later", "runs.0.later", "cookies.0.later", "findings.0.later", "coverage.later"} {
		set(doc, path, "new in a later version")
	}
	set(doc, "score", nil)
	set(doc, "runs.0.chosen_ms", nil)
	if err := s.Validate(doc); err != nil {
		t.Error(err)
	}
}

// Every field of the Go types stands in the schema, with the same type, so that
// nobody adds a field and forgets to promise it.
func TestSchemaKnowsEveryField(t *testing.T) {
	var doc map[string]any
	if err := json.Unmarshal(schema.Result(), &doc); err != nil {
		t.Fatal(err)
	}
	defs := doc["$defs"].(map[string]any)
	resolve := func(node map[string]any) map[string]any {
		for {
			ref, ok := node["$ref"].(string)
			if !ok {
				return node
			}
			node = defs[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
		}
	}
	var walk func(path string, typ reflect.Type, node map[string]any)
	walk = func(path string, typ reflect.Type, node map[string]any) {
		node = resolve(node)
		switch typ.Kind() {
		case reflect.Pointer:
			walk(path, typ.Elem(), node)
		case reflect.Slice, reflect.Array:
			if typ == reflect.TypeFor[json.RawMessage]() {
				return
			}
			items, ok := node["items"].(map[string]any)
			if !ok {
				t.Errorf("%s is a list; the schema says %v", path, node)
				return
			}
			walk(path+"[]", typ.Elem(), items)
		case reflect.Map:
			if node["type"] != "object" {
				t.Errorf("%s is an object; the schema says %v", path, node)
			}
			if values, ok := node["additionalProperties"].(map[string]any); ok {
				walk(path+".*", typ.Elem(), values)
			}
		case reflect.Struct:
			properties, ok := node["properties"].(map[string]any)
			if !ok {
				t.Errorf("%s is an object; the schema says %v", path, node)
				return
			}
			for i := range typ.NumField() {
				field := typ.Field(i)
				name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
				if !field.IsExported() || name == "-" {
					continue
				}
				property, ok := properties[name].(map[string]any)
				if !ok {
					t.Errorf("%s.%s is not in the schema", path, name)
					continue
				}
				walk(path+"."+name, field.Type, property)
			}
		}
	}
	walk("result", reflect.TypeFor[reports.Result](), doc)
}

// The contract lists the scenarios once, in package evidence.
func TestSchemaKnowsEveryScenario(t *testing.T) {
	var doc struct {
		Defs struct {
			Scenario struct {
				Enum []evidence.Scenario `json:"enum"`
			} `json:"scenario"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(schema.Result(), &doc); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(doc.Defs.Scenario.Enum, evidence.Scenarios) {
		t.Errorf("the schema lists %q, the record %q", doc.Defs.Scenario.Enum, evidence.Scenarios)
	}
}
