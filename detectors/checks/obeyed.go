package checks

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors/statements"
	"github.com/spoor-audit/spoor/evidence"
)

// atMostWarn turns a failure into a warning that is not certain: the choice was
// not verified.
func atMostWarn(v Verdict) Verdict {
	if v.Outcome == Fail {
		v.Outcome = Warn
	}
	if v.Outcome == Warn {
		v.Certainty = min(v.Certainty, likely)
	}
	return v
}

// told adds to a verdict what the site was told, and how that is known.
func (c *Case) told(v Verdict, samples []*sample) Verdict {
	ch := samples[0].run.Choice
	state := cmp.Or(ch.By, "?")
	return v.with("label", pressedLabel(ch), "state", state)
}

// rejectIgnoredCookies: are cookies for tracking set although refused?
func rejectIgnoredCookies(c *Case) Verdict {
	samples, level, v := c.refused(evidence.KindCookies)
	if v.Outcome != "" {
		return v
	}
	v = c.tally(samples, func(s *sample) view {
		cookies := func(x *item) bool { return x.kind == "cookie" && x.follows() }
		if sure := pick(s.items, func(x *item) bool { return cookies(x) && x.surely() && (x.fresh || x.sent) }); len(sure) > 0 {
			return viewOf(sure, gradeFail, "fail", certain)
		}
		if some := pick(s.items, func(x *item) bool { return cookies(x) && (x.fresh || x.sent) }); len(some) > 0 {
			return viewOf(some, gradeWarn, "perhaps", likely)
		}
		if left := pick(s.items, cookies); len(left) > 0 {
			return viewOf(left, gradeWarn, "left", likely)
		}
		return view{}
	})
	if level < 2 {
		v = atMostWarn(v)
	}
	return c.told(v, samples)
}

// rejectIgnoredRequests: do trackers get identifiers although refused?
func rejectIgnoredRequests(c *Case) Verdict {
	samples, level, v := c.refused(evidence.KindRequests)
	if v.Outcome != "" {
		return v
	}
	if v, missing := c.notMeasured("tracker-request", samples); missing {
		return v
	}
	v = c.tally(samples, func(s *sample) view {
		if list := pickContacts(s.contacts, func(k *contact) bool { return k.identified }); len(list) > 0 {
			return viewOfContacts(list, gradeFail, "fail", certain)
		}
		return view{}
	})
	if level < 2 {
		v = atMostWarn(v)
	}
	return c.told(v, samples)
}

// rejectFingerprinting: is the device recognised although refused?
func rejectFingerprinting(c *Case) Verdict {
	samples, level, v := c.refused(evidence.KindCalls, evidence.KindScripts)
	if v.Outcome != "" {
		return v
	}
	v = c.fingerprinting(samples)
	if level < 2 {
		v = atMostWarn(v)
	}
	return c.told(v, samples)
}

// partialChoiceIgnored: does a refused purpose run anyway?
func partialChoiceIgnored(c *Case) Verdict {
	samples, level, v := c.obeyed(partial, evidence.KindCookies)
	if v.Outcome != "" {
		return v
	}
	v = c.tally(samples, func(s *sample) view {
		refused := func(x *item) bool {
			return x.follows() && x.fresh && (x.class == classMarketing || x.class == classSocial)
		}
		if sure := pick(s.items, func(x *item) bool { return refused(x) && x.surely() }); len(sure) > 0 {
			return viewOf(sure, gradeFail, "fail", certain)
		}
		if some := pick(s.items, refused); len(some) > 0 {
			return viewOf(some, gradeWarn, "fail", likely)
		}
		return view{}
	})
	if level < 2 {
		v = atMostWarn(v)
	}
	return v
}

// closeCountsAsConsent: does closing the dialog count as a yes?
func closeCountsAsConsent(c *Case) Verdict {
	samples, why := c.after(evidence.Close, evidence.KindCookies)
	if why != "" {
		return c.withoutChoice(why)
	}
	known := c.keysBefore()
	v := c.tally(samples, func(s *sample) view {
		for _, st := range c.said(s, func(st *statements.Statement) bool { return st.Sent == "" }) {
			if x, ok := yesIn(st, tracking); ok {
				return view{grade: gradeFail, branch: "state", certainty: 0.95, args: []any{"state", x.state}, evidence: []evidence.ID{st.Evidence}}
			}
		}
		gained := pick(s.items, func(x *item) bool { return x.surely() && x.fresh && !known[x.key()] })
		if len(gained) > 0 {
			return viewOf(gained, gradeFail, "gained", certain)
		}
		if some := pick(s.items, func(x *item) bool { return x.follows() && x.fresh && !known[x.key()] }); len(some) > 0 {
			return viewOf(some, gradeWarn, "gained", likely)
		}
		return view{}
	})
	if v.Outcome == Pass && !slices.ContainsFunc(samples, func(s *sample) bool { return s.run.Choice != nil && s.run.Choice.Gone }) {
		return unknown("unverified")
	}
	return v
}

// keysBefore lists the items that were seen in any sample before a choice.
func (c *Case) keysBefore() map[string]bool {
	out := map[string]bool{}
	samples, _ := c.before()
	for i := range c.Visit.Runs {
		if r := &c.Visit.Runs[i]; r.Scenario == evidence.Close || r.Scenario == evidence.Withdraw {
			samples = append(samples, c.facts.sample(c, r, evidence.Before, 0, end(r)))
		}
	}
	for _, s := range samples {
		for i := range s.items {
			out[s.items[i].key()] = true
		}
	}
	return out
}

