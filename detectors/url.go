package detectors

import (
	"strings"

	"github.com/spoor-audit/spoor/evidence"
)

// isHTTP reports whether a URL is of the web: http or https.
func isHTTP(rawURL string) bool {
	return hasScheme(rawURL, "https://") || hasScheme(rawURL, "http://")
}

// isSocket reports whether a URL is that of a WebSocket.
func isSocket(rawURL string) bool {
	return hasScheme(rawURL, "wss://") || hasScheme(rawURL, "ws://")
}

func hasScheme(rawURL, scheme string) bool {
	return len(rawURL) > len(scheme) && strings.EqualFold(rawURL[:len(scheme)], scheme)
}

// bare cuts query and fragment off a URL: what changes with every load is no
// part of a key.
func bare(rawURL string) string {
	if i := strings.IndexAny(rawURL, "?#"); i >= 0 {
		return rawURL[:i]
	}
	return rawURL
}

// query returns the query of a URL, without "?".
func query(rawURL string) string {
	rawURL, _, _ = strings.Cut(rawURL, "#")
	_, q, _ := strings.Cut(rawURL, "?")
	return q
}

// pathOf returns the path of a URL with its leading slash.
func pathOf(rawURL string) string {
	_, rest, _ := strings.Cut(bare(rawURL), "://")
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		return rest[i:]
	}
	return ""
}

// header returns the value of a header, or "".
func header(list []evidence.Header, name string) string {
	for _, h := range list {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

// below reports whether a host is a domain or lies below it.
func below(host, domain string) bool {
	return host == domain || strings.HasSuffix(host, "."+domain)
}

// plainAddress is what patterns of addresses are compared with: a URL in small letters
// from its host on, without port and fragment.
func plainAddress(rawURL string) string {
	rawURL, _, _ = strings.Cut(rawURL, "#")
	_, rest, ok := strings.Cut(rawURL, "://")
	if !ok {
		return ""
	}
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	host := rest[:end]
	host = host[strings.LastIndexByte(host, '@')+1:]
	host, _, _ = strings.Cut(host, ":")
	return strings.ToLower(host + rest[end:])
}
