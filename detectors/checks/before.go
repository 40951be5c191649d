package checks

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/techniques"
	"github.com/spoor-audit/spoor/evidence"
)

// consentMissing: is there a question for consent where one is needed?
func consentMissing(c *Case) Verdict {
	if c.facts.dialog.found {
		return pass()
	}
	samples, why := c.before(evidence.KindCookies, evidence.KindStorage)
	if why != "" {
		return unknown(why)
	}
	v := c.tally(samples, func(s *sample) view {
		sure := pick(s.items, (*item).surely)
		if len(sure) > 0 {
			return viewOf(sure, gradeFail, "fail", certain)
		}
		if some := pick(s.items, (*item).follows); len(some) > 0 {
			return viewOf(some, gradeWarn, "perhaps", likely)
		}
		return view{}
	})
	d := c.facts.dialog
	switch {
	case v.Outcome == Unknown:
		return v
	case !d.looked:
		return unknown("dialog-not-looked-for")
	case d.absent < certain:
		return unknown("dialog-unsure")
	case v.Outcome == Pass:
		return na("nothing-to-ask")
	}
	v.Certainty = min(v.Certainty, d.absent)
	return v
}

// pick returns pointers to the items that a test keeps.
func pick(items []item, keep func(*item) bool) []*item {
	var out []*item
	for i := range items {
		if keep(&items[i]) {
			out = append(out, &items[i])
		}
	}
	return out
}

// pickContacts returns pointers to the contacts that a test keeps.
func pickContacts(list []contact, keep func(*contact) bool) []*contact {
	var out []*contact
	for i := range list {
		if keep(&list[i]) {
			out = append(out, &list[i])
		}
	}
	return out
}

// preConsentTrackingCookies: are cookies for tracking stored before a choice?
func preConsentTrackingCookies(c *Case) Verdict {
	return c.itemsBefore(func(x *item) bool { return x.kind == "cookie" }, evidence.KindCookies)
}

// preConsentWebStorage: are identifiers kept elsewhere before a choice?
func preConsentWebStorage(c *Case) Verdict {
	return c.itemsBefore(func(x *item) bool { return x.kind != "cookie" && x.id8 }, evidence.KindStorage)
}

func (c *Case) itemsBefore(among func(*item) bool, kind evidence.Kind) Verdict {
	samples, why := c.before(kind)
	if why != "" {
		return unknown(why)
	}
	return c.tally(samples, func(s *sample) view {
		if sure := pick(s.items, func(x *item) bool { return among(x) && x.surely() }); len(sure) > 0 {
			return viewOf(sure, gradeFail, "fail", certain)
		}
		some := pick(s.items, func(x *item) bool { return among(x) && x.follows() })
		switch {
		case len(some) == 0:
			return view{}
		case !slices.ContainsFunc(some, func(x *item) bool { return !x.audience }):
			return viewOf(some, gradeWarn, "audience", likely)
		}
		return viewOf(some, gradeWarn, "perhaps", likely)
	})
}

// preConsentTrackerRequests: do trackers get identifying data before a choice?
func preConsentTrackerRequests(c *Case) Verdict {
	samples, why := c.before(evidence.KindRequests)
	if why != "" {
		return unknown(why)
	}
	if v, missing := c.notMeasured("tracker-request", samples); missing {
		return v
	}
	return c.tally(samples, func(s *sample) view {
		if list := pickContacts(s.contacts, func(k *contact) bool { return k.identified }); len(list) > 0 {
			return viewOfContacts(list, gradeFail, "fail", certain)
		}
		if list := pickContacts(s.contacts, func(k *contact) bool { return k.third }); len(list) > 0 {
			return viewOfContacts(list, gradeWarn, "contact", certain)
		}
		return view{}
	})
}

