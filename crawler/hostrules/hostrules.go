// Package hostrules owns Chrome's syntax for sending the requests for some
// hosts to another address ("MAP *:80 127.0.0.1:8080, EXCLUDE localhost"), so
// that spoor's own requests go where those of the browser go. It must not know
// why hosts are sent elsewhere.
//
// The rules are those of Chrome's flag --host-resolver-rules, as in
// net/base/host_mapping_rules.cc of Chromium: the first MAP that matches a host
// or a "host:port" wins, unless an EXCLUDE matches the host.
package hostrules

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
)

// notFound as a replacement makes a host name fail to resolve.
const notFound = "~NOTFOUND"

// Rules says where to send requests. The zero value sends none elsewhere.
type Rules struct {
	maps     []mapping
	excludes []string
}

type mapping struct {
	pattern string
	host    string // replacement, or notFound
	port    string // replacement, or "" to keep the port
}

// Parse reads rules separated by commas. Each is "MAP PATTERN HOST",
// "MAP PATTERN HOST:PORT", "MAP PATTERN ~NOTFOUND" or "EXCLUDE PATTERN". A
// pattern is compared with the host and with "host:port"; * stands for any
// characters, ? for one. Chrome skips rules that it cannot read; here they are
// an error.
func Parse(text string) (Rules, error) {
	var rules Rules
	for rule := range strings.SplitSeq(text, ",") {
		words := strings.Fields(rule)
		if len(words) == 0 {
			continue
		}
		switch verb := strings.ToUpper(words[0]); {
		case verb == "MAP" && len(words) == 3:
			m, err := parseMapping(words[1], words[2])
			if err != nil {
				return Rules{}, fmt.Errorf("host rules: %q: %w", strings.TrimSpace(rule), err)
			}
			rules.maps = append(rules.maps, m)
		case verb == "EXCLUDE" && len(words) == 2:
			rules.excludes = append(rules.excludes, strings.ToLower(words[1]))
		default:
			return Rules{}, fmt.Errorf("host rules: %q is neither \"MAP PATTERN ADDRESS\" nor \"EXCLUDE PATTERN\"", strings.TrimSpace(rule))
		}
	}
	return rules, nil
}

func parseMapping(pattern, replacement string) (mapping, error) {
	m := mapping{pattern: strings.ToLower(pattern)}
	if strings.EqualFold(replacement, notFound) {
		m.host = notFound
		return m, nil
	}
	m.host = replacement
	if strings.HasPrefix(replacement, "[") || strings.Count(replacement, ":") == 1 {
		if inner, ok := strings.CutSuffix(replacement, "]"); ok {
			m.host = strings.TrimPrefix(inner, "[")
		} else {
			var err error
			if m.host, m.port, err = net.SplitHostPort(replacement); err != nil {
				return m, fmt.Errorf("%q is not an address: %w", replacement, err)
			}
			if n, err := strconv.ParseUint(m.port, 10, 16); err != nil || n == 0 {
				return m, fmt.Errorf("%q is not a port", m.port)
			}
		}
	}
	if strings.Contains(m.host, ":") && net.ParseIP(m.host) == nil || m.host == "" || strings.ContainsAny(m.host, "[]/@") {
		return m, fmt.Errorf("%q is not a host", m.host)
	}
	return m, nil
}

// Empty reports whether there are no rules.
func (r Rules) Empty() bool { return len(r.maps) == 0 }

// Map returns where a request for a host and port goes, and whether a rule
// said so. The error is a *[net.DNSError] for hosts mapped to ~NOTFOUND.
func (r Rules) Map(host, port string) (toHost, toPort string, mapped bool, err error) {
	lower := strings.ToLower(strings.TrimSuffix(host, "."))
	for _, m := range r.maps {
		if !match(m.pattern, lower) && !match(m.pattern, net.JoinHostPort(lower, port)) {
			continue
		}
		for _, pattern := range r.excludes {
			if match(pattern, lower) {
				return host, port, false, nil
			}
		}
		if m.host == notFound {
			return "", "", true, &net.DNSError{Err: "mapped to " + notFound, Name: host, IsNotFound: true}
		}
		if m.port != "" {
			port = m.port
		}
		return m.host, port, true, nil
	}
	return host, port, false, nil
}

// Dialer returns a function for [net/http.Transport] that dials where the rules
// say.
func (r Rules) Dialer(d *net.Dialer) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, fmt.Errorf("host rules: dial: %w", err)
		}
		host, port, _, err = r.Map(host, port)
		if err != nil {
			return nil, err
		}
		return d.DialContext(ctx, network, net.JoinHostPort(host, port))
	}
}

// match compares a text with a pattern in which * stands for any characters
// and ? for one. It tries again from the last * only, so that no pattern can
// make it slow.
func match(pattern, text string) bool {
	p, t, star, from := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			p = star + 1
			from++
			t = from
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
