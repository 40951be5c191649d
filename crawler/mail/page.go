package mail

import (
	"bytes"
	_ "embed" // the table of elements
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/spoor-audit/spoor/evidence"
)

//go:embed html.yaml
var htmlYAML []byte

// handling says what is done with elements and attributes; see html.yaml.
type handling struct {
	Dropped    []string                     `yaml:"dropped"`
	Unwrapped  []string                     `yaml:"unwrapped"`
	Fields     []string                     `yaml:"fields"`
	Attributes []string                     `yaml:"attributes"`
	Sources    map[string]map[string]string `yaml:"sources"`
}

// theHandling reads the embedded table once, as theKeeping does.
var theHandling = sync.OnceValue(func() *handling {
	t := new(handling)
	dec := yaml.NewDecoder(bytes.NewReader(htmlYAML))
	dec.KnownFields(true)
	if err := dec.Decode(t); err != nil {
		panic(fmt.Errorf("mail: read html.yaml: %w", err))
	}
	return t
})

// A page is the message as it is shown, and what it refers to.
type page struct {
	walker  *walker
	plain   bool
	docs    []*html.Node
	links   []evidence.MailLink
	images  []evidence.MailImage
	dropped map[string]bool
	base    *url.URL
	styles  styles
	seen    map[evidence.MailImage]bool
}

// newPage makes the bodies of a message fit to be shown, and lists what they refer
// to in the order in which it stands there.
func newPage(w *walker) *page {
	p := &page{walker: w, plain: true, dropped: map[string]bool{}, seen: map[evidence.MailImage]bool{}}
	for _, b := range w.bodies {
		text := b.text
		if !b.html {
			text = asHTML(text)
		} else {
			p.plain = false
		}
		doc, err := parse(text)
		if err != nil { // elements in each other beyond what is parsed
			w.limit(limitDepth)
			doc, err = parse(asHTML(text))
		}
		if err == nil {
			p.document(doc)
		}
	}
	return p
}

// parse reads HTML as where no scripts run: what stands in <noscript> is shown.
func parse(text string) (*html.Node, error) {
	return html.ParseWithOptions(strings.NewReader(text), html.ParseOptionEnableScripting(false))
}

// document looks at one body.
func (p *page) document(doc *html.Node) {
	p.base = nil
	p.styles = styles{}
	var elements []*html.Node
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		elements = append(elements, n)
		switch n.DataAtom {
		case atom.Base:
			if u, err := url.Parse(strings.TrimSpace(attr(n, "href"))); err == nil && u.IsAbs() && p.base == nil {
				p.base = u
			}
		case atom.Style:
			p.styles.addSheet(content(n))
		}
	}
	if !p.styles.apply(elements) {
		p.walker.limit(limitStyles)
	}
	p.children(doc, false)
	p.docs = append(p.docs, doc)
}

// children looks at what is in an element. Hidden says that it is kept from being
// seen. The parser bounds how deep elements stand in each other.
func (p *page) children(n *html.Node, hidden bool) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch c.Type {
		case html.ElementNode:
			p.element(c, hidden)
		case html.CommentNode:
			p.conditional(c.Data)
			n.RemoveChild(c)
		}
		c = next
	}
}

func (p *page) element(n *html.Node, hidden bool) {
	t := theHandling()
	if n.DataAtom == atom.Object || n.DataAtom == atom.Embed {
		p.image(p.resolve(attr(n, "data")+attr(n, "src")), "object", n, hidden)
	}
	picture := n.DataAtom == atom.Input && strings.EqualFold(attr(n, "type"), "image")
	switch {
	case n.DataAtom == atom.Link:
		if !strings.Contains(strings.ToLower(attr(n, "rel")), "stylesheet") {
			p.drop(n)
			return
		}
	case slices.Contains(t.Dropped, n.Data), slices.Contains(t.Fields, n.Data) && !picture:
		p.drop(n)
		return
	case slices.Contains(t.Unwrapped, n.Data), strings.ContainsAny(n.Data, "<\"'=&\x00\ufffd"):
		p.children(n, hidden || p.styles.hides(n))
		if slices.Contains(t.Unwrapped, n.Data) {
			p.dropped[n.Data] = true
		}
		unwrap(n)
		return
	}
	hidden = hidden || p.styles.hides(n)
	if n.DataAtom == atom.A || n.DataAtom == atom.Area {
		p.link(n)
	}
	p.attributes(n, hidden)
	if n.DataAtom == atom.Style {
		p.sheet(n)
		return
	}
	p.children(n, hidden)
}

