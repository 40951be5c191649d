package storage

import "testing"

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
