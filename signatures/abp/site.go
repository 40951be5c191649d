package abp

import (
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// Host returns the canonical host name of a host, host:port or bracketed IPv6
// address as it stands in a URL: lower case, without port, brackets and
// trailing dot, names in other scripts in their ASCII form. It returns what it
// cannot read in lower case.
func Host(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "[") {
		if end := strings.IndexByte(s, ']'); end > 0 {
			return lowerASCII(s[1:end])
		}
	}
	if i := strings.LastIndexByte(s, ':'); i >= 0 && strings.IndexByte(s, ':') == i {
		s = s[:i]
	}
	s = lowerASCII(strings.TrimSuffix(s, "."))
	if isASCII(s) {
		return s
	}
	if name, err := idna.Lookup.ToASCII(s); err == nil {
		return name
	}
	return s
}

// Site returns the registrable domain of a host: the public suffix and one
// label, "example.co.uk" of "www.example.co.uk". As in browsers, the private
// section of the list counts: "me.github.io" is a site of its own. An address,
// a single label and a public suffix are their own site.
func Site(host string) string {
	host = Host(host)
	if host == "" || isAddress(host) {
		return host
	}
	site, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return host
	}
	return site
}

// entity returns a host without its public suffix: "www.google" of
// "www.google.co.uk".
func entity(host string) string {
	suffix, _ := publicsuffix.PublicSuffix(host)
	return strings.TrimSuffix(strings.TrimSuffix(host, suffix), ".")
}

// isAddress says whether a canonical host is an IP address. The check of the
// last byte spares names the attempt: no public suffix ends in a digit.
func isAddress(host string) bool {
	last := host[len(host)-1]
	if (last < '0' || last > '9') && strings.IndexByte(host, ':') < 0 {
		return false
	}
	_, err := netip.ParseAddr(host)
	return err == nil
}

// under says whether host is domain or a name below it.
func under(host, domain string) bool {
	if !strings.HasSuffix(host, domain) {
		return false
	}
	rest := len(host) - len(domain)
	return rest == 0 || host[rest-1] == '.'
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// lowerASCII lowers ASCII letters and leaves all other bytes, so that offsets
// into s keep their meaning. It copies only when there is a letter to lower.
func lowerASCII(s string) string {
	i := 0
	for i < len(s) && lowered[s[i]] == s[i] {
		i++
	}
	if i == len(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(s[:i])
	for ; i < len(s); i++ {
		b.WriteByte(lowered[s[i]])
	}
	return b.String()
}

// lowered maps ASCII capitals to small letters and other bytes to themselves.
var lowered = func() (t [256]byte) {
	for c := range t {
		t[c] = byte(c)
		if c >= 'A' && c <= 'Z' {
			t[c] += 'a' - 'A'
		}
	}
	return t
}()
