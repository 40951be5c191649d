package consent

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

//go:embed js/*.js
var scripts embed.FS

// scriptOrder is the order in which the parts of the script stand.
var scriptOrder = []string{"dom", "controls", "look", "press", "page", "fill", "main"}

// script is the JavaScript that looks at documents.
var script = sync.OnceValues(func() (string, error) {
	var b strings.Builder
	b.WriteString("(()=>{'use strict';if(globalThis.spoorConsent)return;\n")
	for _, name := range scriptOrder {
		data, err := scripts.ReadFile("js/" + name + ".js")
		if err != nil {
			return "", fmt.Errorf("consent: read script: %w", err)
		}
		b.Write(data)
	}
	b.WriteString("})()")
	return b.String(), nil
})

// A SealedFrame is a [Frame] that can also reach shadow roots which the page
// keeps to itself. Without it a dialog inside such a root is not seen, and the
// certainty that there is none drops.
type SealedFrame interface {
	Frame
	// Sealed calls a JavaScript function expression, in spoor's world, with each
	// closed shadow root of the document as its only argument.
	Sealed(ctx context.Context, function string) error
}

// callLimit is how long a document may take to answer.
const callLimit = 6 * time.Second

var errNoAnswer = errors.New("the document gave no answer")

// call asks a document something, and installs the script there first if it is
// not yet there: a document that was loaded anew has lost it.
func call(ctx context.Context, f Frame, name string, args, into any) error {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	in, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("consent: ask %s: %w", name, err)
	}
	js := `(async()=>{const c=globalThis.spoorConsent;return c?{there:true,value:await c.` + name + `(` + string(in) + `)}:{there:false}})()`
	for range 2 {
		var answer struct {
			There bool            `json:"there"`
			Value json.RawMessage `json:"value"`
		}
		if err := f.World(ctx, js, &answer); err != nil {
			return fmt.Errorf("consent: ask %s: %w", name, err)
		}
		if answer.There {
			if into == nil || len(answer.Value) == 0 {
				return nil
			}
			if err := json.Unmarshal(answer.Value, into); err != nil {
				return fmt.Errorf("consent: ask %s: %w", name, err)
			}
			return nil
		}
		src, err := script()
		if err != nil {
			return err
		}
		if err := f.World(ctx, src, nil); err != nil {
			return fmt.Errorf("consent: install script: %w", err)
		}
	}
	return fmt.Errorf("consent: ask %s: %w", name, errNoAnswer)
}

// A control is one thing that can be pressed, as js/controls.js describes it.
type control struct {
	N        int      `json:"n"`
	Tag      string   `json:"tag"`
	Role     string   `json:"role"`
	Text     string   `json:"text"` // painted
	Name     string   `json:"name"` // spoken
	Hint     string   `json:"hint"` // id, class and the like
	Href     string   `json:"href"`
	Box      [4]int   `json:"box"`
	Bold     int      `json:"bold"`
	Font     float64  `json:"font"`
	Color    string   `json:"color"`
	Fills    []string `json:"fills"`  // its own backgrounds
	Around   []string `json:"around"` // backgrounds behind it, outward
	Border   bool     `json:"border"`
	Inline   bool     `json:"inline"`
	Scrolled int      `json:"scrolled"`
	Hit      bool     `json:"hit"`
	Off      bool     `json:"off"`
	Selected string   `json:"selected"`
	Expanded string   `json:"expanded"`

	means meaning
	icon  bool
}

// label is what a person reads or hears.
func (c *control) label() string {
	if c.Text != "" {
		return c.Text
	}
	return c.Name
}

// A toggle is one switch or box.
type toggle struct {
	N     int    `json:"n"`
	Label string `json:"label"`
	Row   string `json:"row"`
	Hint  string `json:"hint"`
	On    bool   `json:"on"`
	Off   bool   `json:"off"` // cannot be moved
	Radio bool   `json:"radio"`
	Value string `json:"value"` // of a radio button
	Held  bool   `json:"held"`  // a button that stays pressed
	Group string `json:"group"`
	Box   [4]int `json:"box"`

	name     string // what it stands for
	purpose  string
	vendor   bool
	interest bool
	// Of radio buttons: what choosing it means.
	role string
}

// A candidate is an element that may be the question for consent.
type candidate struct {
	N        int       `json:"n"`
	Core     int       `json:"core"`
	Why      string    `json:"why"` // modal dialog popover fixed sticky above shadow named text page
	Flow     bool      `json:"flow"`
	Tag      string    `json:"tag"`
	Hint     string    `json:"hint"`
	Text     string    `json:"text"`
	Marked   bool      `json:"marked"`
	Box      [4]int    `json:"box"`
	Top      int       `json:"top"`   // distance from the top of the document
	Below    int       `json:"below"` // distance to its end
	Z        int       `json:"z"`
	Outside  int       `json:"outside"` // characters of text outside it
	Controls []control `json:"controls"`
	Toggles  []toggle  `json:"toggles"`
	Fields   []string  `json:"fields"`
	Frames   int       `json:"frames"`
	Links    []struct {
		Label string `json:"label"`
		URL   string `json:"url"`
		Hit   bool   `json:"hit"`
	} `json:"links"`
	Lang   string `json:"lang"`
	Inside []int  `json:"inside"` // candidates that hold it

	scene  *scene
	points float64
	lang   string
	mute   bool // not a word of cookies or consent
	known  bool // its controls have their meaning
	papers int  // links in it that lead to statements
}

