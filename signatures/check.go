package signatures

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/spoor-audit/spoor/signatures/abp"
	"golang.org/x/net/publicsuffix"
)

// Shapes of the values in vendor files.
var (
	idShape     = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	domainShape = regexp.MustCompile(`^([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)+[a-z0-9][a-z0-9-]*[a-z0-9]$`)
	globalShape = regexp.MustCompile(`^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$`)
	maxAgeShape = regexp.MustCompile(`^(session|[0-9]+[smhd])$`)
)

// useCategories are the purposes of cookies and storage keys.
var useCategories = map[string]bool{
	"necessary": true, "preferences": true, "analytics": true,
	"marketing": true, "social": true, "unknown": true,
}

// A checker collects what is wrong with vendor files.
type checker struct {
	categories map[string]bool
	countries  map[string]bool
	problems   []problem
	vendor     *vendor
}

// checkVendors says what is wrong with vendor files, one by one and together.
func checkVendors(vendors []*vendor, categories []Category, countries []string) []problem {
	c := &checker{categories: map[string]bool{}, countries: map[string]bool{}}
	for _, code := range countries {
		c.countries[code] = true
	}
	for _, cat := range categories {
		c.categories[cat.ID] = true
	}
	ids := map[string]*vendor{}
	domains, cnames, patterns := owners{}, owners{}, owners{}
	for _, v := range vendors {
		c.vendor = v
		if other := ids[v.ID]; other != nil {
			c.say(at("id"), "the id %q is taken by %s", v.ID, other.file)
		}
		ids[v.ID] = v
		c.head(v)
		c.match(v)
		c.tests(v)
		c.claim(domains, "domains", "the domain", v.Match.Domains)
		c.claim(cnames, "cnames", "the alias target", v.Match.CNAMEs)
		c.claim(patterns, "requests", "the pattern", v.Match.Requests)
	}
	return c.problems
}

// owners maps what only one vendor may have to that vendor.
type owners map[string]*vendor

// claim notes what the vendor has, and complains where another has it.
func (c *checker) claim(taken owners, key, what string, values []string) {
	for i, value := range values {
		if other := taken[value]; other != nil {
			c.say(at("match", key, i), "%s %q is owned by %s already", what, value, other.file)
		}
		taken[value] = c.vendor
	}
}

// at makes the keys that lead to a value; numbers are places in a list.
func at(keys ...any) []string {
	to := make([]string, len(keys))
	for i, key := range keys {
		to[i] = fmt.Sprint(key)
	}
	return to
}

func (c *checker) say(keys []string, format string, args ...any) {
	c.problems = append(c.problems, problem{c.vendor, keys, fmt.Sprintf(format, args...)})
}

// head checks what says who a vendor is.
func (c *checker) head(v *vendor) {
	if v.Schema != vendorSchema {
		c.say(at("schema"), "schema is %d; this version reads %d", v.Schema, vendorSchema)
	}
	if v.ID != wantID(v.file) {
		c.say(at("id"), "the id %q differs from the file name", v.ID)
	}
	if !idShape.MatchString(v.ID) {
		c.say(at("id"), "the id %q is not kebab case", v.ID)
	}
	c.given("name", v.Name)
	c.given("company", v.Company)
	if v.Country != "" && !c.countries[v.Country] {
		c.say(at("country"), "%q is not an ISO 3166-1 alpha-2 code", v.Country)
	}
	if v.Country == "" {
		c.say(at("country"), "country is missing: the seat of the controlling company")
	}
	if len(v.Categories) == 0 {
		c.say(at("categories"), "categories is missing")
	}
	for i, id := range v.Categories {
		if !c.categories[id] {
			c.say(at("categories", i), "the category %q is not in categories.yaml", id)
		}
	}
	if u, err := url.Parse(v.Homepage); v.Homepage != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "") {
		c.say(at("homepage"), "%q is not a web address", v.Homepage)
	}
	if len(v.Sources) == 0 {
		c.say(at("sources"), "sources is missing: where do these facts come from?")
	}
}

