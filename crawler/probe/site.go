package probe

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gocolly/colly/v2"
	"github.com/temoto/robotstxt"

	"github.com/spoor-audit/spoor/crawler/walls"
)

const (
	maxCookies = 200
	maxValue   = 2000 // characters of a header or an address that is kept
)

// Site asks one site: for its page, and where that answered for robots.txt,
// gpc.json and ads.txt of the same host, as far as robots.txt allows. The page
// itself is asked for in any case: the caller named it. The error is that of the
// context; what goes wrong with the site stands in the facts.
func (p *Prober) Site(ctx context.Context, t Target) (*Facts, error) {
	s := newSite(ctx, p)
	f := s.page(t.URL)
	if t.Bare && f.Reason != "" && len(f.Hops) == 0 {
		if other := Another(t.URL, f.Reason); other != "" {
			if second := s.page(other); second.Reason == "" {
				second.URL = t.URL
				f = second
			}
		}
	}
	if f.Reason == "" && f.WallKind != walls.BotWall && f.Status != http.StatusTooManyRequests {
		s.files(f)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f.Worth = Worth(f)
	return f, nil
}

// A site is one that is being asked.
type site struct {
	p     *Prober
	guard *guard
	pages *colly.Collector // reads HTML
	plain *colly.Collector // with the same connections

	html *goquery.Selection // of the last page; nil if there is none
	base *url.URL           // that its addresses are relative to
}

func newSite(ctx context.Context, p *Prober) *site {
	s := &site{p: p, guard: &guard{p: p}}
	c := colly.NewCollector()
	// What colly takes from the environment (COLLY_...) is set back. The guard
	// bounds bodies, times and hosts.
	c.UserAgent = p.options.UserAgent
	c.IgnoreRobotsTxt = true // colly would ask once more for each host, without a limit
	c.MaxBodySize, c.MaxDepth, c.MaxRequests = 0, 0, 0
	c.AllowedDomains, c.DisallowedDomains = nil, nil
	c.AllowURLRevisit, c.ParseHTTPErrorResponse = true, true
	c.CheckHead, c.TraceHTTP, c.DetectCharset = false, false, false
	c.CacheDir = ""
	c.Context = ctx
	c.WithTransport(s.guard)
	c.SetRequestTimeout(0)
	c.SetRedirectHandler(func(_ *http.Request, via []*http.Request) error {
		if len(via) > maxHops {
			return errLoop
		}
		return nil
	})
	s.plain, s.pages = c.Clone(), c
	c.OnHTML("html", func(e *colly.HTMLElement) {
		if base, err := url.Parse(e.Request.AbsoluteURL(".")); err == nil && s.html == nil {
			s.html, s.base = e.DOM, base // Colly knows the page's base element.
		}
	})
	return s
}

// fetch asks for one address and follows redirects. Answers are all that came,
// also before an error.
func (s *site) fetch(c *colly.Collector, address string, limit int64) (answers []answer, err error) {
	s.guard.answers, s.guard.limit, s.guard.trees = nil, limit, c == s.pages
	err = c.Visit(address)
	answers = s.guard.answers
	if err != nil && len(answers) > 0 {
		last := &answers[len(answers)-1]
		if last.body != nil && !last.redirects() {
			err = nil // Colly could not make a tree of it, which is no fault of the answer.
		}
	}
	return answers, err
}

// page asks for the page.
func (s *site) page(address string) *Facts {
	f := &Facts{URL: address, Hops: []Hop{}, Cookies: []Cookie{}, Robots: Robots{Sitemaps: []string{}}}
	defer s.guard.felled()
	defer func() { s.html = nil }()
	answers, err := s.fetch(s.pages, address, maxPage)
	for i := range answers {
		f.Hops = append(f.Hops, Hop{cutTo(answers[i].url.Redacted(), maxValue), answers[i].status})
		f.addCookies(&answers[i])
	}
	if err != nil {
		f.Reason, f.Detail = reasonOf(err), cutTo(detailOf(err), maxValue)
		f.Outage = isOutage(err)
		f.TLS = s.refused(err)
	}
	if len(answers) == 0 {
		return f
	}
	last := &answers[len(answers)-1]
	f.FinalURL, f.Status = cutTo(last.url.Redacted(), maxValue), last.status
	f.Headers = headersOf(last.header)
	if f.TLS == nil && last.tls != nil {
		f.TLS = s.secured(last)
	}
	if err != nil {
		return f
	}
	switch {
	case s.html != nil:
		f.Page = s.readPage(last)
	case last.html:
		// The parser gives up on elements that lie in each other more than 512 deep.
		f.Page = &Page{Cut: true, ThirdParties: []string{}, Trackers: []string{}, Consent: []string{}}
		f.Detail = "the HTML could not be read"
	}
	s.wall(f, last)
	return f
}

// wall looks for what stands before the site.
func (s *site) wall(f *Facts, a *answer) {
	seen := walls.Page{Status: a.status}
	for name, values := range a.header {
		for _, v := range values {
			seen.Headers = append(seen.Headers, name+": "+cutTo(v, maxWord))
		}
	}
	if f.Page != nil {
		f.Page.empty = len(bytes.TrimSpace(a.body)) == 0
		seen.Title, seen.HTML = f.Page.Title, string(a.body)
	}
	if s.html != nil {
		seen.Text, seen.Length = visible(s.html.Find("body").First())
		seen.Fields = s.html.Find(fields).Length()
	}
	if w := s.p.walls.Of(seen); w != nil {
		f.Wall, f.WallKind = w.ID, w.Kind
	}
}

// files asks for the files that machines look for.
func (s *site) files(f *Facts) {
	final, err := url.Parse(f.FinalURL)
	if err != nil {
		return
	}
	origin := final.Scheme + "://" + final.Host
	var rules *robotstxt.RobotsData
	body, state, _ := s.file(origin+"/robots.txt", maxRobots)
	f.Robots.State = state
	if state == Present {
		f.Robots, rules = readRobots(body, s.p.options.UserAgent, final.EscapedPath())
	}
	allowed := func(path string) bool {
		// Nothing is allowed where robots.txt cannot be reached (RFC 9309, 2.3.1.4).
		return state == Absent || rules != nil && rules.TestAgent(path, s.p.options.UserAgent)
	}
	const gpcPath, adsPath = "/.well-known/gpc.json", "/ads.txt"
	if f.GPC.State = Disallowed; allowed(gpcPath) {
		if body, state, _ := s.file(origin+gpcPath, maxRobots); state == Present {
			f.GPC = readGPC(body)
		} else {
			f.GPC.State = state
		}
	}
	if f.Ads.State = Disallowed; allowed(adsPath) {
		body, state, cut := s.file(origin+adsPath, maxFile)
		if f.Ads.State = state; state == Present {
			f.Ads = readAds(body)
			f.Ads.Cut = cut
		}
	}
}

// file asks for a file.
func (s *site) file(address string, limit int64) (body []byte, state string, cut bool) {
	answers, err := s.fetch(s.plain, address, limit)
	if err != nil || len(answers) == 0 {
		return nil, Failed, false
	}
	switch last := &answers[len(answers)-1]; {
	case last.status >= http.StatusInternalServerError, last.status == http.StatusTooManyRequests:
		return nil, Failed, false
	case last.status != http.StatusOK:
		return nil, Absent, false
	default:
		return last.body, Present, last.cut
	}
}

func headersOf(h http.Header) Headers {
	get := func(name string) string { return cutTo(strings.Join(h.Values(name), ", "), maxValue) }
	return Headers{
		HSTS: get("Strict-Transport-Security"), CSP: get("Content-Security-Policy") != "",
		ReferrerPolicy: get("Referrer-Policy"), PermissionsPolicy: get("Permissions-Policy"),
	}
}

// sameSites writes the attribute as the standard does.
var sameSites = map[http.SameSite]string{http.SameSiteStrictMode: "Strict", http.SameSiteLaxMode: "Lax", http.SameSiteNoneMode: "None"}

func (f *Facts) addCookies(a *answer) {
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if len(f.Cookies) == maxCookies {
			return
		}
		f.Cookies = append(f.Cookies, Cookie{
			Name: cutTo(c.Name, maxWord), Host: a.url.Hostname(), Domain: cutTo(strings.TrimPrefix(c.Domain, "."), maxWord),
			Lifetime: lifetime(c, a.at), Secure: c.Secure, HTTPOnly: c.HttpOnly, SameSite: sameSites[c.SameSite],
		})
	}
}

