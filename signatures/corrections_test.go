package signatures

import (
	"os"
	"strings"
	"testing"
)

// TestCorrections holds what core says about packs against the packs: every
// heading, category and spared domain stands in them, so that nothing outlives
// what it was written for.
func TestCorrections(t *testing.T) {
	db := withPacks(t)
	list, err := db.File("easyprivacy.txt")
	if err != nil {
		t.Fatal(err)
	}
	sections, err := readSections(os.DirFS("core"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sections {
		if !strings.Contains(string(list), "/"+s.Section+".txt ***") {
			t.Errorf("sections.yaml: EasyPrivacy has no heading %q", s.Section)
		}
		if p, ok := db.ByID(s.Vendor); !ok || p.Name == "" {
			t.Errorf("sections.yaml: nobody is called %q", s.Vendor)
		}
		if _, ok := db.Category(s.Category); !ok && s.Category != "" {
			t.Errorf("sections.yaml: there is no category %q", s.Category)
		}
	}
	rules, err := readEntityRules(os.DirFS("core"))
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, e := range db.entities.names {
		used[e.category] = true
		if _, ok := rules.Categories[e.category]; !ok {
			t.Errorf("third-party-web.yaml: the category %q is missing", e.category)
		}
	}
	for category, use := range rules.Categories {
		if _, ok := db.Category(use.Category); !ok || !used[category] {
			t.Errorf("third-party-web.yaml: the category %q is not used, or %q is none of ours", category, use.Category)
		}
	}
	for group, domains := range rules.Spared {
		for _, domain := range domains {
			needed := false
			for name, owner := range db.entities.below {
				needed = needed || hostUnder(name, domain) && db.entities.names[owner].tracker
			}
			for name, owner := range db.entities.exact {
				needed = needed || hostUnder(name, domain) && db.entities.names[owner].tracker
			}
			if !needed {
				t.Errorf("third-party-web.yaml: %s spares %q, which nothing accuses", group, domain)
			}
		}
	}
}
