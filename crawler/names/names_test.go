package names_test

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"

	"github.com/spoor-audit/spoor/crawler/names"
	"github.com/spoor-audit/spoor/evidence"
)

// A server is a DNS server on loopback, by UDP and TCP on one port.
type server struct {
	address   string
	questions atomic.Int32
	mu        sync.Mutex
	asked     map[string]int // by protocol and host
}

func serve(t *testing.T, answer func(q string, m *dns.Msg, tcp bool) bool) *server {
	t.Helper()
	s := &server{asked: map[string]int{}}
	handler := dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		s.questions.Add(1)
		m := new(dns.Msg).SetReply(q)
		host := strings.TrimSuffix(q.Question[0].Name, ".")
		network := w.LocalAddr().Network()
		s.mu.Lock()
		s.asked[network+" "+host]++
		s.mu.Unlock()
		if answer(host, m, network == "tcp") {
			_ = w.WriteMsg(m)
		}
	})
	var udp net.PacketConn
	var tcp net.Listener
	for tcp == nil { // A free port of one protocol may be taken in the other.
		var err error
		if udp, err = net.ListenPacket("udp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		if tcp, err = net.Listen("tcp", udp.LocalAddr().String()); err != nil {
			tcp = nil
			_ = udp.Close()
		}
	}
	s.address = udp.LocalAddr().String()
	for _, d := range []*dns.Server{{PacketConn: udp, Handler: handler}, {Listener: tcp, Handler: handler}} {
		started := make(chan struct{})
		d.NotifyStartedFunc = func() { close(started) }
		go func() { _ = d.ActivateAndServe() }()
		<-started
		t.Cleanup(func() { _ = d.Shutdown() })
	}
	return s
}

// add appends records in zone-file form.
func add(m *dns.Msg, records ...string) bool {
	for _, text := range records {
		record, err := dns.NewRR(text)
		if err != nil {
			panic(err)
		}
		m.Answer = append(m.Answer, record)
	}
	return true
}

func zone(q string, m *dns.Msg, tcp bool) bool {
	switch q {
	case "plain.test":
		return add(m, "plain.test. 60 A 192.0.2.1")
	case "metrics.shop.test": // The whole chain in one answer, out of order and in other case.
		return add(m, "Edge.Tracker.test. 60 CNAME eu.tracker.test.", "eu.tracker.test. 60 A 192.0.2.2", "metrics.shop.test. 60 CNAME edge.tracker.test.")
	case "step.test": // Only one link for each answer, as from an authoritative server.
		return add(m, "step.test. 60 CNAME step2.test.")
	case "step2.test":
		return add(m, "step2.test. 60 CNAME step3.test.")
	case "step3.test":
		return add(m, "step3.test. 60 A 192.0.2.3")
	case "ipv6only.test":
		return add(m, "ipv6only.test. 60 CNAME target.test.")
	case "target.test":
		return true // Exists, but has no A record.
	case "dangling.test":
		m.Rcode = dns.RcodeNameError
		return add(m, "dangling.test. 60 CNAME gone.test.")
	case "loop.test":
		return add(m, "loop.test. 60 CNAME loop2.test.", "loop2.test. 60 CNAME loop.test.")
	case "refused.test":
		m.Rcode = dns.RcodeRefused
		return true
	case "servfail.test":
		m.Rcode = dns.RcodeServerFailure
		return true
	case "formerr.test":
		m.Rcode = dns.RcodeFormatError
		return true
	case "silent.test":
		return false
	case "large.test":
		if !tcp {
			m.Truncated = true
			return true
		}
		return add(m, "large.test. 60 CNAME target.test.", "target.test. 60 A 192.0.2.4")
	}
	var n int
	if _, err := fmt.Sscanf(q, "long%d.test", &n); err == nil {
		return add(m, fmt.Sprintf("long%d.test. 60 CNAME long%d.test.", n, n+1))
	}
	m.Rcode = dns.RcodeNameError
	return true
}

