package readers

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
)

// How a change of storage is read where the consent manager is not known:
//
// Only keys count whose name speaks of consent, cookies or privacy, and whose
// value is new or another than before the click. The value is decoded (percent,
// base64, JSON, a query, a literal of JavaScript) and every answer in it is read:
//
//   - 0.7: it leaves no doubt. Either it is one word that says yes or no and
//     nothing else ("rejected", "allow_all"), or at least two optional categories
//     stand in it by name and all say the same, or it is a list of nothing but
//     names of purposes, which names several optional ones or none.
//   - 0.6: the key says what was asked and the value answers it
//     ("cookies_accepted=false", "optOut=1"), or one optional category stands in it.
//   - 0.5: the key is about the consent itself, and the value says yes or no
//     ("cookie_consent=1", "consent=false").
//   - 0.4: the value can be read, and may as well say that a notice was seen
//     ("cookie_notice=1").
//
// A change that agrees with the choice verifies it from 0.5 on, for a site that was
// just told no and notes "consent=false" has understood. The opposite is only
// believed at 0.7: "consent=true" after a refusal may still say that the visitor was
// asked. Nothing is verified if another change of 0.5 or more disagrees.

const (
	sure   = 0.7
	named  = 0.6
	stated = 0.5
	vague  = 0.4
)

const (
	maxChanges = 200      // of one comparison
	maxGuess   = 16 << 10 // bytes of a value of which nothing is known
)

// A Change is a key of the browser's storage that speaks of consent, by its name
// or by its value, and that changed around a click.
type Change struct {
	Where  string // "cookie" or "local"
	Domain string // of the cookie, or origin of the storage
	Key    string
	Before string // "" if it was not there
	After  string // "" if it went
	// Allowed is what the value says: true for yes, false for no; nil if it cannot
	// be told.
	Allowed *bool
	// Confidence in Allowed: 0.4, 0.5, 0.6 or 0.7; 0 if it is nil.
	Confidence float64
	// Categories are what the value says about purposes, if it names any.
	Categories map[string]bool
}

// StorageDiff lists what changed between two moments and speaks of consent,
// sorted by place, domain and key. It serves where no consent manager is known.
// Callers pass the page's own part of the state, see [State.Of].
func StorageDiff(before, after State) ([]Change, error) {
	t, err := load()
	if err != nil {
		return nil, err
	}
	old, now := flat(before), flat(after)
	var out []Change
	for _, k := range union(old, now) {
		if old[k] == now[k] {
			continue
		}
		c := Change{Where: k[0], Domain: k[1], Key: k[2], Before: clipText(old[k]), After: clipText(now[k])}
		if now[k] != "" {
			c.Allowed, c.Confidence, c.Categories = t.words.says(k[2], now[k])
		}
		// A value that says yes or no to purposes by name is about consent under
		// whatever key.
		if !t.words.about(k[2]) && !(c.Confidence >= sure && len(c.Categories) > 1) {
			continue
		}
		if len(out) == maxChanges {
			break
		}
		out = append(out, c)
	}
	return out, nil
}

// JudgeStorage says whether changes agree with a choice, with the confidence of
// the best of them. Contrary is only ever true for a value that leaves no doubt
// (0.7), and neither is if changes say different things.
func JudgeStorage(changes []Change, want evidence.Scenario) (verified, contrary bool, confidence float64) {
	agrees, opposes := 0.0, 0.0
	for _, c := range changes {
		switch {
		case c.Allowed == nil:
		case *c.Allowed == (want == evidence.Accept):
			agrees = max(agrees, c.Confidence)
		default:
			opposes = max(opposes, c.Confidence)
		}
	}
	switch {
	case agrees >= stated && opposes >= stated:
		return false, false, vague
	case agrees >= stated:
		return true, false, agrees
	}
	return false, opposes >= sure, max(agrees, opposes)
}

// Keepers names the keys of changes whose value answers what was asked: the site
// keeps the choice there.
func Keepers(changes []Change) []string {
	var out []string
	for _, c := range changes {
		if c.Allowed != nil && c.Confidence >= named && !slices.Contains(out, c.Key) {
			out = append(out, c.Key)
		}
	}
	return out
}

