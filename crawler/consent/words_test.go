package consent

import (
	"slices"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

// known are the official languages of the European Union and those of sites whose
// visitors live there, and best those that must be known best.
var known = strings.Fields("bg cs da de el en es et fi fr ga hr hu it lt lv mt nl no pl pt ro sk sl sv tr")
var best = strings.Fields("nl en de fr es it pl pt sv da")

func load(t testing.TB) *words {
	t.Helper()
	w, err := loadWords()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestLexiconsAreFull(t *testing.T) {
	w := load(t)
	var have []string
	for _, l := range w.langs {
		have = append(have, l.Language)
		least := map[string]int{"accept": 15, "reject": 15, "settings": 12, "save": 8, "pay": 5, "close": 6, "sentences": 10, "policy": 6, "withdraw": 6, "purposes": 4, "not": 1}
		if slices.Contains(best, l.Language) {
			least = map[string]int{"accept": 25, "reject": 25, "settings": 20, "save": 10, "pay": 8, "close": 16, "sentences": 15, "policy": 10, "withdraw": 8, "purposes": 5, "not": 1}
		}
		sizes := map[string]int{
			"accept": len(l.Accept), "reject": len(l.Reject), "settings": len(l.Settings), "save": len(l.Save), "pay": len(l.Pay),
			"close": len(l.Close) + len(l.Acknowledge), "sentences": len(l.Sentences), "policy": len(l.Policy), "withdraw": len(l.Withdraw), "purposes": len(l.Purposes), "not": len(l.Parts["not"]),
		}
		for name, n := range least {
			if sizes[name] < n {
				t.Errorf("%s: %s has %d entries, want %d", l.Language, name, sizes[name], n)
			}
		}
		for name := range l.Parts {
			if !slices.Contains(partNames, name) {
				t.Errorf("%s: part %q is used nowhere", l.Language, name)
			}
		}
		for _, purpose := range []string{"necessary", "functional", "analytics", "marketing", "social"} {
			if len(l.Purposes[purpose]) == 0 {
				t.Errorf("%s: no words for purpose %s", l.Language, purpose)
			}
		}
		if len(strings.Fields(l.Stop)) < 40 || len(l.Marks) < 3 || len(l.Never) < 5 || len(l.Interest) == 0 || len(l.Always) == 0 {
			t.Errorf("%s: stop words, marks, never, interest or always are too few", l.Language)
		}
	}
	if !slices.Equal(have, known) {
		t.Errorf("languages %v, want %v", have, known)
	}
}

// TestWholeLabels demands that what stands in a list is read as that list says,
// and that the parts of the language do not say the opposite.
func TestWholeLabels(t *testing.T) {
	w := load(t)
	opposite := map[string][]string{
		evidence.RoleAccept: {evidence.RoleReject, evidence.RolePay, evidence.RoleClose},
		evidence.RoleReject: {evidence.RoleAccept, evidence.RolePay, evidence.RoleClose, evidence.RoleSave},
		evidence.RoleClose:  {evidence.RoleAccept, evidence.RoleReject, evidence.RolePay},
		evidence.RoleSave:   {evidence.RoleReject, evidence.RolePay},
		evidence.RolePay:    {evidence.RoleAccept, evidence.RoleReject},
	}
	for _, l := range w.langs {
		seen := map[string]string{}
		for _, list := range wholes {
			want := wholeRoles[list.class].role
			for _, label := range list.of(l) {
				if other, ok := seen[fold(label)]; ok && other != want {
					t.Errorf("%s: %q stands in two lists, %s and %s", l.Language, label, other, want)
				}
				seen[fold(label)] = want
				if m := w.meaning(label, []string{l.Language}); m.role != want || m.lang != l.Language {
					t.Errorf("%s: %q is read as %s (%s), want %s", l.Language, label, m.role, m.lang, want)
				}
				if m := w.composed(label, l.Language); slices.Contains(opposite[want], m.role) && m.sure > sureGuess {
					t.Errorf("%s: the parts of %q say %s %q, the list says %s", l.Language, label, m.role, m.kind, want)
				}
			}
		}
	}
}

// composed reads a label by the parts of one language alone.
func (w *words) composed(label, lang string) meaning {
	ts := tokens(label)
	h := newHits(ts)
	for _, f := range w.labels.find(ts) {
		if e := w.label[f.id]; w.langs[e.lang].Language == lang && e.list != "whole" {
			h.add(e, f)
		}
	}
	h.tidy()
	return h.compose()
}

// TestParts measures how many of the listed labels the parts alone would read
// right: labels that no list holds are read by them.
func TestParts(t *testing.T) {
	w := load(t)
	for _, l := range w.langs {
		right, all := 0, 0
		var wrong []string
		for _, list := range wholes {
			want := wholeRoles[list.class].role
			if want == evidence.RoleOther {
				continue
			}
			for _, label := range list.of(l) {
				all++
				if m := w.composed(label, l.Language); m.role == want {
					right++
				} else {
					wrong = append(wrong, label+" -> "+m.role+" not "+want)
				}
			}
		}
		share := float64(right) / float64(all)
		t.Logf("%s: %d of %d (%.0f %%)", l.Language, right, all, 100*share)
		if share < 0.85 {
			t.Errorf("%s: the parts read only %.0f %% of %d labels: %s", l.Language, 100*share, all, strings.Join(wrong, "; "))
		} else if testing.Verbose() {
			t.Log(strings.Join(wrong, "; "))
		}
	}
}
