package recordings

import (
	"bytes"
	_ "embed" // the names of elements
	"fmt"
	"math/bits"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed tags.yaml
var tagsYAML []byte

// The kinds of elements in tags.yaml.
const (
	otherTag = iota
	headTag
	bodyTag
	partTag
	layoutTag
)

// A tag is an element of tags.yaml with its place in the list.
type tag struct {
	kind  int
	place int // in the table
}

// tags reads the embedded table once. It is part of the program; a test reads it.
var tags = sync.OnceValue(func() map[string]tag {
	t, err := readTags(tagsYAML)
	if err != nil {
		panic(err)
	}
	return t
})

func readTags(data []byte) (map[string]tag, error) {
	var file struct{ Head, Body, Part, Layout, Other []string }
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&file); err != nil {
		return nil, fmt.Errorf("recordings: read tags.yaml: %w", err)
	}
	out := map[string]tag{}
	for kind, list := range [][]string{otherTag: file.Other, headTag: file.Head, bodyTag: file.Body, partTag: file.Part, layoutTag: file.Layout} {
		for _, name := range list {
			out[name] = tag{kind: kind, place: len(out)}
		}
	}
	if len(out) > 2*64 {
		return nil, fmt.Errorf("recordings: read tags.yaml: %d names are too many", len(out))
	}
	return out, nil
}

// Counts of elements from which data are a copy of a page. A chain of elements from
// a button up to the body, which statistics send with a click, has no head, and a
// list of what was loaded, which measurements of speed send, has no layout; the
// smallest page has html, head, title, body and a few more.
const (
	minElements = 8  // in a page from its root on
	minKinds    = 6  // different ones among them
	minLoose    = 25 // in a part of a page
	looseKinds  = 8  // different ones among them
	minPart     = 1  // of those that nobody writes
	minLayout   = 5
)

// elements counts the names of elements in a text.
type elements struct {
	all, part, layout, heads, bodies int

	kinds [2]uint64 // by place in the table
}

// name counts a word if it is the name of an element.
func (e *elements) name(word string) {
	if len(word) == 0 || len(word) > 10 {
		return
	}
	var low [10]byte
	for i := range len(word) {
		c := word[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		low[i] = c
	}
	t, ok := tags()[string(low[:len(word)])]
	if !ok {
		return
	}
	e.all++
	e.kinds[t.place/64] |= 1 << (t.place % 64)
	switch t.kind {
	case headTag:
		e.heads++
	case bodyTag:
		e.bodies++
	case partTag:
		e.part++
	case layoutTag:
		e.layout++
	}
}

// add counts the elements of another text in.
func (e *elements) add(o *elements) {
	e.all, e.part, e.layout = e.all+o.all, e.part+o.part, e.layout+o.layout
	e.heads, e.bodies = e.heads+o.heads, e.bodies+o.bodies
	for i := range e.kinds {
		e.kinds[i] |= o.kinds[i]
	}
}

// isPage reports whether the elements are a copy of a page or of a large part of
// one.
func (e *elements) isPage() bool {
	return e.isWhole() || e.part >= minPart && e.layout >= minLayout && e.all >= minLoose && e.differing() >= looseKinds
}

// isWhole reports whether the elements are a copy of a page with its head and body.
// Some formats take the root for granted.
func (e *elements) isWhole() bool {
	return e.heads > 0 && e.bodies > 0 && e.all >= minElements && e.differing() >= minKinds
}

func (e *elements) differing() int {
	return bits.OnesCount64(e.kinds[0]) + bits.OnesCount64(e.kinds[1])
}

// markup counts the elements that begin in a text of HTML.
func markup(text string, e *elements) {
	for i := 0; i+1 < len(text); i++ {
		if text[i] != '<' || !isLetter(text[i+1]) {
			continue
		}
		end := i + 1
		for end < len(text) && end-i < 12 && (isLetter(text[end]) || text[end] >= '0' && text[end] <= '9') {
			end++
		}
		e.name(text[i+1 : end])
		i = end - 1
	}
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
