package consent

import (
	"slices"

	"github.com/spoor-audit/spoor/evidence"
)

// optional reports whether a layer has a switch that a person may move.
func optional(c *candidate) bool {
	return slices.ContainsFunc(c.Toggles, func(t toggle) bool { return !t.Off && t.purpose != "necessary" })
}

// chooses reports whether a radio button is the one of its question to choose in
// order to refuse, or to agree. Where none says that it agrees, as with levels of
// cookies, the one does that allows what a person would least expect.
func (c *candidate) chooses(t *toggle, refuse bool) bool {
	if refuse {
		return t.role == evidence.RoleReject
	}
	best := (*toggle)(nil)
	for i := range c.Toggles {
		o := &c.Toggles[i]
		switch {
		case !o.Radio || o.Group != t.Group || o.Off || o.role == evidence.RoleReject:
		case best == nil, o.role == evidence.RoleAccept && best.role != evidence.RoleAccept:
			best = o
		case best.role != evidence.RoleAccept && levels(o.purpose) < levels(best.purpose):
			best = o
		}
	}
	return best == t && (t.role == evidence.RoleAccept || c.refusable(t.Group))
}

// levels orders what radio buttons are about, as rank does; what is known of none
// is taken for all.
func levels(purpose string) int {
	if purpose == "" {
		return -1
	}
	return rank(purpose)
}

// refusable reports whether one of the radio buttons of a question refuses.
func (c *candidate) refusable(group string) bool {
	return slices.ContainsFunc(c.Toggles, func(t toggle) bool { return t.Radio && t.Group == group && t.role == evidence.RoleReject })
}

// movable lists the switches that stand as on says and can be moved. Radio
// buttons are moved by choosing their refusing one.
func movable(c *candidate, on bool) []*toggle {
	var out []*toggle
	for i := range c.Toggles {
		t := &c.Toggles[i]
		if len(out) >= maxMoves || t.Off {
			continue
		}
		if t.Radio {
			if c.chooses(t, on) && !t.On {
				out = append(out, t)
			}
			continue
		}
		if t.On == on && t.purpose != "necessary" {
			out = append(out, t)
		}
	}
	return out
}
