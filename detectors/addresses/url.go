// Package addresses owns taking web addresses apart, and knowing what their
// parameters hold: marks of clicks and messages, personal data.
package addresses

import "strings"

// IsHTTP reports whether a URL is of the web: http or https.
func IsHTTP(rawURL string) bool {
	return hasScheme(rawURL, "https://") || hasScheme(rawURL, "http://")
}

// IsSocket reports whether a URL is that of a WebSocket.
func IsSocket(rawURL string) bool {
	return hasScheme(rawURL, "wss://") || hasScheme(rawURL, "ws://")
}

func hasScheme(rawURL, scheme string) bool {
	return len(rawURL) > len(scheme) && strings.EqualFold(rawURL[:len(scheme)], scheme)
}

// Bare cuts query and fragment off a URL: what changes with every load is no
// part of a key.
func Bare(rawURL string) string {
	if i := strings.IndexAny(rawURL, "?#"); i >= 0 {
		return rawURL[:i]
	}
	return rawURL
}

// Query returns the query of a URL, without "?".
func Query(rawURL string) string {
	rawURL, _, _ = strings.Cut(rawURL, "#")
	_, q, _ := strings.Cut(rawURL, "?")
	return q
}

// PathOf returns the path of a URL with its leading slash.
func PathOf(rawURL string) string {
	_, rest, _ := strings.Cut(Bare(rawURL), "://")
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		return rest[i:]
	}
	return ""
}

// Below reports whether a host is a domain or lies below it.
func Below(host, domain string) bool {
	return host == domain || strings.HasSuffix(host, "."+domain)
}

// PlainAddress is what patterns of addresses are compared with: a URL in small letters
// from its host on, without port and fragment.
func PlainAddress(rawURL string) string {
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
