package checks

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors/patterns"
	"github.com/spoor-audit/spoor/detectors/statements"
	"github.com/spoor-audit/spoor/evidence"
)

// googleTypes are the consent types of Google that need a yes.
var googleTypes = []string{"ad_storage", "analytics_storage", "ad_user_data", "ad_personalization"}

// yesLetters are the letters of gcd that say yes; docs/consent.md 1.3.
const yesLetters = "tvnr"

// hits returns the statements of Google's consent mode that went out with hits
// of a sample.
func (c *Case) hits(s *sample) []*statements.Statement {
	return c.said(s, func(st *statements.Statement) bool { return st.Google != nil && st.Sent != "" })
}

// said returns the statements of a sample that a test keeps, in order.
func (c *Case) said(s *sample, keep func(*statements.Statement) bool) []*statements.Statement {
	var out []*statements.Statement
	for i := range c.Statements {
		st := &c.Statements[i]
		if st.Scenario == s.run.Scenario && st.Phase == s.phase && st.At < s.to && max(st.At, st.Until) >= s.from && keep(st) {
			out = append(out, st)
		}
	}
	return out
}

// denied reports whether a hit says that measuring was refused.
func denied(g *statements.Google) bool { return g.Types["analytics_storage"] == statements.Denied }

// lasting says why the client of a denied hit is the same person as before: the
// identifier is stored, or it came from several pages.
func (c *Case) lasting(r *evidence.Run, st *statements.Statement) string {
	id := st.Google.Client
	if id == "" {
		return ""
	}
	for i := range r.Cookies {
		k := &r.Cookies[i]
		if isGoogleCookie(k.Name) && strings.HasSuffix(k.Value, id) && (presentAt(k, st.At) || presentAt(k, st.Until)) {
			return "stored"
		}
	}
	for i := range r.Storage {
		if t := &r.Storage[i]; t.Kind != "session" && t.At <= max(st.At, st.Until) && len(id) >= minValue && strings.Contains(t.Value, id) {
			return "stored"
		}
	}
	first := -1
	for i := range r.Requests {
		q := &r.Requests[i]
		agreed := r.Scenario == evidence.Accept && r.PhaseOf(q.At) == evidence.After
		if agreed || evidence.Host(q.URL) != st.Host || !strings.Contains(q.URL+q.Body, id) {
			continue
		}
		load := loadOf(r, q.At)
		if first >= 0 && load != first {
			return "pages"
		}
		first = load
	}
	return ""
}

// presentAt reports whether a cookie was in the jar at a moment of the run.
func presentAt(k *evidence.Cookie, at evidence.Millis) bool {
	there := len(k.Writes) == 0 && k.At <= at && k.State == "stored"
	for _, w := range k.Writes {
		if w.At <= at && len(w.Refused) == 0 {
			there = !w.Delete
		}
	}
	return there && k.State != "blocked"
}

// loadOf says in which load of a page of the run a moment lies: how many
// documents of pages had been asked for.
func loadOf(r *evidence.Run, at evidence.Millis) int {
	n := 0
	for i := range r.Requests {
		if q := &r.Requests[i]; q.Kind == "document" && !q.Frame && q.Redirect == "" && q.At <= at {
			n++
		}
	}
	return n
}

func isGoogleCookie(name string) bool {
	return slices.ContainsFunc(theTables().market.GoogleCookies, func(p string) bool { return patterns.Fits(p, name) })
}

// pings lists the hits of Google's tags that say "denied" and carry no
// identifier that lasts.
func pings(c *Case) map[evidence.ID]bool {
	out := map[evidence.ID]bool{}
	for i := range c.Statements {
		st := &c.Statements[i]
		if st.Google == nil || st.Sent == "" || !denied(st.Google) || st.Google.Types["ad_storage"] == statements.Granted {
			continue
		}
		for j := range c.Visit.Runs {
			if r := &c.Visit.Runs[j]; r.Scenario == st.Scenario && c.lasting(r, st) == "" {
				out[st.Sent] = true
				markLike(out, r, st)
			}
		}
	}
	return out
}

