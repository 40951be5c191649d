package checks

import (
	"math"
	"testing"

	"github.com/spoor-audit/spoor/detectors/statements"
	"github.com/spoor-audit/spoor/evidence"
)

func questionExamples() []example {
	with := func(change func(*evidence.Dialog)) func(*maker) {
		return func(m *maker) { m.visit(evidence.None).dialog(changed(change)) }
	}
	deep := func(d *evidence.Dialog) {
		d.Buttons[1].Layer = 2
		d.Buttons = append(d.Buttons, button(evidence.RoleSettings, "Settings", 350, 240))
		d.Layers = append(d.Layers, evidence.Layer{Number: 2})
	}
	only := func(d *evidence.Dialog) { d.Buttons, d.Toggles = d.Buttons[:1], nil }
	return []example{
		{"a fair dialog", func(m *maker) { m.quiet().run().Policies = []evidence.PolicyLink{{Where: "dialog", URL: policy}} }, []string{
			"no-reject-any-layer pass", "no-reject-first-layer pass", "reject-more-clicks pass", "reject-as-link pass",
			"button-prominence-asymmetry pass even", "preticked-purposes pass", "accept-in-close-position pass", "cookie-wall pass",
			"pay-or-ok pass", "no-granular-choice pass", "purpose-info-missing pass", "legitimate-interest-substitution n/a no-interest",
			"loaded-wording pass", "dialog-language-mismatch pass", "nagging-reprompt pass",
		}},
		{"only OK", with(only), []string{
			"no-reject-any-layer fail fail", "no-reject-first-layer n/a no-reject-at-all", "reject-more-clicks n/a no-reject-at-all",
			"reject-as-link n/a no-pair", "button-prominence-asymmetry n/a no-pair", "preticked-purposes n/a no-switches",
			"no-granular-choice fail fail", "cookie-wall pass",
		}},
		{"a refusal that five ignore", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).refuse()
			for _, name := range []string{"_ga", "_fbp", "_uetvid", "__qca", "cto_bundle", "_pin_unauth"} {
				m.cookie(name, "shop.test", 300*days)
			}
		}, []string{"no-reject-any-layer fail ignored [criteo facebook-widgets google microsoft pinterest quantcast]"}},
		{"refusing on the second layer", func(m *maker) {
			m.visit(evidence.None).dialog(changed(deep)).visit(evidence.Reject).dialog(changed(deep)).
				choose(press(evidence.RoleSettings, "Settings"), pressNo).visit(evidence.Accept).dialog(changed(deep)).choose(pressYes)
		}, []string{"no-reject-first-layer fail fail", "reject-more-clicks warn warn", "no-reject-any-layer pass", "reject-as-link n/a no-pair"}},
		{"refusing after three clicks", func(m *maker) {
			m.visit(evidence.Reject).dialog(changed(deep)).
				choose(press(evidence.RoleSettings, "Settings"), press(evidence.RoleOther, "Partners"), pressNo).
				visit(evidence.Accept).dialog(changed(deep)).choose(pressYes)
		}, []string{"reject-more-clicks fail fail"}},
		{"refusing after scrolling", func(m *maker) {
			far := changed(func(d *evidence.Dialog) { d.Buttons[1].Scrolled = 300 })
			m.visit(evidence.Reject).dialog(far).choose(pressNo).accept()
		}, []string{"reject-more-clicks warn warn"}},
		{"a layer that was not opened", with(func(d *evidence.Dialog) {
			only(d)
			d.Buttons = append(d.Buttons, button(evidence.RoleSettings, "Settings", 350, 240))
		}), []string{
			"no-reject-any-layer unknown layers-not-opened", "no-reject-first-layer fail deeper", "preticked-purposes unknown layers-not-opened",
			"no-granular-choice unknown layers-not-opened", "legitimate-interest-substitution unknown layers-not-opened",
		}},
		{"switches and save", with(func(d *evidence.Dialog) { d.Buttons[1] = button(evidence.RoleSave, "Save", 200, 240) }), []string{
			"no-reject-any-layer pass", "no-reject-first-layer warn switches",
		}},
		{"nothing accepts on the first layer", with(func(d *evidence.Dialog) { d.Buttons = d.Buttons[1:] }), []string{
			"no-reject-first-layer n/a no-accept-first-layer",
		}},
		{"a language nobody knows", with(func(d *evidence.Dialog) {
			d.By, d.Language, d.Text, d.Toggles = "heuristic", "mt", "Aħna nużaw il-cookies.", nil
			for i := range d.Buttons {
				d.Buttons[i].Role, d.Buttons[i].Certainty = evidence.RoleOther, 0.3
			}
		}), []string{
			"no-reject-any-layer unknown dialog-not-read", "no-reject-first-layer unknown dialog-not-read", "reject-as-link unknown dialog-not-read",
			"accept-in-close-position unknown dialog-not-read", "pay-or-ok unknown dialog-not-read", "purpose-info-missing unknown language",
			"loaded-wording unknown language", "no-granular-choice unknown language", "dialog-language-mismatch warn warn",
		}},
		{"refusing as a link in the text", with(func(d *evidence.Dialog) {
			b := &d.Buttons[1]
			b.Tag, b.Filled, b.Inline, b.Color = "a", false, true, "#222222"
		}), []string{"reject-as-link fail fail"}},
		{"refusing as a link beside", with(func(d *evidence.Dialog) {
			b := &d.Buttons[1]
			b.Tag, b.Filled, b.Color = "a", false, "#222222"
		}), []string{"reject-as-link warn warn"}},
		{"marketing is on", with(func(d *evidence.Dialog) { d.Toggles[2].On = true }), []string{"preticked-purposes fail fail"}},
		{"something is on", with(func(d *evidence.Dialog) { d.Toggles[2].On, d.Toggles[2].Purpose = true, "" }), []string{"preticked-purposes warn perhaps"}},
		{"what cannot be moved is on", with(func(d *evidence.Dialog) { d.Toggles[2].On, d.Toggles[2].Disabled = true, true }), []string{"preticked-purposes pass"}},
		{"accept in the corner", with(func(d *evidence.Dialog) { d.Buttons[0].Box = evidence.Box{650, 104, 40, 30} }), []string{"accept-in-close-position fail fail"}},
		{"accept over the corner", with(func(d *evidence.Dialog) { d.Buttons[0].Box = evidence.Box{690, 80, 40, 30} }), []string{"accept-in-close-position fail fail"}},
		{"accept far above", with(func(d *evidence.Dialog) { d.Buttons[0].Box = evidence.Box{650, 10, 40, 30} }), []string{"accept-in-close-position pass"}},
		{"accept in the corner beside a cross", with(func(d *evidence.Dialog) {
			d.Buttons[0].Box = evidence.Box{650, 104, 20, 30}
			d.Buttons = append(d.Buttons, evidence.Button{Label: "x", Role: evidence.RoleClose, Certainty: 0.9, Layer: 1, Box: evidence.Box{670, 104, 20, 20}, Icon: true})
		}), []string{"accept-in-close-position pass"}},
		{"accept in the left corner, read from the right", with(func(d *evidence.Dialog) {
			d.Language, d.Buttons[0].Box = "ar", evidence.Box{110, 104, 40, 30}
		}), []string{"accept-in-close-position fail fail"}},
		{"a dialog without a place", with(func(d *evidence.Dialog) { d.Box = evidence.Box{} }), []string{"accept-in-close-position unknown no-geometry"}},
		{"a wall", with(func(d *evidence.Dialog) { only(d); d.Blocking, d.Coverage = true, 1 }), []string{"cookie-wall fail fail"}},
		{"a wall that can be refused", with(func(d *evidence.Dialog) { d.Coverage = 0.8 }), []string{"cookie-wall warn refusable"}},
		{"a public body's wall", func(m *maker) {
			m.visit(evidence.None).dialog(changed(func(d *evidence.Dialog) { deep(d); d.Blocking = true }))
			m.v.Subject.URL = "https://www.rijksoverheid.nl/"
			m.run().Pages[0].URL, m.run().Pages[0].FinalURL = m.v.Subject.URL, m.v.Subject.URL
		}, []string{"cookie-wall fail public-body"}},
		{"pay or accept", with(func(d *evidence.Dialog) {
			only(d)
			d.Buttons = append(d.Buttons, button(evidence.RolePay, "Subscribe", 200, 240))
			d.Blocking = true
		}), []string{"pay-or-ok warn warn", "no-reject-any-layer n/a pay-or-accept", "cookie-wall n/a pay-or-accept"}},
		{"pay or accept, with the price", with(func(d *evidence.Dialog) { only(d); d.Price = "€ 2,99 per month" }), []string{"pay-or-ok warn warn-price"}},
		{"vendors only", with(func(d *evidence.Dialog) {
			for i := range d.Toggles {
				d.Toggles[i].Vendor, d.Toggles[i].Purpose = true, ""
			}
		}), []string{"no-granular-choice warn vendors"}},
		{"one purpose", with(func(d *evidence.Dialog) { d.Toggles, d.Text = nil, "We use cookies for statistics." }), []string{"no-granular-choice n/a one-purpose"}},
		{"no purpose", with(func(d *evidence.Dialog) { d.Text = "This site uses cookies. OK?" }), []string{"purpose-info-missing fail fail"}},
		{"no link", with(func(*evidence.Dialog) {}), []string{"purpose-info-missing warn no-link"}},
		{"nobody who asks", with(func(d *evidence.Dialog) { d.Text = "Cookies are used for advertising." }), []string{"purpose-info-missing warn no-party"}},
		{"no text", with(func(d *evidence.Dialog) { d.Text = "" }), []string{"purpose-info-missing unknown dialog-not-read"}},
		{"legitimate interest after no", func(m *maker) {
			m.refuse().say(tcf(func(t *statements.TCF) { t.Interests = []int{2, 4} }))
		}, []string{"legitimate-interest-substitution fail tcf"}},
		{"legitimate interest to measure after no", func(m *maker) {
			m.refuse().say(tcf(func(t *statements.TCF) { t.Interests = []int{7} }))
		}, []string{"legitimate-interest-substitution warn measuring"}},
		{"no legitimate interest after no", func(m *maker) { m.refuse().say(tcf(func(*statements.TCF) {})) }, []string{"legitimate-interest-substitution pass"}},
		{"legitimate interest is on", with(func(d *evidence.Dialog) {
			d.Toggles = append(d.Toggles, evidence.Toggle{Label: "Ads (interest)", On: true, Layer: 2, Purpose: classMarketing, Interest: true})
		}), []string{"legitimate-interest-substitution fail switches"}},
		{"legitimate interest is offered", with(func(d *evidence.Dialog) {
			d.Toggles = append(d.Toggles, evidence.Toggle{Label: "Measure", Layer: 2, Interest: true})
		}), []string{"legitimate-interest-substitution warn offered"}},
		{"praise on the button", with(func(d *evidence.Dialog) { d.Buttons[0].Label = "Yes, give me the best experience" }), []string{"loaded-wording warn agree"}},
		{"shame on the button", with(func(d *evidence.Dialog) { d.Buttons[1].Label = "No, I hate savings" }), []string{"loaded-wording warn refuse"}},
		{"a language not told", with(func(d *evidence.Dialog) { d.Language = "" }), []string{"dialog-language-mismatch unknown language-not-told"}},
		{"asked again after reloading", func(m *maker) { m.quiet(); m.v.Runs[1].Choice.Back = "reload" }, []string{"nagging-reprompt fail again-reload"}},
		{"asked again on a page", func(m *maker) { m.quiet(); m.v.Runs[1].Choice.Back = "page" }, []string{"nagging-reprompt fail again-page"}},
		{"asked again always", func(m *maker) {
			m.quiet()
			m.v.Runs[1].Choice.Back, m.v.Runs[2].Choice.Back = "page", "page"
		}, []string{"nagging-reprompt n/a always-back"}},
		{"asked again, and accepting was not seen", func(m *maker) { m.refuse().run().Choice.Back = "page" }, []string{"nagging-reprompt unknown accept-not-seen"}},
		{"a no until the browser closes", func(m *maker) {
			m.visit(evidence.None).dialog(fair()).refuse().plain("klaro", 0).accept().plain("klaro", 180*days)
		}, []string{"nagging-reprompt warn session", "consent-choice-lifetime fail uneven"}},
	}
}

