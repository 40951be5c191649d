package consent_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/crawler/browsertest"
	"github.com/spoor-audit/spoor/crawler/consent"
	"github.com/spoor-audit/spoor/evidence"
)

const wide, high = 1366, 768

// find looks for the dialog of a page of testdata.
func find(t *testing.T, name string, width int64, o consent.Options) (*browsertest.Tab, evidence.Dialog, *consent.Handle) {
	t.Helper()
	p := open(t, name, width, high)
	if o.Wait == 0 {
		o.Wait = 5 * time.Second
	}
	d, h, err := consent.Find(t.Context(), p, o)
	if err != nil {
		t.Fatal(err)
	}
	return p, d, h
}

func labels(d evidence.Dialog, role string) string {
	var out []string
	for _, b := range d.Buttons {
		if b.Role == role {
			out = append(out, b.Label)
		}
	}
	return strings.Join(out, "|")
}

func presses(c evidence.Choice) string {
	var out []string
	for _, p := range c.Presses {
		out = append(out, p.Label)
	}
	return strings.Join(out, "|")
}

// TestChoose carries out choices on pages of all kinds and asks the page itself
// what was chosen.
func TestChoose(t *testing.T) {
	tests := []struct {
		page    string
		want    evidence.Scenario
		outcome evidence.Outcome
		choice  string // what the page says
		presses string
		width   int64
		options consent.Options
	}{
		{page: "bar", want: evidence.Reject, choice: "reject", presses: "Reject all"},
		{page: "bar", want: evidence.Accept, choice: "accept", presses: "Accept all cookies"},
		{page: "bar", want: evidence.Close, outcome: evidence.NotOffered},
		{page: "modal", want: evidence.Reject, choice: "reject", presses: "Weigeren"},
		{page: "modal", want: evidence.Accept, choice: "accept", presses: "Akkoord"},
		{page: "modal", want: evidence.Reject, choice: "reject", presses: "Weigeren", width: 390},
		{page: "shadow", want: evidence.Reject, choice: "reject", presses: "Nur notwendige Cookies"},
		{page: "shadow?mode=closed", want: evidence.Reject, choice: "reject", presses: "Nur notwendige Cookies"},
		{page: "dialog", want: evidence.Reject, choice: "reject", presses: "Continuer sans accepter →"},
		{page: "dialog", want: evidence.Accept, choice: "accept", presses: "Tout accepter"},
		{page: "frame", want: evidence.Reject, choice: "reject", presses: "DISAGREE"},
		{page: "frame?host=http://cmp.example", want: evidence.Reject, choice: "reject", presses: "DISAGREE"},
		{page: "frame?host=http://cmp.example", want: evidence.Accept, choice: "accept", presses: "AGREE"},
		{page: "toggles", want: evidence.Reject, choice: "save a=1,b=0,c=0,d=0", presses: "Voorkeuren|Statistieken|Keuze toestaan"},
		{page: "toggles", want: evidence.Accept, choice: "accept", presses: "Alle cookies toestaan"},
		{page: "two", want: evidence.Reject, choice: "save p1=0,p2=0,p3=0", presses: "Manage options|Create profiles for personalised advertising|Legitimate interest|Develop and improve services|Confirm choices"},
		{page: "three", want: evidence.Reject, choice: "reject", presses: "Cookie settings|Advanced settings|Decline all"},
		{page: "inflow", want: evidence.Reject, choice: "reject", presses: "Godkänn nödvändiga kakor"},
		{page: "rtl", want: evidence.Close, choice: "close"},
		{page: "rtl", want: evidence.Reject, outcome: evidence.NotOffered},
		{page: "late", want: evidence.Reject, choice: "reject", presses: "Rifiuta"},
		{page: "scroll", want: evidence.Reject, choice: "reject", presses: "Rechazar todas", options: consent.Options{Scroll: true}},
		{page: "pay", want: evidence.Reject, outcome: evidence.PayOrAccept},
		{page: "pay", want: evidence.Accept, choice: "accept", presses: "Akzeptieren und weiter"},
		{page: "close", want: evidence.Close, choice: "close", presses: "✕"},
		{page: "close", want: evidence.Accept, choice: "accept", presses: "OK"},
		{page: "close", want: evidence.Reject, outcome: evidence.NotOffered},
		{page: "dead", want: evidence.Reject, outcome: evidence.Failed, presses: "Reject all"},
		{page: "confirm", want: evidence.Reject, choice: "reject", presses: "Decline|Decline all cookies"},
		{page: "divs", want: evidence.Reject, choice: "reject", presses: "Odrzuć wszystkie"},
		{page: "covered", want: evidence.Reject, choice: "reject", presses: "Reject all"},
		{page: "held", want: evidence.Reject, choice: "0,0", presses: "En savoir plus →|Refuser|Refuser|Enregistrer"},
		{page: "held", want: evidence.Accept, choice: "accept", presses: "Accepter & Fermer"},
		{page: "sheets", want: evidence.Reject, choice: "reject", presses: "continue without accepting"},
		{page: "centre", want: evidence.Reject, choice: "save g2=0,g4=0", presses: "Cookie-Einstellungen|Leistungs-Cookies|Marketing-Cookies|Auswahl bestätigen"},
		{page: "centre", want: evidence.Close, choice: "close", presses: "Schließen"},
		{page: "message", want: evidence.Reject, choice: "reject", presses: "Más opciones|Rechazar todo"},
		{page: "sliders", want: evidence.Reject, choice: "save c1=0,c2=0,l2=0,c3=0,l3=0", presses: "Manage options|Legitimate interest (Use limited data to select advertising)|Legitimate interest (Measure content performance)|Confirm choices"},
		{page: "sliders", want: evidence.Accept, choice: "accept", presses: "Consent"},
		{page: "keeps", want: evidence.Reject, choice: "save an=0,ma=0", presses: "Advanced settings|Statistics|Marketing|Accept"},
		{page: "atonce", want: evidence.Reject, choice: "an=0,ad=0", presses: "Deny|Deny|✕"},
		{page: "readon", want: evidence.Reject, choice: "reject", presses: "Ablehnen"},
		{page: "cross", want: evidence.Close, choice: "close", presses: "×"},
		{page: "levels", want: evidence.Reject, choice: "level 1", presses: "Alleen functionele cookies|Keuze opslaan"},
		{page: "levels", want: evidence.Accept, choice: "level 3", presses: "Persoonlijke cookies|Keuze opslaan"},
		{page: "unfold", want: evidence.Reject, choice: "save ne=1,an=0,ma=0", presses: "Settings|Performance and analytics cookies|Advertising cookies|Save settings"},
		{page: "pairs", want: evidence.Reject, choice: "an=b,ma=no"},
		{page: "pairs", want: evidence.Accept, choice: "an=a,ma=yes"},
		{page: "saveaccept", want: evidence.Reject, choice: "save ne=1,an=0,ad=0", presses: "Analytics|Advertisement|Save & Accept"},
		{page: "saveaccept", want: evidence.Accept, choice: "save ne=1,an=1,ad=1", presses: "Save & Accept"},
		{page: "later", want: evidence.Reject, choice: "reject", presses: "Reject all"},
		{page: "hostile", want: evidence.Reject, choice: "reject", presses: "Reject all"},
	}
	for _, tt := range tests {
		t.Run(tt.page+"/"+string(tt.want), func(t *testing.T) {
			t.Parallel()
			if tt.width == 0 {
				tt.width = wide
			}
			if tt.outcome == "" {
				tt.outcome = evidence.Done
			}
			p, d, h := find(t, tt.page, tt.width, tt.options)
			if !d.Found {
				t.Fatalf("no dialog found, certainty %.2f", d.Certainty)
			}
			c := h.Choose(t.Context(), tt.want)
			if c.Outcome != tt.outcome {
				t.Fatalf("outcome %s (%s), want %s; pressed %s", c.Outcome, c.Reason, tt.outcome, presses(c))
			}
			if got := said(t, p); got != tt.choice {
				t.Errorf("the page noted %q, want %q", got, tt.choice)
			}
			if got := presses(c); tt.presses != "" && got != tt.presses {
				t.Errorf("pressed %s, want %s", got, tt.presses)
			}
			if c.Gone != (c.Outcome == evidence.Done) {
				t.Errorf("gone %v with outcome %s", c.Gone, c.Outcome)
			}
		})
	}
}

