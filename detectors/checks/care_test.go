package checks

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

func careExamples() []example {
	form := func(f evidence.Form) func(*maker) {
		return func(m *maker) { m.quiet().run().Forms = []evidence.Form{f} }
	}
	return []example{
		{"a frugal form", form(evidence.Form{Purpose: "newsletter", Submit: "Send", Fields: []evidence.Field{
			{Label: "E-mail", Type: "email", Required: true, Asks: "email"}, {Label: "Phone", Asks: "phone"},
		}}), []string{"form-over-collection pass", "form-preticked-marketing pass"}},
		{"a curious form", form(evidence.Form{Purpose: "newsletter", Submit: "Send", Fields: []evidence.Field{
			{Label: "Date of birth", Required: true, Asks: "birth-date"}, {Name: "tel", Required: true, Asks: "phone"},
		}}), []string{"form-over-collection warn warn"}},
		{"a form that asks for a national number", form(evidence.Form{Purpose: "order", Fields: []evidence.Field{{Label: "BSN", Asks: "national-id"}}}),
			[]string{"form-over-collection fail national-id"}},
		{"an order", form(evidence.Form{Purpose: "order", Fields: []evidence.Field{{Label: "Address", Required: true, Asks: "address"}}}),
			[]string{"form-over-collection n/a no-forms"}},
		{"a ticked box", form(evidence.Form{Purpose: "order", Submit: "Order", Fields: []evidence.Field{{Label: "Send me offers", Asks: "marketing", Checked: true}}}),
			[]string{"form-preticked-marketing fail ticked"}},
		{"marketing tied to an order", form(evidence.Form{Purpose: "order", Submit: "Order", Text: "By ordering you agree to receive our newsletter and offers."}),
			[]string{"form-preticked-marketing fail bundled"}},
		{"terms tied to an order", form(evidence.Form{Purpose: "order", Submit: "Order", Text: "By ordering you agree to our terms."}),
			[]string{"form-preticked-marketing pass"}},
		{"a form in Maltese", func(m *maker) {
			form(evidence.Form{Purpose: "order", Text: "Ibgħat"})(m)
			for i := range m.v.Runs {
				m.v.Runs[i].Pages[0].Language = "mt"
			}
		}, []string{"form-preticked-marketing unknown language"}},
		{"typed, and nothing left", typing("email", ""), []string{"form-exfiltration-before-submit pass", "hashed-identifier-to-third-party pass"}},
		{"an address that leaves before it is sent", typing("email", collector+"?e="+typedMail), []string{
			"form-exfiltration-before-submit fail fail", "hashed-identifier-to-third-party pass",
		}},
		{"its hash", typing("email", collector+"?e="+sha256Of(typedMail)), []string{
			"form-exfiltration-before-submit pass", "hashed-identifier-to-third-party fail fail",
		}},
		{"to the site itself", typing("email", shop+"api?e="+typedMail+"&h="+sha256Of(typedMail)), []string{
			"form-exfiltration-before-submit pass", "hashed-identifier-to-third-party pass",
		}},
		{"an address that another company looks up", typing("address", collector+"?a="+typedMail), []string{"form-exfiltration-before-submit warn warn"}},
		{"a page without fields", func(m *maker) { m.visit(evidence.Forms) }, []string{
			"form-exfiltration-before-submit n/a no-forms", "hashed-identifier-to-third-party unknown nothing-typed",
		}},
		{"fields that could not be typed into", func(m *maker) {
			m.visit(evidence.Forms).run().Forms = []evidence.Form{{Purpose: "newsletter"}}
		}, []string{"form-exfiltration-before-submit unknown technique-not-measured"}},
		{"nothing was typed at all", func(m *maker) {
			m.visit(evidence.Forms)
			m.v.Gaps = []evidence.Gap{{Scenario: evidence.Forms, Kind: evidence.KindTyped, Why: "crash", Whole: true}}
		}, []string{"form-exfiltration-before-submit unknown gap-typed"}},
		{"without a run that types", func(m *maker) { m.quiet() }, []string{
			"form-exfiltration-before-submit unknown no-run", "hashed-identifier-to-third-party unknown nothing-typed",
		}},
		{"a hash after consent, to nobody that is named", func(m *maker) {
			m.visit(evidence.None).visit(evidence.Accept).dialog(fair()).choose(pressYes)
			m.ask(collector+"?hashed_email="+sha256Of(typedMail), "image")
		}, []string{"hashed-identifier-to-third-party warn unnamed"}},
		{"the number of an account", func(m *maker) {
			m.visit(evidence.None).ask(gaHit+"&uid=4711", "fetch")
		}, []string{"hashed-identifier-to-third-party unknown nothing-typed"}},
		{"no forms", func(m *maker) { m.quiet() }, []string{"form-over-collection n/a no-forms", "form-preticked-marketing n/a no-forms", "email-tracking-pixel n/a no-mail"}},
	}
}

