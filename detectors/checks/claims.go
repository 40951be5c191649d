package checks

import (
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/statements"
	"github.com/spoor-audit/spoor/evidence"
)

// A contradiction is what was seen against a claim.
type contradiction struct {
	branch    string
	certainty float64
	names     []string
	orgs      []string
	args      []any
	evidence  []evidence.ID
}

// against turns items into a contradiction; nil if there are none.
func against(branch string, items []*item) *contradiction {
	if len(items) == 0 {
		return nil
	}
	out := &contradiction{branch: branch, certainty: 0.5}
	for _, x := range items {
		out.certainty = max(out.certainty, x.sure)
		out.names = append(out.names, x.name)
		out.orgs = append(out.orgs, x.org)
		out.evidence = append(out.evidence, x.evidence...)
	}
	return out
}

// claimRules say, of each claim, what contradicts it.
var claimRules = map[string]func(*Case, *statements.Claim) *contradiction{
	"claims-no-cookies":             noCookies,
	"claims-no-third-party-cookies": noThirdPartyCookies,
	"claims-functional-only":        functionalOnly,
	"claims-after-consent":          afterConsent,
	"claims-no-sharing":             noSharing,
	"claims-retention":              retention,
	"claims-no-profiling":           noProfiling,
	"claims-no-fingerprinting":      noFingerprinting,
}

// policyClaimContradicted: does the site do what it says it does not?
func policyClaimContradicted(c *Case) Verdict {
	var best *contradiction
	var claim *statements.Statement
	judged := 0
	for _, st := range c.facts.claims {
		rule := claimRules[st.Claim.ID]
		if rule == nil {
			continue
		}
		judged++
		x := rule(c, st.Claim)
		if x == nil {
			continue
		}
		x.certainty = min(x.certainty, st.Claim.Confidence)
		if best == nil || x.certainty > best.certainty {
			best, claim = x, st
		}
	}
	switch {
	case best != nil:
	case judged > 0:
		return pass()
	case !c.papersLooked():
		return unknown("gap-papers")
	default:
		return na("no-claims")
	}
	v := warn(best.branch, best.certainty)
	if best.certainty >= certain {
		v = fail(best.branch, best.certainty)
	}
	slices.Sort(best.names)
	best.names = slices.Compact(best.names)
	v.Organisations = best.orgs
	slices.Sort(v.Organisations)
	v.Organisations = slices.Compact(v.Organisations)
	return v.with("quote", claim.Claim.Quote, "url", claim.Claim.URL, "k", len(best.names), "names", best.names,
		"orgs", c.facts.orgs.list(v.Organisations)).with(best.args...).on(claim.Evidence).on(best.evidence...)
}

func keep(list []*item, test func(*item) bool) []*item {
	var out []*item
	for _, x := range list {
		if test(x) {
			out = append(out, x)
		}
	}
	return out
}

func noCookies(c *Case, _ *statements.Claim) *contradiction {
	return against("cookies", keep(c.everything(), func(x *item) bool { return x.kind == "cookie" && x.follows() }))
}

func noThirdPartyCookies(c *Case, _ *statements.Claim) *contradiction {
	list := keep(c.everything(), func(x *item) bool { return x.kind == "cookie" && x.third && x.exempt != "security" })
	out := against("third-party", list)
	if out != nil {
		out.certainty = 0.95 // whose domain it is is a fact, whatever it is for
	}
	return out
}

func functionalOnly(c *Case, _ *statements.Claim) *contradiction {
	return against("not-functional", keep(c.everything(), func(x *item) bool {
		return x.follows() && x.class != classUnknown
	}))
}

func afterConsent(c *Case, claim *statements.Claim) *contradiction {
	samples, _ := c.before(evidence.KindCookies)
	if refused, level, _ := c.refused(evidence.KindCookies); level == 2 {
		samples = append(slices.Clone(samples), refused...)
	}
	var list []*item
	for _, s := range samples {
		list = append(list, pick(s.items, func(x *item) bool {
			return x.follows() && x.class != classUnknown && x.fresh && (claim.Category == "" || claim.Category == x.class)
		})...)
	}
	return against("before-consent", list)
}

