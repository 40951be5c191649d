package respawn

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/addresses"
	"github.com/spoor-audit/spoor/detectors/codes"
	"github.com/spoor-audit/spoor/evidence"
)

// What makes a validator one of a visitor and not of the content. Servers behind
// one name may each have validators of their own, made from the number of a file
// or the moment it was copied; those are short, or near each other.
const (
	minProfiles = 2              // other profiles that must have got another one each
	minApart    = 24 * time.Hour // between dates of last change
)

// tags finds validators that recognise the visitor by themselves: another one in
// each profile for the same content, sent back after the cookies were deleted,
// and confirmed by the server. What findings show already is left out.
func (r *respawn) tags(found []detectors.Finding) []detectors.Finding {
	seen := map[evidence.ID]bool{}
	for i := range found {
		for _, id := range found[i].Evidence {
			seen[id] = true
		}
	}
	var out []detectors.Finding
	for i := range r.Run.Returns {
		look := &r.Run.Returns[i]
		for j := range look.Requests {
			q := &look.Requests[j]
			if seen[q.ID] || q.Method != "GET" || !addresses.IsHTTP(q.URL) {
				continue
			}
			f, ok := r.tag(q)
			if ok && !slices.ContainsFunc(append(found, out...), func(g detectors.Finding) bool { return g.Key == f.Key || g.URL == q.URL }) {
				out = append(out, f)
			}
		}
	}
	return out
}

func (r *respawn) tag(q *evidence.Request) (detectors.Finding, bool) {
	tag, date := detectors.Header(q.Headers, "if-none-match"), detectors.Header(q.Headers, "if-modified-since")
	m := means{certainty: detectors.Inferred, url: q.URL}
	value, name := "", ""
	switch {
	case tag != "" && (q.Confirmed || plainTag(detectors.Header(q.Answer, "etag")) == plainTag(tag)) && r.ownTag(q, plainTag(tag)):
		m.id, name, value = meansTag, "ETag", plainTag(tag)
	case date != "" && q.Confirmed && tag == "" && r.ownDate(q, date):
		m.id, name, value = meansDate, "Last-Modified", date
	default:
		return detectors.Finding{}, false
	}
	host := evidence.Host(q.URL)
	party := r.Known.Party(host)
	f := detectors.Finding{
		Key: name + "@" + addresses.Bare(q.URL), Phase: r.Run.PhaseOf(q.At), Party: party, Host: host, URL: q.URL,
		Certainty: detectors.Inferred, Severity: detectors.High, First: q.At, Evidence: []evidence.ID{q.ID},
		Args: map[string]string{
			"name": name, "host": host, "who": r.Known.Name(party, host), "value": evidence.Cut(value), "means": m.id,
		},
	}
	if first, ok := r.own.answers[q.URL]; ok {
		f.Evidence = []evidence.ID{first.request.ID, q.ID}
	}
	return f, true
}

// ownTag reports whether an entity tag is one of this visitor: a part of it that
// no other profile's tag has is a code.
func (r *respawn) ownTag(q *evidence.Request, tag string) bool {
	tags, shared := []string{tag}, map[string]bool{}
	for _, other := range r.answers(q) {
		got := plainTag(detectors.Header(other.Answer, "etag"))
		if got == "" || slices.Contains(tags, got) {
			return false
		}
		tags = append(tags, got)
		for part := range tagParts(got) {
			shared[part] = true
		}
	}
	if len(tags) <= minProfiles {
		return false
	}
	for part := range tagParts(tag) {
		if !shared[part] && codes.IdentifierIn(part, r.Visit.Subject.Started) != "" {
			return true
		}
	}
	return false
}

// tagParts yields the parts of which a server made a tag, such as number, size
// and date of a file. A UUID is one part.
func tagParts(tag string) func(func(string) bool) {
	return func(yield func(string) bool) {
		if codes.IsUUID(tag) {
			yield(tag)
			return
		}
		for part := range strings.FieldsFuncSeq(tag, func(c rune) bool {
			return (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z')
		}) {
			if !yield(part) {
				return
			}
		}
	}
}

// ownDate reports whether a date of last change is one of this visitor.
func (r *respawn) ownDate(q *evidence.Request, date string) bool {
	first, err := http.ParseTime(date)
	if err != nil {
		return false
	}
	dates := []time.Time{first}
	for _, other := range r.answers(q) {
		got, err := http.ParseTime(detectors.Header(other.Answer, "last-modified"))
		if err != nil || slices.ContainsFunc(dates, func(d time.Time) bool { return got.Sub(d).Abs() < minApart }) {
			return false
		}
		dates = append(dates, got)
	}
	return len(dates) > minProfiles
}

// answers lists what other profiles got for the same address, one answer each.
// It is empty if one of them got other content, of which the tag can be a digest,
// or if that is not known.
func (r *respawn) answers(q *evidence.Request) []*evidence.Request {
	digest := r.own.answers[q.URL].digest
	var out []*evidence.Request
	for _, p := range r.others {
		other, ok := p.answers[q.URL]
		if !ok {
			continue
		}
		if digest == "" || other.digest != digest {
			return nil
		}
		out = append(out, other.request)
	}
	return out
}
