package consent

import (
	"math"
	"net/url"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
)

// Points of a candidate; see judge.
const (
	enough     = 4.5 // from here it is a question for consent
	enoughNext = 2.5 // from here it is a further layer of one
	fromTCF    = 1.5 // the page's own word that it shows one

	muteAgainst = -3.0 // no word of cookies or consent
)

// certainty turns points into a number between 0 and 1: half at the threshold.
func certainty(points float64) float64 {
	return min(0.99, math.Round(100/(1+math.Exp(-0.75*(points-enough))))/100)
}

// count is the number of controls with a role.
func (c *candidate) count(roles ...string) int {
	n := 0
	for i := range c.Controls {
		if k := &c.Controls[i]; k.means.sure >= sureWeak && slices.Contains(roles, k.means.role) {
			n++
		}
	}
	return n
}

// judge gives a candidate its points: what its text says, what can be pressed in
// it, how it stands in the page, and what speaks against it. The meanings of its
// controls must be known.
func (w *words) judge(c *candidate, tcf bool) float64 {
	said := w.said(c)
	p := said.points + w.standing(c) + w.offers(c, said.sentences)
	if tcf {
		p += fromTCF
	}
	// A control on its own, however it is called, asks nothing.
	if said.loose < 12 && c.count(evidence.RoleAccept, evidence.RoleReject, evidence.RoleSave) < 2 {
		p -= 4
	}
	// Who can only be told no asked for something else; a question for consent
	// wants to hear yes.
	if said.sentences < 3 && c.count(evidence.RoleReject) > 0 && c.count(evidence.RoleAccept, evidence.RoleSave, evidence.RoleSettings, evidence.RolePay) == 0 {
		p -= 2
	}
	// So does who can only be told yes, or put off, where no cookie is named.
	if !said.cookies && said.purposes == 0 && said.sentences < 2 && c.count(evidence.RoleClose) > 0 && c.count(evidence.RoleReject, evidence.RoleSettings, evidence.RolePay) == 0 {
		p -= 1.5
	}
	return p - said.against - fieldsAgainst(c)
}

type said struct {
	sentences int
	points    float64
	against   float64
	cookies   bool // are named
	purposes  int  // that need consent and are named
	loose     int  // characters of text beside the labels of controls
}

// said weighs the text of a candidate.
func (w *words) said(c *candidate) said {
	ts := tokens(c.Text)
	cookies := w.namesCookies(ts)
	sentences := make([]map[int]bool, len(w.langs))
	end := make([]int, len(w.langs)) // of the last sentence that counts
	never := map[string]map[string]bool{}
	for _, f := range w.texts.find(ts) {
		e := w.text[f.id]
		switch e.list {
		case "sentence":
			if sentences[e.lang] == nil {
				sentences[e.lang] = map[int]bool{}
			}
			// Where no cookie is named, one turn of phrase is not counted twice: "your
			// consent", "withdraw consent at any time".
			if cookies || f.from >= end[e.lang] {
				sentences[e.lang][f.id] = true
				end[e.lang] = f.to
			}
		case "never":
			if never[e.class] == nil {
				never[e.class] = map[string]bool{}
			}
			never[e.class][wordsOf(ts, f)] = true
		}
	}
	s := said{cookies: cookies}
	for _, m := range sentences {
		s.sentences = max(s.sentences, len(m))
	}
	purposes := w.namedPurposes(ts)
	s.purposes = len(purposes)
	if s.sentences == 0 && len(purposes) > 1 {
		s.sentences = 1
	}
	s.points = []float64{0, 2.5, 4, 5, 5.3, 5.5}[min(5, s.sentences)]
	if s.sentences == 0 {
		s.points, c.mute = muteAgainst, true // it speaks of something else
		if cookies {
			s.points, c.mute = 2, false
		}
	}
	s.against = against(c, never, s)
	s.loose = len(c.Text)
	for i := range c.Controls {
		s.loose -= len(c.Controls[i].Text)
	}
	switch {
	case len(c.Text) > 5000:
		s.against += 2
	case len(c.Text) > 2500:
		s.against += 0.5
	}
	return s
}

// against weighs the words of other things that pop up, by what these are.
func against(c *candidate, never map[string]map[string]bool, s said) float64 {
	p := 0.0
	for _, m := range never {
		p = max(p, []float64{0, 1, 2.7, 4}[min(3, len(m))])
	}
	switch {
	case p > 0 && !s.cookies && s.sentences < 4 && (s.purposes == 0 || fieldsAgainst(c) >= 2) && c.count(evidence.RolePay) == 0:
		p += 3 // it asks about that other thing
	// Pay or accept: what is sold is part of the question.
	case s.sentences > 0 && c.count(evidence.RolePay) > 0 && c.count(evidence.RoleAccept) > 0:
		p /= 3
	// What asks for nothing but consent may still mention other things.
	case s.sentences >= 3 && fieldsAgainst(c) < 2 && c.count(evidence.RoleAccept) > 0 && c.count(evidence.RoleReject, evidence.RoleSettings, evidence.RolePay) > 0:
		p /= 3
	}
	return p
}

// namesCookies reports whether a text has the word cookie in any language, beside
// the names of statements.
func (w *words) namesCookies(ts []token) bool {
	all := w.labels.find(ts)
	return slices.ContainsFunc(all, func(f found) bool {
		return w.label[f.id].class == "object" && !slices.ContainsFunc(all, func(o found) bool {
			return w.label[o.id].class == "policy" && o.from <= f.from && f.to <= o.to && o.to-o.from > f.to-f.from
		})
	})
}

