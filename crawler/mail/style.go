package mail

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// Limits of the styles that are applied, so that hostile sheets cost little: a
// newsletter has some hundreds of rules and thousands of elements.
const (
	maxRules     = 3000
	maxMatches   = 20 << 20 // rules times elements
	maxAncestors = 6        // parts of one selector
	maxBlocks    = 3        // @media in each other
)

// styles are what the message's own style sheets say of sizes and of being seen.
// Only what decides that is read: selectors of names, classes and ids, one inside
// the other; specificity does not count, the last rule does. It is an approximation,
// good enough to tell a pixel from a picture.
type styles struct {
	rules []styleRule
	of    map[*html.Node]map[string]value
}

type styleRule struct {
	parts []compound // outermost first
	decls map[string]value
}

// A compound is "td.hidden#x": all of it must fit one element.
type compound struct {
	name, id string
	classes  []string
}

type value struct {
	text      string
	important bool
}

// telling are the properties that decide about sizes and being seen.
var telling = map[string]bool{
	"display": true, "visibility": true, "opacity": true, "width": true, "height": true, "max-width": true, "max-height": true,
	"overflow": true, "position": true, "left": true, "top": true, "clip": true,
}

// addSheet reads the rules of a style sheet that hold on a screen.
func (s *styles) addSheet(css string) { s.addBlock(withoutComments(css), 0) }

// addBlock reads the rules of a block that stands so many blocks deep.
func (s *styles) addBlock(css string, depth int) {
	for at := 0; at < len(css) && len(s.rules) < maxRules; {
		open := strings.IndexAny(css[at:], "{;")
		if open < 0 {
			return
		}
		head := strings.TrimSpace(css[at : at+open])
		if css[at+open] == ';' { // @import, @charset
			at += open + 1
			continue
		}
		start := at + open + 1
		end := blockEnd(css, start)
		block := css[start:end]
		at = min(end+1, len(css))
		if strings.HasPrefix(head, "@") {
			if onScreen(head) && depth < maxBlocks {
				s.addBlock(block, depth+1)
			}
			continue
		}
		s.addRule(head, block)
	}
}

func (s *styles) addRule(head, block string) {
	decls := declarations(block)
	if len(decls) == 0 {
		return
	}
	for selector := range strings.SplitSeq(head, ",") {
		if parts := compounds(selector); parts != nil && len(s.rules) < maxRules {
			s.rules = append(s.rules, styleRule{parts, decls})
		}
	}
}

// onScreen reports whether the rules of a block hold on a screen of any width.
func onScreen(head string) bool {
	head = strings.ToLower(head)
	query, ok := strings.CutPrefix(head, "@media")
	if !ok {
		return false
	}
	return !strings.Contains(query, "(") && !strings.Contains(query, "print") && !strings.Contains(query, "not ")
}

