package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/spoor-audit/spoor/cmd/internal/fieldwork"
	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/crawler"
	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
	"github.com/spoor-audit/spoor/signatures/update"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		// The program as it is, but for the browser.
		"spoor": func() {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
			pages := new(fakeBrowser)
			a := &app{
				stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, env: os.LookupEnv, visit: pages.visit,
				visitIn: func(*fieldwork.Pool) pipeline.Visitor { return pages.oneByOne }, print: fakePrint,
			}
			code := a.run(ctx, os.Args[1:])
			stop()
			os.Exit(code)
		},
	})
}

func TestScripts(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in for the browser is a shell script")
	}
	server := silentDNS(t)
	plain := plainProgram(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			chrome := filepath.Join(e.WorkDir, "chrome")
			e.Setenv("SPOOR_CHROME", chrome)
			if plain != "" {
				e.Setenv("PATH", plain+string(filepath.ListSeparator)+e.Getenv("PATH"))
			}
			e.Setenv("SPOOR_DNS", server)
			e.Setenv("LANG", "en_GB.UTF-8")
			// Lists of the machine's user must not count.
			e.Setenv("HOME", filepath.Join(e.WorkDir, "home"))
			e.Setenv("XDG_CACHE_HOME", filepath.Join(e.WorkDir, "cache"))
			if err := os.CopyFS(filepath.Join(e.WorkDir, "mails"), os.DirFS("../../testsites/mails")); err != nil {
				return err
			}
			return os.WriteFile(chrome, []byte("#!/bin/sh\necho Chromium 156.0.1.2\n"), 0o700) //nolint:gosec // It must be executable.
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"bash":     cmdBash,
			"bundle":   cmdBundle,
			"force":    cmdForce,
			"hook":     cmdHook,
			"rebundle": cmdRebundle,
			"script":   cmdScript,
			"serve":    cmdServe,
			"step":     cmdStep,
			"unpack":   cmdUnpack,
		},
	})
}

// plainProgram builds the program of the scripts without the search for races,
// where that is on, and returns its folder. Each line of a script is a process of
// its own that reads all signatures and ends; with the search that takes half a
// minute of a script's time for every second without.
func plainProgram(t *testing.T) string {
	t.Helper()
	if !raced {
		return ""
	}
	dir := t.TempDir()
	//nolint:gosec // The command is fixed but for the folder.
	out, err := exec.CommandContext(t.Context(), "go", "test", "-c", "-race=false", "-o", filepath.Join(dir, "spoor"), ".").CombinedOutput()
	if err != nil {
		t.Fatalf("build the program: %v\n%s", err, out)
	}
	return dir
}

// silentDNS starts a DNS server that knows no names, so that tests ask nobody
// else, and returns its address.
func silentDNS(t *testing.T) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &dns.Server{PacketConn: conn, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		_ = w.WriteMsg(new(dns.Msg).SetRcode(q, dns.RcodeNameError))
	})}
	go func() { _ = server.ActivateAndServe() }()
	t.Cleanup(func() { _ = server.Shutdown() })
	return conn.LocalAddr().String()
}

// cmdBundle writes a saved visit: bundle FILE HOST.
func cmdBundle(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: bundle FILE HOST")
	}
	v, err := fakeRecord("https://"+args[1]+"/", "desktop")
	ts.Check(err)
	v.Tools.Spoor = versionText() // As if this program had made the visit.
	ts.Check(evidence.Save(ts.MkAbs(args[0]), v, evidence.Files{"shots/none-1.png": []byte("picture")}))
}

// cmdServe serves the files of the working folder, on any host as a proxy does:
// serve VARIABLE. The variable gets the address, VARIABLE_HOST its host and port.
func cmdServe(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: serve VARIABLE")
	}
	dir := ts.MkAbs(".")
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, err := os.ReadFile(filepath.Join(dir, filepath.Base(r.URL.Path)))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(data)
	}))
	ts.Defer(s.Close)
	ts.Setenv(args[0], s.URL)
	ts.Setenv(args[0]+"_HOST", s.Listener.Addr().String())
}

// cmdForce makes spoor use a list that an update would refuse: force NAME URL.
func cmdForce(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: force NAME URL")
	}
	_, err := update.Run(context.Background(), update.Options{
		Dir:     filepath.Join(ts.Getenv("XDG_CACHE_HOME"), "spoor", "signatures"),
		Sources: []update.Source{{Name: args[0], URL: args[1], Kind: signatures.KindFilters}},
		Client:  http.DefaultClient, Now: time.Now(),
		Load: func(signatures.PackSet) (*signatures.DB, error) { return signatures.Default() },
	})
	ts.Check(err)
}

// cmdUnpack unpacks a saved visit into a folder of its name: unpack FILE.zip.
func cmdUnpack(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: unpack FILE.zip")
	}
	z, err := zip.OpenReader(ts.MkAbs(args[0]))
	ts.Check(err)
	defer z.Close() //nolint:errcheck // Nothing is written.
	ts.Check(os.CopyFS(ts.MkAbs(strings.TrimSuffix(args[0], ".zip")), z))
}

