// Package respawn owns the technique about identifiers that come back after they were
// deleted, and by which means they do.
package respawn

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/addresses"
	"github.com/spoor-audit/spoor/detectors/codes"
	"github.com/spoor-audit/spoor/evidence"
)

// ETagRespawn is the technique etag-respawn.
var ETagRespawn = &detectors.Technique{
	ID: "etag-respawn",
	Doc: detectors.Doc{
		Found: "Codes that were deleted come back",
		Clean: "No deleted code was seen to come back",
		Sentence: `After the cookies had been deleted, "{name}" of {host} ({who}) came back with the same value, {value}, by way of ` +
			`{means}.`,
		Why: "You deleted what the browser had kept, and were recognised all the same: the code also stood where you cannot " +
			"easily delete it, or is worked out anew from your device.",
		Fix: "Let a deleted code stay deleted: do not bring it back from caches, from other storage or from properties of the " +
			"device.",
		Limits: "At the end of the visit before any choice spoor comes back to the first page in a new tab: first with all cookies " +
			"deleted, then with the stored data deleted too; the browser's cache is kept both times. What came back is a code of " +
			"at least 8 characters that is no word, date, time, version or address, with the same value as before. Where other " +
			"visits with a fresh browser got a value of their own, it is clear that the code tells visitors apart; with one visit " +
			"alone that is concluded from its form. What all visits have in common is reported only if the script that set it " +
			"also read the device by a test; then nothing shows what the value was worked out from. The means is what was seen to " +
			"hold the value; else what is left when all other means had been deleted. An entity tag (ETag) without any cookie is " +
			"reported if three visits got three tags for the same content, none a part of another, and the server confirmed the " +
			"tag. A server that recognises visitors by network address gives all visits the same value, and is not told apart from " +
			"one that gives everybody the same value. What stands in the cache for less than 30 days is not reported, nor is what " +
			"comes back only later, on another page, or by the name of the window. A shop that brings back a deleted basket is " +
			"reported too: it recognises the visitor by it.",
		Severity: detectors.High,
		Refs: []string{
			"Soltani et al.: Flash Cookies and Privacy (2009)",
			"Ayenson et al.: Flash Cookies and Privacy II: Now with HTML5 and ETag Respawning (2011)",
			"Acar et al.: The Web Never Forgets (CCS 2014)",
			"Fouad et al.: My Cookie is a phoenix (PETS 2022)",
			"RFC 9110, sections 8.8 and 13.1",
		},
		Since: "1.0",
	},
	Scenarios: []evidence.Scenario{evidence.None},
	Needs: []evidence.Kind{
		evidence.KindReturns, evidence.KindPage, evidence.KindRequests, evidence.KindCookies, evidence.KindStorage,
		evidence.KindCalls, evidence.KindScripts,
	},
	Run: runEtagRespawn,
}

func runEtagRespawn(v *detectors.View) []detectors.Finding {
	if len(v.Run.Returns) == 0 {
		return nil
	}
	r := &respawn{View: v, own: newProfile(v.Run)}
	for i := range v.Visit.Runs {
		if run := &v.Visit.Runs[i]; run != v.Run && run.Outcome != evidence.Blocked {
			r.others = append(r.others, newProfile(run))
		}
	}
	var out []detectors.Finding
	for _, x := range r.kept() {
		if f, ok := r.judge(x); ok {
			out = append(out, f)
		}
	}
	return append(out, r.tags(out)...)
}

// A respawn judges the second looks of a run.
type respawn struct {
	*detectors.View
	own    *profile
	others []*profile // of the other runs of the visit, each in a fresh profile
}

// A profile is what one run got, ready to be compared.
type profile struct {
	values  map[string][]string // of cookies and storage items, by their identity
	answers map[string]answer   // the first with content from the server, by address
}

// An answer is what a server sent, and the digest of its content; of scripts V8
// tells it.
type answer struct {
	request *evidence.Request
	digest  string
}

func newProfile(run *evidence.Run) *profile {
	p := &profile{values: map[string][]string{}, answers: map[string]answer{}}
	for i := range run.Cookies {
		id := codes.CookieIdentity(&run.Cookies[i])
		p.values[id] = append(p.values[id], run.Cookies[i].Value)
	}
	for i := range run.Storage {
		id := codes.ItemIdentity(&run.Storage[i])
		p.values[id] = append(p.values[id], run.Storage[i].Value)
	}
	scripts := map[string]string{}
	for i := range run.Scripts {
		if s := &run.Scripts[i]; s.Kind != "inline" && scripts[s.URL] == "" {
			scripts[s.URL] = s.Digest
		}
	}
	for i := range run.Requests {
		q := &run.Requests[i]
		if _, ok := p.answers[q.URL]; !ok && q.Status == http.StatusOK {
			p.answers[q.URL] = answer{q, cmp.Or(q.AnswerDigest, scripts[q.URL])}
		}
	}
	return p
}

