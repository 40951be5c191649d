package fieldwork

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/browsertest"
	crawl "github.com/spoor-audit/spoor/crawler/survey"
	"github.com/spoor-audit/spoor/crawler/visit"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
	"github.com/spoor-audit/spoor/testsites"
)

// webEnv makes the test's program serve the test sites until its stdin ends.
const webEnv = "SPOOR_FIELDWORK_WEB"

func TestMain(m *testing.M) {
	if os.Getenv(webEnv) == "" {
		os.Exit(m.Run())
	}
	srv, err := testsites.Serve()
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(web{srv.HostRules(), srv.SPKI(), srv.DNSAddr()})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// A web is how the test sites are reached. They are served by a process of their
// own: what that uses is no part of what a survey costs.
type web struct{ HostRules, SPKI, DNS string }

func startWeb(t testing.TB) web {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env, cmd.Stderr = append(os.Environ(), webEnv+"=1"), os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	var w web
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &w)
	}
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// A field is all that a survey of test sites needs.
type field struct {
	web    web
	chrome string
	db     *signatures.DB
	settle visit.Settle // the zero value is the program's
}

func newField(t testing.TB) *field {
	t.Helper()
	// The browser comes first: its turn is a lock in the folder of temporary files.
	f := &field{chrome: browsertest.Chrome(t, browser.Headless)}
	var err error
	if f.db, err = signatures.Default(); err != nil {
		t.Fatal(err)
	}
	f.web = startWeb(t)
	return f
}

func (f *field) browser() browser.Options {
	return browser.Options{
		Path: f.chrome, Mode: browser.Headless, HostRules: f.web.HostRules, SPKI: []string{f.web.SPKI}, Langs: []string{"nl", "en"},
	}
}

// A look is how much a visit does besides opening the page and judging it.
type look struct {
	again  bool // it comes back to the page with cookies deleted
	papers bool // it reads what the site states in writing
}

// usual is what the program does unless it is told otherwise.
var usual = look{again: true, papers: true}

// auditor audits in the browser of a pool, as the program does.
func (f *field) auditor(t testing.TB, pool *Pool, l look) *Auditor {
	t.Helper()
	rules, err := pipeline.ConsentRules(f.db)
	if err != nil {
		t.Fatal(err)
	}
	a := &Auditor{Pipeline: pipeline.Pipeline{Visit: pool.Visit, DB: f.db, DNS: f.web.DNS}}
	a.Plan.Browser, a.Plan.Scenarios, a.Plan.Rules = pool.Browser, []evidence.Scenario{evidence.None}, rules
	a.Plan.Ask, a.Plan.Return, a.Plan.Papers = true, l.again, l.papers
	a.Plan.Settle, a.Plan.Timeout, a.Plan.Seed = f.settle, 90*time.Second, 1
	return a
}

// survey visits a list from a store of its own until all is over; ended is told
// after each visit. A visit that is not measured ends it all.
func (f *field) survey(t testing.TB, a *Auditor, slots, repeat int, list []string, ended func()) {
	t.Helper()
	store, _, err := crawl.Create(t.Context(), t.TempDir(), crawl.Setup{
		List: "list", Scenarios: []string{string(evidence.None)}, Repeat: repeat, Spoor: "test", Created: time.Now().UTC().Truncate(time.Second),
	}, crawl.Keys{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close() //nolint:errcheck // All that counts is written.
	if _, err := store.Load(t.Context(), strings.NewReader(strings.Join(list, "\n")+"\n")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	if err := store.Work(ctx, crawl.Plan{
		Visit: a.Visit, Slots: slots, Deadline: Deadline(a.Plan),
		Tell: func(n crawl.News) {
			switch {
			case n.Kind == crawl.Ended && n.Outcome.State != crawl.Measured:
				cancel(fmt.Errorf("%s: %s %s", n.Task.URL, n.Outcome.State, n.Outcome.Reason))
			case n.Kind == crawl.Ended && ended != nil:
				ended()
			case n.Kind == crawl.Returned || n.Kind == crawl.Paused:
				cancel(fmt.Errorf("%s: %s", n.Task.URL, n.Why))
			}
		},
	}); err != nil {
		t.Fatal(err)
	}
}

// light are sites whose pages are small.
var light = []string{
	"plain", "beacon", "canvas-blob-worker", "canvas-cross-site-frame", "canvas-inline", "canvas-offscreen",
	"canvas-two-scripts", "cname-cloaking", "consent-own-form", "consent-own-frame", "consent-own-gate", "consent-own-second-layer",
	"consent-own-shadow", "consent-own-tcf", "cookie-sync", "cookies-first-party", "cookies-third-party", "demo",
	"etag-respawn", "fingerprint-audio", "fingerprint-navigator", "hashed-identifier", "link-decoration", "referrer-leak",
	"service-worker", "storage-cache", "storage-indexeddb", "storage-local", "tracking-pixel", "websocket",
}

// mixed is a list of n sites, of which every fourth is heavy.
func mixed(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = "https://" + light[(i-i/4)%len(light)] + ".test/"
		if i%4 == 3 {
			list[i] = fmt.Sprintf("https://heavy-%d.test/", i/4+1)
		}
	}
	return list
}
