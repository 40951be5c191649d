package mail

import (
	"fmt"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/spoor-audit/spoor/evidence"
)

// set lists the candidates of a srcset and returns it with resolved addresses.
// https://html.spec.whatwg.org/multipage/images.html#parse-a-srcset-attribute
func (p *page) set(text string, n *html.Node, hidden bool) string {
	var out []string
	for len(out) < maxImages {
		text = strings.TrimLeft(text, ", \t\r\n\f")
		if text == "" {
			break
		}
		end := strings.IndexAny(text, " \t\r\n\f")
		if end < 0 {
			end = len(text)
		}
		address, rest := text[:end], text[end:]
		descriptor := ""
		if trimmed := strings.TrimRight(address, ","); trimmed != address {
			address = trimmed
		} else {
			descriptor, rest, _ = strings.Cut(rest, ",")
		}
		out = append(out, strings.TrimSpace(p.image(p.resolve(address), "srcset", n, hidden)+" "+strings.TrimSpace(descriptor)))
		text = rest
	}
	return strings.Join(out, ", ")
}

// resolve makes an address whole. One that is relative to nothing stays as it is.
func (p *page) resolve(address string) string {
	address = strings.TrimSpace(strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(address))
	if strings.HasPrefix(address, "//") {
		address = "http:" + address
	}
	if p.base == nil || address == "" || strings.HasPrefix(address, "#") {
		return address
	}
	u, err := p.base.Parse(address)
	if err != nil {
		return address
	}
	return u.String()
}

// image lists a picture and returns the address at which the page finds it.
func (p *page) image(address, as string, n *html.Node, hidden bool) string {
	if address == "" {
		return ""
	}
	path, local := p.walker.local(address)
	data := len(address) > 5 && strings.EqualFold(address[:5], "data:")
	remote := looksRemote(address)
	if !local && !data && !remote {
		return address
	}
	img := evidence.MailImage{URL: clip(address, maxURL), Width: -1, Height: -1, As: as, Hidden: hidden, Inline: !remote}
	if data {
		img.URL = clip(address, maxText)
	}
	if n != nil {
		img.Width, img.Height = p.styles.size(n, "width"), p.styles.size(n, "height")
	}
	p.addImage(img)
	if local {
		return path
	}
	return address
}

// addImage adds a picture to the list, once in each form.
func (p *page) addImage(img evidence.MailImage) {
	if p.seen[img] {
		return
	}
	if len(p.images) >= maxImages {
		p.walker.limit(limitImages)
		return
	}
	p.seen[img] = true
	img.ID = evidence.NewID(evidence.None, "image", len(p.images)+1)
	p.images = append(p.images, img)
}

// link lists a link.
func (p *page) link(n *html.Node) {
	address := p.resolve(attr(n, "href"))
	if looksRemote(address) {
		p.addLink(address, label(n))
	}
}

func (p *page) addLink(address, text string) {
	if len(p.links) >= maxLinks {
		p.walker.limit(limitLinks)
		return
	}
	p.links = append(p.links, evidence.MailLink{
		ID: evidence.NewID(evidence.None, "link", len(p.links)+1), URL: clip(address, maxURL), Text: clip(oneLine(text), maxText),
	})
}

// label is what a reader sees of a link: its text, else that of its picture.
func label(n *html.Node) string {
	var text, alt strings.Builder
	for c := range n.Descendants() {
		switch {
		case text.Len() > 4*maxText:
			return text.String()
		case c.Type == html.TextNode && c.Parent.DataAtom != atom.Style && c.Parent.DataAtom != atom.Script:
			text.WriteString(c.Data)
			text.WriteByte(' ')
		case c.DataAtom == atom.Img:
			alt.WriteString(attr(c, "alt"))
			alt.WriteByte(' ')
		}
	}
	for _, s := range []string{text.String(), alt.String(), attr(n, "title"), attr(n, "alt")} {
		if s = strings.TrimSpace(s); s != "" {
			return s
		}
	}
	return ""
}

// conditional lists the pictures in a comment that only Outlook reads:
// <!--[if mso]> ... <![endif]-->. They are not shown.
func (p *page) conditional(comment string) {
	head, rest, ok := strings.Cut(comment, "]>")
	if !ok || !strings.HasPrefix(strings.TrimSpace(head), "[if") || strings.Contains(head, "!mso") {
		return
	}
	inside, err := html.ParseFragment(strings.NewReader(rest), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		return
	}
	for _, top := range inside {
		for n := range withSelf(top) {
			if n.Type != html.ElementNode {
				continue
			}
			for _, name := range []string{"src", "background"} {
				if address := p.resolve(attr(n, name)); looksRemote(address) {
					s := styles{}
					p.addImage(evidence.MailImage{URL: clip(address, maxURL), Width: s.size(n, "width"), Height: s.size(n, "height"), As: "outlook"})
				}
			}
		}
	}
}

func withSelf(n *html.Node) func(func(*html.Node) bool) {
	return func(yield func(*html.Node) bool) {
		if !yield(n) {
			return
		}
		for c := range n.Descendants() {
			if !yield(c) {
				return
			}
		}
	}
}

// looksRemote reports whether somebody is asked for an address.
func looksRemote(address string) bool {
	for _, scheme := range []string{"https://", "http://", "ftp://"} {
		if len(address) > len(scheme) && strings.EqualFold(address[:len(scheme)], scheme) {
			return true
		}
	}
	return false
}

// asHTML shows plain text as mail programs do: as it stands, with its addresses as
// links.
func asHTML(text string) string {
	var b strings.Builder
	b.WriteString(`<pre style="white-space:pre-wrap">`)
	for {
		at := strings.Index(text, "http")
		if at < 0 {
			break
		}
		address := text[at:]
		if end := strings.IndexAny(address, " \t\r\n<>\"'|\\^`{}"); end >= 0 {
			address = address[:end]
		}
		b.WriteString(html.EscapeString(text[:at]))
		text = text[at+len(address):]
		tail := address
		address = strings.TrimRight(address, ".,;:!?)]")
		tail = tail[len(address):]
		if looksRemote(address) {
			fmt.Fprintf(&b, `<a href="%s">%[1]s</a>`, html.EscapeString(address))
		} else {
			b.WriteString(html.EscapeString(address))
		}
		b.WriteString(html.EscapeString(tail))
	}
	b.WriteString(html.EscapeString(text))
	b.WriteString("</pre>")
	return b.String()
}