const (
	typedMail = "bodifakela4821@example.com"
	collector = "https://collect.other.test/c"
)

func sha256Of(s string) string { sum := sha256.Sum256([]byte(s)); return hex.EncodeToString(sum[:]) }

// typing builds a visit in which a text is typed into a field, and a request follows.
func typing(asks, url string) func(*maker) {
	return func(m *maker) {
		m.visit(evidence.Forms)
		m.run().Typed = []evidence.Typed{{ID: m.id("typed", 1), At: m.tick(), Label: "Field", Type: "text", Asks: asks, Value: typedMail}}
		if url != "" {
			m.ask(url, "fetch")
		}
	}
}

// later are checks of techniques that may not be built yet, with the technique,
// where it must find something, and what the check says then.
var later = []struct {
	check, technique string
	scenario         evidence.Scenario
	phase            evidence.Phase
	want             string
}{
	{"pre-consent-id-sync", "cookie-sync", evidence.None, evidence.Before, "fail fail"},
	{"pre-consent-session-replay", "session-recording", evidence.None, evidence.Before, "fail fail"},
	{"respawning-storage", "etag-respawn", evidence.None, evidence.Before, "fail fail"},
	{"pii-in-url", "referrer-leak", evidence.Forms, evidence.Before, "fail fail"},
	{"link-decoration-identity", "link-decoration", evidence.None, evidence.Before, "fail fail"},
	{"email-tracking-pixel", "email-tracking", evidence.None, evidence.Before, "warn warn"},
}

// playLater builds a visit in which a technique found something, or nothing.
func playLater(technique, check string, s evidence.Scenario, p evidence.Phase, found bool) *maker {
	m := newMaker()
	m.visit(evidence.None).dialog(fair())
	if check == "email-tracking-pixel" {
		m.v.Subject.Kind = "mail"
	}
	if technique == "etag-respawn" {
		m.run().Returns = []evidence.Return{{Skipped: evidence.NothingKept}}
	}
	if s != evidence.None {
		m.visit(s).dialog(fair())
	}
	if s == evidence.Accept {
		m.choose(pressYes)
	}
	if found {
		m.found(technique, p, map[string]string{"sent": "1"})
	}
	return m
}

func TestLater(t *testing.T) {
	for _, tt := range later {
		m := playLater(tt.technique, tt.check, tt.scenario, tt.phase, true)
		m.built = func(string) bool { return false }
		if v := m.judge(t)[tt.check]; v.Outcome != Unknown || v.Reason != "technique-not-built" {
			t.Errorf("%s without its technique: %s", tt.check, short(v))
		}
		m.built = func(id string) bool { return id == tt.technique }
		if v := m.judge(t)[tt.check]; short(plain(v)) != tt.check+" "+tt.want {
			t.Errorf("%s after a finding: %s", tt.check, short(v))
		}
		m = playLater(tt.technique, tt.check, tt.scenario, tt.phase, false)
		m.built = func(id string) bool { return id == tt.technique }
		if v := m.judge(t)[tt.check]; v.Outcome != Pass && v.Outcome != NA {
			t.Errorf("%s without a finding: %s", tt.check, short(v))
		}
	}
}

func TestPixelsInFrance(t *testing.T) {
	m := playLater("email-tracking", "email-tracking-pixel", evidence.None, evidence.Before, true)
	m.profile, m.built = "fr", func(string) bool { return true }
	if v := m.judge(t)["email-tracking-pixel"]; v.Outcome != Fail || v.Reason != "fail" {
		t.Errorf("after July 2026: %s", short(v))
	}
	m.v.Subject.Started = m.v.Subject.Started.AddDate(-1, 0, 0)
	if v := m.judge(t)["email-tracking-pixel"]; v.Outcome != Warn {
		t.Errorf("before: %s", short(v))
	}
}

func TestRecorderThatOnlyLoads(t *testing.T) {
	m := playLater("session-recording", "", evidence.None, evidence.Before, false)
	m.built = func(string) bool { return true }
	m.found("session-recording", evidence.Before, map[string]string{"sent": "0"})
	if v := m.judge(t)["pre-consent-session-replay"]; v.Outcome != Warn || v.Reason != "loaded" {
		t.Errorf("%s", short(v))
	}
}