// notMeasured gives the verdict if a technique could not look in any sample.
func (c *Case) notMeasured(technique string, samples []*sample) (Verdict, bool) {
	for _, s := range samples {
		if !slices.ContainsFunc(c.Judgement.NotMeasured, func(n detectors.NotMeasured) bool {
			return n.ID == technique && n.Scenario == s.run.Scenario
		}) {
			return Verdict{}, false
		}
	}
	return unknown("technique-not-measured").with("technique", technique), true
}

// readings are the techniques that recognise a device by tests whose outcome
// tells devices apart; the others of their kind are signs only.
var readings = []string{"fingerprint-audio", "fingerprint-canvas", "fingerprint-fonts", "fingerprint-script", "fingerprint-webgl"}

// preConsentFingerprinting: is the device recognised before a choice?
func preConsentFingerprinting(c *Case) Verdict {
	samples, why := c.before(evidence.KindCalls, evidence.KindScripts)
	if why != "" {
		return unknown(why)
	}
	return c.fingerprinting(samples)
}

func (c *Case) fingerprinting(samples []*sample) Verdict {
	if v, missing := c.notMeasured("fingerprint-script", samples); missing {
		return v
	}
	return c.tally(samples, func(s *sample) view {
		best := view{}
		for i := range c.Findings {
			f := &c.Findings[i]
			if !s.has(f) || !strings.HasPrefix(f.ID, "fingerprint-") ||
				f.Severity == detectors.Note || f.Severity == detectors.Low {
				continue
			}
			x := c.readingView(s, f)
			switch {
			case x.grade > best.grade || x.grade == best.grade && x.certainty > best.certainty:
				best = x
			case x.grade == best.grade:
				best.orgs = append(best.orgs, x.orgs...)
				best.evidence = append(best.evidence, x.evidence...)
			}
		}
		return best
	})
}

// readingView weighs one finding of device recognition.
func (c *Case) readingView(s *sample, f *detectors.Finding) view {
	org := c.facts.orgs.of(f.Party, f.Host)
	v := view{
		grade: gradeWarn, branch: "read", certainty: likely, orgs: []string{org}, names: []string{f.ID},
		evidence: f.Evidence, args: []any{"host", f.Host, "script", f.Script, "apis", cmp.Or(f.Args["surfaces"], f.Args["api"], f.ID), "to", ""},
	}
	if !slices.Contains(readings, f.ID) {
		v.certainty = weak
		return v
	}
	if q := sentBy(s, f); q != nil {
		v.grade, v.branch = gradeFail, "fail"
		if f.Certainty == detectors.Observed {
			v.certainty = certain
		}
		v.evidence = append(slices.Clone(f.Evidence[:min(len(f.Evidence), 10)]), q.ID)
		v.args = append(v.args, "to", evidence.Host(q.URL))
	}
	return v
}

// minSent is how long a query must be to hold something derived from a device.
const minSent = 16

// sentBy returns the first request that a script sent after it had read the
// device and that can hold what it read, or nil. What a request holds of it
// cannot be seen: values are hashed.
func sentBy(s *sample, f *detectors.Finding) *evidence.Request {
	for i := range s.run.Requests {
		q := &s.run.Requests[i]
		if q.At < f.First || !s.holds(q.At) || q.Kind == "script" || q.Kind == "stylesheet" || q.Kind == "font" {
			continue
		}
		by := bare(q.Initiator.URL) == f.Script || slices.ContainsFunc(q.Initiator.Stack, func(fr evidence.Frame) bool {
			return bare(fr.URL) == f.Script
		})
		_, query, _ := strings.Cut(q.URL, "?")
		if by && f.Script != "" && (q.BodySize > 0 || q.Body != "" || len(query) >= minSent) {
			return q
		}
	}
	return nil
}

// bare cuts query and fragment off a URL.
func bare(rawURL string) string {
	if i := strings.IndexAny(rawURL, "?#"); i >= 0 {
		return rawURL[:i]
	}
	return rawURL
}

