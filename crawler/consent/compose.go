package consent

import (
	"slices"

	"github.com/spoor-audit/spoor/evidence"
)

// stronger are the classes whose longer expressions swallow a shorter one of
// agreeing: "einwilligung speichern" saves.
var stronger = []string{"reject", "save", "setting", "choose", "optional", "pay", "close"}

// tidy drops words of agreeing that are part of a longer expression of another
// class, or that are a refusal just as well.
func (h *hits) tidy() {
	var left []found
	for _, a := range h.at["accept"] {
		swallowed := false
		for _, class := range stronger {
			for _, b := range h.at[class] {
				inside := b.from <= a.from && a.to <= b.to
				longer := b.to-b.from > a.to-a.from
				swallowed = swallowed || inside && (longer || class == "reject")
			}
		}
		if !swallowed {
			left = append(left, a)
		}
	}
	h.at["accept"] = left
	// "No problem" agrees.
	h.at["no"] = slices.DeleteFunc(h.at["no"], func(f found) bool { return h.within(f, "ack") })
	h.at["setting"] = slices.DeleteFunc(h.at["setting"], func(f found) bool { return h.inside(f, "optional") })
}

// compose tells the meaning from the parts. The order of its rules is their rank.
func (h *hits) compose() meaning {
	if h.has("browser") {
		return meaning{role: evidence.RoleOther, sure: sureLikely, kind: "info"}
	}
	refuses := h.has("reject") || h.negated()
	for class, list := range h.list {
		if list == "never" && h.has(class) && !h.has("object") && !refuses {
			// Who pays signs in, or up.
			if h.has("pay") && (class == "login" || class == "newsletter" || class == "paywall") {
				continue
			}
			if class == "login" {
				return meaning{role: evidence.RoleOther, sure: sureParts, kind: "login"}
			}
			return meaning{role: evidence.RoleOther, sure: sureParts, kind: "never"}
		}
	}
	if m, ok := h.money(refuses); ok {
		return m
	}
	if m, ok := h.necessary(); ok {
		return m
	}
	if m, ok := h.optional(refuses); ok {
		return m
	}
	if h.spared() {
		return meaning{role: evidence.RoleAccept, sure: sureGuess, kind: "bare"}
	}
	if h.negated() && !h.has("choose", "setting") {
		return meaning{role: evidence.RoleReject, sure: sureParts}
	}
	if m, ok := h.saving(refuses); ok {
		return m
	}
	if m, ok := h.choosing(refuses); ok {
		return m
	}
	return h.plain()
}

// money: what costs something, or is free in return for consent.
func (h *hits) money(refuses bool) (meaning, bool) {
	if !h.has("pay") {
		return meaning{}, false
	}
	if h.has("free") && h.has("accept", "go") && !refuses {
		return meaning{role: evidence.RoleAccept, sure: sureLikely, kind: "bare"}, true
	}
	return meaning{role: evidence.RolePay, sure: sureParts}, true
}

// necessary: "only necessary", with whatever verb.
func (h *hits) necessary() (meaning, bool) {
	if !h.has("necessary") || h.has("optional") || h.has("choose") || h.has("login") {
		return meaning{}, false
	}
	m := meaning{role: evidence.RoleReject, sure: sureParts, kind: "necessary"}
	switch {
	case h.has("only"), h.has("reject"):
		return m, true
	case h.has("setting", "info"):
		return meaning{}, false
	case h.has("all") && h.has("accept") && h.has("more"):
		return meaning{}, false // "all, including necessary"
	case h.has("accept", "save", "go", "selection", "no"):
		m.sure = sureLikely
		return m, true
	case len(h.ts) <= 3:
		m.sure = sureGuess
		return m, true
	}
	return meaning{}, false
}

