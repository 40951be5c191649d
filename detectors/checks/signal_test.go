package checks

import (
	"github.com/spoor-audit/spoor/detectors/statements"
	"github.com/spoor-audit/spoor/evidence"
)

func signalExamples() []example {
	no := false
	granted := map[string]string{"ad_storage": statements.Granted, "analytics_storage": statements.Granted}
	hit := func(m *maker, gcs, cid string, state map[string]string) *maker {
		return m.ask(gaHit+"&gcs="+gcs+"&cid="+cid, "fetch").sent(google(gcs, cid, state))
	}
	return []example{
		{"a tool that says no until asked", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).say(cmpState())
			m.refuse().say(cmpState())
		}, []string{"pre-consent-positive-signal pass", "reject-signal-mismatch pass"}},
		{"a tool that says yes at once", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).say(cmpState("analytics"))
		}, []string{"pre-consent-positive-signal fail cmp"}},
		{"implied consent", func(m *maker) {
			st := cmpState("marketing")
			st.CMP.Method = "implied"
			m.visit(evidence.None).dialog(fair()).say(st)
		}, []string{"pre-consent-positive-signal fail implied"}},
		{"a consent string that says yes at once", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).say(tcf(func(t *statements.TCF) { t.Purposes = []int{1, 3} }))
		}, []string{"pre-consent-positive-signal fail tcf"}},
		{"the law does not apply, it says", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).say(tcf(func(t *statements.TCF) { t.Applies = &no }))
		}, []string{"pre-consent-positive-signal warn tcf-not-applied"}},
		{"Google is told yes at once", func(m *maker) {
			m.visit(evidence.None).dialog(fair())
			st := google("G111", "", granted)
			st.Google.Letters = map[string]string{"ad_storage": "t", "analytics_storage": "p"}
			m.ask(gaHit, "fetch").sent(st)
		}, []string{"pre-consent-positive-signal fail google"}},
		{"Google's default yes for another region", func(m *maker) {
			st := google("", "", granted)
			st.Source, st.Google.Region = "dataLayer", []string{"US"}
			m.visit(evidence.None).dialog(fair()).say(st)
		}, []string{"pre-consent-positive-signal pass", "consent-mode-pings pass"}},
		{"denied, and the identifier is stored", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).put("_ga", "shop.test", 400*days, 5, "GA1.1.1777000111.1700000222")
			hit(m, "G100", "1777000111.1700000222", deniedAll)
		}, []string{"consent-mode-denied-but-identified fail stored [google]", "consent-mode-pings pass"}},
		{"denied, and the identifier stays over pages", func(m *maker) {
			m.visit(evidence.None).dialog(fair())
			hit(m, "G100", "1777000111.1700000222", deniedAll).next()
			hit(m, "G100", "1777000111.1700000222", deniedAll)
		}, []string{"consent-mode-denied-but-identified fail pages [google]"}},
		{"denied, and the identifier is kept in storage", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).store("me")
			m.run().Storage[0].Value = `{"id":"1777000111.1700000222"}`
			hit(m, "G100", "1777000111.1700000222", deniedAll)
		}, []string{"consent-mode-denied-but-identified fail stored [google]"}},
		{"denied, and stored only after accepting", func(m *maker) {
			m.visit(evidence.Accept).dialog(fair())
			hit(m, "G100", "1777000111.1700000222", deniedAll).choose(pressYes)
			m.put("_ga", "shop.test", 400*days, m.tick(), "GA1.1.1777000111.1700000222").reload()
			hit(m, "G111", "1777000111.1700000222", granted)
		}, []string{"consent-mode-denied-but-identified pass", "consent-mode-pings warn warn [google]"}},
		{"denied after the cookie was taken away", func(m *maker) {
			m.visit(evidence.Reject).dialog(fair()).cookie("_ga", "shop.test", 400*days).choose(pressNo)
			c := &m.run().Cookies[0]
			c.State, c.Writes = "deleted", append(c.Writes, evidence.CookieWrite{At: m.tick(), Delete: true})
			hit(m, "G100", "1777000111.1700000222", deniedAll)
		}, []string{"consent-mode-denied-but-identified pass"}},
		{"denied, and two hits of one load", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).reload()
			hit(m, "G100", "1777000111.1700000222", deniedAll)
			hit(m, "G100", "1777000111.1700000222", deniedAll)
		}, []string{"consent-mode-denied-but-identified pass", "consent-mode-pings warn warn [google]"}},
		{"denied, and a cookie is set", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).cookie("_ga", "shop.test", 400*days)
			hit(m, "G100", "1777000111.1700000222", deniedAll)
		}, []string{"consent-mode-denied-but-identified fail cookie [google]"}},
		{"pings", func(m *maker) {
			m.visit(evidence.None).dialog(fair())
			hit(m, "G100", "1777000111.1700000222", deniedAll).next()
			hit(m, "G100", "1888000111.1700000333", deniedAll)
		}, []string{
			"consent-mode-denied-but-identified pass", "consent-mode-pings warn warn [google]",
			"pre-consent-tracker-requests warn contact [google]", "tag-without-consent-signal pass",
		}},
		{"pings where they may be", func(m *maker) {
			m.profile = "fr"
			m.visit(evidence.None).dialog(fair())
			hit(m, "G100", "1777000111.1700000222", deniedAll)
		}, []string{"consent-mode-pings pass allowed"}},
		{"hits only after accepting", func(m *maker) {
			m.quiet()
			hit(m, "G111", "1777000111.1700000222", granted)
		}, []string{"consent-mode-denied-but-identified n/a no-denied-hits", "consent-mode-pings pass", "tag-without-consent-signal n/a no-google-hits"}},
		{"a tag that knows nothing of consent", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).ask(gaHit+"&cid=1777000111.1700000222", "fetch")
		}, []string{"tag-without-consent-signal warn warn [google]"}},
		{"a tag that knows nothing of consent and stores", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).ask(gaHit+"&cid=1777000111.1700000222", "fetch").cookie("_ga", "shop.test", 400*days)
		}, []string{"tag-without-consent-signal fail fail [google]"}},
		{"letters that were never set", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).ask(gaHit+"&gcd=13l3l3l3l1", "fetch")
			st := google("", "", map[string]string{})
			st.Google.Letters = map[string]string{"ad_storage": "l", "analytics_storage": "l"}
			m.sent(st)
		}, []string{"tag-without-consent-signal warn warn [google]"}},
		{"no is clicked and yes is stored", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).refuse().say(cmpState()).say(cmpState("marketing"))
			m.run().Choice.Verified = false
		}, []string{"reject-signal-mismatch fail fail", "no-reject-any-layer fail stores-yes"}},
		{"yes first and no at last", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).refuse().say(cmpState("marketing")).say(cmpState())
		}, []string{"reject-signal-mismatch pass", "no-reject-any-layer pass"}},
		{"the reader says the opposite", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).refuse()
			m.run().Choice.Verified, m.run().Choice.Contrary = false, true
		}, []string{"reject-signal-mismatch fail fail"}},
		{"a button that may not be no", func(m *maker) {
			m.visit(evidence.Reject).dialog(changed(func(d *evidence.Dialog) { d.Buttons[1].Certainty = 0.6 })).choose(pressNo).say(cmpState("marketing"))
		}, []string{"reject-signal-mismatch warn unsure", "no-reject-any-layer pass"}},
		{"no state at all", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).refuse().unverified()
		}, []string{"pre-consent-positive-signal unknown state-not-read", "reject-signal-mismatch unknown state-not-read"}},
	}
}
