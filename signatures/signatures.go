// Package signatures owns knowledge about third parties: who owns a host, in
// which country, for what it is used, which requests, cookies and storage keys
// are theirs, and where each of these facts came from under which licence.
//
// It answers questions about single values (a host, a URL, a cookie name) and
// must not know visits, findings or reports. The core is spoor's own data,
// embedded from core/; packs are third-party lists, kept verbatim, embedded
// from packs/ when the build found them there. Everything works, with less
// recall, on the core alone.
package signatures

// A Party is one service of one company that receives data from visitors.
type Party struct {
	ID         string   `json:"id"` // "google-analytics"; stable for ever
	Name       string   `json:"name"`
	Company    string   `json:"company"`           // the controlling company
	Country    string   `json:"country,omitempty"` // ISO 3166-1 alpha-2: its seat; "" if unknown
	Categories []string `json:"categories"`        // see Categories; the first is the main one
	Homepage   string   `json:"homepage,omitempty"`
}

// A Match is one rule that applied to a request.
type Match struct {
	List    string `json:"list"`              // "core", "easyprivacy", "easylist", "third-party-web"
	Rule    string `json:"rule"`              // as it stands in the list
	Section string `json:"section,omitempty"` // heading of the list above the rule
}

// A Query is a request to be judged.
type Query struct {
	URL string
	// Type is the kind of request in the words of evidence.Request.Kind
	// ("script", "image", "xhr", "fetch", "document", "beacon", ...) or of filter
	// lists; "" is unknown and matches rules for any type. The document of a
	// frame is "subdocument": most rules do not mean top-level documents.
	Type string
	// Page is the URL of the top-level page; "" means that the request is taken
	// to be third-party.
	Page string
}

// An Answer is what is known about a request.
type Answer struct {
	// Tracker says that the request serves to follow or profile visitors:
	// a list names it so, or its party's category does.
	Tracker    bool     `json:"tracker"`
	Party      *Party   `json:"-"`
	Categories []string `json:"categories"`
	Matches    []Match  `json:"matches"`
}

// A Use says whose a cookie or storage key is and what for.
type Use struct {
	Party    string `json:"party"`    // Party ID
	Name     string `json:"name"`     // the pattern that matched, "_ga_*"
	Purpose  string `json:"purpose"`  // a few words, English
	Category string `json:"category"` // necessary preferences analytics marketing social unknown
	List     string `json:"list"`     // where this comes from
}

// A Pack is one embedded or loaded list.
type Pack struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Rules   int    `json:"rules"`
	Date    string `json:"date,omitempty"` // YYYY-MM-DD, of the list itself
	Licence string `json:"licence"`
	Skipped int    `json:"skipped,omitempty"` // rules that the matcher does not apply
	Origin  string `json:"origin"`            // Embedded or Cached
	Source  string `json:"source,omitempty"`  // where it comes from: an address, or words
	SHA256  string `json:"sha256,omitempty"`  // of its first file, hex
}
