package checks

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/addresses"
	"github.com/spoor-audit/spoor/evidence"
)

// piiInURL: do personal data stand in addresses that others get? Words that were
// searched for, numbers of orders, and addresses of whomever are a warning. Where
// nobody typed, and no address said anything, nothing was there to be passed on.
func piiInURL(c *Case) Verdict {
	v := c.someAnywhere("referrer-leak", weighing(detectors.Critical, detectors.High), "fail", certain)
	if v.Outcome != Pass {
		return v
	}
	if v = c.someAnywhere("referrer-leak", weighing(detectors.Medium), "warn", likely); v.Outcome == Fail {
		v.Outcome = Warn
	}
	if v.Outcome == Pass && !c.typed() {
		return unknown("nothing-typed")
	}
	return v
}

// hashedIdentifierToThirdParty: do hashed addresses or numbers go to others?
func hashedIdentifierToThirdParty(c *Case) Verdict {
	// Numbers of accounts, and what stays with the site, are other matters.
	ofPerson := func(f *detectors.Finding) bool { return f.Args["what"] != "user-id" && f.Args["own"] != "yes" }
	v := c.someAnywhere("hashed-identifier", ofPerson, "fail", certain)
	switch {
	case v.Outcome == Pass && !c.typed():
		return unknown("nothing-typed")
	case v.Outcome != Fail:
		return v
	}
	text := ""
	for i := range c.Findings {
		f := &c.Findings[i]
		if f.ID != "hashed-identifier" || !ofPerson(f) {
			continue
		}
		if f.Scenario != evidence.Accept || f.Phase != evidence.After {
			return v
		}
		if text == "" {
			text = c.stated()
		}
		p := c.party(f.Party)
		if !namesReceiver(text, &contact{host: f.Host, party: p}, c.siteOf(f.Host)) {
			v.Outcome, v.Reason = Warn, "unnamed"
		}
	}
	if v.Outcome == Warn {
		return v
	}
	return pass()
}

// typed reports whether a run typed into fields.
func (c *Case) typed() bool {
	return slices.ContainsFunc(c.Visit.Runs, func(r evidence.Run) bool { return len(r.Typed) > 0 })
}

// formExfiltrationBeforeSubmit: does what is typed leave before it is sent? What a
// company looks up for the site, and what another company's script sends to the site
// itself, is a warning; what the site's own scripts send it is none of this check.
func formExfiltrationBeforeSubmit(c *Case) Verdict {
	const technique = "form-exfiltration"
	samples, why := c.unchosen([]evidence.Scenario{evidence.Forms}, evidence.KindRequests, evidence.KindTyped)
	switch {
	case why != "":
		return unknown(why)
	case !c.typed() && !slices.ContainsFunc(samples, func(s *sample) bool { return len(s.run.Forms) > 0 }):
		return na("no-forms")
	}
	if v, missing := c.notMeasured(technique, samples); missing {
		return v
	}
	return c.tally(samples, func(s *sample) view {
		after := *s
		after.phase = evidence.After
		for _, s := range []*sample{s, &after} {
			if v := c.someFindingsIn(s, technique, weighing(detectors.Critical, detectors.High), gradeFail, "fail", certain); v.grade > 0 {
				return v
			}
		}
		return c.someFindingsIn(s, technique, weighing(detectors.Medium), gradeWarn, "warn", likely)
	})
}

// weighing keeps findings of some severities.
func weighing(list ...detectors.Severity) func(*detectors.Finding) bool {
	return func(f *detectors.Finding) bool { return slices.Contains(list, f.Severity) }
}

// emailTrackingPixel: does a newsletter report that it was opened, and by whom?
func emailTrackingPixel(c *Case) Verdict {
	const technique = "email-tracking"
	if slices.ContainsFunc(c.Judgement.NotMeasured, func(n detectors.NotMeasured) bool { return n.ID == technique }) {
		return unknown("technique-not-measured").with("technique", technique)
	}
	var seen []view
	counted := false
	for i := range c.Findings {
		f := &c.Findings[i]
		if f.ID != technique {
			continue
		}
		counted = counted || f.Args["kind"] == "open-count"
		if f.Args["kind"] != "open-pixel" {
			continue
		}
		v := view{
			grade: gradeWarn, branch: "warn-likely", certainty: likely, orgs: []string{c.facts.orgs.of(f.Party, f.Host)},
			names: []string{f.Host}, evidence: f.Evidence,
		}
		if f.Args["proof"] != "form" {
			v.branch, v.certainty = "warn", certain
		}
		seen = append(seen, v)
	}
	switch {
	case len(seen) == 0 && counted && !c.comparedMail():
		return unknown("one-copy")
	case len(seen) == 0:
		return pass()
	}
	v := c.join(seen, false)
	if c.Profile.MailPixel != "" && c.sentOn() >= c.Profile.MailPixel {
		v.Outcome, v.Reason = Fail, map[string]string{"warn": "fail", "warn-likely": "fail-likely"}[v.Reason]
	}
	return v
}

