package gate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/cmd/internal/config"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/baseline"
	"github.com/spoor-audit/spoor/reports/score"
)

var today = time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)

// policy reads a spoor.toml with one target.
func policy(t *testing.T, text string) (*Gate, Target) {
	t.Helper()
	f, err := config.ReadFile(strings.NewReader(text), func(string, []string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	g, err := Open(f)
	if err != nil {
		t.Fatal(err)
	}
	return g, Target{Target: f.Targets[0]}
}

// load is a visit before any choice that contacted some hosts.
func load(hosts ...string) *reports.Result {
	r := &reports.Result{Subject: reports.Subject{URL: "https://shop.test/"}}
	run := reports.Run{Scenario: evidence.None, Outcome: evidence.Done, Measured: true, Requests: len(hosts)}
	for _, h := range hosts {
		run.Hosts = append(run.Hosts, reports.Host{Host: h, Party: h, ThirdParty: true, Reached: true, ReachedBefore: true})
		r.Parties = append(r.Parties, reports.Party{ID: h, Company: "Company of " + h, Categories: []string{"analytics"}, Hosts: []string{h}})
		r.Flows = append(r.Flows, reports.Flow{Scenario: evidence.None, Loader: "https://tags.test/gtm.js", LoaderParty: "tags.test", Receiver: h, Requests: 1})
	}
	r.Runs = []reports.Run{run}
	return r
}

// everything is an outcome with each kind of item, note and number in it.
func everything(t *testing.T) *Outcome {
	t.Helper()
	g, target := policy(t, `
visits = 4
confirm = 2
fail-on = ["new", "expired", "high", "pre-consent-fingerprinting", "fingerprint-audio"]
min-score = 80
max-third-parties = 1

[[target]]
name = "home"
url = "https://shop.test/"
budget = {requests = 1, third-parties = 0, cookies = 0, kilobytes = 1}

[[allow]]
receiver = "allowed.test"
reason = "needed"
until = 2099-01-01

[[allow]]
receiver = "over.test"
reason = "a trial"
until = 2020-01-01

[[allow]]
technique = "no-reject-any-layer"
reason = "the new dialog"
until = 2020-01-01

[[allow]]
receiver = "never.test"
loaded-by = "door.test"
reason = "nobody knows"
until = 2099-01-01
`)
	for i := range 4 {
		hosts := []string{"new.test", "allowed.test", "over.test", "known.test"}
		if i == 0 {
			hosts = append(hosts, "rare.test")
		}
		r := load(hosts...)
		r.Runs[0].Bytes = 5000
		r.Runs = append(r.Runs, reports.Run{Scenario: evidence.Accept, Outcome: evidence.Failed, Reason: "crash"})
		r.Cookies = []reports.Cookie{{Name: "uid", Domain: "new.test", Party: "new.test", State: "stored", Seen: map[string]string{"none": "before"}}}
		r.Storage = []reports.StorageItem{{Kind: "local", Origin: "https://new.test", Key: "uid", Party: "new.test", Seen: map[string]string{"none": "before"}}}
		r.Findings = []reports.Finding{{
			// The address of the file changes with every load; it stays one finding.
			ID: "fingerprint-canvas", Key: fmt.Sprintf("https://new.test/%d.js", i), Scenario: evidence.None, Phase: evidence.Before, Party: "new.test",
			Host: "new.test", Script: fmt.Sprintf("https://new.test/%d.js", i), Severity: "high", Text: reports.Words{EN: "It reads.", NL: "Het leest."},
		}}
		r.Techniques = []reports.Technique{{ID: "fingerprint-audio", State: reports.NotMeasured}}
		r.Checks = []reports.Check{
			{ID: "no-reject-any-layer", Outcome: reports.Fail, Severity: "high", Text: reports.Words{EN: "There is no way.", NL: "Er is geen weg."}},
			{ID: "pre-consent-fingerprinting", Outcome: reports.Unknown, Severity: "high", Text: reports.Words{EN: "Not known.", NL: "Niet bekend."}},
		}
		r.Score = &reports.Score{Compliance: reports.Compliance{Value: 40, Grade: "D"}}
		target.Loads = append(target.Loads, r)
	}
	lock := baseline.Lock{
		{Target: "home", Scenario: evidence.None, Kind: baseline.Receiver, Subject: "known.test"},
		{Target: "home", Scenario: evidence.None, Kind: baseline.Receiver, Subject: "gone.test"},
		{Target: "home", Scenario: evidence.Accept, Kind: baseline.Receiver, Subject: "unseen.test"},
	}
	return g.Judge([]Target{target}, lock, today)
}

func written(t *testing.T, o *Outcome, f Format, code string) string {
	t.Helper()
	var b bytes.Buffer
	v := View{Outcome: o, Config: "spoor.toml", File: "web/spoor.toml", Lang: code, Version: "1.0.0", Confirm: 2, Width: 80, Unicode: true}
	if err := v.Write(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// All texts are there in both languages, and no English ones stand in the Dutch.
func TestLanguages(t *testing.T) {
	o := everything(t)
	empty := &Outcome{Targets: []Summary{{Name: "home"}}, Undecided: []Item{
		{Target: "home", Kind: "target", Text: words("gate.no-load")}, {Target: "home", Gate: MinScore, Kind: "score", Subject: "no grade", Text: words("gate.no-score")},
	}}
	lacking := regexp.MustCompile(`\[(gate|state|for|form)\.[a-z.-]+\]|[{}]`)
	english := regexp.MustCompile(`(?i)\b(before|after|loads?|loaded by|allowed|against|not measured|known|expired until|gone|rare|of at|score is|there is|more|the|in none)\b`)
	for _, o := range []*Outcome{o, empty} {
		for _, f := range []Format{Text, Markdown, Annotations, SARIF, JUnit, CodeQuality} {
			for _, code := range []string{"en", "nl"} {
				text := written(t, o, f, code)
				if f == Text || f == Markdown || f == Annotations {
					if bad := lacking.FindAllString(text, -1); bad != nil {
						t.Errorf("%s in %s lacks %q", f, code, bad)
					}
				} else if bad := regexp.MustCompile(`\[gate\.[a-z.-]+\]`).FindString(text); bad != "" {
					t.Errorf("%s in %s lacks %s", f, code, bad)
				}
				if code == "nl" && (f == Text || f == Markdown || f == Annotations) {
					for line := range strings.Lines(text) {
						// The words of spoor.toml and its reasons stay what they are.
						if bad := english.FindString(strings.NewReplacer("nobody knows", "", "the new dialog", "", "known.test", "", "over.test", "", "rare.test", "", "gone.test", "").Replace(line)); bad != "" {
							t.Errorf("%s in Dutch says %q: %s", f, bad, line)
						}
					}
				}
			}
		}
	}
	if a, b := written(t, o, JSON, "en"), written(t, o, JSON, "nl"); a != b {
		t.Error("JSON depends on the language")
	}
}

func TestText(t *testing.T) {
	text := written(t, everything(t), Text, "en")
	for _, line := range []string{
		"home  4 loads x 1 state  4 new  1 rare  1 expired  1 allowed  1 known  1 gone\n",
		"expired  home  before receiver  over.test  Company of over.test, statistics\n",
		"expired  home  check  no-reject-any-layer\n",
		"high  home  before finding  fingerprint-canvas  Company of new.test\n",
		"in 4 of 4 loads; It reads.\n",
		"min-score  home  score  40 of at least 80\n",
		"max-third-parties  home  before other sites  5 of at most 1\n",
		"budget  home  before kilobytes  5 of at most 1\n",
		"new  home  before cookie  uid@new.test",
		"pre-consent-fingerprinting  home  check  pre-consent-fingerprinting\n",
		"fingerprint-audio  home  finding  fingerprint-audio\n",
		"home  after yes\n",
		"rare  home  before receiver  rare.test  in 1 of 4 loads; 2 make it new\n",
		"gone  home  before receiver  gone.test  in none of 4 loads; spoor lock --prune takes it out\n",
		"not seen  home  after yes receiver  unseen.test  its state was not measured\n",
		"unused  spoor.toml:28  never.test loaded by door.test, until 2099-01-01\n",
		"loaded by tags.test gtm.js; in 4 of 4 loads\n",
	} {
		if !strings.Contains(text, line) {
			t.Errorf("it does not say %q", line)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}

// A terminal without Unicode gets none.
func TestASCII(t *testing.T) {
	var b bytes.Buffer
	v := View{Outcome: everything(t), Config: "spoor.toml", Lang: "nl", Width: 80}
	if err := v.Write(&b, Text); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsFunc(b.String(), func(r rune) bool { return r >= 0x80 }) || !strings.Contains(b.String(), "2020-01-01: \"a") {
		t.Error(b.String())
	}
}

// The score that counts is the middle one, and one that is enough is silent.
func TestScore(t *testing.T) {
	for _, test := range []struct {
		values []int
		grade  string
		want   string
	}{
		{[]int{90, 70, 85}, "B", ""},
		{[]int{90, 70, 75}, "B", "75 of at least 80"},
		{[]int{90, 90, 90}, score.InsufficientEvidence, "no grade"},
	} {
		g, target := policy(t, "visits = 3\nfail-on = []\nmin-score = 80\n[[target]]\nname = \"home\"\nurl = \"https://shop.test/\"\n")
		for _, v := range test.values {
			r := load()
			r.Score = &reports.Score{Compliance: reports.Compliance{Value: v, Grade: test.grade}}
			target.Loads = append(target.Loads, r)
		}
		o := g.Judge([]Target{target}, nil, today)
		got := ""
		for _, i := range append(o.Against, o.Undecided...) {
			got = i.Subject
		}
		if got != test.want {
			t.Errorf("scores %v: %q, want %q", test.values, got, test.want)
		}
	}
}

// GitHub shows ten annotations of a kind in a step, and a comment holds 64 KB.
func TestGitHubLimits(t *testing.T) {
	evil := "a\n::error::x\r\x1b[31m %0A, : | <img> @all"
	o := &Outcome{Targets: []Summary{{Name: evil}}}
	for i := range 3000 {
		o.Against = append(o.Against, Item{Target: evil, Gate: New, Kind: baseline.Receiver, Subject: strconv.Itoa(i) + evil, Company: evil, By: "https://" + evil, Seen: "1 of 1"})
	}
	o.Undecided = o.Against[:10]
	var errs, warnings int
	for line := range strings.Lines(written(t, o, Annotations, "en")) {
		switch {
		case strings.HasPrefix(line, "::error file=web/spoor.toml"):
			errs++
		case strings.HasPrefix(line, "::warning file=web/spoor.toml"):
			warnings++
		default:
			t.Errorf("no annotation: %q", line)
		}
		if strings.ContainsAny(strings.TrimSuffix(line, "\n"), "\r\x1b\n") {
			t.Errorf("it is not escaped: %q", line)
		}
	}
	if errs != 10 || warnings != 10 {
		t.Errorf("%d errors and %d warnings", errs, warnings)
	}
	if text := written(t, o, Annotations, "en"); !strings.Contains(text, "2,991 more, see the summary") {
		t.Error("it does not say how many are left out")
	}
	if text := written(t, o, Markdown, "en"); len(text) > 64_000 || !strings.Contains(text, " more\n") || strings.Contains(strings.ReplaceAll(text, `\<`, ""), "<") {
		t.Errorf("a summary of %d bytes", len(text))
	}
}

// Programs find lists where there is nothing, and texts in both languages.
func TestJSON(t *testing.T) {
	var doc map[string]any
	if err := json.Unmarshal([]byte(written(t, &Outcome{}, JSON, "nl")), &doc); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"against", "undecided", "unused"} {
		if _, ok := doc[key].([]any); !ok {
			t.Errorf("%s is %v", key, doc[key])
		}
	}
	if text := written(t, everything(t), JSON, "en"); !strings.Contains(text, `"nl": "Het leest."`) || !strings.Contains(text, `"limit": 80`) {
		t.Error("texts or limits are missing")
	}
}