// markLike adds the requests that said the same: equal statements of a page are
// one, and name the first request alone.
func markLike(out map[evidence.ID]bool, r *evidence.Run, st *statements.Statement) {
	if st.Google.Client == "" {
		return
	}
	for i := range r.Requests {
		q := &r.Requests[i]
		if q.Page == st.Page && evidence.Host(q.URL) == st.Host && strings.Contains(q.URL+q.Body, st.Google.Client) {
			out[q.ID] = true
		}
	}
}

// latest returns the statement that counts among several of one kind: what the
// page said goes before what it keeps and sends, the later before the earlier.
func latest(a, b *statements.Statement) *statements.Statement {
	rank := func(st *statements.Statement) int {
		switch {
		case st.Sent != "":
			return 0
		case st.Kept:
			return 1
		}
		return 2
	}
	if a == nil || rank(b) > rank(a) || rank(b) == rank(a) && b.Until >= a.Until {
		return b
	}
	return a
}

// quiet returns the samples in which nothing was agreed to: before a choice, and
// after a refusal.
func (c *Case) quiet() ([]*sample, string) {
	samples, why := c.before(evidence.KindRequests)
	if why != "" {
		return nil, why
	}
	if refused, _, v := c.refused(evidence.KindRequests); v.Outcome == "" {
		samples = append(slices.Clone(samples), refused...)
	}
	return samples, ""
}

// usesGoogle reports whether any hit or consent state of Google's tags is there.
func (c *Case) usesGoogle(samples []*sample) bool {
	for i := range c.Statements {
		if c.Statements[i].Google != nil {
			return true
		}
	}
	return slices.ContainsFunc(samples, func(s *sample) bool { return len(c.googleHits(s)) > 0 })
}

// googleHits lists the requests of a sample that are hits of Google's tags.
func (c *Case) googleHits(s *sample) []*evidence.Request {
	m := &theTables().market
	var out []*evidence.Request
	for i := range s.run.Requests {
		q := &s.run.Requests[i]
		if !s.holds(q.At) || !slices.ContainsFunc(m.GoogleHits, func(p string) bool { return strings.Contains(q.URL, p) }) {
			continue
		}
		if c.DB == nil {
			continue
		}
		if p, ok := c.DB.Identify(q.URL); ok && p.Company == m.GoogleCompany {
			out = append(out, q)
		}
	}
	return out
}

// consentModeDeniedButIdentified: does Google get an identifier with a "no"?
func consentModeDeniedButIdentified(c *Case) Verdict {
	samples, why := c.quiet()
	if why != "" {
		return unknown(why)
	}
	if !c.usesGoogle(samples) {
		return na("no-google")
	}
	anyDenied := false
	for _, s := range samples {
		for _, st := range c.hits(s) {
			if !denied(st.Google) {
				continue
			}
			anyDenied = true
			if how := c.lasting(s.run, st); how != "" {
				v := fail(how, certain).with("client", mask(st.Google.Client), "state", stateOf(st.Google))
				v.Organisations = []string{c.googleOrg(st)}
				return v.on(st.Sent, st.Evidence)
			}
			if i := slices.IndexFunc(s.items, func(x item) bool {
				return x.cookie != nil && isGoogleCookie(x.name) && x.follows() && presentAt(x.cookie, max(st.At, st.Until))
			}); i >= 0 {
				v := fail("cookie", certain).with("cookie", s.items[i].name, "state", stateOf(st.Google))
				v.Organisations = []string{c.googleOrg(st)}
				return v.on(st.Sent).on(s.items[i].evidence...)
			}
		}
	}
	if !anyDenied {
		return na("no-denied-hits")
	}
	return pass()
}

// stateOf writes the parameters of a hit that hold its state of consent.
func stateOf(g *statements.Google) string {
	var parts []string
	if g.GCS != "" {
		parts = append(parts, "gcs="+g.GCS)
	}
	if g.GCD != "" {
		parts = append(parts, "gcd="+g.GCD)
	}
	return cmp.Or(strings.Join(parts, ", "), statements.Denied)
}