// socialPluginPreload: does a social network learn of the visit before a click?
func socialPluginPreload(c *Case) Verdict {
	return c.findingsBefore("social-widget", "fail", certain)
}

// findingsBefore fails a check if a technique found anything before a choice.
func (c *Case) findingsBefore(technique, branch string, certainty float64) Verdict {
	return c.someFindingsBefore(technique, func(*detectors.Finding) bool { return true }, branch, certainty)
}

// someFindingsBefore is findingsBefore for the findings that keep wants.
func (c *Case) someFindingsBefore(technique string, keep func(*detectors.Finding) bool, branch string, certainty float64) Verdict {
	samples, why := c.before(evidence.KindRequests)
	if why != "" {
		return unknown(why)
	}
	if v, missing := c.notMeasured(technique, samples); missing {
		return v
	}
	return c.tally(samples, func(s *sample) view {
		return c.someFindingsIn(s, technique, keep, gradeFail, branch, certainty)
	})
}

// someFindingsIn makes a view of what a technique found in a sample, as far as keep
// wants it.
func (c *Case) someFindingsIn(s *sample, technique string, keep func(*detectors.Finding) bool, grade int, branch string, certainty float64) view {
	v := view{}
	for i := range c.Findings {
		f := &c.Findings[i]
		if f.ID != technique || !s.has(f) || !keep(f) {
			continue
		}
		if v.grade == 0 {
			v = view{grade: grade, branch: branch, certainty: certainty, args: []any{"host", f.Host, "what", f.Args["what"], "encoding", f.Args["encoding"], "form", f.Args["form"]}}
			if f.Certainty == detectors.Inferred {
				v.certainty = min(certainty, likely)
			}
		}
		v.orgs = append(v.orgs, c.facts.orgs.of(f.Party, f.Host))
		if partner := f.Args["partner"]; partner != "" {
			v.orgs = append(v.orgs, c.facts.orgs.named(partner))
		}
		v.names = append(v.names, cmp.Or(f.Cookie, f.Host, f.Key))
		v.evidence = append(v.evidence, f.Evidence...)
	}
	return v
}

// preConsentIDSync: do organisations pass identifiers on before a choice?
func preConsentIDSync(c *Case) Verdict { return c.findingsBefore("cookie-sync", "fail", certain) }

// preConsentSessionReplay: is the visit recorded before a choice? A recorder that was
// loaded and sent nothing may have left this visit out by chance.
func preConsentSessionReplay(c *Case) Verdict {
	all := c.findingsBefore("session-recording", "fail", certain)
	if all.Outcome != Fail {
		return all
	}
	sent := *c
	sent.Findings = slices.DeleteFunc(slices.Clone(c.Findings), func(f detectors.Finding) bool {
		return f.ID == "session-recording" && f.Args["sent"] == "0"
	})
	if v := sent.findingsBefore("session-recording", "fail", certain); v.Outcome == Fail {
		return v
	}
	all.Outcome, all.Reason = Warn, "loaded"
	return all
}

// respawningStorage: do deleted identifiers come back?
func respawningStorage(c *Case) Verdict { return c.anywhere("etag-respawn", "fail", certain) }

// anywhere fails a check if a technique found anything in any run.
func (c *Case) anywhere(technique, branch string, certainty float64) Verdict {
	return c.someAnywhere(technique, func(*detectors.Finding) bool { return true }, branch, certainty)
}

