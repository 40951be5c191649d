package checks

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// An example is a site that was built, and what some checks must say of it.
type example struct {
	name  string
	build func(*maker)
	// want holds "check outcome reason", the reason left out for a plain pass, and
	// may end in the organisations: "[google meta]".
	want []string
}

// examples lists the examples of all families of checks.
func examples() []example {
	return slices.Concat(beforeExamples(), signalExamples(), questionExamples(), looksExamples(), obeyedExamples(),
		statedExamples(), exitExamples(), careExamples(), unknownExamples())
}

func TestExamples(t *testing.T) {
	for _, x := range examples() {
		t.Run(x.name, func(t *testing.T) {
			m := newMaker()
			x.build(m)
			got := m.judge(t)
			for _, want := range x.want {
				id, _, _ := strings.Cut(want, " ")
				v, ok := got[id]
				if !ok {
					t.Errorf("there is no check %q", id)
					continue
				}
				if is := short(v); is != want && short(plain(v)) != want {
					t.Errorf("%s\nwant %s\nargs %v, certainty %v, visits %q, evidence %v", is, want, v.Args, v.Certainty, v.Visits, v.Evidence)
				}
			}
		})
	}
}

// plain is a verdict without its organisations.
func plain(v Verdict) Verdict { v.Organisations = nil; return v }

func short(v Verdict) string {
	s := v.ID + " " + string(v.Outcome)
	if v.Reason != "" {
		s += " " + v.Reason
	}
	if len(v.Organisations) > 0 {
		s += " " + fmt.Sprint(v.Organisations)
	}
	return s
}

// TestShape says of every verdict of every example what holds for all: it is
// sorted, complete, and speaks of what it rests on.
func TestShape(t *testing.T) {
	docs, laws := Docs(), Laws()
	for _, x := range examples() {
		m := newMaker()
		x.build(m)
		list := m.verdicts(t)
		if len(list) != len(All()) {
			t.Fatalf("%s: %d verdicts of %d checks", x.name, len(list), len(All()))
		}
		if !slices.IsSortedFunc(list, func(a, b Verdict) int { return strings.Compare(a.ID, b.ID) }) {
			t.Errorf("%s: the verdicts are not sorted", x.name)
		}
		for _, v := range list {
			d := docs[v.ID]
			if v.Group != d.Group || v.Severity != d.Severity {
				t.Errorf("%s: %s: group %s, severity %s", x.name, v.ID, v.Group, v.Severity)
			}
			switch v.Outcome {
			case Fail, Warn:
				if v.Certainty <= 0 || v.Certainty > 1 {
					t.Errorf("%s: %s: certainty %v", x.name, short(v), v.Certainty)
				}
				if d.Sentences[v.Reason] == "" {
					t.Errorf("%s: %s: there is no sentence", x.name, short(v))
				}
			case NA, Unknown:
				if d.Sentence(v) == "" {
					t.Errorf("%s: %s: there are no words", x.name, short(v))
				}
			case Pass:
			default:
				t.Errorf("%s: %s: outcome %q", x.name, v.ID, v.Outcome)
			}
			if v.Outcome != Fail && v.Outcome != Warn && (v.Organisations != nil || v.Certainty != 0) {
				t.Errorf("%s: %s names organisations or a certainty", x.name, short(v))
			}
			for _, key := range v.Basis {
				if _, ok := laws[key]; !ok {
					t.Errorf("%s: no law %q", v.ID, key)
				}
			}
			for _, name := range slices.Sorted(maps.Keys(v.Args)) {
				if n := len([]rune(v.Args[name])); n > maxArg {
					t.Errorf("%s: %s: argument %s has %d characters", x.name, v.ID, name, n)
				}
			}
		}
	}
}
