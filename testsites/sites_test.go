package testsites

import (
	"context"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/detectors/checks"
	"github.com/spoor-audit/spoor/detectors/techniques"
	"github.com/spoor-audit/spoor/evidence"
)

// get asks for a URL, and gives status, body and headers.
func get(t *testing.T, s *Server, address string) (int, string, http.Header) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body), resp.Header
}

func allSites(t *testing.T) []Site {
	t.Helper()
	sites, err := Sites()
	if err != nil {
		t.Fatal(err)
	}
	return sites
}

// techniqueIDs are the ids of findings on pages.
func techniqueIDs() []string {
	var ids []string
	for _, x := range techniques.All() {
		if x.Applies(&evidence.Subject{Kind: evidence.KindOfPage}) {
			ids = append(ids, x.ID)
		}
	}
	return ids
}

func isCheck(id string) bool {
	return slices.ContainsFunc(checks.All(), func(c checks.Info) bool { return c.ID == id })
}

func TestEverySiteHasItsTwinAndSaysWhatToExpect(t *testing.T) {
	found := map[string]bool{}
	for _, site := range allSites(t) {
		files := map[string]bool{}
		for _, p := range site.Pages {
			files[p.File] = true
			for _, f := range p.Findings {
				found[f.ID] = true
				if !slices.Contains(techniqueIDs(), f.ID) {
					t.Errorf("%s/%s: %q is no finding id", site.Name, p.File, f.ID)
				}
				if slices.Contains(p.NoneOf, f.ID) {
					t.Errorf("%s/%s: %q is expected and forbidden", site.Name, p.File, f.ID)
				}
			}
			for _, id := range p.NoneOf {
				if !slices.Contains(techniqueIDs(), id) {
					t.Errorf("%s/%s: %q is no finding id", site.Name, p.File, id)
				}
			}
			for _, way := range p.Ways {
				if !slices.Contains(Ways[:], way) {
					t.Errorf("%s/%s: %q is no way", site.Name, p.File, way)
				}
			}
			checkConsentExpectation(t, site.Name+"/"+p.File, p)
			if p.Outcome != "done" && p.Outcome != "failed" && p.Outcome != "blocked" {
				t.Errorf("%s/%s: unknown outcome %q", site.Name, p.File, p.Outcome)
			}
		}
		if site.Description == "" || !files["index.html"] || !files["clean.html"] {
			t.Errorf("%s: needs a description and the pages index.html and clean.html", site.Name)
		}
	}
	for _, id := range techniqueIDs() {
		if !found[id] {
			t.Errorf("no site shows %s", id)
		}
	}
}

// Words that expectations about consent may use: scenarios and outcomes of the
// record.
var (
	consentScenarios = strings.Fields("none reject accept gpc withdraw close forms")
	consentOutcomes  = strings.Fields("done no-dialog not-offered pay-or-accept unverified blocked failed")
	checkOutcomes    = strings.Fields("pass warn fail n/a unknown")
	dialogFoundBy    = strings.Fields("rule tcf heuristic gate")
)

func checkConsentExpectation(t *testing.T, name string, p Page) {
	t.Helper()
	for scenario, outcome := range p.Consent {
		if !slices.Contains(consentScenarios, scenario) || !slices.Contains(consentOutcomes, outcome) {
			t.Errorf("%s: no such scenario or outcome: %s: %s", name, scenario, outcome)
		}
	}
	for _, scenario := range p.Scenarios {
		if !slices.Contains(consentScenarios, scenario) {
			t.Errorf("%s: no such scenario: %s", name, scenario)
		}
	}
	for id, outcome := range p.Checks {
		if !isCheck(id) || !slices.Contains(checkOutcomes, outcome) {
			t.Errorf("%s: no such check or outcome: %s: %s", name, id, outcome)
		}
		if slices.Contains(p.ChecksNot, id) && (outcome == "fail" || outcome == "warn") {
			t.Errorf("%s: %s is expected and forbidden", name, id)
		}
	}
	for _, id := range p.ChecksNot {
		if id != "*" && !isCheck(id) {
			t.Errorf("%s: no such check: %s", name, id)
		}
	}
	if d := p.Dialog; d != nil && d.By != "" && (!d.Found || !slices.Contains(dialogFoundBy, d.By)) {
		t.Errorf("%s: no such way to find a dialog: %+v", name, *d)
	}
}