// TestNoDialog demands that nothing else is taken for a question for consent.
func TestNoDialog(t *testing.T) {
	for _, name := range []string{"plain", "newsletter", "age", "others", "hidden", "policy", "back", "forms", "embed", "bakery", "offer", "picture", "register"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, d, h := find(t, name, wide, consent.Options{Wait: time.Second})
			if d.Found || h != nil {
				t.Errorf("found %q (%.2f) in %q", d.By, d.Certainty, d.Text)
			}
		})
	}
}

// TestPicture demands that what is painted and cannot be read is no proof that no
// question is asked.
func TestPicture(t *testing.T) {
	if _, d, _ := find(t, "picture", wide, consent.Options{Wait: time.Second}); d.Certainty > 0.6 {
		t.Errorf("certainty %.2f that there is no dialog", d.Certainty)
	}
	if _, d, _ := find(t, "plain", wide, consent.Options{Wait: time.Second}); d.Certainty < 0.9 {
		t.Errorf("certainty %.2f that there is no dialog", d.Certainty)
	}
}

// TestLevels checks that a level which is chosen beforehand and is not the least
// counts as a switch that is on.
func TestLevels(t *testing.T) {
	_, d, _ := find(t, "levels", wide, consent.Options{})
	if len(d.Toggles) != 1 || !d.Toggles[0].On || d.Toggles[0].Disabled {
		t.Errorf("toggles %+v", d.Toggles)
	}
}

