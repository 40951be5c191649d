package abp

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestRules asks one rule about one request. The expectations were written by
// hand from the description of the syntax.
func TestRules(t *testing.T) {
	const page = "https://www.news.example/a"
	tests := []struct {
		rule, url, kind, page string
		want                  bool
	}{
		// Host anchors.
		{"||ads.example^", "https://ads.example/x", "", page, true},
		{"||ads.example^", "https://cdn.ads.example/x", "", page, true},
		{"||ads.example^", "https://ads.example", "", page, true},
		{"||ads.example^", "https://ads.example:8443/x", "", page, true},
		{"||ads.example^", "https://ads.example?x=1", "", page, true},
		{"||ads.example^", "https://user:pw@ads.example/x", "", page, true},
		{"||ads.example^", "https://ADS.Example/x", "", page, true},
		{"||ads.example^", "https://ads.example./x", "", page, true},
		{"||ads.example^", "https://nads.example/x", "", page, false},
		{"||ads.example^", "https://ads.example.org/x", "", page, false},
		{"||ads.example^", "https://shop.example/ads.example/x", "", page, false},
		{"||ads.example^", "https://shop.example/?u=https://ads.example/", "", page, false},
		{"||ads.example^", "wss://ads.example/socket", "websocket", page, true},
		{"||ads.example/pixel", "https://ads.example/pixel.gif", "", page, true},
		{"||ads.example/pixel", "https://t.ads.example/pixel?x", "", page, true},
		{"||ads.example/pixel", "https://ads.example/x/pixel", "", page, false},
		{"||ads.example/*/pixel", "https://ads.example/x/y/pixel", "", page, true},
		{"||ads.example:8080/", "https://ads.example:8080/", "", page, true},
		{"||ads.example:8080/", "https://ads.example/", "", page, false},
		{"||ads.", "https://ads.anything.example/", "", page, true},
		{"||ads.", "https://www.ads.example/", "", page, true},
		{"||ads.", "https://myads.example/", "", page, false},
		{"||ads", "https://adserver.example/", "", page, true},
		{"||ads*.js|", "https://adserver.example/a.js", "", page, true},
		{"||ads*.js|", "https://adserver.example/a.js?x", "", page, false},
		{"||example.com", "https://example.community/", "", page, true},
		{"||shop.*^pixel^", "https://shop.co.uk/pixel/", "", page, true},
		{"||com^", "https://www.shop.com/", "", page, true},
		{"||localhost^", "http://localhost:3000/", "", page, true},
		{"||10.0.0.1^", "http://10.0.0.1/", "", page, true},
		{"||[::1]^", "http://[::1]:80/x", "", page, true},

		// Start and end anchors.
		{"|https://ads.", "https://ads.example/", "", page, true},
		{"|https://ads.", "https://www.ads.example/", "", page, false},
		{"|https://ads.", "https://x.example/?u=https://ads.example", "", page, false},
		{"|http://", "https://x.example/", "", page, false},
		{".js|", "https://x.example/a.js", "", page, true},
		{".js|", "https://x.example/a.js?v=1", "", page, false},
		{"/a.gif|", "https://x.example/a.gif#frag", "", page, true},
		{"|https://x.example/|", "https://x.example/", "", page, true},
		{"|https://x.example/|", "https://x.example/y", "", page, false},
		{"*.gif|", "https://x.example/y.gif", "", page, true},

		// Separators.
		{"^pixel^", "https://x.example/pixel/", "", page, true},
		{"^pixel^", "https://x.example/pixel", "", page, true},
		{"^pixel^", "https://x.example/pixel?x", "", page, true},
		{"^pixel^", "https://x.example/pixel-x", "", page, false},
		{"^pixel^", "https://x.example/pixel.gif", "", page, false},
		{"^pixel^", "https://x.example/pixel_1", "", page, false},
		{"^pixel^", "https://x.example/pixel%20", "", page, false},
		{"^pixel^", "https://x.example/mypixel/", "", page, false},
		{"^pixel^|", "https://x.example/pixel", "", page, true},
		{"^pixel^|", "https://x.example/pixel/", "", page, true},
		{"^pixel^|", "https://x.example/pixel/x", "", page, false},
		{"?id=^", "https://x.example/?id=", "", page, true},
		{"^^", "https://x.example/?&", "", page, true},

		// Asterisks.
		{"/ads/*/banner", "https://x.example/ads/1/2/banner.png", "", page, true},
		{"/ads/*/banner", "https://x.example/banner/ads/1", "", page, false},
		{"/ads/*", "https://x.example/ads/", "", page, true},
		{"*/ads/*", "https://x.example/ads/", "", page, true},
		{"a*b*c", "https://x.example/?a1b2c3", "", page, true},
		{"a*b*c|", "https://x.example/?a1b2c3", "", page, false},
		{"q*q*q*z", "https://x.example/?qqqqqqqqqq", "", page, false},

		// Words at the edges of a pattern are not whole words.
		{"banner", "https://x.example/bigbanners/", "", page, true},
		{"/track", "https://x.example/tracker.js", "", page, true},
		{"-ad-", "https://x.example/top-ad-1.png", "", page, true},
		{"/Track.JS", "https://x.example/track.js", "", page, true},
		{"/track.js", "https://x.example/TRACK.JS", "", page, true},
		{"&id=%20", "https://x.example/?a=1&ID=%20", "", page, true},

		// Case.
		{"/Track.JS$match-case", "https://x.example/track.js", "", page, false},
		{"/Track.JS$match-case", "https://x.example/Track.JS", "", page, true},
		{"||x.example/Pixel$match-case", "https://x.example/Pixel", "", page, true},
		{"||x.example/Pixel$match-case", "https://x.example/pixel", "", page, false},

		// Regular expressions.
		{`/banner[0-9]+\.gif/`, "https://x.example/banner12.gif", "", page, true},
		{`/banner[0-9]+\.gif/`, "https://x.example/BANNER12.GIF", "", page, true},
		{`/banner[0-9]+\.gif/`, "https://x.example/banner.gif", "", page, false},
		{`/Banner[0-9]/$match-case`, "https://x.example/banner1", "", page, false},
		{`/^https?:\/\/[a-z]{8}\.example\/$/$script`, "https://abcdefgh.example/", "script", page, true},
		{`/^https?:\/\/[a-z]{8}\.example\/$/$script`, "https://abcdefgh.example/", "image", page, false},

		// Kinds.
		{"||x.example^$script", "https://x.example/a", "script", page, true},
		{"||x.example^$script", "https://x.example/a", "image", page, false},
		{"||x.example^$script", "https://x.example/a", "", page, true},
		{"||x.example^$script,image", "https://x.example/a", "image", page, true},
		{"||x.example^$~image", "https://x.example/a", "image", page, false},
		{"||x.example^$~image", "https://x.example/a", "script", page, true},
		{"||x.example^$~image", "https://x.example/a", "document", page, false},
		{"||x.example^", "https://x.example/a", "document", page, false},
		{"||x.example^$document", "https://x.example/a", "document", page, true},
		{"||x.example^$document", "https://x.example/a", "script", page, false},
		{"||x.example^$all", "https://x.example/a", "document", page, true},
		{"||x.example^$all", "https://x.example/a", "font", page, true},
		{"||x.example^$popup", "https://x.example/a", "script", page, false},
		{"||x.example^$xhr", "https://x.example/a", "fetch", page, true},
		{"||x.example^$xmlhttprequest", "https://x.example/a", "xhr", page, true},
		{"||x.example^$xmlhttprequest", "https://x.example/a", "eventsource", page, true},
		{"||x.example^$ping", "https://x.example/a", "beacon", page, true},
		{"||x.example^$beacon", "https://x.example/a", "ping", page, true},
		{"||x.example^$subdocument", "https://x.example/a", "iframe", page, true},
		{"||x.example^$frame", "https://x.example/a", "subdocument", page, true},
		{"||x.example^$css", "https://x.example/a", "stylesheet", page, true},
		{"||x.example^$font", "https://x.example/a", "font", page, true},
		{"||x.example^$media", "https://x.example/a", "media", page, true},
		{"||x.example^$object", "https://x.example/a", "object", page, true},
		{"||x.example^$other", "https://x.example/a", "manifest", page, true},
		{"||x.example^$other", "https://x.example/a", "something-new", page, true},

		// Parties.
		{"||x.example^$third-party", "https://x.example/a", "", page, true},
		{"||x.example^$third-party", "https://x.example/a", "", "https://www.x.example/", false},
		{"||x.example^$3p", "https://x.example/a", "", "https://www.x.example/", false},
		{"||x.example^$third-party", "https://x.example/a", "", "", true},
		{"||x.example^$~third-party", "https://x.example/a", "", page, false},
		{"||x.example^$~third-party", "https://x.example/a", "", "https://www.x.example/", true},
		{"||x.example^$1p", "https://x.example/a", "", "https://www.x.example/", true},
		{"||x.example^$first-party", "https://x.example/a", "", "", false},
		{"||b.github.io^$third-party", "https://b.github.io/a", "", "https://a.github.io/", true},
		{"||b.news.co.uk^$third-party", "https://b.news.co.uk/a", "", "https://a.news.co.uk/", false},

		// Pages.
		{"/ad.js$domain=news.example", "https://x.example/ad.js", "", page, true},
		{"/ad.js$domain=news.example", "https://x.example/ad.js", "", "https://other.example/", false},
		{"/ad.js$domain=news.example", "https://x.example/ad.js", "", "", false},
		{"/ad.js$domain=ews.example", "https://x.example/ad.js", "", page, false},
		{"/ad.js$domain=a.example|news.example|b.example", "https://x.example/ad.js", "", page, true},
		{"/ad.js$domain=~news.example", "https://x.example/ad.js", "", page, false},
		{"/ad.js$domain=~news.example", "https://x.example/ad.js", "", "https://other.example/", true},
		{"/ad.js$domain=~news.example", "https://x.example/ad.js", "", "", true},
		{"/ad.js$domain=news.example|~www.news.example", "https://x.example/ad.js", "", page, false},
		{"/ad.js$domain=news.example|~www.news.example", "https://x.example/ad.js", "", "https://m.news.example/", true},
		{"/ad.js$domain=~news.example|www.news.example", "https://x.example/ad.js", "", page, true},
		{"/ad.js$domain=NEWS.example", "https://x.example/ad.js", "", page, true},
		{"/ad.js$domain=shop.*", "https://x.example/ad.js", "", "https://www.shop.co.uk/", true},
		{"/ad.js$domain=shop.*", "https://x.example/ad.js", "", "https://shop.de/", true},
		{"/ad.js$domain=shop.*", "https://x.example/ad.js", "", "https://workshop.de/", false},
		{"/ad.js$domain=shop.*|~www.shop.co.uk", "https://x.example/ad.js", "", "https://www.shop.co.uk/", false},
		{"$script,domain=news.example", "https://x.example/any", "script", page, true},
		{"$script,domain=news.example", "https://x.example/any", "image", page, false},
		{"*$script,domain=news.example", "https://x.example/any", "script", page, true},
		{"/ad.js$from=news.example", "https://x.example/ad.js", "", page, true},

		// Hosts files.
		{"0.0.0.0 ads.example", "https://cdn.ads.example/a.js", "script", page, true},
		{"127.0.0.1\tADS.example # note", "https://ads.example/a.js", "script", page, true},
		{"0.0.0.0 ads.example", "https://ads.example.org/a.js", "script", page, false},
		{"0.0.0.0 ads.example", "https://ads.example/", "document", page, false},

		// Targets.
		{"$script,domain=news.example,denyallow=good.example|fine.example", "https://x.example/a", "script", page, true},
		{"$script,domain=news.example,denyallow=good.example|fine.example", "https://cdn.good.example/a", "script", page, false},
		{"/pixel$to=x.example", "https://a.x.example/pixel", "", page, true},
		{"/pixel$to=x.example", "https://y.example/pixel", "", page, false},
		{"/pixel$to=~x.example", "https://x.example/pixel", "", page, false},
		{"/pixel$to=~x.example", "https://y.example/pixel", "", page, true},

		// Options that change the answer but not the match, and fillers.
		{"||x.example/a.js$script,redirect=noop.js", "https://x.example/a.js", "script", page, true},
		{"||x.example/a.js$rewrite=abp-resource:blank-js", "https://x.example/a.js", "script", page, true},
		{"||x.example^$important", "https://x.example/a.js", "script", page, true},
		{"||x.example^$_____,script", "https://x.example/a.js", "script", page, true},
		// The method of a request is not known here.
		{"||x.example^$method=post", "https://x.example/a.js", "xhr", page, false},

		// A dollar without options behind it belongs to the pattern.
		{"/a$b/", "https://x.example/a$b/", "", page, false}, // a regular expression
		{"/jquery.$/x", "https://x.example/jquery.$/x", "", page, true},
		{"/price=$100.", "https://x.example/price=$100.00", "", page, true},
	}
	for _, tt := range tests {
		t.Run(tt.rule+" "+tt.url, func(t *testing.T) {
			l := Parse(tt.rule)
			q, ok := NewRequest(tt.url, tt.kind, tt.page)
			if !ok {
				t.Fatalf("%q is no request", tt.url)
			}
			if rule, got := l.Block(q); got != tt.want {
				t.Errorf("%q on %q as %q from %q: %v, want %v (%d rules, %d skipped)", tt.rule, tt.url, tt.kind, tt.page, got, tt.want, l.Len(), l.Skipped())
			} else if got && rule.Text != tt.rule {
				t.Errorf("the rule is given as %q", rule.Text)
			}
		})
	}
}