func TestEveryPageAnswers(t *testing.T) {
	s := Start(t)
	for _, site := range allSites(t) {
		for _, p := range site.Pages {
			u, err := url.Parse(p.URL)
			if err != nil {
				t.Errorf("%s/%s: %v", site.Name, p.File, err)
				continue
			}
			if strings.HasPrefix(u.Path, "/-/") || p.Reason == "tls" {
				continue // these have tests of their own
			}
			status, body, _ := get(t, s, p.URL)
			want := http.StatusOK
			if code, ok := strings.CutPrefix(p.Reason, "http-"); ok {
				want, _ = strconv.Atoi(code)
			}
			checkConsentExpectation(t, site.Name+"/"+p.File, p)
			if p.Outcome != "done" && want == http.StatusOK || status >= 300 && status < 400 {
				continue
			}
			if status != want {
				t.Errorf("%s: status %d, want %d", p.URL, status, want)
			}
			if strings.HasSuffix(p.File, ".html") && want == http.StatusOK && p.File != "empty.html" && !strings.Contains(strings.ToLower(body), "<!doctype html>") {
				t.Errorf("%s: not a page: %.80q", p.URL, body)
			}
		}
	}
}

// address matches what a browser may ask for: quoted URLs and absolute paths
// with a file name.
var address = regexp.MustCompile("[\"'(`]((?:https?:)?//[^\"'`\\s<>)\\\\$]+|/[\\w./-]+\\.(?:js|html|css|png|gif|json|pdf|svg)|/-/[\\w.-]+)(?:[?#][^\"'`]*)?[\"'`)]")

// links are only followed by visitors.
var links = regexp.MustCompile(`<a [^>]*>`)

// endings are addresses that give no ordinary answer.
var endings = regexp.MustCompile(`^/-/(never|endless|half|huge|reset|socket|nest|hop|slow)`)

