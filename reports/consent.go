package reports

import (
	"cmp"
	"maps"
	"slices"

	"github.com/spoor-audit/spoor/evidence"
)

// Limits of what a dialog brings along. A dialog can list a thousand companies;
// the record holds them all.
const (
	maxDialogText = 4000
	maxButtons    = 60
	maxToggles    = 200
	maxLinks      = 30
	maxLayers     = 10
	maxPurposes   = 40
	maxLabel      = 120
	maxWord       = 20 // of what is a word of the project or a colour
)

// Words of the record that the document knows. A record may come from a file, so
// that others can stand in it.
var (
	ways  = []string{"rule", "heuristic", "tcf", "gate"}
	backs = []string{"reload", "page"}
	roles = []string{
		evidence.RoleAccept, evidence.RoleReject, evidence.RoleSettings, evidence.RoleSave, evidence.RoleClose, evidence.RolePay, evidence.RoleOther,
	}
)

// oneOf returns a word if it is one of those that are known; else the last of the
// roles, or none of the others.
func oneOf(word string, known []string) string {
	switch {
	case slices.Contains(known, word):
		return word
	case slices.Contains(known, evidence.RoleOther):
		return evidence.RoleOther
	}
	return ""
}

// share makes a number one between 0 and 1.
func share(f float64) float64 { return min(max(f, 0), 1) }

// choice fills what a run says of the question for consent and the answer.
func (b *builder) choice(out *Run, run *evidence.Run) {
	out.Dialog, out.DialogNote = emptyDialog(), notLookedFor
	if run.Dialog != nil {
		out.Dialog, out.DialogNote = newDialog(run.Dialog), ""
	}
	out.Pressed, out.Presses = []string{}, []Press{}
	if c := run.Choice; c != nil {
		for _, p := range c.Presses {
			label := clip(p.Label, maxLabel)
			out.Pressed = append(out.Pressed, label)
			out.Presses = append(out.Presses, Press{AtMS: int64(p.At), Label: label, Role: oneOf(p.Role, roles), Layer: max(p.Layer, 0)})
		}
		out.Verified, out.Contrary, out.Gone = c.Verified, c.Contrary, c.Gone
		out.ReadBy, out.Back = clip(c.By, maxName), oneOf(c.Back, backs)
		if run.Outcome == evidence.Done && c.Outcome != "" {
			out.Outcome, out.Reason = c.Outcome, clip(c.Reason, maxText)
		}
	}
	out.State = b.state(run)
	out.Policies, out.Controls = []PolicyLink{}, []Control{}
	for _, l := range run.Policies[:min(len(run.Policies), maxLinks)] {
		out.Policies = append(out.Policies, PolicyLink{clip(l.Label, maxLabel), clip(l.URL, maxURL), clip(l.Where, maxWord), l.Reachable})
	}
	for _, c := range run.Controls[:min(len(run.Controls), maxLinks)] {
		control := Control{Label: clip(c.Label, maxLabel), Page: c.Page, Fixed: c.Fixed, Browser: c.Browser}
		if c.Reopens != nil {
			control.Reopens = map[bool]string{true: "yes", false: "no"}[*c.Reopens]
		}
		out.Controls = append(out.Controls, control)
	}
}

func emptyDialog() Dialog {
	return Dialog{Buttons: []Button{}, Toggles: []Toggle{}, Layers: []Layer{}}
}

func newDialog(d *evidence.Dialog) Dialog {
	out := emptyDialog()
	out.Found, out.CMP, out.By, out.Rule = d.Found, clip(d.CMP, maxName), oneOf(d.By, ways), clip(d.Rule, maxName)
	out.Frame, out.Text, out.Language = clip(d.Frame, maxURL), clip(d.Text, maxDialogText), clip(d.Language, maxName)
	out.Certainty, out.AtMS, out.Box = share(d.Certainty), int64(d.At), d.Box
	out.Blocking, out.Coverage, out.Scroll, out.Price = d.Blocking, share(d.Coverage), d.Scroll, clip(d.Price, maxName)
	for _, c := range d.Buttons[:min(len(d.Buttons), maxButtons)] {
		out.Buttons = append(out.Buttons, Button{
			Label: clip(c.Label, maxLabel), Role: oneOf(c.Role, roles), Layer: max(c.Layer, 0), Box: c.Box, Certainty: share(c.Certainty),
			Tag: clip(c.Tag, maxWord), Icon: c.Icon, Inline: c.Inline, Filled: c.Filled, Outline: c.Outline,
			Fill: clip(c.Fill, maxWord), Color: clip(c.Color, maxWord), Around: clip(c.Around, maxWord),
			FontPx: c.FontPx, Weight: c.Weight, Scrolled: c.Scrolled,
		})
	}
	slices.SortStableFunc(out.Buttons, func(a, b Button) int {
		return cmp.Or(cmp.Compare(a.Layer, b.Layer), cmp.Compare(a.Box[1], b.Box[1]), cmp.Compare(a.Box[0], b.Box[0]))
	})
	for _, t := range d.Toggles[:min(len(d.Toggles), maxToggles)] {
		out.Toggles = append(out.Toggles, Toggle{
			Label: clip(t.Label, maxLabel), On: t.On, Disabled: t.Disabled, Layer: max(t.Layer, 0),
			Purpose: clip(t.Purpose, maxWord), Vendor: t.Vendor, Interest: t.Interest,
		})
	}
	for _, l := range d.Layers[:min(len(d.Layers), maxLayers)] {
		out.Layers = append(out.Layers, Layer{Number: max(l.Number, 0), Text: clip(l.Text, maxDialogText), Shot: clip(l.Shot, maxName)})
	}
	slices.SortStableFunc(out.Layers, func(a, b Layer) int { return cmp.Compare(a.Number, b.Number) })
	out.LayersToAccept = out.layerOf(evidence.RoleAccept)
	out.LayersToReject = out.layerOf(evidence.RoleReject)
	if out.LayersToReject == 0 && len(out.Toggles) > 0 {
		out.LayersToReject = out.layerOf(evidence.RoleSave)
	}
	return out
}

// layerOf returns the first layer that has a button of a role, 0 if none has.
func (d *Dialog) layerOf(role string) int {
	layer := 0
	for _, c := range d.Buttons {
		if c.Role == role && (layer == 0 || c.Layer < layer) {
			layer = c.Layer
		}
	}
	return layer
}

// state returns the consent by purpose as the site recorded it: after the
// choice where one was made, else in the whole of a run that makes none. The
// consent manager's own record counts first, then the strings that it passes on.
func (b *builder) state(run *evidence.Run) map[string]bool {
	phase := evidence.After
	if run.Chosen == nil {
		if run.Choice != nil {
			return map[string]bool{} // A choice was tried and not made: nothing was recorded.
		}
		phase = evidence.Before
	}
	var last *evidence.Signal
	for i := range run.Signals {
		s := &run.Signals[i]
		if s.Kind == "cmp" && s.Phase == phase && len(s.Categories) > 0 && (last == nil || s.At >= last.At) {
			last = s
		}
	}
	if last == nil {
		return b.stated(run.Scenario, phase)
	}
	out := map[string]bool{}
	for _, purpose := range slices.Sorted(maps.Keys(last.Categories)) {
		if len(out) < maxPurposes {
			out[clip(purpose, maxWord)] = last.Categories[purpose]
		}
	}
	return out
}
