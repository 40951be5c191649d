package testsites_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/websocket"

	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/browsertest"
	"github.com/spoor-audit/spoor/testsites"
)

// A chrome is a browser that sees the test sites. It is driven here by a few
// lines of its protocol and not by the crawler, whose tests rest on these sites.
type chrome struct {
	conn *websocket.Conn

	mu      sync.Mutex
	last    int
	waiting map[int]chan answer
}

type answer struct {
	ID     int             `json:"id"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// openChrome starts a browser for one test.
func openChrome(t *testing.T, srv *testsites.Server) *chrome {
	t.Helper()
	profile, err := os.MkdirTemp("", "spoor-testsites")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(profile) }) // its last processes may still write
	if err := os.Mkdir(filepath.Join(profile, "Default"), 0o700); err != nil {
		t.Fatal(err)
	}
	// Cookies of third parties are kept, as most visitors have it.
	preferences := `{"profile":{"cookie_controls_mode":0,"block_third_party_cookies":false}}`
	if err := os.WriteFile(filepath.Join(profile, "Default", "Preferences"), []byte(preferences), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), browsertest.Chrome(t, browser.Headless), //nolint:gosec // G204: the browser of the tests
		"--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions", "--window-size=1280,900",
		"--remote-debugging-port=0", "--remote-allow-origins=*", "--user-data-dir="+profile, "--disable-background-networking", "--disable-blink-features=AutomationControlled",
		"--host-resolver-rules="+srv.HostRules(), "--ignore-certificate-errors-spki-list="+srv.SPKI(), "about:blank")
	says, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	address := ""
	lines := bufio.NewScanner(says)
	for address == "" && lines.Scan() {
		_, address, _ = strings.Cut(lines.Text(), "DevTools listening on ")
	}
	go func() {
		for lines.Scan() { // what else it says must go somewhere
		}
	}()
	conn, err := websocket.Dial(address, "", "http://localhost/")
	if err != nil {
		t.Fatalf("browser at %q: %v", address, err)
	}
	conn.MaxPayloadBytes = 64 << 20
	c := &chrome{conn: conn, waiting: map[int]chan answer{}}
	go c.listen()
	t.Cleanup(func() { _ = c.call("", "Browser.close", nil, nil) })
	return c
}

func (c *chrome) listen() {
	for {
		var a answer
		if err := websocket.JSON.Receive(c.conn, &a); err != nil {
			return
		}
		c.mu.Lock()
		ch := c.waiting[a.ID]
		delete(c.waiting, a.ID)
		c.mu.Unlock()
		if ch != nil {
			ch <- a
		}
	}
}

// call sends one command and decodes its result.
func (c *chrome) call(session, method string, params map[string]any, into any) error {
	c.mu.Lock()
	c.last++
	id, ch := c.last, make(chan answer, 1)
	c.waiting[id] = ch
	message := map[string]any{"id": id, "method": method}
	if params != nil {
		message["params"] = params
	}
	if session != "" {
		message["sessionId"] = session
	}
	err := websocket.JSON.Send(c.conn, message)
	c.mu.Unlock()
	if err != nil {
		return err
	}
	select {
	case a := <-ch:
		if a.Error != nil {
			return fmt.Errorf("%s: %s", method, a.Error.Message)
		}
		if into == nil {
			return nil
		}
		return json.Unmarshal(a.Result, into)
	case <-time.After(20 * time.Second):
		return fmt.Errorf("%s: no answer", method)
	}
}

// A tab is a page with storage of its own.
type tab struct {
	*chrome
	t            *testing.T
	session, jar string
}

// tab opens a page in a fresh profile, for one test.
func (c *chrome) tab(t *testing.T) *tab {
	t.Helper()
	b := &tab{chrome: c, t: t}
	var made struct {
		Jar     string `json:"browserContextId"`
		Target  string `json:"targetId"`
		Session string `json:"sessionId"`
	}
	b.must("Target.createBrowserContext", nil, &made)
	b.must("Target.createTarget", map[string]any{"url": "about:blank", "browserContextId": made.Jar}, &made)
	b.must("Target.attachToTarget", map[string]any{"targetId": made.Target, "flatten": true}, &made)
	b.session, b.jar = made.Session, made.Jar
	b.must("Page.enable", nil, nil)
	t.Cleanup(func() { _ = c.call("", "Target.disposeBrowserContext", map[string]any{"browserContextId": b.jar}, nil) })
	return b
}

// must sends one command to the page, or to the browser while there is none.
func (b *tab) must(method string, params map[string]any, into any) {
	b.t.Helper()
	session := b.session
	if strings.HasPrefix(method, "Target.") || strings.HasPrefix(method, "Storage.") {
		session = ""
	}
	if err := b.call(session, method, params, into); err != nil {
		b.t.Fatal(err)
	}
}

// open goes to an address and waits until the page holds still.
func (b *tab) open(address string) {
	b.t.Helper()
	b.must("Page.navigate", map[string]any{"url": address}, nil)
	b.until("document.readyState === 'complete' && location.href !== 'about:blank'")
	b.rest()
}

// rest waits for what scripts do a moment later.
func (b *tab) rest() { time.Sleep(600 * time.Millisecond) }

// eval runs a script in the page and returns its value.
func (b *tab) eval(script string) any {
	b.t.Helper()
	var got struct {
		Result struct {
			Value any `json:"value"`
		} `json:"result"`
		Exception *struct {
			Text      string `json:"text"`
			Exception struct {
				Description string `json:"description"`
			} `json:"exception"`
		} `json:"exceptionDetails"`
	}
	if err := b.call(b.session, "Runtime.evaluate", map[string]any{"expression": script, "returnByValue": true, "awaitPromise": true, "userGesture": true}, &got); err != nil {
		return err // the page is on its way to another
	}
	if got.Exception != nil {
		b.t.Errorf("%s: %s", script, got.Exception.Exception.Description)
	}
	return got.Result.Value
}

// until waits for a condition to hold in the page.
func (b *tab) until(condition string) bool {
	b.t.Helper()
	for range 100 {
		if b.eval(condition) == true {
			return true
		}
		time.Sleep(100 * time.Millisecond)
	}
	return false
}

// see finds a visible element also in open shadow roots.
const see = `(selector => {
  const find = root => {
    for (const e of root.querySelectorAll(selector)) if (e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true}) && e.getClientRects().length) return e;
    for (const e of root.querySelectorAll("*")) { const inner = e.shadowRoot && find(e.shadowRoot); if (inner) return inner }
    return null;
  };
  return find(document);
})`

// sees reports whether an element that fits the selector can be seen.
func (b *tab) sees(selector string) bool {
	return b.eval(see+"("+quote(selector)+") !== null") == true
}

// press clicks an element that can be seen, when it is there.
func (b *tab) press(selector string) bool {
	b.t.Helper()
	if !b.until(see + "(" + quote(selector) + ") !== null") {
		return false
	}
	b.eval(see + "(" + quote(selector) + ").click()")
	b.rest()
	return true
}

func quote(s string) string {
	q, _ := json.Marshal(s)
	return string(q)
}

// cookies lists the names of the cookies that the browser holds.
func (b *tab) cookies() string {
	b.t.Helper()
	var got struct {
		Cookies []struct {
			Name string `json:"name"`
		} `json:"cookies"`
	}
	b.must("Storage.getCookies", map[string]any{"browserContextId": b.jar}, &got)
	var names []string
	for _, k := range got.Cookies {
		names = append(names, k.Name)
	}
	return strings.Join(names, " ")
}
