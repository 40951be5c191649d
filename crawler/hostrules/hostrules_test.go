package hostrules_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/crawler/hostrules"
)

func TestMap(t *testing.T) {
	const rules = "MAP *:80 127.0.0.1:8080, map *.X.test [::1]:9, MAP b?.test 10.0.0.1, MAP gone.test ~notfound,MAP six.test fe80::1,EXCLUDE localhost, EXCLUDE *.keep.test,"
	tests := []struct {
		host, port string
		want       string // "" for not mapped
	}{
		{"a.test", "80", "127.0.0.1:8080"},
		{"a.test", "443", ""},
		{"A.x.TEST", "443", "[::1]:9"},
		{"a.x.test.", "443", "[::1]:9"},
		{"x.test", "443", ""},
		{"b1.test", "443", "10.0.0.1:443"},
		{"b12.test", "443", ""},
		{"six.test", "443", "[fe80::1]:443"},
		{"localhost", "80", ""},
		{"www.keep.test", "80", ""},
		{"keep.test", "80", "127.0.0.1:8080"},
	}
	r, err := hostrules.Parse(rules)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		host, port, mapped, err := r.Map(tt.host, tt.port)
		if err != nil {
			t.Errorf("%s:%s: %v", tt.host, tt.port, err)
		}
		got := ""
		if mapped {
			got = net.JoinHostPort(host, port)
		}
		if got != tt.want {
			t.Errorf("%s:%s goes to %q, want %q", tt.host, tt.port, got, tt.want)
		}
	}
	var dns *net.DNSError
	if _, _, mapped, err := r.Map("gone.test", "443"); !mapped || !errors.As(err, &dns) || !dns.IsNotFound {
		t.Errorf("gone.test gives %v, %v", mapped, err)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{
		"MAP", "MAP a.test", "MAP a b c", "EXCLUDE", "EXCLUDE a b", "hello", "MAP a b:0", "MAP a b:99999", "MAP a b:http",
		"MAP a :80", "MAP a [::1", "MAP a ::g", "MAP a http://b/",
	} {
		if _, err := hostrules.Parse(text); err == nil {
			t.Errorf("%q was accepted", text)
		} else if !strings.Contains(err.Error(), strings.TrimSpace(text)) {
			t.Errorf("%q: the error %q does not quote the rule", text, err)
		}
	}
	if r, err := hostrules.Parse(" , "); err != nil || !r.Empty() {
		t.Errorf("no rules: %v, %v", r, err)
	}
}

func TestDialer(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Host)
	}))
	defer server.Close()
	r, err := hostrules.Parse("MAP shop.test:443 " + server.Listener.Addr().String() + ", MAP gone.test ~NOTFOUND")
	if err != nil {
		t.Fatal(err)
	}
	transport := server.Client().Transport.(*http.Transport).Clone()
	transport.TLSClientConfig.InsecureSkipVerify = true //nolint:gosec // The test server's certificate is for another name.
	transport.DialContext = r.Dialer(new(net.Dialer))
	client := &http.Client{Transport: transport}
	answer, err := client.Get("https://shop.test/")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close() //nolint:errcheck // Nothing is written.
	if host, _ := io.ReadAll(answer.Body); string(host) != "shop.test" {
		t.Errorf("the server was asked for %q", host)
	}
	if _, err := client.Get("https://gone.test/"); err == nil || !strings.Contains(err.Error(), "NOTFOUND") { //nolint:bodyclose // There is none.
		t.Errorf("gone.test gives %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("MAP *:80 127.0.0.1:8080, EXCLUDE localhost", "a.test", "80")
	f.Add("MAP *a*a*a*a*b [::1]:1", strings.Repeat("a", 100), "443")
	f.Fuzz(func(t *testing.T, text, host, port string) {
		r, err := hostrules.Parse(text)
		if err != nil {
			return
		}
		toHost, toPort, mapped, err := r.Map(host, port)
		if err == nil && !mapped && (toHost != host || toPort != port) {
			t.Errorf("%q is not mapped, but goes to %q %q", host, toHost, toPort)
		}
		if r.Empty() && mapped {
			t.Errorf("without rules %q is mapped", host)
		}
	})
}
