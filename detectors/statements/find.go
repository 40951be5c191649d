package statements

import (
	"strings"
	"unicode"

	"github.com/spoor-audit/spoor/detectors/patterns"
)

// Find returns the row that declares an item best. The name fits a row's
// pattern; letters count, "*" stands for anything. The host fits if it is the
// row's, or above or below it, or either of them is not known. A row whose host
// only tells the maker fits any host, but less well: many registers give
// google.com for a cookie that is kept under the site's own name.
//
// Of several rows, one with the exact name goes before one with a wildcard, one
// with the same host before one without, and the longer pattern before the
// shorter.
func (r *Register) Find(name, host string) (*Row, bool) {
	host = canonicalHost(host)
	var best *Row
	most := 0
	for i := range r.Rows {
		if fit := r.Rows[i].fits(name, host); fit > most {
			best, most = &r.Rows[i], fit
		}
	}
	return best, best != nil
}

// fits says how well a row declares an item; 0 is not at all.
func (r *Row) fits(name, host string) int {
	pattern := r.Pattern
	if pattern == "" {
		pattern = r.Name
	}
	// A pattern of nothing but what varies would declare everything.
	if strings.Trim(pattern, "*") == "" || !patterns.Fits(pattern, name) {
		return 0
	}
	points := 1 + min(len(pattern), 900)
	if !strings.Contains(pattern, "*") {
		points += 10_000
	}
	switch {
	case host == "" || r.Host == "":
		points += 2_000
	case host == r.Host:
		points += 4_000
	case within(host, r.Host) || within(r.Host, host):
		points += 3_000
	case r.Maker:
		points += 1_000
	default:
		return 0
	}
	return points
}

// within reports whether a host lies under another.
func within(host, above string) bool { return strings.HasSuffix(host, "."+above) }

// canonicalHost returns a host in lower case without scheme, path, port, "www."
// or leading dot; "" if the text is no host.
func canonicalHost(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = rest
	}
	s = strings.TrimPrefix(s, "//")
	if at := strings.IndexAny(s, "/?#:"); at >= 0 {
		s = s[:at]
	}
	s = strings.TrimPrefix(strings.Trim(s, "."), "www.")
	s = strings.Trim(strings.TrimPrefix(s, "*."), ".")
	if !isHost(s) {
		return ""
	}
	return s
}

func isHost(s string) bool {
	if len(s) < 3 || len(s) > 253 || !strings.Contains(s, ".") || strings.Contains(s, "..") {
		return false
	}
	for _, c := range s {
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '.' && c != '-' {
			return false
		}
	}
	top := s[strings.LastIndexByte(s, '.')+1:]
	return len(top) > 1 && strings.Trim(top, "0123456789") != ""
}
