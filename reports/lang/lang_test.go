package lang_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/techniques"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports/lang"
	"github.com/spoor-audit/spoor/signatures"
)

func text(t *testing.T, code string) *lang.Text {
	t.Helper()
	l, err := lang.Load(code)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestLoad(t *testing.T) {
	for in, want := range map[string]string{"en": "en", "nl": "nl", "nl-BE": "nl", "nl_NL.UTF-8": "nl", "EN": "en"} {
		l, err := lang.Load(in)
		if err != nil || l.Code() != want {
			t.Errorf("Load(%q) = %v, %v; want %s", in, l, err, want)
		}
	}
	for _, in := range []string{"", "de", "nld"} {
		if _, err := lang.Load(in); err == nil || !strings.Contains(err.Error(), "en and nl") {
			t.Errorf("Load(%q) gives %v, which does not say what there is", in, err)
		}
	}
	if lang.Get("de").Code() != "en" {
		t.Error("an unknown language is not English")
	}
}

// Both languages have every text, with the same values to be filled in.
func TestLanguagesHaveTheSameTexts(t *testing.T) {
	en, nl := text(t, "en"), text(t, "nl")
	for _, key := range en.Keys() {
		if !slices.Contains(nl.Keys(), key) {
			t.Errorf("nl lacks %s", key)
		}
	}
	for _, key := range nl.Keys() {
		if !slices.Contains(en.Keys(), key) {
			t.Errorf("nl has %s, which en has not", key)
			continue
		}
		if en.Has(key) != nl.Has(key) {
			t.Errorf("%s has plural forms in one language only", key)
			continue
		}
		for _, n := range []int{0, 1, 2} {
			a, b := lang.Placeholders(raw(en, key, n)), lang.Placeholders(raw(nl, key, n))
			// A form for one may spell the number out.
			a, b = without(a, "n"), without(b, "n")
			if !slices.Equal(a, b) {
				t.Errorf("%s: en is filled with %q, nl with %q", key, a, b)
			}
		}
	}
}

// raw returns a text with its placeholders.
func raw(l *lang.Text, key string, n int) string {
	if l.Has(key) {
		return l.T(key)
	}
	return l.N(key, n, "n", "{n}")
}

func without(list []string, s string) []string {
	return slices.DeleteFunc(list, func(e string) bool { return e == s })
}

func TestPluralFormsAreWhole(t *testing.T) {
	for _, code := range lang.Codes() {
		l := text(t, code)
		for _, key := range l.Keys() {
			if l.Has(key) {
				if strings.TrimSpace(l.T(key)) == "" && !strings.HasPrefix(key, "form.") {
					t.Errorf("%s: %s is empty", code, key)
				}
				continue
			}
			for _, n := range []int{0, 1, 2} {
				if strings.TrimSpace(l.N(key, n)) == "" {
					t.Errorf("%s: %s is empty for %d", code, key, n)
				}
			}
		}
	}
}

// Dutch covers every technique, and fills in the same values.
func TestDutchCoversEveryTechnique(t *testing.T) {
	nl := text(t, "nl")
	for _, technique := range techniques.All() {
		doc, ok := nl.Doc(technique.ID)
		if !ok {
			t.Errorf("nl lacks %s", technique.ID)
			continue
		}
		for name, pair := range map[string][2]string{
			"found": {technique.Doc.Found, doc.Found}, "clean": {technique.Doc.Clean, doc.Clean},
			"sentence": {technique.Doc.Sentence, doc.Sentence}, "why": {technique.Doc.Why, doc.Why},
			"fix": {technique.Doc.Fix, doc.Fix}, "limits": {technique.Doc.Limits, doc.Limits},
		} {
			if pair[1] == "" && pair[0] != "" {
				t.Errorf("nl: %s lacks %s", technique.ID, name)
			}
			if strings.ContainsAny(doc.Why+doc.Fix+doc.Limits+doc.Found+doc.Clean, "{}") {
				t.Errorf("nl: %s has a placeholder outside its sentence", technique.ID)
			}
		}
		if en, nl := lang.Placeholders(technique.Doc.Sentence), lang.Placeholders(doc.Sentence); !slices.Equal(en, nl) {
			t.Errorf("%s: the English sentence is filled with %q, the Dutch with %q", technique.ID, en, nl)
		}
		// A rule that changed shows in its numbers; the Dutch must follow.
		if en, nl := numbers(technique.Doc.Limits), numbers(doc.Limits); !slices.Equal(en, nl) {
			t.Errorf("%s: the English limits speak of %s, the Dutch of %s", technique.ID, en, nl)
		}
	}
	for _, id := range nl.Docs() {
		if _, ok := techniques.ByID(id); !ok {
			t.Errorf("nl documents %s, which there is not", id)
		}
	}
}

// numbers lists the numbers in a text, sorted and each once.
func numbers(text string) []string {
	list := regexp.MustCompile(`\d+`).FindAllString(text, -1)
	slices.Sort(list)
	return slices.Compact(list)
}

// Words that the project avoids in reports (docs/interfaces.md 14): they judge
// instead of reporting, or only experts know them.
func TestDutchAvoidsWords(t *testing.T) {
	nl := text(t, "nl")
	all := []string{}
	for _, key := range nl.Keys() {
		for _, n := range []int{0, 1, 2} {
			all = append(all, raw(nl, key, n))
		}
	}
	for _, id := range nl.Docs() {
		d, _ := nl.Doc(id)
		all = append(all, strings.Join([]string{d.Found, d.Clean, d.Sentence, d.Why, d.Fix, d.Limits}, " "))
	}
	avoid := regexp.MustCompile(`(?i)\b(overtreedt|illegaal|fingerprint(s|t|en|ing)?|derde partij|third party|vendor|opt-?in|opt-?out|artifact|voor een keuze)\b`)
	for _, line := range all {
		if bad := avoid.FindString(line); bad != "" {
			t.Errorf("%q in %s", bad, line)
		}
	}
}

func TestDataHasWords(t *testing.T) {
	db, err := signatures.Default()
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range lang.Codes() {
		l := text(t, code)
		need := func(group, id string) {
			if !l.Has(group + "." + id) {
				t.Errorf("%s lacks %s.%s", code, group, id)
			}
		}
		for _, c := range db.Categories() {
			need("for", c.ID)
		}
		for _, p := range db.Parties() {
			if p.Country != "" {
				need("country", p.Country)
			}
		}
		for _, k := range []evidence.Kind{
			evidence.KindPage, evidence.KindRequests, evidence.KindBodies, evidence.KindCookies, evidence.KindStorage, evidence.KindCalls,
			evidence.KindScripts, evidence.KindNames, evidence.KindDialog, evidence.KindShots,
			evidence.KindSignals, evidence.KindPapers, evidence.KindForms, evidence.KindReturns,
		} {
			need("kind", string(k))
		}
		for _, s := range evidence.Scenarios {
			need("scenario", string(s)+".before")
			need("scenario", string(s)+".after")
		}
		for _, s := range []detectors.Severity{detectors.Critical, detectors.High, detectors.Medium, detectors.Low, detectors.Note} {
			need("severity", string(s))
		}
		for _, c := range []detectors.Certainty{detectors.Observed, detectors.Matched, detectors.Inferred} {
			need("certainty", string(c))
		}
	}
}

// The recorder says why a page failed in codes that stand in a data file.
func TestReasonsOfTheRecorderHaveWords(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "crawler", "visit", "errors.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	reasons := regexp.MustCompile(`reason: ([a-z0-9-]+)`).FindAllStringSubmatch(string(data), -1)
	if len(reasons) < 10 {
		t.Fatalf("only %d reasons in errors.yaml", len(reasons))
	}
	for _, code := range lang.Codes() {
		for _, m := range reasons {
			if !text(t, code).Has("reason."+m[1]) && !strings.HasPrefix(m[1], "http-") {
				t.Errorf("%s lacks reason.%s", code, m[1])
			}
		}
	}
}

// What is said of a mail instead of something must have something to stand for.
func TestTextsOnMail(t *testing.T) {
	en := text(t, "en")
	keys := en.Keys()
	n := 0
	for _, key := range keys {
		base, ok := strings.CutPrefix(key, "mail.")
		if !ok {
			continue
		}
		n++
		if part, id, ok := strings.Cut(strings.TrimPrefix(base, "technique-"), "."); ok && strings.HasPrefix(base, "technique-") {
			x, known := techniques.ByID(id)
			if !known {
				t.Errorf("%s: there is no technique %s", key, id)
			} else if part == "sentence" && !slices.Equal(lang.Placeholders(en.T(key)), lang.Placeholders(x.Doc.Sentence)) {
				t.Errorf("%s is filled with other values than the sentence of the technique", key)
			}
			continue
		}
		if !slices.Contains(keys, base) {
			t.Errorf("%s: there is no %s", key, base)
		}
	}
	if n < 20 {
		t.Errorf("only %d texts on mail", n)
	}
	mail := en.About(evidence.KindOfMail)
	if mail.T("state.before") == en.T("state.before") || mail.T("state.reject") != en.T("state.reject") {
		t.Error("About does not put the texts on mail first")
	}
}

// used finds the keys that code and templates ask for by name.
var used = regexp.MustCompile("(?:\\.[TN]\\(|\\bt |more\\(|remark\\()\"([a-z0-9-]+(?:\\.[a-z0-9-]*[a-z0-9])+)\"")

func TestEveryKeyThatIsUsedExists(t *testing.T) {
	en := text(t, "en")
	found := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") {
			return err
		}
		if ext := filepath.Ext(path); ext != ".go" && ext != ".tmpl" {
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range used.FindAllSubmatch(source, -1) {
			found++
			if key := string(m[1]); !slices.Contains(en.Keys(), key) {
				t.Errorf("%s uses %s, which there is not", path, key)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 150 {
		t.Errorf("only %d uses of texts were found; the pattern of this test no longer fits the code", found)
	}
}

func TestFill(t *testing.T) {
	args := map[string]string{"n": "1", "m": "3", "who": "{n}", "empty": ""}
	for in, want := range map[string]string{
		"plain":                   "plain",
		"{n} and {m}":             "1 and 3",
		"{n|cookie|cookies}":      "cookie",
		"{m|cookie|cookies}":      "cookies",
		"by {who}":                "by {n}", // values are not looked into
		"{empty}.":                ".",
		"{unknown} stays":         "{unknown} stays",
		"{n|too|many|forms}":      "{n|too|many|forms}",
		"open { brace":            "open { brace",
		"closed } brace {n}":      "closed } brace 1",
		"":                        "",
		"{who|is one|is not one}": "is not one",
	} {
		if got := lang.Fill(in, args); got != want {
			t.Errorf("Fill(%q) = %q, want %q", in, got, want)
		}
	}
	if got := lang.Placeholders("a } {b} {a|x|y} {b}"); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("Placeholders = %q", got)
	}
}

func FuzzFill(f *testing.F) {
	for _, s := range []string{"{a}", "{a|b|c}", "{{a}}", "}{", "{", "{a|", "{|}"} {
		f.Add(s, "1")
	}
	f.Fuzz(func(t *testing.T, s, value string) {
		lang.Fill(s, map[string]string{"a": value})
		for _, name := range lang.Placeholders(s) {
			if strings.ContainsAny(name, "}|") {
				t.Fatalf("Placeholders(%q) has %q", s, name)
			}
		}
	})
}

func TestForms(t *testing.T) {
	en, nl := text(t, "en"), text(t, "nl")
	at := time.Date(2026, time.March, 1, 9, 5, 0, 0, time.FixedZone("CET", 3600))
	for _, c := range []struct{ what, got, want string }{
		{"number", en.Number(1234567), "1,234,567"},
		{"getal", nl.Number(1234567), "1.234.567"},
		{"negative", en.Number(-1234), "-1,234"},
		{"small", en.Number(999), "999"},
		{"decimal", en.Decimal(1234.5, 2), "1,234.5"},
		{"komma", nl.Decimal(1234.56, 2), "1.234,56"},
		{"whole", nl.Decimal(400, 2), "400"},
		{"below zero", en.Decimal(-0.5, 1), "-0.5"},
		{"seconds", en.Seconds(1810), "1.8\u00a0s"},
		{"seconden", nl.Seconds(90), "0,1\u00a0s"},
		{"date", en.Date(at), "1 March 2026"},
		{"datum", nl.Date(at), "1 maart 2026"},
		{"clock", nl.Clock(at), "08:05 UTC"},
		{"days", en.Days(400), "400 days"},
		{"dagen", nl.Days(1), "24 uur"},
		{"hours", en.Days(0.5), "12 hours"},
		{"minutes", en.Days(30. / 1440), "30 minutes"},
		{"seconden", nl.Days(5. / 86400), "5 seconden"},
		{"bytes", en.Bytes(412), "412\u00a0B"},
		{"kilobytes", nl.Bytes(20480), "20,5\u00a0kB"},
		{"megabytes", en.Bytes(2_000_000), "2\u00a0MB"},
		{"none", en.List(nil), ""},
		{"list", en.List([]string{"a", "b", "c"}), "a, b and c"},
		{"lijst", nl.List([]string{"a", "b"}), "a en b"},
		{"some", en.Some([]string{"a", "b", "c", "d"}, 2), "a, b and 2 more"},
		{"sommige", nl.Some([]string{"a", "b", "c"}, 2), "a, b en nog 1"},
		{"few", en.Some([]string{"a"}, 2), "a"},
		{"zero", en.N("sentence.recognising", 0), "None of them was seen to recognise the device."},
		{"one", nl.N("sentence.recognising", 1), "1 daarvan kan het apparaat herkennen."},
		{"many", nl.N("sentence.receivers", 1200), "1.200 bedrijven ontvangen gegevens vóórdat de bezoeker een keuze heeft gemaakt."},
		{"no key", en.T("no.such"), "[no.such]"},
		{"no plural key", en.N("no.such", 2), "[no.such]"},
		{"no word", nl.Word("for", "new-category"), "new-category"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.what, c.got, c.want)
		}
	}
}
