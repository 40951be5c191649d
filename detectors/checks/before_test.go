package checks

import (
	"fmt"

	"github.com/spoor-audit/spoor/evidence"
)

func beforeExamples() []example {
	const year = 365 * days
	tracked := func(m *maker) *maker {
		return m.cookie("_ga", "shop.test", 2*year).cookie("_fbp", "shop.test", 90*days)
	}
	synced := func(m *maker) *maker {
		id := fmt.Sprintf("%08x-1b2c-4d5e-8f90-1a2b3c4d5e6f", 0xa1b2c3d4+m.n*7919)
		return m.put("uid", "partner.test", year, m.tick(), id).ask("https://cm.g.doubleclick.net/pixel?google_hm="+id, "image")
	}
	return []example{
		{"nothing at all", func(m *maker) {
			m.visit(evidence.None).dialog(absent(0.95))
		}, []string{
			"consent-missing n/a nothing-to-ask", "pre-consent-tracking-cookies pass", "pre-consent-web-storage pass",
			"pre-consent-tracker-requests pass", "pre-consent-fingerprinting pass", "social-plugin-preload pass",
			"embedded-media-preload pass", "permission-prompt-on-load pass", "no-reject-any-layer n/a no-dialog",
			"consent-mode-pings n/a no-google", "cookie-wall n/a no-dialog", "withdraw-link-missing n/a no-dialog",
		}},
		{"tracking without a question", func(m *maker) {
			tracked(m.visit(evidence.None).dialog(absent(0.95)))
		}, []string{
			"consent-missing fail fail [facebook-widgets google]",
			"pre-consent-tracking-cookies fail fail [facebook-widgets google]",
		}},
		{"something unknown without a question", func(m *maker) {
			m.visit(evidence.None).dialog(absent(0.95)).cookie("visitor", "www.shop.test", year)
			m.visit(evidence.Reject).dialog(absent(0.95)).ends(evidence.NoDialog).cookie("visitor", "www.shop.test", year)
		}, []string{
			"consent-missing warn perhaps [shop.test]", "pre-consent-tracking-cookies warn perhaps [shop.test]",
			"reject-ignored-cookies n/a no-dialog",
		}},
		{"a deleted identifier comes back", func(m *maker) {
			m.quiet().comesBack("visitor", true)
		}, []string{"respawning-storage fail fail [shop.test]"}},
		{"a deleted identifier stays away", func(m *maker) {
			m.quiet().comesBack("visitor", false)
		}, []string{"respawning-storage pass"}},
		{"a question and nothing before it", func(m *maker) { m.quiet() }, []string{
			"consent-missing pass", "pre-consent-tracking-cookies pass",
		}},
		{"tracking in all three visits", func(m *maker) {
			tracked(m.visit(evidence.None).dialog(fair()))
			tracked(m.visit(evidence.Reject).dialog(fair())).choose(pressNo)
			tracked(m.visit(evidence.Accept).dialog(fair())).choose(pressYes)
		}, []string{"pre-consent-tracking-cookies fail fail [facebook-widgets google]"}},
		{"tracking in one of three visits", func(m *maker) {
			m.visit(evidence.None).dialog(fair())
			tracked(m.visit(evidence.Reject).dialog(fair())).choose(pressNo)
			m.accept()
		}, []string{"pre-consent-tracking-cookies warn fail [facebook-widgets google]"}},
		{"tracking only after accepting", func(m *maker) {
			m.quiet()
			tracked(m)
		}, []string{"pre-consent-tracking-cookies pass", "reject-ignored-cookies pass", "declaration-missing fail fail [facebook-widgets google]"}},
		{"exempt cookies", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).cookie("klaro", "www.shop.test", 120*days).cookie("PHPSESSID", "www.shop.test", 0).
				cookie("XSRF-TOKEN", "www.shop.test", year).cookie("AWSALB", "www.shop.test", 7*days).cookie("OptanonConsent", "shop.test", year).
				cookie("__cf_bm", "shop.test", 1800).cookie("cookie_consent_choice", "shop.test", year)
		}, []string{"pre-consent-tracking-cookies pass", "consent-missing pass"}},
		{"an identifier that is passed on in all three visits", func(m *maker) {
			synced(m.visit(evidence.None).dialog(fair()))
			synced(m.visit(evidence.Reject).dialog(fair())).choose(pressNo)
			synced(m.visit(evidence.Accept).dialog(fair())).choose(pressYes)
		}, []string{"pre-consent-id-sync fail fail [google partner.test]"}},
		{"an identifier that is passed on after accepting", func(m *maker) { synced(m.quiet()) }, []string{"pre-consent-id-sync pass"}},
		{"identifiers on their way home", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).put("_ga", "shop.test", 2*year, m.tick(), "GA1.1.1300000001.1310000001")
			m.ask(gaHit+"&cid=1300000001.1310000001", "fetch")
		}, []string{"pre-consent-id-sync pass"}},
		{"a cookie that the browser refused", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).cookie("IDE", "doubleclick.net", year)
			c := &m.run().Cookies[0]
			c.State, c.Writes[0].Refused = "blocked", []string{"ThirdPartyBlocked"}
		}, []string{"pre-consent-tracking-cookies pass"}},
		{"own statistics in the Netherlands", func(m *maker) {
			m.profile = "nl"
			m.visit(evidence.None).dialog(fair()).cookie("_pk_id.1.abcd", "www.shop.test", year).store("plausible_id")
		}, []string{"pre-consent-tracking-cookies warn audience [matomo]"}},
		{"own statistics, strictly read", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).cookie("_pk_id.1.abcd", "www.shop.test", year)
		}, []string{"pre-consent-tracking-cookies fail fail [matomo]"}},
		{"own statistics kept too long in France", func(m *maker) {
			m.profile = "fr"
			m.visit(evidence.None).dialog(fair()).cookie("_pk_id.1.abcd", "www.shop.test", 3*year)
		}, []string{"pre-consent-tracking-cookies fail fail [matomo]", "cookie-lifetime-over-13-months fail fail [matomo]"}},
		{"California binds nobody to wait", func(m *maker) {
			m.profile = "us-ca"
			tracked(m.visit(evidence.None).dialog(absent(0.95)))
		}, []string{"pre-consent-tracking-cookies n/a not-binding", "consent-missing n/a not-binding"}},
		{"an identifier in local storage", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).store("amplitude_unsent_abc").store("visitor-id")
		}, []string{"pre-consent-web-storage fail fail [amplitude]"}},
		{"something unknown in local storage", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).store("visitor-id")
		}, []string{"pre-consent-web-storage warn perhaps [shop.test]"}},
		{"own statistics in local storage", func(m *maker) {
			m.profile = "nl"
			m.visit(evidence.None).dialog(fair()).store("my-visitor")
			m.say(register(row("x", classNecessary), row("y", classNecessary), register().Register.Rows[0]))
			m.st[0].Register.Rows[0] = row("my-visitor", classAnalytics)
		}, []string{"pre-consent-web-storage warn audience [shop.test]"}},
		{"a tracker with an identifier", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).ask("https://ib.adnxs.com/seg?id=1", "image", "uuid2")
		}, []string{"pre-consent-tracker-requests fail fail [microsoft]"}},
		{"a tracker with the site's own identifier", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).put("visitor", "www.shop.test", year, 5, "v.8842331907.x")
			m.ask("https://ib.adnxs.com/seg?u=8842331907", "image")
		}, []string{"pre-consent-tracker-requests fail fail [microsoft]"}},
		{"a tracker without an identifier", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).ask("https://ib.adnxs.com/seg", "image")
		}, []string{"pre-consent-tracker-requests warn contact [microsoft]"}},
		{"fingerprinting that leaves the page", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).found("fingerprint-canvas", evidence.Before, map[string]string{"api": "toDataURL"})
			m.ask("https://fp.vendor.test/collect?d=0123456789abcdef", "xhr")
			m.lastRequest().Initiator = evidence.Initiator{Kind: "script", Stack: []evidence.Frame{{URL: fpJS + "?v=2"}}}
		}, []string{"pre-consent-fingerprinting fail fail [vendor.test]"}},
		{"fingerprinting that stays", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).found("fingerprint-script", evidence.Before, map[string]string{"surfaces": "canvas, audio"})
		}, []string{"pre-consent-fingerprinting warn read [vendor.test]"}},
		{"properties of the browser alone", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).found("fingerprint-navigator", evidence.Before, nil)
			m.ask("https://fp.vendor.test/collect?d=0123456789abcdef", "xhr")
			m.lastRequest().Initiator = evidence.Initiator{Kind: "script", URL: fpJS}
		}, []string{"pre-consent-fingerprinting warn read [vendor.test]"}},
		{"a social button", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).ask("https://www.facebook.com/plugins/like.php?href=x", "document")
		}, []string{"social-plugin-preload fail fail [facebook-widgets]"}},
		{"a video that stores", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).ask("https://www.youtube.com/embed/abc", "document").
				cookie("VISITOR_INFO1_LIVE", "youtube.com", 180*days)
		}, []string{"embedded-media-preload fail fail [google]"}},
		{"a font, and cookies of the same company that are not its", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).ask("https://fonts.googleapis.com/css2?family=Inter", "stylesheet").
				cookie("_ga", "shop.test", year)
		}, []string{"embedded-media-preload warn contact [google]"}},
		{"a prompt on load", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).call("Geolocation.getCurrentPosition", shop+"app.js")
		}, []string{"permission-prompt-on-load fail fail [shop.test]"}},
		{"a prompt after a click", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).call("Geolocation.getCurrentPosition", shop+"app.js")
			m.run().Calls[0].Gesture = true
		}, []string{"permission-prompt-on-load warn gesture [shop.test]"}},
		{"a choice that broke off is no longer before", func(m *maker) {
			m.quiet()
			m.run().Chosen, m.run().Outcome = nil, evidence.Failed
			m.cookie("_ga", "shop.test", year)
		}, []string{"pre-consent-tracking-cookies pass"}},
		{"what the first of two presses did is no longer before", func(m *maker) {
			m.refuse()
			m.run().Choice.Presses = []evidence.Press{{At: 1, Role: evidence.RoleReject, Label: "Refuse"}, {At: 500, Role: evidence.RoleReject, Label: "Refuse"}}
			at := evidence.Millis(500)
			m.run().Chosen = &at
			m.cookie("_ga", "shop.test", year)
		}, []string{"pre-consent-tracking-cookies pass"}},
		{"a run that failed halfway shows facts", func(m *maker) {
			tracked(m.visit(evidence.None).ends(evidence.Failed))
		}, []string{"pre-consent-tracking-cookies fail fail [facebook-widgets google]", "pre-consent-web-storage unknown failed"}},
	}
}
