package evidence

import "strconv"

// A Return is a second look at the first page of a run, in a new tab of the same
// profile, after what could recognise the visitor had been cleared in part: what
// comes back then, and by which means. All times count from the beginning of the
// run, and nothing of it stands among the run's own requests, cookies and storage.
type Return struct {
	At   Millis `json:"at_ms"`
	Took Millis `json:"took_ms"`
	// Cleared and Kept name what was removed before and what stayed, sorted:
	// "cookies"; "storage" (local storage, IndexedDB, Cache Storage and service
	// workers); "cache" (the browser's HTTP cache). A new tab has no session
	// storage and no window.name.
	Cleared []string `json:"cleared,omitempty"`
	Kept    []string `json:"kept,omitempty"`
	// Skipped says why there was no look, where there was nothing to look for:
	// [NothingKept]. All else in the Return is empty then.
	Skipped string `json:"skipped,omitempty"`

	Page     Page          `json:"page"` // the first page as it came back
	Targets  []Target      `json:"targets,omitempty"`
	Requests []Request     `json:"requests,omitempty"`
	Calls    []Call        `json:"calls,omitempty"` // those that a cookie or item below names
	Cookies  []Cookie      `json:"cookies,omitempty"`
	Storage  []StorageItem `json:"storage,omitempty"`
}

// What a second look clears and keeps.
const (
	KeptCookies = "cookies"
	KeptStorage = "storage"
	KeptCache   = "cache"
)

// NothingKept is why there was no second look: the first one left no value of
// eight characters or more in cookies, storage or the names of cached answers
// (entity tags), so nothing that could recognise anyone.
const NothingKept = "nothing-kept"

// ReturnKind is the kind of evidence in the IDs of the n-th second look of a run,
// counted from 1: "return1-request".
func ReturnKind(n int, kind string) string { return "return" + strconv.Itoa(n) + "-" + kind }
