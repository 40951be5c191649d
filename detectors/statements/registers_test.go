package statements

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spoor-audit/spoor/evidence"
)

// lines shows rows briefly: name, pattern, host, category, type, lifetime.
func lines(r *Register) []string {
	var list []string
	if r == nil {
		return nil
	}
	for _, row := range r.Rows {
		life := "?"
		switch {
		case row.Session:
			life = "session"
		case row.Persistent:
			life = "persistent"
		case row.Seconds >= 0:
			life = (map[int64]string{dayS: "1d", 30 * dayS: "30d", 365 * dayS: "365d", year * 2: "2y", 13 * month: "13mo", minute: "1min", 90 * dayS: "90d", 3 * month: "3mo"})[row.Seconds]
		}
		list = append(list, strings.Join([]string{row.Name, row.Pattern, row.Host, row.Category, row.Type, life}, "|"))
	}
	return list
}

func TestTables(t *testing.T) {
	for _, tt := range []struct {
		name     string
		tables   []evidence.Table
		want     []string
		source   string
		language string
		unread   int
	}{
		{
			name: "English, by hand",
			tables: []evidence.Table{{Heading: "Analytical cookies", Header: []string{"Cookie name", "Domain", "Purpose", "Retention period"}, Rows: [][]string{
				{"_ga, _gid", ".shop.test", "Tells visitors apart", "2 years"},
				{"_ga_<container id>", "www.shop.test", "Keeps state", "2 years"},
			}}},
			want:   []string{"_ga|_ga|shop.test|analytics||2y", "_gid|_gid|shop.test|analytics||2y", "_ga_<container-id>|_ga_*|shop.test|analytics||2y"},
			source: "table", language: "en",
		},
		{
			name: "Dutch, heading rows inside the table, first row as header",
			tables: []evidence.Table{{Rows: [][]string{
				{"Naam", "Aanbieder", "Doel", "Bewaartermijn"},
				{"Noodzakelijke cookies", "", "", ""},
				{"PHPSESSID", "shop.test", "Winkelmand", "Sessie"},
				{"Marketing cookies", "", "", ""},
				{"_fbp", "Facebook", "Advertenties", "3 maanden"},
			}}},
			want:   []string{"PHPSESSID|PHPSESSID|shop.test|necessary||session", "_fbp|_fbp||marketing||3mo"},
			source: "table", language: "nl",
		},
		{
			name: "German",
			tables: []evidence.Table{{Heading: "Statistik", Header: []string{"Cookie-Name", "Anbieter", "Zweck", "Laufzeit", "Typ"}, Rows: [][]string{
				{"_pk_id.#.#", "Matomo", "Besucher", "13 Monate", "HTTP-Cookie"},
				{"_pk_ses*", "Matomo", "Sitzung", "Sitzung", "HTTP-Cookie"},
			}}},
			want:   []string{"_pk_id.#.#|_pk_id.*.*||analytics|cookie|13mo", "_pk_ses*|_pk_ses*||analytics|cookie|session"},
			source: "table", language: "de",
		},
		{
			name: "French",
			tables: []evidence.Table{{Header: []string{"Nom du cookie", "Émetteur", "Finalité", "Durée de conservation"}, Rows: [][]string{
				{"_gcl_au", "google.com", "Publicité", "90 jours"},
			}}},
			want:   []string{"_gcl_au|_gcl_au|google.com|marketing||90d"},
			source: "table", language: "fr",
		},
		{
			name: "Polish",
			tables: []evidence.Table{{Heading: "Pliki cookie na tej stronie", Header: []string{"Nazwa", "Dostawca", "Cel", "Kategoria", "Okres przechowywania", "Rodzaj"}, Rows: [][]string{
				{"_ga", "shop.test", "Liczy", "Statystyka", "13 miesięcy", "Cookie"}, {"sid", "shop.test", "Koszyk", "Niezbędne", "Sesja", "Cookie"},
			}}},
			want:   []string{"_ga|_ga|shop.test|analytics|cookie|13mo", "sid|sid|shop.test|necessary|cookie|session"},
			source: "table", language: "pl",
		},
		{
			name: "Finnish",
			tables: []evidence.Table{{Heading: "Tämän sivuston evästeet", Header: []string{"Nimi", "Palveluntarjoaja", "Tarkoitus", "Luokka", "Säilytysaika", "Tyyppi"}, Rows: [][]string{
				{"_fbp", "shop.test", "Tunnistaa", "Markkinointi", "90 päivää", "Eväste"}, {"sid", "shop.test", "Kori", "Välttämättömät", "Istunto", "Eväste"},
			}}},
			want:   []string{"_fbp|_fbp|shop.test|marketing|cookie|90d", "sid|sid|shop.test|necessary|cookie|session"},
			source: "table", language: "fi",
		},
		{
			name: "Cookiebot as rendered",
			tables: []evidence.Table{{Heading: "Marketing (12)", Header: []string{"Name", "Provider", "Purpose", "Maximum Storage Duration", "Type"}, Rows: [][]string{
				{"_fbp", "Meta Platforms, Inc.", "Used by Facebook", "3 months", "HTTP Cookie"},
				{"ads/ga-audiences", "google.com", "Used by Google", "Session", "Pixel Tracker"},
				{"lastExternalReferrer", "shop.test", "Detects", "Persistent", "HTML Local Storage"},
			}}},
			want: []string{
				"_fbp|_fbp||marketing|cookie|3mo", "ads/ga-audiences|ads/ga-audiences|google.com|marketing|pixel|session",
				"lastExternalReferrer|lastExternalReferrer|shop.test|marketing|local|persistent",
			},
			source: "cookiebot", language: "en",
		},
		{
			name: "OneTrust as rendered",
			tables: []evidence.Table{{Heading: "Performance Cookies", Header: []string{"Cookie Subgroup", "Cookies", "Cookies used", "Lifespan (days)"}, Rows: [][]string{
				{"shop.test", "_gid, _ga", "First Party", "365"},
				{"vimeo.com", "vuid", "Third Party", "30"},
				{"shop.test", "flash", "First Party", "A few seconds"},
			}}},
			want: []string{
				"_gid|_gid|shop.test|analytics||365d", "_ga|_ga|shop.test|analytics||365d", "vuid|vuid|vimeo.com|analytics||30d",
				"flash|flash|shop.test|analytics||1min",
			},
			source: "onetrust", language: "en",
		},
		{
			name: "a sheet for each item, as Borlabs makes them",
			tables: []evidence.Table{{Heading: "Statistics", Rows: [][]string{
				{"Name", "Google Analytics"}, {"Provider", "Google Ireland Limited"}, {"Purpose", "Counting"}, {"Cookie Name", "_ga,_gat,_gid"}, {"Cookie Expiry", "2 Years"},
				{"Name", "Matomo"}, {"Provider", "ourselves"}, {"Cookie Name", "_pk_ref"}, {"Cookie Expiry", "30 Days"},
			}}},
			want:   []string{"_ga|_ga||analytics||2y", "_gat|_gat||analytics||2y", "_gid|_gid||analytics||2y", "_pk_ref|_pk_ref||analytics||30d"},
			source: "table", language: "en",
		},
		{
			name: "two columns, one of them about cookies",
			tables: []evidence.Table{{Header: []string{"Cookies", "Uitleg"}, Rows: [][]string{
				{"_hjid\n_hjFirstSeen", "Hotjar"}, {"Alle andere cookies", "Diverse"},
			}}},
			want:   []string{"_hjid|_hjid||||?", "_hjFirstSeen|_hjFirstSeen||||?"},
			source: "table", unread: 1, language: "nl",
		},
		{
			name: "types that say how long",
			tables: []evidence.Table{{Header: []string{"Cookie", "Type"}, Rows: [][]string{
				{"sid", "Session cookie"}, {"lang_pref", "Functional"},
			}}},
			want:   []string{"sid|sid|||cookie|session", "lang_pref|lang_pref||functional||?"},
			source: "table",
		},
		{
			name: "no lists of items",
			tables: []evidence.Table{
				{Header: []string{"Name", "Purpose"}, Rows: [][]string{{"Jan de Vries", "Contact"}, {"Address", "Delivery"}}},
				{Header: []string{"Personal data", "Purpose", "Retention"}, Rows: [][]string{{"E-mail address", "Newsletter", "2 years"}}},
				{Header: []string{"Name", "Price"}, Rows: [][]string{{"abc_1", "2"}}},
				{Rows: [][]string{{"Name", "Jan"}, {"Telephone", "010"}}},
				{},
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := readTablesOf(tt.tables)
			if diff := cmp.Diff(tt.want, lines(r)); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			if r == nil {
				return
			}
			if r.Source != tt.source || r.Language != tt.language || r.Unread != tt.unread {
				t.Errorf("source %q, language %q, %d unread; want %q, %q, %d", r.Source, r.Language, r.Unread, tt.source, tt.language, tt.unread)
			}
		})
	}
}

