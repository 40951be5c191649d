package probe_test

import (
	"io"
	"log"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spoor-audit/spoor/crawler/probe"
)

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

// shop is a site that has everything.
func shop(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	switch {
	case !strings.HasPrefix(r.Host, "www."):
		http.SetCookie(w, &http.Cookie{Name: "lb", Value: "1"})
		http.Redirect(w, r, "https://www."+r.Host+r.URL.Path, http.StatusMovedPermanently)
	case r.URL.Path == "/robots.txt":
		_, _ = io.WriteString(w, "User-agent: *\nDisallow: /cart\nSitemap: https://www.shop.test/sitemap.xml\n")
	case r.URL.Path == "/.well-known/gpc.json":
		_, _ = io.WriteString(w, `{"gpc": true, "lastUpdate": "2026-03-01"}`)
	case r.URL.Path == "/ads.txt":
		_, _ = io.WriteString(w, "# who may sell\nads.example, 12, DIRECT, f08c\nads.example, 13, reseller\nother.example,1,RESELLER;x\nOWNERDOMAIN=owner.example\nMANAGERDOMAIN=manager.example, NL\nnonsense\n")
	case r.URL.Path == "/":
		h.Set("Content-Type", "text/html; charset=iso-8859-1")
		h.Set("Strict-Transport-Security", "max-age=31536000")
		h.Set("Content-Security-Policy", "default-src 'self'")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Permissions-Policy", "camera=()")
		http.SetCookie(w, &http.Cookie{Name: "uid", Value: "f81d4fae", MaxAge: 86400, Domain: "shop.test", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode})
		http.SetCookie(w, &http.Cookie{Name: "old", Value: "x", Expires: now.Add(time.Hour)})
		_, _ = io.WriteString(w, "<html lang=nl><head><title>  Een\n caf\xe9 </title><link rel=stylesheet href=//fonts.example/x.css>"+
			"<script src=/own.js></script><script src=https://track.example/t.js></script></head><body>Welkom"+
			"<img src=https://cdn.shop.test/a.png><iframe src=https://frame.example/></iframe><a href=https://link.example/>x</a>"+
			"<script>(function(){var j=d.createElement('script');j.src='https://tags.example/gtm.js?id='+i})();var page='https://social.example/us'</script>"+
			`<script type="application/ld+json">{"x":"https://json.example/a.js"}</script><script src=https://cmp.example/c.js></script></body></html>`)
	default:
		http.NotFound(w, r)
	}
}

func known(_, address, _ string) probe.Known {
	for host, k := range map[string]probe.Known{
		"track.example": {Name: "Track", Tracker: true}, "tags.example": {Name: "Tags", Tracker: true}, "cmp.example": {Name: "Ask", Consent: true},
		"social.example": {Name: "Social", Tracker: true}, "json.example": {Name: "JSON", Tracker: true}, "link.example": {Name: "Link", Tracker: true},
	} {
		if strings.Contains(address, "//"+host+"/") {
			return k
		}
	}
	return probe.Known{}
}

func TestFacts(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{"shop.test": shop})
	f := w.ask(t, "http://shop.test/", func(o *probe.Options) { o.Known = known })
	yes := true
	want := &probe.Facts{
		URL: "http://shop.test/", Worth: "yes", FinalURL: "https://www.shop.test/", Status: 200,
		Hops:    []probe.Hop{{URL: "http://shop.test/", Status: 301}, {URL: "https://www.shop.test/", Status: 200}},
		Headers: probe.Headers{HSTS: "max-age=31536000", CSP: true, ReferrerPolicy: "no-referrer", PermissionsPolicy: "camera=()"},
		Cookies: []probe.Cookie{
			{Name: "lb", Host: "shop.test"},
			{Name: "uid", Host: "www.shop.test", Domain: "shop.test", Lifetime: 86400, Secure: true, HTTPOnly: true, SameSite: "Lax"},
			{Name: "old", Host: "www.shop.test", Lifetime: 3600},
		},
		Robots: probe.Robots{State: "present", Sitemaps: []string{"https://www.shop.test/sitemap.xml"}},
		GPC:    probe.GPC{State: "present", Value: &yes, LastUpdate: "2026-03-01"},
		Ads:    probe.Ads{State: "present", Direct: 1, Reseller: 2, Systems: 2, Owner: "owner.example", Manager: "manager.example", Errors: 1},
	}
	if f.TLS == nil || f.TLS.Version != "TLS 1.3" || f.TLS.Issuer != "Testers Test CA" || f.TLS.Days < 1 || f.TLS.Error != "" {
		t.Errorf("TLS: %+v", f.TLS)
	}
	if p := f.Page; p == nil || p.Title != "Een café" || p.Lang != "nl" || p.Cut {
		t.Fatalf("page: %+v", p)
	}
	for _, c := range []struct{ got, want []string }{
		{f.Page.ThirdParties, []string{"cmp.example", "fonts.example", "frame.example", "track.example"}},
		{f.Page.Trackers, []string{"Tags", "Track"}},
		{f.Page.Consent, []string{"Ask"}},
	} {
		if d := cmp.Diff(c.want, c.got); d != "" {
			t.Error(d)
		}
	}
	f.TLS, f.Page = nil, nil
	if d := cmp.Diff(want, f); d != "" {
		t.Error(d)
	}
}

