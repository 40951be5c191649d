package discover_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spoor-audit/spoor/crawler/discover"
	"github.com/spoor-audit/spoor/crawler/hostrules"
)

// A web is a server that answers for every host name; its pages are found
// under "host/path".
type web struct {
	pages map[string]string
	rules hostrules.Rules

	mu    sync.Mutex
	asked []string
	agent map[string]bool
}

func serve(t *testing.T, pages map[string]string) *web {
	t.Helper()
	w := &web{pages: pages, agent: map[string]bool{}}
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	var err error
	if w.rules, err = hostrules.Parse("MAP *:80 " + server.Listener.Addr().String() + ", MAP * ~NOTFOUND"); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *web) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	address := r.Host + r.URL.RequestURI()
	w.mu.Lock()
	w.asked = append(w.asked, address)
	w.agent[r.UserAgent()] = true
	w.mu.Unlock()
	page, ok := w.pages[address]
	switch {
	case !ok:
		http.NotFound(out, r)
	case strings.HasPrefix(page, "-> "):
		http.Redirect(out, r, page[3:], http.StatusFound)
	case page == "500":
		out.WriteHeader(http.StatusInternalServerError)
	case page == "endless":
		<-r.Context().Done()
	default:
		if strings.HasPrefix(page, "<html") || strings.HasPrefix(page, "<!doctype") {
			out.Header().Set("Content-Type", "text/html; charset=utf-8")
		}
		_, _ = io.WriteString(out, page)
	}
}

func (w *web) wasAsked(address string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Contains(w.asked, address)
}

const agent = "spoor/1.0 (+https://spoor.test/)"

func (w *web) finder(t *testing.T, change func(*discover.Options)) *discover.Finder {
	t.Helper()
	o := discover.Options{UserAgent: agent, Seed: 1, HostRules: w.rules, Every: time.Microsecond}
	if change != nil {
		change(&o)
	}
	f, err := discover.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f
}

