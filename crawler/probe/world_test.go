package probe_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/crawler/hostrules"
	"github.com/spoor-audit/spoor/crawler/probe"
)

// now is the time of all tests.
var now = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

const agent = "spoor/1.0 (+https://spoor.example)"

// A world is many hosts on one server, with and without TLS.
type world struct {
	hosts map[string]http.HandlerFunc // by name; "*" is any other
	roots *x509.CertPool
	rules string

	mu    sync.Mutex
	asked []string // "https://host/path"
}

// certificate makes one for any name below test, by an authority of its own.
func certificate(tb testing.TB, until time.Time) (tls.Certificate, *x509.Certificate) {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test CA", Organization: []string{"Testers"}},
		NotBefore: now.Add(-time.Hour * 24 * 3650), NotAfter: until, DNSNames: []string{"*.test", "*.shop.test", "*.other.test"},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		tb.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, parsed
}

// newWorld starts servers. Hosts that begin with "gone" do not exist, nobody listens
// at "shut.test", and the certificate of "old.test" is over.
func newWorld(tb testing.TB, hosts map[string]http.HandlerFunc) *world {
	tb.Helper()
	w := &world{hosts: hosts, roots: x509.NewCertPool()}
	handler := http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		scheme := "http://"
		if r.TLS != nil {
			scheme = "https://"
		}
		w.mu.Lock()
		w.asked = append(w.asked, scheme+r.Host+r.URL.Path)
		w.mu.Unlock()
		h := hosts[strings.TrimPrefix(r.Host, "www.")]
		if h == nil {
			h = hosts["*"]
		}
		if h == nil {
			h = http.NotFound
		}
		h(rw, r)
	})
	good, root := certificate(tb, time.Now().Add(time.Hour*24*400))
	w.roots.AddCert(root)
	old, _ := certificate(tb, now.Add(-time.Hour*24*400))
	plain := httptest.NewServer(handler)
	tb.Cleanup(plain.Close)
	secure := httptest.NewUnstartedServer(handler)
	secure.Config.ErrorLog = quiet()
	secure.TLS = &tls.Config{Certificates: []tls.Certificate{good}, NextProtos: []string{"http/1.1"}, GetCertificate: func(h *tls.ClientHelloInfo) (*tls.Certificate, error) {
		if h.ServerName == "old.test" {
			return &old, nil
		}
		return &good, nil
	}}
	secure.StartTLS()
	tb.Cleanup(secure.Close)
	shut, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	_ = shut.Close()
	w.rules = "MAP gone* ~NOTFOUND, MAP shut.test " + shut.Addr().String() + ", MAP *:80 " + plain.Listener.Addr().String() + ", MAP *:443 " + secure.Listener.Addr().String()
	return w
}

// prober makes a prober for the world.
func (w *world) prober(tb testing.TB, change func(*probe.Options)) *probe.Prober {
	tb.Helper()
	rules, err := hostrules.Parse(w.rules)
	if err != nil {
		tb.Fatal(err)
	}
	o := probe.Options{UserAgent: agent, HostRules: rules, Now: func() time.Time { return now }}
	if change != nil {
		change(&o)
	}
	p, err := probe.New(o)
	if err != nil {
		tb.Fatal(err)
	}
	p.Trust(w.roots)
	tb.Cleanup(p.Close)
	return p
}

// ask asks one site.
func (w *world) ask(t *testing.T, address string, change func(*probe.Options)) *probe.Facts {
	t.Helper()
	f, err := w.prober(t, change).Site(t.Context(), probe.Target{URL: address})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// wasAsked reports whether the world was asked for an address.
func (w *world) wasAsked(address string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, a := range w.asked {
		if a == address {
			return true
		}
	}
	return false
}

// page answers with HTML.
func page(html string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(html))
	}
}
