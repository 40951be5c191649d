package probe

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"github.com/spoor-audit/spoor/crawler/discover"
)

const (
	maxElements = 3000 // that are looked at for addresses
	maxParties  = 300
	maxText     = 20000 // characters of visible text that are kept
)

// sources are the elements that a page takes something from as it loads.
var sources = []struct{ selector, attribute, kind string }{
	{"script[src]", "src", "script"},
	{"img[src]", "src", "image"},
	{"iframe[src]", "src", "subdocument"},
	{`link[rel~="stylesheet"][href]`, "href", "stylesheet"},
}

// inlineScript finds the address of a script in the text of another, as the
// snippets that sites are given to paste in have it.
var inlineScript = regexp.MustCompile(`(?:https?:)?//[A-Za-z0-9.-]+\.[A-Za-z]{2,}/[A-Za-z0-9._~/%-]*\.js\b[^\s"'\\<>)]{0,200}`)

// fields are the elements that a visitor fills in.
const fields = `input:not([type=hidden]):not([type=submit]):not([type=button]), textarea, select`

// blanks are what browsers take out of addresses.
var blanks = strings.NewReplacer("\n", "", "\r", "", "\t", "")

// A gathering is who a page names.
type gathering struct {
	base       *url.URL
	page, site string
	known      func(page, address, kind string) Known

	looked                     map[string]bool
	parties, trackers, consent map[string]bool
}

// readPage reads the static HTML of the page.
func (s *site) readPage(a *answer) *Page {
	p := &Page{Cut: a.cut}
	p.Lang = cutTo(strings.TrimSpace(s.html.AttrOr("lang", "")), 35)
	p.Title = cutTo(strings.Join(strings.Fields(s.html.Find("head title").First().Text()), " "), maxWord)
	g := &gathering{
		base: s.base, page: a.url.String(), site: discover.SiteOf(a.url), known: s.p.options.Known,
		looked: map[string]bool{}, parties: map[string]bool{}, trackers: map[string]bool{}, consent: map[string]bool{},
	}
	for _, source := range sources {
		s.html.Find(source.selector).EachWithBreak(func(i int, e *goquery.Selection) bool {
			if address := e.AttrOr(source.attribute, ""); len(address) <= maxValue {
				g.add(address, source.kind, true)
			}
			return i+1 < maxElements
		})
	}
	s.html.Find("script:not([src])").EachWithBreak(func(i int, e *goquery.Selection) bool {
		if kind := strings.ToLower(e.AttrOr("type", "")); !strings.Contains(kind, "json") {
			for _, address := range inlineScript.FindAllString(e.Text(), 20) {
				g.add(address, "script", false)
			}
		}
		return i+1 < maxElements
	})
	p.ThirdParties, p.Trackers, p.Consent = sorted(g.parties), sorted(g.trackers), sorted(g.consent)
	return p
}

// add takes an address that the page names. It is taken from there if it stands in
// an element, and only perhaps if a script names it.
func (g *gathering) add(address, kind string, taken bool) {
	if g.looked[kind+" "+address] || len(g.looked) >= maxElements {
		return
	}
	g.looked[kind+" "+address] = true
	u, err := g.base.Parse(blanks.Replace(strings.TrimSpace(address)))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return
	}
	u.Fragment = ""
	if taken && discover.SiteOf(u) != g.site && len(g.parties) < maxParties {
		g.parties[strings.ToLower(u.Hostname())] = true
	}
	if g.known == nil {
		return
	}
	who := g.known(g.page, u.String(), kind)
	if who.Name == "" {
		return
	}
	if who.Consent {
		g.consent[who.Name] = true
	}
	if who.Tracker {
		g.trackers[who.Name] = true
	}
}

func sorted(set map[string]bool) []string {
	return append([]string{}, slices.Sorted(maps.Keys(set))...)
}

// unseen are elements whose text nobody sees.
var unseen = []string{"script", "style", "noscript", "template", "svg"}

// visible is the text of an element as far as static HTML tells, and its length in
// characters.
func visible(e *goquery.Selection) (text string, length int) {
	var b strings.Builder
	var walk func(n *html.Node)
	// The parser bounds how deep elements lie in each other.
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			for word := range strings.FieldsSeq(n.Data) {
				length += utf8.RuneCountInString(word) + 1
				if b.Len() < maxText {
					b.WriteString(cutTo(word, maxText) + " ")
				}
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type != html.ElementNode || !slices.Contains(unseen, c.Data) {
				walk(c)
			}
		}
	}
	for _, n := range e.Nodes {
		walk(n)
	}
	return b.String(), length
}
