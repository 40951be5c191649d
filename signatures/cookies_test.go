package signatures

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// TestCookies asks spoor's own data, without packs, about cookies that auditors
// meet.
func TestCookies(t *testing.T) {
	core, _ := embedded(t)
	db := load(t, core, nil)
	data, err := os.ReadFile("testdata/cookies.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		if len(f) != 4 {
			t.Fatalf("%q is not a name, a domain, a vendor and a purpose", line)
		}
		domain := f[1]
		if domain == "-" {
			domain = "www.site.example"
		}
		use, ok := db.Cookie(f[0], domain)
		switch {
		case !ok && f[2] != "-":
			t.Errorf("%s at %s is not known; it is a cookie of %s", f[0], domain, f[2])
		case ok && (use.Party != f[2] || use.Category != f[3]):
			t.Errorf("%s at %s is %s of %s (%s, %s), want %s of %s", f[0], domain, use.Category, use.Party, use.Name, use.Purpose, f[3], f[2])
		}
	}
}

// TestCookieNames counts what is known of cookies: each name with its vendor,
// purpose and category.
func TestCookieNames(t *testing.T) {
	vendors, err := readVendors(os.DirFS("core"))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, v := range vendors {
		for _, k := range v.Match.Cookies {
			if k.Purpose != "" && slices.Contains([]string{"necessary", "preferences", "analytics", "marketing", "social"}, k.Category) {
				names[k.Name] = true
			}
		}
	}
	const enough = 1500
	if len(names) < enough {
		t.Errorf("the core knows %d names of cookies, fewer than %d", len(names), enough)
	}
}
