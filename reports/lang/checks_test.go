package lang_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/detectors/checks"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports/lang"
	"github.com/spoor-audit/spoor/reports/score"
)

// Dutch covers every check, with the same branches and the same values.
func TestDutchCoversEveryCheck(t *testing.T) {
	nl := text(t, "nl")
	for id, doc := range checks.Docs() {
		own, ok := nl.CheckDoc(id)
		if !ok {
			t.Errorf("nl lacks %s", id)
			continue
		}
		for name, pair := range map[string][2]string{
			"found": {doc.Found, own.Found}, "clean": {doc.Clean, own.Clean}, "why": {doc.Why, own.Why},
			"fix": {doc.Fix, own.Fix}, "limits": {doc.Limits, own.Limits},
		} {
			if pair[1] == "" && pair[0] != "" {
				t.Errorf("nl: %s lacks %s", id, name)
			}
			if strings.ContainsAny(pair[1], "{}") {
				t.Errorf("nl: %s has a placeholder in %s", id, name)
			}
		}
		sameSentences(t, id, doc.Sentences, own.Sentences)
	}
	for _, id := range nl.CheckDocs() {
		if _, ok := checks.DocOf(id); !ok {
			t.Errorf("nl documents %s, which there is not", id)
		}
	}
	words := map[string]string{}
	for _, code := range nl.CheckReasons() {
		words[code] = nl.CheckReason(code)
	}
	sameSentences(t, "reasons", checks.Reasons(), words)
}

// sameSentences checks that the Dutch sentences of a check are those of the
// English. A value that checks put into words stands in Dutch under its name and
// "_nl".
func sameSentences(t *testing.T, id string, en, nl map[string]string) {
	t.Helper()
	for branch, sentence := range en {
		own := nl[branch]
		if own == "" {
			t.Errorf("nl: %s lacks the sentence of %q", id, branch)
			continue
		}
		values := lang.Placeholders(own)
		for i := range values {
			values[i] = strings.TrimSuffix(values[i], "_nl")
		}
		slices.Sort(values)
		if want := lang.Placeholders(sentence); !slices.Equal(want, slices.Compact(values)) {
			t.Errorf("%s, %s: the English sentence is filled with %q, the Dutch with %q", id, branch, want, values)
		}
	}
	for branch := range nl {
		if _, ok := en[branch]; !ok {
			t.Errorf("nl: %s has a sentence for %q, which there is not", id, branch)
		}
	}
}

// Reports say what they see, and judge nobody (docs/consent.md, section 5).
func TestChecksDoNotJudge(t *testing.T) {
	avoid := regexp.MustCompile(`(?i)\b(violat\w+|illegal\w*|unlawful\w*|breach\w*|overtre\w+|illega\w+|onwettig\w*|in strijd met)\b`)
	nl := text(t, "nl")
	for id, doc := range checks.Docs() {
		own, _ := nl.CheckDoc(id)
		for _, s := range []map[string]string{doc.Sentences, own.Sentences} {
			for branch, sentence := range s {
				if bad := avoid.FindString(sentence); bad != "" {
					t.Errorf("%s, %s: %q in %s", id, branch, bad, sentence)
				}
			}
		}
		for _, line := range []string{doc.Found, doc.Clean, doc.Why, doc.Fix, own.Found, own.Clean, own.Why, own.Fix} {
			if bad := avoid.FindString(line); bad != "" {
				t.Errorf("%s: %q in %s", id, bad, line)
			}
		}
	}
}

// What the result says in codes has words.
func TestConsentHasWords(t *testing.T) {
	rules, err := os.ReadFile(filepath.Join("..", "score", "rules.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	codes := regexp.MustCompile(`(?m)^ *- code: ([a-z-]+)`).FindAllSubmatch(rules, -1)
	if len(codes) < 5 {
		t.Fatalf("only %d rules of dominance were found; the pattern of this test no longer fits the file", len(codes))
	}
	for _, language := range lang.Codes() {
		l := text(t, language)
		need := func(key string) {
			t.Helper()
			if !l.Has(key) {
				t.Errorf("%s lacks %s", language, key)
			}
		}
		for _, code := range codes {
			need("score.applied." + string(code[1]))
		}
		need("score.applied.nothing-needs-consent")
		for _, code := range []string{
			score.ReasonNotVisited, score.ReasonBlocked, score.ReasonNoStatement, score.ReasonNotJudged, score.ReasonNotObserved,
		} {
			need("score.reason." + code)
		}
		for _, code := range append(score.Limits(&evidence.Visit{}, nil), "scenarios-not-run", "one-page") {
			need("score.limit." + code)
		}
		for _, grade := range []string{"A", "B", "C", "D", "F", score.InsufficientEvidence} {
			need("grade.word." + grade)
		}
		for _, band := range []string{"none", "low", "moderate", "high", "very-high"} {
			need("exposure." + band)
		}
		for _, group := range []string{checks.BeforeChoice, checks.Obeyed, checks.Question, checks.Stated, checks.Exit, checks.Care} {
			need("group." + group)
		}
		for _, outcome := range []checks.Outcome{checks.Pass, checks.Warn, checks.Fail, checks.NA, checks.Unknown} {
			need("check.outcome." + string(outcome))
		}
		for _, role := range []string{
			evidence.RoleAccept, evidence.RoleReject, evidence.RoleSettings, evidence.RoleSave, evidence.RoleClose, evidence.RolePay, evidence.RoleOther,
		} {
			need("role." + role)
		}
		for _, s := range evidence.Scenarios {
			need("method.run." + string(s))
			if s != evidence.None {
				need("state." + string(s))
				need("state-long." + string(s))
			}
		}
		for _, s := range []evidence.Scenario{evidence.Reject, evidence.Accept, evidence.Withdraw, evidence.Close} {
			for _, what := range []string{"no-dialog", "not-offered", "pay-or-accept", "not-made", "unverified", "contrary"} {
				need("choice." + what + "." + string(s))
			}
		}
		for _, o := range []evidence.Outcome{
			evidence.Done, evidence.NoDialog, evidence.NotOffered, evidence.PayOrAccept, evidence.Unverified, evidence.Blocked, evidence.Failed,
		} {
			need("outcome." + string(o))
		}
	}
}