// cmdRebundle makes a bundle of an unpacked one, with something changed in one of
// its files: rebundle FILE.zip FOLDER MEMBER PATTERN TEXT sums|keep. With "sums" the
// manifest fits what was changed.
func cmdRebundle(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 6 {
		ts.Fatalf("usage: rebundle FILE.zip FOLDER MEMBER PATTERN TEXT sums|keep")
	}
	dir := os.DirFS(ts.MkAbs(args[1]))
	members, sums := map[string][]byte{}, ""
	ts.Check(fs.WalkDir(dir, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		members[name], err = fs.ReadFile(dir, name)
		return err
	}))
	was := members[args[2]]
	members[args[2]] = regexp.MustCompile(args[3]).ReplaceAll(was, []byte(args[4]))
	if bytes.Equal(was, members[args[2]]) {
		ts.Fatalf("%s does not hold %s", args[2], args[3])
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if name != "MANIFEST" {
			sums += fmt.Sprintf("%x  %s\n", sha256.Sum256(members[name]), name)
		}
	}
	if args[5] == "sums" {
		members["MANIFEST"] = []byte(sums)
	}
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	defer f.Close() //nolint:errcheck // The archive was closed before.
	z := zip.NewWriter(f)
	for name, content := range members {
		w, err := z.Create(name)
		ts.Check(err)
		_, err = w.Write(content)
		ts.Check(err)
	}
	ts.Check(z.Close())
}

// A fakeBrowser stands for a browser: what it sees depends on the host, and on how
// often it was asked.
type fakeBrowser struct {
	visits int
	mu     sync.Mutex
}

// oneByOne is visit for those who visit side by side.
func (b *fakeBrowser) oneByOne(ctx context.Context, p crawler.Plan, tell func(crawler.Progress)) (*evidence.Visit, evidence.Files, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.visit(ctx, p, tell)
}

func (b *fakeBrowser) visit(ctx context.Context, p crawler.Plan, tell func(crawler.Progress)) (*evidence.Visit, evidence.Files, error) {
	device := "desktop"
	if p.Browser.Mobile {
		device = "mobile"
	}
	tell(crawler.Progress{Scenario: evidence.None, Stage: "loading", URL: p.URL})
	if p.Mail != nil {
		return fakeMail(p), evidence.Files{"shots/none-1.png": []byte("picture")}, nil
	}
	if strings.Contains(p.URL, "//interrupt.test") {
		// As if the user had pressed the keys.
		self, err := os.FindProcess(os.Getpid())
		if err == nil {
			err = self.Signal(os.Interrupt)
		}
		if err != nil {
			return nil, nil, err
		}
		select {
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		case <-time.After(time.Minute):
			return nil, nil, errors.New("the interrupt did not arrive")
		}
	}
	address := p.URL
	if b.visits++; b.visits == 1 { // Every first visit meets a tracker there.
		address = strings.Replace(address, "//flaky.test", "//tracker.test", 1)
	}
	v, err := fakeRecord(address, device)
	if err != nil {
		return nil, nil, err
	}
	if strings.Contains(p.URL, "//half.test") && slices.Contains(p.Scenarios, evidence.Accept) {
		v.Runs = append(v.Runs, evidence.Run{Scenario: evidence.Accept, Outcome: evidence.Failed, Reason: "crash"})
	}
	v.Subject.Vantage, v.Subject.Seed, v.Subject.Lang = p.Vantage, p.Seed, strings.Join(p.Browser.Langs, ",")
	v.Tools.Spoor, v.Tools.BrowserMode, v.Tools.Flags = p.Version, p.Browser.Mode, p.Browser.Flags
	for _, s := range p.Steps {
		v.Runs[0].Events = append(v.Runs[0].Events, evidence.Event{
			ID: evidence.NewID(evidence.None, "event", len(v.Runs[0].Events)+1), Kind: "step", Text: s.Act + " " + s.Selector + s.Text + s.Key + s.URL,
		})
	}
	tell(crawler.Progress{Scenario: evidence.None, Stage: "collecting", URL: p.URL, Requests: len(v.Runs[0].Requests)})
	return v, evidence.Files{"shots/none-1.png": []byte("picture")}, nil
}

