package consent

import (
	"strings"
	"unicode/utf8"

	"github.com/spoor-audit/spoor/evidence"
)

// A meaning is what a label says.
type meaning struct {
	role string
	// sure is the certainty of role, 0 to 1.
	sure float64
	lang string
	// kind tells labels of one role apart: "all" or "bare" (accept), "acknowledge",
	// "keep" (accept), "necessary" (reject), "go", "yes", "no", "later", "back", "info", "policy",
	// "vendors", "login", "confirm", "interest", "never".
	kind string
	// fits compares readings of one label in several languages.
	fits float64
}

// Certainties of labels.
const (
	sureWhole   = 0.97 // the label stands in a list
	sureParts   = 0.9  // its words leave no doubt
	sureLikely  = 0.8
	sureGuess   = 0.6
	sureWeak    = 0.5
	otherTongue = 0.85 // factor for a language other than the dialog's
)

// longestLabel is how many words a control may have: longer ones are texts.
const longestLabel = 16

// meaning reads a label in the given languages, and failing these in all.
func (w *words) meaning(label string, langs []string) meaning {
	ts := tokens(label)
	if sign(ts) {
		return meaning{role: evidence.RoleClose, sure: sureParts, kind: "sign"}
	}
	if len(ts) == 0 {
		return meaning{role: evidence.RoleOther, sure: sureWeak}
	}
	if len(ts) > longestLabel || utf8.RuneCountInString(label) > 140 {
		return meaning{role: evidence.RoleOther, sure: sureLikely, kind: "text"}
	}
	if _, ok := w.price(label); ok {
		return meaning{role: evidence.RolePay, sure: sureLikely, kind: "price"}
	}
	hits := w.gather(ts)
	best := meaning{role: evidence.RoleOther, sure: sureWeak}
	asked := map[int]bool{}
	for _, code := range langs {
		i, ok := w.number[code]
		if !ok || asked[i] || hits[i] == nil {
			continue
		}
		asked[i] = true
		m := hits[i].meaning(false)
		m.lang = code
		if hits[i].whole != "" || m.role != evidence.RoleOther && m.sure >= sureWeak {
			return m
		}
		if m.kind != "" && best.kind == "" {
			best = m
		}
	}
	for i, h := range hits {
		if h == nil || asked[i] {
			continue
		}
		m := h.meaning(len(langs) > 0)
		m.lang = w.langs[i].Language
		if len(langs) > 0 {
			// Words of a language that is not the dialog's prove little, unless it
			// knows them all.
			if h.whole == "" && m.role != evidence.RoleOther && h.known() < len(ts) {
				continue
			}
			m.sure *= otherTongue
		}
		// The language that knows most of the words is the likeliest.
		m.fits = m.sure * (0.3 + 0.7*float64(h.known())/float64(len(ts)))
		if h.whole != "" {
			m.fits = 1
		}
		if better(m, best) {
			best = m
		}
	}
	return best
}

// gather sorts what is known of a label by language; nil where nothing is.
func (w *words) gather(ts []token) []*hits {
	out := make([]*hits, len(w.langs))
	for _, f := range w.labels.find(ts) {
		e := w.label[f.id]
		if out[e.lang] == nil {
			out[e.lang] = newHits(ts)
		}
		out[e.lang].add(e, f)
	}
	return out
}

// better prefers a role to none, and then the surer one.
func better(a, b meaning) bool {
	if (a.role == evidence.RoleOther) != (b.role == evidence.RoleOther) {
		return b.role == evidence.RoleOther
	}
	if a.role == evidence.RoleOther && (a.kind == "") != (b.kind == "") {
		return a.kind != ""
	}
	return a.fits > b.fits
}

// sign reports whether a label is only the sign of closing.
func sign(ts []token) bool {
	if len(ts) != 1 {
		return false
	}
	return ts[0].fold == "×" || ts[0].fold == "x"
}

// hits are the words of one label that one language knows.
type hits struct {
	ts    []token
	whole string
	at    map[string][]found
	list  map[string]string
}

func newHits(ts []token) *hits {
	return &hits{ts: ts, at: map[string][]found{}, list: map[string]string{}}
}

func (h *hits) add(e entry, f found) {
	if e.list == "whole" {
		if f.from == 0 && f.to == len(h.ts) && h.whole == "" {
			h.whole = e.class
		}
		return
	}
	h.at[e.class] = append(h.at[e.class], f)
	h.list[e.class] = e.list
}

func (h *hits) has(classes ...string) bool {
	for _, c := range classes {
		if len(h.at[c]) > 0 {
			return true
		}
	}
	return false
}

// first is where a class first stands, or a place after the end.
func (h *hits) first(class string) int {
	at := len(h.ts)
	for _, f := range h.at[class] {
		at = min(at, f.from)
	}
	return at
}

// known is how many of the label's words are accounted for.
func (h *hits) known() int {
	seen := make([]bool, len(h.ts))
	for _, fs := range h.at {
		for _, f := range fs {
			for i := f.from; i < f.to; i++ {
				seen[i] = true
			}
		}
	}
	n := 0
	for _, s := range seen {
		if s {
			n++
		}
	}
	return n
}

// wholeRoles say what the lists of whole labels mean.
var wholeRoles = map[string]meaning{
	"pay":         {role: evidence.RolePay, sure: sureWhole},
	"reject":      {role: evidence.RoleReject, sure: sureWhole},
	"save":        {role: evidence.RoleSave, sure: sureWhole},
	"settings":    {role: evidence.RoleSettings, sure: sureWhole},
	"close":       {role: evidence.RoleClose, sure: sureWhole},
	"accept":      {role: evidence.RoleAccept, sure: sureWhole},
	"acknowledge": {role: evidence.RoleAccept, sure: sureParts, kind: "acknowledge"},
	"back":        {role: evidence.RoleOther, sure: sureWhole, kind: "back"},
}

// meaning tells what the label means in this language. Foreign says that the
// dialog is in another language: then short words that mean other things
// elsewhere do not count.
func (h *hits) meaning(foreign bool) meaning {
	if foreign && len(h.ts) == 1 && utf8.RuneCountInString(h.ts[0].fold) < 4 {
		return meaning{role: evidence.RoleOther}
	}
	if m, ok := wholeRoles[h.whole]; ok {
		switch {
		case m.role == evidence.RoleAccept && m.kind == "" && h.has("all"):
			m.kind = "all"
		case m.role == evidence.RoleAccept && m.kind == "":
			m.kind = "bare"
		case m.role == evidence.RoleReject && h.has("reject") && h.has("all"):
			m.kind = "all"
		case m.role == evidence.RoleReject && h.has("necessary") && !h.has("optional", "reject"):
			m.kind = "necessary"
		}
		return m
	}
	h.tidy()
	m := h.compose()
	if m.role != evidence.RoleOther && len(h.ts) > 6 && h.known()*2 < len(h.ts) {
		m.sure *= 0.8 // most of its words are unknown
	}
	return m
}

// lower is a label as data would write it, for comparison.
func lower(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
