package consent

import (
	"slices"
	"strings"
	"unicode"

	"github.com/spoor-audit/spoor/evidence"
)

// read gives the controls and switches of a candidate their meaning.
func (w *words) read(c *candidate) {
	c.known = true
	c.papers = len(w.policyLinks(c))
	c.lang, _ = w.language(c.Text)
	if c.lang == "" {
		c.lang = primary(c.Lang)
	}
	if c.lang == "" {
		c.lang = primary(c.scene.Lang)
	}
	langs := []string{c.lang, primary(c.scene.Lang), "en"}
	for i := range c.Controls {
		w.readControl(c, &c.Controls[i], langs)
	}
	for i := range c.Toggles {
		w.readToggle(&c.Toggles[i], langs)
	}
	w.pairs(c)
	c.held()
	many := len(c.Toggles) > 15
	for i := range c.Toggles {
		t := &c.Toggles[i]
		t.vendor = t.vendor || many && t.purpose == ""
	}
	c.inContext()
}

func (w *words) readControl(c *candidate, k *control, langs []string) {
	text := tokens(k.Text)
	k.icon = len(text) == 0 || sign(text)
	switch {
	case !k.icon:
		k.means = w.meaning(k.Text, langs)
		if k.means.role == evidence.RoleOther && k.means.kind == "" && k.Name != "" {
			if m := w.meaning(k.Name, langs); m.role != evidence.RoleOther {
				m.sure *= 0.9
				k.means = m
			}
		}
	case k.Name != "":
		k.means = w.meaning(k.Name, langs)
		if sign(text) && (k.means.role == evidence.RoleAccept || k.means.role == evidence.RoleOther) {
			// A person sees an x, whatever it is called.
			k.means = meaning{role: evidence.RoleClose, sure: 0.7, kind: "sign"}
		}
	case len(text) == 1:
		k.means = meaning{role: evidence.RoleClose, sure: sureParts, kind: "sign"}
	default:
		k.means = meaning{role: evidence.RoleOther, sure: sureWeak}
	}
	// A tab shows another part of the dialog, whatever it is called.
	if k.Role == "tab" && k.means.kind != "interest" {
		k.means = meaning{role: evidence.RoleOther, sure: sureLikely, kind: "tab"}
	}
	if k.icon && k.means.role == evidence.RoleOther && k.means.kind == "" {
		small := k.Box[2] <= 64 && k.Box[3] <= 64
		switch {
		case small && hinted(k.Hint, w.places.Closes):
			k.means = meaning{role: evidence.RoleClose, sure: 0.75, kind: "sign"}
		case small && k.Name == "" && c.corner(k.Box):
			k.means = meaning{role: evidence.RoleClose, sure: sureGuess, kind: "sign"}
		}
	}
}

// corner reports whether a box lies in one of the upper corners of a dialog.
func (c *candidate) corner(b [4]int) bool {
	x, y := b[0]+b[2]/2-c.Box[0], b[1]+b[3]/2-c.Box[1]
	side := max(64, c.Box[2]*15/100)
	return y <= max(56, c.Box[3]/5) && (x <= side || x >= c.Box[2]-side)
}

func hinted(s string, list []string) bool {
	s = strings.ToLower(s)
	return slices.ContainsFunc(list, func(h string) bool { return strings.Contains(s, h) })
}

