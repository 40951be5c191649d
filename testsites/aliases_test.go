package testsites

import (
	"net/http"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

func TestAliases(t *testing.T) {
	s := Start(t)
	ask := func(network, host string) []string {
		q := new(dns.Msg).SetQuestion(dns.Fqdn(host), dns.TypeA)
		m, _, err := (&dns.Client{Net: network}).ExchangeContext(t.Context(), q, s.DNSAddr())
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, rr := range m.Answer {
			switch rr := rr.(type) {
			case *dns.CNAME:
				out = append(out, rr.Target)
			case *dns.A:
				out = append(out, rr.A.String())
			}
		}
		return out
	}
	for host, want := range map[string]string{
		"www.cname-cloaking.test":   "cname-cloaking.test. 127.0.0.1",
		"SMART.cname-cloaking.test": "go.cname-cloaking.test. edge.b-cdn.net. kx21.eulerian.net. 127.0.0.1",
		"plain.test":                "127.0.0.1",
	} {
		for _, network := range []string{"udp", "tcp"} {
			if got := strings.Join(ask(network, host), " "); got != want {
				t.Errorf("%s by %s: %q, want %q", host, network, got, want)
			}
		}
	}
}

// A redirect hands on what the cookie of the same answer holds, and what came.
func TestRedirectsHandOn(t *testing.T) {
	status, _, h := get(t, Start(t), "https://match.partner.example/cookie-sync/match?from=ads&uid=17")
	id, _, _ := strings.Cut(strings.TrimPrefix(h.Get("Set-Cookie"), "pid="), ";")
	want := "https://broker.example/cookie-sync/pixel.gif?from=ads&uid=17&pid=" + id
	if status != http.StatusFound || len(id) != 32 || h.Get("Location") != want {
		t.Errorf("status %d, leads to %q, want %q", status, h.Get("Location"), want)
	}
}
