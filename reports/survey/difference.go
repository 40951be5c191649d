package survey

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
)

// A Difference is one thing in which two judgements of one visit differ.
type Difference struct {
	Kind string `json:"kind"` // finding company check grade state other
	ID   string `json:"id"`   // of the technique, check or state; the name of a company
	Was  string `json:"was"`  // outcome or grade; "" if it was not there
	Is   string `json:"is"`
}

// present is what Was and Is say of things that are only there or not.
const present = "found"

// Differences lists in what two judgements of the same visit differ, sorted by kind,
// ID, Was and Is.
func Differences(was, is *Facts) []Difference {
	var out []Difference
	out = differ(out, "finding", techniquesOf(was), techniquesOf(is))
	out = differ(out, "company", companiesOf(was), companiesOf(is))
	out = differ(out, "check", checksOf(was), checksOf(is))
	out = differ(out, "state", statesOf(was), statesOf(is))
	out = differ(out, "grade", gradeOf(was), gradeOf(is))
	if len(out) == 0 && !sameSubstance(was, is) {
		out = append(out, Difference{Kind: "other", ID: "details"})
	}
	slices.SortFunc(out, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Was, b.Was), cmp.Compare(a.Is, b.Is))
	})
	return out
}

func differ(out []Difference, kind string, was, is map[string]string) []Difference {
	for id, a := range was {
		if b := is[id]; a != b {
			out = append(out, Difference{kind, id, a, b})
		}
	}
	for id, b := range is {
		if _, there := was[id]; !there {
			out = append(out, Difference{kind, id, "", b})
		}
	}
	return out
}

// techniquesOf names what was found, with the state of consent in which it was.
func techniquesOf(f *Facts) map[string]string {
	out := map[string]string{}
	for i := range f.Findings {
		out[f.Findings[i].ID+" ("+f.Findings[i].State+")"] = present
	}
	return out
}

func companiesOf(f *Facts) map[string]string {
	out := map[string]string{}
	for i := range f.Owners {
		if len(f.Owners[i].In) > 0 {
			out[f.Owners[i].Name] = present
		}
	}
	return out
}

func checksOf(f *Facts) map[string]string {
	out := map[string]string{}
	for i := range f.Checks {
		out[f.Checks[i].ID] = f.Checks[i].Outcome
	}
	return out
}

func statesOf(f *Facts) map[string]string {
	out := map[string]string{}
	for i := range f.States {
		if f.States[i].Measured {
			out[f.States[i].ID] = present
		}
	}
	return out
}

func gradeOf(f *Facts) map[string]string {
	if f.Score == nil {
		return nil
	}
	return map[string]string{"grade": f.Score.Grade}
}

// sameSubstance reports whether two judgements say the same, but for what they were
// made with. They are compared as they are kept, where a list that is empty is none.
func sameSubstance(a, b *Facts) bool {
	x, y := *a, *b
	x.Method, y.Method = Method{}, Method{}
	first, err := json.Marshal(x)
	if err != nil {
		return false
	}
	second, err := json.Marshal(y)
	return err == nil && bytes.Equal(first, second)
}
