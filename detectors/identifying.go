package detectors

import (
	"strings"
	"time"
	"unicode"

	"github.com/spoor-audit/spoor/detectors/codes"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// Identifying returns the cookies and storage items of a visit whose values
// look like identifiers of the visitor; the documentation of
// cookies-first-party and storage-local states the rule. db may be nil.
func Identifying(v *evidence.Visit, db *signatures.DB) map[evidence.ID]bool {
	out := map[evidence.ID]bool{}
	k := newKnowledge(v, db)
	for i := range v.Runs {
		r := &v.Runs[i]
		for j := range r.Cookies {
			c := &r.Cookies[j]
			if k.IdentifiesCookie(c, k.Cookie(c), v.Subject.Started) {
				out[c.ID] = true
			}
		}
		for j := range r.Storage {
			if s := &r.Storage[j]; k.IdentifiesItem(s, v.Subject.Started) {
				out[s.ID] = true
			}
		}
	}
	return out
}

// Cookie returns what the signatures say of a cookie.
func (k *Knowledge) Cookie(c *evidence.Cookie) signatures.Use {
	if k.db == nil {
		return signatures.Use{}
	}
	use, _ := k.db.Cookie(c.Name, c.Domain)
	return use
}

// IdentifiesCookie reports whether a cookie looks like an identifier that
// serves to recognise the visitor later.
func (k *Knowledge) IdentifiesCookie(c *evidence.Cookie, use signatures.Use, near time.Time) bool {
	long := !c.Session && time.Duration(max(c.Lifetime, c.Declared))*time.Second >= codes.MinKept
	if !long && !Follows(use.Category) {
		return false
	}
	if k.fixed[codes.CookieIdentity(c)] {
		return false
	}
	// A short or odd number is not seen to be an identifier by its form; its
	// maker's own word for the cookie tells.
	named := Follows(use.Category) && saysIdentifier(use.Purpose) && len(c.Value) >= codes.MinIdentifier
	return named || len(k.Codes(c.Value, near, 1)) > 0
}

// saysIdentifier reports whether the purpose of a known cookie is to hold an
// identifier: "visitor id", "advertising identifier".
func saysIdentifier(purpose string) bool {
	for word := range strings.FieldsFuncSeq(strings.ToLower(purpose), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if word == "id" || word == "ids" || word == "identifier" {
			return true
		}
	}
	return false
}

// Item returns what the signatures say of a storage item.
func (k *Knowledge) Item(s *evidence.StorageItem) signatures.Use {
	if k.db == nil {
		return signatures.Use{}
	}
	use, _ := k.db.StorageKey(s.Key, s.Origin)
	return use
}

// IdentifiesItem reports whether a storage item looks like an identifier. What
// a cache holds is not read, and a service worker has no value.
func (k *Knowledge) IdentifiesItem(s *evidence.StorageItem, near time.Time) bool {
	switch s.Kind {
	case "local", "session", "indexeddb":
		return !k.fixed[codes.ItemIdentity(s)] && len(k.Codes(s.Value, near, 1)) > 0
	}
	return false
}

// Follows reports whether a category of cookies serves to measure or follow.
func Follows(category string) bool {
	return category == "analytics" || category == "marketing" || category == "social"
}

// Harmless reports whether a category of cookies serves the visitor.
func Harmless(category string) bool { return category == "necessary" || category == "preferences" }
