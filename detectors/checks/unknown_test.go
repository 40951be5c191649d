package checks

import "github.com/spoor-audit/spoor/evidence"

func unknownExamples() []example {
	gap := func(k evidence.Kind, scenarios ...evidence.Scenario) func(*maker) {
		return func(m *maker) {
			m.quiet()
			for _, s := range scenarios {
				m.v.Gaps = append(m.v.Gaps, evidence.Gap{Scenario: s, Kind: k, Why: "x", Whole: true})
			}
		}
	}
	all := []evidence.Scenario{evidence.None, evidence.Reject, evidence.Accept}
	return []example{
		{"no runs", func(*maker) {}, []string{
			"consent-missing unknown no-run", "pre-consent-tracking-cookies unknown no-run", "pre-consent-web-storage unknown no-run",
			"pre-consent-tracker-requests unknown no-run", "pre-consent-fingerprinting unknown no-run", "pre-consent-positive-signal unknown no-run",
			"consent-mode-pings unknown no-run", "consent-mode-denied-but-identified unknown no-run", "tag-without-consent-signal unknown no-run",
			"social-plugin-preload unknown no-run", "embedded-media-preload unknown no-run", "permission-prompt-on-load unknown no-run",
			"no-reject-any-layer unknown no-run", "no-reject-first-layer unknown no-run", "reject-more-clicks unknown no-run",
			"reject-as-link unknown no-run", "button-prominence-asymmetry unknown no-run", "preticked-purposes unknown no-run",
			"accept-in-close-position unknown no-run", "cookie-wall unknown no-run", "pay-or-ok unknown no-run", "no-granular-choice unknown no-run",
			"purpose-info-missing unknown no-run", "legitimate-interest-substitution unknown no-run", "loaded-wording unknown no-run",
			"dialog-language-mismatch unknown no-run", "nagging-reprompt unknown no-run", "reject-ignored-cookies unknown no-run",
			"reject-ignored-requests unknown no-run", "reject-fingerprinting unknown no-run", "reject-signal-mismatch unknown no-run",
			"tcf-vendor-without-consent unknown no-run", "tcf-undisclosed-vendor unknown gap-signals", "partial-choice-ignored unknown no-run",
			"close-counts-as-consent unknown no-run", "scroll-or-browse-consent unknown no-run", "gpc-ignored unknown gap-papers",
			"withdrawn-cookies-kept unknown no-run", "undeclared-cookies unknown gap-papers", "declaration-missing unknown no-run",
			"known-cookie-wrong-category unknown gap-papers", "unclassified-cookies unknown gap-papers", "essential-overclaim unknown gap-papers",
			"declared-lifetime-exceeded unknown gap-papers", "cookie-lifetime-over-13-months unknown no-run", "consent-choice-lifetime unknown no-run",
			"policy-claim-contradicted unknown gap-papers", "undisclosed-recipient unknown gap-papers", "third-country-undisclosed unknown gap-papers",
			"withdraw-link-missing unknown no-run", "withdraw-more-clicks unknown no-run", "withdrawal-ignored unknown no-run",
			"policy-not-one-click unknown gap-papers", "policy-required-content unknown gap-papers", "policy-unreadable unknown gap-papers",
			"form-over-collection unknown gap-forms", "form-preticked-marketing unknown gap-forms",
		}},
		{"a bot wall", func(m *maker) {
			m.visit(evidence.None).ends(evidence.Blocked).visit(evidence.Reject).ends(evidence.Blocked).visit(evidence.Accept).ends(evidence.Blocked)
		}, []string{
			"consent-missing unknown blocked", "pre-consent-tracking-cookies unknown blocked", "no-reject-any-layer unknown blocked",
			"reject-ignored-cookies unknown blocked", "withdraw-link-missing unknown blocked", "policy-not-one-click unknown gap-papers",
		}},
		{"one of three is a bot wall", func(m *maker) { m.quiet().v.Runs[0].Outcome = evidence.Blocked }, []string{"pre-consent-tracking-cookies pass"}},
		{"failed visits", func(m *maker) {
			m.visit(evidence.None).ends(evidence.Failed).visit(evidence.Reject).ends(evidence.Failed)
		}, []string{"pre-consent-tracking-cookies unknown failed", "reject-ignored-cookies unknown failed", "consent-missing unknown failed"}},
		{"a visit before dialogs were known", func(m *maker) { m.visit(evidence.None) }, []string{
			"consent-missing unknown dialog-not-looked-for", "no-reject-any-layer unknown dialog-not-looked-for", "cookie-wall unknown dialog-not-looked-for",
			"policy-not-one-click unknown gap-papers", "form-over-collection unknown gap-forms", "pre-consent-positive-signal unknown state-not-read",
		}},
		{"not sure that there is no dialog", func(m *maker) {
			m.visit(evidence.None).dialog(absent(0.6)).cookie("_ga", "shop.test", 400*days).visit(evidence.Reject).dialog(absent(0.6)).ends(evidence.NoDialog)
		}, []string{"consent-missing unknown dialog-unsure", "no-reject-any-layer unknown dialog-unsure", "reject-ignored-cookies unknown dialog-unsure"}},
		{"no cookies recorded", gap(evidence.KindCookies, all...), []string{
			"pre-consent-tracking-cookies unknown gap-cookies", "consent-missing pass", "reject-ignored-cookies unknown gap-cookies",
			"cookie-lifetime-over-13-months unknown gap-cookies", "embedded-media-preload unknown gap-cookies", "declaration-missing unknown gap-cookies",
		}},
		{"no cookies recorded in one of three", gap(evidence.KindCookies, evidence.None), []string{"pre-consent-tracking-cookies pass"}},
		{"no requests recorded", gap(evidence.KindRequests, all...), []string{
			"pre-consent-tracker-requests unknown gap-requests", "reject-ignored-requests unknown gap-requests", "social-plugin-preload unknown gap-requests",
		}},
		{"no storage recorded", gap(evidence.KindStorage, all...), []string{"pre-consent-web-storage unknown gap-storage"}},
		{"no calls recorded", gap(evidence.KindCalls, all...), []string{
			"pre-consent-fingerprinting unknown gap-calls", "reject-fingerprinting unknown gap-calls", "permission-prompt-on-load unknown gap-calls",
		}},
		{"no scripts recorded", gap(evidence.KindScripts, all...), []string{"pre-consent-fingerprinting unknown gap-scripts"}},
		{"no signals recorded", gap(evidence.KindSignals, all...), []string{"pre-consent-positive-signal unknown gap-signals", "reject-signal-mismatch unknown gap-signals"}},
		{"nothing written was read", gap(evidence.KindPapers, all...), []string{"policy-not-one-click unknown gap-papers", "undeclared-cookies unknown gap-papers"}},
		{"pages alone", gap(evidence.KindForms, all...), []string{"form-over-collection unknown gap-forms"}},
		{"a choice that was never made", func(m *maker) {
			m.quiet()
			m.v.Runs[1].Chosen, m.v.Runs[1].Choice = nil, nil
		}, []string{"reject-ignored-cookies unknown no-choice", "reject-more-clicks unknown clicks-not-verified", "reject-signal-mismatch unknown no-choice"}},
		{"a choice that is not offered", func(m *maker) {
			m.quiet().v.Runs[1].Outcome = evidence.NotOffered
			m.v.Runs[1].Chosen, m.v.Runs[1].Choice = nil, nil
		}, []string{"reject-ignored-cookies n/a not-offered", "reject-signal-mismatch n/a not-offered", "nagging-reprompt n/a not-offered"}},
		{"pay or accept", func(m *maker) {
			m.quiet().v.Runs[1].Outcome = evidence.PayOrAccept
			m.v.Runs[1].Chosen, m.v.Runs[1].Choice = nil, nil
		}, []string{"reject-ignored-cookies n/a pay-or-accept", "pay-or-ok warn warn"}},
		{"a visit that did not come back", func(m *maker) { m.quiet() }, []string{"respawning-storage unknown technique-not-measured"}},
	}
}