// inContext corrects meanings by what else the dialog holds.
func (c *candidate) inContext() {
	movable := 0
	for i := range c.Toggles {
		if t := &c.Toggles[i]; !t.Off && !t.Radio && t.purpose != "necessary" {
			movable++
		}
	}
	has := func(role string, kinds ...string) bool {
		return slices.ContainsFunc(c.Controls, func(k control) bool {
			return k.means.role == role && k.means.sure >= sureWeak && (len(kinds) == 0 || slices.Contains(kinds, k.means.kind))
		})
	}
	c.items()
	pay, all, save, reject := has(evidence.RolePay), has(evidence.RoleAccept, "all"), has(evidence.RoleSave), has(evidence.RoleReject)
	for i := range c.Controls {
		k := &c.Controls[i]
		switch k.means.kind {
		case "necessary":
			// The name of a group of cookies is no answer, nor is what unfolds it.
			if k.Expanded != "" || c.names(k.label()) || k.means.sure <= sureGuess && (save || len(c.Toggles) > 0 || c.count(evidence.RoleReject) > 1) {
				k.means = meaning{role: evidence.RoleOther, sure: sureLikely, kind: "group"}
			}
		case "login":
			if pay {
				k.means = meaning{role: evidence.RolePay, sure: sureGuess, lang: k.means.lang, kind: "login"}
			}
		case "confirm":
			// "Confirm" without switches confirms what the dialog asks.
			if movable == 0 && !has(evidence.RoleAccept) && len(c.Toggles) == 0 {
				k.means = meaning{role: evidence.RoleAccept, sure: sureWeak, lang: k.means.lang, kind: "go"}
			} else {
				k.means.sure = sureLikely
			}
		case "keep":
			// "Save and accept" agrees to what the switches say, if there are any.
			if movable > 0 {
				k.means.role, k.means.sure = evidence.RoleSave, sureLikely
			}
		case "acknowledge", "bare", "go", "yes":
			// Beside switches, "OK" keeps what they say.
			if k.means.role == evidence.RoleAccept && movable > 0 && !save && (all || !reject && k.means.kind != "bare") {
				k.means = meaning{role: evidence.RoleSave, sure: sureGuess, lang: k.means.lang, kind: k.means.kind}
			}
		}
	}
}

// names reports whether a label is the name of one of the switches.
func (c *candidate) names(label string) bool {
	return slices.ContainsFunc(c.Toggles, func(t toggle) bool { return !t.Radio && fold(t.name) == fold(label) })
}

// keeps corrects a plain "Accept" on a layer behind the first one, where switches
// can be moved and nothing else keeps what they say: it agrees to that, since the
// switches would be there for nothing otherwise.
func (c *candidate) keeps() {
	if !optional(c) || c.count(evidence.RoleSave) > 0 || c.count(evidence.RoleAccept) != 1 {
		return
	}
	for i := range c.Controls {
		if m := &c.Controls[i].means; m.role == evidence.RoleAccept && m.kind == "bare" {
			m.role, m.sure = evidence.RoleSave, min(m.sure, sureGuess)
		}
	}
}

// held sorts out buttons that stay pressed: a pair of them that agrees and refuses
// is a choice like radio buttons; one that has a role of its own is a button like
// others; the rest are switches.
func (c *candidate) held() {
	group := map[string]int{}
	for i := range c.Toggles {
		if t := &c.Toggles[i]; t.Held && t.answers() {
			group[t.Group]++
		}
	}
	switches := map[int]bool{}
	c.Toggles = slices.DeleteFunc(c.Toggles, func(t toggle) bool {
		drop := t.Held && t.role != evidence.RoleOther && (!t.answers() || group[t.Group] < 2)
		switches[t.N] = t.Held && !drop
		return drop
	})
	for i := range c.Toggles {
		if t := &c.Toggles[i]; t.Held && t.answers() {
			t.Radio = true
		}
	}
	c.Controls = slices.DeleteFunc(c.Controls, func(k control) bool { return switches[k.N] })
}

func (t *toggle) answers() bool {
	return t.role == evidence.RoleAccept || t.role == evidence.RoleReject
}

// items tells answers about single purposes or vendors, which stand in rows and
// all have the same label, from the answer to the whole question.
func (c *candidate) items() {
	times := map[string]int{}
	other := map[string]bool{} // roles that also have an answer with a label of its own
	for i := range c.Controls {
		times[c.Controls[i].means.role+lower(c.Controls[i].label())]++
	}
	for i := range c.Controls {
		if m := c.Controls[i].means; times[m.role+lower(c.Controls[i].label())] == 1 && m.sure >= sureLikely {
			other[m.role] = true
		}
	}
	for i := range c.Controls {
		k := &c.Controls[i]
		answer := k.means.role == evidence.RoleAccept || k.means.role == evidence.RoleReject
		if answer && other[k.means.role] && times[k.means.role+lower(k.label())] > 1 {
			k.means = meaning{role: evidence.RoleOther, sure: sureLikely, lang: k.means.lang, kind: "item"}
		}
	}
}

