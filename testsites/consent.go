package testsites

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// consentFolder holds what the sites about consent share: the frame of a page,
// the texts by language and the facts about cookies. It is no part of any site.
const consentFolder = "_consent"

// consentPages makes the pages of the sites whose expect.yaml says that they are
// made, from their file page.tmpl. Each is a small newspaper of four pages. The template of the site adds the question
// for consent and the tags; the host says which variant of the site it is:
//
//	<site>.test                   the first variant of expect.yaml
//	<site>-clean.test             the honest twin
//	<variant>.<site>.test         a variant
//	<variant>.<language>.<site>.test
type consentPages struct {
	sites   map[string]consentSite
	texts   map[string]consentTexts // by language
	cookies map[string]consentCookie
	files   map[string]string // path of a page to the name of its template

	once      sync.Once
	templates map[string]*template.Template // by site
	err       error
}

// consentSite is what expect.yaml says of a site that is made from a template.
type consentSite struct {
	Language string   `yaml:"language"` // of hosts that name none
	First    string   `yaml:"first"`    // variant of <site>.test
	Cookies  []string `yaml:"cookies"`  // what its table of cookies lists, by key of cookies.yaml
	Honest   []string `yaml:"honest"`   // what the table of the twin lists, if it is another
	variants map[string]bool
}

// consentTexts are the words of one language, by name.
type consentTexts map[string]string

// A consentCookie is a row of the table of cookies.
type consentCookie struct {
	Name     string `yaml:"name"`
	Provider string `yaml:"provider"` // "" for the site itself
	Purpose  string `yaml:"purpose"`  // name of a text
	Category string `yaml:"category"` // name of a text
	Count    int    `yaml:"count"`    // how many of Unit it is kept; 0 for a session
	Unit     string `yaml:"unit"`     // name of a text
}

// consentPage is what a template sees.
type consentPage struct {
	Site, Variant, Language, Host string
	Path                          string // "/", "/news.html", "/about.html" or "/privacy.html"
	Twin                          bool   // the page is the honest one
	T                             consentTexts
	Cookies                       []consentRow
	all                           *consentPages
}

// A consentRow is a cookie in words.
type consentRow struct{ Key, Name, Provider, Purpose, Category, Kept string }

func newConsentPages(sites []Site) (*consentPages, error) {
	c := &consentPages{
		sites: map[string]consentSite{}, texts: map[string]consentTexts{},
		files: map[string]string{"/": "home", "/news.html": "news", "/about.html": "about", "/privacy.html": "privacy"},
	}
	for _, s := range sites {
		if s.made == nil {
			continue
		}
		made := *s.made
		if made.Language == "" {
			made.Language = "en"
		}
		made.variants = s.variants
		c.sites[s.Name] = made
	}
	if err := c.read(); err != nil {
		return nil, fmt.Errorf("testsites: read %s: %w", consentFolder, err)
	}
	return c, nil
}

// read loads the texts and cookies, and fails where a language lacks a text.
func (c *consentPages) read() error {
	folder := "sites/" + consentFolder
	data, err := fs.ReadFile(embedded, folder+"/cookies.yaml")
	if err != nil {
		return err
	}
	if err := decodeStrict(data, &c.cookies); err != nil {
		return fmt.Errorf("cookies.yaml: %w", err)
	}
	files, err := fs.Glob(embedded, folder+"/texts-*.yaml")
	if err != nil {
		return err
	}
	for _, f := range files {
		data, err := fs.ReadFile(embedded, f)
		if err != nil {
			return err
		}
		texts := consentTexts{}
		if err := yaml.Unmarshal(data, &texts); err != nil {
			return fmt.Errorf("%s: %w", path.Base(f), err)
		}
		c.texts[strings.TrimSuffix(strings.TrimPrefix(path.Base(f), "texts-"), ".yaml")] = texts
	}
	return c.check()
}