// TestNotApplied names rules that must not block anything, because they do
// something else or are not understood.
func TestNotApplied(t *testing.T) {
	q, _ := NewRequest("https://x.example/a.js", "script", "https://news.example/")
	for _, rule := range []string{
		"||x.example^$removeparam=utm_source", "||x.example^$csp=script-src 'none'", "||x.example^$csp", "||x.example^$generichide",
		"||x.example^$elemhide", "||x.example^$cname", "||x.example^$header=server:x", "||x.example^$replace=/a/b/",
		"||x.example^$unheard-of", "||x.example^$domain=/regex/", "||x.example^$domain=",
		`/(?<=a)b/`, `/(x)\1/`, "*", "||", "|", "$script",
	} {
		l := Parse(rule)
		if got, ok := l.Block(q); ok {
			t.Errorf("%q blocks (%v)", rule, got)
		}
		if l.Skipped() != 1 || l.Len() != 0 {
			t.Errorf("%q: %d rules, %d skipped; want it skipped", rule, l.Len(), l.Skipped())
		}
	}
	for _, line := range []string{
		"", "! comment", "!#if env_chromium", "[Adblock Plus 2.0]", "# comment", "x.example##.ad", "##.ad", "x.example#@#.ad",
		"x.example#?#.ad:has(b)", "x.example##+js(noop)", "x.example#$#hide", "x.example#@?#.a", "##^script", "  ",
	} {
		if l := Parse(line); l.Len() != 0 || l.Skipped() != 0 {
			t.Errorf("%q: %d rules, %d skipped; want neither", line, l.Len(), l.Skipped())
		}
	}
}

