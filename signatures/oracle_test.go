package signatures

import (
	"bytes"
	"cmp"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/signatures/abp"
)

// The oracle is another engine for filter lists, run by node: see
// testdata/oracle. It and the matcher are asked about the same requests with
// EasyPrivacy and EasyList loaded together.

// oracleKinds are the kinds of requests in the words of both engines.
var oracleKinds = [...][2]string{
	{"script", "script"}, {"image", "image"}, {"xhr", "xhr"}, {"subdocument", "sub_frame"},
	{"stylesheet", "stylesheet"}, {"document", "main_frame"}, {"websocket", "websocket"}, {"ping", "ping"},
	{"font", "font"}, {"media", "media"}, {"object", "object"}, {"other", "other"},
}

// oraclePages are pages that send the requests; the site of the request itself
// is asked about, too.
var oraclePages = [...]string{"https://www.news.example/article", "https://www.youtube.com/watch?v=1", "https://www.bol.com/nl/nl/"}

// A question is a request to be judged by both engines.
type question struct {
	url, page string
	kind      int // index into oracleKinds
}

// An opinion is what the oracle says of a question.
type opinion struct {
	blocked         bool
	rule, exception string
}

func (o *opinion) UnmarshalJSON(data []byte) error {
	return json.Unmarshal(data, &[]any{&o.blocked, &o.rule, &o.exception})
}

// TestOracle compares the matcher with another engine. Differences that are
// known stand with their reason in testdata/oracle/differences.yaml; any other
// fails, and so does one that is there no more.
func TestOracle(t *testing.T) {
	db := withPacks(t)
	dir := needOracle(t)
	questions := slices.Concat(fromSamples(t), fromRules(t, db))
	if len(questions) < 50000 {
		t.Errorf("only %d requests are compared", len(questions))
	}
	opinions := askOracle(t, dir, db, questions)
	known := readDifferences(t)
	agreed, differ := 0, 0
	for i, q := range questions {
		request, ok := abp.NewRequest(q.url, oracleKinds[q.kind][0], q.page)
		if !ok {
			t.Fatalf("%q is no request", q.url)
		}
		ours, theirs := judge(db.lists, request), opinions[i]
		if ours.blocked == theirs.blocked {
			if ours.blocked {
				agreed++
			}
			continue
		}
		if kind := oracleKinds[q.kind][0]; !explained(known, kind, ours, theirs) {
			if differ++; differ > 30 {
				t.Fatal("and more")
			}
			t.Errorf("%s as %s from %s:\n  ours   %v %v\n  theirs %v %q %q", q.url, kind, q.page, ours.blocked, ours.matches, theirs.blocked, theirs.rule, theirs.exception)
		}
	}
	for _, d := range known {
		if !d.used {
			t.Errorf("differences.yaml: nothing differs because %q", d.Why)
		}
	}
	if agreed < 10000 {
		t.Errorf("both engines block only %d requests; the comparison says little", agreed)
	}
	t.Logf("%d requests, %d blocked by both", len(questions), agreed)
}

// needOracle returns the folder of the oracle, and skips where it cannot run.
// In continuous integration that is a failure.
func needOracle(t *testing.T) string {
	t.Helper()
	missing := t.Skip
	if os.Getenv("CI") != "" {
		missing = t.Fatal
	}
	if _, err := exec.LookPath("node"); err != nil {
		missing("the comparison needs node")
	}
	dir := filepath.Join("testdata", "oracle")
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "@ghostery", "adblocker")); err != nil {
		missing("the comparison needs `npm ci --ignore-scripts` in signatures/testdata/oracle")
	}
	return dir
}

// askOracle has the oracle judge all questions.
func askOracle(t *testing.T, dir string, db *DB, questions []question) []opinion {
	t.Helper()
	args := []string{"ask.mjs"}
	for _, name := range []string{"easyprivacy.txt", "easylist.txt"} {
		text, err := db.File(name)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	var asked, complaint bytes.Buffer
	enc := json.NewEncoder(&asked)
	enc.SetEscapeHTML(false)
	for _, q := range questions {
		if err := enc.Encode([]string{q.url, oracleKinds[q.kind][1], q.page}); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "node", args...)
	cmd.Dir, cmd.Stdin, cmd.Stderr = dir, &asked, &complaint
	answered, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v: %s", err, complaint.String())
	}
	opinions := make([]opinion, 0, len(questions))
	for d := json.NewDecoder(bytes.NewReader(answered)); d.More(); {
		var o opinion
		if err := d.Decode(&o); err != nil {
			t.Fatal(err)
		}
		opinions = append(opinions, o)
	}
	if len(opinions) != len(questions) {
		t.Fatalf("the oracle answers %d of %d questions", len(opinions), len(questions))
	}
	return opinions
}

