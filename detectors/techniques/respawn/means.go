package respawn

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/addresses"
	"github.com/spoor-audit/spoor/detectors/codes"
	"github.com/spoor-audit/spoor/detectors/techniques/fingerprint"
	"github.com/spoor-audit/spoor/detectors/techniques/storage"
	"github.com/spoor-audit/spoor/evidence"
)

// A means is how a value came back: an id that reports put into words, how sure
// it is, and what shows it.
type means struct {
	id        string
	certainty detectors.Certainty
	evidence  []evidence.ID
	url       string // of the answer that carried the value
}

// The means.
const (
	meansTag     = "etag"
	meansDate    = "last-modified"
	meansCache   = "cache"
	meansLocal   = "local-storage"
	meansDB      = "indexeddb"
	meansWorker  = "service-worker"
	meansStorage = "storage"
	meansDevice  = "device"
	meansUnknown = "unknown"
)

// judge says whether a value came back, and by which means.
func (r *respawn) judge(k kept) (detectors.Finding, bool) {
	backs := r.comebacks(k)
	if len(backs) == 0 {
		return detectors.Finding{}, false
	}
	own, others := r.sharing(k)
	var m means
	var b comeback
	found := false
	for _, x := range backs {
		how, ok := r.seen(x)
		switch {
		case others == 0:
			// That the value tells visitors apart is concluded from its form alone.
			how.certainty = detectors.Inferred
		case own > 0:
			continue // the value does not tell this visitor from the others
		}
		if ok && (!found || how.certainty == detectors.Observed && m.certainty != detectors.Observed) {
			m, b, found = how, x, true
		}
	}
	if !found && others > 0 {
		b = backs[len(backs)-1] // what came back with the least that was kept
		switch own {
		case 0:
			m, found = r.left(backs)
		case others:
			m, found = r.device(b)
		}
	}
	if !found {
		return detectors.Finding{}, false
	}
	return r.finding(b, m), true
}

// sharing counts the other profiles that have a value under the same name, and
// how many of them have this very one.
func (r *respawn) sharing(k kept) (own, others int) {
	for _, p := range r.others {
		values := p.values[k.identity()]
		if len(values) > 0 {
			others++
		}
		if slices.ContainsFunc(values, func(text string) bool { return r.holds(text, k.code) }) {
			own++
		}
	}
	return own, others
}

// seen finds what was seen to hold a value that came back.
func (r *respawn) seen(b comeback) (means, bool) {
	for i := range b.look.Requests {
		q := &b.look.Requests[i]
		if q.At > b.at {
			continue
		}
		if tag := detectors.Header(q.Headers, "if-none-match"); tag != "" && r.holds(tag, b.code) {
			return means{id: meansTag, certainty: detectors.Observed, evidence: []evidence.ID{q.ID}, url: q.URL}, true
		}
	}
	if slices.Contains(b.look.Kept, evidence.KeptStorage) {
		if m, ok := r.fromStorage(b); ok {
			return m, true
		}
	}
	if m, ok := r.fromBody(b); ok {
		return m, true
	}
	if r.inWorker(b) {
		return means{id: meansWorker, certainty: detectors.Observed, evidence: []evidence.ID{b.call}}, true
	}
	return r.derived(b)
}

// fromStorage finds a kept storage item with the value.
func (r *respawn) fromStorage(b comeback) (means, bool) {
	for _, s := range r.Items {
		id := map[string]string{"local": meansLocal, "indexeddb": meansDB}[s.Kind]
		if id != "" && !s.Deleted && r.holds(s.Value, b.code) {
			return means{id: id, certainty: detectors.Observed, evidence: []evidence.ID{s.ID}}, true
		}
	}
	return means{}, false
}

// fromBody finds a kept answer with the value in its body.
func (r *respawn) fromBody(b comeback) (means, bool) {
	for i := range b.look.Requests {
		q := &b.look.Requests[i]
		if q.At > b.at || !slices.ContainsFunc(q.Carries, func(text string) bool {
			return strings.Contains(text, b.code) || strings.Contains(b.code, text) && len(text) >= codes.MinIdentifier
		}) {
			continue
		}
		m := means{id: meansCache, certainty: detectors.Observed, evidence: []evidence.ID{q.ID}, url: q.URL}
		if q.FromWorker {
			m.id = meansWorker
		} else if q.FromCache && !q.Confirmed && shortlived(q, r.Visit.Subject.Started) {
			continue
		}
		return m, true
	}
	return means{}, false
}