// TestExceptions looks at exceptions, important rules and badfilter.
func TestExceptions(t *testing.T) {
	l := Parse(strings.Join([]string{
		"||x.example^",
		"@@||x.example/good/$script,csp",
		"||x.example/bad/$important",
		"||y.example^",
		"||y.example^$badfilter",
		"||z.example^$script,third-party",
		"||z.example^$script,badfilter,third-party",
	}, "\n"))
	tests := []struct {
		url                      string
		block, except, important bool
	}{
		{"https://x.example/good/a.js", true, true, false},
		{"https://x.example/other/a.js", true, false, false},
		{"https://x.example/bad/a.js", true, false, true},
		{"https://y.example/a.js", false, false, false},
		{"https://z.example/a.js", false, false, false},
	}
	for _, tt := range tests {
		q, _ := NewRequest(tt.url, "script", "https://news.example/")
		_, block := l.Block(q)
		_, except := l.Except(q)
		_, important := l.Important(q)
		if block != tt.block || except != tt.except || important != tt.important {
			t.Errorf("%s: block %v, except %v, important %v; want %v, %v, %v", tt.url, block, except, important, tt.block, tt.except, tt.important)
		}
	}
}

// TestSections reads headings as EasyList and others write them.
func TestSections(t *testing.T) {
	l := Parse(strings.Join([]string{
		"[Adblock Plus 2.0]",
		"! Title: Test list",
		"! Version: 202511210000",
		"! Last modified: %timestamp%",
		"||zero.example^",
		"!-----------------General tracking-----------------!",
		"! *** list:dir/list_specific_cname_acme.txt ***",
		"! a remark",
		"||one.example^",
		"!---------- Servers ----------!\r",
		"||two.example^\r",
	}, "\n"))
	if l.Title() != "Test list" || l.Version() != "202511210000" || l.Modified() != "" {
		t.Errorf("the head says %q, %q, %q", l.Title(), l.Version(), l.Modified())
	}
	for host, want := range map[string]string{"zero": "", "one": "list_specific_cname_acme", "two": "Servers"} {
		q, _ := NewRequest("https://"+host+".example/", "image", "")
		rule, ok := l.Block(q)
		if !ok || rule.Section != want || rule.Text != "||"+host+".example^" {
			t.Errorf("%s: %+v, want section %q", host, rule, want)
		}
	}
}

