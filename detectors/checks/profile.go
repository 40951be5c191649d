package checks

import "slices"

// A Profile is a dated view of the law of a jurisdiction: which storage is
// exempt, and where rules differ. Profiles are data; see profiles.yaml.
type Profile struct {
	ID   string `yaml:"id"`   // eu-strict nl fr de uk us-ca
	Date string `yaml:"date"` // YYYY-MM-DD: the law as of that day
	EN   string `yaml:"en"`   // name in English
	NL   string `yaml:"nl"`   // name in Dutch
	// Audience says under which terms measuring one's own audience is exempt from
	// consent: never, own (first-party and no sharing), limited (as own, and kept
	// no longer than WarnDays), objection (as own, where the visitor can object).
	// What is exempt so is a warning: some terms cannot be seen from outside.
	Audience string `yaml:"audience"`
	// Pings says what a hit of Google's consent mode without an identifier comes
	// to where consent is missing: warn or pass.
	Pings    Outcome `yaml:"pings"`
	WarnDays int     `yaml:"warn-days"` // lifetime above which a tracker's cookie is a warning
	FailDays int     `yaml:"fail-days"` // and a failure; 0 never
	// GPC is binding if Global Privacy Control binds by law, stated if only those
	// are bound who say that they honour it.
	GPC string `yaml:"gpc"`
	// MailPixel is the day, YYYY-MM-DD, from which an e-mail pixel without consent
	// is a failure; "" if it is a warning only.
	MailPixel string `yaml:"mail-pixel"`
	// Platform says that paying or accepting is no free choice: the profile is for
	// large online platforms.
	Platform bool `yaml:"platform"`
	// NotBinding lists checks whose rule this law does not know; they are n/a.
	NotBinding []string `yaml:"not-binding"`
}

// DefaultProfile is the ID of the profile that is used if none is named.
const DefaultProfile = "eu-strict"

// Profiles lists the profiles, sorted by ID.
func Profiles() []Profile { return slices.Clone(theTables().profiles) }

// ProfileByID returns a profile; "" is the default one. It reports false for an
// ID that is not known.
func ProfileByID(id string) (Profile, bool) {
	if id == "" {
		id = DefaultProfile
	}
	for _, p := range theTables().profiles {
		if p.ID == id {
			return p, true
		}
	}
	return Profile{}, false
}

// Terms of a profile for measuring one's own audience.
const (
	audienceNever     = "never"
	audienceOwn       = "own"
	audienceLimited   = "limited"
	audienceObjection = "objection"
)

const bindingGPC = "binding"

// binds reports whether the law of a profile knows the rule of a check.
func (p *Profile) binds(id string) bool { return !slices.Contains(p.NotBinding, id) }
