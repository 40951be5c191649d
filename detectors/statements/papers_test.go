package statements

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spoor-audit/spoor/evidence"
)

// visitOf makes a visit of one run.
func visitOf(r evidence.Run) *evidence.Visit {
	if r.Scenario == "" {
		r.Scenario = evidence.None
	}
	return &evidence.Visit{Format: evidence.Format, Runs: []evidence.Run{r}}
}

func claimIDs(list []Statement) []string {
	var ids []string
	for _, s := range list {
		if s.Claim != nil {
			ids = append(ids, s.Claim.ID)
		}
	}
	return ids
}

func TestClaimsOfPolicy(t *testing.T) {
	const text = `Privacy statement
We take care of your data. We do not use any third-party cookies. Our visitors like that.
What are cookies?
We do not use cookies.
Retention
Our cookies are stored for a maximum of 13 months.
Sharing
We share your data with the following parties:
Google Ireland
Meta Platforms
Changes to this statement
Analytical and marketing cookies are only placed after your consent.`
	v := visitOf(evidence.Run{Papers: []evidence.Paper{{
		ID: "none/paper/1", Kind: "policy", FinalURL: "https://shop.test/privacy", Text: text, Status: 200, Title: "Privacy", Language: "en",
	}}})
	list := Read(v, nil)
	got := map[string][]Claim{}
	for _, s := range list {
		if s.Claim == nil {
			continue
		}
		got[s.Claim.ID] = append(got[s.Claim.ID], *s.Claim)
		if s.Raw != s.Claim.Quote || s.Evidence != "none/paper/1" || s.Source != "policy" || s.Claim.Where != "policy" {
			t.Errorf("%+v", s)
		}
		if !strings.Contains(strings.ReplaceAll(text, "\n", " "), strings.ReplaceAll(s.Claim.Quote, "\n", " ")) {
			t.Errorf("the quote is not in the text: %q", s.Claim.Quote)
		}
	}
	if n := len(got["claims-no-cookies"]); n > 0 {
		t.Error("a sentence under \"What are cookies?\" counts")
	}
	if c := got["claims-no-third-party-cookies"]; len(c) != 1 || c[0].Confidence != 0.7 || c[0].URL != "https://shop.test/privacy#:~:text=We%20do%20not%20use%20any%20third%2Dparty%20cookies." {
		t.Errorf("third parties: %+v", c)
	}
	if c := got["claims-retention"]; len(c) != 1 || c[0].Days != 396 {
		t.Errorf("retention: %+v", c)
	}
	if c := got["claims-recipients"]; len(c) != 1 || !strings.Contains(c[0].Quote, "Meta Platforms") {
		t.Errorf("recipients: %+v", c)
	}
	var categories []string
	for _, c := range got["claims-after-consent"] {
		categories = append(categories, c.Category)
	}
	if diff := cmp.Diff([]string{"marketing", "analytics"}, categories); diff != "" {
		t.Errorf("after consent, categories (-want +got):\n%s", diff)
	}
}

func TestClaimsAgree(t *testing.T) {
	paper := func(text string) evidence.Paper {
		return evidence.Paper{Kind: "policy", FinalURL: "https://shop.test/" + text[:5], Text: text}
	}
	for name, tt := range map[string]struct {
		papers []evidence.Paper
		dialog string
		want   float64
	}{
		"one":                 {[]evidence.Paper{paper("Wij gebruiken alleen functionele cookies.")}, "", 0.7},
		"the same twice":      {[]evidence.Paper{paper("Wij gebruiken alleen functionele cookies."), {Kind: "policy", FinalURL: "https://shop.test/b", Text: "Wij gebruiken alleen functionele cookies."}}, "", 0.7},
		"two that agree":      {[]evidence.Paper{paper("Wij gebruiken alleen functionele cookies."), paper("Deze website plaatst uitsluitend noodzakelijke cookies.")}, "", 0.9},
		"the dialog":          {nil, "Wij gebruiken alleen functionele cookies.", 0.9},
		"another has no part": {[]evidence.Paper{paper("Wij gebruiken alleen functionele cookies. Wij plaatsen geen cookies van derden.")}, "", 0.7},
	} {
		r := evidence.Run{Papers: tt.papers}
		if tt.dialog != "" {
			r.Dialog = &evidence.Dialog{Found: true, Text: tt.dialog, Frame: "https://shop.test/"}
		}
		found := false
		for _, s := range Read(visitOf(r), nil) {
			if s.Claim != nil && s.Claim.ID == "claims-functional-only" {
				found = true
				if s.Claim.Confidence != tt.want {
					t.Errorf("%s: confidence %v, want %v", name, s.Claim.Confidence, tt.want)
				}
			}
		}
		if !found {
			t.Errorf("%s: not found", name)
		}
	}
}

