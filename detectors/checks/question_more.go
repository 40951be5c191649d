package checks

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors/statements"
	"github.com/spoor-audit/spoor/evidence"
)

// cookieWall: is the page shut until the visitor accepts?
func cookieWall(c *Case) Verdict {
	d, v := c.dialog()
	if d == nil {
		return v
	}
	if !d.Blocking && d.Coverage <= blockFrom {
		return pass()
	}
	how := refusable(d)
	v = warn("refusable", certain)
	switch {
	case how == 0 && c.unread(d):
		return unknown("dialog-not-read")
	case how == 0 && c.paying(d):
		return na("pay-or-accept")
	case how == 0 && unseen(d):
		return unknown("layers-not-opened")
	case how == 0:
		v = fail("fail", c.dialogCertainty(d))
	case how != 1 && c.publicBody():
		v = fail("public-body", likely)
	}
	return v.with("accept", label(d, evidence.RoleAccept), "coverage", int(min(max(d.Coverage, 0), 1)*100)).on(c.dialogEvidence()...)
}

// publicBody reports whether the site is known to be a public body's.
func (c *Case) publicBody() bool {
	p, ok := c.partyOf(evidence.Host(c.Visit.Subject.URL))
	return ok && isOne(p, theTables().market.Government)
}

// payOrOK: is paying the alternative to accepting?
func payOrOK(c *Case) Verdict {
	d, v := c.dialog()
	if d == nil {
		return v
	}
	pay := buttons(d, layersLooked, evidence.RolePay)
	switch {
	case !c.paying(d) && c.unread(d):
		return unknown("dialog-not-read")
	case !c.paying(d):
		return pass()
	case c.Profile.Platform:
		v = fail("fail", c.dialogCertainty(d))
	default:
		v = warn("warn", c.dialogCertainty(d))
	}
	name := "?"
	if len(pay) > 0 {
		name = pay[0].Label
	}
	if d.Price != "" {
		v.Reason += "-price"
	}
	return v.with("label", name, "price", d.Price).on(c.dialogEvidence()...)
}

// noGranularChoice: can purposes be chosen one by one?
func noGranularChoice(c *Case) Verdict {
	d, v := c.dialog()
	if d == nil {
		return v
	}
	declared := map[string]bool{}
	perPurpose, perVendor := 0, 0
	for _, t := range d.Toggles {
		switch {
		case t.Vendor:
			perVendor++
		case t.Purpose != classNecessary:
			perPurpose++
			declared[cmp.Or(t.Purpose, t.Label)] = true
		}
	}
	if perPurpose > 0 {
		return pass()
	}
	terms, known := theTables().lexicon.purposes[primary(d.Language)]
	text := dialogText(d)
	for _, id := range saidTerms(text, terms) {
		if id != classFunctional {
			declared[id] = true
		}
	}
	switch {
	case unseen(d):
		return unknown("layers-not-opened")
	case len(declared) < 2 && !known:
		return unknown("language").with("language", cmp.Or(d.Language, "?"))
	case len(declared) < 2:
		return na("one-purpose")
	case perVendor > 0:
		v = warn("vendors", likely)
	default:
		v = fail("fail", min(c.dialogCertainty(d), likely))
	}
	return v.with("k", len(declared)).with(words("list", slices.Sorted(maps.Keys(declared)))...).on(c.dialogEvidence()...)
}

// dialogText returns the text of all layers in lower case.
func dialogText(d *evidence.Dialog) string {
	parts := []string{d.Text}
	for _, l := range d.Layers {
		parts = append(parts, l.Text)
	}
	return strings.ToLower(strings.Join(parts, "\n"))
}

// purposeInfoMissing: does the first layer say why, and who?
func purposeInfoMissing(c *Case) Verdict {
	d, v := c.dialog()
	if d == nil {
		return v
	}
	lex := &theTables().lexicon
	terms, known := lex.purposes[primary(d.Language)]
	text := strings.ToLower(cmp.Or(d.Text, firstLayer(d)))
	switch {
	case text == "":
		return unknown("dialog-not-read")
	case !known:
		return unknown("language").with("language", cmp.Or(d.Language, "?"))
	}
	quote := ""
	if s := strings.TrimSpace(cmp.Or(d.Text, firstLayer(d))); s != "" {
		quote = s
	}
	if len(saidTerms(text, terms)) == 0 {
		return fail("fail", min(certain, d.Certainty)).with("quote", quote).on(c.dialogEvidence()...)
	}
	who := says(text, lex.parties[primary(d.Language)]) != ""
	if who && c.linksPolicy() {
		return pass()
	}
	branch := "no-link"
	if !who {
		branch = "no-party"
	}
	return warn(branch, min(likely, d.Certainty)).with("quote", quote).on(c.dialogEvidence()...)
}

// linksPolicy reports whether the dialog links to a statement.
func (c *Case) linksPolicy() bool {
	return slices.ContainsFunc(c.Visit.Runs, func(r evidence.Run) bool {
		return slices.ContainsFunc(r.Policies, func(l evidence.PolicyLink) bool { return l.Where == "dialog" })
	})
}