// fromSamples asks about every URL that the samples of this package hold, as
// several kinds of requests from several pages.
func fromSamples(t *testing.T) []question {
	t.Helper()
	var urls []string
	vendors, err := readVendors(os.DirFS("core"))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range vendors {
		urls = append(urls, v.Tests.Hit...)
		urls = append(urls, v.Tests.Miss...)
	}
	for _, v := range readMet(t) {
		for _, m := range meetings(t, v) {
			if m.kind != "host" {
				urls = append(urls, m.url)
			}
		}
	}
	for _, file := range []string{sampleRequests, sampleLists} {
		s, err := readSamples(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range s.Trackers {
			urls = append(urls, r.URL)
		}
		for _, r := range s.Benign {
			urls = append(urls, r.URL)
		}
	}
	var questions []question
	for i, url := range urls {
		// The common kinds always, the others in turn.
		kinds := []int{0, 1, 2, 3, 4 + i%(len(oracleKinds)-4)}
		own := "https://www." + Site(hostOf(url)) + "/"
		for _, kind := range kinds {
			questions = append(questions, question{url, own, kind}, question{url, oraclePages[i%len(oraclePages)], kind})
		}
	}
	return questions
}

func hostOf(url string) string {
	q, ok := abp.NewRequest(url, "", "")
	if !ok {
		return ""
	}
	return q.Host()
}

// fromRules asks about requests that rules of the lists were written for, and
// about ones that miss them by a letter: every so many lines of each list.
func fromRules(t *testing.T, db *DB) []question {
	t.Helper()
	const every = 3
	var questions []question
	for _, name := range []string{"easyprivacy.txt", "easylist.txt"} {
		text, err := db.File(name)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for line := range strings.Lines(string(text)) {
			line = strings.TrimSpace(line)
			if abp.Parse(line).Len() == 0 {
				continue
			}
			if n++; n%every == 0 {
				questions = append(questions, aimedAt(line, n)...)
			}
		}
	}
	return questions
}

// aimedAt makes requests for a rule: one of the first kind and page that it
// names, one of another kind from the request's own site, and one whose address
// differs by a letter.
func aimedAt(rule string, n int) []question {
	pattern, options, _ := strings.Cut(strings.TrimPrefix(rule, "@@"), "$")
	if strings.HasPrefix(pattern, "/") && strings.HasSuffix(pattern, "/") {
		return nil // a regular expression
	}
	kind, page := n%len(oracleKinds), oraclePages[n%len(oraclePages)]
	for option := range strings.SplitSeq(options, ",") {
		for i, k := range oracleKinds {
			if option == k[0] || option == "xmlhttprequest" && k[0] == "xhr" {
				kind = i
			}
		}
		if hosts, ok := strings.CutPrefix(option, "domain="); ok {
			host, _, _ := strings.Cut(hosts, "|")
			page = "https://" + strings.ReplaceAll(strings.TrimPrefix(host, "~"), "*", "com") + "/"
		}
	}
	url := pattern
	switch {
	case strings.HasPrefix(pattern, "||"):
		url = "https://" + pattern[2:]
	case strings.HasPrefix(pattern, "|"):
		url = pattern[1:]
	default:
		url = "https://cdn.site.example/x" + pattern
	}
	url = strings.NewReplacer("^", "/", "*", "x1", "|", "").Replace(url)
	host := hostOf(url)
	if host == "" {
		return nil
	}
	letter := len(url) - 1 - n%min(len(url)-len("https://"), 9)
	near := url[:letter] + "q" + url[letter+1:]
	questions := []question{{url, page, kind}, {url, "https://" + host + "/", (kind + n) % len(oracleKinds)}}
	if hostOf(near) != "" {
		questions = append(questions, question{near, page, kind})
	}
	return questions
}

// A difference is a known reason to differ: see the head of differences.yaml.
type difference struct {
	Why    string `yaml:"why"`
	Kind   string `yaml:"kind"`
	Ours   string `yaml:"ours"`
	Theirs string `yaml:"theirs"`

	used bool
}

func readDifferences(t *testing.T) []difference {
	t.Helper()
	var list []difference
	if err := readYAML(os.DirFS("testdata/oracle"), "differences.yaml", &list); err != nil {
		t.Fatal(err)
	}
	for _, d := range list {
		if d.Why == "" || d.Ours == "" || d.Theirs == "" {
			t.Fatalf("differences.yaml: %+v does not say why, or of which rules", d)
		}
	}
	return list
}

// explained says whether a difference is known, and notes that it is used.
func explained(known []difference, kind string, ours judged, theirs opinion) bool {
	our := "-"
	if len(ours.matches) > 0 {
		our = ours.matches[len(ours.matches)-1].Rule
	}
	their := cmp.Or(theirs.exception, theirs.rule, "-")
	for i := range known {
		d := &known[i]
		if (d.Kind == "" || d.Kind == kind) && meant(d.Ours, our) && meant(d.Theirs, their) {
			d.used = true
			return true
		}
	}
	return false
}

// meant says whether a word of differences.yaml describes a rule.
func meant(word, rule string) bool {
	switch word {
	case "*":
		return true
	case "-":
		return rule == "-"
	}
	return strings.Contains(rule, word)
}
