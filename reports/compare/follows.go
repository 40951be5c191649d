package compare

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/spoor-audit/spoor/reports"
)

// Kinds of discrepancies.
const (
	NotDerived = "not-derived" // it stands in the saved result, and does not follow from the record
	NotSaved   = "not-saved"   // it follows from the record, and does not stand in the saved result
	Otherwise  = "otherwise"   // it stands in both, and says something else
)

// A Discrepancy is one part of a saved result that its record does not give.
type Discrepancy struct {
	Kind  string `json:"kind"`
	Part  string `json:"part"`  // field of the document: "findings", "checks", "score", "cookies"
	ID    string `json:"id"`    // of the technique or check; else ""
	What  string `json:"what"`  // key, visit and phase of a finding; else ""
	Saved string `json:"saved"` // a short form of what it says, for Otherwise
	Given string `json:"given"`
}

// Follows compares a saved result with the one that was derived again from the same
// record, and lists what the record does not give: findings first, then checks,
// then the other parts of the document. It looks at everything but the versions of
// the tools.
func Follows(saved, derived *reports.Result) ([]Discrepancy, error) {
	out := []Discrepancy{}
	add := func(list []Discrepancy, err error) error {
		out = append(out, list...)
		return err
	}
	findings := func(r *reports.Result) []named[reports.Finding] {
		var list []named[reports.Finding]
		for _, f := range r.Findings {
			list = append(list, named[reports.Finding]{f.ID, f.Key + " " + string(f.Scenario) + " " + string(f.Phase), f.Severity + ", " + f.Certainty + ", " + f.Times + ": " + f.Text.EN, f})
		}
		return list
	}
	checks := func(r *reports.Result) []named[reports.Check] {
		var list []named[reports.Check]
		for _, c := range r.Checks {
			list = append(list, named[reports.Check]{c.ID, "", c.Outcome + ", " + c.Severity + ": " + c.Text.EN, c})
		}
		return list
	}
	if err := add(lists("findings", findings(saved), findings(derived))); err != nil {
		return nil, err
	}
	if err := add(lists("checks", checks(saved), checks(derived))); err != nil {
		return nil, err
	}
	err := add(parts(saved, derived))
	return out, err
}

// A named is an entry of a list that can be found again in another one.
type named[T any] struct {
	id, what, says string
	value          T
}

// lists compares two lists of entries. Two entries of one name are told apart by
// their order.
func lists[T any](part string, saved, derived []named[T]) ([]Discrepancy, error) {
	type key struct{ id, what string }
	var out []Discrepancy
	given := map[key][]named[T]{}
	for _, d := range derived {
		k := key{d.id, d.what}
		given[k] = append(given[k], d)
	}
	for _, s := range saved {
		k := key{s.id, s.what}
		if len(given[k]) == 0 {
			out = append(out, Discrepancy{Kind: NotDerived, Part: part, ID: s.id, What: s.what, Saved: s.says})
			continue
		}
		d := given[k][0]
		given[k] = given[k][1:]
		if same, err := equal(s.value, d.value); err != nil {
			return nil, err
		} else if !same {
			out = append(out, Discrepancy{Otherwise, part, s.id, s.what, s.says, d.says})
		}
	}
	for _, d := range derived {
		k := key{d.id, d.what}
		if len(given[k]) > 0 {
			given[k] = given[k][1:]
			out = append(out, Discrepancy{Kind: NotSaved, Part: part, ID: d.id, What: d.what, Given: d.says})
		}
	}
	slices.SortStableFunc(out, func(a, b Discrepancy) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.What, b.What), cmp.Compare(a.Kind, b.Kind))
	})
	return out, nil
}

// parts compares the other parts of the document, each as a whole.
func parts(saved, derived *reports.Result) ([]Discrepancy, error) {
	bare := func(r *reports.Result) (map[string]json.RawMessage, error) {
		copied := *r
		// The versions may differ, and say so themselves.
		copied.Tools.Spoor, copied.Tools.Signatures = "", reports.Signatures{}
		copied.Findings, copied.Checks = nil, nil
		data, err := encode(copied)
		if err != nil {
			return nil, err
		}
		fields := map[string]json.RawMessage{}
		err = json.Unmarshal(data, &fields)
		return fields, err
	}
	a, err := bare(saved)
	if err != nil {
		return nil, err
	}
	b, err := bare(derived)
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for name := range a {
		names[name] = true
	}
	for name := range b {
		names[name] = true
	}
	var out []Discrepancy
	for name := range names {
		if !bytes.Equal(a[name], b[name]) {
			out = append(out, Discrepancy{Kind: Otherwise, Part: name})
		}
	}
	slices.SortFunc(out, func(a, b Discrepancy) int { return cmp.Compare(a.Part, b.Part) })
	return out, nil
}

// equal compares two values by what they are in the document.
func equal(a, b any) (bool, error) {
	x, err := encode(a)
	if err != nil {
		return false, err
	}
	y, err := encode(b)
	return bytes.Equal(x, y), err
}

// encode writes a value in one form. Raw JSON in it, which keeps the spaces of the
// file it came from, is brought into that form too.
func encode(v any) ([]byte, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("compare: write: %w", err)
	}
	return data, nil
}
