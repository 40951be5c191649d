package detectors

import (
	"testing"
)

func TestExempt(t *testing.T) {
	for name, want := range map[string]string{
		"OptanonConsent": "consent", "_sp_user_consent_123": "consent", "cmplz_marketing": "consent", "My-Cookie-Consent-2": "consent",
		"PHPSESSID": "session", "AWSALBCORS": "balance", "csrftoken": "token", "__cf_bm": "security", "lang": "wish",
		"_ga": "", "visitor": "", "_fbp": "", "": "",
	} {
		if got := Exempt(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

func TestFits(t *testing.T) {
	for _, tt := range []struct {
		pattern, name string
		want          bool
	}{
		{"_ga", "_ga", true}, {"_ga", "_gat", false}, {"_ga_*", "_ga_X", true}, {"_ga_*", "_ga", false}, {"*consent*", "aconsentb", true},
		{"a*b*c", "aXbYc", true}, {"a*b*c", "acb", false}, {"a*a", "a", false}, {"*", "", true}, {"", "", true}, {"", "x", false},
	} {
		if got := Fits(tt.pattern, tt.name); got != tt.want {
			t.Errorf("%q fits %q: %v", tt.pattern, tt.name, got)
		}
	}
}