func TestChains(t *testing.T) {
	s := serve(t, zone)
	r := &names.Resolver{Server: s.address, Timeout: 300 * time.Millisecond}
	long := make([]string, 16)
	for i := range long {
		long[i] = fmt.Sprintf("long%d.test", i+2)
	}
	want := []evidence.Name{
		{Host: "absent.test", Error: names.NoSuchName},
		{Host: "dangling.test", Chain: []string{"gone.test"}, Error: names.NoSuchName},
		{Host: "formerr.test", Error: names.BadAnswer},
		{Host: "ipv6only.test", Chain: []string{"target.test"}},
		{Host: "large.test", Chain: []string{"target.test"}},
		{Host: "long1.test", Chain: long, Error: names.TooLong},
		{Host: "loop.test", Chain: []string{"loop2.test"}, Error: names.Loop},
		{Host: "metrics.shop.test", Chain: []string{"edge.tracker.test", "eu.tracker.test"}},
		{Host: "plain.test"},
		{Host: "refused.test", Error: names.Refused},
		{Host: "servfail.test", Error: names.ServerFail},
		{Host: "silent.test", Error: names.Timeout},
		{Host: "step.test", Chain: []string{"step2.test", "step3.test"}},
	}
	hosts := []string{"PLAIN.test.", "plain.test", "192.0.2.1", "[::1]", "::1", "localhost", "a.localhost", "printer", "tv.local", "x.onion", "", "a b.test", "a..test"}
	for _, name := range want {
		hosts = append(hosts, name.Host)
	}
	slices.Reverse(hosts)
	got, err := r.Chains(t.Context(), hosts)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asked["udp silent.test"] != 2 {
		t.Errorf("a silent server was asked %d times, want 2", s.asked["udp silent.test"])
	}
	for question := range s.asked {
		if slices.Contains([]string{"localhost", "a.localhost", "printer", "tv.local", "x.onion"}, question[4:]) {
			t.Errorf("DNS was asked for %q", question)
		}
	}
}

func TestChainsKeepsAnswers(t *testing.T) {
	s := serve(t, zone)
	r := &names.Resolver{Server: s.address}
	for range 3 {
		if _, err := r.Chains(t.Context(), []string{"plain.test"}); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.questions.Load(); n != 1 {
		t.Errorf("the server was asked %d times, want once", n)
	}
}

func TestChainsGivesUpWithoutServer(t *testing.T) {
	s := serve(t, func(string, *dns.Msg, bool) bool { return false })
	r := &names.Resolver{Server: s.address, Timeout: 20 * time.Millisecond}
	hosts := make([]string, 500)
	for i := range hosts {
		hosts[i] = fmt.Sprintf("h%d.test", i)
	}
	got, err := r.Chains(t.Context(), hosts)
	if err != nil || len(got) != len(hosts) {
		t.Fatalf("%d names, %v", len(got), err)
	}
	for _, name := range got {
		if name.Error != names.Timeout {
			t.Errorf("%q says %q", name.Host, name.Error)
		}
	}
	if n := s.questions.Load(); n > 100 {
		t.Errorf("a server that never answers was asked %d times", n)
	}
}

func TestChainsEndsWithItsContext(t *testing.T) {
	s := serve(t, func(string, *dns.Msg, bool) bool { return false })
	r := &names.Resolver{Server: s.address, Timeout: time.Hour}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for s.questions.Load() == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	got, err := r.Chains(ctx, []string{"a.test", "b.test"}) // Would last an hour.
	if err != nil || len(got) != 2 || got[0].Error != names.Cancelled {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestUnreachableServer(t *testing.T) {
	free, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.LocalAddr().String()
	_ = free.Close()
	got, err := (&names.Resolver{Server: address}).Chains(t.Context(), []string{"a.test"})
	if err != nil || len(got) != 1 || got[0].Error != names.Unreached {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestServerAddress(t *testing.T) {
	for _, server := range []string{"not a host", "1.2.3.4:notaport", "http://1.1.1.1/", ":53", "a/b"} {
		if _, err := (&names.Resolver{Server: server}).Chains(t.Context(), []string{"a.test"}); err == nil || !strings.Contains(err.Error(), server) {
			t.Errorf("%q: %v", server, err)
		}
	}
}

func TestSystemChain(t *testing.T) {
	s := serve(t, zone)
	resolver := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, s.address)
	}}
	got := names.SystemChain(t.Context(), resolver, "large.test")
	if got.Error != names.OnlyEnd || len(got.Chain) != 1 {
		t.Errorf("an alias gives %v", got)
	}
	if got := names.SystemChain(t.Context(), resolver, "plain.test"); got.Error != "" || len(got.Chain) > 0 {
		t.Errorf("a plain name gives %v", got)
	}
	if got := names.SystemChain(t.Context(), resolver, "absent.test"); got.Error != names.NoSuchName {
		t.Errorf("an absent name gives %v", got)
	}
}