// receivers returns the contacts that got identifiers in any run, of parties
// with one of some categories.
func (c *Case) receivers(categories []string) []*contact {
	var out []*contact
	for i := range c.Visit.Runs {
		r := &c.Visit.Runs[i]
		if c.unusable(r, []evidence.Kind{evidence.KindRequests}) != "" {
			continue
		}
		list := []*sample{c.facts.sample(c, r, evidence.Before, 0, end(r))}
		if after, why := c.after(r.Scenario); why == "" {
			list = append(list, after...)
		}
		for _, s := range list {
			out = append(out, pickContacts(s.contacts, func(k *contact) bool {
				return k.identified && k.third && (categories == nil || isOne(k.party, categories))
			})...)
		}
	}
	return out
}

// againstContacts turns contacts into a contradiction; nil if there are none.
func againstContacts(branch string, list []*contact, certainty float64) *contradiction {
	if len(list) == 0 {
		return nil
	}
	out := &contradiction{branch: branch, certainty: certainty}
	for _, k := range list {
		out.names = append(out.names, k.host)
		out.orgs = append(out.orgs, k.org)
		out.evidence = append(out.evidence, k.ids()...)
	}
	return out
}

func noSharing(c *Case, _ *statements.Claim) *contradiction {
	return againstContacts("sharing", c.receivers(theTables().market.Selling), certain)
}

func noProfiling(c *Case, _ *statements.Claim) *contradiction {
	return againstContacts("profiling", c.receivers(theTables().market.Selling), likely)
}

// retention compares the time that a statement names with how long trackers'
// cookies are kept. The sentence may be about other data, so this is never
// certain.
func retention(c *Case, claim *statements.Claim) *contradiction {
	if claim.Days <= 0 {
		return nil
	}
	list := keep(c.everything(), func(x *item) bool {
		return x.cookie != nil && x.follows() && inDays(lifetime(x.cookie)) > claim.Days+1
	})
	out := against("retention", list)
	if out != nil {
		out.certainty = min(out.certainty, likely)
		worst := slices.MaxFunc(list, func(a, b *item) int { return int(lifetime(a.cookie) - lifetime(b.cookie)) })
		out.args = []any{"claimed", claim.Days, "days", inDays(lifetime(worst.cookie)), "cookie", worst.name}
	}
	return out
}

func noFingerprinting(c *Case, _ *statements.Claim) *contradiction {
	var out *contradiction
	for i := range c.Findings {
		f := &c.Findings[i]
		if !slices.Contains(readings, f.ID) || f.Severity == detectors.Note || f.Severity == detectors.Low {
			continue
		}
		if out == nil {
			out = &contradiction{branch: "fingerprinting", certainty: likely}
		}
		if f.Certainty == detectors.Observed {
			out.certainty = certain
		}
		out.names = append(out.names, f.Host)
		out.orgs = append(out.orgs, c.facts.orgs.of(f.Party, f.Host))
		out.evidence = append(out.evidence, f.Evidence...)
	}
	return out
}

// stated is everything that the site says of itself, in lower case: statements,
// registers and the dialog.
func (c *Case) stated() string {
	var b strings.Builder
	for _, p := range c.facts.papers {
		b.WriteString(lower(p))
		b.WriteByte('\n')
	}
	for _, reg := range c.facts.registers {
		for _, row := range reg.Rows {
			b.WriteString(strings.ToLower(row.Provider + " " + row.Host + " " + row.Purpose + "\n"))
		}
	}
	if d := c.facts.dialog.best; d != nil {
		b.WriteString(dialogText(d))
		for _, t := range d.Toggles {
			b.WriteString("\n" + strings.ToLower(t.Label))
		}
	}
	return b.String()
}

// names reports whether a text in lower case names a receiver, by any of its
// names.
func namesReceiver(text string, k *contact, site string) bool {
	for _, name := range []string{k.party.Name, k.party.Company, site} {
		name = strings.ToLower(strings.TrimSpace(name))
		if plain, _, cut := strings.Cut(name, " ("); cut {
			if len(plain) > 2 && strings.Contains(text, plain) {
				return true
			}
		}
		if len(name) > 2 && strings.Contains(text, name) {
			return true
		}
	}
	return false
}