// TestRobots looks at what robots.txt forbids, and that the page is asked for still.
func TestRobots(t *testing.T) {
	robots := func(text string, status int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("User-Agent") != agent {
				t.Errorf("%s was asked by %q", r.URL.Path, r.Header.Get("User-Agent"))
			}
			switch r.URL.Path {
			case "/robots.txt":
				w.WriteHeader(status)
				_, _ = io.WriteString(w, text)
			case "/":
				page("<p>hello")(w, r)
			default:
				http.NotFound(w, r)
			}
		}
	}
	w := newWorld(t, map[string]http.HandlerFunc{
		"all.test":    robots("User-agent: *\nDisallow: /\n", 200),
		"us.test":     robots("User-agent: spoor\nDisallow: /\n\nUser-agent: *\nAllow: /\n", 200),
		"others.test": robots("User-agent: other\nDisallow: /\n", 200),
		"ads.test":    robots("User-agent: *\nDisallow: /ads.txt\n", 200),
		"broken.test": robots("sorry", 503),
		"none.test":   robots("", 404),
		"soft.test":   robots("<!doctype html><p>Not found", 200),
	})
	for host, want := range map[string]struct {
		state, gpc, ads string
		all             bool
	}{
		"all.test": {"present", "disallowed", "disallowed", true}, "us.test": {"present", "disallowed", "disallowed", true},
		"others.test": {"present", "absent", "absent", false}, "ads.test": {"present", "absent", "disallowed", false},
		"broken.test": {"failed", "disallowed", "disallowed", false}, "none.test": {"absent", "absent", "absent", false},
		"soft.test": {"malformed", "absent", "absent", false},
	} {
		f := w.ask(t, "http://"+host+"/", nil)
		if f.Robots.State != want.state || f.GPC.State != want.gpc || f.Ads.State != want.ads || f.Robots.DisallowsAll != want.all || f.Worth != "yes" {
			t.Errorf("%s: %s, robots %+v, gpc %s, ads %s", host, f.Worth, f.Robots, f.GPC.State, f.Ads.State)
		}
		if asked := w.wasAsked("http://" + host + "/ads.txt"); asked != (want.ads != "disallowed") {
			t.Errorf("%s: asked for ads.txt: %v", host, asked)
		}
	}
}

// TestBare looks at where sites are tried that a list names without a scheme.
func TestBare(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{"old.test": page("<p>hello")})
	p := w.prober(t, nil)
	for _, c := range []struct {
		bare         bool
		reason, last string
	}{{true, "", "http://old.test/"}, {false, "tls", ""}} {
		f, err := p.Site(t.Context(), probe.Target{URL: "https://old.test/", Bare: c.bare})
		if err != nil {
			t.Fatal(err)
		}
		if f.URL != "https://old.test/" || f.Reason != c.reason || f.FinalURL != c.last {
			t.Errorf("bare %v: %+v", c.bare, f)
		}
	}
	for in, want := range map[string]string{
		"https://a.test/ dns": "https://www.a.test/", "https://www.a.test/ dns": "", "https://a.b.test/ dns": "",
		"https://a.test/ tls": "http://a.test/", "https://a.test:8443/ refused": "", "https://a.test/ timeout": "",
	} {
		address, reason, _ := strings.Cut(in, " ")
		if got := probe.Another(address, reason); got != want {
			t.Errorf("%s: %q", in, got)
		}
	}
}

// TestWorth looks at every word.
func TestWorth(t *testing.T) {
	to := func(where string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, where, http.StatusFound) }
	}
	status := func(code int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(code)
			_, _ = io.WriteString(w, body)
		}
	}
	w := newWorld(t, map[string]http.HandlerFunc{
		"good.test": page("<p>hello"), "other.test": page("<p>other"), "gate.test": page("<p>Agree?"),
		"parked.test": page("<p>This domain is for sale"), "moved.test": to("http://other.test/"), "sub.test": to("http://www.sub.test/"),
		"asks.test":   to("http://gate.test/?back=http%253A%252F%252Fasks.test%252F"),
		"wall.test":   status(403, "<title>Access denied</title>You have been blocked"),
		"denied.test": status(403, "<p>no"), "busy.test": status(429, ""), "lost.test": status(404, "<p>not here"), "broken.test": status(500, "<p>oops"),
		"pdf.test": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/pdf")
			_, _ = io.WriteString(w, "%PDF")
		},
		"empty.test": page(""),
	})
	w.hosts["sub.test"] = func(rw http.ResponseWriter, r *http.Request) {
		if r.Host == "sub.test" {
			to("http://www.sub.test/")(rw, r)
			return
		}
		page("<p>here")(rw, r)
	}
	for host, want := range map[string]string{
		"good.test": "yes", "gone.test": "no-answer", "parked.test": "parked", "moved.test": "redirects-elsewhere", "sub.test": "yes", "asks.test": "yes",
		"wall.test": "blocked", "denied.test": "blocked", "busy.test": "blocked", "lost.test": "error", "broken.test": "error", "pdf.test": "no-page", "empty.test": "no-page",
	} {
		if f := w.ask(t, "http://"+host+"/", nil); f.Worth != want {
			t.Errorf("%s: %q (%s %s), want %q", host, f.Worth, f.Reason, f.Detail, want)
		}
	}
	if w.wasAsked("http://wall.test/robots.txt") || w.wasAsked("http://busy.test/robots.txt") {
		t.Error("who is refused asks on")
	}
}