func looksExamples() []example {
	no := func(change func(*evidence.Button)) func(*maker) {
		return func(m *maker) {
			m.visit(evidence.None).dialog(changed(func(d *evidence.Dialog) { change(&d.Buttons[1]) }))
		}
	}
	const id = "button-prominence-asymmetry "
	return []example{
		{"a label that cannot be read", no(func(b *evidence.Button) { b.Color, b.Filled = "#cccccc", false }), []string{id + "fail unreadable"}},
		{"a small label on a small button", no(func(b *evidence.Button) { b.FontPx, b.Box = 11, evidence.Box{300, 340, 60, 30} }), []string{id + "fail small"}},
		{"an outline beside a filled button", no(func(b *evidence.Button) { b.Filled, b.Outline, b.Color = false, true, "#1144aa" }), []string{id + "warn warn"}},
		{"another colour", no(func(b *evidence.Button) { b.Fill = "#555555" }), []string{id + "warn warn"}},
		{"colours not known", no(func(b *evidence.Button) { b.Color = "" }), []string{id + "unknown no-colours"}},
	}
}

func TestContrast(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want float64
	}{{"#ffffff", "#000000", 21}, {"#777777", "#ffffff", 4.48}, {"#ff0000", "#ffffff", 4.0}, {"#123456", "#123456", 1}} {
		a, _ := parseColor(tt.a)
		b, _ := parseColor(tt.b)
		if got := contrast(a, b); math.Abs(got-tt.want) > 0.01 {
			t.Errorf("contrast of %s and %s is %.2f, want %.2f", tt.a, tt.b, got, tt.want)
		}
	}
}

// TestDistance compares with values that follow from ITU-R BT.2124.
func TestDistance(t *testing.T) {
	color := func(s string) rgb {
		c, ok := parseColor(s)
		if !ok {
			t.Fatalf("%q is no colour", s)
		}
		return c
	}
	if d := color("#336699").distance(color("#336699")); d != 0 {
		t.Errorf("a colour is %v from itself", d)
	}
	if d := color("#808080").distance(color("#828282")); d <= 0 || d > otherColor {
		t.Errorf("two near greys are %v apart", d)
	}
	if d := color("#008000").distance(color("#808080")); d <= otherColor {
		t.Errorf("green and grey are %v apart", d)
	}
	// White of 203 cd/m2 has I = 0.5807 in PQ; greys have no colour.
	w := color("#ffffff").itp()
	if math.Abs(w[0]-0.5807) > 0.001 || math.Abs(w[1]) > 0.001 || math.Abs(w[2]) > 0.001 {
		t.Errorf("white is %v in ICtCp", w)
	}
	for _, s := range []string{"", "#fff", "#gggggg", "red", "#1234567"} {
		if _, ok := parseColor(s); ok {
			t.Errorf("%q was read as a colour", s)
		}
	}
}