// flat lists what is kept: place, domain, key -> value.
func flat(s State) map[[3]string]string {
	out := map[[3]string]string{}
	for _, c := range s.Cookies {
		out[[3]string{"cookie", c.Domain, c.Name}] = c.Value
	}
	for origin, m := range s.Local {
		for k, v := range m {
			out[[3]string{"local", origin, k}] = v
		}
	}
	return out
}

func union(a, b map[[3]string]string) [][3]string {
	var out [][3]string
	for k := range a {
		out = append(out, k)
	}
	for k := range b {
		if _, ok := a[k]; !ok {
			out = append(out, k)
		}
	}
	slices.SortFunc(out, func(x, y [3]string) int { return slices.Compare(x[:], y[:]) })
	return out
}

func clipText(s string) string {
	const most = 4096
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "")
	}
	return s
}

// about reports whether a key speaks of consent.
func (w *words) about(key string) bool {
	key = plain(key)
	return speaks(key, w.Keys) && !speaks(key, w.NotKeys)
}

// says reads a value of a key that speaks of consent.
func (w *words) says(key, value string) (allowed *bool, confidence float64, categories map[string]bool) {
	v := guess(value)
	if categories := w.listed(v); categories != nil {
		return w.judgeList(categories)
	}
	if text, ok := scalar(v); ok {
		allowed, confidence = w.one(key, text)
		return allowed, confidence, nil
	}
	categories = map[string]bool{}
	w.gather(v, categories, 0)
	yes, no := 0, 0
	for c, allowed := range categories {
		switch {
		case c == "necessary":
		case allowed:
			yes++
		default:
			no++
		}
	}
	switch {
	case yes+no == 0:
		if categories := w.within(v, w.Plain.Yes, w.Consents); categories != nil {
			return w.judgeList(categories)
		}
		// A list of levels may as well say what there is.
		if categories := w.within(v, w.Lists); categories != nil {
			allowed, confidence, categories := w.judgeList(categories)
			return allowed, min(confidence, named), categories
		}
		return w.lone(key, v)
	case yes > 0 && no > 0: // Some of it was accepted.
		return ptr(true), named, categories
	case yes+no >= 2:
		return ptr(yes > 0), sure, categories
	}
	return ptr(yes > 0), named, categories
}

// listed reads a list of nothing but names of purposes: what is named is allowed.
// It returns nil for anything else.
func (w *words) listed(v any) map[string]bool {
	list, ok := v.([]any)
	if text, isText := v.(string); isText {
		parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",|;", r) })
		for _, p := range parts {
			list = append(list, p)
		}
		ok = len(parts) > 1
	}
	if !ok || len(list) == 0 {
		return nil
	}
	out := map[string]bool{}
	for _, x := range list {
		name, ok := x.(string)
		if !ok {
			return nil
		}
		c := w.purpose(name)
		if c == "" {
			return nil
		}
		out[c] = true
	}
	return out
}

// within reads the list of an object that stands under a key with one of the words,
// such as {"consent":["necessary"]}. It returns nil if there is none, or if several
// say different things.
func (w *words) within(v any, keyed ...[]string) map[string]bool {
	var out map[string]bool
	m, _ := v.(map[string]any)
	for _, k := range keys(m) {
		key := plain(k)
		if speaks(key, w.Refusals) || !slices.ContainsFunc(keyed, func(list []string) bool { return speaks(key, list) }) {
			continue
		}
		if categories := w.listed(m[k]); categories != nil {
			if out != nil && !maps.Equal(out, categories) {
				return nil
			}
			out = categories
		}
	}
	return out
}

// judgeList judges a list of what is allowed: several purposes that need consent
// say yes, and none of them says no.
func (w *words) judgeList(categories map[string]bool) (*bool, float64, map[string]bool) {
	optional := len(categories)
	if categories["necessary"] {
		optional--
	}
	if optional == 1 {
		return ptr(true), named, categories
	}
	return ptr(optional > 0), sure, categories
}

// asides are parts of a single word that say nothing of the answer in it.
var asides = strings.NewReplacer("cookies", "", "cookie", "", "consent", "", "_", "", "-", "")