// lifetime is in seconds; Max-Age wins (RFC 6265, 5.3).
func lifetime(c *http.Cookie, now time.Time) int64 {
	switch {
	case c.MaxAge != 0:
		return int64(c.MaxAge)
	case c.Expires.IsZero():
		return 0
	}
	if left := int64(math.Round(c.Expires.Sub(now).Seconds())); left != 0 {
		return left
	}
	return -1
}

// secured says how an answer was secured.
func (s *site) secured(a *answer) *TLS {
	t := s.certificate(a.tls.PeerCertificates)
	t.Version = tls.VersionName(a.tls.Version)
	if s.p.options.Insecure && len(a.tls.PeerCertificates) > 0 {
		// What would have been refused is told still.
		o := x509.VerifyOptions{DNSName: a.url.Hostname(), CurrentTime: s.p.options.Now(), Intermediates: x509.NewCertPool()}
		for _, c := range a.tls.PeerCertificates[1:] {
			o.Intermediates.AddCert(c)
		}
		if _, err := a.tls.PeerCertificates[0].Verify(o); err != nil {
			t.Error = cutTo(err.Error(), maxWord)
		}
	}
	return t
}

// refused says what was wrong with a certificate that was not accepted, or nil.
func (s *site) refused(err error) *TLS {
	var unverified *tls.CertificateVerificationError
	if !errors.As(err, &unverified) {
		return nil
	}
	t := s.certificate(unverified.UnverifiedCertificates)
	t.Error = cutTo(unverified.Err.Error(), maxWord)
	return t
}

func (s *site) certificate(chain []*x509.Certificate) *TLS {
	if len(chain) == 0 {
		return &TLS{}
	}
	c := chain[0]
	issuer := c.Issuer.CommonName
	if len(c.Issuer.Organization) > 0 {
		issuer = strings.TrimSpace(strings.Join(c.Issuer.Organization, ", ") + " " + issuer)
	}
	days := math.Floor(c.NotAfter.Sub(s.p.options.Now()).Hours() / 24)
	return &TLS{Issuer: cutTo(issuer, maxWord), NotAfter: c.NotAfter.UTC(), Days: int(days)}
}
