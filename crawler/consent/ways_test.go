package consent

import "testing"

// TestWayLabels tells ways back to the choice from other links, by their words.
func TestWayLabels(t *testing.T) {
	w := load(t)
	for label, want := range map[string]bool{
		"Cookie settings": true, "Your Privacy Choices": true, "Toestemming intrekken": true, "Cookies anpassen": true, "Gérer mes consentements": true,
		"Cookies : gérer mes choix": true, "Zarządzaj plikami cookies": true, "Opciones de cookies": true, "Çerez Yönetimi": true,
		"Informasjonskapsler – innstillinger": true, "Cookie policy": false, "Settings": false, "Account settings": false, "Cookie recipes": false,
		"Persoonlijke gegevens wijzigen": false, "Toestemming geven": false, "Manage subscription": false, "Consent form": false, "Cookies opslaan": false,
	} {
		if got := w.judgeWay(&way{Text: label, Tag: "a", Href: "https://shop.test/page"}); got != want {
			t.Errorf("%q leads back: %v, want %v", label, got, want)
		}
	}
}