// match checks by what a vendor is recognised.
func (c *checker) match(v *vendor) {
	m := v.Match
	if len(m.Domains)+len(m.Requests)+len(m.CNAMEs)+len(m.Globals)+len(m.Cookies)+len(m.Storage)+len(m.Libraries) == 0 {
		c.say(at("match"), "match is empty: nothing recognises this vendor")
	}
	for i, d := range m.Domains {
		c.domain(at("match", "domains", i), d)
	}
	for i, d := range m.CNAMEs {
		c.domain(at("match", "cnames", i), d)
	}
	for i, p := range m.Requests {
		c.pattern(at("match", "requests", i), p)
	}
	for i, p := range m.Libraries {
		c.pattern(at("match", "libraries", i), p)
	}
	for i, g := range m.Globals {
		if !globalShape.MatchString(g) {
			c.say(at("match", "globals", i), "%q is not the name of a script variable", g)
		}
	}
	for i, k := range m.Cookies {
		keys := at("match", "cookies", i)
		c.glob(keys, "name", k.Name, k.Domain == "")
		c.use(keys, k.Purpose, k.Category)
		switch {
		case k.Domain == ownDomains && len(m.Domains) == 0:
			c.say(append(keys, "domain"), "the domain is %q, but there are no domains", ownDomains)
		case k.Domain != "" && k.Domain != ownDomains:
			c.domain(append(keys, "domain"), k.Domain)
		}
		if k.MaxAge != "" && !maxAgeShape.MatchString(k.MaxAge) {
			c.say(append(keys, "max_age"), "max_age %q is neither a number with s, m, h or d nor \"session\"", k.MaxAge)
		}
	}
	for i, k := range m.Storage {
		keys := at("match", "storage", i)
		c.glob(keys, "key", k.Key, true)
		c.use(keys, k.Purpose, k.Category)
	}
}

// domain checks a domain that is matched as a suffix.
func (c *checker) domain(keys []string, d string) {
	switch {
	case d != strings.ToLower(d) || !domainShape.MatchString(d):
		c.say(keys, "%q is not a domain in lower case without wildcard, scheme or path", d)
	case isSuffix(d):
		c.say(keys, "%q is a public suffix: everybody's names end in it", d)
	}
}

// isSuffix says whether a domain is itself a public suffix of the ICANN
// section, such as "co.uk". Suffixes that a company runs for its customers
// ("cloudfront.net") may be owned: the company serves what is below them.
func isSuffix(d string) bool {
	suffix, icann := publicsuffix.PublicSuffix(d)
	return icann && suffix == d
}

// pattern checks a request or library pattern: the subset of Adblock Plus
// syntax without options, exceptions and regular expressions.
func (c *checker) pattern(keys []string, p string) {
	if err := abp.CheckPattern(p); err != nil {
		c.say(keys, "%q %v", p, err)
	}
}

// glob checks the name of a cookie or the key of a storage item.
func (c *checker) glob(keys []string, key, glob string, anywhere bool) {
	keys = append(keys, key)
	literal := strings.ReplaceAll(glob, "*", "")
	switch {
	case glob == "":
		c.say(keys, "%s is missing", key)
	case strings.Contains(glob, "*") && anywhere && len(literal) < 2:
		c.say(keys, "%q fits nearly every name; give a domain or more letters", glob)
	case strings.ContainsAny(glob, " ;\t\n"):
		c.say(keys, "%q holds white space or a semicolon", glob)
	}
}

// use checks what a cookie or storage item is for.
func (c *checker) use(keys []string, purpose, category string) {
	if strings.TrimSpace(purpose) == "" {
		c.say(append(keys, "purpose"), "purpose is missing")
	}
	if !useCategories[category] {
		c.say(append(keys, "category"), "%q is not one of necessary, preferences, analytics, marketing, social, unknown", category)
	}
}

// tests checks that a vendor carries samples.
func (c *checker) tests(v *vendor) {
	named := len(v.Match.Domains) + len(v.Match.Requests)
	if named > 0 && len(v.Tests.Hit) == 0 {
		c.say(at("tests", "hit"), "tests.hit is missing: give a URL that must name this vendor")
	}
	if named > 0 && len(v.Tests.Miss) == 0 {
		c.say(at("tests", "miss"), "tests.miss is missing: give a URL that looks alike and must not")
	}
	c.urls("hit", v.Tests.Hit)
	c.urls("miss", v.Tests.Miss)
}

// urls checks samples.
func (c *checker) urls(key string, urls []string) {
	for i, raw := range urls {
		if _, ok := abp.NewRequest(raw, "", ""); !ok {
			c.say(at("tests", key, i), "%q is not a URL with a host", raw)
		}
	}
}

// given checks that a text is there.
func (c *checker) given(key, value string) {
	if strings.TrimSpace(value) == "" {
		c.say(at(key), "%s is missing", key)
	}
}
