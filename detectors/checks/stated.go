package checks

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors/statements"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// minRows is how many rows a register must have to be compared with.
const minRows = 3

// register returns the largest register of the site, or the verdict without one.
func (c *Case) register() (*statements.Register, evidence.ID, Verdict) {
	var best *statements.Register
	var id evidence.ID
	for i := range c.Statements {
		if st := &c.Statements[i]; st.Register != nil && (best == nil || len(st.Register.Rows) > len(best.Rows)) {
			best, id = st.Register, st.Evidence
		}
	}
	switch {
	case best != nil && len(best.Rows) >= minRows:
		return best, id, Verdict{}
	case best != nil || c.papersLooked():
		return nil, "", na("no-register")
	}
	return nil, "", unknown("gap-papers")
}

// everything returns the items of all samples of all usable runs, the first of
// each key; what was set by a choice and what before it.
func (c *Case) everything() []*item {
	seen := map[string]*item{}
	for i := range c.Visit.Runs {
		r := &c.Visit.Runs[i]
		if c.unusable(r, nil) != "" {
			continue
		}
		list := []*sample{c.facts.sample(c, r, evidence.Before, 0, end(r))}
		if after, why := c.after(r.Scenario); why == "" {
			list = append(list, after...)
		}
		for _, s := range list {
			for j := range s.items {
				x := &s.items[j]
				if old := seen[x.key()]; old == nil || x.sent && !old.sent {
					seen[x.key()] = x
				}
			}
		}
	}
	out := make([]*item, 0, len(seen))
	for _, key := range slices.Sorted(maps.Keys(seen)) {
		out = append(out, seen[key])
	}
	return out
}

// undeclaredCookies: is something stored that the register does not name?
func undeclaredCookies(c *Case) Verdict {
	reg, id, v := c.register()
	if reg == nil {
		return v
	}
	local := slices.ContainsFunc(reg.Rows, func(r statements.Row) bool { return r.Type == "local" || r.Type == "session" || r.Type == "indexeddb" })
	var sure, perhaps []*item
	for _, x := range c.everything() {
		if x.row != nil || x.kind != "cookie" && (!local || !x.follows()) {
			continue
		}
		if x.follows() && x.sure >= certain {
			sure = append(sure, x)
		} else {
			perhaps = append(perhaps, x)
		}
	}
	switch {
	case len(sure) > 0:
		v = c.join([]view{viewOf(sure, gradeFail, "fail", certain)}, true)
	case len(perhaps) > 0:
		v = c.join([]view{viewOf(perhaps, gradeWarn, "exempt", likely)}, false)
	default:
		return pass()
	}
	return v.with("rows", len(reg.Rows), "source", reg.URL).on(id)
}

// declarationMissing: is there any list of what is stored and who gets it?
func declarationMissing(c *Case) Verdict {
	if len(c.facts.registers) > 0 && slices.ContainsFunc(c.facts.registers, func(r *statements.Register) bool { return len(r.Rows) > 0 }) {
		return pass()
	}
	samples, _, v := c.obeyed(evidence.Accept, evidence.KindCookies)
	if v.Outcome != "" {
		list, why := c.before(evidence.KindCookies)
		if why != "" {
			return unknown(why)
		}
		samples = list
	}
	var names []string
	found := false
	var list []*item
	for _, s := range samples {
		for i := range s.items {
			x := &s.items[i]
			names = append(names, x.name)
			if x.surely() {
				found = true
				list = append(list, x)
			}
		}
	}
	switch {
	case !found && v.Outcome != "" && c.facts.dialog.found:
		return unknown(v.Reason)
	case !found:
		return na("nothing-to-ask")
	case c.named(names) >= min(minRows, len(list)):
		return pass()
	case !c.papersLooked():
		return unknown("gap-papers")
	}
	for _, p := range c.facts.papers {
		if p.Error != "" && (p.Kind == "cookie-policy" || p.Kind == "policy" || p.Kind == "register") {
			return unknown("policy-unread").with("url", p.URL)
		}
	}
	return c.join([]view{viewOf(list, gradeFail, "fail", certain)}, true)
}

