//go:build linux

package crawler_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/crawler"
	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/browsertest"
	"github.com/spoor-audit/spoor/crawler/visit"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/testsites"
)

var quick = visit.Settle{Quiet: 500 * time.Millisecond, Min: time.Second, Max: 15 * time.Second}

func plan(url string, o browser.Options) crawler.Plan {
	return crawler.Plan{
		URL: url, Scenarios: []evidence.Scenario{evidence.None}, Browser: o, Settle: quick, Timeout: 40 * time.Second, Version: "test",
	}
}

// TestKilledBrowser kills the browser in the middle of a visit: the visit is
// done again in a new one, and the record says so.
func TestKilledBrowser(t *testing.T) {
	srv := testsites.Start(t)
	o := browsertest.Options(t, srv, browser.Headless)
	killed := false
	v, _, err := crawler.Visit(t.Context(), plan(srv.URL("plain", "index.html"), o), func(p crawler.Progress) {
		if p.Stage == "settling" && !killed {
			killed = true
			killBrowsers(t, o.TempDir)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if r := v.Runs[0]; !killed || r.Outcome != evidence.Done || r.Pages[0].Status != 200 {
		t.Errorf("killed %v, outcome %s %s, pages %+v", killed, r.Outcome, r.Reason, r.Pages)
	}
	if !slices.ContainsFunc(v.Runs[0].Events, func(e evidence.Event) bool { return e.Kind == "browser-restarted" }) {
		t.Errorf("nothing says that the browser was restarted: %+v", v.Runs[0].Events)
	}
	nothingLeft(t, o.TempDir)
}

// TestInterrupt cancels a visit: it ends within two seconds and leaves neither
// process nor profile behind.
func TestInterrupt(t *testing.T) {
	srv := testsites.Start(t)
	o := browsertest.Options(t, srv, browser.Headless)
	ctx, cancel := context.WithCancel(t.Context())
	var at time.Time
	_, _, err := crawler.Visit(ctx, plan(srv.URL("endless", "index.html"), o), func(p crawler.Progress) {
		if p.Stage == "settling" && at.IsZero() {
			at = time.Now()
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	if took := time.Since(at); took > 2*time.Second {
		t.Errorf("it took %s to end", took)
	}
	nothingLeft(t, o.TempDir)
}

// TestLoopsSettle visits pages that use watched functions without an end: once all that
// they use is known, they are settled.
func TestLoopsSettle(t *testing.T) {
	srv := testsites.Start(t)
	c, err := crawler.Open(t.Context(), browsertest.Options(t, srv, browser.Headless))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	for _, file := range []string{"clean.html", "index.html", "eval.html"} {
		v, _, err := c.Visit(t.Context(), plan(srv.URL("loops", file), browser.Options{}), nil)
		if err != nil {
			t.Fatal(err)
		}
		calls := 0
		for i := range v.Runs[0].Calls {
			calls += v.Runs[0].Calls[i].Count
		}
		if pg := v.Runs[0].Pages[0]; pg.Settled != "quiet" || calls == 0 {
			t.Errorf("%s: settled %q after %d ms, with %d calls", file, pg.Settled, pg.Took, calls)
		}
	}
}

// TestBrowserModes visits a page with the headless shell, over a WebSocket, and
// as a telephone, and looks at what the page sees of it.
func TestBrowserModes(t *testing.T) {
	srv := testsites.Start(t)
	for name, change := range map[string]func(*browser.Options){
		"websocket":  func(o *browser.Options) { o.WebSocket = true },
		"mobile":     func(o *browser.Options) { o.Mobile = true },
		"no cookies": func(o *browser.Options) { o.BlockThirdPartyCookies = true },
	} {
		t.Run(name, func(t *testing.T) {
			o := browsertest.Options(t, srv, browser.Headless)
			change(&o)
			v, _, err := crawler.Visit(t.Context(), plan(srv.URL("cookies-third-party", "index.html"), o), nil)
			if err != nil {
				t.Fatal(err)
			}
			stored := 0
			for _, c := range v.Runs[0].Cookies {
				if c.State == "stored" && !strings.HasSuffix("."+c.Domain, ".cookies-third-party.test") {
					stored++
				}
			}
			if o.BlockThirdPartyCookies != (stored == 0) {
				t.Errorf("%d third-party cookies stored, tools say they are %s", stored, v.Tools.ThirdPartyCookies)
			}
			for _, q := range v.Runs[0].Requests {
				for _, h := range q.Headers {
					if strings.EqualFold(h.Name, "user-agent") && (strings.Contains(h.Value, "Headless") || strings.Contains(h.Value, "Mobile") != o.Mobile) {
						t.Errorf("%s: user agent %s", q.URL, h.Value)
					}
				}
			}
			nothingLeft(t, o.TempDir)
		})
	}
}

func killBrowsers(t *testing.T, dir string) {
	t.Helper()
	for _, pid := range browserPids(dir) {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			t.Error(err)
		}
	}
}

// nothingLeft demands that no profile and no process of the browser is left.
func nothingLeft(t *testing.T, dir string) {
	t.Helper()
	if left, _ := filepath.Glob(filepath.Join(dir, "spoor-profile-*")); len(left) > 0 {
		t.Errorf("profiles left behind: %v", left)
	}
	for range 20 {
		if len(browserPids(dir)) == 0 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("processes left behind: %v", browserPids(dir))
}

// browserPids finds the processes that have a profile in dir on their command
// line.
func browserPids(dir string) []int {
	var pids []int
	list, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range list {
		data, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(data), dir) {
			continue
		}
		n := 0
		for _, c := range filepath.Base(filepath.Dir(path)) {
			n = n*10 + int(c-'0')
		}
		if n != os.Getpid() {
			pids = append(pids, n)
		}
	}
	return pids
}
