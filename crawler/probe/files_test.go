package probe_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spoor-audit/spoor/crawler/probe"
)

func TestReadAds(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want probe.Ads
	}{
		"records":             {"\ufeffgoogle.test, pub-1, DIRECT, f08c47fec0942fa0\r\nGoogle.test,pub-2,Reseller # note\n", probe.Ads{State: "present", Direct: 1, Reseller: 1, Systems: 1}},
		"nobody may sell":     {"placeholder.example.com, placeholder, DIRECT, placeholder", probe.Ads{State: "present", Direct: 1, Systems: 1}},
		"empty":               {"", probe.Ads{State: "present"}},
		"comments alone":      {"# nothing to see\n\n", probe.Ads{State: "present"}},
		"variables":           {"contact=ads@x.test\nOwnerDomain = X.test\nmanagerdomain=m.test,DE\nmanagerdomain=n.test\nsubdomain=a.x.test\n", probe.Ads{State: "present", Owner: "x.test", Manager: "m.test"}},
		"errors":              {"a.test,1,DIRECT\na.test,1\na.test,,DIRECT\nnodomain,1,DIRECT\na.test,1,BOTH\nownerdomain=https://x.test\nfoo=bar\n", probe.Ads{State: "present", Direct: 1, Systems: 1, Errors: 6}},
		"a page":              {"  <!doctype html><p>a.test,1,DIRECT", probe.Ads{State: "malformed"}},
		"a text of no record": {"There is nothing here.", probe.Ads{State: "malformed"}},
	} {
		if d := cmp.Diff(c.want, probe.ReadAds([]byte(c.text))); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestReadGPC(t *testing.T) {
	for text, want := range map[string]struct {
		state, value, update string
	}{
		`{"gpc":true,"lastUpdate":"2026-03-01"}`: {"present", "true", "2026-03-01"},
		"\ufeff{\"gpc\":false}":                  {"present", "false", ""},
		`{"gpc":"true"}`:                         {"malformed", "", ""},
		`{"gpc":null,"lastUpdate":"2026"}`:       {"malformed", "", "2026"},
		`{"version":1}`:                          {"malformed", "", ""},
		`{"gpc":true,"lastUpdate":20260301}`:     {"present", "true", ""},
		`<!doctype html>`:                        {"malformed", "", ""},
		`[true]`:                                 {"malformed", "", ""},
		``:                                       {"malformed", "", ""},
		strings.Repeat("[", 1e5):                 {"malformed", "", ""},
		`{"gpc":true,"x":` + strings.Repeat("{", 3): {"malformed", "", ""},
	} {
		g := probe.ReadGPC([]byte(text))
		value := ""
		if g.Value != nil {
			value = map[bool]string{true: "true", false: "false"}[*g.Value]
		}
		if g.State != want.state || value != want.value || g.LastUpdate != want.update {
			t.Errorf("%.40s: %+v (%s)", text, g, value)
		}
	}
}

// FuzzReadAds checks that every line counts once at most.
func FuzzReadAds(f *testing.F) {
	for _, seed := range []string{"a.test,1,DIRECT\n", "ownerdomain=x.test", "<html>", "\ufeff#\r\r;,,,", "a.test,1,reseller,x;y#z\nb"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		a := probe.ReadAds(text)
		lines := strings.Count(strings.ReplaceAll(string(text), "\r", "\n"), "\n") + 1
		if n := a.Direct + a.Reseller + a.Errors; n > lines || a.Systems > a.Direct+a.Reseller {
			t.Fatalf("%d lines, %+v", lines, a)
		}
		if a.State != "present" && a.State != "malformed" {
			t.Fatal(a.State)
		}
	})
}

// FuzzReadGPC checks that a value is read of JSON alone.
func FuzzReadGPC(f *testing.F) {
	for _, seed := range []string{`{"gpc":true}`, `{"gpc":1,"lastUpdate":""}`, `{}`, `nul`, "\ufeff{}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		g := probe.ReadGPC(text)
		if (g.State == "present") != (g.Value != nil) {
			t.Fatalf("%+v", g)
		}
		if g.Value != nil && !json.Valid([]byte(strings.TrimPrefix(string(text), "\ufeff"))) {
			t.Fatal("read of what is no JSON")
		}
	})
}

// FuzzReadRobots checks that nothing makes the reader fail.
func FuzzReadRobots(f *testing.F) {
	for _, seed := range []string{"User-agent: *\nDisallow: /\n", "sitemap: x\nSITEMAP:y", "\xff\xfe", "<html>", "user-agent: spoor\nallow: /*$\ncrawl-delay: x"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if r, _ := probe.ReadRobots(text, agent, "/x"); r.State != "present" && r.State != "malformed" || len(r.Sitemaps) > 100 {
			t.Fatalf("%+v", r)
		}
	})
}
