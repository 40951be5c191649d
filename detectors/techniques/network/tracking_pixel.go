package network

import (
	"net/url"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/addresses"
	"github.com/spoor-audit/spoor/detectors/codes"
	"github.com/spoor-audit/spoor/evidence"
)

// TrackingPixel is the technique tracking-pixel.
var TrackingPixel = &detectors.Technique{
	ID: "tracking-pixel",
	Doc: detectors.Doc{
		Found:    "Invisible pictures report the visit to other companies",
		Clean:    "No invisible pictures that report the visit were seen",
		Sentence: `The page loaded an invisible picture from {host} ({who}). Requests: {count}.`,
		Why: "The picture has nothing to show. Asking for it tells the other company which page you are on, and who you " +
			"are if an identifier goes along.",
		Fix: "Take the pixel out, or load it only after the visitor has agreed.",
		Limits: "A picture of another site counts when it is one pixel large, or at most 100 bytes, or has no content at " +
			"all, and the request carries a cookie or an address with a value that looks like an identifier or holds the " +
			"address of the page; or when a list names it as a tracker and it is that small. Pictures of the site itself " +
			"do not count, nor do empty spacers of another site. A large picture that also counts visits is missed here.",
		Severity: detectors.Medium,
		Refs: []string{
			"Ruohonen, Leppänen: Invisible Pixels Are Dead, Long Live Invisible Pixels! (WPES 2018)",
			"EDPB Guidelines 2/2023 on article 5(3) of the ePrivacy Directive",
		},
		Since: "1.0",
	},
	Needs:   []evidence.Kind{evidence.KindPage, evidence.KindRequests},
	Subject: evidence.KindOfPage, // of a mail, email-tracking says more
	Run:     runTrackingPixel,
}

// maxPixel is the size in bytes up to which a picture holds nothing to look at:
// the smallest GIF, PNG and WebP of one pixel have 26 to 95 bytes.
const maxPixel = 100

func runTrackingPixel(v *detectors.View) []detectors.Finding {
	var out []detectors.Finding
	for _, g := range v.ByHost(func(c *detectors.Contact) bool { return isPixel(v, c) }) {
		answer := v.Judge(g.List[0])
		f := v.ContactFinding(g, detectors.PartyOf(answer))
		f.Severity = detectors.Medium
		if answer.Tracker {
			f.Certainty = detectors.Matched
		}
		out = append(out, f)
	}
	return out
}

// isPixel reports whether a contact is a picture of another site that shows
// nothing and reports the visit.
func isPixel(v *detectors.View, c *detectors.Contact) bool {
	r := c.Request
	if r == nil || !c.Third || r.Kind != "image" {
		return false
	}
	redirect := r.Status >= 300 && r.Status < 400
	switch {
	case IsInvisible(r):
		return v.Judge(c).Tracker || reports(v, c)
	case redirect || r.Width == 0 && !isPicture(r.MIME) && r.Status > 0:
		// A hop on the way to a pixel, or an answer that is no picture at all.
		return v.Judge(c).Tracker
	}
	return false
}

// IsInvisible reports whether an answer shows nothing: one pixel, hardly any
// bytes, or none.
func IsInvisible(r *evidence.Request) bool {
	switch {
	case r.Width > 0 && r.Height > 0:
		return r.Width == 1 && r.Height == 1
	case r.Status == 204:
		return true
	case r.Status == 200 && r.AnswerLength > 0:
		return r.AnswerLength <= maxPixel
	case r.Status == 200:
		return detectors.Header(r.Answer, "content-length") == "0"
	}
	return strings.Contains(r.Error, "ERR_BLOCKED_BY_ORB") // answered, but with no picture
}

func isPicture(mime string) bool { return strings.HasPrefix(strings.ToLower(mime), "image/") }

// reports reports whether a request says who visits or what: a cookie, an
// identifier in the address, or the address of the page.
func reports(v *detectors.View, c *detectors.Contact) bool {
	if v.Carries(c) {
		return true
	}
	for part := range strings.SplitSeq(addresses.PathOf(c.URL), "/") {
		if codes.IsUUID(part) || len(part) >= 2*codes.MinHex && codes.IsIdentifier(part, v.Visit.Subject.Started) {
			return true
		}
	}
	q := addresses.Query(c.URL)
	if plain, err := url.QueryUnescape(q); err == nil {
		q = plain
	}
	own := v.Site(c.Page)
	return own != "" && strings.Contains(strings.ToLower(q), own)
}
