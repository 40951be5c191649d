package evidence

import (
	"net/url"
	"strings"
)

// Host returns the host of an absolute URL in lower case, without port and user,
// or "" if it has none. It is lenient and cheap: thousands of addresses are asked
// about in each visit, and pages write strange ones, which were still sent
// somewhere. An IPv6 address keeps its brackets.
func Host(rawURL string) string {
	_, rest, ok := strings.Cut(rawURL, "://")
	if !ok {
		return ""
	}
	if i := strings.IndexAny(rest, `/\?#`); i >= 0 {
		rest = rest[:i]
	}
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		rest = rest[i+1:]
	}
	if strings.HasPrefix(rest, "[") {
		if i := strings.IndexByte(rest, ']'); i >= 0 {
			return strings.ToLower(rest[:i+1])
		}
		return ""
	}
	host, _, _ := strings.Cut(rest, ":")
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// AsSent writes an address as browsers send it, so that what a document refers to is
// found among the requests: scheme and host in lower case, blanks encoded, a path,
// and no fragment. What cannot be read comes back as it is.
func AsSent(rawURL string) string {
	u, err := url.Parse(strings.TrimSpace(rawURL))
	if err != nil {
		return rawURL
	}
	u.Scheme, u.Host, u.Fragment, u.RawFragment = strings.ToLower(u.Scheme), strings.ToLower(u.Host), "", ""
	if u.Path == "" {
		u.Path = "/"
	}
	u.RawQuery = sentQuery(u.RawQuery)
	return u.String()
}

// sentQuery encodes the characters of a query that browsers encode.
// https://url.spec.whatwg.org/#special-query-percent-encode-set
func sentQuery(q string) string {
	var b strings.Builder
	for i := 0; i < len(q); i++ {
		if c := q[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`"#<>'`, c) >= 0 {
			b.WriteString("%" + string(hexDigits[c>>4]) + string(hexDigits[c&15]))
			continue
		}
		b.WriteByte(q[i])
	}
	return b.String()
}

const hexDigits = "0123456789ABCDEF"
