package consent

import (
	"context"
	"slices"
	"strconv"

	"github.com/spoor-audit/spoor/evidence"
)

// maxButtons is how many controls of a layer are kept.
const maxButtons = 80

// enter records the layer that the handle stands on: its text, a picture, its
// controls and, unless an answer was given that may have moved them, its switches.
func (h *Handle) enter(ctx context.Context, c *candidate, untouched bool) {
	for i := range h.dialog.Layers {
		if h.dialog.Layers[i].Number == h.layer {
			return
		}
	}
	l := evidence.Layer{Number: h.layer, Text: clip(c.Text, 8000)}
	// A picture that could not be taken is no reason to stop.
	if name, err := h.page.Shot(ctx, "dialog-"+strconv.Itoa(h.layer)); err == nil {
		l.Shot = name
	}
	h.dialog.Layers = append(h.dialog.Layers, l)
	x, y := c.scene.offset()
	for i := range c.Controls {
		if i >= maxButtons {
			break
		}
		h.dialog.Buttons = append(h.dialog.Buttons, c.Controls[i].button(h.layer, x, y))
	}
	if untouched {
		h.addToggles(c)
	}
	if h.dialog.Price == "" && c.count(evidence.RolePay) > 0 {
		h.dialog.Price, _ = h.words.price(c.Text)
	}
	for _, link := range h.words.policyLinks(c) {
		same := func(k evidence.PolicyLink) bool { return k.Label == link.Label && k.URL == link.URL }
		if !slices.ContainsFunc(h.links, same) {
			h.links = append(h.links, link)
		}
	}
}

// addTab adds the switches of another part of the same layer to the record, each
// once. Those that the part about legitimate interest shows are about that.
func (h *Handle) addTab(interest bool) {
	part := candidate{}
	for _, t := range h.current.Toggles {
		if !h.switches[t.N] {
			t.interest = t.interest || interest
			part.Toggles = append(part.Toggles, t)
		}
	}
	h.addToggles(&part)
}

// addToggles adds switches of the present layer to the record.
func (h *Handle) addToggles(c *candidate) {
	for i := range c.Toggles {
		h.switches[c.Toggles[i].N] = true
	}
	h.dialog.Toggles = append(h.dialog.Toggles, c.toggles(h.layer)...)
}

// button is a control as the record keeps it.
func (k *control) button(layer, x, y int) evidence.Button {
	b := evidence.Button{
		Label: clip(k.label(), 200), Role: k.means.role, Certainty: k.means.sure, Layer: layer,
		Box: evidence.Box{k.Box[0] + x, k.Box[1] + y, k.Box[2], k.Box[3]},
		Tag: k.Tag, Icon: k.icon, Inline: k.Inline, FontPx: k.Font, Weight: k.Bold, Scrolled: k.Scrolled,
	}
	around, plain := layered(k.Around)
	if plain {
		b.Around = around.hex()
	}
	fill := around
	if len(k.Fills) > 0 {
		if c, ok := paint(k.Fills[0]); ok {
			fill = c.over(around)
			if plain {
				b.Fill = fill.hex()
				b.Filled = fill.apart(around)
			} else {
				b.Filled = true
			}
		} else {
			b.Filled, plain = true, false // a picture
		}
	}
	b.Outline = k.Border && !b.Filled
	if c, ok := parseColour(k.Color); ok && plain {
		b.Color = c.over(fill).hex()
	}
	return b
}

// toggles are the switches as the record keeps them; the radio buttons of one
// question count as one switch.
func (c *candidate) toggles(layer int) []evidence.Toggle {
	var out []evidence.Toggle
	groups := map[string]int{}
	for i := range c.Toggles {
		t := &c.Toggles[i]
		e := evidence.Toggle{Label: t.name, On: t.On, Disabled: t.Off, Layer: layer, Purpose: t.purpose, Vendor: t.vendor, Interest: t.interest}
		if !t.Radio {
			out = append(out, e)
			continue
		}
		e.On = t.On && (t.role == evidence.RoleAccept || t.role != evidence.RoleReject && c.refusable(t.Group))
		at, ok := groups[t.Group]
		if !ok {
			groups[t.Group] = len(out)
			if row := firstLine(t.Row); row != "" {
				e.Label = row
			}
			out = append(out, e)
			continue
		}
		out[at].On = out[at].On || e.On
		if out[at].Purpose == "" {
			out[at].Purpose = e.Purpose
		}
	}
	return out
}
