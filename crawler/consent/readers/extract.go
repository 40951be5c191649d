package readers

import (
	"slices"
	"strings"
)

// A record is what one consent manager keeps, and what it means.
type record struct {
	made       *bool
	method     string
	categories map[string]bool
	raw        raw
}

// raw is what a record was read from.
type raw struct {
	Present bool              `json:"present,omitempty"` // the tool is on the page
	Cookies map[string]string `json:"cookies,omitempty"`
	Local   map[string]string `json:"local,omitempty"`
	Main    any               `json:"main,omitempty"`
}

// A sight is what was seen of the consent managers on a page.
type sight struct {
	present map[string]bool              // id of a reader
	main    map[string]map[int]any       // id, number of the source -> value
	names   map[string]map[string]string // id -> names of its categories
}

// read applies one row. It reports false if nothing of the tool was found.
func (r *reader) read(w *words, state State, seen *sight) (record, bool) {
	var out record
	var names map[string]string
	found := false
	if seen != nil {
		names = seen.names[r.ID]
		out.raw.Present = seen.present[r.ID]
	}
	for i := range r.Read {
		s := &r.Read[i]
		var main any
		if seen != nil {
			main = seen.main[r.ID][i]
		}
		for _, v := range s.values(state, main) {
			if !s.fits(v.value) {
				continue
			}
			found = true
			out.keep(v)
			got := s.meaning(w, v.value, names, state)
			out.merge(got)
			break
		}
	}
	switch {
	case found:
		return out, true
	case !out.raw.Present:
		return record{}, false
	case !r.Opaque:
		out.made = ptr(false)
	}
	return out, true
}

// keep adds where a value was read from.
func (out *record) keep(v kept) {
	switch v.kind {
	case "cookie":
		if out.raw.Cookies == nil {
			out.raw.Cookies = map[string]string{}
		}
		for k, text := range v.texts {
			out.raw.Cookies[k] = text
		}
	case "local":
		if out.raw.Local == nil {
			out.raw.Local = map[string]string{}
		}
		for k, text := range v.texts {
			out.raw.Local[k] = text
		}
	default:
		out.raw.Main = v.value
	}
}

// merge fills in what earlier sources did not tell.
func (out *record) merge(got record) {
	if out.made == nil {
		out.made = got.made
	}
	if out.method == "" {
		out.method = got.method
	}
	if len(out.categories) == 0 {
		out.categories = got.categories
	}
}

// kept is one decoded value and the texts it comes from.
type kept struct {
	kind  string // cookie local main
	texts map[string]string
	value any
}

// values finds the values of a source that can be decoded.
func (s *source) values(state State, main any) []kept {
	if s.Main != "" {
		if main == nil {
			return nil
		}
		return []kept{{kind: "main", value: main}}
	}
	kind, all := s.texts(state)
	var out []kept
	group := kept{kind: kind, texts: map[string]string{}}
	values := map[string]any{}
	for _, t := range all {
		v, err := decode(t.value, s.As)
		switch {
		case err != nil:
		case s.Each:
			group.texts[t.name], values[t.id] = t.value, v
		default:
			out = append(out, kept{kind, map[string]string{t.name: t.value}, v})
		}
	}
	if len(values) > 0 {
		group.value = values
		out = append(out, group)
	}
	return out
}

// text is one text that is kept under a name, of which * stands for id.
type text struct{ name, id, value string }

// maxTexts is how many values under one name with a * are looked at.
const maxTexts = 100

// texts finds what is kept under the source's name. An empty value is none.
func (s *source) texts(state State) (kind string, out []text) {
	if s.Cookie != "" {
		for _, c := range state.Cookies {
			if id, ok := like(s.Cookie, c.Name); ok && c.Value != "" && len(out) < maxTexts {
				out = append(out, text{c.Name, id, c.Value})
			}
		}
		return "cookie", out
	}
	for _, origin := range keysOf(state.Local) {
		for _, k := range keysOf(state.Local[origin]) {
			if id, ok := like(s.Local, k); ok && state.Local[origin][k] != "" && len(out) < maxTexts {
				out = append(out, text{k, id, state.Local[origin][k]})
			}
		}
	}
	return "local", out
}

// fits reports whether a value has what the tool's own always has.
func (s *source) fits(v any) bool {
	if len(s.Has) == 0 {
		return true
	}
	return slices.ContainsFunc(s.Has, func(p string) bool { return len(at(v, p)) > 0 })
}

// meaning reads a decoded value.
func (s *source) meaning(w *words, v any, names map[string]string, state State) record {
	out := record{made: ptr(true), categories: s.states(w, v, names)}
	if s.Made != nil {
		out.made = s.Made.holds(v, state)
	}
	if m := s.Method; m != nil {
		out.method = m.Always
		if t := first(v, m.Path); t != "" {
			switch {
			case matches(m.Explicit, t):
				out.method = "explicit"
			case matches(m.Implied, t):
				out.method = "implied"
			}
		}
	}
	optional := slices.ContainsFunc(categories[1:], func(c string) bool { return out.categories[c] })
	if out.method == "implied" && !optional || out.method == "explicit" && out.made != nil && !*out.made {
		out.method = ""
	}
	return out
}

func matches(list []string, s string) bool {
	return slices.ContainsFunc(list, func(x string) bool {
		_, ok := like(strings.ToLower(x), strings.ToLower(s))
		return ok
	})
}

// first is the first value at a path, as text.
func first(v any, path string) string {
	for _, x := range at(v, path) {
		if s, ok := scalar(x); ok {
			return s
		}
	}
	return ""
}

// holds carries out a test; nil if the record does not tell.
func (t *test) holds(v any, state State) *bool {
	switch {
	case t.Unknown:
		return nil
	case t.Cookie != "":
		return ptr(slices.ContainsFunc(state.Cookies, func(c Cookie) bool {
			_, ok := like(t.Cookie, c.Name)
			return ok && c.Value != ""
		}))
	case t.Local != "":
		for _, m := range state.Local {
			for k := range m {
				if _, ok := like(t.Local, k); ok {
					return ptr(true)
				}
			}
		}
		return ptr(false)
	}
	all := at(v, t.Path)
	if t.Some {
		return ptr(slices.ContainsFunc(all, func(x any) bool { return !empty(x) }))
	}
	for _, x := range all {
		s, ok := scalar(x)
		if !ok {
			continue
		}
		if len(t.Is) > 0 && matches(t.Is, s) {
			return ptr(true)
		}
		if len(t.Not) > 0 && !matches(t.Not, s) {
			return ptr(true)
		}
	}
	return ptr(false)
}

func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}