// blockEnd is where the block ends that begins at a place.
func blockEnd(css string, from int) int {
	depth := 1
	for i := from; i < len(css); i++ {
		switch css[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(css)
}

func withoutComments(css string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(css, "/*")
		b.WriteString(before)
		if !found {
			return strings.NewReplacer("<!--", "", "-->", "").Replace(b.String())
		}
		if _, css, found = strings.Cut(rest, "*/"); !found {
			return b.String()
		}
	}
}

// declarations reads the properties that tell something.
func declarations(block string) map[string]value {
	var out map[string]value
	for decl := range strings.SplitSeq(block, ";") {
		name, text, ok := strings.Cut(decl, ":")
		name = strings.ToLower(strings.TrimSpace(name))
		if !ok || !telling[name] {
			continue
		}
		text = strings.ToLower(strings.TrimSpace(text))
		plain, important := strings.CutSuffix(text, "!important")
		if out == nil {
			out = map[string]value{}
		}
		if old, ok := out[name]; !ok || important || !old.important {
			out[name] = value{strings.TrimSpace(plain), important}
		}
	}
	return out
}

// compounds reads a selector; nil if it is of a kind that is not applied.
func compounds(selector string) []compound {
	selector = strings.ReplaceAll(selector, ">", " ")
	if strings.ContainsAny(selector, `:[+~*\"'`) {
		return nil
	}
	fields := strings.Fields(selector)
	if len(fields) == 0 || len(fields) > maxAncestors {
		return nil
	}
	out := make([]compound, len(fields))
	for i, f := range fields {
		for f != "" {
			end := strings.IndexAny(f[1:], ".#") + 1
			if end == 0 {
				end = len(f)
			}
			switch f[0] {
			case '.':
				out[i].classes = append(out[i].classes, f[1:end])
			case '#':
				out[i].id = f[1:end]
			default:
				out[i].name = strings.ToLower(f[:end])
			}
			f = f[end:]
		}
	}
	return out
}

func (c *compound) fits(n *html.Node) bool {
	if n.Type != html.ElementNode || c.name != "" && c.name != n.Data {
		return false
	}
	if c.id != "" && attr(n, "id") != c.id {
		return false
	}
	if len(c.classes) == 0 {
		return true
	}
	have := strings.Fields(attr(n, "class"))
	for _, want := range c.classes {
		found := false
		for _, h := range have {
			found = found || h == want
		}
		if !found {
			return false
		}
	}
	return true
}

func (r *styleRule) fits(n *html.Node) bool {
	last := len(r.parts) - 1
	if !r.parts[last].fits(n) {
		return false
	}
	// The nearest ancestor that fits may be taken: between parts there is nothing
	// but "inside".
	for i, p := last-1, n.Parent; i >= 0; p = p.Parent {
		if p == nil {
			return false
		}
		if r.parts[i].fits(p) {
			i--
		}
	}
	return true
}

// apply finds out what the rules say of the elements. It reports false if that
// would be too much work.
func (s *styles) apply(elements []*html.Node) bool {
	s.of = map[*html.Node]map[string]value{}
	whole := len(s.rules)*len(elements) <= maxMatches
	for _, n := range elements {
		props := map[string]value{}
		set := func(decls map[string]value) {
			for name, v := range decls {
				if old, ok := props[name]; !ok || v.important || !old.important {
					props[name] = v
				}
			}
		}
		if whole {
			for i := range s.rules {
				if s.rules[i].fits(n) {
					set(s.rules[i].decls)
				}
			}
		}
		set(declarations(attr(n, "style")))
		if len(props) > 0 {
			s.of[n] = props
		}
	}
	return whole
}

func (s *styles) prop(n *html.Node, name string) string { return s.of[n][name].text }

// size is the width or height that the message gives an element, in CSS pixels; -1
// if it gives none. A limit below it counts.
func (s *styles) size(n *html.Node, name string) int {
	out := -1
	if v, ok := pixels(attr(n, name)); ok {
		out = v
	}
	if v, ok := pixels(s.prop(n, name)); ok {
		out = v
	}
	if v, ok := pixels(s.prop(n, "max-"+name)); ok && (out < 0 && v <= 1 || out >= 0 && v < out) {
		out = v
	}
	return out
}

// pixels reads "1", "1px", "0", "0.5pt". Shares and other units are not known.
func pixels(s string) (int, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	number := strings.TrimRight(s, "abcdefghijklmnopqrstuvwxyz")
	unit := s[len(number):]
	f, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || f < 0 || f > 1e6 {
		return 0, false
	}
	switch {
	case f == 0 || unit == "" || unit == "px":
	case unit == "pt":
		f *= 96.0 / 72
	default:
		return 0, false
	}
	if f > 0 && f < 1 {
		f = 1
	}
	return int(f), true
}

// hides reports whether an element keeps what is in it from being seen.
func (s *styles) hides(n *html.Node) bool {
	if _, ok := attribute(n, "hidden"); ok {
		return true
	}
	p := s.of[n]
	if p == nil {
		return false
	}
	flat := func(name string) bool {
		v, ok := pixels(p[name].text)
		return ok && v == 0 && strings.HasPrefix(p["overflow"].text, "hidden")
	}
	away := func(name string) bool {
		v := strings.TrimSuffix(p[name].text, "px")
		f, err := strconv.ParseFloat(v, 64)
		return err == nil && f <= -100 && (p["position"].text == "absolute" || p["position"].text == "fixed")
	}
	opacity, err := strconv.ParseFloat(p["opacity"].text, 64)
	return p["display"].text == "none" || p["visibility"].text == "hidden" || p["visibility"].text == "collapse" ||
		err == nil && opacity <= 0.05 ||
		flat("max-height") || flat("height") || flat("max-width") || flat("width") || away("left") || away("top") ||
		strings.HasPrefix(p["clip"].text, "rect(0")
}

// attr is the value of an attribute, "" if there is none.
func attr(n *html.Node, name string) string {
	v, _ := attribute(n, name)
	return v
}

func attribute(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name && a.Namespace == "" {
			return a.Val, true
		}
	}
	return "", false
}
