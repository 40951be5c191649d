package html_test

import (
	"crypto/sha256"
	"encoding/base64"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	nethtml "golang.org/x/net/html"

	"github.com/spoor-audit/spoor/reports/html"
)

// each calls f with every element of a document.
func each(n *nethtml.Node, f func(*nethtml.Node)) {
	if n.Type == nethtml.ElementNode {
		f(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		each(c, f)
	}
}

func attr(n *nethtml.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func child(n *nethtml.Node, name string) *nethtml.Node {
	var found *nethtml.Node
	each(n, func(e *nethtml.Node) {
		if found == nil && e.Data == name && e != n {
			found = e
		}
	})
	return found
}

func content(n *nethtml.Node) string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	var walk func(*nethtml.Node)
	walk = func(n *nethtml.Node) {
		if n.Type == nethtml.TextNode {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	return b.String()
}

// pages calls f with the report of every sample in both languages.
func pages(t *testing.T, f func(t *testing.T, text string, doc *nethtml.Node, code string)) {
	for name, r := range samples(t) {
		for _, code := range []string{"en", "nl"} {
			t.Run(name+"."+code, func(t *testing.T) {
				text := render(t, r, html.Options{Lang: code})
				f(t, text, parse(t, text), code)
			})
		}
	}
}

func TestStructure(t *testing.T) {
	pages(t, func(t *testing.T, _ string, doc *nethtml.Node, code string) {
		ids := map[string]bool{}
		count := map[string]int{}
		level := 0
		each(doc, func(n *nethtml.Node) {
			count[n.Data]++
			if id := attr(n, "id"); id != "" {
				if ids[id] {
					t.Errorf("the id %q is there twice", id)
				}
				ids[id] = true
			}
			if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
				now := int(n.Data[1] - '0')
				if now > level+1 {
					t.Errorf("<%s> %q follows <h%d>", n.Data, content(n), level)
				}
				level = now
			}
		})
		for element, want := range map[string]int{"h1": 1, "main": 1, "nav": 1, "footer": 1, "title": -1} {
			if want >= 0 && count[element] != want || count[element] == 0 {
				t.Errorf("%d <%s>", count[element], element)
			}
		}
		each(doc, func(n *nethtml.Node) {
			for _, key := range []string{"aria-labelledby", "aria-describedby"} {
				for id := range strings.FieldsSeq(attr(n, key)) {
					if !ids[id] {
						t.Errorf("<%s %s=%q> leads nowhere", n.Data, key, id)
					}
				}
			}
			if href := attr(n, "href"); n.Data == "a" && (!strings.HasPrefix(href, "#") || !ids[strings.TrimPrefix(href, "#")]) {
				t.Errorf("the link %q leads nowhere", href)
			}
		})
		if got := attr(child(doc, "html"), "lang"); got != code {
			t.Errorf("the page says that its language is %q", got)
		}
	})
}

func TestTablesAndDrawingsAreAccessible(t *testing.T) {
	pages(t, func(t *testing.T, _ string, doc *nethtml.Node, _ string) {
		each(doc, func(n *nethtml.Node) {
			switch n.Data {
			case "table":
				if strings.TrimSpace(content(child(n, "caption"))) == "" {
					t.Error("a table has no caption")
				}
				if p := n.Parent; attr(p, "tabindex") != "0" || attr(p, "role") != "region" || attr(p, "aria-label")+attr(p, "aria-labelledby") == "" {
					t.Error("a table stands outside a named area that can be scrolled with the keyboard")
				}
			case "th":
				if attr(n, "scope") == "" {
					t.Errorf("the head %q has no scope", content(n))
				}
			case "svg":
				if attr(n, "aria-hidden") == "true" {
					return
				}
				if attr(n, "role") != "img" || content(child(n, "title")) == "" || content(child(n, "desc")) == "" {
					t.Error("a drawing has no title or description")
				}
			case "img":
				if attr(n, "alt") == "" {
					t.Error("a picture has no description")
				}
			case "summary":
				if strings.TrimSpace(content(n)) == "" {
					t.Error("a fold has no name")
				}
			}
		})
	})
}

func TestNothingIsLoaded(t *testing.T) {
	fetch := regexp.MustCompile(`(?i)@import|url\(|src:|http-equiv="refresh"`)
	pages(t, func(t *testing.T, text string, doc *nethtml.Node, _ string) {
		if bad := fetch.FindString(content(child(doc, "style"))); bad != "" {
			t.Errorf("the style holds %q", bad)
		}
		each(doc, func(n *nethtml.Node) {
			for _, a := range n.Attr {
				switch a.Key {
				case "src", "href", "srcset", "poster", "action", "data", "formaction", "ping", "background", "xlink:href":
					if !strings.HasPrefix(a.Val, "#") && !strings.HasPrefix(a.Val, "data:") {
						t.Errorf("<%s %s=%q> loads or leads away", n.Data, a.Key, a.Val)
					}
				}
			}
			switch n.Data {
			case "iframe", "object", "embed", "form", "base", "video", "audio", "applet":
				t.Errorf("there is an <%s>", n.Data)
			}
		})
		for _, bad := range []string{"fetch(", "XMLHttpRequest", "import(", "eval(", "innerHTML"} {
			if strings.Contains(content(child(doc, "script")), bad) {
				t.Errorf("the script holds %s", bad)
			}
		}
	})
}

func TestPolicyNamesStyleAndScript(t *testing.T) {
	pages(t, func(t *testing.T, _ string, doc *nethtml.Node, _ string) {
		policy := ""
		each(doc, func(n *nethtml.Node) {
			if n.Data == "meta" && strings.EqualFold(attr(n, "http-equiv"), "Content-Security-Policy") {
				policy = attr(n, "content")
			}
		})
		for _, want := range []string{"default-src 'none'", "img-src data:", "base-uri 'none'", "form-action 'none'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("the policy lacks %s: %s", want, policy)
			}
		}
		if strings.Contains(policy, "unsafe") {
			t.Errorf("the policy allows too much: %s", policy)
		}
		for element, directive := range map[string]string{"style": "style-src", "script": "script-src"} {
			sum := sha256.Sum256([]byte(content(child(doc, element))))
			want := directive + " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
			if !strings.Contains(policy, want) {
				t.Errorf("the policy does not name the <%s> that is there: %s", element, policy)
			}
		}
	})
}

func TestAllTextsAreThere(t *testing.T) {
	missing := regexp.MustCompile(`\[[a-z-]+\.[a-z.-]+\]|\{[a-z-]+\}|%!`)
	pages(t, func(t *testing.T, _ string, doc *nethtml.Node, _ string) {
		if t.Name() == "TestAllTextsAreThere/hostile.en" || t.Name() == "TestAllTextsAreThere/hostile.nl" {
			return // its own texts look like that
		}
		if bad := missing.FindString(visible(doc)); bad != "" {
			t.Errorf("the page shows %s", bad)
		}
	})
}

func TestEvidenceHasAnchors(t *testing.T) {
	text := render(t, shop(t), html.Options{})
	for _, want := range []string{`id="none-call-3"`, `href="#none-call-3"`, `id="none-cookie-1"`, `id="none-request-18"`} {
		if !strings.Contains(text, want) {
			t.Errorf("the report lacks %s", want)
		}
	}
}

// Contrast of the colours that stand on each other, in both themes, as WCAG 2.2
// computes it: 4.5 for text, 3 for drawings.
func TestContrast(t *testing.T) {
	style, err := os.ReadFile("style.css")
	if err != nil {
		t.Fatal(err)
	}
	light, rest, _ := strings.Cut(string(style), "@media (prefers-color-scheme: dark)")
	dark, _, _ := strings.Cut(rest, "* { box-sizing")
	for theme, css := range map[string]string{"light": light, "dark": dark} {
		colours := map[string]string{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6})`).FindAllStringSubmatch(css, -1) {
			colours[m[1]] = m[2]
		}
		for _, c := range []struct {
			front, back string
			least       float64
		}{
			{"ink", "bg", 4.5}, {"ink", "card", 4.5}, {"soft", "bg", 4.5}, {"soft", "card", 4.5}, {"blue", "bg", 4.5},
			{"blue", "card", 4.5}, {"blue", "blue-bg", 4.5}, {"orange", "card", 4.5}, {"orange", "orange-bg", 4.5},
			{"on-solid", "solid", 4.5}, {"ink", "code-bg", 4.5}, {"bar", "bg", 3}, {"mark", "bg", 3}, {"mark", "card", 3},
			{"focus", "bg", 3}, {"solid", "card", 3},
		} {
			if got := contrast(t, colours[c.front], colours[c.back]); got < c.least {
				t.Errorf("%s: %s on %s has a contrast of %.2f, want %.1f", theme, c.front, c.back, got, c.least)
			}
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	if len(colour) != 7 {
		t.Fatalf("%q is no colour", colour)
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