// TestDialog checks what is recorded of a dialog's first layer.
func TestDialog(t *testing.T) {
	_, d, _ := find(t, "modal", wide, consent.Options{})
	if d.By != "heuristic" || d.Language != "nl" || d.Certainty < 0.8 || !d.Blocking || !d.Scroll || d.Coverage < 0.95 {
		t.Errorf("by %q language %q certainty %.2f blocking %v scroll %v coverage %.2f", d.By, d.Language, d.Certainty, d.Blocking, d.Scroll, d.Coverage)
	}
	if d.Box[2] < 400 || d.Box[2] > 540 || d.Box[0] < 300 {
		t.Errorf("box %v, want that of the white box in the middle", d.Box)
	}
	if len(d.Layers) != 1 || !strings.Contains(d.Layers[0].Text, "312 partners") || d.Layers[0].Shot != "shots/dialog-1.png" {
		t.Errorf("layers %+v", d.Layers)
	}
	byLabel := map[string]evidence.Button{}
	for _, b := range d.Buttons {
		byLabel[b.Label] = b
	}
	a, r, s := byLabel["Akkoord"], byLabel["Weigeren"], byLabel["Instellingen"]
	if a.Role != "accept" || !a.Filled || a.Fill != "#0a7d33" || a.Color != "#ffffff" || a.Around != "#ffffff" || a.FontPx != 16 || a.Weight != 700 {
		t.Errorf("accept: %+v", a)
	}
	if r.Role != "reject" || r.Filled || !r.Outline || r.FontPx != 14 || r.Color != "#0a7d33" {
		t.Errorf("reject: %+v", r)
	}
	if s.Role != "settings" || s.Filled || s.Outline || s.Inline {
		t.Errorf("settings: %+v", s)
	}
	if a.Box[2] < 80 || a.Box[1] < d.Box[1] || a.Box[1]+a.Box[3] > d.Box[1]+d.Box[3] {
		t.Errorf("accept at %v in the dialog at %v", a.Box, d.Box)
	}
}

