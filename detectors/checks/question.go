package checks

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
)

// layersLooked is how many layers of a dialog a way to refuse may lie deep.
const layersLooked = 3

// buttons returns the buttons of a dialog with one of some roles on layers up to
// a number.
func buttons(d *evidence.Dialog, layer int, roles ...string) []*evidence.Button {
	var out []*evidence.Button
	for i := range d.Buttons {
		b := &d.Buttons[i]
		if b.Layer <= layer && slices.Contains(roles, b.Role) {
			out = append(out, b)
		}
	}
	slices.SortStableFunc(out, func(a, b *evidence.Button) int { return a.Layer - b.Layer })
	return out
}

// chooser reports whether a layer offers switches of purposes and a button that
// keeps them.
func chooser(d *evidence.Dialog, layer int) bool {
	free := slices.ContainsFunc(d.Toggles, func(t evidence.Toggle) bool { return !t.Disabled && t.Layer <= layer })
	return free && len(buttons(d, layer, evidence.RoleSave)) > 0
}

// unseen reports whether a dialog has a button to a further layer that was not
// opened, so that what is missing may be there.
func unseen(d *evidence.Dialog) bool {
	if len(buttons(d, 1, evidence.RoleSettings)) == 0 {
		return false
	}
	deeper := slices.ContainsFunc(d.Buttons, func(b evidence.Button) bool { return b.Layer > 1 }) ||
		slices.ContainsFunc(d.Toggles, func(t evidence.Toggle) bool { return t.Layer > 1 }) ||
		slices.ContainsFunc(d.Layers, func(l evidence.Layer) bool { return l.Number > 1 })
	return !deeper
}

// unread reports whether the roles of buttons cannot be relied on: none was told
// apart, or the language of the dialog is not one that its words are known in.
func (c *Case) unread(d *evidence.Dialog) bool {
	if d.By == "rule" {
		return len(d.Buttons) == 0
	}
	if len(d.Buttons) == 0 {
		return true
	}
	_, known := theTables().lexicon.purposes[primary(d.Language)]
	return !known && !slices.ContainsFunc(d.Buttons, func(b evidence.Button) bool {
		return b.Role != evidence.RoleOther && b.Certainty >= certain
	})
}

// primary returns the first part of a language tag in lower case: "nl" of
// "nl-NL".
func primary(tag string) string {
	tag, _, _ = strings.Cut(strings.ToLower(tag), "-")
	tag, _, _ = strings.Cut(tag, "_")
	return tag
}

// paying reports whether the alternative to accepting is paying.
func (c *Case) paying(d *evidence.Dialog) bool {
	if len(buttons(d, layersLooked, evidence.RolePay)) > 0 || d.Price != "" {
		return true
	}
	return slices.ContainsFunc(c.Visit.Runs, func(r evidence.Run) bool { return r.Outcome == evidence.PayOrAccept })
}

// refusable says how a dialog can be refused: 0 not at all, 1 on the first
// layer, 2 deeper, 3 by switches of the first layer alone, 4 by switches deeper.
func refusable(d *evidence.Dialog) int {
	list := buttons(d, layersLooked, evidence.RoleReject)
	switch {
	case len(list) > 0 && list[0].Layer <= 1:
		return 1
	case len(list) > 0:
		return 2
	case chooser(d, 1):
		return 3
	case chooser(d, layersLooked):
		return 4
	}
	return 0
}

// manyIgnored is for how many organisations a refusal may fail before it counts
// as none.
const manyIgnored = 5

// noRejectAnyLayer: can the visitor refuse at all? A refusal that does not work
// counts as none.
func noRejectAnyLayer(c *Case) Verdict {
	d, v := c.dialog()
	if d == nil {
		return v
	}
	if how := refusable(d); how == 0 {
		switch {
		case c.unread(d):
			return unknown("dialog-not-read")
		case len(buttons(d, layersLooked, evidence.RolePay)) > 0 || c.paying(d):
			return na("pay-or-accept")
		case unseen(d):
			return unknown("layers-not-opened")
		}
		return fail("fail", c.dialogCertainty(d)).with("labels", labels(d)).on(c.dialogEvidence()...)
	}
	if m := c.result("reject-signal-mismatch"); m.Outcome == Fail {
		return fail("stores-yes", m.Certainty).with("label", m.Args["label"], "state", m.Args["state"]).on(m.Evidence...)
	}
	for _, id := range []string{"reject-ignored-cookies", "reject-ignored-requests"} {
		if m := c.result(id); m.Outcome == Fail && len(m.Organisations) >= manyIgnored {
			out := fail("ignored", m.Certainty).with("n", len(m.Organisations), "orgs", m.Args["orgs"]).on(m.Evidence...)
			out.Organisations = slices.Clone(m.Organisations)
			return out
		}
	}
	return pass()
}

