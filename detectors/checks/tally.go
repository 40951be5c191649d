package checks

import (
	"slices"
	"strconv"

	"github.com/spoor-audit/spoor/evidence"
)

// A view is what a rule sees in one sample: how bad it is, of whom, and on what
// that rests.
type view struct {
	grade     int // 0 nothing, 1 a warning, 2 a failure
	branch    string
	certainty float64
	orgs      []string
	names     []string // of cookies, hosts and the like, for the sentence
	args      []any    // further arguments of the sentence
	evidence  []evidence.ID
}

// The grades of a view.
const (
	gradeWarn = 1
	gradeFail = 2
)

// tally adds up what a rule sees in samples of the same state. A failure needs
// two of them, or one if there is only one; what is seen less often is a warning
// and not certain.
func (c *Case) tally(samples []*sample, rule func(*sample) view) Verdict {
	var seen []view
	total, fails := 0, 0
	for _, s := range samples {
		v := rule(s)
		if v.grade == 0 {
			if !s.broken {
				total++
			}
			continue
		}
		total++
		seen = append(seen, v)
		if v.grade == gradeFail {
			fails++
		}
	}
	if len(seen) == 0 {
		if total == 0 {
			return unknown("failed")
		}
		p := pass()
		p.Visits = visits(0, total)
		return p
	}
	need := min(2, total)
	out := c.join(seen, fails >= need)
	if len(seen) < need {
		out.Certainty = weak
	}
	out.Visits = visits(len(seen), total)
	return out.with("seen", len(seen), "samples", total)
}

// join makes one verdict of what was seen in several samples: the worst decides
// how it is said.
func (c *Case) join(seen []view, failed bool) Verdict {
	worst := seen[0]
	for _, v := range seen {
		if v.grade > worst.grade || v.grade == worst.grade && v.certainty > worst.certainty {
			worst = v
		}
	}
	v := warn(worst.branch, worst.certainty)
	if failed {
		v = fail(worst.branch, worst.certainty)
	}
	var names []string
	for _, x := range seen {
		if x.grade == worst.grade {
			v.Organisations = append(v.Organisations, x.orgs...)
			names = append(names, x.names...)
		}
	}
	slices.Sort(v.Organisations)
	v.Organisations = slices.Compact(v.Organisations)
	slices.Sort(names)
	names = slices.Compact(names)
	v = v.with("n", len(v.Organisations), "orgs", c.facts.orgs.list(v.Organisations), "k", len(names), "names", names)
	v = v.with(worst.args...)
	v = v.on(worst.evidence...)
	for _, x := range seen {
		v = v.on(x.evidence...)
	}
	return v
}

// itoa writes a number.
func itoa(n int) string { return strconv.Itoa(n) }

// visits writes "2 of 3".
func visits(seen, total int) string { return strconv.Itoa(seen) + " of " + strconv.Itoa(total) }

// viewOf makes a view of items.
func viewOf(items []*item, grade int, branch string, certainty float64) view {
	v := view{grade: grade, branch: branch, certainty: certainty}
	var classes []string
	for _, x := range items {
		v.orgs = append(v.orgs, x.org)
		v.names = append(v.names, x.name)
		v.evidence = append(v.evidence, x.evidence...)
		classes = append(classes, x.class)
	}
	slices.Sort(classes)
	v.args = append(v.args, words("category", slices.Compact(classes))...)
	return v
}

// viewOfContacts makes a view of contacts.
func viewOfContacts(list []*contact, grade int, branch string, certainty float64) view {
	v := view{grade: grade, branch: branch, certainty: certainty}
	for _, k := range list {
		v.orgs = append(v.orgs, k.org)
		v.names = append(v.names, k.host)
		v.evidence = append(v.evidence, k.ids()...)
	}
	return v
}