// comparedMail reports whether a copy of the message for somebody else was looked at.
func (c *Case) comparedMail() bool {
	m := c.Visit.Mail
	return m != nil && slices.ContainsFunc(m.Copies, func(other evidence.Mail) bool { return other.To != "" && m.To != "" && other.To != m.To })
}

// sentOn is the day on which the message was sent, YYYY-MM-DD; if it does not say,
// that on which it was looked at, and "" if that is not known either.
func (c *Case) sentOn() string {
	if m := c.Visit.Mail; m != nil && len(m.Date) >= len("2006-01-02") {
		return m.Date[:len("2006-01-02")]
	}
	if c.Visit.Subject.Started.IsZero() {
		return ""
	}
	return c.Visit.Subject.Started.Format("2006-01-02")
}

// linkDecorationIdentity: is a mark of a mail or click kept before a choice?
func linkDecorationIdentity(c *Case) Verdict {
	v := c.someFindingsBefore("link-decoration", func(f *detectors.Finding) bool { return f.Args["direction"] == "in" }, "fail", certain)
	if v.Outcome == Pass && !c.decorated() {
		return na("no-decoration")
	}
	return v
}

// decorated reports whether a page was opened with a mark in its address.
func (c *Case) decorated() bool {
	for i := range c.Visit.Runs {
		for _, q := range c.Visit.Runs[i].Requests {
			if q.Kind == "document" && !q.Frame && c.siteOf(evidence.Host(q.URL)) == c.facts.site && addresses.Decorated(q.URL) {
				return true
			}
		}
	}
	return addresses.Decorated(c.Visit.Subject.URL)
}

// forms lists the forms of all runs with one of some purposes, or the verdict
// without any.
func (c *Case) forms(purposes ...string) ([]*evidence.Form, Verdict) {
	var out []*evidence.Form
	looked, have := false, false
	for i := range c.Visit.Runs {
		r := &c.Visit.Runs[i]
		if r.Outcome == evidence.Blocked || !c.Visit.Has(evidence.KindForms, r.Scenario) {
			continue
		}
		looked = looked || len(r.Forms) > 0 || r.Dialog != nil || r.Scenario == evidence.Forms
		for j := range r.Forms {
			have = true
			if f := &r.Forms[j]; len(purposes) == 0 || slices.Contains(purposes, f.Purpose) {
				out = append(out, f)
			}
		}
	}
	switch {
	case len(out) > 0:
		return out, Verdict{}
	case have || looked:
		return nil, na("no-forms")
	}
	return nil, unknown("gap-forms")
}

// What a form for news or contact does not need.
var tooMuch = []string{"birth-date", "sex", "phone", "address", "postcode"}

// formOverCollection: does a form ask for more than its purpose needs?
func formOverCollection(c *Case) Verdict {
	list, v := c.forms()
	if list == nil {
		return v
	}
	for _, f := range list {
		for _, field := range f.Fields {
			if field.Asks == "national-id" && !c.publicBody() {
				return fail("national-id", likely).with("form", formName(f), "field", field.Label)
			}
		}
	}
	simple := false
	for _, f := range list {
		if f.Purpose != "newsletter" && f.Purpose != "contact" && f.Purpose != "download" {
			continue
		}
		simple = true
		var extra []string
		for _, field := range f.Fields {
			if field.Required && slices.Contains(tooMuch, field.Asks) {
				extra = append(extra, cmp.Or(field.Label, field.Name, field.Asks))
			}
		}
		if len(extra) > 0 {
			return warn("warn", likely).with("form", formName(f), "k", len(extra), "list", extra)
		}
	}
	if !simple {
		return na("no-forms")
	}
	return pass()
}

// formName names a form for a sentence: by its button, else by its purpose.
func formName(f *evidence.Form) string { return cmp.Or(f.Submit, f.Purpose) }

// formPretickedMarketing: is agreeing to marketing ticked, or tied to sending?
func formPretickedMarketing(c *Case) Verdict {
	list, v := c.forms()
	if list == nil {
		return v
	}
	for _, f := range list {
		for _, field := range f.Fields {
			if field.Asks == "marketing" && field.Checked {
				return fail("ticked", certain).with("form", formName(f), "field", cmp.Or(field.Label, field.Name))
			}
		}
	}
	lang := c.pageLanguage()
	words, known := theTables().lexicon.bundled[lang]
	for _, f := range list {
		if f.Purpose == "newsletter" {
			continue // sending it is the agreement
		}
		if quote := says(strings.ToLower(f.Text+" "+f.Submit), words); quote != "" {
			return fail("bundled", likely).with("form", formName(f), "quote", quote)
		}
	}
	if !known && slices.ContainsFunc(list, func(f *evidence.Form) bool { return f.Text != "" }) {
		return unknown("language").with("language", cmp.Or(lang, "?"))
	}
	return pass()
}

// pageLanguage returns the language of the first page that tells it.
func (c *Case) pageLanguage() string {
	for i := range c.Visit.Runs {
		for _, p := range c.Visit.Runs[i].Pages {
			if p.Language != "" {
				return primary(p.Language)
			}
		}
	}
	return ""
}
