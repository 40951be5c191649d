package checks

import (
	"cmp"
	"slices"
	"time"

	"github.com/spoor-audit/spoor/detectors/statements"
	"github.com/spoor-audit/spoor/evidence"
)

// segmentDay is when new strings of TCF must carry the segment of disclosed
// vendors.
var segmentDay = time.Date(2026, time.February, 28, 0, 0, 0, 0, time.UTC)

// A vendorUse is a vendor of TCF that was active in a sample.
type vendorUse struct {
	number  int
	contact *contact
	stored  *item // a fresh identifier of its own, or nil
}

// vendorOf returns the vendor number of a contact, or 0: as market.yaml has it,
// else as the vendor list has it that the user may have fetched.
func (c *Case) vendorOf(k *contact) int {
	if n := theTables().market.Vendors[k.party.ID]; n > 0 || c.DB == nil {
		return n
	}
	n, _ := c.DB.TCFNumber(k.party.ID)
	return n
}

// vendors lists the vendors that were active in a sample, and whether there were
// advertisers whose number is not known.
func (c *Case) vendors(s *sample) (list []vendorUse, unmapped bool) {
	for i := range s.contacts {
		k := &s.contacts[i]
		if !k.third {
			continue
		}
		n := c.vendorOf(k)
		if n == 0 {
			unmapped = unmapped || isOne(k.party, theTables().market.Selling)
			continue
		}
		u := vendorUse{number: n, contact: k}
		for j := range s.items {
			x := &s.items[j]
			if x.fresh && x.id8 && x.exempt == "" && (x.use.Party == k.party.ID || x.third && c.siteOf(x.host) == c.siteOf(k.host)) {
				u.stored = x
				break
			}
		}
		list = append(list, u)
	}
	return list, unmapped
}

// stringFor returns the string that a vendor was sent, else the last one that
// the page held in a sample, or nil.
func (c *Case) stringFor(s *sample, u vendorUse) *statements.Statement {
	var page, own *statements.Statement
	for _, st := range c.said(s, func(st *statements.Statement) bool { return st.TCF != nil }) {
		switch {
		case st.Sent == "":
			page = latest(page, st)
		case st.Host == u.contact.host && st.TCF.Version > 0:
			own = latest(own, st)
		}
	}
	if own != nil {
		return own
	}
	return page
}

// tcfSamples returns the samples in which consent strings count: before a
// choice, and after one.
func (c *Case) tcfSamples(afterAccept bool) ([]*sample, string) {
	samples, why := c.quiet()
	if why != "" {
		return nil, why
	}
	if afterAccept {
		if list, _, v := c.obeyed(evidence.Accept, evidence.KindRequests); v.Outcome == "" {
			samples = append(slices.Clone(samples), list...)
		}
	}
	return samples, ""
}

// tcfVendorWithoutConsent: does a vendor act although its string says no?
func tcfVendorWithoutConsent(c *Case) Verdict {
	samples, why := c.tcfSamples(true)
	if why != "" {
		return unknown(why)
	}
	if !c.usesTCF() {
		return c.noTCF()
	}
	var seen []view
	mapped, unmapped := false, false
	for _, s := range samples {
		list, more := c.vendors(s)
		unmapped = unmapped || more
		for _, u := range list {
			st := c.stringFor(s, u)
			if st == nil {
				continue
			}
			mapped = true
			if !st.TCF.Consents(u.number) {
				if v := c.againstString(u, st); v.grade > 0 {
					seen = append(seen, v)
				}
			}
		}
	}
	switch {
	case len(seen) > 0:
		return c.join(seen, slices.ContainsFunc(seen, func(v view) bool { return v.grade == gradeFail }))
	case !mapped && unmapped:
		return unknown("vendors-not-mapped")
	}
	return pass()
}

// againstString weighs what a vendor without consent did.
func (c *Case) againstString(u vendorUse, st *statements.Statement) view {
	v := view{
		certainty: certain, orgs: []string{u.contact.org}, names: []string{u.contact.host},
		args:     []any{"vendor", cmp.Or(u.contact.party.Name, u.contact.host), "number", u.number, "host", u.contact.host},
		evidence: []evidence.ID{st.Evidence, st.Sent},
	}
	if u.stored != nil {
		v.grade, v.branch = gradeFail, "stored"
		v.args = append(v.args, "cookie", u.stored.name)
		v.evidence = append(v.evidence, u.stored.evidence...)
		return v
	}
	for _, q := range u.contact.requests {
		if len(q.CookiesSent) > 0 {
			v.grade, v.branch = gradeFail, "read"
			v.args = append(v.args, "cookie", q.CookiesSent[0])
			v.evidence = append(v.evidence, q.ID)
			return v
		}
	}
	if slices.Contains(st.TCF.VendorInterests, u.number) {
		return view{} // it may say that it has a legitimate interest in being asked
	}
	v.grade, v.branch = gradeWarn, "contact"
	v.evidence = append(v.evidence, u.contact.ids()...)
	return v
}

// noTCF is the verdict where no consent string was seen.
func (c *Case) noTCF() Verdict {
	if !slices.ContainsFunc(c.Visit.Runs, func(r evidence.Run) bool { return c.Visit.Has(evidence.KindSignals, r.Scenario) }) {
		return unknown("gap-signals")
	}
	return na("no-tcf")
}

// tcfUndisclosedVendor: is a vendor active that the visitor was not shown?
func tcfUndisclosedVendor(c *Case) Verdict {
	var samples []*sample
	why := "no-run"
	for _, s := range []evidence.Scenario{evidence.Accept, evidence.Reject} {
		list, _, v := c.obeyed(s, evidence.KindRequests)
		if v.Outcome == "" {
			samples = append(samples, list...)
		} else if s == evidence.Accept {
			why = v.Reason
		}
	}
	if !c.usesTCF() {
		return c.noTCF()
	}
	if len(samples) == 0 {
		return unknown(why)
	}
	var seen []view
	compared, unmapped := false, false
	var bare *statements.Statement
	for _, s := range samples {
		list, more := c.vendors(s)
		unmapped = unmapped || more
		for _, st := range c.said(s, func(st *statements.Statement) bool { return st.TCF != nil && st.Sent == "" }) {
			if !st.TCF.HasDisclosed && !st.TCF.Created.Before(segmentDay) && bare == nil {
				bare = st
			}
		}
		for _, u := range list {
			st := c.stringFor(s, u)
			if st == nil || !st.TCF.HasDisclosed || !u.contact.identified {
				continue
			}
			compared = true
			if !st.TCF.Discloses(u.number) {
				seen = append(seen, view{
					grade: gradeFail, branch: "fail", certainty: certain, orgs: []string{u.contact.org}, names: []string{u.contact.host},
					args:     []any{"vendor", cmp.Or(u.contact.party.Name, u.contact.host), "number", u.number},
					evidence: append([]evidence.ID{st.Evidence, st.Sent}, u.contact.ids()...),
				})
			}
		}
	}
	switch {
	case len(seen) > 0:
		return c.join(seen, true)
	case bare != nil:
		return warn("no-segment", certain).with("created", bare.TCF.Created.Format(time.DateOnly)).on(bare.Evidence)
	case !compared && unmapped:
		return unknown("vendors-not-mapped")
	}
	return pass()
}
