package signatures

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/signatures/abp"
)

//go:embed samples
var sampleFiles embed.FS

// Files of samples.
const (
	sampleRequests = "samples/requests.yaml" // for every set of packs, and for none
	sampleLists    = "samples/lists.yaml"    // for all packs together
)

// samples are requests with what must be said of them.
type samples struct {
	Page     string          `yaml:"page"`
	Trackers []sampleTracker `yaml:"trackers"`
	Benign   []sampleRequest `yaml:"benign"`
}

type sampleRequest struct {
	Type string `yaml:"type"`
	URL  string `yaml:"url"`
}

type sampleTracker struct {
	sampleRequest `yaml:",inline"`
	Vendor        string `yaml:"vendor"` // "" is not asked for
	Tracker       *bool  `yaml:"tracker"`
}

func readSamples(file string) (samples, error) {
	var s samples
	return s, readYAML(sampleFiles, file, &s)
}

// CheckRequests judges well-known requests and says which are judged wrongly,
// one sentence each; nil is none. Whatever packs a DB holds, it must pass.
func (db *DB) CheckRequests() (wrong []string, err error) { return db.check(sampleRequests) }

// ErrNoLists says that EasyPrivacy or EasyList is not there.
var ErrNoLists = errors.New("signatures: EasyPrivacy and EasyList are needed")

// CheckLists does so with less known requests, for which EasyPrivacy and EasyList
// are needed; without them the error is ErrNoLists.
func (db *DB) CheckLists() (wrong []string, err error) {
	for _, name := range []string{listEasyPrivacy, listEasyList} {
		if !slices.ContainsFunc(db.lists, func(l filterList) bool { return l.name == name }) {
			return nil, ErrNoLists
		}
	}
	return db.check(sampleLists)
}

func (db *DB) check(file string) ([]string, error) {
	s, err := readSamples(file)
	if err != nil {
		return nil, err
	}
	var wrong []string
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	for _, r := range s.Trackers {
		got := db.Judge(Query{URL: r.URL, Type: r.Type, Page: s.Page})
		party := "nobody"
		if got.Party != nil {
			party = got.Party.ID
		}
		if r.Vendor != "" && party != r.Vendor {
			say("%s names %s, not %s (%s)", r.URL, party, r.Vendor, rules(got.Matches))
		} else if want := r.Tracker == nil || *r.Tracker; got.Tracker != want {
			say("%s: tracker is %v, not %v (%s)", r.URL, got.Tracker, want, rules(got.Matches))
		}
	}
	for _, r := range s.Benign {
		if got := db.Judge(Query{URL: r.URL, Type: r.Type, Page: s.Page}); got.Tracker {
			say("%s is benign and called a tracker (%s)", r.URL, rules(got.Matches))
		}
	}
	return wrong, nil
}

// rules writes what matched.
func rules(matches []Match) string {
	if len(matches) == 0 {
		return "no rule matches"
	}
	list := make([]string, len(matches))
	for i, m := range matches {
		list[i] = m.List + ": " + m.Rule
	}
	return strings.Join(list, "; ")
}

// CheckVendors reads the vendor files that this program was built with, and runs
// the samples that each carries. It returns how many files there are; the error
// names every complaint with file and line.
func CheckVendors() (int, error) {
	core, _, err := builtIn()
	if err != nil {
		return 0, err
	}
	return checkVendorFiles(core)
}

func checkVendorFiles(core fs.FS) (int, error) {
	categories, countries, err := readTables(core)
	if err != nil {
		return 0, err
	}
	vendors, err := readVendors(core)
	if err != nil {
		return len(vendors), err
	}
	problems := checkVendors(vendors, categories, countries)
	c := newCore(vendors, categories)
	for _, v := range vendors {
		problems = append(problems, runSamples(c, v)...)
	}
	return len(vendors), problemErrors(core, problems)
}

// runSamples runs the samples of one vendor file.
func runSamples(c *core, v *vendor) []problem {
	check := checker{vendor: v}
	for i, url := range v.Tests.Hit {
		switch id, rule := c.named(url); id {
		case v.ID:
		case "":
			check.say(at("tests", "hit", i), "nothing names %s; it must name %q", url, v.ID)
		default:
			check.say(at("tests", "hit", i), "%s names %q (by %q); it must name %q", url, id, rule, v.ID)
		}
	}
	for i, url := range v.Tests.Miss {
		if id, rule := c.named(url); id == v.ID {
			check.say(at("tests", "miss", i), "%s names %q (by %q) and must not", url, id, rule)
		}
	}
	for i, name := range v.Tests.Cookies {
		check.cookie(c, i, name)
	}
	return check.problems
}

// named returns the party that a URL names and the rule that says so, or "".
func (c *core) named(url string) (id, rule string) {
	q, ok := abp.NewRequest(url, "", "")
	if !ok {
		return "", ""
	}
	w, ok := c.ofRequest(q)
	if !ok {
		return "", ""
	}
	return c.parties[w.party].ID, w.match.Rule
}

// cookie checks that a cookie name leads to its vendor, either on any site or
// on a domain that the vendor names for its cookies.
func (c *checker) cookie(db *core, i int, name string) {
	domains := []string{"site.example"}
	for _, k := range c.vendor.Match.Cookies {
		if k.Domain != "" {
			domains = append(domains, c.vendor.onDomains(k)...)
		}
	}
	got := ""
	for _, domain := range domains {
		use, ok := db.cookies.find(name, domain)
		if ok && use.Party == c.vendor.ID {
			return
		}
		if ok {
			got = fmt.Sprintf("%s (by %q)", use.Party, use.Name)
		}
	}
	if got == "" {
		c.say(at("tests", "cookies", i), "no cookie pattern fits %q", name)
		return
	}
	c.say(at("tests", "cookies", i), "the cookie %q names %s, not %q", name, got, c.vendor.ID)
}
