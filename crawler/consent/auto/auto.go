// Package auto owns the running of autoconsent's rules for known consent
// managers: it puts the content script into the documents of a page, answers its
// messages, and has it find a dialog and carry out a choice. It sees a page only
// through [consent.Frame], and must not know the protocol of the browser, nor
// what a choice means for the site.
//
// The script runs in a world of spoor's own, which the page cannot see. What the
// page can see of it: clicks made by a script (their isTrusted is false), styles
// that a rule changes, and the snippets of rules that ask or call functions of
// the consent manager, which have to run among the page's own scripts.
package auto

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Errors that say why rules could not be used.
var (
	// ErrNoRule says that the rule which found the dialog cannot carry out the
	// choice: rules that were generated can mostly refuse and not accept, and
	// rules that only hide a dialog can do neither.
	ErrNoRule = errors.New("auto: the rule has no steps for this choice")
	// ErrNotShown says that the consent manager is there and shows no dialog.
	ErrNotShown = errors.New("auto: no dialog is shown")
	// ErrGone says that the document in which the rule ran is no longer there.
	ErrGone = errors.New("auto: the document is gone")
	// ErrTimeout says that a rule did not end within its time.
	ErrTimeout = errors.New("auto: the rule did not end in time")
)

//go:embed shim.js
var shimJS string

// Rules are autoconsent's content script and its rules. They may be used for
// several pages at once.
type Rules struct {
	script string
	list   []rule
	byName map[string]*rule
}

// A rule is one rule as far as spoor has to understand it.
type rule struct {
	name     string
	raw      json.RawMessage
	main     bool // it may run in the page's own document
	frame    bool // it may run in frames
	url      *regexp.Regexp
	cosmetic bool // it only hides the dialog
	optIn    bool // it can accept
	tests    bool // it can tell whether refusing worked
}

// New reads the text of autoconsent's content script (its build for Playwright,
// which speaks through two functions) and of its rules.json.
func New(script, rules string) (*Rules, error) {
	if !strings.Contains(script, "autoconsentReceiveMessage") {
		return nil, errors.New("auto: this is not autoconsent's content script")
	}
	var file struct {
		Autoconsent []json.RawMessage `json:"autoconsent"`
	}
	if err := json.Unmarshal([]byte(rules), &file); err != nil {
		return nil, fmt.Errorf("auto: read the rules: %w", err)
	}
	if len(file.Autoconsent) == 0 {
		return nil, errors.New("auto: read the rules: there are none")
	}
	r := &Rules{script: script, byName: map[string]*rule{}}
	for i, raw := range file.Autoconsent {
		one, err := readRule(raw)
		if err != nil {
			return nil, fmt.Errorf("auto: read rule %d: %w", i, err)
		}
		r.list = append(r.list, one)
	}
	for i := range r.list {
		r.byName[r.list[i].name] = &r.list[i]
	}
	return r, nil
}

func readRule(raw json.RawMessage) (rule, error) {
	var in struct {
		Name     string                     `json:"name"`
		Cosmetic bool                       `json:"cosmetic"`
		OptIn    []map[string]any           `json:"optIn"`
		OptOut   []map[string]any           `json:"optOut"`
		Test     []map[string]any           `json:"test"`
		Context  map[string]json.RawMessage `json:"runContext"`
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return rule{}, err
	}
	if in.Name == "" {
		return rule{}, errors.New("it has no name")
	}
	r := rule{name: in.Name, raw: raw, main: true, cosmetic: in.Cosmetic || !acts(in.OptOut), optIn: acts(in.OptIn), tests: len(in.Test) > 0}
	var pattern string
	for key, into := range map[string]any{"main": &r.main, "frame": &r.frame, "urlPattern": &pattern} {
		if v, ok := in.Context[key]; ok {
			if err := json.Unmarshal(v, into); err != nil {
				return rule{}, fmt.Errorf("%s: runContext: %w", in.Name, err)
			}
		}
	}
	if pattern != "" {
		// Patterns are JavaScript's. One that Go cannot read is left to the script,
		// which looks at the address again.
		if re, err := regexp.Compile(pattern); err == nil {
			r.url = re
		}
	}
	if r.cosmetic {
		// It may say that a dialog is there, and must never hide it.
		harmless, err := withoutChoice(raw)
		if err != nil {
			return rule{}, fmt.Errorf("%s: %w", in.Name, err)
		}
		r.raw, r.optIn, r.tests = harmless, false, false
	}
	return r, nil
}

// acts reports whether among steps, or steps in them, is one that does something
// which the site can take for a choice.
func acts(steps []map[string]any) bool {
	for _, s := range steps {
		for _, key := range []string{"click", "waitForThenClick", "eval"} {
			if s[key] != nil {
				return true
			}
		}
		for _, key := range []string{"then", "else", "any"} {
			list, _ := s[key].([]any)
			for _, v := range list {
				if m, ok := v.(map[string]any); ok && acts([]map[string]any{m}) {
					return true
				}
			}
		}
	}
	return false
}

func withoutChoice(raw json.RawMessage) (json.RawMessage, error) {
	var m map[string]json.RawMessage
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, err
	}
	delete(m, "optIn")
	delete(m, "optOut")
	delete(m, "test")
	m["cosmetic"] = json.RawMessage("true")
	return json.Marshal(m)
}

// of lists the rules that can match a document, so that not all of them have to
// be sent to it.
func (r *Rules) of(address string, top bool) []json.RawMessage {
	out := []json.RawMessage{}
	for i := range r.list {
		one := &r.list[i]
		if top && !one.main || !top && !one.frame {
			continue
		}
		if one.url != nil && !one.url.MatchString(address) {
			continue
		}
		out = append(out, one.raw)
	}
	return out
}

// source is the JavaScript that starts the content script in a document. Asking
// comes first and acting only on demand: nothing is clicked or hidden by itself.
func (r *Rules) source(gen string, id int, address string, top bool) (string, error) {
	config := map[string]any{
		"enabled": true, "autoAction": nil, "disabledCmps": []string{},
		"enablePrehide": false, "enableGeneratedRules": true,
		// Rules that only hide have been stripped of their steps; what is left of
		// them says that a dialog is there.
		"enableCosmeticRules":         true,
		"enableHeuristicDetection":    false,
		"heuristicMode":               "off",
		"enablePopupMutationObserver": false,
		"detectRetries":               detectRetries,
		"isMainWorld":                 false, "visualTest": false,
		"logs": map[string]bool{"lifecycle": false, "rulesteps": false, "detectionsteps": false, "evals": false, "errors": false, "messages": false, "waits": false},
	}
	first, err := json.Marshal(map[string]any{
		"type": "initResp", "config": config, "rules": map[string]any{"autoconsent": r.of(address, top)},
	})
	if err != nil {
		return "", fmt.Errorf("auto: write the rules: %w", err)
	}
	return fmt.Sprintf(shimJS, quote(gen), id) + "\n" + r.script + "\n;" + receive(string(first)), nil
}

// receive is the JavaScript that hands a message to the content script.
func receive(message string) string {
	return `globalThis.autoconsentReceiveMessage(` + message + `).catch(()=>{});true`
}

// quote writes a string as a JavaScript literal.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}
