package readers

import (
	"cmp"
	"slices"
	"strings"
)

// maxIDs is how many categories or services of one record are looked at.
const maxIDs = 1000

// states reads which categories are allowed. A category of several services is
// allowed if one of them is.
func (s *source) states(w *words, v any, names map[string]string) map[string]bool {
	c := &collector{source: s, words: w, names: names, out: map[string]bool{}}
	if s.Flags != nil {
		for _, m := range s.Flags.at(v) {
			if m, ok := m.(map[string]any); ok {
				for _, id := range keys(m) {
					c.add(id, s.flag(w, m[id]))
				}
			}
		}
	}
	c.lists(v)
	if it := s.Items; it != nil {
		for _, item := range at(v, it.Path) {
			if it.Skip != "" && first(item, it.Skip) == "true" {
				continue
			}
			for _, x := range at(item, it.Value) {
				c.add(first(item, it.ID), w.answer(x, s.Yes, s.No))
			}
		}
	}
	c.rest(v)
	return c.out
}

// flag reads one member of an object. A list says yes if it is not empty.
func (s *source) flag(w *words, v any) *bool {
	if s.Flags.Value != "" {
		for _, x := range at(v, s.Flags.Value) {
			return w.answer(x, s.Yes, s.No)
		}
		return nil
	}
	if l, ok := v.([]any); ok {
		return ptr(len(l) > 0)
	}
	return w.answer(v, s.Yes, s.No)
}

// at finds the values of a reference.
func (r *ref) at(v any) []any {
	all := at(v, r.Path)
	if len(r.As) == 0 {
		return all
	}
	var out []any
	for _, x := range all {
		if t, ok := x.(string); ok {
			d, err := decode(t, r.As)
			if err != nil {
				continue
			}
			x = d
		}
		out = append(out, x)
	}
	return out
}

// A collector gathers the states of categories.
type collector struct {
	source *source
	words  *words
	names  map[string]string
	n      int
	out    map[string]bool
}

// lists reads what is allowed or denied by being named. What a list of the
// allowed does not name is not allowed; of the other kind, the other way round.
func (c *collector) lists(v any) {
	s := c.source
	there, named := false, map[string]bool{}
	for _, l := range []struct {
		ref *ref
		yes bool
	}{{s.Allowed, true}, {s.Denied, false}} {
		if l.ref == nil {
			continue
		}
		for _, x := range l.ref.at(v) {
			ids, ok := x.([]any)
			if !ok || len(ids) == 0 && s.All != nil {
				continue
			}
			there = true
			for _, id := range ids {
				if t, ok := scalar(id); ok {
					named[t] = true
					c.add(t, ptr(l.yes))
				}
			}
		}
	}
	if !there {
		return
	}
	rest := s.Allowed == nil
	if s.Every != "" {
		for _, x := range at(v, s.Every) {
			m, _ := x.(map[string]any)
			for _, id := range keys(m) {
				if !named[id] {
					c.add(id, ptr(rest))
				}
			}
		}
	}
	if s.Allowed == nil || s.Denied == nil {
		c.fill(rest != s.Flip)
	}
	if !c.optional() {
		c.put("other", rest != s.Flip)
	}
}

// rest reads what is said of everything at once, if nothing was said of
// categories, and what is said by leaving it out.
func (c *collector) rest(v any) {
	s := c.source
	if s.Complete {
		c.fill(false)
	}
	if s.All == nil || c.optional() {
		return
	}
	for _, x := range at(v, s.All.Path) {
		if b := c.words.answer(x, s.All.Yes, s.All.No); b != nil {
			c.put("other", *b != s.Flip)
		}
	}
}

// fill sets the categories of the row of which nothing is known.
func (c *collector) fill(allowed bool) {
	for _, category := range c.source.IDs {
		if _, known := c.out[category]; !known && category != "-" && category != "necessary" {
			c.out[category] = allowed
		}
	}
}

// optional reports whether anything is known of a category other than the
// necessary.
func (c *collector) optional() bool {
	return slices.ContainsFunc(categories[1:], func(name string) bool { _, ok := c.out[name]; return ok })
}

// add takes in the state of one category or service by its id.
func (c *collector) add(id string, allowed *bool) {
	if c.n++; allowed == nil || c.n > maxIDs {
		return
	}
	category := c.source.category(id)
	if category == "" {
		category = cmp.Or(c.words.purpose(c.names[id]), c.words.purpose(id), "other")
	}
	if category != "-" {
		c.put(category, *allowed != c.source.Flip)
	}
}

func (c *collector) put(category string, allowed bool) { c.out[category] = c.out[category] || allowed }

// category is what the row says of an id, or "".
func (s *source) category(id string) string {
	if c, ok := s.IDs[id]; ok {
		return c
	}
	for _, pattern := range keysOf(s.IDs) {
		if _, ok := like(strings.ToLower(pattern), strings.ToLower(id)); ok {
			return s.IDs[pattern]
		}
	}
	return ""
}
