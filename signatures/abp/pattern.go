package abp

import "strings"

// Bits that say where a pattern is tied to the URL.
const (
	anchorHost  = 1 << iota // "||": at the start of a label of the host
	anchorStart             // "|" in front: at the start of the URL
	anchorEnd               // "|" behind: at the end of the URL
)

// splitAnchors takes the anchors off a pattern.
func splitAnchors(pat string) (body string, anchors uint8) {
	switch {
	case strings.HasPrefix(pat, "||"):
		pat, anchors = pat[2:], anchorHost
	case strings.HasPrefix(pat, "|"):
		pat, anchors = pat[1:], anchorStart
	}
	if strings.HasSuffix(pat, "|") {
		pat, anchors = pat[:len(pat)-1], anchors|anchorEnd
	}
	return pat, anchors
}

// isSeparator says whether "^" matches c: anything but a letter, a digit or
// one of _ - . %.
func isSeparator(c byte) bool { return !wordByte[c] }

// wordByte holds the bytes that "^" does not match. Bytes of other scripts
// count as letters.
var wordByte = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= 0x80 || isAlnum(byte(c)) || c == '_' || c == '-' || c == '.' || c == '%'
	}
	return t
}()

func isAlnum(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// matchPattern says whether the body of a pattern applies to a URL, whose host
// is url[hostStart:hostEnd]. Both must be in the same case.
func matchPattern(body string, anchors uint8, url string, hostStart, hostEnd int) bool {
	switch {
	case anchors&anchorHost != 0:
		// A host anchor fits at the start of every label.
		for at := hostStart; at < hostEnd; {
			if matchFrom(body, anchors, url, at) {
				return true
			}
			dot := strings.IndexByte(url[at:hostEnd], '.')
			if dot < 0 {
				return false
			}
			at += dot + 1
		}
		return false
	case anchors&anchorStart != 0:
		return matchFrom(body, anchors, url, 0)
	default:
		return matchParts(body, anchors, url, 0, false)
	}
}

// matchFrom matches a body whose first part must begin at url[at].
func matchFrom(body string, anchors uint8, url string, at int) bool {
	return matchParts(body, anchors, url, at, true)
}

// matchParts matches the parts of a body between its asterisks one after the
// other, each at the first place where it fits. With tied, the first part must
// begin at url[at].
func matchParts(body string, anchors uint8, url string, at int, tied bool) bool {
	for {
		part, rest, more := strings.Cut(body, "*")
		last := !more
		switch {
		case last && anchors&anchorEnd != 0:
			return matchEnd(part, url, at, tied)
		case tied:
			end := fit(part, url, at)
			if end < 0 {
				return false
			}
			at = end
		default:
			_, end := find(part, url, at)
			if end < 0 {
				return false
			}
			at = end
		}
		if last {
			return true
		}
		body, tied = rest, false
	}
}

// matchEnd matches a last part that must reach the end of the URL.
func matchEnd(part, url string, at int, tied bool) bool {
	if tied {
		return fit(part, url, at) == len(url)
	}
	// A "^" at the end may stand for the end itself, so the part is as long as
	// the tail of the URL or one byte longer.
	for start := max(at, len(url)-len(part)); start <= len(url); start++ {
		if fit(part, url, start) == len(url) {
			return true
		}
	}
	return false
}

// fit returns the end of part when it stands at url[at], or -1.
func fit(part, url string, at int) int {
	for i := 0; i < len(part); i++ {
		c := part[i]
		if at >= len(url) {
			// Only separators may stand for the end of the URL.
			if c != '^' {
				return -1
			}
			continue
		}
		if c == '^' {
			if !isSeparator(url[at]) {
				return -1
			}
		} else if c != url[at] {
			return -1
		}
		at++
	}
	return at
}

// find returns the first place at or after url[at] where part stands, or -1.
func find(part, url string, at int) (start, end int) {
	if part == "" {
		return at, at
	}
	literal, _, separated := strings.Cut(part, "^")
	if !separated {
		i := strings.Index(url[at:], part)
		if i < 0 {
			return -1, -1
		}
		return at + i, at + i + len(part)
	}
	for ; at <= len(url); at++ {
		if literal != "" {
			i := strings.Index(url[at:], literal)
			if i < 0 {
				return -1, -1
			}
			at += i
		}
		if end := fit(part, url, at); end >= 0 {
			return at, end
		}
	}
	return -1, -1
}
