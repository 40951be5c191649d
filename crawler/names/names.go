// Package names owns the DNS aliases of host names: the chain of CNAME records
// behind which a third party may stand. It must not know who anybody is.
//
// Chrome tells nothing of aliases, and net.Resolver tells only where a chain
// ends, so spoor asks by itself. It does not ask for addresses that Chrome
// used; it asks the same question again, and names may have changed in between.
package names

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/sync/errgroup"

	"github.com/spoor-audit/spoor/evidence"
)

// The words for what went wrong, as they stand in [evidence.Name].Error.
const (
	NoSuchName = "nxdomain" // the host, or the end of its chain, does not exist
	Timeout    = "timeout"
	Refused    = "refused"     // the server does not answer such questions
	ServerFail = "servfail"    // the server could not find out
	Unreached  = "unreachable" // no server could be talked to
	Loop       = "loop"        // the chain leads back into itself
	TooLong    = "too-long"    // the chain has more than 16 links
	BadAnswer  = "bad-answer"  // the answer could not be understood
	OnlyEnd    = "only-end"    // only the end of the chain is known, see Resolver
	Cancelled  = "cancelled"
)

const (
	maxChain     = 16 // Resolvers follow 8 to 16 links.
	parallel     = 16
	queryTimeout = 2 * time.Second
	resolvConf   = "/etc/resolv.conf"
)

// A Resolver finds aliases. Its zero value asks the system's DNS servers. On
// Windows, and elsewhere without /etc/resolv.conf, these are not known; the
// operating system is then asked, which tells only the end of a chain: such
// names carry the error [OnlyEnd]. Answers are kept for the life of a Resolver,
// which may be used by several goroutines.
type Resolver struct {
	// Server is the DNS server to ask, "192.0.2.1" or "192.0.2.1:5353"; "" means
	// the system's.
	Server string
	// Timeout is the time for one question to one server; 0 means two seconds.
	Timeout time.Duration

	mu    sync.Mutex
	cache map[string]evidence.Name
}

// Chains returns the chain of aliases of each host, sorted by host and without
// repetitions. Hosts that have none because they are IP addresses, single
// labels or names of this machine are left out. What goes wrong with one host
// stands in its Error; the error of Chains itself means that no host could be
// asked for.
func (r *Resolver) Chains(ctx context.Context, hosts []string) ([]evidence.Name, error) {
	var wanted []string
	for _, host := range hosts {
		if host = normal(host); askable(host) {
			wanted = append(wanted, host)
		}
	}
	slices.Sort(wanted)
	wanted = slices.Compact(wanted)
	if len(wanted) == 0 {
		return nil, nil
	}
	find, err := r.finder()
	if err != nil {
		return nil, err
	}
	found := make([]evidence.Name, len(wanted))
	var group errgroup.Group
	group.SetLimit(parallel)
	for i, host := range wanted {
		group.Go(func() error {
			found[i] = r.cached(ctx, host, find)
			return nil
		})
	}
	_ = group.Wait() // The functions return no errors.
	return found, nil
}

// normal writes a host as it stands in the record: lower case, no final dot.
func normal(host string) string {
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// askable reports whether DNS can know a host. Names under localhost (RFC 6761)
// and onion (RFC 7686) must not be asked for, those under local (RFC 6762) are
// of the local network.
func askable(host string) bool {
	if net.ParseIP(strings.Trim(host, "[]")) != nil || !strings.Contains(host, ".") {
		return false
	}
	if _, ok := dns.IsDomainName(host); !ok || strings.ContainsAny(host, " /\\:@") {
		return false
	}
	for _, suffix := range []string{".localhost", ".onion", ".local"} {
		if strings.HasSuffix(host, suffix) {
			return false
		}
	}
	return true
}

func (r *Resolver) cached(ctx context.Context, host string, find finder) evidence.Name {
	r.mu.Lock()
	name, ok := r.cache[host]
	r.mu.Unlock()
	if ok {
		return name
	}
	name = find(ctx, host)
	name.Host = host
	if ctx.Err() != nil {
		name.Error = Cancelled
		return name
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cache == nil {
		r.cache = map[string]evidence.Name{}
	}
	r.cache[host] = name
	return name
}

// A finder finds the chain of one host.
type finder func(ctx context.Context, host string) evidence.Name

// finder chooses the way to ask.
func (r *Resolver) finder() (finder, error) {
	timeout := r.Timeout
	if timeout == 0 {
		timeout = queryTimeout
	}
	if r.Server != "" {
		server, err := Address(r.Server)
		if err != nil {
			return nil, err
		}
		return (&client{servers: []string{server}, timeout: timeout}).chain, nil
	}
	if servers, whole := System(); whole {
		return (&client{servers: servers, timeout: timeout}).chain, nil
	}
	return func(ctx context.Context, host string) evidence.Name {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		return systemChain(ctx, net.DefaultResolver, host)
	}, nil
}

// CheckServer says what is wrong with the address of a DNS server.
func CheckServer(server string) error {
	_, err := Address(server)
	return err
}

// Address completes the address of a DNS server with port 53.
func Address(server string) (string, error) {
	if ip := net.ParseIP(strings.Trim(server, "[]")); ip != nil {
		return net.JoinHostPort(ip.String(), "53"), nil
	}
	host, port, err := net.SplitHostPort(server)
	if err != nil {
		host, port = server, "53"
	}
	if _, ok := dns.IsDomainName(host); host == "" || !ok || strings.ContainsAny(host, " /:@") {
		return "", fmt.Errorf("names: %q is not the address of a DNS server", server)
	}
	if _, err := net.LookupPort("udp", port); err != nil {
		return "", fmt.Errorf("names: %q is not the address of a DNS server: %w", server, err)
	}
	return net.JoinHostPort(host, port), nil
}

// systemChain asks the operating system, which tells the end of a chain only.
func systemChain(ctx context.Context, resolver *net.Resolver, host string) evidence.Name {
	end, err := resolver.LookupCNAME(ctx, host)
	if err != nil {
		return evidence.Name{Error: wordFor(err)}
	}
	if end = normal(end); end == host {
		return evidence.Name{}
	}
	return evidence.Name{Chain: []string{end}, Error: OnlyEnd}
}

// wordFor names a failure to talk to a server.
func wordFor(err error) string {
	var dnsErr *net.DNSError
	var netErr net.Error
	switch {
	case errors.As(err, &dnsErr) && dnsErr.IsNotFound:
		return NoSuchName
	case errors.Is(err, context.Canceled):
		return Cancelled
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &netErr) && netErr.Timeout():
		return Timeout
	case errors.As(err, &netErr):
		return Unreached
	}
	return BadAnswer
}

// System returns the addresses of the system's DNS servers. It reports false
// where they are not known, so that chains can be found only as a Resolver says.
func System() (servers []string, whole bool) {
	config, err := dns.ClientConfigFromFile(resolvConf)
	if err != nil || len(config.Servers) == 0 {
		return nil, false
	}
	for _, server := range config.Servers {
		servers = append(servers, net.JoinHostPort(server, config.Port))
	}
	return servers, true
}