// fakeMail makes the record of a message that was shown: when its pictures were, each
// was fetched, and was as large as the message says or of one pixel.
func fakeMail(p crawler.Plan) *evidence.Visit {
	v := crawler.Unshown(p, time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC), "")
	v.Gaps = nil
	v.Tools.Chrome, v.Tools.BrowserMode, v.Tools.UserAgent, v.Tools.ThirdPartyCookies, v.Tools.Sandbox = "156.0.1.2", p.Browser.Mode, p.UserAgent, "allowed", true
	chosen := evidence.Millis(1200)
	r := &v.Runs[0]
	r.Chosen, r.Took = &chosen, 4000
	r.Pages = []evidence.Page{{URL: evidence.MailAddress, FinalURL: evidence.MailAddress, Settled: "quiet"}, {URL: evidence.MailAddress, FinalURL: evidence.MailAddress, Settled: "quiet", At: 1200}}
	r.Targets = []evidence.Target{{ID: "t1", Kind: "page", URL: evidence.MailAddress, BeforeFirstScript: true}}
	r.Shots = []evidence.Shot{{At: 1000, Name: "shots/none-1.png", What: "page"}}
	for _, img := range v.Mail.Images {
		if img.Inline {
			continue
		}
		r.Requests = append(r.Requests, evidence.Request{
			ID: evidence.NewID(evidence.None, "request", len(r.Requests)+1), At: 1300 + evidence.Millis(len(r.Requests)), Page: 1, Target: "t1", Document: evidence.MailAddress,
			Kind: "image", URL: img.URL, Method: "GET", Status: 200, MIME: "image/gif", Width: max(img.Width, 1), Height: max(img.Height, 1), Initiator: evidence.Initiator{Kind: "parser"},
		})
	}
	return v
}

// fakePrint stands for a browser that prints.
func fakePrint(_ context.Context, o browser.Options, html []byte) ([]byte, error) {
	if _, err := os.Stat(o.Path); err != nil {
		return nil, err
	}
	return append([]byte("%PDF-fake\n"), html...), nil
}

// fakeRecord makes the record of a page: tracker.test calls a tracker, clean.test
// nobody, flaky.test a tracker at times; at offline.test the network fails the
// tracker, at stopped.test the page's own rules do. blocked.test shows a bot wall, down.test does not exist.
func fakeRecord(address, device string) (*evidence.Visit, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	began := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	r := evidence.Run{
		Scenario: evidence.None, Outcome: evidence.Done, Began: began, Took: 7000,
		Pages:   []evidence.Page{{URL: address, FinalURL: address, Status: 200, Title: "A page", Settled: "quiet", Loaded: 400, Took: 7000}},
		Targets: []evidence.Target{{ID: "t1", Kind: "page", URL: address, BeforeFirstScript: true}},
		Requests: []evidence.Request{{
			ID: "none/request/1", Kind: "document", URL: address, Method: "GET", Status: 200, MIME: "text/html", Initiator: evidence.Initiator{Kind: "navigation"},
		}},
		Shots: []evidence.Shot{{At: 7000, Name: "shots/none-1.png", What: "page"}},
	}
	switch u.Hostname() {
	case "tracker.test", "offline.test", "stopped.test":
		q := evidence.Request{
			ID: "none/request/2", At: 800, Target: "t1", Document: address, Kind: "image", Method: "GET", Status: 200,
			URL: "https://www.google-analytics.com/collect?v=1&cid=1234567890.1700000000", Initiator: evidence.Initiator{Kind: "script"},
		}
		switch u.Hostname() {
		case "offline.test":
			q.Status, q.Error = 0, "net::ERR_NAME_NOT_RESOLVED"
		case "stopped.test":
			q.Status, q.BlockedReason = 0, "csp"
		}
		r.Requests = append(r.Requests, q)
	case "cookie.test":
		const value = "f81d4fae7dec11d0a765"
		r.Cookies = []evidence.Cookie{{
			ID: "none/cookie/1", Name: "uid", Value: value, Domain: "cookie.test", Path: "/", At: 300, Lifetime: 34560000, State: "stored",
			Writes: []evidence.CookieWrite{{At: 300, Kind: "http", URL: address, Raw: "uid=" + value + "; Max-Age=34560000"}},
		}}
		r.Requests[0].Answer = []evidence.Header{{Name: "Set-Cookie", Value: "uid=" + value + "; Max-Age=34560000"}}
		r.Requests = append(r.Requests, evidence.Request{
			ID: "none/request/2", At: 900, Target: "t1", Document: address, Kind: "image", Method: "GET", Status: 200,
			URL: "https://www.google-analytics.com/collect?v=1&uid=" + value, Initiator: evidence.Initiator{Kind: "script"},
		})
	case "clean.test", "flaky.test", "half.test":
	case "blocked.test":
		r.Outcome, r.Reason = evidence.Blocked, "bot-wall"
		r.Pages[0].Error = "bot-wall"
	case "down.test":
		r.Outcome, r.Reason, r.Requests = evidence.Failed, "dns", nil
		r.Pages[0].Error, r.Pages[0].Status = "dns", 0
	default:
		return nil, fmt.Errorf("the browser broke at %s", u.Host)
	}
	return &evidence.Visit{
		Format:  evidence.Format,
		Subject: evidence.Subject{Kind: "page", URL: address, Started: began, Took: 7000, Device: device, Lang: "en"},
		Tools:   evidence.Tools{Spoor: "test", Chrome: "156.0.1.2", BrowserMode: "headless", ThirdPartyCookies: "allowed", Sandbox: true},
		Runs:    []evidence.Run{r},
	}, nil
}