// scrollOrBrowseConsent: does browsing on count as a yes?
func scrollOrBrowseConsent(c *Case) Verdict {
	d, v := c.dialog()
	if d == nil {
		return v
	}
	browsed := false
	for i := range c.Visit.Runs {
		r := &c.Visit.Runs[i]
		if r.Scenario != evidence.None || c.unusable(r, nil) != "" || len(r.Pages) < 2 {
			continue
		}
		browsed = true
		s := c.facts.sample(c, r, evidence.Before, 0, end(r))
		if v, found := c.browsed(s); found {
			return v
		}
	}
	quote := says(dialogText(d), theTables().lexicon.continuing[primary(d.Language)])
	switch {
	case quote != "":
		return warn("text", likely).with("quote", quote).on(c.dialogEvidence()...)
	case !browsed:
		return unknown("one-page")
	}
	return pass()
}

// browsed judges a run that opened further pages and touched no dialog.
func (c *Case) browsed(s *sample) (Verdict, bool) {
	first := false
	for _, st := range c.said(s, func(st *statements.Statement) bool { return st.Sent == "" }) {
		x, ok := yesIn(st, tracking)
		switch {
		case ok && st.Page == 0:
			first = true // said so from the start: pre-consent-positive-signal
		case ok && !first:
			return fail("state", 0.95).with("state", x.state).on(st.Evidence), true
		}
	}
	var later []*item
	for _, x := range pick(s.items, (*item).follows) {
		if pageOf(x) == 0 {
			return Verdict{}, false
		}
		if x.surely() {
			later = append(later, x)
		}
	}
	if len(later) == 0 {
		return Verdict{}, false
	}
	return c.join([]view{viewOf(later, gradeFail, "gained", likely)}, true), true
}

// pageOf returns the page of a run on which an item was first set.
func pageOf(x *item) int {
	if x.cookie != nil {
		return x.cookie.Page
	}
	return x.stored.Page
}

// gpcIgnored: does the site follow Global Privacy Control as it says, or as it
// must?
func gpcIgnored(c *Case) Verdict {
	said, read := c.saysGPC()
	if said == nil && c.Profile.GPC != bindingGPC {
		if !read {
			return unknown("gap-papers")
		}
		return na("no-gpc-statement")
	}
	samples, why := c.unchosen([]evidence.Scenario{evidence.GPC}, evidence.KindRequests)
	if why != "" {
		return unknown(why)
	}
	if v, missing := c.notMeasured("tracker-request", samples); missing {
		return v
	}
	selling := theTables().market.Selling
	v := c.tally(samples, func(s *sample) view {
		list := pickContacts(s.contacts, func(k *contact) bool { return k.identified && k.third && isOne(k.party, selling) })
		if len(list) == 0 {
			return view{}
		}
		out := viewOfContacts(list, gradeFail, "law", certain)
		if said != nil {
			out.branch, out.args = "stated", []any{"quote", said.quote}
			out.evidence = append([]evidence.ID{said.id}, out.evidence...)
		}
		return out
	})
	return v
}

// A promise is a statement of the site in its own words.
type promise struct {
	quote string
	id    evidence.ID
}

// saysGPC returns what the site says of Global Privacy Control, if it says that
// it honours it, and whether its statements could be read at all.
func (c *Case) saysGPC() (said *promise, read bool) {
	for i := range c.Statements {
		st := &c.Statements[i]
		switch {
		case st.GPC != nil && st.GPC.Honours:
			return &promise{quote: "/.well-known/gpc.json: gpc = true", id: st.Evidence}, true
		case st.Claim != nil && st.Claim.ID == "claims-honours-gpc":
			return &promise{quote: st.Claim.Quote, id: st.Evidence}, true
		}
	}
	return nil, c.papersLooked()
}

// papersLooked reports whether the site's statements were looked for in any run.
func (c *Case) papersLooked() bool {
	for i := range c.Visit.Runs {
		r := &c.Visit.Runs[i]
		if r.Outcome == evidence.Blocked || !c.Visit.Has(evidence.KindPapers, r.Scenario) {
			continue
		}
		if len(r.Papers)+len(r.Policies) > 0 || r.Dialog != nil {
			return true
		}
	}
	return false
}

// withdrawnCookiesKept: do identifiers stay on the device after withdrawing?
func withdrawnCookiesKept(c *Case) Verdict {
	samples, _, v := c.obeyed(evidence.Withdraw, evidence.KindCookies)
	if v.Outcome != "" {
		return v
	}
	return c.tally(samples, func(s *sample) view {
		left := pick(s.items, func(x *item) bool {
			stored := x.cookie == nil || x.cookie.State == "stored"
			return x.follows() && x.id8 && stored && !x.fresh && !x.sent
		})
		if len(left) == 0 {
			return view{}
		}
		return viewOf(left, gradeWarn, "warn", likely)
	})
}

// withdrawalIgnored: does tracking go on after withdrawing?
func withdrawalIgnored(c *Case) Verdict {
	samples, level, v := c.obeyed(evidence.Withdraw, evidence.KindCookies, evidence.KindRequests)
	if v.Outcome != "" {
		if v.Reason == string(evidence.NotOffered) {
			return na("no-control")
		}
		return v
	}
	v = c.tally(samples, func(s *sample) view {
		if sure := pick(s.items, func(x *item) bool { return x.surely() && x.fresh }); len(sure) > 0 {
			return viewOf(sure, gradeFail, "cookies", certain)
		}
		if list := pickContacts(s.contacts, func(k *contact) bool { return k.identified }); len(list) > 0 {
			return viewOfContacts(list, gradeFail, "requests", certain)
		}
		return view{}
	})
	if level < 2 {
		v = atMostWarn(v)
	}
	return c.told(v, samples)
}

// lower is the text of papers in lower case.
func lower(p paper) string { return strings.ToLower(p.Text) }
