package checks

import (
	"bytes"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// dutch reads the Dutch documentation, which stands with the words of reports.
func dutch(t *testing.T) map[string]Doc {
	t.Helper()
	data, err := os.ReadFile("../../reports/lang/nl-checks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]Doc
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestDocs(t *testing.T) {
	if _, err := readTables(); err != nil {
		t.Fatal(err)
	}
	nl := dutch(t)
	ids := []string{}
	for _, c := range all {
		ids = append(ids, c.id)
		d, ok := DocOf(c.id)
		if !ok {
			t.Errorf("%s has no documentation", c.id)
			continue
		}
		if !slices.Contains([]string{"G1", "G2", "G3", "G4", "G5", "G6"}, d.Group) {
			t.Errorf("%s: group %q", c.id, d.Group)
		}
		if !slices.Contains([]string{"critical", "high", "medium", "low"}, string(d.Severity)) {
			t.Errorf("%s: severity %q", c.id, d.Severity)
		}
		if len(d.Basis) == 0 {
			t.Errorf("%s names no legal source", c.id)
		}
		for name, text := range map[string]string{"found": d.Found, "clean": d.Clean, "why": d.Why, "fix": d.Fix, "limits": d.Limits,
			"Dutch found": nl[c.id].Found, "Dutch clean": nl[c.id].Clean, "Dutch why": nl[c.id].Why, "Dutch fix": nl[c.id].Fix, "Dutch limits": nl[c.id].Limits} {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s: %s is missing", c.id, name)
			}
		}
		if a, b := slices.Sorted(maps.Keys(d.Sentences)), slices.Sorted(maps.Keys(nl[c.id].Sentences)); !slices.Equal(a, b) {
			t.Errorf("%s: the branches are %v in English and %v in Dutch", c.id, a, b)
		}
	}
	for i := range ids[1:] {
		if ids[i] >= ids[i+1] {
			t.Errorf("all.go: %s stands before %s", ids[i], ids[i+1])
		}
	}
	delete(nl, reasonsKey)
	for language, docs := range map[string]map[string]Doc{"English": Docs(), "Dutch": nl} {
		for id := range docs {
			if !slices.Contains(ids, id) {
				t.Errorf("%s is documented in %s, and is no check", id, language)
			}
		}
	}
	if a, b := slices.Sorted(maps.Keys(Reasons())), slices.Sorted(maps.Keys(dutch(t)[reasonsKey].Sentences)); !slices.Equal(a, b) {
		t.Errorf("reasons are %v in English and %v in Dutch", a, b)
	}
}

// TestWording holds the rules of docs/consent.md 5: nothing is called a breach
// of law.
func TestWording(t *testing.T) {
	accusing := regexp.MustCompile(`(?i)\b(violat|illegal|unlawful|breach|infring|overtre[ed]|illegaal|onrechtmatig|schend|inbreuk)`)
	for language, docs := range map[string]map[string]Doc{"English": Docs(), "Dutch": dutch(t)} {
		for id, d := range docs {
			for _, text := range append(slices.Collect(maps.Values(d.Sentences)), d.Found, d.Clean, d.Why, d.Fix, d.Limits) {
				if word := accusing.FindString(text); word != "" {
					t.Errorf("%s in %s says %q: %s", id, language, word, text)
				}
				if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) }) || strings.Contains(text, "  ") {
					t.Errorf("%s in %s: white space: %q", id, language, text)
				}
			}
		}
	}
}

var placeholder = regexp.MustCompile(`\{([a-z_0-9]+)(\|[^{}|]*\|[^{}|]*)?\}`)

