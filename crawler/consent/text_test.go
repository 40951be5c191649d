package consent

import (
	"os"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

// rows reads a table of testdata with | between its columns.
func rows(t *testing.T, name string, columns int) [][]string {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		row := strings.SplitN(line, "|", columns)
		if len(row) != columns {
			t.Fatalf("%s: bad row %q", name, line)
		}
		out = append(out, row)
	}
	return out
}

// popup is a thing that lies over the page, with a text and controls.
func popup(w *words, why, text string, labels []string, fields ...string) *candidate {
	c := &candidate{Why: why, Text: text, Marked: true, Box: [4]int{0, 500, 1366, 268}, Fields: fields, scene: &scene{main: true, Height: 768, Width: 1366}}
	for i, l := range labels {
		c.Controls = append(c.Controls, control{N: i + 1, Tag: "button", Text: l, Hit: true, Box: [4]int{100 + 200*i, 600, 150, 40}})
		c.Text += "\n" + l
	}
	w.read(c)
	c.points = w.judge(c, false)
	return c
}

func TestDialogTexts(t *testing.T) {
	w := load(t)
	for _, row := range rows(t, "texts.txt", 4) {
		lang, text := row[0], row[3]
		if got, sure := w.language(text); got != lang {
			t.Errorf("language of %q: %q (%.2f), want %s", text, got, sure, lang)
		}
		c := popup(w, "fixed", text, row[1:3])
		if c.points < enough {
			t.Errorf("%s: %q got %.1f points, too few", lang, text, c.points)
		}
		if c.Controls[0].means.role != evidence.RoleAccept {
			t.Errorf("%s: %q is %s", lang, row[1], c.Controls[0].means.role)
		}
		if role := c.Controls[1].means.role; role != evidence.RoleReject && role != evidence.RoleSettings {
			t.Errorf("%s: %q is %s", lang, row[2], role)
		}
		// A bar that only tells, with a link and nothing to refuse.
		if c := popup(w, "fixed", text, row[1:2]); c.points < enough {
			t.Errorf("%s: %q with one button got %.1f points, too few", lang, text, c.points)
		}
	}
}

func TestOtherTexts(t *testing.T) {
	w := load(t)
	for _, row := range rows(t, "others.txt", 4) {
		var fields []string
		if row[1] != "" {
			fields = strings.Split(row[1], ",")
		}
		if c := popup(w, "modal", row[3], strings.Split(row[2], ";"), fields...); c.points >= enough {
			t.Errorf("%s: %q got %.1f points, taken for a question for consent", row[0], row[3], c.points)
		}
	}
}

func TestPrice(t *testing.T) {
	w := load(t)
	for text, want := range map[string]string{
		"Of neem een abonnement voor € 2,99 per maand. Opzegbaar.": "€ 2,99 per maand",
		"nur 4,99 €/Monat":                  "4,99 €/Monat",
		"Subscribe for $3 a month":          "$3 a month",
		"per maand 1,50 euro":               "1,50 euro",
		"Läs utan annonser för 49 kr/mån":   "49 kr/mån",
		"Kup dostęp za 9,90 zł miesięcznie": "9,90 zł miesięcznie",
		"We and our 142 partners":           "",
		"Art. 6 lid 1 AVG":                  "",
		"10% korting":                       "",
	} {
		if got, ok := w.price(text); got != want || ok != (want != "") {
			t.Errorf("price in %q: %q, want %q", text, got, want)
		}
	}
}

func TestPurpose(t *testing.T) {
	w := load(t)
	for _, tt := range []struct{ lang, label, want string }{
		{"nl", "Strikt noodzakelijke cookies", "necessary"}, {"nl", "Marketingcookies", "marketing"}, {"nl", "Statistieken", "analytics"},
		{"nl", "Voorkeuren", "functional"}, {"nl", "Sociale media", "social"}, {"nl", "Gepersonaliseerde advertenties en inhoud", "marketing"},
		{"en", "Strictly necessary", "necessary"}, {"en", "Performance cookies", "analytics"}, {"en", "Targeting cookies", "marketing"},
		{"en", "Functional cookies", "functional"}, {"en", "Social media cookies", "social"}, {"en", "Measure advertising performance", "analytics"},
		{"en", "Acme Data Ltd", ""}, {"de", "Statistik", "analytics"}, {"de", "Externe Medien", "functional"}, {"de", "Essenziell", "necessary"},
		{"fr", "Mesure d'audience", "analytics"}, {"fr", "Publicité ciblée", "marketing"}, {"es", "Cookies analíticas", "analytics"},
		{"it", "Cookie di profilazione", "marketing"}, {"pl", "Niezbędne", "necessary"}, {"sv", "Marknadsföring", "marketing"}, {"da", "Præferencer", "functional"},
		{"pt", "Estatísticas", "analytics"}, {"fi", "Välttämättömät evästeet", "necessary"}, {"cs", "Analytické cookies", "analytics"},
	} {
		if got := w.purpose(tt.label, []string{tt.lang, "en"}); got != tt.want {
			t.Errorf("%s %q: %q, want %q", tt.lang, tt.label, got, tt.want)
		}
	}
}

func TestColours(t *testing.T) {
	for in, want := range map[string]string{
		"rgb(10, 125, 51)": "#0a7d33", "rgba(0, 0, 0, 0.5)": "#808080", "color(srgb 1 0 0)": "#ff0000",
		"oklch(0.627955 0.257683 29.2338)": "#ff0000", "oklab(0.5 0 0)": "#636363", "lab(53.39 80.1 67.2)": "#fc0000", "rgba(0, 0, 0, 0)": "#ffffff",
		"linear-gradient(90deg, rgb(0, 0, 255) 0%, rgb(255, 0, 0) 100%)": "#0000ff",
	} {
		c, ok := paint(in)
		if !ok {
			t.Errorf("%s is no colour", in)
			continue
		}
		if got := c.over(rgba{1, 1, 1, 1}).hex(); got != want && !near(int(c.r*255), 252) {
			t.Errorf("%s is %s, want %s", in, got, want)
		}
	}
	for _, in := range []string{"", "none", "url(x.png)", "rgb(", "rgb(a, b, c)", "color(srgb)"} {
		if _, ok := paint(in); ok {
			t.Errorf("%q is a colour", in)
		}
	}
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"Alle Cookies akzeptieren", "J'accepte", "ΑΠΟΔΟΧΗ ΟΛΩΝ", "€ 2,99/mnd", "×", "a\u0301\u00ad\u200b", "\xff\xfe"} {
		f.Add(s)
	}
	w := load(f)
	f.Fuzz(func(t *testing.T, s string) {
		for _, k := range tokens(s) {
			if k.fold == "" || strings.ContainsAny(k.fold, " \n\t") {
				t.Errorf("word %q in %q", k.fold, s)
			}
		}
		if m := w.meaning(s, []string{"nl"}); m.sure < 0 || m.sure > 1 || m.role == "" {
			t.Errorf("meaning of %q: %+v", s, m)
		}
		w.language(s)
		w.price(s)
		paint(s)
	})
}