func TestLabelledLines(t *testing.T) {
	for _, tt := range []struct {
		name, text, language string
		want                 []string
	}{
		{"a service after the other", `Google Analytics
Statistics
Usage
We use Google Analytics for website statistics. Read more
Statistics
Name
_ga
Retention
2 years
Function
Store and count pageviews
Name
_gid
Retention
1 day
Function
Store and count pageviews
Marketing/Tracking
Name
_fbp
Retention
3 months
Function
Store visits`, "en", []string{"_ga|_ga||analytics||2y", "_gid|_gid||analytics||1d", "_fbp|_fbp||marketing||3mo"}},
		{"in one line each", `Noodzakelijke cookies
Naam: PHPSESSID
Aanbieder: shop.test
Bewaartermijn: sessie
Naam: cart_2
Aanbieder:
Bewaartermijn: 30 dagen`, "nl", []string{"PHPSESSID|PHPSESSID|shop.test|necessary||session", "cart_2|cart_2||necessary||30d"}},
		{"names and lifetimes", "Measurement\nTrackers duration:\n• _ga: 2 years\n• _ga_*: 2 years\nNote: we keep this for 2 years", "", []string{"_ga|_ga||analytics||2y", "_ga_*|_ga_*||analytics||2y"}},
		{"a contact", "Name: Jan de Vries\nPurpose: questions\nName: Piet\nPurpose: sales", "", nil},
		{"sentences", "We have a purpose: to please.\nThe name of the game: _ga.", "", nil},
	} {
		r := readLabelled(tt.text)
		if diff := cmp.Diff(tt.want, lines(r)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		if r != nil && tt.language != "" && r.Language != tt.language {
			t.Errorf("%s: language %q", tt.name, r.Language)
		}
	}
}

// TestHeadings holds headings of every language, and some of other columns.
func TestHeadings(t *testing.T) {
	for text, want := range map[string]role{
		"Cookie": roleName, "Cookies": roleName, "Name of the cookie": roleName, "Cookie name": roleName, "Naam cookie": roleName, "Cookie-Name": roleName,
		"Nom du cookie": roleName, "Nombre de la cookie": roleName, "Nome": roleName, "Nazwa pliku cookie": roleName, "Namn": roleName, "Cookienavn": roleName,
		"Provider": roleProvider, "Aanbieder": roleProvider, "Geplaatst door": roleProvider, "Fournisseur": roleProvider, "Fornitore": roleProvider, "Dostawca": roleProvider,
		"Domain": roleHost, "Cookie domein": roleHost, "Cookie Subgroup": roleHost,
		"Purpose": rolePurpose, "Doel van de cookie": rolePurpose, "Zweck": rolePurpose, "Finalité": rolePurpose, "Finalidad": rolePurpose, "Syfte": rolePurpose,
		"Expiry": roleExpiry, "Cookie Laufzeit": roleExpiry, "Maximale Speicherdauer": roleExpiry, "Bewaartermijn (in dagen)": roleExpiry, "Durée de vie": roleExpiry,
		"Duración": roleExpiry, "Scadenza": roleExpiry, "Okres przechowywania": roleExpiry, "Löptid": roleExpiry, "Udløb": roleExpiry,
		"Cookie type": roleType, "Art": roleType, "Cookies used": roleType, "Category": roleCategory, "Categorie": roleCategory,
		"": "", "Prijs": "", "Telephone number": "", "1": "",
	} {
		if got := columnOf(text).role; got != want {
			t.Errorf("%q is taken for %q, want %q", text, got, want)
		}
	}
}

func TestCategories(t *testing.T) {
	for text, want := range map[string]string{
		"Strictly necessary cookies": "necessary", "Noodzakelijk (4)": "necessary", "Technisch notwendige Cookies": "necessary", "Essenziell": "necessary", "Cookies nécessaires": "necessary",
		"Functional": "functional", "Voorkeuren": "functional", "Präferenzen": "functional", "Preferences": "functional",
		"Analytics": "analytics", "Statistieken": "analytics", "Statistik-Cookies": "analytics", "Performance cookies": "analytics", "Mesure d'audience": "analytics", "Estadísticas": "analytics",
		"Marketing": "marketing", "Advertising cookies": "marketing", "Targeting": "marketing", "Marketing/Tracking": "marketing", "Publicité": "marketing", "Werbung": "marketing",
		"Social media cookies": "social", "Soziale Medien": "social",
		"Unclassified": "unclassified", "Niet geclassificeerd": "unclassified", "Nicht klassifiziert (3)": "unclassified",
		"Functional and analytical cookies": "analytics", "Non-necessary cookies": "", "Niet-noodzakelijke cookies": "", "Addresses": "", "What are cookies": "", "": "",
		"Commercial": "marketing",
	} {
		if got := categoryOf(text); got != want {
			t.Errorf("%q is taken for %q, want %q", text, got, want)
		}
	}
}

func TestItemNames(t *testing.T) {
	for cell, want := range map[string]string{
		"_ga":                        "_ga",
		"_ga, _gid, _gat":            "_ga _gid _gat",
		"_ga / _gid":                 "_ga _gid",
		"_ga/_gid":                   "_ga _gid",
		"_ga<br>_gid<br />_gat":      "_ga _gid _gat",
		"_ga en _gid":                "_ga _gid",
		"_ga and _gid":               "_ga _gid",
		"_ga _gid __utma":            "_ga _gid __utma",
		"ads/ga-audiences":           "ads/ga-audiences",
		"_ga (Google Analytics)":     "_ga",
		"_gat_(property)":            "_gat_*",
		"_ga_<container id>":         "_ga_*",
		"_gat_UA-XXXXXXXX-X":         "_gat_UA-*-*",
		"wordpress_logged_in_[hash]": "wordpress_logged_in_*",
		"_pk_id.#":                   "_pk_id.*",
		"_hjSession_{site_id}":       "_hjSession_*",
		"wp-settings-*":              "wp-settings-*",
		"amp_xxxxxx":                 "amp_*",
		"OptanonConsent":             "OptanonConsent",
		"visitor_id...":              "visitor_id*",
		"_dc_gtm_UA-########-##":     "_dc_gtm_UA-*-*",
		"Google Analytics":           "",
		"":                           "", "-": "", "n.v.t. hier": "",
	} {
		var list []string
		for _, n := range namesOf(cell) {
			if n = strings.TrimSpace(n); isItemName(n) {
				list = append(list, patternOf(n))
			}
		}
		if got := strings.Join(list, " "); got != want {
			t.Errorf("%q holds %q, want %q", cell, got, want)
		}
	}
}

func TestHosts(t *testing.T) {
	for text, want := range map[string]string{
		"www.shop.test": "shop.test", ".shop.test": "shop.test", "https://www.shop.test/a?b": "shop.test", "SHOP.TEST": "shop.test", "//cdn.shop.test": "cdn.shop.test",
		"shop.test:8443": "shop.test", "*.shop.test": "shop.test", "Google": "", "Google Ireland Ltd.": "", "": "", "e.g": "", "1.5": "", "a..b": "", "größe.test": "größe.test",
	} {
		if got := canonicalHost(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestFind(t *testing.T) {
	r := &Register{Rows: []Row{
		{Name: "_ga", Pattern: "_ga", Host: "shop.test"},
		{Name: "_ga_#", Pattern: "_ga_*", Host: "google.com", Maker: true},
		{Name: "_ga_X1", Pattern: "_ga_X1"},
		{Name: "id", Pattern: "id", Host: "ads.test"},
		{Name: "id", Pattern: "id", Host: "other.test"},
		{Name: "*", Pattern: "*"},
		{Name: "plain"},
	}}
	for _, tt := range []struct {
		name, host string
		want       int // index of the row, -1 for none
	}{
		{"_ga", "shop.test", 0},
		{"_ga", ".www.shop.test", 0},
		{"_ga", "shop.shop.test", 0},
		{"_ga", "", 0},
		{"_ga", "elsewhere.test", -1},
		{"_ga_ABC123", "shop.test", 1},
		{"_ga_X1", "shop.test", 2},
		{"id", "other.test", 4},
		{"id", "sync.other.test", 4},
		{"id", "third.test", -1},
		{"unheard", "shop.test", -1},
		{"_GA", "shop.test", -1},
		{"plain", "shop.test", 6},
	} {
		row, ok := r.Find(tt.name, tt.host)
		if tt.want < 0 {
			if ok {
				t.Errorf("%s at %s is found in %+v", tt.name, tt.host, *row)
			}
			continue
		}
		if !ok || row != &r.Rows[tt.want] {
			t.Errorf("%s at %s is found in %+v, want row %d", tt.name, tt.host, row, tt.want)
		}
	}
}