// shortlived reports whether an answer says that it may be kept for less than
// the time from which an identifier counts. RFC 9111, section 4.2.1.
func shortlived(q *evidence.Request, now time.Time) bool {
	for part := range strings.SplitSeq(strings.ToLower(detectors.Header(q.Answer, "cache-control")), ",") {
		if age, ok := strings.CutPrefix(strings.TrimSpace(part), "max-age="); ok {
			kept, err := time.ParseDuration(strings.Trim(age, `"`) + "s")
			return err == nil && kept < codes.MinKept
		}
	}
	until, err := time.Parse(time.RFC1123, detectors.Header(q.Answer, "expires"))
	return err == nil && until.Sub(now) < codes.MinKept
}

// inWorker reports whether a service worker wrote the value.
func (r *respawn) inWorker(b comeback) bool {
	return b.writer != "" && slices.ContainsFunc(b.look.Targets, func(t evidence.Target) bool {
		return t.ID == b.writer && t.Kind == "service-worker"
	})
}

// derived finds a validator from which the server can have worked out the value
// that its answer set again: one that is not the same in all profiles.
func (r *respawn) derived(b comeback) (means, bool) {
	if b.write == nil || b.write.Request == "" {
		return means{}, false
	}
	for i := range b.look.Requests {
		q := &b.look.Requests[i]
		if q.ID != b.write.Request {
			continue
		}
		for _, v := range [...]struct{ sent, given, Visitor string }{
			{"if-none-match", "etag", meansTag}, {"if-modified-since", "last-modified", meansDate},
		} {
			value := detectors.Header(q.Headers, v.sent)
			if value == "" {
				continue
			}
			if same, other := r.given(q.URL, v.given, value); !same && other {
				return means{id: v.Visitor, certainty: detectors.Inferred, evidence: []evidence.ID{q.ID}, url: q.URL}, true
			}
		}
	}
	return means{}, false
}

// given says of a validator whether other profiles got the same one for the same
// address, and whether they got any.
func (r *respawn) given(url, name, value string) (same, other bool) {
	for _, p := range r.others {
		a, ok := p.answers[url]
		if !ok {
			continue
		}
		if got := detectors.Header(a.request.Answer, name); got != "" {
			other = true
			same = same || plainTag(got) == plainTag(value)
		}
	}
	return same, other
}

// plainTag is an entity tag without its quotes, and without what says only how
// the content was packed.
func plainTag(tag string) string {
	tag = strings.Trim(strings.TrimPrefix(strings.TrimSpace(tag), "W/"), `"`)
	for _, packed := range []string{"-gzip", "-br", "-df", "--gzip", "--br", ";gz", ";br"} {
		tag = strings.TrimSuffix(tag, packed)
	}
	return tag
}

// left concludes how a value that is not the same in all profiles came back,
// where nothing was seen to hold it: by what was still there.
func (r *respawn) left(backs []comeback) (means, bool) {
	last := backs[len(backs)-1]
	m := means{id: meansUnknown, certainty: detectors.Inferred}
	if slices.Contains(last.look.Kept, evidence.KeptStorage) {
		if !r.lookedWithout() {
			return m, true
		}
		for _, s := range r.Items {
			if s.Deleted || s.Kind == "session" || r.Known.Site(evidence.Host(s.Origin)) != r.home(last) {
				continue
			}
			m.id, m.evidence = meansStorage, []evidence.ID{s.ID}
			if s.Kind == "service-worker" {
				m.id = meansWorker
				break
			}
		}
		return m, true
	}
	for i := range last.look.Requests {
		q := &last.look.Requests[i]
		asked := detectors.Header(q.Headers, "if-none-match")+detectors.Header(q.Headers, "if-modified-since") != ""
		if host := evidence.Host(q.URL); q.At <= last.at && (q.FromCache && !shortlived(q, r.Visit.Subject.Started) || asked) &&
			(r.Known.Site(host) == r.home(last) || host == evidence.Host(last.by)) {
			m.id, m.url = meansCache, q.URL
			m.evidence = append(m.evidence, q.ID)
		}
	}
	return m, true
}

