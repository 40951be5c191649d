package fingerprint

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/apis"
	"github.com/spoor-audit/spoor/detectors/codes"
)

// A tally adds up which properties of browser, device and screen some calls
// read, by the points of surfaces.yaml.
type tally struct {
	groups []tallied // in order of first use
}

// A tallied is one property that was read.
type tallied struct {
	kind   string
	sum    string
	group  string
	points int
	uses   int
	need   int // uses from which it counts
	calls  []detectors.Call
}

// count makes the tally of calls.
func count(calls []detectors.Call) tally {
	var t tally
	index := map[string]int{}
	known := theRules()
	add := func(s *surface, c detectors.Call) {
		k := s.Kind + "\x00" + s.Group
		i, ok := index[k]
		if !ok {
			i = len(t.groups)
			index[k] = i
			t.groups = append(t.groups, tallied{kind: s.Kind, sum: s.Sum, group: s.Group, points: s.Points, need: s.Uses})
		}
		g := &t.groups[i]
		g.points = max(g.points, s.Points)
		g.uses += max(c.Count, 1)
		g.calls = append(g.calls, c)
	}
	for _, c := range calls {
		if s := known.surfaces[c.Known.Name]; s != nil {
			add(s, c)
		}
		if c.Plays(apis.MediaQuery) {
			for _, name := range mediaFeatures(c.Arg(0)) {
				if s := known.features[name]; s != nil {
					add(s, c)
				}
			}
		}
	}
	t.groups = slices.DeleteFunc(t.groups, func(g tallied) bool { return g.points == 0 || g.uses < g.need })
	return t
}

// of returns the properties of one sum, their points, and the calls that read
// them.
func (t tally) of(sum string) (groups []string, points int, calls []detectors.Call) {
	for _, g := range t.groups {
		if g.sum == sum {
			groups = append(groups, g.group)
			points += g.points
			calls = append(calls, g.calls...)
		}
	}
	slices.Sort(groups)
	return groups, points, detectors.InOrder(calls)
}

// kinds returns the points and calls of each kind of property.
func (t tally) kinds() map[string]tallied {
	out := map[string]tallied{}
	for _, g := range t.groups {
		k := out[g.kind]
		k.points += g.points
		k.calls = append(k.calls, g.calls...)
		out[g.kind] = k
	}
	return out
}

// mediaFeatures returns the features that a media query asks about, without
// min- and max-: "(min-width: 600px) and (color-gamut: p3)" asks about width and
// color-gamut.
func mediaFeatures(query string) []string {
	var out []string
	for {
		i := strings.IndexByte(query, '(')
		if i < 0 {
			return out
		}
		query = query[i+1:]
		name := query
		if end := strings.IndexAny(name, "():<>="); end >= 0 {
			name = name[:end]
		}
		name = strings.ToLower(strings.TrimSpace(name))
		name = strings.TrimPrefix(strings.TrimPrefix(name, "min-"), "max-")
		if name != "" && !codes.IsDigit(name[0]) && !strings.ContainsAny(name, " \t\n") {
			out = append(out, name)
		}
	}
}

// collected judges each script that reads properties of a sum; points and
// properties are how many it takes.
func collected(v *detectors.View, sum string, points, properties int) []detectors.Verdict {
	var list []detectors.Verdict
	for _, a := range v.Acts {
		list = append(list, detectors.PerPhase(a.Calls, func(calls []detectors.Call) (detectors.Verdict, bool) {
			groups, n, calls := count(calls).of(sum)
			if n < points || len(groups) < properties {
				return detectors.Verdict{}, false
			}
			return detectors.Verdict{
				By:        a.By,
				Calls:     calls,
				Certainty: detectors.Observed,
				Severity:  detectors.Medium,
				Args: map[string]string{
					"properties": strconv.Itoa(len(groups)),
					"points":     strconv.Itoa(n),
					"api":        detectors.Members(calls),
					"groups":     strings.Join(groups, ", "),
				},
			}, true
		})...)
	}
	return list
}