// dialogCertainty is how sure a statement about what a dialog lacks can be: a
// button whose role could not be told may be what is missing.
func (c *Case) dialogCertainty(d *evidence.Dialog) float64 {
	sure := min(d.Certainty, 0.95)
	for _, b := range d.Buttons {
		if b.Role == evidence.RoleOther && b.Certainty < 0.5 {
			return min(sure, likely)
		}
	}
	return sure
}

// dialogEvidence points at what shows the dialog: the state that was read while
// it was there, if any.
func (c *Case) dialogEvidence() []evidence.ID {
	r := c.facts.dialog.run
	if r == nil {
		return nil
	}
	for i := range r.Signals {
		if r.Signals[i].Phase == evidence.Before {
			return []evidence.ID{r.Signals[i].ID}
		}
	}
	return nil
}

// labels lists what stands on the buttons of a dialog, quoted.
func labels(d *evidence.Dialog) []string {
	var out []string
	for _, b := range d.Buttons {
		if b.Label != "" && !slices.Contains(out, `"`+b.Label+`"`) {
			out = append(out, `"`+b.Label+`"`)
		}
	}
	return out
}

// label returns the label of the first button with a role, or "?".
func label(d *evidence.Dialog, role string) string {
	if list := buttons(d, layersLooked, role); len(list) > 0 {
		return cmp.Or(list[0].Label, "?")
	}
	return "?"
}

// noRejectFirstLayer: is refusing offered beside accepting?
func noRejectFirstLayer(c *Case) Verdict {
	d, v := c.dialog()
	if d == nil {
		return v
	}
	how := refusable(d)
	switch {
	case how == 0 && c.unread(d):
		return unknown("dialog-not-read")
	case how == 0 && unseen(d) && len(buttons(d, 1, evidence.RoleAccept)) > 0:
		v = fail("deeper", min(c.dialogCertainty(d), likely))
	case how == 0:
		return na("no-reject-at-all")
	case len(buttons(d, 1, evidence.RoleAccept)) == 0:
		return na("no-accept-first-layer")
	case how == 1:
		return pass()
	case how == 3:
		return warn("switches", likely).with("accept", label(d, evidence.RoleAccept), "save", label(d, evidence.RoleSave)).on(c.dialogEvidence()...)
	default:
		v = fail("fail", c.dialogCertainty(d))
	}
	accept, refuse := c.clicks(evidence.Accept), c.clicks(evidence.Reject)
	if refuse == 0 {
		refuse = 2
	}
	return v.with("accept", label(d, evidence.RoleAccept), "a", max(accept, 1), "r", refuse).on(c.dialogEvidence()...)
}

// clicks returns how many clicks a choice took where it worked, scrolling inside
// the dialog to a button counted as one; 0 if it is not known.
func (c *Case) clicks(s evidence.Scenario) int {
	best := 0
	for i := range c.Visit.Runs {
		r := &c.Visit.Runs[i]
		if r.Scenario != s || c.obedience(r) == 0 {
			continue
		}
		n := 0
		for _, p := range r.Choice.Presses {
			n++
			if r.Dialog != nil && slices.ContainsFunc(r.Dialog.Buttons, func(b evidence.Button) bool {
				return b.Label == p.Label && b.Role == p.Role && b.Layer == p.Layer && b.Scrolled > 0
			}) {
				n++
			}
		}
		if n > 0 && (best == 0 || n < best) {
			best = n
		}
	}
	return best
}

// rejectMoreClicks: does refusing take more clicks than accepting?
func rejectMoreClicks(c *Case) Verdict {
	d, v := c.dialog()
	if d == nil {
		return v
	}
	if refusable(d) == 0 && !unseen(d) && !c.unread(d) {
		return na("no-reject-at-all")
	}
	accept, refuse := c.clicks(evidence.Accept), c.clicks(evidence.Reject)
	if accept == 0 || refuse == 0 {
		return unknown("clicks-not-verified")
	}
	switch more := refuse - accept; {
	case more <= 0:
		return pass()
	case more == 1:
		v = warn("warn", certain)
	default:
		v = fail("fail", 0.95)
	}
	return v.with("accept", label(d, evidence.RoleAccept), "r", refuse, "a", accept)
}

