package readers

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDecode(t *testing.T) {
	for _, tt := range []struct {
		text  string
		steps []string
		want  any
	}{
		{"a%20b", []string{"uri"}, "a b"},
		{"%257B%2522a%2522%253A1%257D", []string{"uri", "json"}, map[string]any{"a": 1.0}},
		{"100%", []string{"uri"}, "100%"},
		{"a=1&b=x%2Cy&b", []string{"query"}, map[string]any{"a": "1", "b": ""}},
		{"{a:'x\\'y',b:true,c:-1,d:[1,\"z\",],e:!1,}", []string{"js"}, map[string]any{"a": "x'y", "b": true, "c": -1.0, "d": []any{1.0, "z"}, "e": false}},
		{"a:1|b:2|c", []string{"pairs | :"}, map[string]any{"a": "1", "b": "2"}},
		{"1:true_2:false", []string{"pairs ,_ :"}, map[string]any{"1": "true", "2": "false"}},
		{",a,,b,", []string{"list ,"}, []any{"a", "b"}},
		{"1@@2", []string{"split @"}, []any{"1", "", "2"}},
		{"eyJhIjp0cnVlfQ", []string{"base64", "json"}, map[string]any{"a": true}},
		{`"quoted"`, []string{"json", "js"}, nil},
	} {
		got, err := decode(tt.text, tt.steps)
		if tt.want == nil {
			if err == nil {
				t.Errorf("%q by %v: %v, want an error", tt.text, tt.steps, got)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q by %v: %v", tt.text, tt.steps, err)
			continue
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%q by %v (-want +got):\n%s", tt.text, tt.steps, d)
		}
	}
}

// TestRefused gives an error for what is not what it should be.
func TestRefused(t *testing.T) {
	for _, tt := range []struct{ text, step string }{
		{"{", "json"}, {"{a:1", "js"}, {"{a:1} x", "js"}, {"alert(1)", "js"}, {strings.Repeat("[", 100), "js"},
		{"!!", "base64"}, {"CP", "tcf"}, {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "tcf"}, {"NaN", "js"},
	} {
		if v, err := decode(tt.text, []string{tt.step}); err == nil {
			t.Errorf("%q by %s: %v, want an error", tt.text, tt.step, v)
		}
	}
	if _, err := decode(strings.Repeat("a", maxText+1), nil); err == nil {
		t.Error("a text without limit was decoded")
	}
}

func TestLike(t *testing.T) {
	for _, tt := range []struct {
		pattern, name, star string
		ok                  bool
	}{
		{"a", "a", "", true}, {"a", "ab", "", false}, {"a*", "abc", "bc", true}, {"a*c", "abc", "b", true},
		{"a*c", "ac", "", true}, {"ab*b", "ab", "", false}, {"*STACK*", "V2STACK42", "V2", true}, {"*ads*", "select_basic", "", false},
	} {
		if star, ok := like(tt.pattern, tt.name); ok != tt.ok || ok && star != tt.star {
			t.Errorf("%q like %q: %q, %v; want %q, %v", tt.name, tt.pattern, star, ok, tt.star, tt.ok)
		}
	}
}

func TestPurpose(t *testing.T) {
	table, err := load()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Strikt noodzakelijke cookies": "necessary", "Essenziell": "necessary", "Nödvändiga": "necessary",
		"Functionele cookies": "functional", "Präferenzen": "functional", "Préférences": "functional",
		"Analytische cookies": "analytics", "Mesure d'audience": "analytics", "Statistik": "analytics", "Prestatiecookies": "analytics",
		"Marketing & Statistics": "marketing", "Gerichte reclame": "marketing", "Publicité": "marketing", "Targeting": "marketing", "ads": "marketing",
		"Sociale media": "social", "Shadows": "", "C0009": "",
	} {
		if got := table.words.purpose(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

func FuzzLiteral(f *testing.F) {
	f.Add("{stamp:'a',necessary:true,ver:1,utc:17,region:\"nl\"}")
	f.Add(`[{'a\u0041':[]},null,!0]`)
	f.Fuzz(func(t *testing.T, s string) {
		v, err := parseLiteral(s)
		if err != nil {
			return
		}
		if _, err := json.Marshal(v); err != nil {
			t.Errorf("%q gives a value that is no JSON: %v", s, err)
		}
	})
}

func FuzzDecode(f *testing.F) {
	steps := [][]string{{"uri", "json"}, {"query"}, {"uri", "js"}, {"uri", "base64", "json"}, {"pairs , :"}, {"list ,|"}, {"split @"}, {"tcf"}, {"uri", "base64", "uri", "json"}}
	f.Add("%7B%22a%22%3Atrue%7D", 0)
	f.Add("groups=C0001%3A1", 1)
	f.Add("CP1R2oAP1R2oAEsAEBNLCWFgAP_gAAAAABpYAAAAAAAA", 7)
	f.Fuzz(func(t *testing.T, s string, n int) {
		v, err := decode(s, steps[uint(n)%uint(len(steps))])
		if err != nil {
			return
		}
		if _, err := json.Marshal(v); err != nil {
			t.Errorf("%q gives a value that is no JSON: %v", s, err)
		}
	})
}

// FuzzKept reads any value under the names of all rows.
func FuzzKept(f *testing.F) {
	table, err := load()
	if err != nil {
		f.Fatal(err)
	}
	for _, r := range table.Readers {
		for _, s := range r.Samples {
			for _, v := range s.Cookies {
				f.Add(encoded(v))
			}
		}
	}
	f.Fuzz(func(t *testing.T, v string) {
		state := State{Local: map[string]map[string]string{"https://a.example": {}}}
		for _, r := range table.Readers {
			for _, s := range r.Read {
				if s.Cookie != "" {
					state.Cookies = append(state.Cookies, Cookie{Name: strings.ReplaceAll(s.Cookie, "*", "1"), Value: v})
				}
				if s.Local != "" {
					state.Local["https://a.example"][strings.ReplaceAll(s.Local, "*", "1")] = v
				}
			}
		}
		signals, err := Kept(state)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range signals {
			if !json.Valid(s.Raw) {
				t.Errorf("%s: what was read is no JSON", s.Source)
			}
			for c := range s.Categories {
				if !contains(categories, c) {
					t.Errorf("%s: category %q", s.Source, c)
				}
			}
		}
		if _, err := StorageDiff(State{}, state); err != nil {
			t.Fatal(err)
		}
	})
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// TestOf leaves out what other sites keep.
func TestOf(t *testing.T) {
	s := State{
		Cookies: []Cookie{{Name: "CookieConsent", Domain: ".example.co.uk"}, {Name: "SOCS", Domain: "youtube.com"}},
		Local:   map[string]map[string]string{"https://shop.example.co.uk": {"klaro": "1"}, "https://ads.example": {"klaro": "2"}},
	}
	got := s.Of("https://www.example.co.uk/page?x")
	want := State{
		Cookies: s.Cookies[:1], Local: map[string]map[string]string{"https://shop.example.co.uk": {"klaro": "1"}},
		Session: map[string]map[string]string{},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("the site's part (-want +got):\n%s", d)
	}
	if d := cmp.Diff(s, s.Of("about:blank")); d != "" {
		t.Errorf("of no site (-want +got):\n%s", d)
	}
	if got := s.Of("http://127.0.0.1:80"); len(got.Cookies) != 0 {
		t.Errorf("of an address: %v", got)
	}
}
