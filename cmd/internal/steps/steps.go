// Package steps owns the little language in which a user says what to do on a
// page: "click SELECTOR", "type SELECTOR TEXT", "press KEY", "wait 500ms",
// "scroll", "reload", "goto URL", one by one or in a file. It must not know how
// the steps are carried out.
package steps

import (
	_ "embed"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// The acts.
const (
	Click  = "click"
	Type   = "type"
	Press  = "press"
	Wait   = "wait"
	Scroll = "scroll"
	Reload = "reload"
	Goto   = "goto"
)

// acts lists them with what follows each.
var acts = [...]struct{ act, form string }{
	{Click, "click SELECTOR"},
	{Type, "type SELECTOR TEXT"},
	{Press, "press KEY"},
	{Wait, "wait 500ms"},
	{Scroll, "scroll"},
	{Reload, "reload"},
	{Goto, "goto URL"},
}

// maxWait is the longest time that one step may wait.
const maxWait = 5 * time.Minute

// A Step is one thing to do on a page.
type Step struct {
	Act      string
	Selector string        // of Click and Type: a CSS selector
	Text     string        // of Type
	Key      string        // of Press: one character, or a name such as "Enter"
	URL      string        // of Goto: absolute, or relative to the page
	Wait     time.Duration // of Wait
}

//go:embed keys.yaml
var keysYAML []byte

var keys = sync.OnceValue(func() []string {
	var names []string
	if err := yaml.Unmarshal(keysYAML, &names); err != nil {
		panic(err) // A test reads the file too.
	}
	return names
})

// Parse reads one step. A selector or text with spaces may stand in single or
// double quotes; the text of "type" is otherwise all that follows the selector.
func Parse(text string) (Step, error) {
	act, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	s := Step{Act: act}
	rest = strings.TrimSpace(rest)
	var err error
	switch act {
	case Click:
		if s.Selector, err = unquoteAll(rest); err == nil && s.Selector == "" {
			err = fmt.Errorf("what to click is missing")
		}
	case Type:
		if s.Selector, rest, err = cutWord(rest); err == nil {
			s.Text, err = unquoteAll(rest)
		}
	case Press:
		s.Key = rest
	case Goto:
		s.URL = rest
	case Wait:
		if s.Wait, err = time.ParseDuration(rest); err != nil {
			err = fmt.Errorf("%q is not a time such as 500ms or 2s", rest)
		}
	case Scroll, Reload:
		if rest != "" {
			err = fmt.Errorf("nothing may follow %q", act)
		}
	}
	if err == nil {
		err = s.check()
	}
	if err != nil {
		return Step{}, fmt.Errorf("step %q: %w", text, err)
	}
	return s, nil
}

// check says what is wrong with a step, however it was written.
func (s Step) check() error {
	switch s.Act {
	case Click, Type:
		if s.Selector == "" {
			return fmt.Errorf("the selector is missing")
		}
		if s.Act == Type && s.Text == "" {
			return fmt.Errorf("the text to type is missing")
		}
	case Press:
		if utf8.RuneCountInString(s.Key) != 1 && !slices.Contains(keys(), s.Key) {
			return fmt.Errorf("%q is not a key; there are single characters and %s", s.Key, strings.Join(keys(), ", "))
		}
	case Wait:
		if s.Wait <= 0 || s.Wait > maxWait {
			return fmt.Errorf("the time must be above 0 and up to %v", maxWait)
		}
	case Goto:
		u, err := url.Parse(s.URL)
		if err != nil || s.URL == "" || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" || u.Scheme != "" && u.Host == "" {
			return fmt.Errorf("%q is not the address of a web page", s.URL)
		}
	case Scroll, Reload:
	default:
		var forms []string
		for _, a := range acts {
			forms = append(forms, fmt.Sprintf("%q", a.form))
		}
		return fmt.Errorf("there is no such step; there are %s", strings.Join(forms, ", "))
	}
	return nil
}

// cutWord takes the first word, or the first quoted text.
func cutWord(text string) (word, rest string, err error) {
	if text == "" || text[0] != '\'' && text[0] != '"' {
		word, rest, _ = strings.Cut(text, " ")
		return word, strings.TrimSpace(rest), nil
	}
	quote := text[0]
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == quote:
			rest = text[i+1:]
			if rest != "" && rest[0] != ' ' {
				return "", "", fmt.Errorf("a space is missing after %c", quote)
			}
			return b.String(), strings.TrimSpace(rest), nil
		case c == '\\' && i+1 < len(text) && (text[i+1] == quote || text[i+1] == '\\'):
			i++
			b.WriteByte(text[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", "", fmt.Errorf("the closing %c is missing", quote)
}

// unquoteAll takes a text out of its quotes if these are around the whole of it.
func unquoteAll(text string) (string, error) {
	word, rest, err := cutWord(text)
	if text == "" || text[0] != '\'' && text[0] != '"' {
		return text, nil
	}
	if err == nil && rest != "" {
		err = fmt.Errorf("something follows the closing %c", text[0])
	}
	return word, err
}
