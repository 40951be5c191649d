package discover

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"
)

func TestSkipTable(t *testing.T) {
	table, err := readSkips(skipYAML)
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range [][]string{table.TrackingParameters, table.Extensions, table.Acts} {
		for _, entry := range list {
			if entry == "" || strings.ToLower(entry) != entry || strings.ContainsAny(entry, ". -") {
				t.Errorf("%q can never match", entry)
			}
		}
	}
	if _, err := readSkips([]byte("extension: [pdf]")); err == nil {
		t.Error("an unknown key was accepted")
	}
}

func TestParseSitemapProblems(t *testing.T) {
	const one = "<urlset><url><loc>http://a.test/</loc></url>"
	tests := []struct {
		name, text string
		pages      int
		bad        bool
	}{
		{"cut off", one + "<url><loc>http://a.test/2", 1, true},
		{"nested too deep", one + strings.Repeat("<a>", 100), 1, true},
		{"a web page", "<!doctype html><html><body><url><loc>http://a.test/</loc></url></html>", 0, true},
		{"an entity of its own", `<!DOCTYPE u [<!ENTITY e "http://a.test/e">]><urlset><url><loc>&e;</loc></url></urlset>`, 1, false},
		{"a very long address", "<urlset><url><loc>" + strings.Repeat("x", 1<<20) + "</loc></url><url><loc>http://a.test/</loc></url></urlset>", 1, false},
		{"unknown encoding", `<?xml version="1.0" encoding="klingon"?>` + one, 0, true},
		{"nothing", "", 0, false},
		{"text without addresses", "hello\nworld", 0, false},
		{"a line without end", strings.Repeat("x", 1<<20), 0, true},
		{"not gzip", "\x1f\x8bhello", 0, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pages, _, err := parseSitemap([]byte(tt.text))
			if len(pages) != tt.pages || (err != nil) != tt.bad {
				t.Errorf("%d pages, %v", len(pages), err)
			}
			for _, page := range pages {
				if len(page) > maxAddress || strings.Contains(page, "/e") {
					t.Errorf("a page of %d bytes", len(page))
				}
			}
		})
	}
}

func TestParseSitemapBomb(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	entry := []byte("<url><loc>http://a.test/</loc></url>")
	_, _ = z.Write([]byte("<urlset>"))
	for range 2 * maxCandidates {
		_, _ = z.Write(entry)
	}
	_ = z.Close()
	pages, _, err := parseSitemap(b.Bytes())
	if len(pages) != maxCandidates || err != nil {
		t.Errorf("%d pages, %v", len(pages), err)
	}
}

func FuzzParseSitemap(f *testing.F) {
	f.Add([]byte(`<?xml version="1.0"?><sitemapindex><sitemap><loc>http://a.test/b.xml</loc></sitemap></sitemapindex>`))
	f.Add([]byte("<urlset><url><loc>http://a.test/</loc></url></urlset>"))
	f.Add([]byte("http://a.test/\nhttp://b.test/"))
	f.Add([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, content []byte) {
		pages, files, _ := parseSitemap(content)
		if len(pages)+len(files) > maxCandidates {
			t.Errorf("%d addresses", len(pages)+len(files))
		}
	})
}

func FuzzRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /\nSitemap: /x\nCrawl-delay: a")
	f.Add("Disallow: /\r\rUSER-AGENT:*\rallow:/*$")
	f.Fuzz(func(t *testing.T, text string) {
		kept := string(robotsLines([]byte(text)))
		for line := range strings.Lines(kept) {
			key, _, _ := strings.Cut(line, ":")
			switch key {
			case "user-agent", "allow", "disallow", "sitemap":
			default:
				t.Errorf("a line %q is left", line)
			}
		}
		if again := string(robotsLines([]byte(kept))); again != kept {
			t.Errorf("%q, read again, is %q", kept, again)
		}
	})
}

func FuzzResolve(f *testing.F) {
	f.Add("http://shop.test/a/", "../b?utm_source=1&c=2#d")
	f.Add("https://[::1]:443/", "//[::1]:80/%2f?%")
	f.Fuzz(func(t *testing.T, base, link string) {
		b, ok := resolve(mustURL("http://shop.test/"), base)
		if !ok {
			return
		}
		u, ok := resolve(b, link)
		if !ok {
			return
		}
		again, ok := resolve(b, u.String())
		if !ok || again.String() != u.String() || keyOf(again) != keyOf(u) || SiteOf(again) != SiteOf(u) {
			t.Errorf("%q becomes %q and then %v", link, u, again)
		}
	})
}