// check finds texts and cookies that are named and not there.
func (c *consentPages) check() error {
	for lang, texts := range c.texts {
		for name := range c.texts["en"] {
			if texts[name] == "" {
				return fmt.Errorf("language %q lacks the text %q", lang, name)
			}
		}
		for key, k := range c.cookies {
			for _, name := range []string{k.Purpose, k.Category, k.Unit} {
				if name != "" && texts[name] == "" {
					return fmt.Errorf("cookie %q: language %q lacks the text %q", key, lang, name)
				}
			}
		}
	}
	for name, s := range c.sites {
		if c.texts[s.Language] == nil {
			return fmt.Errorf("site %q: no texts in %q", name, s.Language)
		}
		for _, key := range slices.Concat(s.Cookies, s.Honest) {
			if _, ok := c.cookies[key]; !ok {
				return fmt.Errorf("site %q: no cookie %q", name, key)
			}
		}
	}
	return nil
}

// page tells which page a request means, if it is one of these.
func (c *consentPages) page(host, urlPath string) (consentPage, bool) {
	name, ok := strings.CutSuffix(host, ".test")
	if !ok || c.files[urlPath] == "" {
		return consentPage{}, false
	}
	labels := strings.Split(name, ".")
	p := consentPage{Host: host, Path: urlPath, all: c}
	p.Site = labels[len(labels)-1]
	if twin, ok := strings.CutSuffix(p.Site, "-clean"); ok {
		p.Site, p.Twin = twin, true
	}
	site, ok := c.sites[p.Site]
	if !ok {
		return consentPage{}, false
	}
	p.Language, p.Variant = site.Language, site.First
	labels = labels[:len(labels)-1]
	if len(labels) > 1 && c.texts[labels[len(labels)-1]] != nil {
		p.Language = labels[len(labels)-1]
		labels = labels[:len(labels)-1]
	}
	if len(labels) == 1 && site.variants[labels[0]] {
		p.Variant = labels[0]
	}
	if p.Twin {
		p.Variant = "compliant"
	}
	p.Twin = p.Twin || p.Variant == "compliant"
	p.T = c.texts[p.Language]
	keys := site.Cookies
	if p.Twin && site.Honest != nil {
		keys = site.Honest
	}
	for _, key := range keys {
		p.Cookies = append(p.Cookies, c.row(key, p))
	}
	return p, true
}

func (c *consentPages) row(key string, p consentPage) consentRow {
	k := c.cookies[key]
	r := consentRow{Key: key, Name: k.Name, Provider: k.Provider, Purpose: p.T[k.Purpose], Category: p.T[k.Category], Kept: p.T["session"]}
	if r.Provider == "" {
		r.Provider = p.Site + ".test"
	}
	if k.Count > 0 {
		r.Kept = fmt.Sprintf("%d %s", k.Count, p.T[k.Unit])
	}
	return r
}

// Is reports whether the page belongs to one of the named variants.
func (p consentPage) Is(variants ...string) bool {
	return slices.Contains(variants, p.Variant)
}

// Kept is how long a cookie is kept, in words.
func (p consentPage) Kept(key string) string { return p.all.row(key, p).Kept }

// Row is the line of one cookie in the table.
func (p consentPage) Row(key string) consentRow { return p.all.row(key, p) }

// Domain is what the cookies of the site are set for.
func (p consentPage) Domain() string {
	labels := strings.Split(p.Host, ".")
	return strings.Join(labels[max(0, len(labels)-2):], ".")
}

// parse reads the templates of all sites, each with the shared ones.
func (c *consentPages) parse() {
	c.templates = map[string]*template.Template{}
	shared, err := template.ParseFS(embedded, "sites/"+consentFolder+"/*.tmpl")
	if err != nil {
		c.err = err
		return
	}
	for name := range c.sites {
		t, err := shared.Clone()
		if err == nil {
			t, err = t.ParseFS(embedded, path.Join("sites", name, "page.tmpl"))
		}
		if err != nil {
			c.err = fmt.Errorf("site %q: %w", name, err)
			return
		}
		c.templates[name] = t
	}
}

// serve answers with a page.
func (c *consentPages) serve(w http.ResponseWriter, p consentPage) {
	c.once.Do(c.parse)
	var b bytes.Buffer
	err := c.err
	if err == nil {
		err = c.templates[p.Site].ExecuteTemplate(&b, c.files[p.Path], p)
	}
	if err != nil {
		http.Error(w, "testsites: make page: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes())
}