// TestSentences demands that an example reaches every branch of every check, and
// that its arguments fill the sentences in both languages.
func TestSentences(t *testing.T) {
	nl := dutch(t)
	reached := map[string]bool{}
	reasons := map[string]bool{}
	look := func(name string, v Verdict) {
		d := Docs()[v.ID]
		if _, own := d.Sentences[v.Reason]; own {
			reached[v.ID+" "+v.Reason] = true
		} else if v.Reason != "" {
			reasons[v.Reason] = true
		}
		for _, text := range []string{d.Sentence(v), nl[v.ID].Sentences[v.Reason]} {
			for _, p := range placeholder.FindAllStringSubmatch(text, -1) {
				if value, ok := v.Args[p[1]]; !ok {
					t.Errorf("%s: %s %s: nothing fills %s", name, v.ID, v.Reason, p[0])
				} else if value == "" {
					t.Errorf("%s: %s %s: %s is filled with nothing", name, v.ID, v.Reason, p[0])
				}
			}
			if left := placeholder.ReplaceAllString(text, ""); strings.ContainsAny(left, "{}|") {
				t.Errorf("%s: %s %s: braces in %q", name, v.ID, v.Reason, text)
			}
		}
	}
	for _, x := range examples() {
		m := newMaker()
		x.build(m)
		for _, v := range m.verdicts(t) {
			look(x.name, v)
		}
	}
	for _, x := range played {
		m := play(x.technique, x.check, x.scenario, x.phase, true)
		look(x.technique, m.judge(t)[x.check])
	}
	for _, branch := range []string{"fail", "warn-likely", "fail-likely"} {
		reached["email-tracking-pixel "+branch] = true // TestMailPixels
	}
	reasons["one-copy"], reasons["no-site"] = true, true     // TestMailPixels, TestMailIsNoSite
	reached["pre-consent-session-replay loaded"] = true      // TestRecorderThatOnlyLoads
	reached["pay-or-ok fail"] = true                         // TestPlatforms
	reached["pay-or-ok fail-price"] = true                   // TestPlatforms
	reasons["broken"], reasons["no-signatures"] = true, true // TestPanic, TestWithoutSignatures
	reasons["technique-not-measured"] = true                 // TestNotMeasured
	reasons["technique-not-built"] = true                    // TestLater
	for id, d := range Docs() {
		for branch := range d.Sentences {
			if !reached[id+" "+branch] {
				t.Errorf("no example reaches %s %s", id, branch)
			}
		}
	}
	for code := range Reasons() {
		if !reasons[code] {
			t.Errorf("no example reaches the reason %s", code)
		}
	}
}

func TestMarket(t *testing.T) {
	d, m := db(t), theTables().market
	for id := range m.Vendors {
		if _, ok := d.ByID(id); !ok {
			t.Errorf("there is no party %q", id)
		}
	}
	for _, list := range [][]string{m.Analytics, m.Social, m.Audience, m.Selling, m.Media, m.Government} {
		for _, id := range list {
			if _, ok := d.Category(id); !ok {
				t.Errorf("there is no category %q", id)
			}
		}
	}
	for _, code := range slices.Concat(m.EEA, m.Adequate, m.Certified) {
		if len(code) != 2 || code != strings.ToUpper(code) {
			t.Errorf("%q is no code of a country", code)
		}
	}
	if len(m.EEA) != 30 {
		t.Errorf("the European Economic Area has %d countries, not 30", len(m.EEA))
	}
}

func TestProfiles(t *testing.T) {
	ids := []string{}
	for _, p := range Profiles() {
		ids = append(ids, p.ID)
		if !strings.HasPrefix(p.Date, "2026-11-") || p.EN == "" || p.NL == "" || p.WarnDays == 0 ||
			p.Pings != Warn && p.Pings != Pass || p.GPC != bindingGPC && p.GPC != "stated" {
			t.Errorf("%+v", p)
		}
		if !slices.Contains([]string{audienceNever, audienceOwn, audienceLimited, audienceObjection}, p.Audience) {
			t.Errorf("%s: audience %q", p.ID, p.Audience)
		}
		for _, id := range p.NotBinding {
			if _, ok := DocOf(id); !ok {
				t.Errorf("%s: there is no check %q", p.ID, id)
			}
		}
	}
	if want := []string{"de", "eu-strict", "fr", "nl", "uk", "us-ca"}; !slices.Equal(ids, want) {
		t.Errorf("profiles are %v, want %v", ids, want)
	}
	if p, ok := ProfileByID(""); !ok || p.ID != DefaultProfile {
		t.Errorf("the default profile is %+v", p)
	}
	if _, ok := ProfileByID("mars"); ok {
		t.Error("there is a profile of Mars")
	}
}