// An inner is a frame as the document around it sees it.
type inner struct {
	N     int    `json:"n"`
	Src   string `json:"src"`
	Name  string `json:"name"`
	Hint  string `json:"hint"`
	Box   [4]int `json:"box"`
	Inner [4]int `json:"inner"`
	Fixed bool   `json:"fixed"`
}

// A scene is one look at one document.
type scene struct {
	URL        string      `json:"url"`
	Lang       string      `json:"lang"`
	Words      int         `json:"words"`
	Width      int         `json:"width"`
	Height     int         `json:"height"`
	Tall       int         `json:"tall"`
	Locked     bool        `json:"locked"`
	Ready      string      `json:"ready"`
	Candidates []candidate `json:"candidates"`
	Frames     []inner     `json:"frames"`
	Sealed     int         `json:"sealed"` // elements that may hold a shut shadow root and were not asked yet
	Shut       int         `json:"shut"`   // those that look as if they do
	Cut        bool        `json:"cut"`

	frame Frame
	main  bool
	// Of a frame in the page: the element that holds it, and the scene of that
	// element; nil if it was not found.
	holder *inner
	parent *scene
}

// offset is where the document's viewport lies in the window.
func (s *scene) offset() (x, y int) {
	for range 8 {
		if s.holder == nil || s.parent == nil {
			break
		}
		x += s.holder.Inner[0]
		y += s.holder.Inner[1]
		s = s.parent
	}
	return x, y
}

// scan looks at one document. All asks also for candidates without a word of
// consent: the layers after the first need none.
func (w *words) scan(ctx context.Context, f Frame, all bool) (*scene, error) {
	s := &scene{frame: f}
	args := map[string]any{"marks": w.marks, "hints": either(w.places.Hints), "all": all}
	if err := call(ctx, f, "scan", args, s); err != nil {
		return nil, err
	}
	if s.Sealed > 0 {
		if sealed, ok := f.(SealedFrame); ok {
			// Without them the page is judged as it shows itself.
			if err := sealed.Sealed(ctx, `root=>globalThis.spoorConsent&&globalThis.spoorConsent.adopt(root)`); err == nil {
				s = &scene{frame: f}
				if err := call(ctx, f, "scan", args, s); err != nil {
					return nil, err
				}
				s.frame = f
			}
		}
	}
	for i := range s.Candidates {
		s.Candidates[i].scene = s
	}
	return s, nil
}

// look scans all documents of the page. Only the page's own must answer.
func (w *words) look(ctx context.Context, p Page, all bool) ([]*scene, error) {
	frames, err := p.Frames(ctx)
	if err != nil {
		return nil, fmt.Errorf("consent: list frames: %w", err)
	}
	var out []*scene
	for i, f := range frames {
		if i >= maxFrames {
			break
		}
		s, err := w.scan(ctx, f, all)
		if err != nil {
			if i == 0 {
				return nil, err
			}
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			continue // a frame may leave at any time
		}
		s.main = i == 0
		out = append(out, s)
	}
	hold(out)
	return out, nil
}

// maxFrames is how many documents of a page are looked at.
const maxFrames = 40

// hold finds for every frame's document the element that holds it: by its
// address, or else by its size.
func hold(scenes []*scene) {
	taken := map[*inner]bool{}
	match := func(s *scene, fits func(*inner) bool) bool {
		for _, p := range scenes {
			if p == s {
				continue
			}
			for i := range p.Frames {
				h := &p.Frames[i]
				if !taken[h] && fits(h) {
					taken[h] = true
					s.holder, s.parent = h, p
					return true
				}
			}
		}
		return false
	}
	size := func(s *scene, h *inner) bool { return near(s.Width, h.Inner[2]) && near(s.Height, h.Inner[3]) }
	for _, s := range scenes {
		if !s.main {
			match(s, func(h *inner) bool { return h.Src != "" && h.Src == s.URL && size(s, h) })
		}
	}
	for _, s := range scenes {
		if !s.main && s.holder == nil {
			match(s, func(h *inner) bool { return size(s, h) })
		}
	}
	for _, s := range scenes {
		if !s.main && s.holder == nil {
			match(s, func(h *inner) bool { return h.Src != "" && h.Src == s.URL })
		}
	}
}

func near(a, b int) bool { return a-b <= 20 && b-a <= 20 } // a scroll bar's width
