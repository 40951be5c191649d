package probe_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/crawler/probe"
)

// raw answers with bytes of a server that keeps to no protocol.
func raw(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		_, _ = io.WriteString(conn, text)
		_ = conn.Close()
	}
}

// endless writes until the other side has enough, with a pause after each part.
func endless(part string, pause time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, part); err != nil {
				return
			}
			_ = http.NewResponseController(w).Flush()
			select {
			case <-r.Context().Done():
			case <-time.After(pause):
			}
		}
	}
}

// bomb is a page that is a thousand times as large as what is sent.
func bomb(kind, encoding string) http.HandlerFunc {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	blank := bytes.Repeat([]byte("<p>"), 1<<20)
	for range 40 {
		_, _ = z.Write(blank)
	}
	_ = z.Close()
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		if encoding != "" {
			w.Header().Set("Content-Encoding", encoding)
		}
		_, _ = w.Write(packed.Bytes())
	}
}

// TestHostile holds that every answer is a row with a reason, or a page.
func TestHostile(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{
		"loop.test": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) },
		"deep.test": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path+"x", http.StatusFound)
		},
		"stream.test":   endless("<p>more</p>"+strings.Repeat(" ", 1<<16), 0),
		"drip.test":     endless("<p>", 20*time.Millisecond),
		"silent.test":   func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"slowmove.test": raw("HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 100000\r\n\r\n"),
		"bomb.test":     bomb("text/html", "gzip"),
		"double.test":   bomb("text/html", "gzip, gzip"),
		"typed.test":    bomb("application/gzip", ""),
		"corrupt.test":  raw("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\nthis is no gzip text"),
		"headers.test":  raw("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("a", 1<<20) + "\r\n\r\n"),
		"noise.test":    raw("SSH-2.0-OpenSSH_9.2\r\n"),
		"shut2.test":    raw(""),
		"short.test":    raw("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n<p>"),
		"badmove.test":  raw("HTTP/1.1 301 Moved\r\nLocation: http://%zz/\r\nContent-Length: 0\r\n\r\n"),
		"script.test":   raw("HTTP/1.1 302 Found\r\nLocation: javascript:alert(1)\r\nContent-Length: 0\r\n\r\n"),
		"nomove.test":   raw("HTTP/1.1 302 Found\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<p>hey"),
		"nested.test":   page(strings.Repeat("<div>", 100000)),
		"charset.test": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=klingon")
			_, _ = io.WriteString(w, "<title>fine</title>")
		},
		"type.test": raw("HTTP/1.1 200 OK\r\nContent-Type: text/html;;;=\"\r\nContent-Length: 6\r\n\r\n<p>hey"),
		"jar.test": func(w http.ResponseWriter, r *http.Request) {
			for i := range 500 {
				w.Header().Add("Set-Cookie", fmt.Sprintf("c%d=1; Max-Age=99999999999999999999", i))
			}
			page("<p>many")(w, r)
		},
		"parts.test": page(strings.Repeat("<script src=https://a.example/a.js></script>", 20000)),
	})
	quick := func(o *probe.Options) { o.Timeout, o.Budget = 700*time.Millisecond, 5*time.Second }
	for address, want := range map[string]string{
		"http://loop.test/": "redirect-loop", "http://deep.test/": "redirect-loop", "http://stream.test/": "", "http://drip.test/": "timeout",
		"http://silent.test/": "timeout", "http://bomb.test/": "", "http://double.test/": "", "http://typed.test/": "", "http://corrupt.test/": "protocol",
		"http://headers.test/": "protocol", "http://noise.test/": "protocol", "http://shut2.test/": "empty", "http://short.test/": "connection",
		"http://badmove.test/": "protocol", "http://script.test/": "protocol", "http://nomove.test/": "", "http://nested.test/": "", "http://charset.test/": "",
		"http://type.test/": "", "http://jar.test/": "", "http://parts.test/": "", "http://gone.test/": "dns", "http://shut.test/": "refused",
		"https://old.test/": "tls", "https://a.b.c.test/": "tls", "http://slowmove.test/": "redirect-loop",
	} {
		t.Run(strings.Trim(address[strings.Index(address, "//"):], "/"), func(t *testing.T) {
			t.Parallel()
			var change func(*probe.Options)
			if want == "timeout" {
				change = quick
			}
			f := w.ask(t, address, change)
			if f.Reason != want || want != "" && (f.Worth != "no-answer" || f.Detail == "") {
				t.Errorf("%q (%s), worth %s, want %q", f.Reason, f.Detail, f.Worth, want)
			}
			if len(f.Hops) > 30 || len(f.Cookies) > 200 {
				t.Errorf("%d hops, %d cookies are kept", len(f.Hops), len(f.Cookies))
			}
		})
	}
}

// TestCertificates holds that a certificate that is not accepted is told of.
func TestCertificates(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{"old.test": page("<p>hello")})
	f := w.ask(t, "https://old.test/", nil)
	if f.TLS == nil || f.TLS.Days != -400 || f.TLS.Issuer != "Testers Test CA" || f.TLS.Error == "" {
		t.Errorf("%+v", f.TLS)
	}
	f = w.ask(t, "https://old.test/", func(o *probe.Options) { o.Insecure = true })
	if f.Worth != "yes" || f.TLS == nil || f.TLS.Version != "TLS 1.3" || f.TLS.Error == "" {
		t.Errorf("worth %s, %+v", f.Worth, f.TLS)
	}
}

// TestBudget holds that a site that leads on and on costs no more than its budget.
func TestBudget(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{"slow.test": func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-time.After(100 * time.Millisecond):
			http.Redirect(w, r, r.URL.Path+"x", http.StatusFound)
		}
	}})
	f := w.ask(t, "http://slow.test/", func(o *probe.Options) { o.Budget = 250 * time.Millisecond })
	if f.Reason != "timeout" || len(f.Hops) > 3 {
		t.Errorf("%s after %d answers", f.Reason, len(f.Hops))
	}
}