// firstLayer returns the text of layer 1.
func firstLayer(d *evidence.Dialog) string {
	for _, l := range d.Layers {
		if l.Number == 1 {
			return l.Text
		}
	}
	return ""
}

// legitimateInterestSubstitution: does legitimate interest stand in for consent?
func legitimateInterestSubstitution(c *Case) Verdict {
	d, v := c.dialog()
	if d == nil {
		return v
	}
	var last *statements.Statement
	samples, why := c.after(evidence.Reject, evidence.KindSignals)
	for _, s := range samples {
		for _, st := range c.said(s, func(st *statements.Statement) bool { return st.TCF != nil && st.Sent == "" }) {
			last = latest(last, st)
		}
	}
	var measuring []int
	if last != nil {
		var banned []int
		for _, p := range last.TCF.Interests {
			switch {
			case p >= 3 && p <= 6:
				banned = append(banned, p)
			case p >= 7 && p <= 10:
				measuring = append(measuring, p)
			}
		}
		if len(banned) > 0 {
			return fail("tcf", 0.95).with("purposes", numbers(banned)).on(last.Evidence)
		}
	}
	var on, off []string
	for _, t := range d.Toggles {
		if t.Interest && t.On && t.Purpose == classMarketing {
			on = append(on, t.Label)
		} else if t.Interest {
			off = append(off, t.Label)
		}
	}
	switch {
	case len(on) > 0:
		return fail("switches", likely).with("list", on).on(c.dialogEvidence()...)
	case len(off) > 0:
		return warn("offered", likely).with("list", off).on(c.dialogEvidence()...)
	case len(measuring) > 0:
		return warn("measuring", likely).with("purposes", numbers(measuring)).on(last.Evidence)
	case last != nil:
		return pass()
	case unseen(d):
		return unknown("layers-not-opened")
	case why != "" && c.usesTCF():
		return c.withoutChoice(why)
	}
	return na("no-interest")
}

// usesTCF reports whether the site speaks TCF.
func (c *Case) usesTCF() bool {
	return slices.ContainsFunc(c.Statements, func(st statements.Statement) bool { return st.TCF != nil })
}

// loadedWording: do the words on the buttons steer?
func loadedWording(c *Case) Verdict {
	d, v := c.dialog()
	if d == nil {
		return v
	}
	lang := primary(d.Language)
	lex := &theTables().lexicon
	if _, known := lex.agree[lang]; !known {
		return unknown("language").with("language", cmp.Or(d.Language, "?"))
	}
	for _, b := range buttons(d, layersLooked, evidence.RoleAccept, evidence.RoleReject) {
		branch, words := "agree", lex.agree[lang]
		if b.Role == evidence.RoleReject {
			branch, words = "refuse", lex.refuse[lang]
		}
		if says(strings.ToLower(b.Label), words) != "" {
			return warn(branch, min(likely, b.Certainty)).with("label", b.Label).on(c.dialogEvidence()...)
		}
	}
	if c.unread(d) {
		return unknown("dialog-not-read")
	}
	return pass()
}

// dialogLanguageMismatch: is the question put in the language of the page?
func dialogLanguageMismatch(c *Case) Verdict {
	d, v := c.dialog()
	if d == nil {
		return v
	}
	page := ""
	if r := c.facts.dialog.run; len(r.Pages) > 0 {
		page = primary(r.Pages[0].Language)
	}
	switch dialog := primary(d.Language); {
	case dialog == "" || page == "":
		return unknown("language-not-told")
	case dialog == page:
		return pass()
	default:
		return warn("warn", likely).with("dialog", dialog, "page", page).on(c.dialogEvidence()...)
	}
}

// naggingReprompt: is a refusal asked again, or kept less well than a yes?
func naggingReprompt(c *Case) Verdict {
	samples, level, v := c.refused()
	if v.Outcome != "" {
		return v
	}
	accepted, _, missing := c.obeyed(evidence.Accept)
	back := ""
	for _, s := range samples {
		back = cmp.Or(back, s.run.Choice.Back)
	}
	if back != "" {
		if missing.Outcome != "" {
			return unknown("accept-not-seen")
		}
		if slices.ContainsFunc(accepted, func(s *sample) bool { return s.run.Choice.Back != "" }) {
			return na("always-back")
		}
		if level < 2 {
			return warn(again(back), likely)
		}
		return fail(again(back), certain)
	}
	if missing.Outcome != "" {
		return pass()
	}
	for _, name := range slices.Sorted(maps.Keys(choices(samples))) {
		no, yes := choices(samples)[name], choices(accepted)[name]
		if yes != nil && no.cookie.Session && !yes.cookie.Session {
			return warn("session", likely).with("cookie", name).on(no.id, yes.id)
		}
	}
	return pass()
}

// again names the branch for how a dialog came back.
func again(back string) string {
	if back == "reload" {
		return "again-reload"
	}
	return "again-page"
}

// choices returns the cookies in which samples keep the record of the choice, by
// name, as written after it.
func choices(samples []*sample) map[string]*item {
	out := map[string]*item{}
	for _, s := range samples {
		for i := range s.items {
			if x := &s.items[i]; x.cookie != nil && x.exempt == "consent" && x.fresh {
				out[x.name] = x
			}
		}
	}
	return out
}
