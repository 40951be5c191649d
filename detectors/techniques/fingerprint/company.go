package fingerprint

import (
	"slices"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/apis"
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
func company(v *detectors.View, by *detectors.Actor) []string {
	companies := detectors.Once(v, "companies", func(*detectors.View) map[*detectors.Actor][]string { return map[*detectors.Actor][]string{} })
	if kinds, ok := companies[by]; ok {
		return kinds
	}
	var kinds []string
	for i := range v.Acts {
		if v.Acts[i].By == by {
			for kind := range weakKinds(v.Acts[i].Calls) {
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
func companyBut(v *detectors.View, by *detectors.Actor, kind string) []string {
	return slices.DeleteFunc(slices.Clone(company(v, by)), func(k string) bool { return k == kind })
}

// weakKinds returns the kinds of properties that calls read by asking for
// values, with those calls.
func weakKinds(calls []detectors.Call) map[string][]detectors.Call {
	out := map[string][]detectors.Call{}
	for kind, k := range count(calls).kinds() {
		need := 1
		switch kind {
		case "navigator":
			need = minNavigator
		case "screen":
			need = minScreen
		}
		if k.points >= need {
			out[kind] = detectors.InOrder(k.calls)
		}
	}
	if model := slices.DeleteFunc(detectors.Playing(calls, apis.Parameter|apis.Model), func(c detectors.Call) bool { return !asksModel(c) }); len(model) > 0 {
		out["webgl"] = model
	}
	if tried := triedFonts(calls); tried.enough() {
		out["fonts"] = tried.calls
	}
	return out
}
