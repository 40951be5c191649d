package checks

import (
	"time"

	"github.com/spoor-audit/spoor/detectors/statements"
	"github.com/spoor-audit/spoor/evidence"
)

func obeyedExamples() []example {
	const year = 365 * days
	const bid = "https://bidder.criteo.com/cdb?x=1"
	withVendor := func(m *maker, change func(*statements.TCF)) *maker {
		return m.refuse().say(tcf(change)).ask(bid, "xhr", "uid").cookie("uid", "criteo.com", 390*days)
	}
	return []example{
		{"obeyed", func(m *maker) { m.quiet(); m.v.Runs[1].Choice.By = "klaro" }, []string{
			"reject-ignored-cookies pass", "reject-ignored-requests pass", "reject-fingerprinting pass",
			"tcf-vendor-without-consent n/a no-tcf", "tcf-undisclosed-vendor n/a no-tcf",
		}},
		{"cookies after no", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).refuse().cookie("_fbp", "shop.test", 90*days).cookie("_ga", "shop.test", year)
		}, []string{"reject-ignored-cookies fail fail [facebook-widgets google]", "no-reject-any-layer pass"}},
		{"cookies after no that was not verified", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).refuse().unverified().cookie("_fbp", "shop.test", 90*days)
		}, []string{"reject-ignored-cookies warn fail [facebook-widgets]"}},
		{"cookies after a no that may not have been one", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).refuse().unverified().cookie("_fbp", "shop.test", 90*days)
			m.run().Choice.Gone = false
		}, []string{"reject-ignored-cookies unknown unverified", "reject-ignored-requests unknown unverified", "reject-fingerprinting unknown unverified"}},
		{"unknown cookies after no", func(m *maker) {
			m.refuse().cookie("visitor", "www.shop.test", year)
		}, []string{"reject-ignored-cookies warn perhaps [shop.test]"}},
		{"cookies left over", func(m *maker) {
			m.visit(evidence.Reject).dialog(fair()).cookie("_ga", "shop.test", year).choose(pressNo)
		}, []string{"reject-ignored-cookies warn left [google]"}},
		{"a cookie of before that is sent to a tracker", func(m *maker) {
			m.visit(evidence.Reject).dialog(fair()).cookie("uid", "criteo.com", year).choose(pressNo).ask(bid, "xhr", "uid")
		}, []string{"reject-ignored-cookies fail fail [criteo]", "reject-ignored-requests fail fail [criteo]"}},
		{"a cookie of before that is set again", func(m *maker) {
			m.visit(evidence.Reject).dialog(fair()).cookie("_ga", "shop.test", year).choose(pressNo).again("_ga", "shop.test")
		}, []string{"reject-ignored-cookies fail fail [google]"}},
		{"the record of the choice", func(m *maker) {
			m.refuse().cookie("shop_prefs", "shop.test", year)
			m.run().Choice.Kept = []string{"shop_prefs"}
		}, []string{"reject-ignored-cookies pass"}},
		{"what looks like an identifier and is no record", func(m *maker) {
			m.refuse().cookie("shop_prefs", "shop.test", year)
		}, []string{"reject-ignored-cookies warn perhaps"}},
		{"contact without an identifier after no", func(m *maker) { m.refuse().ask(bid, "xhr") }, []string{"reject-ignored-requests pass"}},
		{"fingerprinting after no", func(m *maker) {
			m.refuse().found("fingerprint-canvas", evidence.After, map[string]string{"api": "toDataURL"})
			m.ask("https://fp.vendor.test/collect?d=0123456789abcdef", "xhr")
			m.lastRequest().Initiator = evidence.Initiator{Kind: "script", URL: fpJS}
		}, []string{"reject-fingerprinting fail fail [vendor.test]", "pre-consent-fingerprinting pass"}},
		{"fingerprinting after no that stays", func(m *maker) {
			m.refuse().found("fingerprint-canvas", evidence.After, map[string]string{"api": "toDataURL"})
		}, []string{"reject-fingerprinting warn read [vendor.test]"}},
		{"a vendor stores against the string", func(m *maker) {
			withVendor(m, func(*statements.TCF) {})
		}, []string{"tcf-vendor-without-consent fail stored [criteo]", "tcf-undisclosed-vendor pass"}},
		{"a vendor reads against the string that it got", func(m *maker) {
			m.refuse().say(tcf(func(t *statements.TCF) { t.Vendors = []int{91} })).ask(bid, "xhr", "uid").sent(tcf(func(*statements.TCF) {}))
		}, []string{"tcf-vendor-without-consent fail read [criteo]"}},
		{"a vendor is contacted against the string", func(m *maker) {
			m.refuse().say(tcf(func(*statements.TCF) {})).ask(bid, "xhr")
		}, []string{"tcf-vendor-without-consent warn contact [criteo]"}},
		{"a vendor with a legitimate interest is contacted", func(m *maker) {
			m.refuse().say(tcf(func(t *statements.TCF) { t.VendorInterests = []int{91} })).ask(bid, "xhr")
		}, []string{"tcf-vendor-without-consent pass"}},
		{"a vendor with consent", func(m *maker) {
			withVendor(m, func(t *statements.TCF) { t.Vendors = []int{91} })
		}, []string{"tcf-vendor-without-consent pass"}},
		{"a vendor that was not shown", func(m *maker) {
			withVendor(m, func(t *statements.TCF) { t.Disclosed = []int{755} })
		}, []string{"tcf-undisclosed-vendor fail fail [criteo]"}},
		{"a string that does not say who was shown", func(m *maker) {
			withVendor(m, func(t *statements.TCF) { t.HasDisclosed = false })
		}, []string{"tcf-undisclosed-vendor warn no-segment"}},
		{"an old string that does not say who was shown", func(m *maker) {
			withVendor(m, func(t *statements.TCF) {
				t.HasDisclosed, t.Created = false, time.Date(2025, 12, 1, 0, 0, 0, 0, time.UTC)
			})
		}, []string{"tcf-undisclosed-vendor pass"}},
		{"vendors without numbers", func(m *maker) {
			m.refuse().say(tcf(func(*statements.TCF) {})).ask("https://cm.teads.tv/x", "xhr").ask("https://a.mediarithmics.com/x", "xhr")
			m.run().Requests = m.run().Requests[1:]
		}, []string{"tcf-vendor-without-consent unknown vendors-not-mapped", "tcf-undisclosed-vendor unknown vendors-not-mapped"}},
		{"marketing although only statistics was chosen", func(m *maker) {
			m.visit(partial).dialog(fair()).choose(press(evidence.RoleSave, "Save")).cookie("_fbp", "shop.test", 90*days).cookie("_ga", "shop.test", year)
		}, []string{"partial-choice-ignored fail fail [facebook-widgets]"}},
		{"statistics as chosen", func(m *maker) {
			m.visit(partial).dialog(fair()).choose(press(evidence.RoleSave, "Save")).cookie("_ga", "shop.test", year)
		}, []string{"partial-choice-ignored pass"}},
		{"a choice in part that was not verified", func(m *maker) {
			m.visit(partial).dialog(fair()).choose(press(evidence.RoleSave, "Save")).unverified()
		}, []string{"partial-choice-ignored unknown unverified"}},
		{"the cross says yes", func(m *maker) {
			d := changed(func(d *evidence.Dialog) {
				d.Buttons = append(d.Buttons, evidence.Button{Label: "x", Role: evidence.RoleClose, Certainty: 0.9, Layer: 1, Box: evidence.Box{670, 104, 20, 20}, Icon: true})
			})
			m.visit(evidence.None).dialog(d).visit(evidence.Close).dialog(d).choose(pressX).say(cmpState("marketing"))
		}, []string{"close-counts-as-consent fail state", "accept-in-close-position warn cross"}},
		{"the cross opens the gate", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).cookie("_ga", "shop.test", year)
			m.visit(evidence.Close).dialog(fair()).cookie("_ga", "shop.test", year).choose(pressX).
				cookie("_fbp", "shop.test", 90*days).again("_ga", "shop.test")
		}, []string{"close-counts-as-consent fail gained [facebook-widgets]"}},
		{"the cross closes", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).visit(evidence.Close).dialog(fair()).choose(pressX).say(cmpState())
		}, []string{"close-counts-as-consent pass"}},
		{"there is no cross", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).visit(evidence.Close).dialog(fair()).ends(evidence.NotOffered)
		}, []string{"close-counts-as-consent n/a not-offered"}},
		{"browsing on says yes", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).say(cmpState()).next().say(cmpState("analytics"))
		}, []string{"scroll-or-browse-consent fail state"}},
		{"browsing on opens the gate", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).next().cookie("_fbp", "shop.test", 90*days)
		}, []string{"scroll-or-browse-consent fail gained [facebook-widgets]"}},
		{"browsing on changes nothing", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).cookie("_ga", "shop.test", year).next().cookie("_fbp", "shop.test", 90*days)
		}, []string{"scroll-or-browse-consent pass"}},
		{"it says that browsing on is a yes", func(m *maker) {
			m.visit(evidence.None).dialog(changed(func(d *evidence.Dialog) { d.Text += " By continuing to use this site you agree to our cookies." }))
		}, []string{"scroll-or-browse-consent warn text"}},
		{"one page", func(m *maker) { m.visit(evidence.None).dialog(fair()) }, []string{"scroll-or-browse-consent unknown one-page"}},
		{"promised, and not followed", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).say(statements.Statement{Kind: statements.KindGPC, GPC: &statements.GPC{Honours: true}})
			m.visit(evidence.GPC).ask(bid, "xhr", "uid")
		}, []string{"gpc-ignored fail stated [criteo]"}},
		{"promised in words, and followed", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).say(claim("claims-honours-gpc", "We honour Global Privacy Control", 0.7))
			m.visit(evidence.GPC)
		}, []string{"gpc-ignored pass"}},
		{"promised, and not visited", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).say(claim("claims-honours-gpc", "We honour Global Privacy Control", 0.7))
		}, []string{"gpc-ignored unknown no-run"}},
		{"never promised", func(m *maker) { m.quiet(); m.visit(evidence.GPC).ask(bid, "xhr", "uid") }, []string{"gpc-ignored n/a no-gpc-statement"}},
		{"binding in California", func(m *maker) {
			m.profile = "us-ca"
			m.visit(evidence.None).dialog(fair()).visit(evidence.GPC).ask(bid, "xhr", "uid")
		}, []string{"gpc-ignored fail law [criteo]"}},
		{"withdrawn, and stopped", func(m *maker) {
			m.visit(evidence.Withdraw).dialog(fair()).cookie("_ga", "shop.test", year).choose(pressNo).reload()
			m.run().Cookies[0].Writes = append(m.run().Cookies[0].Writes, evidence.CookieWrite{At: m.tick(), Delete: true})
			m.run().Cookies[0].State = "deleted"
		}, []string{"withdrawal-ignored pass", "withdrawn-cookies-kept pass"}},
		{"withdrawn, and kept", func(m *maker) {
			m.visit(evidence.Withdraw).dialog(fair()).cookie("_ga", "shop.test", year).choose(pressNo).reload()
		}, []string{"withdrawal-ignored pass", "withdrawn-cookies-kept warn warn [google]"}},
		{"withdrawn, and set again", func(m *maker) {
			m.visit(evidence.Withdraw).dialog(fair()).cookie("_ga", "shop.test", year).choose(pressNo).reload().again("_ga", "shop.test")
		}, []string{"withdrawal-ignored fail cookies [google]"}},
		{"withdrawn, and sent", func(m *maker) {
			m.visit(evidence.Withdraw).dialog(fair()).choose(pressNo).reload().ask(bid, "xhr", "uid")
		}, []string{"withdrawal-ignored fail requests [criteo]"}},
		{"sent between withdrawing and reloading", func(m *maker) {
			m.visit(evidence.Withdraw).dialog(fair()).choose(pressNo).ask(bid, "xhr", "uid").reload()
		}, []string{"withdrawal-ignored pass"}},
		{"nothing to withdraw with", func(m *maker) {
			m.visit(evidence.Withdraw).dialog(fair()).ends(evidence.NotOffered)
		}, []string{"withdrawal-ignored n/a no-control", "withdraw-more-clicks n/a no-control"}},
	}
}
