package checks

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/statements"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// Options choose what is checked and by which law. IDs that name no check are
// ignored: the same flags choose techniques too.
type Options struct {
	Profile string   // ID; "" and unknown ones mean DefaultProfile
	Only    []string // IDs to check; empty means all
	Skip    []string // IDs to leave out
}

func (o Options) wants(id string) bool {
	return (len(o.Only) == 0 || slices.Contains(o.Only, id)) && !slices.Contains(o.Skip, id)
}

// A check is one rule.
type check struct {
	id  string
	run func(*Case) Verdict
}

// Run says of every chosen check whether what the site does fits what it states
// and what the visitor chose, sorted by ID. It never fails: a check that lacks
// something is unknown, and so is one that breaks.
//
// j must be the judgement of all techniques, made without Only and Skip, and st
// all statements of the visit: several checks rest on them. db may be nil; then
// nobody is known.
func Run(v *evidence.Visit, j detectors.Judgement, st []statements.Statement, db *signatures.DB, o Options) []Verdict {
	profile, ok := ProfileByID(o.Profile)
	if !ok {
		profile, _ = ProfileByID(DefaultProfile)
	}
	return newCase(v, j, st, db, profile).all(all[:], o)
}

// all judges the chosen ones of a list of checks.
func (c *Case) all(list []check, o Options) []Verdict {
	c.list = list
	out := make([]Verdict, 0, len(list))
	for _, k := range list {
		if o.wants(k.id) {
			out = append(out, c.result(k.id))
		}
	}
	return out
}

// result returns the verdict of a check, judged once. A check that asks for
// itself, by whatever way, gets an unknown.
func (c *Case) result(id string) Verdict {
	if v, ok := c.results[id]; ok {
		return v
	}
	c.results[id] = unknown("broken")
	v := unknown("broken")
	for _, k := range c.list {
		if k.id != id {
			continue
		}
		switch {
		case c.otherSubject(id) != "":
			v = na(c.otherSubject(id))
		case c.Profile.binds(id):
			v = c.try(k)
		default:
			v = na("not-binding")
		}
	}
	c.results[id] = c.finish(id, v)
	return c.results[id]
}

// otherSubject says why a check has nothing to look at in this kind of subject: it
// is about sites, or about e-mail; "" if it has.
func (c *Case) otherSubject(id string) string {
	about := cmp.Or(theTables().docs[id].Subject, evidence.KindOfPage)
	switch about {
	case cmp.Or(c.Visit.Subject.Kind, evidence.KindOfPage):
		return ""
	case evidence.KindOfMail:
		return "no-mail"
	}
	return "no-site"
}

// try runs a check and turns a panic into an unknown: one bad check must not
// lose the others.
func (c *Case) try(k check) (v Verdict) {
	defer func() {
		if r := recover(); r != nil {
			v = unknown("broken").with("error", clip(fmt.Sprint(r)))
		}
	}()
	return k.run(c)
}

// finish adds to a verdict what holds for all verdicts of its check.
func (c *Case) finish(id string, v Verdict) Verdict {
	d := theTables().docs[id]
	v.ID, v.Group, v.Severity, v.Basis = id, d.Group, d.Severity, slices.Clone(d.Basis)
	slices.Sort(v.Organisations)
	v.Organisations = slices.Compact(v.Organisations)
	for name, value := range v.Args {
		v.Args[name] = clip(value)
	}
	if len(v.Evidence) > maxEvidence {
		v.Evidence = v.Evidence[:maxEvidence]
	}
	if v.Outcome != Warn && v.Outcome != Fail {
		v.Certainty, v.Organisations = 0, nil
	}
	return v
}

// maxEvidence is how many pieces of evidence a verdict names at most.
const maxEvidence = 50

// maxArg is how long an argument of a sentence may be, in characters.
const maxArg = 200

// clip shortens a text for a sentence and takes out what would break a line.
func clip(s string) string {
	n := 0
	out := make([]rune, 0, min(len(s), maxArg))
	for _, r := range s {
		if r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' {
			r = ' '
		}
		if n == maxArg {
			out[maxArg-1] = '…'
			break
		}
		out = append(out, r)
		n++
	}
	return string(out)
}