func TestClaimsGuarded(t *testing.T) {
	for name, tt := range map[string]struct{ title, text string }{
		"a question":        {"", "Do we do more? This website does not use cookies?"},
		"a Dutch heading":   {"", "Wat zijn cookies van derden?\nDeze website plaatst geen cookies van derden."},
		"a German heading":  {"", "Begriffsbestimmungen\nDiese Website verwendet keine Cookies."},
		"a French heading":  {"", "Qu'est-ce qu'un cookie ?\nCe site n'utilise pas de cookies."},
		"the app's policy":  {"Mobile App Privacy Policy", "We do not use any third-party cookies."},
		"an example":        {"", "For example, this website does not use cookies."},
		"what once was":     {"", "Previously, this website did not change. Previously we never use cookies."},
		"without a consent": {"", "Ohne Ihre Zustimmung verwendet diese Website keine Cookies."},
	} {
		v := visitOf(evidence.Run{Papers: []evidence.Paper{{Kind: "policy", URL: "https://shop.test/p", Text: tt.text, Title: tt.title}}})
		for _, id := range claimIDs(Read(v, nil)) {
			if id != "claims-after-consent" {
				t.Errorf("%s: %s is claimed", name, id)
			}
		}
	}
}

func TestSentences(t *testing.T) {
	got := sentences("We use, e.g. cookies of Google Inc. in Dublin. Version 2.0 is next! Is it? Yes, z. B. Matomo. Ende")
	want := []string{"We use, e.g. cookies of Google Inc. in Dublin.", "Version 2.0 is next!", "Is it?", "Yes, z. B. Matomo.", "Ende"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestGPCFile(t *testing.T) {
	for body, want := range map[string]*GPC{
		`{"gpc": true, "version": 1, "lastUpdate": "2026-01-02"}`: {true, 1, "2026-01-02"},
		"\uFEFF" + `{"gpc":false}`:                                {Honours: false},
		`{"gpc":"yes"}`:                                           nil,
		`{"version":1}`:                                           nil,
		`{`:                                                       nil,
		``:                                                        nil,
	} {
		list := Read(visitOf(evidence.Run{Papers: []evidence.Paper{{Kind: "gpc", Status: 200, Body: body}}}), nil)
		if len(list) != 1 || list[0].Kind != KindGPC || (list[0].Error == "") != (want != nil) {
			t.Errorf("%q: %+v", body, list)
			continue
		}
		if diff := cmp.Diff(want, list[0].GPC); diff != "" {
			t.Errorf("%q (-want +got):\n%s", body, diff)
		}
	}
	for _, p := range []evidence.Paper{
		{Kind: "gpc", Status: 404, Body: `{"gpc":true}`}, {Kind: "gpc", Status: 200, Type: "text/html", Body: "Not here"},
		{Kind: "gpc", Body: "<html>"}, {Kind: "gpc", Error: "timeout"}, {Kind: "ads-txt", Body: "<!doctype html>"},
	} {
		if list := Read(visitOf(evidence.Run{Papers: []evidence.Paper{p}}), nil); len(list) > 0 {
			t.Errorf("%+v states %+v", p, list)
		}
	}
}

func TestAdsFile(t *testing.T) {
	const body = "\uFEFF# ours\ngoogle.com, pub-1, DIRECT, f08c47fec0942fa0\r\nGoogle.com , pub-2, reseller\nrubiconproject.com;12;RESELLER # x\ncontact=ads@shop.test\nbad line\nother.test, 1\nnohost, 1, DIRECT\n"
	list := Read(visitOf(evidence.Run{Papers: []evidence.Paper{{Kind: "ads-txt", Status: 200, Body: body}}}), nil)
	if len(list) != 1 {
		t.Fatalf("%+v", list)
	}
	if diff := cmp.Diff(&Ads{Systems: []string{"google.com", "rubiconproject.com"}, Direct: 1, Resell: 2}, list[0].Ads); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := readAds("hello there\n"); err == nil {
		t.Error("a text without a record is taken for the file")
	}
	if a, err := readAds("# nobody sells here\ncontact=x@shop.test"); err != nil || len(a.Systems) != 0 {
		t.Errorf("a file without sellers: %+v, %v", a, err)
	}
}

func TestRegisterOfPaper(t *testing.T) {
	text := "Cookie statement\nLaatst bijgewerkt: 3 maart 2025\nMore"
	p := evidence.Paper{
		ID: "none/paper/2", Kind: "cookie-policy", URL: "https://shop.test/c", Language: "nl-NL", Text: text,
		Tables: []evidence.Table{{Header: []string{"Cookie", "Doel"}, Rows: [][]string{{"_ga", "Statistiek"}}}},
	}
	v := visitOf(evidence.Run{Papers: []evidence.Paper{p, p}})
	list := Read(v, nil)
	if len(list) != 1 || list[0].Times != 2 {
		t.Fatalf("%+v", list)
	}
	r := list[0].Register
	if r.URL != "https://shop.test/c" || r.Language != "nl" || r.Updated != "3 maart 2025" || list[0].Source != "table" {
		t.Errorf("%+v", r)
	}
	if !strings.HasPrefix(list[0].Raw, "_ga\t") {
		t.Errorf("raw %q", list[0].Raw)
	}
}

func TestRegisterOfMachine(t *testing.T) {
	v := visitOf(evidence.Run{Papers: []evidence.Paper{
		{Kind: "register", URL: "https://consent.cookiebot.com/x/cc.js", Body: ccJS},
		{Kind: "register", URL: "https://cdn.cookielaw.org/consent/x.json", Body: `{"DomainData":[]}`},
	}})
	list := Read(v, nil)
	if len(list) != 2 || list[0].Source != "cookiebot" || len(list[0].Register.Rows) != 7 {
		t.Fatalf("%+v", list)
	}
	if list[1].Error == "" || list[1].Register != nil || list[1].Raw != `{"DomainData":[]}` {
		t.Errorf("a file that cannot be read: %+v", list[1])
	}
}

// TestNamesInText finds names of what the visit saw in running text.
func TestNamesInText(t *testing.T) {
	run := evidence.Run{
		Cookies: []evidence.Cookie{{Name: "_ga"}, {Name: "shop_sid"}, {Name: "session"}},
		Storage: []evidence.StorageItem{{Kind: "local", Key: "lastSeenAt"}},
		Papers:  []evidence.Paper{{Kind: "policy", URL: "https://shop.test/p", Text: "We use _ga, shop_sid and lastSeenAt. Your session ends."}},
	}
	list := Read(visitOf(run), nil)
	if len(list) != 1 || list[0].Source != "text" {
		t.Fatalf("%+v", list)
	}
	want := []string{"_ga|_ga||||?", "shop_sid|shop_sid||||?", "lastSeenAt|lastSeenAt||||?"}
	if diff := cmp.Diff(want, lines(list[0].Register)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	run.Papers[0].Text = "We use _ga and shop_sid."
	if list := Read(visitOf(run), nil); len(list) > 0 {
		t.Errorf("two names make a register: %+v", list)
	}
}