func TestEveryPathThatAPageNamesAnswers(t *testing.T) {
	s := Start(t)
	base := map[string]string{} // folder to origin
	for _, site := range allSites(t) {
		base[site.Name] = "https://" + site.Name + ".test"
	}
	vendors, err := fs.ReadDir(embedded, "sites/_vendors")
	if err != nil {
		t.Fatal(err)
	}
	served := map[string]bool{}
	for _, v := range vendors {
		if v.IsDir() {
			base["_vendors/"+v.Name()] = "https://" + v.Name()
			served[v.Name()] = true
		}
	}
	asked := 0
	err = fs.WalkDir(embedded, "sites", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !slices.Contains([]string{".html", ".js"}, path.Ext(p)) {
			return err
		}
		folder, _, _ := strings.Cut(strings.TrimPrefix(p, "sites/"), "/")
		if folder == "_vendors" {
			folder = strings.Join(strings.Split(p, "/")[1:3], "/")
		}
		data, err := fs.ReadFile(embedded, p)
		if err != nil {
			return err
		}
		for _, m := range address.FindAllStringSubmatch(links.ReplaceAllString(string(data), ""), -1) {
			u, err := url.Parse(m[1])
			if err != nil || strings.ContainsAny(m[1], "{[*") || strings.HasSuffix(m[1], "/innocent.js") {
				continue // made at run time, or named to mislead
			}
			if !u.IsAbs() {
				origin := base[folder]
				if strings.HasPrefix(m[1], "/"+folder+"/") {
					origin = "https://third.test" // the folder as other hosts show it
				}
				if u, err = url.Parse(origin + m[1]); err != nil {
					return err
				}
			}
			host := u.Hostname()
			bad := host == expiredHost || strings.HasPrefix(u.Path, "/_lib/") || endings.MatchString(u.Path)
			if bad || !strings.HasSuffix(host, ".test") && !served[host] || u.Path == "" || u.Path == "/" {
				continue
			}
			asked++
			if status, _, _ := get(t, s, u.String()); status >= 400 && folder != "basic-auth" && folder != "odd-names" && folder != "parked" {
				t.Errorf("%s names %s: status %d", p, u, status)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if asked < 150 {
		t.Errorf("only %d addresses were found in the pages; the pattern misses some", asked)
	}
}

func TestFilesAboutASiteAreNotPartOfIt(t *testing.T) {
	s := Start(t)
	for _, u := range []string{"https://race.test/expect.yaml", "https://race.test/contexts.yaml", "https://odd-names.test/serve.yaml"} {
		if status, _, _ := get(t, s, u); status != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", u, status)
		}
	}
}

func TestHostsShareFoldersAsDescribed(t *testing.T) {
	s := Start(t)
	tests := []struct{ url, want string }{
		{"https://demo.test/", "protect.js"},
		{"http://demo.test/", "protect.js"},
		{"https://www.demo.test/", "protect.js"},
		{"https://demo-clean.test/", "Share on Facebook"},
		{"https://fp.vendor.test/demo/protect.js", "toDataURL"},
		{"https://anything.example/demo/protect.js", "toDataURL"},
		{"https://connect.facebook.net/en_US/fbevents.js", "_fbp"},
		{"https://www.googletagmanager.com/gtag/js?id=G-1", "page_view"},
	}
	for _, test := range tests {
		if status, body, _ := get(t, s, test.url); status != http.StatusOK || !strings.Contains(body, test.want) {
			t.Errorf("%s: status %d, body without %q", test.url, status, test.want)
		}
	}
}

func TestHeaderRules(t *testing.T) {
	s := Start(t)
	_, _, first := get(t, s, "https://cookies-first-party.test/")
	_, _, second := get(t, s, "https://cookies-first-party.test/")
	a, b := first.Get("Set-Cookie"), second.Get("Set-Cookie")
	if !strings.HasPrefix(a, "visitor_header=") || a == b {
		t.Errorf("two visitors got the cookies %q and %q, want two different ones", a, b)
	}
	if status, _, h := get(t, s, "https://basic-auth.test/"); status != http.StatusUnauthorized || !strings.Contains(h.Get("WWW-Authenticate"), "Basic") {
		t.Errorf("basic-auth: status %d, header %q", status, h.Get("WWW-Authenticate"))
	}
	if _, _, h := get(t, s, "https://download.test/"); !strings.Contains(h.Get("Content-Disposition"), "attachment") || h.Get("Content-Type") != "application/octet-stream" {
		t.Errorf("download: headers %v", h)
	}
	if status, _, h := get(t, s, "https://redirect-loop.test/"); status != http.StatusFound || h.Get("Location") != "/there" {
		t.Errorf("redirect: status %d to %q", status, h.Get("Location"))
	}
}

func TestExpectationsWithMistakesAreRefused(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"unknown field", "description: x\npages:\n  index.html: {finding: []}\n", "finding"},
		{"wrong kind", "description: x\npages: [index.html]\n", "unmarshal"},
		{"no YAML", "\t", "token"},
	}
	for _, test := range tests {
		if _, err := parseSite("x", []byte(test.text)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want one about %q", test.name, err, test.want)
		}
	}
	for _, text := range []string{"a: {status: 99}", "a: {headers: [nothing]}", "a: {headers: [': x']}", "a: {colour: red}"} {
		if _, err := parseRules([]byte(text)); err == nil {
			t.Errorf("rule %q was accepted", text)
		}
	}
}

func FuzzParseSite(f *testing.F) {
	f.Add([]byte("description: x\npages:\n  index.html: {findings: [{id: beacon}]}\n"))
	f.Add([]byte("made: {cookies: [_ga]}\nlanguages: [nl, en]\nvariants:\n  no: {dialog: {found: true}, checks: {a: fail}, checks_not: ['*']}\n"))
	f.Add([]byte(""))
	f.Fuzz(func(t *testing.T, data []byte) {
		site, err := parseSite("x", data)
		if err == nil && !slices.IsSortedFunc(site.Pages, func(a, b Page) int { return strings.Compare(a.File, b.File) }) {
			t.Error("pages are not sorted")
		}
	})
}

func FuzzParseRules(f *testing.F) {
	f.Add([]byte("a: {status: 404, headers: ['A: b']}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rules, err := parseRules(data)
		if err != nil {
			return
		}
		for name, r := range rules {
			if r.Status != 0 && (r.Status < 200 || r.Status > 599) {
				t.Errorf("rule %q was accepted with status %d", name, r.Status)
			}
		}
	})
}