// someAnywhere is anywhere for the findings that keep wants.
func (c *Case) someAnywhere(technique string, keep func(*detectors.Finding) bool, branch string, certainty float64) Verdict {
	seen, looked, usable := []view(nil), 0, 0
	for i := range c.Visit.Runs {
		r := &c.Visit.Runs[i]
		if c.unusable(r, []evidence.Kind{evidence.KindRequests}) != "" {
			continue
		}
		usable++
		if !c.looked(technique, r.Scenario) {
			continue
		}
		looked++
		for _, p := range []evidence.Phase{evidence.Before, evidence.After} {
			if v := c.someFindingsIn(&sample{run: r, phase: p, to: endOfTime}, technique, keep, gradeFail, branch, certainty); v.grade > 0 {
				seen = append(seen, v)
			}
		}
	}
	switch {
	case len(seen) > 0:
		return c.join(seen, true)
	case usable == 0:
		return unknown("failed")
	case looked == 0:
		return unknown("technique-not-measured").with("technique", technique)
	}
	return pass()
}

// looked reports whether a technique could look in a scenario.
func (c *Case) looked(technique string, s evidence.Scenario) bool {
	if t, ok := techniques.ByID(technique); ok && !t.Judges(s) {
		return false
	}
	return !slices.ContainsFunc(c.Judgement.NotMeasured, func(n detectors.NotMeasured) bool {
		return n.ID == technique && n.Scenario == s
	})
}

// permissionPromptOnLoad: does the site ask for rights before anyone clicked?
func permissionPromptOnLoad(c *Case) Verdict {
	samples, why := c.before(evidence.KindCalls)
	if why != "" {
		return unknown(why)
	}
	if v, missing := c.notMeasured("notification-prompt", samples); missing {
		return v
	}
	prompts := []string{"geolocation", "notification-prompt", "permission-prompt"}
	return c.tally(samples, func(s *sample) view {
		v := view{}
		for i := range c.Findings {
			f := &c.Findings[i]
			if !slices.Contains(prompts, f.ID) || !s.has(f) {
				continue
			}
			x := view{grade: gradeFail, branch: "fail", certainty: certain}
			if f.Args["gesture"] == "yes" {
				x = view{grade: gradeWarn, branch: "gesture", certainty: likely}
			}
			if x.grade > v.grade {
				v = x
				v.args = []any{"host", f.Host}
			}
			v.orgs = append(v.orgs, c.facts.orgs.of(f.Party, f.Host))
			v.names = append(v.names, cmp.Or(f.Args["api"], f.ID))
			v.evidence = append(v.evidence, f.Evidence...)
		}
		return v
	})
}

// embeddedMediaPreload: are parts of other sites shown before a choice?
func embeddedMediaPreload(c *Case) Verdict {
	samples, why := c.before(evidence.KindRequests, evidence.KindCookies)
	if why != "" {
		return unknown(why)
	}
	if v, missing := c.notMeasured("third-party-request", samples); missing {
		return v
	}
	return c.tally(samples, func(s *sample) view {
		v := view{}
		for i := range c.Findings {
			f := &c.Findings[i]
			p := c.party(f.Party)
			if f.ID != "third-party-request" || !s.has(f) || !isOne(p, theTables().market.Media) {
				continue
			}
			x := view{grade: gradeWarn, branch: "contact", certainty: certain, names: []string{f.Host}, evidence: f.Evidence}
			if kept := c.keptBy(s, f); len(kept) > 0 {
				x = viewOf(kept, gradeFail, "fail", certain)
				x.args = append(x.args, "host", f.Host)
			}
			x.orgs = append(x.orgs, c.facts.orgs.of(f.Party, f.Host))
			if x.grade > v.grade {
				v = x
			} else if x.grade == v.grade {
				v.orgs, v.names, v.evidence = append(v.orgs, x.orgs...), append(v.names, x.names...), append(v.evidence, x.evidence...)
			}
		}
		return v
	})
}

// keptBy lists the identifying items that an embedded party stored: its own, or
// on its own domain.
func (c *Case) keptBy(s *sample, f *detectors.Finding) []*item {
	site := c.siteOf(f.Host)
	return pick(s.items, func(x *item) bool {
		mine := x.use.Party != "" && x.use.Party == f.Party || x.third && c.siteOf(x.host) == site
		return mine && (x.surely() || x.third && x.id8 && x.exempt == "")
	})
}
