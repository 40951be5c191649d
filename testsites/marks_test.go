package testsites

import (
	"strings"
	"testing"
)

// The expected place of each mark must hold that mark: lines move when pages
// are edited.
func TestMarksStandWhereTheListSays(t *testing.T) {
	s := Start(t)
	all, err := Marks()
	if err != nil {
		t.Fatal(err)
	}
	race, err := RaceMarks()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 60 || len(race) < 15 {
		t.Fatalf("%d and %d marks, want at least 60 and 15", len(all), len(race))
	}
	seen := map[string]bool{}
	for _, m := range append(all, race...) {
		if seen[m.Name] {
			t.Errorf("%s: there are two marks of this name", m.Name)
		}
		seen[m.Name] = true
		places := []Place{m.By}
		if strings.HasPrefix(m.Script, "https://") {
			places = append(places, Place{m.Script, m.Line})
		}
		checked := 0
		for _, p := range places {
			if p.Script == "" {
				continue
			}
			checked++
			if p.Line == 0 {
				continue // V8 names the document only
			}
			_, body, _ := get(t, s, p.Script)
			lines := strings.Split(body, "\n")
			if p.Line < 1 || p.Line > len(lines) || !strings.Contains(lines[p.Line-1], "marker-"+m.Name+"'") && !strings.Contains(lines[p.Line-1], "marker-"+m.Name+`"`) {
				t.Errorf("%s: line %d of %s does not hold it", m.Name, p.Line, p.Script)
			}
		}
		if checked == 0 {
			t.Errorf("%s: neither script nor by can be looked up", m.Name)
		}
	}
}
