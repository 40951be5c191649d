package testsites

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/websocket"
)

func spkiOf(t *testing.T, s *Server, name string) string {
	t.Helper()
	d := tls.Dialer{Config: &tls.Config{ServerName: name, InsecureSkipVerify: true}} // #nosec G402 -- looks at bad certificates
	conn, err := d.DialContext(t.Context(), "tcp", s.HTTPSAddr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	sum := sha256.Sum256(conn.(*tls.Conn).ConnectionState().PeerCertificates[0].RawSubjectPublicKeyInfo)
	return base64.StdEncoding.EncodeToString(sum[:])
}

func TestCertificates(t *testing.T) {
	s := Start(t)
	for _, host := range []string{"plain.test", "www.google-analytics.com", "t60.party60.test"} {
		if got := spkiOf(t, s, host); got != s.SPKI() {
			t.Errorf("%s: key %s, want that of SPKI, %s", host, got, s.SPKI())
		}
		if status, _, _ := get(t, s, "https://"+host+"/-/pixel.gif"); status != http.StatusOK {
			t.Errorf("%s: status %d", host, status)
		}
	}
	tests := map[string]func(error) bool{
		"expired.test": func(err error) bool {
			var e x509.CertificateInvalidError
			return errors.As(err, &e) && e.Reason == x509.Expired
		},
		"wrong-name.test":  func(err error) bool { var e x509.HostnameError; return errors.As(err, &e) },
		"self-signed.test": func(err error) bool { var e x509.UnknownAuthorityError; return errors.As(err, &e) },
	}
	for host, wanted := range tests {
		if spkiOf(t, s, host) == s.SPKI() {
			t.Errorf("%s has the key of the good certificates, so that Chrome would be told to ignore its error", host)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+host+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := s.Client().Do(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		if !wanted(err) {
			t.Errorf("%s: error %v is not of the right kind", host, err)
		}
	}
	if block, _ := pem.Decode(s.RootPEM()); block == nil || block.Type != "CERTIFICATE" {
		t.Error("RootPEM is no certificate")
	}
}

func TestHostRulesNameBothPorts(t *testing.T) {
	s := Start(t)
	want := "MAP *:80 " + s.HTTPAddr() + ", MAP *:443 " + s.HTTPSAddr()
	if got := s.HostRules(); got != want {
		t.Errorf("HostRules = %q, want %q", got, want)
	}
	if got := s.URL("plain", "index.html"); got != "https://plain.test/" {
		t.Errorf("URL of the index = %q", got)
	}
	if got := s.URL("plain", "clean.html"); got != "https://plain.test/clean.html" {
		t.Errorf("URL of the twin = %q", got)
	}
}

func TestRequestsAreRemembered(t *testing.T) {
	s := Start(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://third.test/-/collect?a=b", strings.NewReader("visitor=1"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Origin", "https://plain.test")
	resp, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusNoContent || resp.Header.Get("Access-Control-Allow-Origin") != "https://plain.test" {
		t.Errorf("status %d, allowed origin %q", resp.StatusCode, resp.Header.Get("Access-Control-Allow-Origin"))
	}
	list := s.Requests()
	if len(list) != 1 {
		t.Fatalf("%d requests remembered, want 1", len(list))
	}
	r := list[0]
	got := strings.Join([]string{r.Method, r.Scheme, r.Host, r.Path, r.Query, string(r.Body), r.Header.Get("Origin")}, " ")
	if want := "POST http third.test /-/collect a=b visitor=1 https://plain.test"; got != want {
		t.Errorf("remembered %q, want %q", got, want)
	}
	s.Forget()
	if n := len(s.Requests()); n != 0 {
		t.Errorf("%d requests remembered after Forget", n)
	}
}

func openSocket(t *testing.T, s *Server) *websocket.Conn {
	t.Helper()
	config, err := websocket.NewConfig("wss://chat.websocket.test/-/socket", "https://websocket.test")
	if err != nil {
		t.Fatal(err)
	}
	d := tls.Dialer{Config: &tls.Config{ServerName: "chat.websocket.test", RootCAs: s.keys.pool, MinVersion: tls.VersionTLS12}}
	conn, err := d.DialContext(t.Context(), "tcp", s.HTTPSAddr())
	if err != nil {
		t.Fatal(err)
	}
	ws, err := websocket.NewClient(config, conn)
	if err != nil {
		t.Fatal(err)
	}
	return ws
}

func TestSocketGreetsAndEchoes(t *testing.T) {
	ws := openSocket(t, Start(t))
	defer func() { _ = ws.Close() }()
	var hello, echo string
	if err := websocket.Message.Receive(ws, &hello); err != nil || !strings.Contains(hello, "hello") {
		t.Fatalf("greeting %q, %v", hello, err)
	}
	if err := websocket.Message.Send(ws, "how are you"); err != nil {
		t.Fatal(err)
	}
	if err := websocket.Message.Receive(ws, &echo); err != nil || echo != "how are you" {
		t.Fatalf("echo %q, %v", echo, err)
	}
}

func TestCloseEndsWhatIsEndless(t *testing.T) {
	s, err := Serve()
	if err != nil {
		t.Fatal(err)
	}
	ws := openSocket(t, s)
	defer func() { _ = ws.Close() }()
	ended := make(chan error, 3)
	for _, p := range []string{"endless", "never"} {
		go func() {
			req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "https://endless.test/-/"+p, nil)
			if err == nil {
				var resp *http.Response
				if resp, err = s.Client().Do(req); err == nil {
					_, err = io.Copy(io.Discard, resp.Body)
					_ = resp.Body.Close()
				}
			}
			ended <- err
		}()
	}
	go func() { _, err := io.Copy(io.Discard, ws); ended <- err }()
	for len(s.Requests()) < 3 {
		time.Sleep(5 * time.Millisecond)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	for range 3 {
		select {
		case <-ended: //nolint:errcheck // That it ended counts, not how.
		case <-time.After(10 * time.Second):
			t.Fatal("an answer went on after Close")
		}
	}
	if conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", s.HTTPAddr()); err == nil {
		_ = conn.Close()
		t.Error("the port is still open after Close")
	}
}

func TestLibrariesAreThereOrSayHowToGetThem(t *testing.T) {
	s := Start(t)
	status, body, _ := get(t, s, "https://fp.vendor.test/_lib/fingerprintjs/fp.min.js")
	if s.HasLibraries() != (status == http.StatusOK) {
		t.Errorf("HasLibraries %v, status %d", s.HasLibraries(), status)
	}
	if status == http.StatusNotFound && !strings.Contains(body, "go run ./testsites/fill") {
		t.Errorf("the answer does not say how to get the library: %q", body)
	}
	for _, p := range []string{"nothing.js", "../server.go", "%2e%2e/server.go"} {
		if status, _, _ := get(t, s, "https://plain.test/_lib/"+p); status != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", p, status)
		}
	}
}