// optional: what is not necessary, refused or accepted.
func (h *hits) optional(refuses bool) (meaning, bool) {
	switch {
	case !h.has("optional") || h.has("choose", "setting"):
		return meaning{}, false
	case h.has("reject") && !h.spared(), refuses && !h.has("reject"), h.has("without"), h.has("no") && !h.has("accept"):
		return meaning{role: evidence.RoleReject, sure: sureParts}, true
	case h.has("accept") && !refuses:
		return meaning{role: evidence.RoleAccept, sure: sureLikely, kind: "all"}, true
	}
	return meaning{}, false
}

// negated reports whether agreeing is denied: "not accept", "without accepting",
// "continue without cookies".
func (h *hits) negated() bool {
	for _, no := range append(append([]found(nil), h.at["not"]...), h.at["without"]...) {
		if h.ts[no.to-1].stop {
			continue
		}
		for _, f := range h.at["accept"] {
			if max(f.from-no.to, no.from-f.to) <= 3 {
				return true
			}
		}
	}
	return h.has("without") && h.has("go") && h.has("object")
}

// spared reports whether refusing is denied: "do not reject". A word that also
// means "no" must stand right before: "no, I refuse" refuses.
func (h *hits) spared() bool {
	for _, no := range h.at["not"] {
		if h.ts[no.to-1].stop || h.inside(no, "optional", "reject") {
			continue
		}
		far := 1
		if h.inside(no, "no") {
			far = 0
		}
		for _, f := range h.at["reject"] {
			if gap := f.from - no.to; gap >= 0 && gap <= far {
				return true
			}
		}
	}
	return false
}

// inside reports whether a match is part of one of the classes.
func (h *hits) inside(f found, classes ...string) bool {
	for _, class := range classes {
		for _, o := range h.at[class] {
			if o.from <= f.from && f.to <= o.to {
				return true
			}
		}
	}
	return false
}

// within reports whether a match is part of a longer expression of a class.
func (h *hits) within(f found, class string) bool {
	return slices.ContainsFunc(h.at[class], func(o found) bool { return o.from <= f.from && f.to <= o.to && o.to-o.from > f.to-f.from })
}

// saving: keeping what the switches say.
func (h *hits) saving(refuses bool) (meaning, bool) {
	all := h.has("all") && (h.has("accept") || refuses)
	switch {
	case h.has("reject") && !all && h.has("selection") && !h.has("save", "or"):
		return meaning{role: evidence.RoleReject, sure: sureGuess}, true
	case refuses:
		return meaning{}, false
	case h.has("save") && h.has("all") && !h.has("selection", "setting", "object"):
		return meaning{role: evidence.RoleAccept, sure: sureGuess, kind: "all"}, true
	case all:
		return meaning{}, false
	case h.has("close") && h.has("save") && h.has("without", "not"):
		return meaning{role: evidence.RoleClose, sure: sureLikely}, true
	case h.has("only") && h.has("selection") && !h.has("choose"):
		return meaning{role: evidence.RoleSave, sure: sureLikely}, true
	case h.has("save") && h.has("selection", "setting", "choose", "object"):
		return meaning{role: evidence.RoleSave, sure: sureParts}, true
	case h.has("accept", "go") && h.has("selection") && (!h.has("choose") || h.first("accept") < h.first("choose")):
		return meaning{role: evidence.RoleSave, sure: sureLikely}, true
	case h.has("accept") && h.has("setting") && !h.has("choose") && !h.has("object"):
		return meaning{role: evidence.RoleSave, sure: sureGuess}, true
	case h.has("save") && h.has("accept"):
		return meaning{role: evidence.RoleAccept, sure: sureGuess, kind: "keep"}, true
	case h.has("save"):
		return meaning{role: evidence.RoleSave, sure: sureGuess, kind: "confirm"}, true
	}
	return meaning{}, false
}

