package signatures

import (
	"os"
	"testing"
)

// TestVendors reads every file of core/vendors, checks it, and runs the samples
// that it carries. Each complaint names file and line.
func TestVendors(t *testing.T) {
	n, err := checkVendorFiles(os.DirFS("core"))
	if err != nil {
		t.Errorf("\n%v", err)
	}
	if n < 1000 {
		t.Errorf("core/vendors holds %d readable vendor files", n)
	}
}

// TestSamplesFail shows that a sample which is not met is a complaint.
func TestSamplesFail(t *testing.T) {
	for name, vendor := range map[string]string{
		"hit":    acmeLike("hit: [\"https://elsewhere.test/\"], miss: [\"https://y.test/\"]"),
		"other":  acmeLike("hit: [\"https://brick.test/\"], miss: [\"https://y.test/\"]"),
		"miss":   acmeLike("hit: [\"https://like.test/\"], miss: [\"https://a.like.test/\"]"),
		"cookie": acmeLike("hit: [\"https://like.test/\"], miss: [\"https://y.test/\"], cookies: [_other]"),
	} {
		if _, err := checkVendorFiles(smallCore(t, vendor)); err == nil {
			t.Errorf("%s: no complaint", name)
		}
	}
	if _, err := checkVendorFiles(smallCore(t, acmeLike("hit: [\"https://like.test/\"], miss: [\"https://y.test/\"]"))); err != nil {
		t.Error(err)
	}
}

func acmeLike(tests string) string {
	return "schema: 1\nid: like\nname: Like\ncompany: Like\ncountry: US\ncategories: [analytics]\nsources: [invented]\n" +
		"match: {domains: [like.test]}\ntests: {" + tests + "}\n"
}