// TestBar checks a dialog that leaves the page free, in a frame of another site.
func TestBar(t *testing.T) {
	_, d, h := find(t, "bar", wide, consent.Options{})
	if d.Blocking || d.Scroll || d.Coverage > 0.3 || d.Box[1] < high/2 || d.Box[2] < wide-40 {
		t.Errorf("bar: blocking %v scroll %v coverage %.2f box %v", d.Blocking, d.Scroll, d.Coverage, d.Box)
	}
	if p := h.Policies(); len(p) != 1 || p[0].Where != "dialog" || !p[0].Reachable || !strings.HasSuffix(p[0].URL, "/cookie-policy") {
		t.Errorf("policies %+v", p)
	}
	_, d, _ = find(t, "frame?host=http://cmp.example", wide, consent.Options{})
	if !strings.HasPrefix(d.Frame, "http://cmp.example/") || d.Box[1] < high-230 || d.Blocking || labels(d, "accept") != "AGREE" {
		t.Errorf("frame %q box %v blocking %v buttons %+v", d.Frame, d.Box, d.Blocking, d.Buttons)
	}
	for _, b := range d.Buttons {
		if b.Box[1] < high-220 {
			t.Errorf("button %q at %v is measured in the frame, not in the window", b.Label, b.Box)
		}
	}
}

// TestExplore checks that the switches of the second layer are read without
// answering anything.
func TestExplore(t *testing.T) {
	p, _, h := find(t, "modal", wide, consent.Options{})
	h.Explore(t.Context())
	if got := said(t, p); got != "" {
		t.Errorf("looking answered the question: %q", got)
	}
	d := h.Dialog()
	want := []evidence.Toggle{
		{Label: "Noodzakelijk", On: true, Disabled: true, Layer: 2, Purpose: "necessary"},
		{Label: "Statistieken", On: true, Layer: 2, Purpose: "analytics"},
		{Label: "Marketing", Layer: 2, Purpose: "marketing"},
	}
	if !slices.Equal(d.Toggles, want) {
		t.Errorf("toggles %+v", d.Toggles)
	}
	if len(d.Layers) != 2 || labels(d, "save") != "Keuze opslaan" {
		t.Errorf("layers %+v, save %q", d.Layers, labels(d, "save"))
	}
}

// TestInterest checks that switches about legitimate interest, on a tab of their
// own, are told apart and recorded.
func TestInterest(t *testing.T) {
	_, _, h := find(t, "two", wide, consent.Options{})
	if c := h.Choose(t.Context(), evidence.Reject); c.Outcome != evidence.Done {
		t.Fatalf("outcome %s (%s)", c.Outcome, c.Reason)
	}
	var got []string
	for _, x := range h.Dialog().Toggles {
		got = append(got, fmt.Sprint(x.Label, " ", x.On, " ", x.Interest))
	}
	want := "Create profiles for personalised advertising true false|Measure advertising performance false false|Develop and improve services true true"
	if strings.Join(got, "|") != want {
		t.Errorf("toggles %s", strings.Join(got, "|"))
	}
}

func TestGate(t *testing.T) {
	p, d, h := find(t, "gate", wide, consent.Options{URL: "http://site.test/"})
	if d.By != "gate" || d.Coverage != 1 || !d.Blocking {
		t.Errorf("by %q coverage %.2f blocking %v", d.By, d.Coverage, d.Blocking)
	}
	c := h.Choose(t.Context(), evidence.Reject)
	if c.Outcome != evidence.Done || presses(c) != "Instellen|Alles weigeren" {
		t.Errorf("outcome %s (%s), pressed %s", c.Outcome, c.Reason, presses(c))
	}
	var at string
	if err := p.Main(t.Context(), `location.href`, &at); err != nil || at != "http://site.test/plain?no" {
		t.Errorf("at %q, error %v", at, err)
	}
}

// TestTabs checks that all parts of the settings are read, each layer once.
func TestTabs(t *testing.T) {
	p, _, h := find(t, "tabs", wide, consent.Options{})
	h.Explore(t.Context())
	d := h.Dialog()
	want := []evidence.Toggle{
		{Label: "Analytics", Layer: 2, Purpose: "analytics"},
		{Label: "Advertising", On: true, Layer: 2, Purpose: "marketing"},
	}
	if !slices.Equal(d.Toggles, want) || len(d.Layers) != 2 || said(t, p) != "" {
		t.Errorf("toggles %+v, layers %d, said %q", d.Toggles, len(d.Layers), said(t, p))
	}
}