func address(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// all finds every page, sorted.
func (w *web) all(t *testing.T, start string, candidates ...string) ([]string, discover.Notes) {
	t.Helper()
	pages, notes, err := w.finder(t, nil).Pages(t.Context(), address(t, start), 1000, candidates)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(pages)
	return pages, notes
}

func TestLinks(t *testing.T) {
	w := serve(t, map[string]string{"shop.test/": `<!doctype html><base href="/en/"><title>x</title>
		<a href="about">1</a> <a href="ABOUT/">other page: paths are case-sensitive</a>
		<a href="/en/about/#team">same</a> <a href="/en/about?utm_source=x&fbclid=1">same</a> <a href="http://www.SHOP.test:80/en/about">same</a>
		<a href="/list?b=2&a=1">2</a> <a href="/list?a=1&b=2">same</a> <a href="/list?a=2">3</a>
		<map><area href="/area"></map>
		<a href="//nl.shop.test/x">subdomain</a>
		<a href="https://other.test/">another site</a> <a href="http://shop.test.evil.test/">another site</a> <a href="http://myshop.test/">another site</a>
		<a href="mailto:a@shop.test">no</a> <a href="javascript:alert(1)">no</a> <a href="tel:1">no</a> <a href="data:text/html,x">no</a>
		<a href="/price.PDF">no</a> <a href="/photo.jpg?size=2">no</a> <a href="/feed.xml">no</a>
		<a href="/log-out">no</a> <a href="/account/Uitloggen.php">no</a> <a href="/?action=logout">no</a> <a href="/shop?add-to-cart=7">no</a>
		<a href="/sponsored" rel="noopener NoFollow">no</a> <a href="/thing" download>no</a>
		<a href="/">no, the start</a> <a href="http://www.shop.test">no, the start</a> <a href="/#top">no</a> <a href="#top">no</a> <a href="">no</a>
		<a href="http://[::1">no</a> <a href="/` + strings.Repeat("long", 1000) + `">no</a> <a>no</a>`})
	got, notes := w.all(t, "http://shop.test/")
	want := []string{
		"http://nl.shop.test/x",
		"http://shop.test/area",
		"http://shop.test/en/ABOUT/",
		"http://shop.test/en/about",
		"http://shop.test/list?a=1&b=2",
		"http://shop.test/list?a=2",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if notes.Links != len(want) || notes.Sitemap != 0 || notes.Browser != 0 {
		t.Errorf("the notes are %+v", notes)
	}
	for a := range w.agent {
		if a != agent {
			t.Errorf("the site saw the user agent %q", a)
		}
	}
	if w.wasAsked("other.test/") || w.wasAsked("myshop.test/") {
		t.Error("another site was asked for a page")
	}
}

func TestApexAndWWWAreOneSite(t *testing.T) {
	w := serve(t, map[string]string{"www.shop.co.uk/": `<html><a href="http://shop.co.uk/a">1</a><a href="http://other.co.uk/b">2</a>`})
	got, _ := w.all(t, "http://www.shop.co.uk/")
	if diff := cmp.Diff([]string{"http://shop.co.uk/a"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestAddressesAreSitesOfTheirOwn(t *testing.T) {
	w := serve(t, map[string]string{"127.0.0.1/": `<html><a href="http://127.0.0.1/a">1</a><a href="http://127.0.0.1:99/b">2</a><a href="http://127.0.0.2/c">3</a>`})
	got, _ := w.all(t, "http://127.0.0.1/")
	if diff := cmp.Diff([]string{"http://127.0.0.1/a"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestRobots(t *testing.T) {
	w := serve(t, map[string]string{
		"shop.test/robots.txt": "\ufeffDisallow: /en\nUser-agent: *\nDisallow: /\n\nUser-agent: other\nUser-Agent: SPOOR # us\nDisallow: /private\nDisallow: /*?sort=\nAllow: /private/open\nCrawl-delay: soon\n<b>what</b>\n",
		"shop.test/":           `<html><a href="/en">1</a><a href="/private/x">2</a><a href="/private/open">3</a><a href="/list?sort=1">4</a><a href="/moved">5</a>`,
		"shop.test/moved":      "-> /private/moved",
	})
	got, notes := w.all(t, "http://shop.test/")
	if diff := cmp.Diff([]string{"http://shop.test/en", "http://shop.test/moved", "http://shop.test/private/open"}, got); diff != "" {
		t.Error(diff)
	}
	if notes.Disallowed != 2 {
		t.Errorf("%d pages are disallowed, want 2", notes.Disallowed)
	}
	for _, private := range []string{"shop.test/private/x", "shop.test/list?sort=1", "shop.test/private/moved"} {
		if w.wasAsked(private) {
			t.Errorf("%s was read against robots.txt", private)
		}
	}
	f := w.finder(t, nil)
	for address, want := range map[string]bool{"http://shop.test/private/x": false, "http://shop.test": true, "http://shop.test/list?sort=2": false, "http://without.test/": true} {
		if got, err := f.Allowed(t.Context(), address); err != nil || got != want {
			t.Errorf("%s is allowed: %v, %v; want %v", address, got, err, want)
		}
	}
}

func TestRobotsThatForbidAll(t *testing.T) {
	for name, robots := range map[string]string{"disallowed": "User-agent: *\nDisallow: /\n", "unreachable": "500"} {
		t.Run(name, func(t *testing.T) {
			w := serve(t, map[string]string{"shop.test/robots.txt": robots, "shop.test/": `<html><a href="/a">1</a>`, "shop.test/sitemap.xml": "http://shop.test/b\n"})
			got, notes := w.all(t, "http://shop.test/", "/c")
			if len(got) > 0 {
				t.Errorf("the pages are %q", got)
			}
			if len(notes.Problems) == 0 {
				t.Error("the notes say nothing of it")
			}
			w.mu.Lock()
			defer w.mu.Unlock()
			for _, asked := range w.asked {
				if asked != "shop.test/robots.txt" {
					t.Errorf("%s was read", asked)
				}
			}
			if len(w.asked) != 1 {
				t.Errorf("robots.txt was read %d times", len(w.asked))
			}
		})
	}
}

func TestPageThatRefusesFollowing(t *testing.T) {
	w := serve(t, map[string]string{"shop.test/": `<html><META NAME=Robots content="noindex,NOFOLLOW"><a href="/a">1</a>`})
	if got, _ := w.all(t, "http://shop.test/"); len(got) > 0 {
		t.Errorf("the pages are %q", got)
	}
}

func TestRedirectToAnotherSite(t *testing.T) {
	w := serve(t, map[string]string{"shop.test/": "-> http://other.test/", "other.test/": `<html><a href="http://shop.test/a">1</a>`})
	got, notes := w.all(t, "http://shop.test/")
	if len(got) > 0 || w.wasAsked("other.test/") {
		t.Errorf("the pages are %q; requests %q", got, w.asked)
	}
	if len(notes.Problems) != 1 || !strings.Contains(notes.Problems[0].Why, "another site") {
		t.Errorf("the problems are %q", notes.Problems)
	}
}

func TestCandidatesOfTheBrowser(t *testing.T) {
	w := serve(t, map[string]string{"shop.test/": `<html><a href="/plain">1</a>`})
	got, notes := w.all(t, "http://shop.test/app/", "made-by-script", "/plain#x", "http://other.test/", "javascript:void(0)")
	if diff := cmp.Diff([]string{"http://shop.test/app/made-by-script", "http://shop.test/plain"}, got); diff != "" {
		t.Error(diff)
	}
	if notes.Browser != 2 { // The page /app/ is not there, so that no link is found.
		t.Errorf("the notes are %+v", notes)
	}
}

func TestFollowsLinksWhenThereAreFew(t *testing.T) {
	w := serve(t, map[string]string{"shop.test/": `<html><a href="/a">1</a>`, "shop.test/a": `<html><a href="/b">2</a>`, "shop.test/b": `<html><a href="/c">2</a>`})
	got, _ := w.all(t, "http://shop.test/")
	if diff := cmp.Diff([]string{"http://shop.test/a", "http://shop.test/b", "http://shop.test/c"}, got); diff != "" {
		t.Error(diff)
	}
}

func pack(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, text)
	_ = z.Close()
	return b.String()
}

func TestSitemaps(t *testing.T) {
	w := serve(t, map[string]string{
		"shop.test/robots.txt": "Sitemap: http://shop.test/maps.xml\nSitemap: http://other.test/map.xml\nSitemap: /absent.xml\n",
		"shop.test/maps.xml": `<?xml version="1.0" encoding="ISO-8859-1"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
			<sitemap><loc> http://shop.test/one.xml.gz </loc></sitemap><sitemap><loc>http://shop.test/maps.xml</loc></sitemap><sitemap><loc>http://www.shop.test/two.txt</loc></sitemap></sitemapindex>`,
		"shop.test/one.xml.gz": pack(`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
			<url><loc>http://shop.test/a?x=1&amp;y=2</loc><image:image><image:loc>http://shop.test/picture</image:loc></image:image><lastmod>2026</lastmod></url>
			<url><loc>http://other.test/b</loc></url></urlset>`),
		"www.shop.test/two.txt": "http://shop.test/c\nhello\n\nhttp://shop.test/c/\n",
	})
	got, notes := w.all(t, "http://shop.test/")
	if diff := cmp.Diff([]string{"http://shop.test/a?x=1&y=2", "http://shop.test/c"}, got); diff != "" {
		t.Error(diff)
	}
	if notes.Sitemap != 2 {
		t.Errorf("the notes are %+v", notes)
	}
	if !slices.ContainsFunc(notes.Problems, func(p discover.Problem) bool {
		return strings.HasSuffix(p.URL, "/absent.xml") && strings.Contains(p.Why, "404")
	}) {
		t.Errorf("the problems are %q", notes.Problems)
	}
	if w.wasAsked("other.test/map.xml") {
		t.Error("another site was asked for a sitemap")
	}
}

func TestUsualSitemap(t *testing.T) {
	w := serve(t, map[string]string{"shop.test/": `<html>`, "shop.test/sitemap.xml": `<urlset><url><loc>http://shop.test/a</loc></url></urlset>`})
	got, notes := w.all(t, "http://shop.test/")
	if diff := cmp.Diff([]string{"http://shop.test/a"}, got); diff != "" {
		t.Error(diff)
	}
	if len(notes.Problems) > 1 { // Pages without links that lead on.
		t.Errorf("the problems are %q", notes.Problems)
	}
}

func TestSamplingIsRepeatable(t *testing.T) {
	w := serve(t, map[string]string{})
	var links []string
	for i := range 100 {
		links = append(links, fmt.Sprintf("/%02d", i))
	}
	draw := func(seed int64, n int, links []string) []string {
		f := w.finder(t, func(o *discover.Options) { o.Seed = seed })
		pages, _, err := f.Pages(t.Context(), address(t, "http://shop.test/"), n, links)
		if err != nil {
			t.Fatal(err)
		}
		return pages
	}
	// These pages are written down: another version of Go or of spoor must draw
	// the same.
	want := []string{"http://shop.test/92", "http://shop.test/36", "http://shop.test/89", "http://shop.test/56"}
	if diff := cmp.Diff(want, draw(1, 4, links)); diff != "" {
		t.Errorf("the sample has changed (-want +got):\n%s", diff)
	}
	slices.Reverse(links)
	if diff := cmp.Diff(want, draw(1, 4, links)); diff != "" {
		t.Errorf("the order of the links matters:\n%s", diff)
	}
	if more := draw(1, 6, links); !slices.Equal(want, more[:4]) {
		t.Errorf("six pages begin otherwise than four: %q", more)
	}
	if other := draw(2, 4, links); slices.Equal(want, other) {
		t.Error("another seed gives the same pages")
	}
}

func TestLimits(t *testing.T) {
	w := serve(t, map[string]string{"shop.test/": "endless", "shop.test/sitemap.xml": "endless"})
	f := w.finder(t, func(o *discover.Options) { o.Budget = 200 * time.Millisecond })
	pages, notes, err := f.Pages(t.Context(), address(t, "http://shop.test/"), 5, []string{"/a"})
	if err != nil || len(notes.Problems) == 0 {
		t.Errorf("got %q, %+v, %v", pages, notes, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := w.finder(t, nil).Pages(ctx, address(t, "http://shop.test/"), 5, nil); err == nil {
		t.Error("no error after the context ended")
	}
	for _, start := range []string{"", "shop.test", "ftp://shop.test/", "http://"} {
		if _, _, err := f.Pages(t.Context(), address(t, start), 5, nil); err == nil {
			t.Errorf("no error for %q", start)
		}
	}
	if pages, _, err := f.Pages(t.Context(), address(t, "http://shop.test/"), 0, []string{"/a"}); err != nil || len(pages) > 0 {
		t.Errorf("no pages asked for: %q, %v", pages, err)
	}
}

func TestSlowly(t *testing.T) {
	w := serve(t, map[string]string{"shop.test/": `<html><a href="/a">1</a>`})
	f := w.finder(t, func(o *discover.Options) { o.Every = time.Hour; o.Budget = time.Second })
	_, notes, err := f.Pages(t.Context(), address(t, "http://shop.test/"), 5, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.asked) != 1 { // robots.txt
		t.Errorf("within one interval the site was asked for %q", w.asked)
	}
	if len(notes.Problems) == 0 {
		t.Error("the notes say nothing of what was left out")
	}
}

func TestProxyAndCertificates(t *testing.T) {
	var through []string
	proxy := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		through = append(through, r.URL.String())
		http.NotFound(out, r)
	}))
	defer proxy.Close()
	for _, address := range []string{proxy.URL, proxy.Listener.Addr().String()} {
		f, err := discover.New(discover.Options{UserAgent: agent, Proxy: address})
		if err != nil {
			t.Fatal(err)
		}
		if ok, err := f.Allowed(t.Context(), "http://shop.test/"); err != nil || !ok {
			t.Errorf("through %q: %v, %v", address, ok, err)
		}
	}
	if !slices.Equal(through, []string{"http://shop.test/robots.txt", "http://shop.test/robots.txt"}) {
		t.Errorf("through the proxy went %q", through)
	}
	for _, bad := range []string{"http://", "::", "gopher://a:1", "http://me:secret@a:1", "http://a:1/path"} {
		if _, err := discover.New(discover.Options{UserAgent: agent, Proxy: bad}); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("a proxy %q gives %v", bad, err)
		}
	}
	if _, err := discover.New(discover.Options{}); err == nil {
		t.Error("a nameless visitor was accepted")
	}

	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // Of the handshake that must fail.
	secure.StartTLS()
	defer secure.Close()
	rules, err := hostrules.Parse("MAP *:443 " + net.JoinHostPort("127.0.0.1", address(t, secure.URL).Port()))
	if err != nil {
		t.Fatal(err)
	}
	for _, insecure := range []bool{false, true} {
		f, err := discover.New(discover.Options{UserAgent: agent, HostRules: rules, Insecure: insecure})
		if err != nil {
			t.Fatal(err)
		}
		if ok, err := f.Allowed(t.Context(), "https://shop.test/"); ok != insecure {
			t.Errorf("with insecure %v: %v, %v", insecure, ok, err)
		}
	}
}

func TestEnvironmentOfCollyIsNotHeard(t *testing.T) {
	t.Setenv("COLLY_IGNORE_ROBOTSTXT", "yes")
	t.Setenv("COLLY_USER_AGENT", "evil")
	t.Setenv("COLLY_ALLOWED_DOMAINS", "other.test")
	w := serve(t, map[string]string{"shop.test/": `<html><a href="/a">1</a>`})
	if got, _ := w.all(t, "http://shop.test/"); len(got) != 1 {
		t.Errorf("the pages are %q", got)
	}
	if w.agent["evil"] {
		t.Error("the user agent came from the environment")
	}
}