// lookedWithout reports whether there was a look for which storage was cleared.
func (r *respawn) lookedWithout() bool {
	return slices.ContainsFunc(r.Run.Returns, func(b evidence.Return) bool {
		return b.Page.Error == "" && slices.Contains(b.Cleared, evidence.KeptStorage)
	})
}

// home is the site that a value belongs to.
func (r *respawn) home(b comeback) string {
	if b.cookie != nil {
		return r.Known.Site(b.cookie.Domain)
	}
	return r.Known.Site(evidence.Host(b.item.Origin))
}

// device finds the test of the device by the script that set a value which is the
// same in every profile.
func (r *respawn) device(b comeback) (means, bool) {
	setters := r.setters(b)
	if len(setters) == 0 {
		return means{}, false
	}
	tests := fingerprint.Tests(r.View)
	for _, a := range r.Acts {
		for _, kind := range slices.Sorted(maps.Keys(tests[a.By])) {
			for _, x := range tests[a.By][kind] {
				if touches(x, setters) {
					m := means{id: meansDevice, certainty: detectors.Inferred}
					for _, c := range x.Calls[:min(len(x.Calls), maxCallsShown)] {
						m.evidence = append(m.evidence, c.ID)
					}
					return m, true
				}
			}
		}
	}
	return means{}, false
}

// maxCallsShown is how many calls of a test stand among the evidence of a value.
const maxCallsShown = 20

// setters lists the scripts that set a value in the first visit: the writer, or
// those that made the browser ask for the answer that set it.
func (r *respawn) setters(b comeback) map[string]bool {
	out := map[string]bool{}
	if b.item != nil {
		if b.item.Writer != nil {
			out[addresses.Bare(b.item.Writer.URL)] = true
		}
		return out
	}
	for _, w := range b.cookie.Writes {
		if w.Delete || !r.holds(w.Raw, b.code) {
			continue
		}
		if w.Kind == "script" {
			out[addresses.Bare(w.URL)] = true
			continue
		}
		for i := range r.Run.Requests {
			if q := &r.Run.Requests[i]; q.ID == w.Request {
				for _, f := range q.Initiator.Stack {
					out[addresses.Bare(f.URL)] = true
				}
			}
		}
	}
	delete(out, "")
	return out
}

// touches reports whether one of some scripts made the calls of a verdict, itself
// or through a library.
func touches(x detectors.Verdict, scripts map[string]bool) bool {
	if scripts[x.By.URL] {
		return true
	}
	return slices.ContainsFunc(x.Calls, func(c detectors.Call) bool {
		return slices.ContainsFunc(c.Stack, func(f evidence.Frame) bool { return scripts[addresses.Bare(f.URL)] })
	})
}

// finding says of a value that it came back.
func (r *respawn) finding(b comeback, m means) detectors.Finding {
	f := detectors.Finding{
		Phase: r.Run.PhaseOf(b.at), Certainty: m.certainty, Severity: detectors.High, Script: b.by, URL: m.url, First: b.at,
		Args: map[string]string{"means": m.id, "value": evidence.Cut(b.code)},
	}
	name, origin, category := "", "", ""
	if c := b.cookie; c != nil {
		use := r.Known.Cookie(c)
		_, f.Party = storage.Setter(r.View, c, use, r.Third(c.Domain, c.Page))
		f.Key, f.Host, f.Cookie, category = c.Name+"@"+c.Domain, c.Domain, c.Name, use.Category
		name, f.Evidence = c.Name, []evidence.ID{c.ID, b.id}
		if b.write != nil && b.write.Request != "" {
			f.Evidence = append(f.Evidence, b.write.Request)
		}
	} else {
		item := storage.ItemFinding(r.View, b.item, true)
		f.Key, f.Host, f.Party, category = item.Key, item.Host, item.Party, item.Args["category"]
		name, origin, f.Evidence = item.Args["key"], b.item.Origin, []evidence.ID{b.item.ID, b.id}
	}
	if b.call != "" {
		f.Evidence = append(f.Evidence, b.call)
	}
	for _, id := range m.evidence {
		if !slices.Contains(f.Evidence, id) && len(f.Evidence) < detectors.MaxEvidence {
			f.Evidence = append(f.Evidence, id)
		}
	}
	if detectors.Harmless(category) {
		f.Severity = detectors.Low
	}
	f.Args["name"], f.Args["host"] = name, cmp.Or(f.Host, origin)
	f.Args["who"] = r.Known.Name(f.Party, f.Args["host"])
	return f
}
