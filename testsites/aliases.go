package testsites

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"path"
	"strings"

	"github.com/miekg/dns"
)

// aliases serves the DNS names of the sites: every name has the address of
// loopback, and those of an aliases.yaml are aliases of others on the way there.
type aliases struct {
	chains  map[string][]string // by host: the names that it stands for, in order
	servers []*dns.Server
	address string
}

// readAliases collects the chains of all folders: "host: [next, last]".
func readAliases() (map[string][]string, error) {
	chains := map[string][]string{}
	files, err := fs.Glob(embedded, "sites/*/aliases.yaml")
	if err != nil {
		return nil, fmt.Errorf("testsites: list aliases: %w", err)
	}
	for _, file := range files {
		data, err := fs.ReadFile(embedded, file)
		if err != nil {
			return nil, fmt.Errorf("testsites: read aliases: %w", err)
		}
		var own map[string][]string
		if err := decodeStrict(data, &own); err != nil {
			return nil, fmt.Errorf("testsites: read aliases: %s: %w", file, err)
		}
		site := path.Base(path.Dir(file)) + ".test"
		for host, chain := range own {
			if !strings.HasSuffix(host, "."+site) && host != site || len(chain) == 0 {
				return nil, fmt.Errorf("testsites: read aliases: %s: %q is no name below %s with a chain", file, host, site)
			}
			chains[host] = chain
		}
	}
	return chains, nil
}

// serveAliases answers questions by UDP and TCP on one free port of 127.0.0.1.
func serveAliases() (*aliases, error) {
	chains, err := readAliases()
	if err != nil {
		return nil, err
	}
	a := &aliases{chains: chains}
	udp, tcp, err := bothWays()
	if err != nil {
		return nil, err
	}
	a.address = udp.LocalAddr().String()
	for _, s := range []*dns.Server{{PacketConn: udp, Handler: a}, {Listener: tcp, Handler: a}} {
		started := make(chan struct{})
		s.NotifyStartedFunc = func() { close(started) }
		go func() { _ = s.ActivateAndServe() }()
		<-started
		a.servers = append(a.servers, s)
	}
	return a, nil
}

// bothWays opens one port for UDP and TCP. A port that is free for the one may be
// taken for the other.
func bothWays() (net.PacketConn, net.Listener, error) {
	var taken error
	for range 10 {
		udp, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			return nil, nil, fmt.Errorf("testsites: listen for dns: %w", err)
		}
		tcp, err := net.Listen("tcp", udp.LocalAddr().String())
		if err == nil {
			return udp, tcp, nil
		}
		taken = errors.Join(err, udp.Close())
	}
	return nil, nil, fmt.Errorf("testsites: listen for dns: %w", taken)
}

// ServeDNS implements [dns.Handler]: a whole chain in one answer, as resolvers
// give it, and the address of its end.
func (a *aliases) ServeDNS(w dns.ResponseWriter, q *dns.Msg) {
	m := new(dns.Msg).SetReply(q)
	for _, question := range q.Question {
		at := question.Name
		for _, next := range a.chains[strings.ToLower(strings.TrimSuffix(at, "."))] {
			next = dns.Fqdn(next)
			m.Answer = append(m.Answer, &dns.CNAME{Hdr: dnsHeader(at, dns.TypeCNAME), Target: next})
			at = next
		}
		if question.Qtype == dns.TypeA {
			m.Answer = append(m.Answer, &dns.A{Hdr: dnsHeader(at, dns.TypeA), A: net.IPv4(127, 0, 0, 1)})
		}
	}
	_ = w.WriteMsg(m) // Who asked may be gone.
}

func dnsHeader(name string, kind uint16) dns.RR_Header {
	return dns.RR_Header{Name: name, Rrtype: kind, Class: dns.ClassINET, Ttl: 60}
}

func (a *aliases) close() error {
	var errs []error
	for _, s := range a.servers {
		errs = append(errs, s.Shutdown())
	}
	return errors.Join(errs...)
}

// DNSAddr is the address ("127.0.0.1:port") of a DNS server that knows the names
// of the sites, for spoor's own questions: the browser finds them by
// [Server.HostRules].
func (s *Server) DNSAddr() string { return s.aliases.address }
