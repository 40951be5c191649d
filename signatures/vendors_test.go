package signatures

import (
	"os"
	"strconv"
	"testing"

	"github.com/spoor-audit/spoor/signatures/abp"
)

// TestVendors reads every file of core/vendors, checks it, and runs the samples
// that it carries. Each complaint names file and line.
func TestVendors(t *testing.T) {
	files := os.DirFS("core")
	categories, err := readCategories(files)
	if err != nil {
		t.Fatal(err)
	}
	countries, err := readCountries(files)
	if err != nil {
		t.Fatal(err)
	}
	vendors, err := readVendors(files)
	if err != nil {
		t.Errorf("\n%v", err)
	}
	if len(vendors) == 0 {
		t.Fatal("core/vendors holds no readable vendor file")
	}
	problems := checkVendors(vendors, categories, countries)
	c := newCore(vendors, categories)
	for _, v := range vendors {
		problems = append(problems, samples(c, v)...)
	}
	if err := problemErrors(files, problems); err != nil {
		t.Errorf("%d complaints:\n%v", len(problems), err)
	}
}

// samples runs the tests of one vendor file.
func samples(c *core, v *vendor) []problem {
	check := checker{vendor: v}
	name := func(url string) (string, string) {
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
	for i, url := range v.Tests.Hit {
		switch id, rule := name(url); id {
		case v.ID:
		case "":
			check.say(at("tests", "hit", i), "nothing names %s; it must name %q", url, v.ID)
		default:
			check.say(at("tests", "hit", i), "%s names %q (by %q); it must name %q", url, id, rule, v.ID)
		}
	}
	for i, url := range v.Tests.Miss {
		if id, rule := name(url); id == v.ID {
			check.say(at("tests", "miss", i), "%s names %q (by %q) and must not", url, id, rule)
		}
	}
	for i, cookie := range v.Tests.Cookies {
		check.cookie(c, v, strconv.Itoa(i), cookie)
	}
	return check.problems
}

// cookie checks that a cookie name leads to its vendor, either on any site or
// on a domain that the vendor names for its cookies.
func (c *checker) cookie(db *core, v *vendor, i, name string) {
	domains := []string{"site.example"}
	for _, k := range v.Match.Cookies {
		if k.Domain != "" {
			domains = append(domains, v.onDomains(k)...)
		}
	}
	got := ""
	for _, domain := range domains {
		use, ok := db.cookies.find(name, domain)
		if ok && use.Party == v.ID {
			return
		}
		if ok {
			got = use.Party + " (by " + strconv.Quote(use.Name) + ")"
		}
	}
	if got == "" {
		c.say(at("tests", "cookies", i), "no cookie pattern fits %q", name)
		return
	}
	c.say(at("tests", "cookies", i), "the cookie %q names %s, not %q", name, got, v.ID)
}