// TestOdd counts lines that were not meant as rules.
func TestOdd(t *testing.T) {
	for text, want := range map[string]int{
		"||a.example^\n/x y/\n0.0.0.0 b.example\n@@||c.example^$csp=a b\n##.a b": 0,
		"<!DOCTYPE html>\n<title>Not found</title>\nplain words here":            3,
	} {
		if got := Parse(text).Odd(); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

// TestNoRequest names URLs that no rule can apply to.
func TestNoRequest(t *testing.T) {
	for _, url := range []string{
		"", "about:blank", "data:text/html,<p>", "data:text/plain,http://x.example/", "blob:https://x.example/1", "javascript:0", "x.example/a",
		"https://", "https:///a", "#https://x.example/", "://x.example/", "https://?x", "https://./",
	} {
		if _, ok := NewRequest(url, "", ""); ok {
			t.Errorf("%q was taken for a request", url)
		}
	}
}

// every asks each rule of a list in turn, without the index.
func every(l *List, ix *index, q *Request) map[int32]bool {
	found := map[int32]bool{}
	for i := range l.rules {
		r := &l.rules[i]
		if r.flags&flagDead == 0 && (side(r) == 1) == (ix == &l.except) && l.applies(r, q) {
			found[int32(i)] = true
		}
	}
	return found
}

func agree(t *testing.T, l *List, q *Request) {
	t.Helper()
	for name, ix := range map[string]*index{"block": &l.block, "except": &l.except} {
		want := every(l, ix, q)
		got := map[int32]bool{}
		l.walk(ix, q, func(i int32) bool { got[i] = true; return true })
		if fmt.Sprint(want) != fmt.Sprint(got) {
			for i := range want {
				if !got[i] {
					t.Errorf("%s: the index misses %q for %q on %q", name, l.lineOf(&l.rules[i]), q.url, q.page)
				}
			}
			for i := range got {
				if !want[i] {
					t.Errorf("%s: the index gives %q for %q on %q, which does not apply", name, l.lineOf(&l.rules[i]), q.url, q.page)
				}
			}
		}
	}
}

// TestIndex compares the index with asking every rule, on a list in which every
// kind of rule stands among many.
func TestIndex(t *testing.T) {
	data, err := os.ReadFile("testdata/list.txt")
	if err != nil {
		t.Fatal(err)
	}
	l := Parse(string(data))
	if l.Len() < 60 {
		t.Fatalf("the list has %d rules", l.Len())
	}
	urls, err := os.ReadFile("testdata/urls.txt")
	if err != nil {
		t.Fatal(err)
	}
	hits := 0
	for line := range strings.Lines(string(urls)) {
		url := strings.TrimSpace(line)
		for _, page := range []string{"", "https://www.news.example/", "https://shop.co.uk/a", "https://x.example/"} {
			for _, kind := range []string{"", "script", "image", "document"} {
				q, ok := NewRequest(url, kind, page)
				if !ok {
					t.Fatalf("%q is no request", url)
				}
				agree(t, l, q)
				if _, ok := l.Block(q); ok {
					hits++
				}
			}
		}
	}
	if hits < 100 {
		t.Errorf("only %d requests were blocked; the test says little", hits)
	}
}