// readToggle tells what a switch stands for.
func (w *words) readToggle(t *toggle, langs []string) {
	t.name = firstLine(t.Label)
	if len(tokens(t.name)) == 0 || w.onOff(t.name, langs) || t.Radio {
		if row := firstLine(t.Row); row != "" && !t.Radio {
			t.name = row
		}
	}
	if t.Radio || t.Held {
		t.role = w.meaning(t.Label, langs).role
	}
	for _, text := range []string{t.name, t.Label, clip(t.Row, 160), spaced(t.Hint)} {
		if text == "" || t.purpose != "" {
			continue
		}
		t.purpose = w.purpose(text, langs)
	}
	around := t.Label + "\n" + t.Row
	t.interest = w.textHas("interest", around) || hinted(t.Hint, []string{"legint", "legitimate", "li-toggle"})
	t.vendor = t.purpose == "" && hinted(t.Hint, []string{"vendor", "partner"})
	for line := range strings.SplitSeq(around, "\n") {
		if ts := tokens(line); len(ts) > 0 && len(ts) <= 5 && w.textHas("always", line) && t.On {
			t.Off = true
			if t.purpose == "" {
				t.purpose = "necessary"
			}
		}
	}
}

// pairs gives radio buttons that stand in twos their answer by "on" and "off", or by
// their values where long sentences say it.
func (w *words) pairs(c *candidate) {
	size := map[string]int{}
	for i := range c.Toggles {
		if c.Toggles[i].Radio {
			size[c.Toggles[i].Group]++
		}
	}
	for i := range c.Toggles {
		t := &c.Toggles[i]
		if !t.Radio || size[t.Group] != 2 {
			continue
		}
		for _, text := range []string{t.Label, t.Value} {
			if !t.answers() {
				t.role = w.position(text, t.role)
			}
		}
	}
}

// position is what one of two positions of a switch means, by the word for it; else
// the given role.
func (w *words) position(text, role string) string {
	switch text = fold(text); {
	case slices.Contains(w.places.On, text):
		return evidence.RoleAccept
	case slices.Contains(w.places.Off, text):
		return evidence.RoleReject
	}
	return role
}

// onOff reports whether a label only says the state of a switch.
func (w *words) onOff(s string, langs []string) bool {
	ts := tokens(s)
	if len(ts) > 2 || w.textHas("always", s) {
		return len(ts) <= 3
	}
	if w.position(s, "") != "" {
		return true
	}
	switch fold(s) {
	case "toggle", "switch", "checkbox":
		return true
	}
	m := w.meaning(s, langs)
	return m.role == evidence.RoleAccept || m.role == evidence.RoleReject || m.role == evidence.RoleSettings
}

// purposeOrder breaks ties: what a person would least expect wins.
var purposeOrder = []string{"marketing", "social", "analytics", "functional", "necessary"}

// purpose tells what words of a switch are about, "" if nothing is known. The
// earliest word decides; the dialog's own language comes first.
func (w *words) purpose(text string, langs []string) string {
	ts := tokens(text)
	best, at, known := "", len(ts)+1, false
	for _, f := range w.texts.find(ts) {
		e := w.text[f.id]
		if e.list != "purpose" {
			continue
		}
		own := slices.Contains(langs, w.langs[e.lang].Language)
		switch {
		case known && !own:
		case own && !known, f.from < at, f.from == at && rank(e.class) < rank(best):
			best, at, known = e.class, f.from, own
		}
	}
	return best
}

func rank(purpose string) int {
	if i := slices.Index(purposeOrder, purpose); i >= 0 {
		return i
	}
	return len(purposeOrder)
}

// textHas reports whether a text holds words of a class, in any language.
func (w *words) textHas(class, text string) bool {
	return slices.ContainsFunc(w.texts.find(tokens(text)), func(f found) bool { return w.text[f.id].class == class })
}

// spaced splits names such as "cookieMarketing_toggle" into words.
func spaced(s string) string {
	var b strings.Builder
	before := ' '
	for _, r := range s {
		if unicode.IsUpper(r) && unicode.IsLower(before) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		before = r
	}
	return b.String()
}

func firstLine(s string) string {
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.TrimSpace(line); len(tokens(line)) > 0 {
			return clip(line, 160)
		}
	}
	return ""
}

// clip cuts a text to n characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return head(s, n)
}
