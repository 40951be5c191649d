package discover

import (
	"context"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"github.com/gocolly/colly/v2"
)

// readLinks reads one page and takes up where its links lead.
func (s *search) readLinks(ctx context.Context, address string) {
	c := s.collector(ctx)
	c.OnHTML("html", func(e *colly.HTMLElement) {
		if refusesFollowing(e.DOM) {
			return
		}
		e.DOM.Find("a[href], area[href]").Each(func(_ int, a *goquery.Selection) {
			if _, download := a.Attr("download"); download || hasWord(a.AttrOr("rel", ""), "nofollow") || a.AttrOr("href", "") == "" {
				return
			}
			// Colly knows the page's base element. It gives "" for links within the page.
			s.add(e.Request.URL, e.Request.AbsoluteURL(a.AttrOr("href", "")), fromLink)
		})
	})
	if err := c.Visit(address); err != nil {
		s.problem(address, err.Error())
	}
}

// collector returns a colly collector for one page. What it takes from the
// environment (COLLY_...) is set back: spoor has its own settings.
func (s *search) collector(ctx context.Context) *colly.Collector {
	c := colly.NewCollector()
	c.UserAgent = s.f.options.UserAgent
	c.IgnoreRobotsTxt = false // Colly's own default is to ignore robots.txt.
	c.MaxBodySize = maxPage
	c.MaxDepth, c.MaxRequests = 0, 0
	c.AllowedDomains, c.DisallowedDomains = nil, nil
	c.AllowURLRevisit, c.CheckHead, c.ParseHTTPErrorResponse, c.TraceHTTP = false, false, false, false
	c.CacheDir = ""
	c.DetectCharset = true
	c.Context = ctx
	c.WithTransport(&guard{s, ctx})
	c.SetRequestTimeout(requestTimeout)
	return c
}

// refusesFollowing reports whether a page asks robots not to follow its links.
func refusesFollowing(page *goquery.Selection) bool {
	refused := false
	page.Find("meta[name][content]").Each(func(_ int, m *goquery.Selection) {
		if strings.EqualFold(m.AttrOr("name", ""), "robots") {
			content := strings.ReplaceAll(m.AttrOr("content", ""), ",", " ")
			refused = refused || hasWord(content, "nofollow") || hasWord(content, "none")
		}
	})
	return refused
}

func hasWord(text, word string) bool {
	for w := range strings.FieldsSeq(text) {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}
