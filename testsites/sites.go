package testsites

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"

	"go.yaml.in/yaml/v3"
)

//go:embed all:sites
var embedded embed.FS

// A Site is one folder of sites/: a behaviour and its honest twin.
type Site struct {
	Name        string // of the folder; served as <Name>.test
	Description string
	// Alone says that the site takes so much of browser and machine that no other
	// such site may be visited beside it.
	Alone bool
	// Patient says that its pages need all the time that a visit may take, on a
	// slow machine at least.
	Patient bool
	Pages   []Page // sorted by File

	made     *consentSite    // how its pages are made; nil if they are files
	variants map[string]bool // that have a host of their own
}

// A Page is one page of a site, and what an auditor must say of it.
type Page struct {
	File string
	URL  string // where a browser finds it
	// Do lists actions that the visit must carry out first, in the words of
	// spoor audit --do: "click #export".
	Do []string
	// Scenarios lists further scenarios of the visit, such as "forms". What the page
	// must not be found to do, it must not do in these either.
	Scenarios []string
	// Findings must be reported. A field left empty is not compared.
	Findings []Finding
	// NoneOf lists finding ids that must not be reported for the page.
	NoneOf []string
	// Gaps must be reported.
	Gaps []Gap
	// Outcome of the run ("done" if empty) and the reason for it.
	Outcome, Reason string
	// Events lists kinds of events that the record must hold, in any of its runs,
	// such as "alert".
	Events []string
	// Ways are those of [Ways] by which the page does what it does, or seems to do;
	// empty if its scripts stand in the page or are loaded by it.
	Ways []string
	// NeedsLibraries says that the page loads files of lib/, which are not in
	// the repository.
	NeedsLibraries bool
	// Language and Variant tell apart the pages that are made from one template;
	// both are "" for others.
	Language, Variant string
	// Consent is the outcome of runs by scenario: reject: not-offered. Scenarios
	// that it does not name are not compared.
	Consent map[string]string
	// Dialog is what must be said of the question for consent; nil if it is not
	// compared.
	Dialog *Dialog
	// Checks is the outcome of checks by id.
	Checks map[string]string
	// ChecksNot lists ids of checks that must come neither to fail nor to warn.
	// The id "*" stands for all checks that Checks does not name.
	ChecksNot []string
}

// A Dialog is what must be found out about a page's question for consent. A
// field left empty is not compared.
type Dialog struct {
	Found bool   `yaml:"found"`
	By    string `yaml:"by"`
	CMP   string `yaml:"cmp"`
}

// A Finding is one expected finding, in the fields of spoor-result/1.
type Finding struct {
	ID       string `yaml:"id"`
	Key      string `yaml:"key"`
	Party    string `yaml:"party"`
	Host     string `yaml:"host"`
	Script   string `yaml:"script"`
	Cookie   string `yaml:"cookie"`
	URL      string `yaml:"url"`
	Severity string `yaml:"severity"`
	Scenario string `yaml:"scenario"` // "none" if the file does not say
}

// A Gap is one expected gap: something that could not be observed.
type Gap struct {
	Kind  string `yaml:"kind"`
	Where string `yaml:"where"`
	Why   string `yaml:"why"`
}

// Ways are the ways by which pages may keep what they do from being seen: in a frame,
// in a worker, in code made at run time, in code that cannot be read, in two scripts
// that do half of it each.
var Ways = [...]string{"frame", "worker", "eval", "obfuscated", "split"}

// expectation is the form of expect.yaml.
type expectation struct {
	Description string              `yaml:"description"`
	Alone       bool                `yaml:"alone"`
	Patient     bool                `yaml:"patient"`
	Ways        []string            `yaml:"ways"` // of pages that do not say
	Pages       map[string]pageForm `yaml:"pages"`
	// Of sites that are made from a template (see consent.go):
	Made *consentSite `yaml:"made"`
	// Variants are further pages, by name; each is there in every language.
	Variants  map[string]pageForm `yaml:"variants"`
	Languages []string            `yaml:"languages"`
}

