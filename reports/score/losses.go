package score

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/spoor-audit/spoor/detectors"
)

// consequences are findings together with what follows from them.
type consequences struct {
	list  []Finding       // what was found, and what rules of dominance add to it
	full  map[string]bool // groups that lose their cap; true if that is certain
	codes []string        // of the rules that had a say, sorted
}

// follow applies the rules of dominance. If worst is set, what is unknown counts
// as failed, and what follows from that stays within its group: other groups
// have outcomes of their own.
func (r *rules) follow(list []Finding, in Conditions, worst bool) consequences {
	c := consequences{list: slices.Clone(list), full: map[string]bool{}}
	for _, rule := range r.Dominance {
		if rule.Unless == policySeen && in.PolicySeen {
			continue
		}
		for _, f := range list {
			guess := worst && r.doubts(f)
			if rule.speaksOf(f) && (guess || f.Outcome == Fail && r.costs(f)) {
				c.apply(rule, f, guess, r.certain(f))
			}
		}
	}
	c.codes = sortedSet(c.codes)
	return c
}

// speaksOf reports whether a rule is about a finding, should it fail.
func (d dominance) speaksOf(f Finding) bool {
	return matchesAny(d.When, f.Check) && (d.Organisations == 0 || f.Organisations >= d.Organisations)
}

// apply adds what one rule makes of one failure.
func (c *consequences) apply(rule dominance, f Finding, guess, certain bool) {
	for _, group := range rule.Charges {
		if !guess || group == f.Group {
			c.full[group] = c.full[group] || certain && !guess
			c.codes = append(c.codes, rule.Code)
		}
	}
	for _, a := range rule.Adds {
		if !guess || a.Group == f.Group {
			c.list = append(c.list, Finding{
				Check: a.Check, Group: a.Group, Severity: a.Severity,
				Outcome: Fail, Certainty: f.Certainty, Organisations: Uncounted,
			})
			c.codes = append(c.codes, rule.Code)
		}
	}
}

// losses returns the points that each group loses. The parts of a group join as
// independent chances, so that a further finding always costs something and
// never more than is left.
func (r *rules) losses(c consequences) map[string]float64 {
	list := slices.Clone(c.list)
	slices.SortFunc(list, func(a, b Finding) int { return cmp.Compare(a.Check, b.Check) })
	out := map[string]float64{}
	for group, points := range r.Caps {
		if _, full := c.full[group]; full {
			out[group] = points
			continue
		}
		left := 1.0
		for i := 0; i < len(list); {
			check, heaviest := list[i].Check, 0.0
			for ; i < len(list) && list[i].Check == check; i++ {
				if list[i].Group == group && r.costs(list[i]) {
					heaviest = max(heaviest, r.weight(list[i]))
				}
			}
			left *= 1 - heaviest
		}
		out[group] = points * (1 - left)
	}
	return out
}

// worst returns the losses with all that is unknown failed. A group of which
// nothing was observed loses its cap.
func (r *rules) worst(list []Finding, in Conditions) map[string]float64 {
	guessed := slices.Clone(list)
	seen, doubt := map[string]bool{}, map[string]bool{}
	for i, f := range list {
		seen[f.Group] = seen[f.Group] || f.judged()
		if r.doubts(f) {
			doubt[f.Group] = true
			guessed[i].Certainty, guessed[i].Organisations = 1, Uncounted
		}
	}
	c := r.follow(guessed, in, true)
	for i := range c.list {
		if r.doubts(c.list[i]) {
			c.list[i].Outcome = Fail
		}
	}
	out := r.losses(c)
	for group := range out {
		if doubt[group] && !seen[group] {
			out[group] = r.Caps[group]
		}
	}
	return out
}

// weight is what one finding weighs in its group, 0 to below 1.
func (r *rules) weight(f Finding) float64 {
	return r.severity(f) * r.Verdicts[f.Outcome] * r.certainty(f.Certainty) * r.spread(f.Organisations)
}

// severity is the weight of a finding's severity. A word that the rules do not
// know counts as the heaviest, so that a mistake shows.
func (r *rules) severity(f Finding) float64 {
	if weight, ok := r.Severities[f.Severity]; ok {
		return weight
	}
	return r.Severities[detectors.Critical]
}

// certain reports whether a finding is sure enough for a ceiling.
func (r *rules) certain(f Finding) bool { return f.Certainty >= r.Certain }

func (r *rules) certainty(c float64) float64 {
	for _, step := range r.Certainty {
		if c >= step.From {
			return step.Factor
		}
	}
	return r.Certainty[len(r.Certainty)-1].Factor
}

// spread grows with the number of organisations, ever more slowly.
func (r *rules) spread(organisations int) float64 {
	if organisations < 0 {
		return 1
	}
	share := math.Log2(1+float64(organisations)) / math.Log2(1+float64(r.Spread.Full))
	return r.Spread.Base + r.Spread.Rest*min(1, share)
}

// ceiling is the highest score that certain failures allow.
func (r *rules) ceiling(c consequences) int {
	high, critical := false, map[string]bool{}
	for _, f := range c.list {
		if f.Outcome != Fail || !r.costs(f) || !r.certain(f) {
			continue
		}
		switch weight := r.severity(f); {
		case weight >= r.Severities[detectors.Critical] && !slices.Contains(r.Ceilings.Except, f.Group):
			critical[f.Group] = true
		case weight >= r.Severities[detectors.High]:
			high = true
		}
	}
	for group, certain := range c.full {
		if certain && slices.Contains(r.Ceilings.Full, group) {
			critical[group] = true
		}
	}
	switch {
	case len(critical) > 1:
		return r.Ceilings.Several
	case len(critical) == 1:
		return r.Ceilings.Critical
	case high:
		return r.Ceilings.High
	}
	return 100
}

// nearly keeps sums that are whole but for the last bit from being rounded down
// by one.
const nearly = 1e-9

// total is the score that losses and a ceiling leave.
func total(lost map[string]float64, ceiling int) int {
	value := 100.0
	for _, group := range slices.Sorted(maps.Keys(lost)) {
		value -= lost[group]
	}
	return max(0, int(math.Floor(min(value, float64(ceiling))+nearly)))
}