// choosing: what opens a further layer.
func (h *hits) choosing(refuses bool) (meaning, bool) {
	both := h.has("accept") && h.has("reject")
	switch {
	case h.has("close") && h.has("setting", "choose") && !h.has("object"):
		return meaning{role: evidence.RoleClose, sure: sureGuess}, true
	case h.has("later") && h.has("choose") && !h.has("setting", "accept") && !refuses:
		return meaning{role: evidence.RoleClose, sure: sureGuess, kind: "later"}, true
	case h.has("choose") && h.has("all") && !h.has("setting", "object", "accept") && !refuses && len(h.ts) <= 3:
		return meaning{role: evidence.RoleAccept, sure: sureGuess, kind: "all"}, true
	case h.has("choose") && h.has("setting", "selection", "object", "more", "accept"), h.has("setting") && !refuses && !h.has("accept"):
		return meaning{role: evidence.RoleSettings, sure: sureParts}, true
	case both && !h.has("or") && !h.has("choose", "setting"):
		return meaning{role: evidence.RoleReject, sure: sureGuess}, true
	case both, h.has("choose"):
		return meaning{role: evidence.RoleSettings, sure: sureGuess}, true
	case h.has("setting") && refuses && (h.has("or") || h.first("setting") < h.first("reject")):
		return meaning{role: evidence.RoleSettings, sure: sureGuess}, true
	case h.has("more") && (h.has("selection") || !h.has("accept", "reject", "info", "go", "policy") && len(h.ts) <= 3 && h.has("object")):
		return meaning{role: evidence.RoleSettings, sure: sureGuess}, true
	}
	return meaning{}, false
}

// plain: labels of one thought.
func (h *hits) plain() meaning {
	sure := sureParts
	if len(h.ts) > 8 {
		sure = sureLikely
	}
	kind := "bare"
	if h.has("all") {
		kind = "all"
	}
	switch {
	case h.has("reject"):
		if kind == "bare" {
			kind = ""
		}
		return meaning{role: evidence.RoleReject, sure: sure, kind: kind}
	case h.has("not", "without", "no") && h.has("object") && len(h.ts) <= 4 && !h.has("accept", "info", "close"):
		return meaning{role: evidence.RoleReject, sure: sureLikely}
	case h.has("close") && !h.has("ack", "accept"):
		return meaning{role: evidence.RoleClose, sure: sureParts}
	case h.has("go") && h.has("object") && h.has("all", "yes"):
		return meaning{role: evidence.RoleAccept, sure: sureLikely, kind: "all"}
	case h.has("info", "policy") && !h.has("accept", "yes", "ack"):
		return meaning{role: evidence.RoleOther, sure: sureLikely, kind: h.infoKind()}
	case h.has("accept"):
		return meaning{role: evidence.RoleAccept, sure: sure, kind: kind}
	case h.has("back"):
		return meaning{role: evidence.RoleOther, sure: sureLikely, kind: "back"}
	case h.has("later"):
		return meaning{role: evidence.RoleClose, sure: sureGuess, kind: "later"}
	case h.has("no") && len(h.ts) <= 6:
		return meaning{role: evidence.RoleReject, sure: 0.75, kind: "no"}
	case h.has("ack") && len(h.ts) <= 6:
		return meaning{role: evidence.RoleAccept, sure: 0.85, kind: "acknowledge"}
	case h.has("yes") && len(h.ts) <= 6:
		return meaning{role: evidence.RoleAccept, sure: 0.7, kind: "yes"}
	case h.has("free") && h.has("go"):
		return meaning{role: evidence.RoleAccept, sure: sureGuess, kind: "go"}
	case h.has("go") && len(h.ts) <= 6:
		return meaning{role: evidence.RoleAccept, sure: sureGuess, kind: "go"}
	case h.has("login"):
		return meaning{role: evidence.RoleOther, sure: sureLikely, kind: "login"}
	case h.has("interest"):
		return meaning{role: evidence.RoleOther, sure: sureLikely, kind: "interest"}
	}
	return meaning{role: evidence.RoleOther, sure: sureWeak}
}

func (h *hits) infoKind() string {
	if h.has("policy") {
		return "policy"
	}
	return "info"
}
