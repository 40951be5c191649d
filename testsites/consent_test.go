package testsites

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// libraryLanguages are those in which every consent manager asks.
var libraryLanguages = strings.Fields("nl en de fr")

var libraryVariants = strings.Fields("compliant leaks-before leaks-after-no no-reject preticked yes-on-no close-is-yes")

func TestConsentLibrariesHaveEveryBehaviourInEveryLanguage(t *testing.T) {
	libraries := 0
	for _, site := range allSites(t) {
		var seen []string
		for _, p := range site.Pages {
			if p.Language != "" {
				seen = append(seen, p.Language+"/"+p.Variant)
			}
		}
		if len(seen) == 0 {
			continue
		}
		libraries++
		for _, lang := range libraryLanguages {
			for _, variant := range libraryVariants {
				if !slices.Contains(seen, lang+"/"+variant) {
					t.Errorf("%s: no %s in %s", site.Name, variant, lang)
				}
			}
		}
	}
	if libraries < 5 {
		t.Errorf("%d consent managers, want 5", libraries)
	}
}

// Every page of a made site, on every host, is a whole page with its way to the
// privacy statement.
func TestMadePagesAreWhole(t *testing.T) {
	s := Start(t)
	made := 0
	for _, site := range allSites(t) {
		if site.made == nil {
			continue
		}
		for _, p := range site.Pages {
			made++
			u, err := url.Parse(p.URL)
			if err != nil {
				t.Fatal(err)
			}
			lang := p.Language
			if lang == "" {
				lang = s.consent.sites[site.Name].Language
			}
			for _, path := range []string{"/", "/news.html", "/about.html", "/privacy.html"} {
				u.Path = path
				status, body, _ := get(t, s, u.String())
				if status == http.StatusFound {
					continue // the gate
				}
				if status != http.StatusOK || !strings.HasSuffix(strings.TrimSpace(body), "</html>") {
					t.Errorf("%s: status %d, %.200q", u, status, body)
				}
				for _, part := range []string{`<html lang="` + lang + `">`, `href="/privacy.html"`} {
					if !strings.Contains(body, part) {
						t.Errorf("%s: no %s", u, part)
					}
				}
				for _, sign := range []string{"ZgotmplZ", "<no value>", "{{"} {
					if strings.Contains(body, sign) && !strings.Contains(body, "{{messagelink}}") {
						t.Errorf("%s: %q in the page", u, sign)
					}
				}
			}
		}
	}
	if made < 200 {
		t.Errorf("only %d pages are made", made)
	}
}

func TestTheTableOfCookiesIsThatOfTheVariant(t *testing.T) {
	s := Start(t)
	tests := []struct {
		url       string
		has, lack string
	}{
		{"https://compliant.nl.consent-klaro.test/privacy.html", "<td>IDE</td><td>doubleclick.net</td><td>Herkent de browser voor advertenties van Google</td><td>Marketing</td><td>13 maanden</td>", "tarteaucitron"},
		{"https://compliant.de.consent-vanilla.test/privacy.html", "<td>cc_cookie</td><td>consent-vanilla.test</td>", "<td>klaro</td>"},
		{"https://consent-own-undeclared.test/privacy.html", "<td>_ga</td>", "<td>IDE</td>"},
		{"https://consent-own-undeclared-clean.test/privacy.html", "<td>IDE</td>", "<td>klaro</td>"},
		{"https://consent-own-category.test/privacy.html", "<td>Necessary</td><td>13 months</td>", "<td>Analytics</td><td>13 months</td></tr>"},
		{"https://consent-own-lifetime.test/privacy.html", "<td>Analytics</td><td>30 days</td>", "ZgotmplZ"},
		{"https://consent-own-no-table.test/privacy.html", "Who we are", "<table>"},
	}
	for _, test := range tests {
		_, body, _ := get(t, s, test.url)
		if !strings.Contains(body, test.has) || strings.Contains(body, test.lack) {
			t.Errorf("%s: want %q and not %q", test.url, test.has, test.lack)
		}
	}
}

func TestRulesForVisitorsWithoutACookie(t *testing.T) {
	s := Start(t)
	ask := func(cookie string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://consent-own-gate.test/", nil)
		if err != nil {
			t.Fatal(err)
		}
		if cookie != "" {
			req.Header.Set("Cookie", cookie)
		}
		resp, err := s.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		return resp.StatusCode, resp.Header.Get("Location")
	}
	if status, to := ask(""); status != http.StatusFound || !strings.HasPrefix(to, "https://login.courier-gate.example/") {
		t.Errorf("a new visitor gets %d %s", status, to)
	}
	if status, _ := ask("cookie_choice=analytics:0|marketing:0"); status != http.StatusOK {
		t.Errorf("who has chosen gets %d", status)
	}
}

func TestAVisitorKeepsTheNumberThatAServerGave(t *testing.T) {
	s := Start(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://ib.adnxs.com/px", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Cookie", "uuid2=mine")
	resp, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if got := resp.Header.Get("Set-Cookie"); !strings.HasPrefix(got, "uuid2=mine;") {
		t.Errorf("the visitor uuid2=mine is given %q", got)
	}
}

func TestMadeSitesWithMistakesAreRefused(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"made: {language: xx}", "no texts"},
		{"made: {cookies: [biscuit]}", `no cookie "biscuit"`},
		{"made: {honest: [biscuit]}", `no cookie "biscuit"`},
	} {
		site, err := parseSite("x", []byte(test.text))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := newConsentPages([]Site{site}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want one about %q", test.text, err, test.want)
		}
	}
	if _, err := parseSite("x", []byte("made: {colour: red}")); err == nil {
		t.Error("an unknown field was accepted")
	}
}

func TestLanguagesHaveTheSameTexts(t *testing.T) {
	s := Start(t)
	for lang, texts := range s.consent.texts {
		for name := range texts {
			if s.consent.texts["en"][name] == "" {
				t.Errorf("%s: %q is a text of no use", lang, name)
			}
		}
	}
	if len(s.consent.texts) != 6 {
		t.Errorf("%d languages, want 6", len(s.consent.texts))
	}
}
