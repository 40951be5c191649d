package signatures

import (
	"strings"
	"testing"
)

// TestChecks changes one thing in a good vendor file and looks for the
// complaint, with its line.
func TestChecks(t *testing.T) {
	tests := []struct{ old, new, want string }{
		{"schema: 1", "schema: 2", ":1: schema is 2; this version reads 1"},
		{"id: acme-analytics", "id: Acme", `:2: the id "Acme" differs from the file name`},
		{"id: acme-analytics", "id: Acme", `:2: the id "Acme" is not kebab case`},
		{"name: Acme Analytics", `name: " "`, ":3: name is missing"},
		{"company: Acme", `company: ""`, ":4: company is missing"},
		{"country: US", "country: UK", `:5: "UK" is not an ISO 3166-1 alpha-2 code`},
		{"country: US", "country: us", `:5: "us" is not an ISO`},
		{"country: US\n", "", ":1: country is missing"},
		{"categories: [analytics]", "categories: []", ":6: categories is missing"},
		{"categories: [analytics]", "categories: [analytics, tracking]", `:6: the category "tracking" is not in categories.yaml`},
		{"sources: [invented]", "sources: []", ":7: sources is missing"},
		{"sources: [invented]", "sources: [invented]\nhomepage: acme.test", `:8: "acme.test" is not a web address`},
		{"stats.acme.test,", "https://stats.acme.test,", `:9: "https://stats.acme.test" is not a domain`},
		{"stats.acme.test,", "Stats.acme.test,", `:9: "Stats.acme.test" is not a domain in lower case`},
		{"stats.acme.test,", `"*.acme.test",`, `:9: "*.acme.test" is not a domain`},
		{"stats.acme.test,", "acme,", `:9: "acme" is not a domain`},
		{"stats.acme.test,", "co.uk,", `:9: "co.uk" is a public suffix`},
		{"||acme.test/pixel/", "@@||acme.test/pixel/", `:10: "@@||acme.test/pixel/" is an exception`},
		{"||acme.test/pixel/", "||acme.test/pixel/$image", `:10: "||acme.test/pixel/$image" has options`},
		{"||acme.test/pixel/", "/pixel/", `:10: "/pixel/" would be a regular expression`},
		{"||acme.test/pixel/", "/a/*", `:10: "/a/*" has fewer than 3 letters`},
		{"||acme.test/pixel/", "/a b c", `:10: "/a b c" holds white space`},
		{"||acme.test/pixel/", "acme.test##.ad", `:10: "acme.test##.ad" is a comment or a cosmetic rule`},
		{"[acmeq]", "[acme-q]", `:12: "acme-q" is not the name of a script variable`},
		{"name: _acme,", `name: "*",`, `:14: "*" fits nearly every name`},
		{"name: _acme,", `name: "",`, ":14: name is missing"},
		{"name: _acme,", `name: "a;b",`, `:14: "a;b" holds white space or a semicolon`},
		{"max_age: 400d", "max_age: 1y", `:14: max_age "1y"`},
		{"purpose: visitor,", `purpose: "",`, ":14: purpose is missing"},
		{"purpose: visitor, category: analytics", "purpose: visitor, category: ads", `:14: "ads" is not one of necessary`},
		{"domain: acme.test", "domain: .acme.test", `:16: ".acme.test" is not a domain`},
		{`{key: "acme.*"`, `{key: "*"`, `:18: "*" fits nearly every name`},
		{`["/acme.min.js"]`, `["/x"]`, `:20: "/x" has fewer than 3 letters`},
		{`hit: ["https://stats.acme.test/"], `, "", ":21: tests.hit is missing"},
		{`, miss: ["https://acme.test/"]`, "", ":21: tests.miss is missing"},
		{`miss: ["https://acme.test/"]`, `miss: ["acme.test"]`, `:21: "acme.test" is not a URL with a host`},
	}
	for _, tt := range tests {
		text := strings.Replace(acmeAnalytics, tt.old, tt.new, 1)
		if text == acmeAnalytics {
			t.Fatalf("the vendor file does not hold %q", tt.old)
		}
		core := smallCore(t)
		core["vendors/acme-analytics.yaml"].Data = []byte(text)
		_, err := Load(core, nil)
		if err == nil || !strings.Contains(err.Error(), "vendors/acme-analytics.yaml"+tt.want) {
			t.Errorf("with %q: the error is %v; want %q", tt.new, err, tt.want)
		}
	}
	if _, err := Load(smallCore(t), nil); err != nil {
		t.Errorf("without a change: %v", err)
	}
}

// TestTwice puts one id into two files.
func TestTwice(t *testing.T) {
	core := smallCore(t)
	core["vendors/zebra.yaml"] = core["vendors/brick.yaml"]
	_, err := Load(core, nil)
	for _, want := range []string{
		`vendors/zebra.yaml:2: the id "brick" is taken by vendors/brick.yaml`,
		`vendors/zebra.yaml:2: the id "brick" differs from the file name`,
		`vendors/zebra.yaml:9: the domain "brick.test" is owned by vendors/brick.yaml already`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v; want %q", err, want)
		}
	}
}

func TestGlob(t *testing.T) {
	for _, tt := range []struct {
		glob, name string
		want       bool
	}{
		{"_ga", "_ga", true}, {"_ga", "_gat", false}, {"_ga*", "_ga", true}, {"_ga_*", "_ga_ABC", true}, {"_ga_*", "_gat", false},
		{"*_id", "my_id", true}, {"*_id", "my_idx", false}, {"a*b*c", "a1b2c", true}, {"a*b*c", "abc", true}, {"a*b*c", "acb", false},
		{"a*a", "a", false}, {"a*ab*b", "ab", false}, {"*", "", true}, {"**", "x", true}, {"a**b", "ab", true}, {"", "", true}, {"", "x", false},
		{"*x*", "axb", true}, {"*x*", "ab", false},
	} {
		if got := globMatch(tt.glob, tt.name); got != tt.want {
			t.Errorf("%q fits %q: %v, want %v", tt.name, tt.glob, got, tt.want)
		}
	}
}