// named counts how many names of stored items the site's texts hold.
func (c *Case) named(names []string) int {
	slices.Sort(names)
	n := 0
	for _, name := range slices.Compact(names) {
		if len(name) < 3 {
			continue
		}
		for _, p := range c.facts.papers {
			if strings.Contains(p.Text, name) {
				n++
				break
			}
		}
	}
	return n
}

// weights put the categories of registers in order: a heavier one needs more.
var weights = map[string]int{
	classNecessary: 1, classFunctional: 2, "preferences": 2, classAnalytics: 3, classMarketing: 4, classSocial: 4,
}

// knownCookieWrongCategory: is a well-known cookie called something lighter?
func knownCookieWrongCategory(c *Case) Verdict {
	reg, id, v := c.register()
	if reg == nil {
		return v
	}
	if c.DB == nil {
		return unknown("no-signatures")
	}
	seen := map[string]string{}
	worst := 0
	var first statements.Row
	var firstUse signatures.Use
	var orgs []string
	for _, row := range reg.Rows {
		declared := weights[row.Category]
		if declared == 0 || row.Type != "" && row.Type != "cookie" {
			continue
		}
		name := strings.ReplaceAll(cmp.Or(row.Pattern, row.Name), "*", "x1")
		use, ok := c.DB.Cookie(name, cmp.Or(row.Host, c.site()))
		known := weights[use.Category]
		if !ok || known < 3 || declared >= known {
			continue
		}
		seen[row.Name] = use.Category
		orgs = append(orgs, c.facts.orgs.of(use.Party, ""))
		if gap := known - declared; gap > worst || worst == 1 && declared < 3 {
			worst, first, firstUse = gap, row, use
		}
	}
	if len(seen) == 0 {
		return pass()
	}
	sure := certain
	if weights[first.Category] == 3 {
		sure = likely // analytics or marketing is a matter of settings, at times
	}
	v = fail("fail", sure).with("k", len(seen), "names", slices.Sorted(maps.Keys(seen)), "cookie", first.Name).
		with(words("declared", []string{first.Category})...).with(words("category", []string{firstUse.Category})...).on(id)
	v.Organisations = orgs
	return v
}

// unclassifiedCookies: does the register leave observed items unclassified?
func unclassifiedCookies(c *Case) Verdict {
	reg, id, v := c.register()
	if reg == nil {
		return v
	}
	var all, early []*item
	before := c.keysBefore()
	for _, x := range c.everything() {
		if x.row == nil || x.row.Category != "unclassified" {
			continue
		}
		all = append(all, x)
		if before[x.key()] {
			early = append(early, x)
		}
	}
	switch {
	case len(early) > 0:
		return c.join([]view{viewOf(early, gradeFail, "before", certain)}, true).on(id)
	case len(all) > 0:
		return c.join([]view{viewOf(all, gradeWarn, "warn", certain)}, false).on(id)
	}
	return pass()
}

// essentialOverclaim: is a tracker called necessary?
func essentialOverclaim(c *Case) Verdict {
	reg, id, v := c.register()
	if reg == nil {
		return v
	}
	var sure, perhaps []*item
	for _, x := range c.everything() {
		if x.row == nil || x.row.Category != classNecessary || !x.follows() {
			continue
		}
		if x.surely() && x.id8 && (x.third || x.sent || c.passedOn(x)) {
			sure = append(sure, x)
		} else {
			perhaps = append(perhaps, x)
		}
	}
	switch {
	case len(sure) > 0:
		return c.join([]view{viewOf(sure, gradeFail, "fail", certain)}, true).on(id)
	case len(perhaps) > 0:
		return c.join([]view{viewOf(perhaps, gradeWarn, "warn", likely)}, false).on(id)
	}
	return pass()
}

// passedOn reports whether the organisation of an item got identifiers in the
// visit.
func (c *Case) passedOn(x *item) bool {
	for _, byPhase := range c.facts.samples {
		for _, s := range byPhase {
			if slices.ContainsFunc(s.contacts, func(k contact) bool { return k.org == x.org && k.identified }) {
				return true
			}
		}
	}
	return false
}