// drop takes an element out with what is in it.
func (p *page) drop(n *html.Node) {
	if n.DataAtom != atom.Title && n.DataAtom != atom.Base && n.DataAtom != atom.Meta {
		p.dropped[n.Data] = true
	}
	n.Parent.RemoveChild(n)
}

// unwrap puts what is in an element in its place.
func unwrap(n *html.Node) {
	for c := n.FirstChild; c != nil; c = n.FirstChild {
		n.RemoveChild(c)
		n.Parent.InsertBefore(c, n)
	}
	n.Parent.RemoveChild(n)
}

// attributes lists what the attributes of an element refer to, and takes out those
// that do something.
func (p *page) attributes(n *html.Node, hidden bool) {
	t := theHandling()
	kept := n.Attr[:0]
	for _, a := range n.Attr {
		name := a.Key
		if a.Namespace != "" {
			name = a.Namespace + ":" + a.Key
		}
		as := t.Sources[n.Data][name]
		if as == "" {
			as = t.Sources["*"][name]
		}
		switch {
		case strings.HasPrefix(name, "on"), slices.Contains(t.Attributes, name):
			continue
		case as != "":
			a.Val = p.image(p.resolve(a.Val), as, n, hidden)
		case name == "href" && n.DataAtom == atom.Link:
			a.Val = p.image(p.resolve(a.Val), "stylesheet", n, hidden)
		case name == "href" || name == "xlink:href" || name == "action":
			if !safe(a.Val) {
				continue
			}
			a.Val = p.resolve(a.Val)
		case name == "srcset" || name == "imagesrcset":
			a.Val = p.set(a.Val, n, hidden)
		case name == "style":
			a.Val = rewriteCSS(a.Val, func(r reference) string { return p.image(p.resolve(r.url), r.as, n, hidden) })
		}
		kept = append(kept, a)
	}
	n.Attr = kept
}

// safe reports whether a link leads somewhere, and does not do something.
func safe(address string) bool {
	scheme, _, ok := strings.Cut(address, ":")
	if !ok || strings.ContainsAny(scheme, "/?#") {
		return true
	}
	switch strings.ToLower(strings.Join(strings.Fields(scheme), "")) {
	case "http", "https", "mailto", "tel", "sms", "ftp", "cid", "mid":
		return true
	}
	return false
}

// sheet lists what a style sheet of the message refers to.
func (p *page) sheet(n *html.Node) {
	css := content(n)
	for c := n.FirstChild; c != nil; c = n.FirstChild {
		n.RemoveChild(c)
	}
	css = rewriteCSS(css, func(r reference) string { return p.image(p.resolve(r.url), r.as, nil, false) })
	// Nothing in the text may end the element.
	css = strings.ReplaceAll(css, "</", "<\\/")
	n.AppendChild(&html.Node{Type: html.TextNode, Data: css})
}

// render writes the bodies one beneath the other.
func (p *page) render() string {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html>\n")
	for _, doc := range p.docs {
		for c := doc.FirstChild; c != nil; c = c.NextSibling {
			if c.Type != html.ElementNode {
				continue
			}
			// A strings.Builder does not fail.
			_ = html.Render(&b, c)
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// content is the text of an element.
func content(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}