// one reads a single word.
func (w *words) one(key, text string) (*bool, float64) {
	for _, t := range []string{text, asides.Replace(plain(text))} {
		if b := w.answer(t, w.Plain.Yes, w.Plain.No); b != nil {
			return b, sure
		}
		if b := w.answer(t, w.Levels.Yes, w.Levels.No); b != nil {
			return b, sure
		}
	}
	b := w.answer(text, nil, nil)
	if b == nil {
		return nil, 0
	}
	key = plain(key)
	switch {
	case speaks(key, w.Refusals):
		return ptr(!*b), named
	case speaks(key, w.Plain.Yes):
		return b, named
	case speaks(key, w.Consents) && !speaks(key, w.Notices):
		return b, stated
	}
	return b, vague
}

// lone reads an object without categories by the one answer in it, such as
// {"status":"denied","date":...}.
func (w *words) lone(key string, v any) (*bool, float64, map[string]bool) {
	var found *bool
	confidence := 0.0
	m, _ := v.(map[string]any)
	for _, k := range keys(m) {
		text, ok := scalar(m[k])
		if !ok || speaks(plain(k), w.NotAnswers) {
			continue
		}
		b, c := w.one(key+" "+k, text)
		switch {
		case b == nil:
		case found != nil && *found != *b:
			return nil, 0, nil
		case found == nil || c > confidence:
			found, confidence = b, c
		}
	}
	return found, confidence, nil
}

// gather reads what stands under names of purposes.
func (w *words) gather(v any, out map[string]bool, depth int) {
	if depth > 6 {
		return
	}
	switch v := v.(type) {
	case map[string]any:
		for _, k := range keys(v) {
			if b := w.answer(v[k], nil, nil); b != nil {
				if c := w.purpose(k); c != "" && !speaks(plain(k), w.NotAnswers) {
					out[c] = out[c] || *b
				}
				continue
			}
			if b := w.inside(k, v[k]); b != nil {
				c := w.purpose(k)
				out[c] = out[c] || *b
				continue
			}
			w.gather(v[k], out, depth+1)
		}
	case []any:
		for _, item := range v {
			m, _ := item.(map[string]any)
			name := w.called(m)
			if b := w.inside(name, item); b != nil {
				c := w.purpose(name)
				out[c] = out[c] || *b
				continue
			}
			w.gather(item, out, depth+1)
		}
	}
}

// inside reads the answer of a purpose that stands in an object of its own, such as
// "analytics":{"consented":false,"timestamp":...}; nil if there is none.
func (w *words) inside(name string, v any) *bool {
	m, ok := v.(map[string]any)
	if !ok || w.purpose(name) == "" {
		return nil
	}
	b, _, _ := w.lone(name, m)
	return b
}

// called is the name that an object of a list gives itself, "" if it has none.
func (w *words) called(m map[string]any) string {
	for _, k := range w.Names {
		if name, ok := m[k].(string); ok {
			return name
		}
	}
	return ""
}

// guess decodes a value of which nothing is known, as far as it goes.
func guess(value string) any {
	if len(value) > maxGuess {
		return value
	}
	s := strings.TrimSpace(unescape(value))
	for range 3 {
		if s == "" {
			return s
		}
		if strings.ContainsAny(s[:1], `{["`) {
			var v any
			if json.Unmarshal([]byte(s), &v) == nil {
				text, ok := v.(string)
				if !ok {
					return v
				}
				s = strings.TrimSpace(text)
				continue
			}
			if v, err := parseLiteral(s); err == nil {
				return v
			}
		}
		if strings.Contains(s, "=") && !strings.HasSuffix(s, "=") {
			return query(s)
		}
		for _, sep := range []string{",", "|", ";"} {
			if strings.Contains(s, ":") && strings.Contains(s, sep) {
				return pairs(s, sep, ":")
			}
		}
		// Short words are words, even if they could be decoded.
		b, err := unbase64(s)
		if t, ok := b.(string); err != nil || !ok || len(s) < 16 || !strings.ContainsAny(t, `{[="`) {
			return s
		}
		s = strings.TrimSpace(b.(string))
	}
	return s
}
