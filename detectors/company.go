package detectors

import (
	"slices"
)

// Points from which a kind of property counts when a script reads it among
// others. Every page reads one or two.
const (
	minNavigator = 4
	minScreen    = 3
)

// company returns the kinds of properties that a script reads beside pictures,
// sorted. Pages that only use what they need read one at most; the time zone,
// which clocks and calendars read, is no sign here.
func (v *View) company(by *actor) []string {
	companies := Once(v, "companies", func(*View) map[*actor][]string { return map[*actor][]string{} })
	if kinds, ok := companies[by]; ok {
		return kinds
	}
	var kinds []string
	for i := range v.acts {
		if v.acts[i].by == by {
			for kind := range weakKinds(v.acts[i].calls) {
				if kind != "time-zone" {
					kinds = append(kinds, kind)
				}
			}
		}
	}
	slices.Sort(kinds)
	companies[by] = kinds
	return kinds
}

// companyBut is company without one kind.
func (v *View) companyBut(by *actor, kind string) []string {
	return slices.DeleteFunc(slices.Clone(v.company(by)), func(k string) bool { return k == kind })
}

// weakKinds returns the kinds of properties that calls read by asking for
// values, with those calls.
func weakKinds(calls []call) map[string][]call {
	out := map[string][]call{}
	for kind, k := range count(calls).kinds() {
		need := 1
		switch kind {
		case "navigator":
			need = minNavigator
		case "screen":
			need = minScreen
		}
		if k.points >= need {
			out[kind] = inOrder(k.calls)
		}
	}
	if model := slices.DeleteFunc(playing(calls, roleParameter|roleModel), func(c call) bool { return !asksModel(c) }); len(model) > 0 {
		out["webgl"] = model
	}
	if tried := triedFonts(calls); tried.enough() {
		out["fonts"] = tried.calls
	}
	return out
}
