package checks

import (
	"slices"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

func exitExamples() []example {
	yes, no := true, false
	control := func(c ...evidence.Control) func(*maker) {
		return func(m *maker) { m.quiet().run().Controls = c }
	}
	full := "The controller is Shop. Purpose. Legal basis. Recipients. Retention. Right of access. Erasure. You may object. " +
		"Portability. Complaint to the data protection authority. Withdraw. Transfers to third countries."
	withdraw := func(n int) func(*maker) {
		return func(m *maker) {
			m.quiet().visit(evidence.Withdraw).dialog(fair())
			presses := []evidence.Press{pressYes}
			for range n {
				presses = append(presses, press(evidence.RoleOther, "Cookies"))
			}
			m.choose(presses...)
		}
	}
	return []example{
		{"a way back", control(evidence.Control{Label: "Cookies", Reopens: &yes}), []string{"withdraw-link-missing pass"}},
		{"a way back that was not tried", control(evidence.Control{Label: "Cookies"}), []string{"withdraw-link-missing pass"}},
		{"a way back that does nothing", control(evidence.Control{Label: "Cookies", Reopens: &no}), []string{"withdraw-link-missing fail does-nothing"}},
		{"only the browser", control(evidence.Control{Label: "Cookies", Browser: true}), []string{"withdraw-link-missing fail browser"}},
		{"no way back", control(), []string{"withdraw-link-missing fail fail"}},
		{"withdrawing in two clicks", withdraw(2), []string{"withdraw-more-clicks pass"}},
		{"withdrawing in three clicks", withdraw(3), []string{"withdraw-more-clicks warn warn"}},
		{"withdrawing in five clicks", withdraw(5), []string{"withdraw-more-clicks fail fail"}},
		{"a statement everywhere", func(m *maker) { m.quiet().paper(wordy(200, full), "dialog", "page-after") }, []string{
			"policy-not-one-click pass", "policy-required-content pass", "policy-unreadable pass",
		}},
		{"a statement before alone", func(m *maker) { m.quiet().paper(wordy(200), "page") }, []string{"policy-not-one-click warn not-after"}},
		{"a statement after alone", func(m *maker) { m.quiet().paper(wordy(200), "page-after") }, []string{"policy-not-one-click warn not-before"}},
		{"a link that the dialog covers", func(m *maker) {
			m.quiet().paper(wordy(200), "page", "page-after").run().Policies[0].Reachable = false
		}, []string{"policy-not-one-click warn not-before"}},
		{"a statement of a few words", func(m *maker) { m.quiet().paper("We like privacy.", "page", "page-after") }, []string{"policy-not-one-click fail fail"}},
		{"after was not seen", func(m *maker) { m.visit(evidence.None).dialog(fair()).paper(wordy(200), "page") }, []string{"policy-not-one-click unknown after-not-seen"}},
		{"no dialog, and a statement", func(m *maker) { m.visit(evidence.None).dialog(absent(0.95)).paper(wordy(200), "page") }, []string{"policy-not-one-click pass"}},
		{"no dialog, and no statement", func(m *maker) { m.visit(evidence.None).dialog(absent(0.95)) }, []string{"policy-not-one-click fail fail"}},
		{"perhaps a dialog, and no statement", func(m *maker) { m.visit(evidence.None).dialog(absent(0.5)) }, []string{"policy-not-one-click unknown dialog-unsure"}},
		{"much is missing", func(m *maker) { m.quiet().paper(wordy(200, "Purpose.")) }, []string{"policy-required-content fail fail"}},
		{"a little is missing", func(m *maker) {
			m.quiet().paper(wordy(200, strings.NewReplacer("Portability.", "", "Retention.", "").Replace(full)))
		}, []string{"policy-required-content warn warn"}},
		{"a statement in Maltese", func(m *maker) { m.quiet().paper(wordy(200)).run().Papers[0].Language = "mt" }, []string{"policy-required-content unknown language"}},
		{"a long statement", func(m *maker) { m.quiet().paper(wordy(6000)) }, []string{"policy-unreadable warn long"}},
		{"an endless statement", func(m *maker) { m.quiet().paper(wordy(11000)) }, []string{"policy-unreadable fail endless"}},
		{"an endless statement with a summary", func(m *maker) { m.quiet().paper(wordy(11000, "In short: we do little.")) }, []string{"policy-unreadable warn long"}},
		{"a hard statement", func(m *maker) {
			m.quiet().paper(strings.Repeat("Notwithstanding aforementioned contractual stipulations, organisational responsibilities concerning identification necessitate considerable administrative documentation ", 30))
		}, []string{"policy-unreadable warn hard"}},
	}
}

func TestReadability(t *testing.T) {
	easy := strings.Repeat("We keep your name. We do not sell it. You can ask us what we have. ", 30)
	hard := strings.Repeat("Overeenkomstig bovenstaande privacyregelgeving verwerken verwerkingsverantwoordelijken persoonsgegevens uitsluitend doelgebonden binnen "+
		"organisatorische verantwoordelijkheidsgebieden en contractueel overeengekomen bewaartermijnen. ", 30)
	for _, tt := range []struct {
		text, lang, scale string
		hard              bool
	}{{easy, "en", "Flesch", false}, {easy, "xx", "LIX", false}, {hard, "nl", "Douma", true}, {hard, "de", "LIX", true}, {"Too short.", "en", "", false}} {
		score, scale, isHard := readability(tt.text, tt.lang)
		if scale != tt.scale || isHard != tt.hard {
			t.Errorf("%.20q in %s: %s %v, hard %v", tt.text, tt.lang, scale, score, isHard)
		}
	}
}

// TestRequiredContent reads short statements that hold everything, in plain
// words, in each language that the rule knows.
func TestRequiredContent(t *testing.T) {
	for language, text := range map[string]string{
		"en": "Who we are. What we do with data, and on which legal ground. Who receives data. How long we keep it. You may ask to see, correct or " +
			"erase your data, or to hand it over in a common format, and you may object. You can withdraw consent. Complain to the authority. " +
			"Data go to the United States.",
		"nl": "Wie wij zijn. Wat wij met gegevens doen, op welke grondslag. Wie gegevens ontvangt. Hoe lang wij gegevens bewaren. U mag vragen om inzage, " +
			"verwijdering, ze over te dragen, en bezwaar maken. U kunt toestemming intrekken. Een klacht. Buiten de EU.",
		"de": "Verantwortlich ist der Laden. Was wir mit Daten tun, auf welcher Rechtsgrundlage. Wer Daten empfängt. Wie lange. Auskunft, Löschung, " +
			"in einem gängigen Format, widersprechen. Widerrufen. Beschweren Sie sich. In den Vereinigten Staaten.",
		"fr": "Qui sommes-nous. Ce que nous faisons des données ; intérêt légitime. Qui reçoit des données. Combien de temps. L'accès à vos données, " +
			"leur effacement, leur portabilité, vous y opposer. Retirer votre consentement. Réclamation. Aux États-Unis.",
	} {
		held := saidTerms(strings.ToLower(text), theTables().lexicon.content[language])
		for _, term := range theTables().lexicon.content[language] {
			if !slices.Contains(held, term.ID) {
				t.Errorf("%s: %s was not found", language, term.ID)
			}
		}
	}
}
