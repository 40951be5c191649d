package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
)

// A File is what stands in spoor.toml, in the order of its text.
type File struct {
	Visits    int      `toml:"visits"`    // loads of each target; default 3
	Confirm   int      `toml:"confirm"`   // loads that must show a fact before it is new; default 1
	Pages     int      `toml:"pages"`     // further pages of each target
	Scenarios []string `toml:"scenarios"` // default none, reject, accept
	FailOn    []string `toml:"fail-on"`   // default new and expired
	Language  string   `toml:"language"`  // of the report and of the visitor
	Profile   string   `toml:"profile"`
	// MinScore is the least score of every target; MaxThirdParties the most other
	// companies' domains in any state of consent. Nil asks for nothing.
	MinScore        *int     `toml:"min-score"`
	MaxThirdParties *int     `toml:"max-third-parties"`
	Targets         []Target `toml:"target"`
	Allow           []Allow  `toml:"allow"`
}

// A Target is one page to audit, or a folder that is served to be audited.
type Target struct {
	Name      string   `toml:"name"`
	URL       string   `toml:"url"`
	Serve     string   `toml:"serve"` // folder of a built site
	Path      string   `toml:"path"`  // of the page in that folder; default "/"
	Visits    int      `toml:"visits"`
	Pages     *int     `toml:"pages"`
	Scenarios []string `toml:"scenarios"`
	Budget    Budget   `toml:"budget"`
	Line      int      `toml:"-"` // where it stands, from 1
}

// A Budget limits what the page may do in any state of consent. Nil asks for
// nothing.
type Budget struct {
	Requests     *int `toml:"requests"`
	ThirdParties *int `toml:"third-parties"` // registrable domains of others
	Cookies      *int `toml:"cookies"`
	Kilobytes    *int `toml:"kilobytes"` // received
}

// An Allow is a fact, or a door, that is allowed for a reason and a time.
type Allow struct {
	Receiver  string         `toml:"receiver"`
	Cookie    string         `toml:"cookie"`
	Storage   string         `toml:"storage"`
	Technique string         `toml:"technique"`
	LoadedBy  string         `toml:"loaded-by"`
	Scenario  string         `toml:"scenario"`
	Target    string         `toml:"target"`
	Reason    string         `toml:"reason"`
	Until     toml.LocalDate `toml:"until"`
	Line      int            `toml:"-"`
}

// Day returns the last day on which an allowance holds.
func (a *Allow) Day() time.Time { return a.Until.AsTime(time.UTC) }

// A FileError says what is wrong with spoor.toml, and where.
type FileError struct {
	Line int // from 1; 0 is not known
	Text string
	Near string // what was probably meant, or ""
}

func (e *FileError) Error() string {
	if e.Line == 0 {
		return e.Text
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Text)
}

// maxFile limits what is read of spoor.toml.
const maxFile = 4 << 20

// ReadFile reads spoor.toml. near finds the word that a misspelt one probably
// means. The error is a *[FileError] unless reading itself failed.
func ReadFile(r io.Reader, near func(word string, known []string) string) (*File, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	switch {
	case err != nil:
		return nil, err
	case len(data) > maxFile:
		return nil, &FileError{Text: fmt.Sprintf("it has more than %d MB", maxFile>>20)}
	}
	f := &File{}
	d := toml.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(f); err != nil {
		return nil, fileError(err, near)
	}
	f.addLines(data)
	f.defaults()
	return f, f.check()
}

// fileError puts an error of the parser into our words.
func fileError(err error, near func(string, []string) string) error {
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) && len(unknown.Errors) > 0 {
		first := &unknown.Errors[0]
		line, _ := first.Position()
		key := first.Key()
		word := key[len(key)-1]
		return &FileError{Line: line, Text: fmt.Sprintf("there is no key %q", strings.Join(key, ".")), Near: near(word, keysBeside(key))}
	}
	var bad *toml.DecodeError
	if errors.As(err, &bad) {
		line, _ := bad.Position()
		return &FileError{Line: line, Text: strings.TrimPrefix(bad.Error(), "toml: ")}
	}
	return &FileError{Text: strings.TrimPrefix(err.Error(), "toml: ")}
}

// keysBeside lists the keys that exist where an unknown one stands.
func keysBeside(key toml.Key) []string {
	t := reflect.TypeFor[File]()
	for _, part := range key[:len(key)-1] {
		for i := range t.NumField() {
			if t.Field(i).Tag.Get("toml") == part {
				inner := t.Field(i).Type
				if inner.Kind() == reflect.Slice {
					inner = inner.Elem()
				}
				if inner.Kind() == reflect.Struct {
					t = inner
				}
				break
			}
		}
	}
	var list []string
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("toml"); name != "-" {
			list = append(list, name)
		}
	}
	return list
}

