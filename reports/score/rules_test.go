package score

import (
	"slices"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/detectors/checks"
)

func TestReadRules(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"caps that are not 100", "G1: 26", "G1: 27", "caps add up to 101"},
		{"a misspelt key", "ceilings:", "ceiling:", "ceiling"},
		{"a group that is none", "charges: [G4]", "charges: [G7]", `no group "G7"`},
		{"a certain loss of all", "critical: 0.70", "critical: 1", `severity "critical" weighs 1`},
		{"a sign of nothing", "says: sync}", "says: nothing}", `says "nothing"`},
		{"a condition that is none", "    unless: policy-seen", "    unless: raining", `unless "raining"`},
		{"no version", `version: "1"`, `version: ""`, "version"},
		{"certainties out of order", "{from: 0.9, factor: 1}", "{from: 0.5, factor: 1}", "heaviest first"},
	} {
		data := strings.Replace(string(rulesYAML), c.old, c.new, 1)
		if data == string(rulesYAML) {
			t.Fatalf("%s: %q is not in the rules", c.name, c.old)
		}
		if _, err := readRules([]byte(data)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.want)
		}
	}
	if Version() != "1" {
		t.Errorf("version is %q, want 1", Version())
	}
}

// TestRulesKnowChecks: what the rules name is there under that name, so that a
// renamed check does not fall out of a score unnoticed.
func TestRulesKnowChecks(t *testing.T) {
	docs := checks.Docs()
	r := theRules()
	names := []string{r.NoNeed.Check}
	for check := range r.LeftOut.Scenarios {
		names = append(names, check)
	}
	for _, d := range r.Dominance {
		for _, pattern := range d.When {
			if !slices.ContainsFunc(checks.All(), func(i checks.Info) bool { return matches(pattern, i.ID) }) {
				t.Errorf("%s: no check is named %q", d.Code, pattern)
			}
		}
		for _, a := range d.Adds {
			names = append(names, a.Check)
			if doc := docs[a.Check]; doc.Group != a.Group || doc.Severity != a.Severity {
				t.Errorf("%s is %s, %s; its check says %s, %s", a.Check, a.Group, a.Severity, doc.Group, doc.Severity)
			}
		}
	}
	for _, name := range names {
		if _, ok := docs[name]; !ok {
			t.Errorf("no check is named %q", name)
		}
	}
	for id, doc := range docs {
		if _, ok := r.Severities[doc.Severity]; !ok {
			t.Errorf("%s: severity %q has no weight", id, doc.Severity)
		}
		if _, ok := r.Caps[doc.Group]; !ok {
			t.Errorf("%s: group %q has no cap", id, doc.Group)
		}
	}
}

// TestRulesKnowCategories: the categories of exposure are those of signatures.
func TestRulesKnowCategories(t *testing.T) {
	db := signs(t)
	known := []string{"marketing"} // of signatures.Use
	for _, c := range db.Categories() {
		known = append(known, c.ID)
	}
	for _, c := range theRules().Exposure.Advertising {
		if !slices.Contains(known, c) {
			t.Errorf("no category is named %q", c)
		}
	}
}
