package steps_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spoor-audit/spoor/cmd/internal/steps"
)

func TestParse(t *testing.T) {
	tests := []struct {
		text string
		want steps.Step
	}{
		{"click #more", steps.Step{Act: "click", Selector: "#more"}},
		{"click  div.menu > a[href='/x y'] ", steps.Step{Act: "click", Selector: "div.menu > a[href='/x y']"}},
		{`click "#more"`, steps.Step{Act: "click", Selector: "#more"}},
		{"type #q hello world", steps.Step{Act: "type", Selector: "#q", Text: "hello world"}},
		{`type "form input" 'it''`, steps.Step{}},
		{`type "form input[name=\"q\"]" 'it\'s'`, steps.Step{Act: "type", Selector: `form input[name="q"]`, Text: "it's"}},
		{"press Enter", steps.Step{Act: "press", Key: "Enter"}},
		{"press é", steps.Step{Act: "press", Key: "é"}},
		{"wait 1.5s", steps.Step{Act: "wait", Wait: 1500 * time.Millisecond}},
		{"scroll", steps.Step{Act: "scroll"}},
		{" reload ", steps.Step{Act: "reload"}},
		{"goto https://shop.test/a?b=c", steps.Step{Act: "goto", URL: "https://shop.test/a?b=c"}},
		{"goto /login", steps.Step{Act: "goto", URL: "/login"}},
	}
	for _, tt := range tests {
		got, err := steps.Parse(tt.text)
		if (err != nil) != (tt.want == steps.Step{}) || got != tt.want {
			t.Errorf("%q: %+v, %v", tt.text, got, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", `"click SELECTOR"`},
		{"submit #form", `"type SELECTOR TEXT"`},
		{"Click #a", "no such step"},
		{"click", "missing"},
		{`click "#a`, "closing"},
		{`click "#a" b`, "follows"},
		{`type "#a"b`, "space"},
		{"type #q", "text"},
		{"press", "not a key"},
		{"press enter", "Enter"},
		{"wait", "500ms"},
		{"wait 5", "500ms"},
		{"wait -1s", "above 0"},
		{"wait 1h", "5m"},
		{"scroll down", "nothing may follow"},
		{"goto", "address"},
		{"goto javascript:alert(1)", "address"},
		{"goto https://", "address"},
	}
	for _, tt := range tests {
		_, err := steps.Parse(tt.text)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v, want %q", tt.text, err, tt.want)
		}
	}
}

func environment(name string) (string, bool) {
	value, ok := map[string]string{"NAME": "jan", "PASSWORD": `a"b: #{c}`, "EMPTY": ""}[name]
	return value, ok
}

func TestRead(t *testing.T) {
	const file = `
steps:
  - goto: https://shop.test/login
  - type: {selector: "#name", text: "${NAME}"}
  - type:
      selector: "#password"
      text: x${PASSWORD}y
  - 'type #note costs $${5}'
  - click: button[type=submit]
  - press: Enter
  - wait: 2s
  - scroll
  - reload:
`
	got, secrets, err := steps.Read(strings.NewReader(file), environment)
	if err != nil {
		t.Fatal(err)
	}
	want := []steps.Step{
		{Act: "goto", URL: "https://shop.test/login"},
		{Act: "type", Selector: "#name", Text: "jan"},
		{Act: "type", Selector: "#password", Text: `xa"b: #{c}y`},
		{Act: "type", Selector: "#note", Text: "costs ${5}"},
		{Act: "click", Selector: "button[type=submit]"},
		{Act: "press", Key: "Enter"},
		{Act: "wait", Wait: 2 * time.Second},
		{Act: "scroll"},
		{Act: "reload"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"jan", `a"b: #{c}`}, secrets); diff != "" {
		t.Errorf("secrets (-want +got):\n%s", diff)
	}
}

func TestReadRefuses(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", "no list"},
		{"steps: []", "no list"},
		{"step: [scroll]", "step"},
		{"steps: [scroll]\nmore: 1", "more"},
		{"steps:\n  - scroll\n  - click: [a]", "line 3"},
		{"steps:\n  - type: {selector: a, txt: b}", "txt"},
		{"steps:\n  - type: a", "selector"},
		{"steps:\n  - type: {selector: a, text: [b]}", "text"},
		{"steps:\n  - submit: a", "no such step"},
		{"steps:\n  - {click: a, wait: 1s}", "one act"},
		{"steps:\n  - [click, a]", "a step is"},
		{"steps:\n  - wait: long", "500ms"},
		{"steps:\n  - click #more", "in quotes"},
		{"steps:\n  - click: #more", "in quotes"},
		{"steps:\n  - reload: now", "nothing may follow"},
		{"steps:\n  - type: {selector: a, text: '${MISSING}'}", "MISSING is not set"},
		{"steps:\n  - type: {selector: a, text: '${EMPTY}'}", "EMPTY is not set"},
		{"steps:\n  - type: {selector: a, text: '${NAME'}", "not closed"},
		{"steps: {", "steps"},
		{"steps: [" + strings.Repeat("scroll,", 200000) + "]", "bytes"},
	}
	for _, tt := range tests {
		_, _, err := steps.Read(strings.NewReader(tt.text), environment)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%.40q: %v, want %q", tt.text, err, tt.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`type "a b" 'c'`)
	f.Add("wait 500ms")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := steps.Parse(text)
		if (err == nil) == (s == steps.Step{}) {
			t.Errorf("%q: %+v, %v", text, s, err)
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add("steps:\n  - type: {selector: a, text: '${NAME}'}\n  - wait: 1s")
	f.Fuzz(func(t *testing.T, text string) {
		list, _, err := steps.Read(strings.NewReader(text), environment)
		if err == nil && len(list) == 0 {
			t.Errorf("%q gives no steps and no error", text)
		}
	})
}
