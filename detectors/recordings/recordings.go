package recordings

import (
	"slices"
	"strings"
)

// Traits say what a message holds of a visit.
type Traits struct {
	Page    bool     // a copy of the page: its elements, from the root on
	Changes bool     // changes to the page
	Mouse   bool     // the way of the mouse
	Input   bool     // what was filled in
	Format  string   // of a known recorder: "rrweb"; or ""
	Packed  []string // what the message was packed in, sorted: gzip zlib deflate base64 ...

	seen elements
}

// Any reports whether a message holds anything of a visit.
func (t *Traits) Any() bool { return t.Page || t.Changes || t.Mouse || t.Input }

// Piece reports whether a message may be a piece of a copy of the page.
func (t *Traits) Piece() bool { return t.seen.all > 0 }

// Add joins what another message to the same receiver holds. Pieces may make a copy
// of the page together.
func (t *Traits) Add(o *Traits) {
	t.seen.add(&o.seen)
	t.Page = t.Page || o.Page || t.seen.isWhole()
	t.Changes, t.Mouse, t.Input = t.Changes || o.Changes, t.Mouse || o.Mouse, t.Input || o.Input
	if t.Format == "" {
		t.Format = o.Format
	}
	t.Packed = append(t.Packed, o.Packed...)
	slices.Sort(t.Packed)
	t.Packed = slices.Compact(t.Packed)
}

// A Point is where the mouse was, in CSS pixels of the window.
type Point struct{ X, Y int }

// A Reader reads messages of one visit. It can be used from several goroutines.
type Reader struct {
	path path
}

// NewReader makes a reader that knows where the mouse went, in order of time; nil
// if that is not known.
func NewReader(moves []Point) *Reader { return &Reader{path: newPath(moves)} }

// Read says what a message holds. It is what was sent: the body of a request or a
// message on a socket.
func (r *Reader) Read(message string) Traits {
	var all Traits
	unpack(message, func(l *layer) {
		t := r.read(l.text)
		if t.Any() {
			t.Packed = l.steps
		}
		all.Add(&t)
	})
	return all
}

// read says what one text holds, as it stands there.
func (r *Reader) read(text string) Traits {
	var t Traits
	seen := &t.seen
	keys := keySet(0)
	if isText(text) {
		markup(text, seen)
		literals(text, func(s string, key bool) {
			switch {
			case key:
				keys.add(s)
			case strings.Contains(s, "</"):
				markup(s, seen)
			default:
				seen.name(s)
			}
		})
	} else {
		words(text, seen.name)
	}
	t.Page = seen.isPage()
	rrweb(keys, &t)
	t.Mouse = t.Mouse || r.path.in(text)
	return t
}

// isText reports whether a text holds no bytes that texts do not: its beginning is
// enough to tell.
func isText(text string) bool {
	odd := 0
	head := text[:min(len(text), 2048)]
	for i := range len(head) {
		if c := head[i]; c < 0x20 && c != '\t' && c != '\n' && c != '\r' {
			odd++
		}
	}
	return odd*50 <= len(head)
}

// words calls visit for each run of letters and digits between bytes that are none,
// which is how binary formats keep their texts.
func words(text string, visit func(string)) {
	start := -1
	for i := 0; i <= len(text); i++ {
		if i < len(text) && text[i] > 0x20 && text[i] < 0x7f {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 {
			visit(text[start:i])
		}
		start = -1
	}
}
