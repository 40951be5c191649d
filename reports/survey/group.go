package survey

import (
	"cmp"
	"slices"
)

// A Group is the sites that share a value of the label they are compared by.
type Group struct {
	Name     string
	Sites    int // in the list
	Measured int
	States   [states]int
	Number   Histogram // of the number that sites are ranked by
	Trackers [states]int
	Grades   map[string]int
	Refused  int
	Fewer    int // fewer companies after no than before
}

// group returns the group of a site, nil where sites are not compared.
func (t *Totals) group(s *siteCount) *Group {
	if t.Options.By == "" {
		return nil
	}
	name := s.first.Labels[t.Options.By]
	g := t.Groups[name]
	if g == nil && len(t.Groups) >= maxGroups {
		name = otherGroup
		g = t.Groups[name]
	}
	if g == nil {
		g = &Group{Name: name, Number: Histogram{}, Grades: map[string]int{}}
		t.Groups[name] = g
	}
	return g
}

func (t *Totals) addGroup(s *siteCount, g *Group) {
	if g == nil {
		return
	}
	g.Measured++
	for at := range states {
		if s.measured[at] > 0 {
			g.States[at]++
		}
		if s.trackers[at].Any > 0 {
			g.Trackers[at]++
		}
	}
	if n, ok := t.Options.RankBy.of(s); ok {
		g.Number[n]++
	}
	if s.score != nil {
		g.Grades[s.score.Grade]++
	}
	if s.measured[0] > 0 && s.measured[1] > 0 {
		g.Refused++
		if s.companies[1].Any < s.companies[0].Any {
			g.Fewer++
		}
	}
}

// GroupsBySize lists the groups, the largest first, then by name.
func (t *Totals) GroupsBySize() []*Group {
	out := make([]*Group, 0, len(t.Groups))
	for _, g := range t.Groups {
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b *Group) int { return cmp.Or(cmp.Compare(b.Measured, a.Measured), cmp.Compare(a.Name, b.Name)) })
	return out
}
