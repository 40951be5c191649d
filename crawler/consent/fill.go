package consent

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
)

// A Blank is a field of the page that a person can see and write into.
type Blank struct {
	Frame Frame
	Form  string // its form's purpose, as in [evidence.Form]; "" outside of forms
	Field evidence.Field
	// What it takes: see the attributes of HTML.
	Max                       int // characters; -1 is no limit
	Low, High, Pattern, Fills string
	Hint                      string // its placeholder
	Digits                    bool   // it wants a keyboard of digits
	Held                      bool   // it holds something already

	n int
}

// Blanks lists the fields of all documents of the page that can be written into:
// those that ask who the visitor is first, then as they stand. The question for
// consent has none. An error means that the page's own document was not looked at;
// frames that give no answer are named.
func Blanks(ctx context.Context, p Page) (list []*Blank, silent []string, err error) {
	w, err := loadWords()
	if err != nil {
		return nil, nil, err
	}
	frames, err := p.Frames(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("consent: list frames: %w", err)
	}
	for i, f := range frames[:min(len(frames), maxFrames)] {
		seen, err := w.seenForms(ctx, f, true)
		switch {
		case err != nil && (i == 0 || ctx.Err() != nil):
			return nil, nil, err
		case err != nil:
			silent = append(silent, f.URL())
			continue
		}
		for j := range seen {
			list = append(list, w.blanks(f, &seen[j])...)
		}
	}
	slices.SortStableFunc(list, func(a, b *Blank) int { return cmp.Compare(a.rank(), b.rank()) })
	return list, silent, nil
}

func (w *words) blanks(f Frame, s *seenForm) (list []*Blank) {
	form := w.form(s)
	purpose := form.Purpose
	if purpose == "other" && s.Tag != "form" {
		purpose = ""
	}
	for i := range s.Fields {
		k := &s.Fields[i]
		if k.Write == nil {
			continue
		}
		list = append(list, &Blank{
			Frame: f, Form: purpose, Field: form.Fields[i], Max: k.Write.Max, Low: k.Write.Low, High: k.Write.High,
			Pattern: k.Write.Pattern, Fills: k.Auto, Hint: k.Hold, Digits: k.Write.Digits, Held: k.Write.Held > 0, n: k.Write.N,
		})
	}
	return list
}

// firsts are what fields ask that are written into before others.
var firsts = []string{"email", "name", "first-name", "last-name", "phone", "password"}

// rank is the place of a field in the order.
func (b *Blank) rank() int {
	if i := slices.Index(firsts, b.Field.Asks); i >= 0 {
		return min(i, 1) // who the visitor is, and first the address that all know
	}
	if b.Search() {
		return 2
	}
	return 3
}

// Search reports whether a field is there to search with.
func (b *Blank) Search() bool { return b.Field.Type == "search" || b.Form == "search" }

// Name is how a field is told from others of its document by those who read about
// it.
func (b *Blank) Name() string {
	return strings.TrimSpace(cmp.Or(clip(b.Field.Label, 80), b.Field.Name, b.Field.Type))
}

// Same reports whether two fields are the same element of a document.
func (b *Blank) Same(o *Blank) bool { return b.n == o.n && b.Frame.URL() == o.Frame.URL() }

// Alike reports whether two fields are the same to a person: pages put new elements
// in the place of others.
func (b *Blank) Alike(o *Blank) bool {
	return b.Field.Name == o.Field.Name && b.Field.Label == o.Field.Label && b.Field.Type == o.Field.Type && b.Frame.URL() == o.Frame.URL()
}

// A Place is where a field can be met.
type Place struct {
	Gone bool    `json:"gone"` // it has left the document
	Seen bool    `json:"seen"` // a person can see it
	Hit  bool    `json:"hit"`  // the mouse meets it at X, Y
	X    float64 `json:"x"`
	Y    float64 `json:"y"`
}

// Reach brings a field into view.
func (b *Blank) Reach(ctx context.Context) (Place, error) {
	var p Place
	err := call(ctx, b.Frame, "reach", map[string]int{"n": b.n}, &p)
	return p, err
}

// A Content is what a field holds.
type Content struct {
	Gone    bool   `json:"gone"`
	Focused bool   `json:"focused"` // what is typed goes into it
	Text    string `json:"text"`    // clipped
}

// Content looks at what a field holds.
func (b *Blank) Content(ctx context.Context) (Content, error) {
	var c Content
	err := call(ctx, b.Frame, "holds", map[string]int{"n": b.n}, &c)
	return c, err
}

// Element is JavaScript that gives the field's element, in spoor's world.
func (b *Blank) Element() string {
	return "globalThis.spoorConsent&&globalThis.spoorConsent.elementOf(" + itoa(b.n) + ")"
}