// namedPurposes are the purposes that need consent which a text names, in the
// language that names most of them.
func (w *words) namedPurposes(ts []token) map[string]bool {
	var most map[string]bool
	named := make([]map[string]bool, len(w.langs))
	for _, f := range w.texts.find(ts) {
		e := w.text[f.id]
		if e.list != "purpose" || e.class == "necessary" || e.class == "functional" {
			continue
		}
		if named[e.lang] == nil {
			named[e.lang] = map[string]bool{}
		}
		named[e.lang][e.class] = true
		if len(named[e.lang]) > len(most) {
			most = named[e.lang]
		}
	}
	return most
}

func wordsOf(ts []token, f found) string {
	var b strings.Builder
	for _, t := range ts[f.from:f.to] {
		b.WriteString(t.fold)
		b.WriteByte(' ')
	}
	return b.String()
}

// standing weighs how the candidate stands in the page.
func (w *words) standing(c *candidate) float64 {
	p := map[string]float64{"modal": 1.5, "dialog": 1.5, "popover": 1.5, "fixed": 1.5, "sticky": 1.2, "above": 1, "shadow": 0.5, "named": 0.5}[c.Why]
	flow := c.Flow || c.Why == "page"
	if !flow && (c.Why == "text" || c.Why == "named" || c.Why == "shadow") {
		p = 1
	}
	if !c.scene.main {
		flow = false
		if c.scene.holder != nil && c.scene.holder.Fixed {
			p = max(p, 1.5)
		}
		switch h := c.scene.holder; {
		case h == nil:
			p -= 2 // nobody can see the frame
		case h.Fixed, h.Box[2]*h.Box[3]*2 >= c.scene.parent.Width*c.scene.parent.Height:
		case h.Box[2]*10 >= c.scene.parent.Width*9 && h.Box[1] < 100:
			p-- // a bar across the top
		default:
			p -= 8 // something embedded in the page, which asks for itself
		}
	}
	if hinted(c.Hint, w.places.Hints) {
		p++
	}
	if hinted(c.Hint, w.places.Against) {
		p -= 1.5
	}
	if c.Why == "page" && flow && !w.gateLike(c.scene.URL) {
		// A page that has more to say than to ask.
		p--
		if len(c.Text) > 2500 {
			p -= 2
		}
		if c.count(evidence.RoleOther) > 6 {
			p -= 2
		}
	}
	if flow {
		p--
		if c.Top > c.scene.Height && c.Below > c.scene.Height && c.Outside > 300 {
			p -= 2 // in the middle of the page
		}
		if c.count(evidence.RoleAccept, evidence.RoleReject, evidence.RolePay) == 0 {
			p -= 4
		}
	}
	return p
}

// gateLike reports whether an address is that of a page which only asks.
func (w *words) gateLike(address string) bool {
	u, err := url.Parse(address)
	return err == nil && hinted(u.Host+u.Path, w.places.Gates)
}

// offers weighs the controls.
func (w *words) offers(c *candidate, sentences int) float64 {
	p, other, answers := 0.0, 0, 0
	seen := map[string]bool{}
	for i := range c.Controls {
		m := &c.Controls[i].means
		if m.role == evidence.RoleOther || m.sure < sureWeak {
			other++
			continue
		}
		if m.role != evidence.RoleSettings {
			answers++
		}
		if seen[m.role] {
			continue
		}
		seen[m.role] = true
		switch m.role {
		case evidence.RoleAccept:
			p += 1.5
			if m.kind == "go" || m.kind == "yes" || m.kind == "acknowledge" {
				p -= 0.5
			}
		case evidence.RoleReject:
			p += 2
			if m.kind == "no" {
				p--
			}
		case evidence.RoleSettings, evidence.RoleSave:
			p++
		case evidence.RolePay:
			if sentences > 0 && seen[evidence.RoleAccept] {
				p++
			}
		}
	}
	purposes := map[string]bool{}
	for i := range c.Toggles {
		if c.Toggles[i].purpose != "" {
			purposes[c.Toggles[i].purpose] = true
		}
	}
	if len(purposes) >= 2 {
		p++
	}
	if len(w.policyLinks(c)) > 0 {
		p += 0.5
	}
	switch {
	case answers == 0 && c.count(evidence.RoleSettings) == 0:
		p -= 3
	case answers == 0:
		p -= 1.5
	}
	if other > 20 {
		p -= 2
	}
	return p
}

// fieldsAgainst: who asks for words to be typed asks for something else.
func fieldsAgainst(c *candidate) float64 {
	p := 0.0
	for _, f := range c.Fields {
		switch f {
		case "email", "password", "tel", "text", "textarea", "number", "date":
			p += 2
		case "search", "select":
			p += 0.5
		}
	}
	return min(p, 4)
}

// policyLinks are the candidate's links to statements.
func (w *words) policyLinks(c *candidate) []evidence.PolicyLink {
	var out []evidence.PolicyLink
	for _, l := range c.Links {
		if w.paperKind(l.Label, l.URL) == "" {
			continue
		}
		link := evidence.PolicyLink{Label: l.Label, URL: l.URL, Where: "dialog", Reachable: l.Hit}
		if !slices.Contains(out, link) {
			out = append(out, link)
		}
	}
	return out
}

// paperKind tells whether a link leads to a statement: "policy",
// "cookie-policy", or "" if it does not.
func (w *words) paperKind(label, address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	ts := tokens(label)
	if len(ts) > 12 {
		return ""
	}
	says := slices.ContainsFunc(w.labels.find(ts), func(f found) bool { return w.label[f.id].class == "policy" })
	cookie := strings.Contains(fold(label), "cookie") || hinted(u.Path, w.places.Papers["cookie-policy"])
	path := hinted(u.Path, w.places.Papers["cookie-policy"]) || hinted(u.Path, w.places.Papers["policy"])
	switch {
	case !says && !path:
		return ""
	case cookie:
		return "cookie-policy"
	}
	return "policy"
}
