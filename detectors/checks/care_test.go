package checks

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
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
		{"an e-mail address in the address of a page", at("thanks?email=jan%40mail.example", "dl"), []string{"pii-in-url fail fail"}},
		{"words in the address of a page", at("search?q=red+shoes", "dl"), []string{"pii-in-url warn warn"}},
		{"an address that says nothing", at("list?page=2", "dl"), []string{"pii-in-url unknown nothing-typed"}},
		{"what was typed, in an address of another company", typing("email", collector+"?e="+typedMail), []string{"pii-in-url fail fail"}},
		{"typed, and in no address", typing("email", ""), []string{"pii-in-url pass"}},
		{"a mark of a click that is passed on", at("?gclid=Cj0KCQiA3sq6BhD2ARIs", "dl"), []string{"link-decoration-identity fail fail"}},
		{"a mark that is not touched", at("?gclid=Cj0KCQiA3sq6BhD2ARIs", ""), []string{"link-decoration-identity pass"}},
		{"no mark", func(m *maker) { m.quiet() }, []string{"link-decoration-identity n/a no-decoration"}},
		{"an identifier in a link to another site", func(m *maker) {
			m.visit(evidence.None).put("vid", "shop.test", 365*days, m.tick(), typedID)
			m.ask("https://www.news.test/?vid="+typedID, "document").lastRequest().Frame = false
			m.lastRequest().Target = "t1"
		}, []string{"link-decoration-identity n/a no-decoration"}},
		{"no forms", func(m *maker) { m.quiet() }, []string{"form-over-collection n/a no-forms", "form-preticked-marketing n/a no-forms", "email-tracking-pixel n/a no-mail"}},
	}
}

// at builds a visit that opens an address of the shop and tells another company of
// it, in a parameter.
func at(address, parameter string) func(*maker) {
	return func(m *maker) {
		m.visit(evidence.None)
		m.run().Pages[0].URL, m.run().Pages[0].FinalURL = shop+address, shop+address
		m.reload().lastRequest().URL = shop + address
		if parameter != "" {
			m.ask("https://px.other.test/c?"+parameter+"="+url.QueryEscape(shop+address), "image")
		}
	}
}

const (
	typedID   = "8a6e0804-2bd0-4672-b79d-d97027f9071a"
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

// played are checks of techniques whose findings the tests make themselves, with the technique,
// where it must find something, and what the check says then.
var played = []struct {
	check, technique string
	scenario         evidence.Scenario
	phase            evidence.Phase
	want             string
}{
	{"pre-consent-session-replay", "session-recording", evidence.None, evidence.Before, "fail fail"},
	{"respawning-storage", "etag-respawn", evidence.None, evidence.Before, "fail fail"},
	{"email-tracking-pixel", "email-tracking", evidence.None, evidence.Before, "warn warn"},
}

// play builds a visit in which a technique found something, or nothing.
func play(technique, check string, s evidence.Scenario, p evidence.Phase, found bool) *maker {
	m := newMaker()
	m.visit(evidence.None).dialog(fair())
	args := map[string]string{"sent": "1"}
	if check == "email-tracking-pixel" {
		m.v.Subject.Kind, m.v.Mail = evidence.KindOfMail, &evidence.Mail{From: "news@shop.test", To: "a@reader.test"}
		args["kind"], args["proof"] = "open-pixel", "copies"
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
		m.found(technique, p, args)
	}
	return m
}

func TestPlayedFindings(t *testing.T) {
	for _, tt := range played {
		m := play(tt.technique, tt.check, tt.scenario, tt.phase, true)
		if v := m.judge(t)[tt.check]; short(plain(v)) != tt.check+" "+tt.want {
			t.Errorf("%s after a finding: %s", tt.check, short(v))
		}
		m = play(tt.technique, tt.check, tt.scenario, tt.phase, false)
		if v := m.judge(t)[tt.check]; v.Outcome != Pass && v.Outcome != NA {
			t.Errorf("%s without a finding: %s", tt.check, short(v))
		}
	}
}

// TestMailPixels looks at messages in which the technique found something: what the
// check comes to, in France after 14 July 2026 and elsewhere.
func TestMailPixels(t *testing.T) {
	for _, tt := range []struct{ kind, proof, profile, sent, want string }{
		{"open-pixel", "copies", "", "", "warn warn"},
		{"open-pixel", "address", "", "", "warn warn"},
		{"open-pixel", "form", "", "", "warn warn-likely"},
		{"open-pixel", "copies", "fr", "", "fail fail"},
		{"open-pixel", "form", "fr", "", "fail fail-likely"},
		{"open-pixel", "copies", "fr", "2026-07-13T10:00:00Z", "warn warn"},
		{"open-pixel", "copies", "fr", "2026-07-14T10:00:00Z", "fail fail"},
		{"open-count", "", "", "", "unknown one-copy"},
		{"open-count", "copy for another", "", "", "pass "},
		{"wrapped-link", "copies", "", "", "pass "},
	} {
		m := play("email-tracking", "email-tracking-pixel", evidence.None, evidence.After, false)
		m.found("email-tracking", evidence.After, map[string]string{"kind": tt.kind, "proof": tt.proof})
		m.profile, m.v.Mail.Date = tt.profile, tt.sent
		if tt.proof == "copy for another" {
			m.v.Mail.Copies = []evidence.Mail{{From: m.v.Mail.From, To: "b@reader.test"}}
		}
		if v := m.judge(t)["email-tracking-pixel"]; string(v.Outcome)+" "+v.Reason != tt.want {
			t.Errorf("%+v: %s", tt, short(v))
		}
	}
}

// TestMailIsNoSite demands that only what is about e-mail is said of one.
func TestMailIsNoSite(t *testing.T) {
	m := play("email-tracking", "email-tracking-pixel", evidence.None, evidence.After, true)
	for id, v := range m.judge(t) {
		if id != "email-tracking-pixel" && (v.Outcome != NA || v.Reason != "no-site") {
			t.Errorf("%s", short(v))
		}
	}
}

func TestRecorderThatOnlyLoads(t *testing.T) {
	m := play("session-recording", "", evidence.None, evidence.Before, false)
	m.found("session-recording", evidence.Before, map[string]string{"sent": "0"})
	if v := m.judge(t)["pre-consent-session-replay"]; v.Outcome != Warn || v.Reason != "loaded" {
		t.Errorf("%s", short(v))
	}
	// Beside one that sends, the other is not named as a receiver.
	m.more[len(m.more)-1].Host = "loads.example"
	m.found("session-recording", evidence.Before, map[string]string{"sent": "3"})
	m.more[len(m.more)-1].Host = "sends.example"
	v := m.judge(t)["pre-consent-session-replay"]
	if v.Outcome != Fail || v.Args["names"] != "sends.example" {
		t.Errorf("%s, names %q", short(v), v.Args["names"])
	}
}