func TestPay(t *testing.T) {
	_, d, _ := find(t, "pay", wide, consent.Options{})
	if d.Price != "4,99 € pro Monat" || labels(d, "pay") != "Jetzt Pur-Abo abschließen|Anmelden" || labels(d, "reject") != "" {
		t.Errorf("price %q, pay %q, reject %q", d.Price, labels(d, "pay"), labels(d, "reject"))
	}
}

// TestWithdraw goes the way back that the page offers.
func TestWithdraw(t *testing.T) {
	p := open(t, "back", wide, high)
	controls, err := consent.Controls(t.Context(), p)
	if err != nil || len(controls) == 0 || controls[0].Label != "Cookie settings" || !controls[0].Fixed {
		t.Fatalf("controls %+v, error %v", controls, err)
	}
	for _, c := range controls {
		if c.Label == "Cookie policy" {
			t.Errorf("a statement is no way back: %+v", c)
		}
	}
	tried, h, err := consent.Reopen(t.Context(), p, consent.Options{})
	if err != nil || h == nil || tried[0].Reopens == nil || !*tried[0].Reopens {
		t.Fatalf("reopened %v, controls %+v, error %v", h != nil, tried, err)
	}
	p = open(t, "back", wide, high)
	c, _, err := consent.Withdraw(t.Context(), p, consent.Options{})
	if err != nil || c.Outcome != evidence.Done || c.Want != evidence.Withdraw {
		t.Fatalf("outcome %s (%s), error %v", c.Outcome, c.Reason, err)
	}
	if got := presses(c); got != "Cookie settings|Analytics|Marketing|Save preferences" {
		t.Errorf("pressed %s", got)
	}
	if got := said(t, p); got != "save an=0,ma=0" {
		t.Errorf("the page noted %q", got)
	}
	p = open(t, "plain", wide, high)
	if c, _, err := consent.Withdraw(t.Context(), p, consent.Options{}); err != nil || c.Outcome != evidence.NotOffered {
		t.Errorf("without a way back: %s, error %v", c.Outcome, err)
	}
}

func TestLinks(t *testing.T) {
	for page, reachable := range map[string]bool{"bar": true, "modal": false} {
		links, err := consent.Links(t.Context(), open(t, page, wide, high))
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, l := range links {
			if strings.HasSuffix(l.URL, "/privacy") {
				found = true
				if l.Reachable != reachable || l.Label != "Privacy statement" {
					t.Errorf("%s: %+v, want reachable %v", page, l, reachable)
				}
			}
			if strings.HasSuffix(l.URL, "/terms") {
				t.Errorf("%s: terms are no statement: %+v", page, l)
			}
		}
		if !found {
			t.Errorf("%s: no link to the statement in %+v", page, links)
		}
	}
}

func TestForms(t *testing.T) {
	forms, err := consent.Forms(t.Context(), open(t, "forms", wide, high))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range forms {
		s := f.Purpose + " [" + f.Submit + "]"
		for _, k := range f.Fields {
			s += " " + k.Asks
			if k.Required {
				s += "!"
			}
			if k.Checked {
				s += "+"
			}
		}
		got = append(got, s)
	}
	want := []string{
		"newsletter [Subscribe] email! birth-date! marketing+", "contact [Send message] name! phone message terms!",
		"search [Go] other", "login [Log in] other password",
	}
	if !slices.Equal(got, want) {
		t.Errorf("forms:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestApart checks that what an open dialog holds is not taken for the page's.
func TestApart(t *testing.T) {
	p, d, _ := find(t, "mixed", wide, consent.Options{})
	if d.Coverage < 0.95 || !d.Blocking || len(d.Toggles) != 2 {
		t.Errorf("coverage %.2f blocking %v toggles %+v", d.Coverage, d.Blocking, d.Toggles)
	}
	if forms, err := consent.Forms(t.Context(), p); err != nil || len(forms) != 0 {
		t.Errorf("forms %+v, error %v", forms, err)
	}
	links, err := consent.Links(t.Context(), p)
	if err != nil || len(links) != 1 || !strings.HasSuffix(links[0].URL, "/privacy") {
		t.Errorf("links %+v, error %v", links, err)
	}
}
