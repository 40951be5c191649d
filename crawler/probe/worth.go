package probe

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/spoor-audit/spoor/crawler/discover"
	"github.com/spoor-audit/spoor/crawler/walls"
)

// The words of Worth.
const (
	Yes          = "yes"
	NoAnswer     = "no-answer"
	ParkedDomain = "parked"
	Elsewhere    = "redirects-elsewhere"
	Blocked      = "blocked"
	ErrorPage    = "error"
	NoPage       = "no-page"
)

// Worth says in a word whether a site deserves a browser. The first that holds
// counts:
//
//	no-answer            nothing answered, or nothing that can be read; Reason says why
//	parked               the domain is for sale, or holds advertising alone
//	redirects-elsewhere  it ends at another registrable domain, whose address does not name the
//	                     site; gates that lead back, as those for consent do, name it
//	blocked              a wall against robots answered, or status 401, 403, 407, 429 or 503: a
//	                     browser may get through
//	error                another status of 400 or more
//	no-page              the answer is no HTML, or is empty
//	yes                  none of these
func Worth(f *Facts) string {
	switch {
	case f.Reason != "" || f.Status == 0:
		return NoAnswer
	case f.WallKind == walls.Parked:
		return ParkedDomain
	case elsewhere(f.URL, f.FinalURL):
		return Elsewhere
	case f.WallKind != "":
		return Blocked
	}
	switch f.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired, http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return Blocked
	}
	switch {
	case f.Status >= http.StatusBadRequest:
		return ErrorPage
	case f.Page == nil || f.Page.empty || f.Status == http.StatusNoContent || f.Status == http.StatusResetContent:
		return NoPage
	}
	return Yes
}

// elsewhere reports whether an address is of another site than was asked for.
func elsewhere(asked, final string) bool {
	from, err := url.Parse(asked)
	if err != nil {
		return false
	}
	to, err := url.Parse(final)
	if err != nil {
		return true
	}
	site := discover.SiteOf(from)
	return discover.SiteOf(to) != site && !sameHost(from, to) && !strings.Contains(unescaped(to.RawQuery), site)
}

// sameHost reports whether two addresses of hosts without a registrable domain
// differ in the port alone, as of redirects to https.
func sameHost(a, b *url.URL) bool { return strings.EqualFold(a.Hostname(), b.Hostname()) }

// unescaped undoes escapes, also those that were escaped again.
func unescaped(s string) string {
	for range 3 {
		next, err := url.QueryUnescape(s)
		if err != nil || next == s {
			break
		}
		s = next
	}
	return strings.ToLower(s)
}
