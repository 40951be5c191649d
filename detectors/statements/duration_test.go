package statements

import "testing"

const (
	minute = 60
	hour   = 3600
	dayS   = 86400
	week   = 604800
	month  = 2628000
	year   = 31536000
)

func TestLifetimes(t *testing.T) {
	for s, want := range map[string]int64{
		"2 years": 2 * year, "1 year": year, "13 months": 13 * month, "24 hours": dayS, "30 min": 30 * minute, "30 minutes": 30 * minute,
		"a year": year, "one year": year, "2 jaar": 2 * year, "1 jaar": year, "een jaar": year, "één maand": month, "13 maanden": 13 * month,
		"6 maanden": 6 * month, "24 uur": dayS, "30 dagen": 30 * dayS, "1 dag": dayS, "2 weken": 2 * week, "2 Jahre": 2 * year, "ein Jahr": year,
		"13 Monate": 13 * month, "30 Tage": 30 * dayS, "1 Stunde": hour, "bis zu 2 Jahren": 2 * year, "fünf Tage": 5 * dayS, "1 an": year, "13 mois": 13 * month,
		"deux ans": 2 * year, "1 an et 1 mois": year + month, "6 jours": 6 * dayS, "2 años": 2 * year, "1 mes": month, "2 anni": 2 * year, "6 mesi": 6 * month,
		"1 giorno": dayS, "2 lata": 2 * year, "30 dni": 30 * dayS, "1 rok": year, "2 anos": 2 * year, "3 meses": 3 * month, "2 år": 2 * year,
		"1 månad": month, "30 dagar": 30 * dayS, "3 måneder": 3 * month, "1 dag (24 timer)": dayS,
		"1 year 1 month 4 days": year + month + 4*dayS, "1 year, 24 days": year + 24*dayS, "1 year and 1 month": year + month,
		"90 days (3 months)": 3 * month, "6-12 months": 12 * month, "6 – 12 maanden": 12 * month, "30 days / 1 year": year, "session / 2 years": 2 * year,
		"Persistent (2 years)": 2 * year, "up to 400 days": 400 * dayS, "1,5 Jahre": year + year/2, "1.5 years": year + year/2, "1.825 Tage": 1825 * dayS,
		"2y": 2 * year, "365d": 365 * dayS, "30-day": 30 * dayS, "ca. 2 Jahre": 2 * year, "Maximal 13 Monate": 13 * month,
		"a few seconds": 60, "less than a minute": minute, "2 YEARS": 2 * year, "  2\n years ": 2 * year, "400 Tage": 400 * dayS,
		"99999999999999 years": maxSeconds,
	} {
		if got := parseLifetime(s, 0); got != (lifetime{Seconds: want}) {
			t.Errorf("%q is read as %+v, want %d seconds", s, got, want)
		}
	}
}

func TestLifetimesWithoutNumber(t *testing.T) {
	session, persistent, unknown := lifetime{Seconds: -1, Session: true}, lifetime{Seconds: -1, Persistent: true}, lifetime{Seconds: -1}
	for s, want := range map[string]lifetime{
		"Session": session, "session": session, "Sitzung": session, "Sessie": session, "Sessione": session, "sesión": session, "Sesja": session,
		"End of session": session, "When the browser is closed": session, "Sessiecookie": session, "Ende der Sitzung": session, "browsersessie": session,
		"à la fermeture du navigateur": session,
		"Persistent":                   persistent, "Permanent": persistent, "Unlimited": persistent, "onbeperkt": persistent, "Unbegrenzt": persistent, "Never": persistent,
		"jusqu'à suppression": persistent, "No expiration date": persistent,
		"": unknown, "-": unknown, "see above": unknown, "n/a": unknown, "12": unknown, "13m": unknown, "2 cookies": unknown, "the year": unknown,
	} {
		if got := parseLifetime(s, 0); got != want {
			t.Errorf("%q is read as %+v, want %+v", s, got, want)
		}
	}
}

func TestLifetimesByColumn(t *testing.T) {
	for _, tt := range []struct {
		heading, cell string
		want          int64
	}{
		{"Lifespan (days)", "365", 365 * dayS},
		{"Bewaartermijn in dagen", "30", 30 * dayS},
		{"Laufzeit (Monate)", "13", 13 * month},
		{"Lifespan (days)", "2 years", 2 * year},
		{"Lifespan", "365", -1},
	} {
		if got := parseLifetime(tt.cell, unitOf(tt.heading)); got.Seconds != tt.want {
			t.Errorf("%q under %q is read as %d, want %d", tt.cell, tt.heading, got.Seconds, tt.want)
		}
	}
}