type pageForm struct {
	URL            string    `yaml:"url"`
	Do             []string  `yaml:"do"`
	Scenarios      []string  `yaml:"scenarios"`
	Findings       []Finding `yaml:"findings"`
	NoneOf         []string  `yaml:"none_of"`
	Gaps           []Gap     `yaml:"gaps"`
	Outcome        string    `yaml:"outcome"`
	Reason         string    `yaml:"reason"`
	Events         []string  `yaml:"events"`
	NeedsLibraries bool      `yaml:"needs_libraries"`
	Ways           []string  `yaml:"ways"`

	Consent   map[string]string `yaml:"consent"`
	Dialog    *Dialog           `yaml:"dialog"`
	Checks    map[string]string `yaml:"checks"`
	ChecksNot []string          `yaml:"checks_not"`
}

// Sites lists all sites by name. It fails if an expect.yaml is malformed.
func Sites() ([]Site, error) {
	entries, err := fs.ReadDir(embedded, "sites")
	if err != nil {
		return nil, fmt.Errorf("testsites: list sites: %w", err)
	}
	var list []Site
	for _, e := range entries {
		if !e.IsDir() || strings.HasPrefix(e.Name(), "_") {
			continue
		}
		data, err := fs.ReadFile(embedded, path.Join("sites", e.Name(), "expect.yaml"))
		if err != nil {
			return nil, fmt.Errorf("testsites: read expectations of %q: %w", e.Name(), err)
		}
		site, err := parseSite(e.Name(), data)
		if err != nil {
			return nil, err
		}
		list = append(list, site)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return list, nil
}

// parseSite reads an expect.yaml. Unknown fields are errors, so that a typing
// mistake does not silently weaken a test.
func parseSite(name string, data []byte) (Site, error) {
	var form expectation
	if err := decodeStrict(data, &form); err != nil {
		return Site{}, fmt.Errorf("testsites: read expectations of %q: %w", name, err)
	}
	site := Site{Name: name, Description: form.Description, Alone: form.Alone, Patient: form.Patient, made: form.Made, variants: map[string]bool{}}
	for file, p := range form.Pages {
		page := p.page(file)
		if page.Ways == nil {
			page.Ways = form.Ways
		}
		if page.URL == "" {
			page.URL = pageURL(name, file)
			if form.Made != nil && file == "clean.html" {
				page.URL = pageURL(name+"-clean", "index.html")
			}
		}
		site.Pages = append(site.Pages, page)
	}
	for variant, p := range form.Variants {
		site.variants[variant] = true
		for _, lang := range form.languages() {
			page := p.page(path.Join(lang, variant+".html"))
			page.Language, page.Variant = lang, variant
			if page.URL == "" {
				page.URL = variantURL(name, variant, lang)
			}
			site.Pages = append(site.Pages, page)
		}
	}
	sort.Slice(site.Pages, func(i, j int) bool { return site.Pages[i].File < site.Pages[j].File })
	return site, nil
}

// languages are those of the variants; one without a name if there are none.
func (e *expectation) languages() []string {
	if len(e.Languages) == 0 {
		return []string{""}
	}
	return e.Languages
}

// page is the page of a file, without its address.
func (p pageForm) page(file string) Page {
	page := Page{
		File: file, URL: p.URL, Do: p.Do, Scenarios: p.Scenarios, Findings: slices.Clone(p.Findings), NoneOf: p.NoneOf, Gaps: p.Gaps,
		Outcome: p.Outcome, Reason: p.Reason, Events: p.Events, NeedsLibraries: p.NeedsLibraries, Ways: p.Ways,
		Consent: p.Consent, Dialog: p.Dialog, Checks: p.Checks, ChecksNot: p.ChecksNot,
	}
	if page.Outcome == "" {
		page.Outcome = "done"
	}
	for i := range page.Findings {
		if page.Findings[i].Scenario == "" {
			page.Findings[i].Scenario = "none"
		}
	}
	return page
}

// variantURL is the root of the host of a variant.
func variantURL(site, variant, lang string) string {
	if lang != "" {
		lang += "."
	}
	return "https://" + variant + "." + lang + site + ".test/"
}

// decodeStrict reads one YAML document. An empty file is an empty document.
func decodeStrict(data []byte, into any) error {
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}
