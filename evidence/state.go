package evidence

// A Cookie is one cookie that the site tried to set during the run, whether or
// not Chrome kept it. Its identity is name, domain, path and partition.
type Cookie struct {
	ID        ID     `json:"id"`
	Name      string `json:"name"`
	Value     string `json:"value"`
	Domain    string `json:"domain"` // without leading dot
	HostOnly  bool   `json:"host_only"`
	Path      string `json:"path"`
	Partition string `json:"partition,omitempty"` // top-level site of a partitioned cookie
	HTTPOnly  bool   `json:"http_only"`
	Secure    bool   `json:"secure"`
	SameSite  string `json:"same_site"` // "Strict" "Lax" "None" or "" (not stated)
	Session   bool   `json:"session"`
	// Lifetime is how long Chrome keeps it, in seconds (Chrome allows 400 days
	// at most); Declared is what the site asked for. 0 for session cookies.
	Lifetime int64 `json:"lifetime_s"`
	Declared int64 `json:"declared_lifetime_s"`

	At   Millis `json:"at_ms"` // first set
	Page int    `json:"page"`
	// State at the end of the run: "stored", "blocked" (Chrome refused it every
	// time) or "deleted".
	State   string   `json:"state"`
	Reasons []string `json:"reasons,omitempty"` // why blocked, Chrome's words
	// Stages lists the phases at whose end the cookie was in the jar.
	Stages []Phase       `json:"stages,omitempty"`
	Writes []CookieWrite `json:"writes,omitempty"` // in order; the first is who set it
}

// A CookieWrite is one attempt to set, change or delete a cookie.
type CookieWrite struct {
	At      Millis `json:"at_ms"`
	Kind    string `json:"kind"`              // "http" or "script"
	Request ID     `json:"request,omitempty"` // whose answer carried it
	Call    ID     `json:"call,omitempty"`    // that wrote it
	URL     string `json:"url"`               // of the response, or of the script
	Line    int    `json:"line,omitempty"`    // in the script
	Raw     string `json:"raw"`               // Set-Cookie line, or what the script wrote
	// Refused holds Chrome's reasons when it did not store this write.
	Refused []string `json:"refused,omitempty"`
	Delete  bool     `json:"delete,omitempty"`
}

// A StorageItem is one thing a site kept in the browser other than a cookie.
type StorageItem struct {
	ID     ID     `json:"id"`
	Kind   string `json:"kind"` // local session indexeddb cache service-worker
	Origin string `json:"origin"`
	// Partition is the top-level site under which a third party's storage is
	// kept apart, where Chrome tells.
	Partition string `json:"partition,omitempty"`
	// Key: of local and session storage, the key; of IndexedDB, database/store;
	// of Cache Storage, the cache name; of a service worker, its scope.
	Key    string `json:"key"`
	Value  string `json:"value,omitempty"` // clipped
	Length int    `json:"length"`          // of the whole value, or number of records
	Digest string `json:"digest,omitempty"`
	At     Millis `json:"at_ms"`
	Page   int    `json:"page"`
	// Writer is the script that wrote it first, if a call was seen; Call names it.
	Writer  *Frame  `json:"writer,omitempty"`
	Call    ID      `json:"call,omitempty"`
	Stages  []Phase `json:"stages,omitempty"`
	Deleted bool    `json:"deleted,omitempty"` // was there, and gone at the end
}
