package checks

import (
	"strings"

	"github.com/spoor-audit/spoor/detectors/statements"
	"github.com/spoor-audit/spoor/evidence"
)

// wordy writes a text of some words.
func wordy(n int, more ...string) string {
	return strings.Repeat("This page tells what we do. ", n/6+1) + strings.Join(more, " ")
}

func statedExamples() []example {
	const year = 365 * days
	const bid = "https://bidder.criteo.com/cdb?x=1"
	kept := func(m *maker, seconds int64, r statements.Row) *maker {
		r.Name = "_ga"
		return m.quiet().cookie("_ga", "shop.test", seconds).say(register(r))
	}
	promise := func(id, quote string, confidence float64, build func(*maker)) func(*maker) {
		return func(m *maker) { m.quiet().say(claim(id, quote, confidence)); build(m) }
	}
	ga := func(m *maker) { m.cookie("_ga", "shop.test", year) }
	sells := func(m *maker) { m.ask(bid, "xhr", "uid") }
	return []example{
		{"all declared", func(m *maker) {
			m.quiet().cookie("_ga", "shop.test", year).cookie("_ga_ABC", "shop.test", year).
				say(register(row("_ga", classAnalytics), row("_ga_*", classAnalytics)))
			m.st[0].Register.Rows[1].Pattern = "_ga_*"
		}, []string{
			"undeclared-cookies pass", "declaration-missing pass", "known-cookie-wrong-category pass", "unclassified-cookies pass",
			"essential-overclaim pass", "declared-lifetime-exceeded n/a no-lifetimes",
		}},
		{"a tracker not declared", func(m *maker) {
			m.quiet().cookie("_ga", "shop.test", year).cookie("_fbp", "shop.test", 90*days).say(register(row("_ga", classAnalytics)))
		}, []string{"undeclared-cookies fail fail [facebook-widgets]"}},
		{"an exempt cookie not declared", func(m *maker) {
			m.quiet().cookie("PHPSESSID", "www.shop.test", 0).say(register())
		}, []string{"undeclared-cookies warn exempt [php]"}},
		{"no register", func(m *maker) { m.quiet().cookie("_ga", "shop.test", year) }, []string{
			"undeclared-cookies n/a no-register", "declaration-missing fail fail [google]",
		}},
		{"a text that names them", func(m *maker) {
			m.quiet().cookie("_ga", "shop.test", year).paper("We use _ga and others.")
		}, []string{"declaration-missing pass"}},
		{"a statement that could not be read", func(m *maker) {
			m.quiet().cookie("_ga", "shop.test", year).paper("")
			m.run().Papers[0].Error = "timeout"
		}, []string{"declaration-missing unknown policy-unread", "policy-not-one-click unknown policy-unread", "undisclosed-recipient unknown policy-unread"}},
		{"nothing that needs a list", func(m *maker) { m.quiet() }, []string{"declaration-missing n/a nothing-to-ask"}},
		{"accepting was not seen", func(m *maker) { m.visit(evidence.None).dialog(fair()) }, []string{"declaration-missing unknown no-run"}},
		{"statistics called necessary", func(m *maker) {
			kept(m, year, row("", classNecessary))
			m.ask("https://region1.google-analytics.com/g/collect?v=2&tid=G-A", "xhr", "_ga")
		}, []string{"known-cookie-wrong-category fail fail [google]", "essential-overclaim fail fail [google]"}},
		{"own statistics called necessary", func(m *maker) { kept(m, year, row("", classNecessary)) }, []string{"essential-overclaim warn warn [google]"}},
		{"not classified", func(m *maker) { kept(m, year, row("", "unclassified")) }, []string{"unclassified-cookies warn warn [google]"}},
		{"not classified, and before a choice", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).cookie("_ga", "shop.test", year).say(register(row("_ga", "unclassified")))
		}, []string{"unclassified-cookies fail before [google]"}},
		{"kept as long as stated", func(m *maker) {
			r := row("", classAnalytics)
			r.Seconds = year
			kept(m, year, r)
		}, []string{"declared-lifetime-exceeded pass", "cookie-lifetime-over-13-months pass"}},
		{"kept longer than stated", func(m *maker) {
			r := row("", classAnalytics)
			r.Seconds, r.Expiry = 30*days, "30 days"
			kept(m, 2*year, r)
		}, []string{"declared-lifetime-exceeded fail fail [google]", "cookie-lifetime-over-13-months warn warn [google]"}},
		{"called a session", func(m *maker) {
			r := row("", classAnalytics)
			r.Session, r.Seconds, r.Expiry = true, 0, "Session"
			kept(m, 40*days, r)
		}, []string{"declared-lifetime-exceeded fail fail [google]"}},
		{"both choices kept alike", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).refuse().plain("klaro", 180*days).accept().plain("klaro", 180*days)
		}, []string{"consent-choice-lifetime pass", "nagging-reprompt pass"}},
		{"kept too long", func(m *maker) { m.refuse().plain("klaro", 500*days).accept().plain("klaro", 500*days) }, []string{"consent-choice-lifetime warn long"}},
		{"a no kept shortly", func(m *maker) { m.refuse().plain("klaro", 20*days).accept().plain("klaro", 30*days) }, []string{"consent-choice-lifetime warn short"}},
		{"both kept shortly", func(m *maker) { m.refuse().plain("klaro", 7*days).accept().plain("klaro", 7*days) }, []string{"consent-choice-lifetime warn short-both"}},
		{"kept elsewhere", func(m *maker) { m.quiet() }, []string{"consent-choice-lifetime n/a no-choice-cookie"}},
		{"no cookies, it says", promise("claims-no-cookies", "This site does not use cookies", 0.9, ga), []string{"policy-claim-contradicted fail cookies [google]"}},
		{"no cookies, it says unsurely", promise("claims-no-cookies", "This site does not use cookies", 0.7, ga), []string{"policy-claim-contradicted warn cookies [google]"}},
		{"no cookies, it says, and there are none", promise("claims-no-cookies", "This site does not use cookies", 0.9, func(*maker) {}), []string{"policy-claim-contradicted pass"}},
		{"none of third parties, it says", promise("claims-no-third-party-cookies", "no third-party cookies", 0.9, func(m *maker) {
			m.cookie("IDE", "doubleclick.net", year)
		}), []string{"policy-claim-contradicted fail third-party [google]"}},
		{"functional only, it says", promise("claims-functional-only", "only functional cookies", 0.9, ga), []string{"policy-claim-contradicted fail not-functional [google]"}},
		{"functional only, it says, and a vague one", promise("claims-functional-only", "only functional cookies", 0.9, func(m *maker) {
			m.cookie("visitor", "www.shop.test", year)
		}), []string{"policy-claim-contradicted pass"}},
		{"after consent, it says", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).cookie("_ga", "shop.test", year).say(claim("claims-after-consent", "only after your consent", 0.9))
		}, []string{"policy-claim-contradicted fail before-consent [google]"}},
		{"no sharing, it says", promise("claims-no-sharing", "we do not sell your data", 0.9, sells), []string{"policy-claim-contradicted fail sharing [criteo]"}},
		{"no profiling, it says", promise("claims-no-profiling", "we make no profiles", 0.9, sells), []string{"policy-claim-contradicted warn profiling [criteo]"}},
		{"thirty days, it says", func(m *maker) {
			st := claim("claims-retention", "kept for 30 days", 0.7)
			st.Claim.Days = 30
			m.quiet().cookie("_ga", "shop.test", year).say(st)
		}, []string{"policy-claim-contradicted warn retention [google]"}},
		{"no fingerprinting, it says", promise("claims-no-fingerprinting", "we do not fingerprint", 0.9, func(m *maker) {
			m.found("fingerprint-canvas", evidence.After, nil)
		}), []string{"policy-claim-contradicted fail fingerprinting [vendor.test]"}},
		{"no claims", func(m *maker) { m.quiet() }, []string{"policy-claim-contradicted n/a no-claims"}},
		{"a seller who is not named", func(m *maker) { m.quiet().ask(bid, "xhr", "uid").paper(wordy(200)) }, []string{"undisclosed-recipient fail fail [criteo]"}},
		{"a seller who is named", func(m *maker) { m.quiet().ask(bid, "xhr", "uid").paper(wordy(200, "We work with Criteo.")) }, []string{"undisclosed-recipient pass"}},
		{"a seller whom the dialog showed", func(m *maker) {
			m.quiet().ask(bid, "xhr", "uid").paper(wordy(200)).say(tcf(func(*statements.TCF) {}))
		}, []string{"undisclosed-recipient pass"}},
		{"a measurer who is not named", func(m *maker) {
			m.quiet().ask("https://www.clarity.ms/collect?x=1", "xhr", "_clck").paper(wordy(200))
		}, []string{"undisclosed-recipient warn warn [microsoft]"}},
		{"nobody got anything", func(m *maker) { m.quiet().paper(wordy(200)) }, []string{"undisclosed-recipient n/a nobody", "third-country-undisclosed n/a nobody"}},
		{"no statement", func(m *maker) { m.quiet() }, []string{"undisclosed-recipient n/a no-policy", "policy-required-content n/a no-policy", "policy-unreadable n/a no-policy"}},
		{"within Europe, it says", func(m *maker) {
			m.quiet().ask("https://www.clarity.ms/collect?x=1", "xhr", "_clck").paper(wordy(200)).
				say(claim("claims-eea-only", "only within the EEA", 0.9))
		}, []string{"third-country-undisclosed fail claimed [microsoft]"}},
		{"to a far country without a word", func(m *maker) {
			m.quiet().ask("https://mc.yandex.ru/watch/1?x=1", "xhr", "yandexuid").paper(wordy(200))
		}, []string{"third-country-undisclosed warn warn [yandex]"}},
		{"to a far country, and it says so", func(m *maker) {
			m.quiet().ask("https://mc.yandex.ru/watch/1?x=1", "xhr", "yandexuid").paper(wordy(200, "We transfer data to third countries."))
		}, []string{"third-country-undisclosed pass"}},
		{"to the United States", func(m *maker) {
			m.quiet().ask("https://www.clarity.ms/collect?x=1", "xhr", "_clck").paper(wordy(200))
		}, []string{"third-country-undisclosed pass"}},
	}
}
