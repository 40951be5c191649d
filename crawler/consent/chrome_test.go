package consent_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/browsertest"
)

// site is where the browser finds the pages of testdata.
const site = "http://site.test/"

var shared struct {
	once   sync.Once
	window *browsertest.Window
	server *httptest.Server
}

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.window != nil {
		_ = shared.window.Close()
		shared.server.Close()
	}
	os.Exit(code)
}

// open loads a page in a window of this size, in the browser that all tests share.
func open(t *testing.T, name string, width, height int64) *browsertest.Tab {
	t.Helper()
	o := browsertest.Options(t, nil, browser.Headless)
	shared.once.Do(func() {
		shared.server = httptest.NewServer(http.HandlerFunc(serve))
		_, port, err := net.SplitHostPort(shared.server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		o.HostRules = "MAP * 127.0.0.1:" + port
		o.TempDir = os.TempDir() // it outlives this test
		w, err := browsertest.Launch(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		shared.window = w
	})
	if shared.window == nil {
		t.Fatal("the browser did not start")
	}
	tab := shared.window.OpenSized(t, site+name, width, height)
	tab.Pause = 200 * time.Millisecond
	return tab
}

// serve answers with the pages of testdata. What a page kept in its cookie is
// its own affair.
func serve(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" {
		name = "plain.html"
	}
	if !strings.Contains(name, ".") {
		name += ".html"
	}
	data, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(filepath.Clean("/" + name)[1:])))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	kind := "text/html; charset=utf-8"
	if strings.HasSuffix(name, ".js") {
		kind = "text/javascript; charset=utf-8"
	} else if strings.HasSuffix(name, ".css") {
		kind = "text/css; charset=utf-8"
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(data)
}

// said is what the test page says became of the visitor's choice.
func said(t *testing.T, tab *browsertest.Tab) string {
	t.Helper()
	var s string
	if err := tab.Main(t.Context(), `String(window.choice||'')`, &s); err != nil {
		t.Fatal(err)
	}
	return s
}