// googleOrg names the receiver of a hit.
func (c *Case) googleOrg(st *statements.Statement) string {
	q := c.facts.requests[st.Sent]
	if q == nil || c.DB == nil {
		return c.facts.orgs.of("", "google-analytics.com")
	}
	p, _ := c.DB.Identify(q.URL)
	return c.facts.orgs.of(p.ID, evidence.Host(q.URL))
}

// mask shows the beginning of an identifier.
func mask(id string) string {
	if r := []rune(id); len(r) > 6 {
		return string(r[:6]) + "…"
	}
	return id
}

// consentModePings: do hits go to Google without consent, without identifiers?
func consentModePings(c *Case) Verdict {
	samples, why := c.quiet()
	if why != "" {
		return unknown(why)
	}
	if !c.usesGoogle(samples) {
		return na("no-google")
	}
	v := c.tally(samples, func(s *sample) view {
		out := view{}
		for _, st := range c.hits(s) {
			if c.facts.pings[st.Sent] {
				out.grade, out.branch, out.certainty = gradeWarn, "warn", certain
				out.orgs = append(out.orgs, c.googleOrg(st))
				out.names = append(out.names, evidence.Host(cmp.Or(c.urlOf(st.Sent), st.Source)))
				out.evidence = append(out.evidence, st.Sent)
			}
		}
		return out
	})
	if v.Outcome == Warn && c.Profile.Pings == Pass {
		p := pass()
		p.Reason = "allowed"
		return p
	}
	return v
}

// urlOf returns the URL of a request, or "".
func (c *Case) urlOf(id evidence.ID) string {
	if q := c.facts.requests[id]; q != nil {
		return q.URL
	}
	return ""
}

// tagWithoutConsentSignal: do Google's tags run with no consent state at all?
func tagWithoutConsentSignal(c *Case) Verdict {
	samples, why := c.before(evidence.KindRequests)
	if why != "" {
		return unknown(why)
	}
	hits := 0
	v := c.tally(samples, func(s *sample) view {
		out := view{}
		for _, q := range c.googleHits(s) {
			hits++
			if hasParam(q.URL, "gcs") || hasParam(q.URL, "gcd") && !c.neverSet(q) {
				continue
			}
			out.grade, out.branch, out.certainty = max(out.grade, gradeWarn), "warn", certain
			out.names = append(out.names, evidence.Host(q.URL))
			out.evidence = append(out.evidence, q.ID)
			p, _ := c.DB.Identify(q.URL)
			out.orgs = append(out.orgs, c.facts.orgs.of(p.ID, evidence.Host(q.URL)))
		}
		stored := pick(s.items, func(x *item) bool { return isGoogleCookie(x.name) && x.follows() })
		if out.grade > 0 && len(stored) > 0 {
			out.grade, out.branch = gradeFail, "fail"
			out.args = []any{"cookie", stored[0].name}
			out.evidence = append(out.evidence, stored[0].evidence...)
		}
		return out
	})
	if hits == 0 && v.Outcome == Pass {
		return na("no-google-hits")
	}
	return v
}

// neverSet reports whether the letters of a hit all say that no consent state
// was ever set.
func (c *Case) neverSet(q *evidence.Request) bool {
	for i := range c.Statements {
		st := &c.Statements[i]
		if st.Sent != q.ID || st.Google == nil || len(st.Google.Letters) == 0 {
			continue
		}
		for _, l := range st.Google.Letters {
			if l != "l" {
				return false
			}
		}
		return true
	}
	return false
}

// hasParam reports whether the query of a URL has a parameter.
func hasParam(rawURL, name string) bool {
	_, query, _ := strings.Cut(rawURL, "?")
	for pair := range strings.SplitSeq(query, "&") {
		if key, _, _ := strings.Cut(pair, "="); key == name {
			return true
		}
	}
	return false
}
