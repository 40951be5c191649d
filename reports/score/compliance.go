package score

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// codeNothing is the code of Result.Applied for rule D6.
const codeNothing = "nothing-needs-consent"

// Compliance scores the findings of one visit by the rules of [Version]. It does
// not depend on the order of list, and does not change it.
func Compliance(list []Finding, in Conditions) Result { return theRules().compliance(list, in) }

func (r *rules) compliance(list []Finding, in Conditions) Result {
	res := r.judge(list, in)
	res.Gains = r.gains(list, in, res.High)
	return res
}

// judge is compliance without the gains.
func (r *rules) judge(list []Finding, in Conditions) Result {
	nothing := r.nothingNeeded(list, in)
	counted := r.counted(list, nothing)
	known := r.follow(counted, in, false)
	lost := r.losses(known)
	ceiling := r.ceiling(known)

	res := Result{Lost: map[string]float64{}, Ceiling: ceiling, Unknown: r.unknown(counted), Applied: known.codes}
	for group, points := range lost {
		res.Lost[group] = math.Round(10*points) / 10
	}
	if nothing {
		res.Applied = sortedSet(append(res.Applied, codeNothing))
	}
	res.High = total(lost, ceiling)
	res.Low = total(r.worst(counted, in), ceiling)
	judged := nothing || slices.ContainsFunc(counted, Finding.judged)
	if in.Blocked || in.NotVisited || !judged {
		res.Low = 0
	}
	res.Value = res.High
	r.grade(&res, in, judged)
	return res
}

// grade fills Grade, AtMost and Reason from the interval.
func (r *rules) grade(res *Result, in Conditions, judged bool) {
	res.Grade = r.gradeOf(res.High)
	switch {
	case in.NotVisited && in.Blocked:
		res.Reason = ReasonBlocked
	case in.NotVisited:
		res.Reason = ReasonNotVisited
	case in.NoStatement:
		res.Reason = ReasonNoStatement
	case !judged:
		res.Reason = ReasonNotJudged
	case r.gradeOf(res.Low) == res.Grade || res.High-res.Low <= r.Interval.Width:
		return
	case res.High < r.Interval.AtMostBelow:
		res.AtMost = true
		return
	case in.Blocked:
		res.Reason = ReasonBlocked
	default:
		res.Reason = ReasonNotObserved
	}
	res.Grade = InsufficientEvidence
}

func (r *rules) gradeOf(value int) string {
	for _, g := range r.Grades {
		if value >= g.From {
			return g.Grade
		}
	}
	return r.Grades[len(r.Grades)-1].Grade
}

// gains says what each finding alone costs: the score with it put right, and
// all that followed from it gone, less the score.
func (r *rules) gains(list []Finding, in Conditions, high int) []Gain {
	out := []Gain{}
	for _, check := range sortedSet(checksOf(list, r.costs)) {
		fixed := slices.Clone(list)
		for i := range fixed {
			if fixed[i].Check == check && r.costs(fixed[i]) {
				fixed[i].Outcome = Pass
			}
		}
		out = append(out, Gain{Check: check, Points: r.high(fixed, in) - high})
	}
	slices.SortStableFunc(out, func(a, b Gain) int {
		return cmp.Or(cmp.Compare(b.Points, a.Points), cmp.Compare(a.Check, b.Check))
	})
	return out
}

// high is the score with all that is unknown taken as clean.
func (r *rules) high(list []Finding, in Conditions) int {
	known := r.follow(r.counted(list, r.nothingNeeded(list, in)), in, false)
	return total(r.losses(known), r.ceiling(known))
}

func checksOf(list []Finding, keep func(Finding) bool) []string {
	var out []string
	for _, f := range list {
		if keep(f) {
			out = append(out, f.Check)
		}
	}
	return out
}

// nothingNeeded reports whether rule D6 holds.
func (r *rules) nothingNeeded(list []Finding, in Conditions) bool {
	return in.NothingNeedsConsent && !slices.ContainsFunc(list, func(f Finding) bool {
		return r.costs(f) && slices.Contains(r.NoNeed.LiftedBy, f.Group) ||
			r.doubts(f) && slices.Contains(r.NoNeed.UnlessUnknown, f.Group)
	})
}

// counted returns the findings that the score rests on: those of scored groups,
// and where nothing needs consent none of the groups about consent.
func (r *rules) counted(list []Finding, nothing bool) []Finding {
	var out []Finding
	for _, f := range list {
		_, scored := r.Caps[f.Group]
		free := nothing && slices.Contains(r.NoNeed.Groups, f.Group)
		if scored && !free {
			out = append(out, f)
		}
	}
	return out
}

// judged reports whether something was observed and judged.
func (f Finding) judged() bool { return f.Outcome == Pass || f.Outcome == Warn || f.Outcome == Fail }

// costs reports whether a finding takes points.
func (r *rules) costs(f Finding) bool {
	_, scored := r.Caps[f.Group]
	return scored && (f.Outcome == Warn || f.Outcome == Fail) && r.severity(f) > 0
}

// doubts reports whether a finding leaves the score in doubt.
func (r *rules) doubts(f Finding) bool {
	_, scored := r.Caps[f.Group]
	return scored && f.Outcome == Unknown && r.severity(f) > 0
}

// unknown lists the groups that are in doubt, sorted.
func (r *rules) unknown(list []Finding) []string {
	groups := map[string]bool{}
	for _, f := range list {
		if r.doubts(f) {
			groups[f.Group] = true
		}
	}
	return slices.Sorted(maps.Keys(groups))
}

func sortedSet(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
