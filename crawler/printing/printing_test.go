package printing_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/browsertest"
	"github.com/spoor-audit/spoor/crawler/printing"
)

func pdf(t *testing.T, html string) []byte {
	t.Helper()
	out, err := printing.PDF(t.Context(), browsertest.Options(t, nil, browser.Headless), []byte(html))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(out, []byte("%PDF-")) || !bytes.Contains(out, []byte("%%EOF")) {
		t.Fatalf("no PDF: %.40q", out)
	}
	return out
}

func TestItHasTagsAndAnOutline(t *testing.T) {
	out := pdf(t, `<!doctype html><html lang="nl"><title>A report</title><h1>One</h1><h2>Two</h2><p>Text</p></html>`)
	for _, part := range []string{"/StructTreeRoot", "/MarkInfo", "/Outlines", "/Lang (nl)"} {
		if !bytes.Contains(out, []byte(part)) {
			t.Errorf("the PDF lacks %s", part)
		}
	}
}

// A line is wide enough for tables: the report turns them into lists below 48rem,
// and this page is then one page shorter.
func TestLinesAreWide(t *testing.T) {
	out := pdf(t, `<!doctype html><style>p { break-after: page; display: none } @media (min-width: 48rem) { p { display: block } }</style><p>One</p><div>Two</div>`)
	if n := bytes.Count(out, []byte("/Type /Page\n")); n != 2 {
		t.Errorf("%d pages, want 2", n)
	}
}

func TestNothingIsAskedOfTheNetwork(t *testing.T) {
	var hits atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	defer srv.Close()
	named := strings.Replace(srv.URL, "127.0.0.1", "localhost", 1)
	pdf(t, `<!doctype html><link rel="stylesheet" href="`+srv.URL+`/a.css"><img src="`+srv.URL+`/b.png"><img src="`+named+`/c.png">
		<style>p { background: url(`+srv.URL+`/d.png) }</style><p>Text</p><iframe src="`+srv.URL+`/e.html"></iframe>
		<script>fetch("`+srv.URL+`/f"); document.title = "changed"</script>`)
	if n := hits.Load(); n > 0 {
		t.Errorf("%d requests were made", n)
	}
}

func TestNoBrowser(t *testing.T) {
	_, err := printing.PDF(t.Context(), browser.Options{Path: "/nowhere/chrome", TempDir: t.TempDir()}, []byte("<p>x"))
	if err == nil || !strings.Contains(err.Error(), "/nowhere/chrome") {
		t.Errorf("the error is %v", err)
	}
}
