package reports

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestClip(t *testing.T) {
	for _, c := range []struct {
		in   string
		max  int
		want string
	}{
		{"", 5, ""},
		{"short", 5, "short"},
		{"longer", 5, "long…"},
		{"één", 3, "één"},
		{"éénén", 3, "éé…"},
		{"a\xffb", 5, "a\ufffdb"},
		{strings.Repeat("x", 100), 4, "xxx…"},
	} {
		if got := clip(c.in, c.max); got != c.want {
			t.Errorf("clip(%q, %d) = %q, want %q", c.in, c.max, got, c.want)
		}
	}
}

func FuzzClip(f *testing.F) {
	f.Add("abc", 2)
	f.Add("é\xff日本", 3)
	f.Add(strings.Repeat("é", 100), 7)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		if limit < 1 || limit > 1000 {
			t.Skip()
		}
		got := clip(s, limit)
		if !utf8.ValidString(got) {
			t.Fatalf("clip(%q, %d) = %q is not UTF-8", s, limit, got)
		}
		if n := utf8.RuneCountInString(got); n > limit {
			t.Fatalf("clip(%q, %d) has %d characters", s, limit, n)
		}
		if utf8.ValidString(s) && utf8.RuneCountInString(s) <= limit && got != s {
			t.Fatalf("clip(%q, %d) = %q changed a short text", s, limit, got)
		}
	})
}

func TestHostOf(t *testing.T) {
	for in, want := range map[string]string{
		"https://Shop.Example/x":        "shop.example",
		"https://shop.example:8443/x":   "shop.example",
		"https://user:pw@shop.example/": "shop.example",
		"wss://live.example/s?a=b://c":  "live.example",
		"https://shop.example./":        "shop.example",
		"http://[2001:DB8::1]:80/":      "[2001:db8::1]",
		"https://a.example\\b":          "a.example",
		"data:text/html,https://x.test": "",
		"blob:https://shop.example/1":   "",
		"about:blank":                   "",
		"javascript://x.test/%0aalert":  "",
		"":                              "",
		"https://":                      "",
	} {
		if got := hostOf(in); got != want {
			t.Errorf("hostOf(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzHostOf(f *testing.F) {
	f.Add("https://a.example/b")
	f.Add("http://[::1")
	f.Add("ws://@:@?#")
	f.Fuzz(func(t *testing.T, s string) {
		host := hostOf(s)
		if strings.ContainsAny(host, "/?#@") {
			t.Fatalf("hostOf(%q) = %q holds more than a host", s, host)
		}
		if host != strings.ToLower(host) {
			t.Fatalf("hostOf(%q) = %q is not in lower case", s, host)
		}
	})
}