// A kept is a value that the run left behind: of a cookie or a storage item.
type kept struct {
	cookie *evidence.Cookie
	item   *evidence.StorageItem
	code   string // the identifier in it
}

func (k *kept) identity() string {
	if k.cookie != nil {
		return codes.CookieIdentity(k.cookie)
	}
	return codes.ItemIdentity(k.item)
}

// maxKept is how many values are judged; no person's browser holds more of one
// visit, and each is looked for in all requests of the second looks.
const maxKept = 1000

// kept lists the values with a code that were there when the first visit ended.
func (r *respawn) kept() []kept {
	code := func(value string) string {
		code := codes.IdentifierIn(value, r.Visit.Subject.Started)
		if strings.Contains(r.Visit.Subject.URL, code) {
			return "" // it comes back because the address holds it
		}
		return code
	}
	var out []kept
	for _, c := range r.Cookies {
		if code := code(c.Value); c.State == "stored" && code != "" {
			out = append(out, kept{cookie: c, code: code})
		}
	}
	for _, s := range r.Items {
		if s.Kind != "local" && s.Kind != "indexeddb" || s.Deleted {
			continue
		}
		if code := code(s.Value); code != "" {
			out = append(out, kept{item: s, code: code})
		}
	}
	return out[:min(len(out), maxKept)]
}

// A comeback is a value that a second look found again.
type comeback struct {
	kept
	look   *evidence.Return
	id     evidence.ID // of the cookie or item in the look
	at     evidence.Millis
	write  *evidence.CookieWrite // that brought it back; nil if none was seen
	by     string                // script that did, "" if not known
	call   evidence.ID
	writer evidence.TargetID // where that script ran
}

// comebacks finds a value in those second looks before which it had been cleared.
func (r *respawn) comebacks(k kept) []comeback {
	var out []comeback
	for i := range r.Run.Returns {
		look := &r.Run.Returns[i]
		switch {
		case k.cookie != nil && slices.Contains(look.Cleared, evidence.KeptCookies):
			if b, ok := r.cookieBack(k, look); ok {
				out = append(out, b)
			}
		case k.item != nil && slices.Contains(look.Cleared, evidence.KeptStorage):
			if b, ok := r.itemBack(k, look); ok {
				out = append(out, b)
			}
		}
	}
	return out
}

func (r *respawn) cookieBack(k kept, look *evidence.Return) (comeback, bool) {
	for i := range look.Cookies {
		c := &look.Cookies[i]
		if c.State != "stored" || codes.CookieIdentity(c) != k.identity() || c.Partition != k.cookie.Partition || !r.holds(c.Value, k.code) {
			continue
		}
		b := comeback{kept: k, look: look, id: c.ID, at: c.At}
		for j := range c.Writes {
			w := &c.Writes[j]
			if w.Delete || len(w.Refused) > 0 || !r.holds(w.Raw, k.code) {
				continue
			}
			b.write, b.at, b.call = w, w.At, w.Call
			if w.Kind == "script" {
				b.by = addresses.Bare(w.URL)
			}
			break
		}
		b.writer = targetOf(look, b.call)
		return b, true
	}
	return comeback{}, false
}

func (r *respawn) itemBack(k kept, look *evidence.Return) (comeback, bool) {
	for i := range look.Storage {
		s := &look.Storage[i]
		if s.Deleted || codes.ItemIdentity(s) != k.identity() || s.Partition != k.item.Partition || !r.holds(s.Value, k.code) {
			continue
		}
		b := comeback{kept: k, look: look, id: s.ID, at: s.At, call: s.Call}
		if s.Writer != nil {
			b.by = addresses.Bare(s.Writer.URL)
		}
		b.writer = targetOf(look, b.call)
		return b, true
	}
	return comeback{}, false
}

// holds reports whether a text holds a code, as it stands or in an encoding.
func (r *respawn) holds(text, code string) bool {
	return strings.Contains(text, code) || codes.IdentifierIn(text, r.Visit.Subject.Started) == code
}

// targetOf says where a call of a second look was made.
func targetOf(look *evidence.Return, id evidence.ID) evidence.TargetID {
	for i := range look.Calls {
		if id != "" && look.Calls[i].ID == id {
			return look.Calls[i].In
		}
	}
	return ""
}