// readable reports whether a statement on data was read in full.
func (c *Case) readable() bool {
	return slices.ContainsFunc(c.facts.papers, func(p paper) bool {
		return (p.Kind == "policy" || p.Kind == "cookie-policy") && p.Error == "" && p.words >= minPolicy
	})
}

// undisclosedRecipient: does somebody get data who is named nowhere?
func undisclosedRecipient(c *Case) Verdict {
	if !c.readable() {
		return c.noPolicy()
	}
	list := c.receivers(nil)
	if len(list) == 0 {
		return na("nobody")
	}
	text := c.stated()
	shown := map[int]bool{}
	for i := range c.Statements {
		if t := c.Statements[i].TCF; t != nil {
			for _, n := range t.Disclosed {
				shown[n] = true
			}
		}
	}
	selling := theTables().market.Selling
	var sellers, others []*contact
	for _, k := range list {
		if n := c.vendorOf(k); namesReceiver(text, k, c.siteOf(k.host)) || n != 0 && shown[n] {
			continue
		}
		if isOne(k.party, selling) {
			sellers = append(sellers, k)
		} else {
			others = append(others, k)
		}
	}
	switch {
	case len(sellers) > 0:
		return c.join([]view{viewOfContacts(sellers, gradeFail, "fail", likely)}, true)
	case len(others) > 0:
		return c.join([]view{viewOfContacts(others, gradeWarn, "warn", likely)}, false)
	}
	return pass()
}

// noPolicy is the verdict where no statement on data could be read.
func (c *Case) noPolicy() Verdict {
	if !c.papersLooked() {
		return unknown("gap-papers")
	}
	for _, p := range c.facts.papers {
		if p.Error != "" && (p.Kind == "policy" || p.Kind == "cookie-policy") {
			return unknown("policy-unread").with("url", p.URL)
		}
	}
	return na("no-policy")
}

// thirdCountryUndisclosed: do data go to other parts of the world unsaid?
func thirdCountryUndisclosed(c *Case) Verdict {
	if !c.readable() {
		return c.noPolicy()
	}
	list := c.receivers(nil)
	m := &theTables().market
	var outside, farther []*contact
	for _, k := range list {
		country := k.party.Country
		if country == "" || slices.Contains(m.EEA, country) {
			continue
		}
		outside = append(outside, k)
		if !slices.Contains(m.Adequate, country) && !slices.Contains(m.Certified, country) {
			farther = append(farther, k)
		}
	}
	for _, st := range c.facts.claims {
		if st.Claim.ID == "claims-eea-only" && len(outside) > 0 {
			v := c.join([]view{viewOfContacts(outside, gradeFail, "claimed", min(certain, st.Claim.Confidence))}, true)
			return v.with("quote", st.Claim.Quote, "countries", countries(outside)).on(st.Evidence)
		}
	}
	if len(list) == 0 {
		return na("nobody")
	}
	if len(farther) == 0 {
		return pass()
	}
	said, known := c.says("transfers")
	switch {
	case said:
		return pass()
	case !known:
		return unknown("language")
	}
	v := c.join([]view{viewOfContacts(farther, gradeWarn, "warn", likely)}, false)
	return v.with("countries", countries(farther))
}

// countries lists the countries of contacts by their codes.
func countries(list []*contact) string {
	var out []string
	for _, k := range list {
		out = append(out, k.party.Country)
	}
	slices.Sort(out)
	return enumerate(slices.Compact(out))
}

// says reports whether a statement holds a required item, and whether the
// language of any is known.
func (c *Case) says(id string) (said, known bool) {
	for _, p := range c.facts.papers {
		terms, ok := theTables().lexicon.content[primary(p.Language)]
		if !ok || p.Kind != "policy" && p.Kind != "cookie-policy" {
			continue
		}
		known = true
		if slices.Contains(saidTerms(lower(p), terms), id) {
			return true, true
		}
	}
	return false, known
}
