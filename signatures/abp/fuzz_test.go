package abp

import (
	"os"
	"strings"
	"testing"
)

// FuzzParse feeds any text as a list: reading never fails, every rule is a line
// of the text, and what is counted adds up.
func FuzzParse(f *testing.F) {
	list, err := os.ReadFile("testdata/list.txt")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(list))
	for line := range strings.Lines(string(list)) {
		f.Add(line)
	}
	f.Add("0.0.0.0 a.example\n127.0.0.1\tb.example # c\n:: \n::1 localhost")
	f.Add("||a^$domain=~|x.*||,third-party\r\n@@\n@@$\n/(/\n/a{1,2000}/\n$$\n|||\n^*^")
	f.Fuzz(func(t *testing.T, text string) {
		l := Parse(text)
		lines := strings.Count(text, "\n") + 1
		if l.Len()+l.Skipped() > lines {
			t.Errorf("%d rules and %d skipped out of %d lines", l.Len(), l.Skipped(), lines)
		}
		q, _ := NewRequest("https://a.x.example/ads/pixel.gif?id=1&u=%2F", "image", "https://www.news.example/")
		l.Each(q, func(r Rule) bool {
			if !strings.Contains(text, r.Text) || r.Index >= l.Len() {
				t.Errorf("%+v is no rule of the list", r)
			}
			return true
		})
		agree(t, l, q)
		p := ParsePatterns(text)
		if want := strings.Count(text, "\n"); p.Len() != want && p.Len() != want+1 {
			t.Errorf("%d patterns out of %d lines", p.Len(), want)
		}
		agree(t, p, q)
	})
}

// FuzzMatch feeds one rule and one request: the index must find what asking the
// rule directly finds.
func FuzzMatch(f *testing.F) {
	f.Add("||ads.example^$third-party", "https://ads.example/x", "image", "https://news.example/")
	f.Add("/a*b^|$domain=x.*|~y.x.co.uk", "http://a.example/ab", "", "https://x.co.uk")
	f.Add("@@|https://a.", "HTTPS://A.Example:80/?q#f", "fetch", "")
	f.Add("^%2F^", "https://x.example/%2f", "xhr", "about:blank")
	f.Add("||[::1]^", "https://u:p@[::1]:3/", "other", "https://[::1]/")
	f.Add("/x+/$match-case,to=~a", "https://xn--bcher-kva.example./", "script", "https://bücher.example/")
	f.Fuzz(func(t *testing.T, rule, url, kind, page string) {
		q, ok := NewRequest(url, kind, page)
		if !ok {
			return
		}
		if q.Host() == "" || strings.ContainsAny(q.Host(), "/?#") {
			t.Errorf("the host of %q is %q", url, q.Host())
		}
		agree(t, Parse(rule), q)
		agree(t, ParsePatterns(rule), q)
		if CheckPattern(rule) == nil && !strings.ContainsAny(rule, "\n") && Parse(rule).Len() != 1 {
			t.Errorf("%q passes as a pattern and is no rule", rule)
		}
	})
}

// FuzzSite feeds any host: its site is a part of it and its own site.
func FuzzSite(f *testing.F) {
	for _, s := range []string{"www.example.co.uk", "LOCALHOST:80", "[::1]:8", "1.2.3.4", "a.b.github.io.", "bücher.example", "..", ":", "[", "co.uk"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, host string) {
		h, s := Host(host), Site(host)
		if !strings.HasSuffix(h, s) {
			t.Errorf("the site of %q is %q, which is no part of %q", host, s, h)
		}
		if isASCII(h) && !strings.ContainsAny(h, ":[] \t\r\n\v\f.") && Site(s) != s {
			t.Errorf("the site of %q is %q, and that one's is %q", host, s, Site(s))
		}
	})
}