// rejectAsLink: is refusing a link in the text while accepting is a button?
func rejectAsLink(c *Case) Verdict {
	accept, reject, v := c.pair()
	if accept == nil {
		return v
	}
	// What is filled or framed looks like a button, wherever it stands.
	button := reject.Filled || reject.Outline
	switch {
	case !accept.Filled || button || reject.Tag != "a" && !reject.Inline:
		return pass()
	case reject.Inline:
		v = fail("fail", min(certain, reject.Certainty, accept.Certainty))
	default:
		v = warn("warn", min(certain, reject.Certainty, accept.Certainty))
	}
	return v.with("accept", accept.Label, "reject", reject.Label).on(c.dialogEvidence()...)
}

// pair returns the buttons of the first layer that accept and refuse, or the
// verdict that there are not both.
func (c *Case) pair() (accept, reject *evidence.Button, v Verdict) {
	d, v := c.dialog()
	if d == nil {
		return nil, nil, v
	}
	yes, no := buttons(d, 1, evidence.RoleAccept), buttons(d, 1, evidence.RoleReject)
	switch {
	case len(d.Buttons) == 0 || c.unread(d):
		return nil, nil, unknown("dialog-not-read")
	case len(yes) == 0 || len(no) == 0:
		return nil, nil, na("no-pair")
	}
	return yes[0], no[0], Verdict{}
}

// pretickedPurposes: are optional purposes on before anyone touched them?
func pretickedPurposes(c *Case) Verdict {
	d, v := c.dialog()
	if d == nil {
		return v
	}
	var on, perhaps []string
	free := 0
	for _, t := range d.Toggles {
		if t.Disabled || t.Interest || t.Vendor {
			continue
		}
		free++
		switch {
		case !t.On || t.Purpose == classNecessary:
		case t.Purpose == "":
			perhaps = append(perhaps, t.Label)
		default:
			on = append(on, t.Label)
		}
	}
	switch {
	case len(on) > 0:
		return fail("fail", min(0.95, d.Certainty)).with("k", len(on), "list", on).on(c.dialogEvidence()...)
	case len(perhaps) > 0:
		return warn("perhaps", min(likely, d.Certainty)).with("k", len(perhaps), "list", perhaps).on(c.dialogEvidence()...)
	case free == 0 && unseen(d):
		return unknown("layers-not-opened")
	case free == 0:
		return na("no-switches")
	}
	return pass()
}

// The place where visitors look for the button that closes a dialog.
const (
	zoneHigh  = 0.20 // share of the height, from the top
	zoneWide  = 0.15 // share of the width, from the outer side
	zoneMinX  = 64   // CSS pixels at least
	zoneMinY  = 48
	blockFrom = 0.6 // share of the window that a dialog covers which blocks
)

// acceptInClosePosition: does accepting sit where closing belongs?
func acceptInClosePosition(c *Case) Verdict {
	d, v := c.dialog()
	if d == nil {
		return v
	}
	if d.Box[2] <= 0 || d.Box[3] <= 0 {
		return unknown("no-geometry")
	}
	if c.unread(d) {
		return unknown("dialog-not-read")
	}
	var accept, cross *evidence.Button
	escape := false
	for i := range d.Buttons {
		b := &d.Buttons[i]
		if b.Layer > 1 || !c.inZone(d, b) {
			continue
		}
		switch b.Role {
		case evidence.RoleAccept:
			accept = b
		case evidence.RoleClose:
			escape, cross = true, b
		case evidence.RoleReject:
			escape = true
		}
	}
	switch {
	case accept != nil && !escape:
		return fail("fail", min(certain, accept.Certainty, d.Certainty)).with("label", accept.Label).on(c.dialogEvidence()...)
	case cross != nil && cross.Icon && c.result("close-counts-as-consent").Outcome == Fail:
		return warn("cross", likely).with("label", cross.Label).on(c.dialogEvidence()...)
	}
	return pass()
}

// inZone reports whether the middle of a button lies where visitors look for the
// button that closes. It may lie a little outside the dialog: its box can be that
// of what it holds, and a cross often hangs over the edge.
func (c *Case) inZone(d *evidence.Dialog, b *evidence.Button) bool {
	wide := max(float64(d.Box[2])*zoneWide, zoneMinX)
	high := max(float64(d.Box[3])*zoneHigh, zoneMinY)
	x := float64(b.Box[0]) + float64(b.Box[2])/2 - float64(d.Box[0])
	y := float64(b.Box[1]) + float64(b.Box[3])/2 - float64(d.Box[1])
	if b.Box[2] <= 0 || b.Box[3] <= 0 || y < -zoneMinY || y > high || x < -zoneMinX || x > float64(d.Box[2])+zoneMinX {
		return false
	}
	if slices.Contains(theTables().market.RightToLeft, primary(d.Language)) {
		return x <= wide
	}
	return x >= float64(d.Box[2])-wide
}