// addLines notes where targets and allowances stand: messages point there.
func (f *File) addLines(data []byte) {
	var targets, allows []int
	for i, line := range bytes.Split(data, []byte("\n")) {
		text, _, _ := strings.Cut(string(line), "#")
		switch strings.Join(strings.Fields(text), "") {
		case "[[target]]":
			targets = append(targets, i+1)
		case "[[allow]]":
			allows = append(allows, i+1)
		}
	}
	for i := range min(len(targets), len(f.Targets)) {
		f.Targets[i].Line = targets[i]
	}
	for i := range min(len(allows), len(f.Allow)) {
		f.Allow[i].Line = allows[i]
	}
}

func (f *File) defaults() {
	if f.Visits == 0 {
		f.Visits = 3
	}
	if f.Confirm == 0 {
		f.Confirm = 1
	}
	if f.FailOn == nil {
		f.FailOn = []string{"new", "expired"}
	}
	for i := range f.Targets {
		t := &f.Targets[i]
		if t.Visits == 0 {
			t.Visits = f.Visits
		}
		if t.Pages == nil {
			t.Pages = &f.Pages
		}
		if t.Scenarios == nil {
			t.Scenarios = f.Scenarios
		}
		if t.Serve != "" && t.Path == "" {
			t.Path = "/"
		}
	}
}

// maxVisits is the most loads of one target: they are a burden on the site.
const maxVisits = 20

// check finds what the parser cannot.
func (f *File) check() error {
	if len(f.Targets) == 0 {
		return &FileError{Text: "there is no [[target]]"}
	}
	if f.Visits < 1 || f.Visits > maxVisits {
		return &FileError{Text: fmt.Sprintf("visits = %d is not a number from 1 to %d", f.Visits, maxVisits)}
	}
	if f.Confirm < 1 || f.Confirm > f.Visits {
		return &FileError{Text: fmt.Sprintf("confirm = %d is not a number from 1 to visits, which is %d", f.Confirm, f.Visits)}
	}
	names := map[string]bool{}
	for i := range f.Targets {
		t := &f.Targets[i]
		if err := t.check(); err != "" {
			return &FileError{Line: t.Line, Text: err}
		}
		if names[t.Name] {
			return &FileError{Line: t.Line, Text: fmt.Sprintf("there are two targets %q", t.Name)}
		}
		names[t.Name] = true
	}
	for i := range f.Allow {
		a := &f.Allow[i]
		if err := a.check(names); err != "" {
			return &FileError{Line: a.Line, Text: err}
		}
	}
	return nil
}

func (t *Target) check() string {
	switch {
	case t.Name == "":
		return "the target has no name"
	case strings.ContainsFunc(t.Name, func(r rune) bool { return r < ' ' || r == 0x7f }) || strings.HasPrefix(t.Name, "#") || t.Name != strings.TrimSpace(t.Name):
		return fmt.Sprintf("%q cannot be the name of a target", t.Name)
	case t.URL == "" && t.Serve == "":
		return fmt.Sprintf("target %q has neither url nor serve", t.Name)
	case t.URL != "" && t.Serve != "":
		return fmt.Sprintf("target %q has both url and serve", t.Name)
	case t.Path != "" && t.Serve == "":
		return fmt.Sprintf("target %q has a path but nothing to serve; a page of a site is in its url", t.Name)
	case t.Path != "" && (!strings.HasPrefix(t.Path, "/") || path.Clean(t.Path) != strings.TrimSuffix(t.Path, "/") && t.Path != "/"):
		return fmt.Sprintf("path = %q does not begin with / or leads out of the folder", t.Path)
	case t.Visits < 1 || t.Visits > maxVisits:
		return fmt.Sprintf("visits = %d is not a number from 1 to %d", t.Visits, maxVisits)
	}
	if t.URL != "" {
		u, err := url.Parse(t.URL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
			return fmt.Sprintf("url = %q is not the address of a page", t.URL)
		}
	}
	return ""
}

func (a *Allow) check(targets map[string]bool) string {
	subjects := 0
	for _, s := range []string{a.Receiver, a.Cookie, a.Storage, a.Technique} {
		if s != "" {
			subjects++
		}
	}
	switch {
	case subjects == 0 && a.LoadedBy == "":
		return "the allowance names nothing: receiver, cookie, storage, technique or loaded-by"
	case subjects > 1:
		return "the allowance names several things; each has one of its own"
	case strings.TrimSpace(a.Reason) == "":
		return "the allowance has no reason"
	case a.Until == (toml.LocalDate{}):
		return "the allowance has no until, the last day on which it holds: until = 2027-03-31"
	case a.Target != "" && !targets[a.Target]:
		return fmt.Sprintf("there is no target %q", a.Target)
	case strings.Contains(a.LoadedBy, "/"):
		return fmt.Sprintf("loaded-by = %q is not a host", a.LoadedBy)
	}
	return ""
}

// Names lists the targets, in the order of the file.
func (f *File) Names() []string {
	var list []string
	for i := range f.Targets {
		list = append(list, f.Targets[i].Name)
	}
	return slices.Clip(list)
}
