package probe

import "time"

// Facts is what a site told.
type Facts struct {
	URL    string `json:"url"`    // what was asked for
	Worth  string `json:"worth"`  // see [Worth]
	Reason string `json:"reason"` // why there is no page, as in surveys: "dns", "tls", "timeout", ...; "" if there is one
	Detail string `json:"detail"` // of the reason, for people

	// Outage says that the reason may be this machine's, without a network: no
	// server of names answered, no way led there, or the proxy failed.
	Outage bool `json:"-"`

	Hops     []Hop    `json:"hops"`      // every answer on the way to the page, that of the page included
	FinalURL string   `json:"final_url"` // "" if nothing answered
	Status   int      `json:"status"`    // of the page; 0 if nothing answered
	Wall     string   `json:"wall"`      // what stands before the site, as in walls.yaml: "parked", "akamai"; "" if nothing is known
	WallKind string   `json:"wall_kind"` // "bot-wall", "parked" or ""
	TLS      *TLS     `json:"tls"`       // nil without
	Headers  Headers  `json:"headers"`
	Cookies  []Cookie `json:"cookies"` // that the server set on the way, in order
	Page     *Page    `json:"page"`    // nil if the answer was no HTML
	Robots   Robots   `json:"robots"`
	GPC      GPC      `json:"gpc"`
	Ads      Ads      `json:"ads"`
}

// A Hop is one answer.
type Hop struct {
	URL    string `json:"url"`
	Status int    `json:"status"`
}

// TLS is how the site is secured. Where its certificate was not accepted, Error
// says why.
type TLS struct {
	Version  string    `json:"version"` // "TLS 1.3"; "" if there was no agreement
	Issuer   string    `json:"issuer"`
	NotAfter time.Time `json:"not_after"`
	Days     int       `json:"days"` // that the certificate is still valid, rounded down
	Error    string    `json:"error"`
}

// Headers are those of the page.
type Headers struct {
	HSTS              string `json:"hsts"` // "" if not set
	CSP               bool   `json:"csp"`  // there is a policy that is enforced
	ReferrerPolicy    string `json:"referrer_policy"`
	PermissionsPolicy string `json:"permissions_policy"`
}

// A Cookie is one that the server set.
type Cookie struct {
	Name     string `json:"name"`
	Host     string `json:"host"`     // that set it
	Domain   string `json:"domain"`   // that it is for; "" is the host alone
	Lifetime int64  `json:"lifetime"` // seconds; 0 is until the browser ends, less deletes it
	Secure   bool   `json:"secure"`
	HTTPOnly bool   `json:"http_only"`
	SameSite string `json:"same_site"` // "Strict", "Lax", "None" or ""
}

// Page is what the static HTML says. Scripts may make another page of it.
type Page struct {
	Title        string   `json:"title"`
	Lang         string   `json:"lang"`
	Cut          bool     `json:"cut"`           // it is longer than what was read
	ThirdParties []string `json:"third_parties"` // hosts that scripts, images, frames and style sheets come from, sorted
	Trackers     []string `json:"trackers"`      // names, sorted
	Consent      []string `json:"consent"`       // names of consent managers, sorted

	empty bool // there is no HTML in it
}

// The states of a file that machines look for.
const (
	Present    = "present"
	Absent     = "absent"
	Malformed  = "malformed"  // something else answers under its name
	Disallowed = "disallowed" // robots.txt does not let spoor ask
	Failed     = "failed"     // nothing could be learned
	NotAsked   = ""
)

// Robots is robots.txt.
type Robots struct {
	State        string   `json:"state"`
	DisallowsAll bool     `json:"disallows_all"` // for spoor, the page itself included
	Sitemaps     []string `json:"sitemaps"`      // at most 100
}

// GPC is what /.well-known/gpc.json says, whether the site honours Global Privacy
// Control: https://w3c.github.io/gpc/.
type GPC struct {
	State      string `json:"state"`
	Value      *bool  `json:"value"`       // nil if not said
	LastUpdate string `json:"last_update"` // as written
}

// Ads is ads.txt, whom the site lets sell its space: IAB Tech Lab, ads.txt 1.1.
type Ads struct {
	State    string `json:"state"`
	Direct   int    `json:"direct"`   // lines
	Reseller int    `json:"reseller"` // lines
	Systems  int    `json:"systems"`  // distinct domains of advertising systems
	Owner    string `json:"owner"`    // OWNERDOMAIN
	Manager  string `json:"manager"`  // the first MANAGERDOMAIN
	Errors   int    `json:"errors"`   // lines that are nothing
	Cut      bool   `json:"cut"`      // it is longer than what was read
}
