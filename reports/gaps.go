package reports

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports/lang"
)

// notLookedFor is why there is nothing to say of a dialog: this audit did not
// look for one.
const notLookedFor = "not-looked-for"

// gaps fills Result.Gaps from the record, and adds what this audit does not
// observe at all.
func (b *builder) gaps() {
	b.r.Gaps = []Gap{}
	for _, g := range b.v.Gaps {
		b.r.Gaps = append(b.r.Gaps, newGap(g))
	}
	for _, run := range b.r.Runs {
		if b.v.Subject.Can(evidence.KindDialog) && run.Measured && run.DialogNote == notLookedFor && !b.hasGap(run.Scenario, evidence.KindDialog) {
			b.r.Gaps = append(b.r.Gaps, newGap(evidence.Gap{
				Scenario: run.Scenario, Kind: evidence.KindDialog, Why: notLookedFor, Whole: true,
			}))
		}
	}
	slices.SortFunc(b.r.Gaps, func(a, b Gap) int {
		return cmp.Or(cmp.Compare(order(a.Scenario), order(b.Scenario)), cmp.Compare(a.Kind, b.Kind),
			cmp.Compare(a.Where, b.Where), cmp.Compare(a.Why, b.Why))
	})
}

func (b *builder) hasGap(s evidence.Scenario, k evidence.Kind) bool {
	return slices.ContainsFunc(b.v.Gaps, func(g evidence.Gap) bool { return g.Scenario == s && g.Kind == k })
}

func newGap(g evidence.Gap) Gap {
	out := Gap{
		Scenario: g.Scenario, Kind: string(g.Kind), Where: clip(g.Where, maxURL), Why: clip(g.Why, maxText), Whole: g.Whole,
	}
	out.Text = Words{EN: gapText("en", out), NL: gapText("nl", out)}
	return out
}

// gapText says in words what is missing, where and why.
func gapText(code string, g Gap) string {
	t := lang.Get(code)
	kind, why, where := t.Word("kind", g.Kind), Reason(t, g.Why), clip(placeOf(t, g.Where), maxName)
	switch {
	case g.Kind == string(evidence.KindPage) && g.Where != "":
		return t.T("gap.page", "where", where, "why", why)
	case g.Why == notLookedFor:
		return t.T("gap.not-looked-for", "kind", kind)
	case g.Whole:
		return t.T("gap.whole", "kind", kind, "why", why)
	case g.Where == "":
		return t.T("gap.part", "kind", kind, "why", why)
	default:
		return t.T("gap.at", "kind", kind, "where", where, "why", why)
	}
}

// placeOf puts a place into words where it is a count ("3 hosts") and not an
// address.
func placeOf(t *lang.Text, where string) string {
	number, what, ok := strings.Cut(where, " ")
	if n, err := strconv.Atoi(number); ok && err == nil {
		switch what {
		case "host", "hosts":
			return t.N("place.hosts", n)
		case "page", "pages":
			return t.N("place.pages", n)
		}
	}
	return t.Word("place", where)
}

// Reason puts the reason of a gap, a failed run or an unmeasured technique into
// words. Reasons are codes, if need be followed by a colon and what the code is
// about ("missing:calls", "http-404"); a reason without words is shown as it
// is, since it says more than nothing.
func Reason(t *lang.Text, why string) string {
	if t.Has("reason." + why) {
		return t.T("reason." + why)
	}
	if status, ok := strings.CutPrefix(why, "http-"); ok {
		return t.T("reason.http", "status", status)
	}
	if code, about, ok := strings.Cut(why, ":"); ok && t.Has("reason."+code) {
		about = strings.TrimSpace(about)
		if t.Has("reason." + about) {
			about = t.T("reason." + about)
		}
		return t.T("reason.about", "why", t.T("reason."+code), "about", t.Word("kind", about))
	}
	if why == "" {
		return t.T("reason.unknown")
	}
	return why
}

// coverage fills Result.Coverage.
func (b *builder) coverage() {
	c := Coverage{Targets: []Target{}}
	for _, run := range b.runsInOrder() {
		for _, t := range run.Targets {
			c.Targets = append(c.Targets, Target{
				Kind: t.Kind, URL: clip(t.URL, maxURL), BeforeFirstScript: t.BeforeFirstScript,
				Scenario: run.Scenario, Why: clip(t.Why, maxText), Missing: list(t.Missing),
			})
		}
		l := run.Losses
		c.Calls += l.CallsSeen
		c.CallsFolded += l.CallsFolded
		c.CallsAtLeast += l.CallsAtLeast
		c.CallsDropped += l.CallsDropped
		c.EventsDropped += l.EventsDropped
		c.BodiesSkipped += l.BodiesSkipped
		c.SentSkipped += l.SentSkipped
	}
	c.Dropped = c.CallsDropped + c.EventsDropped
	b.r.Coverage = c
}

// names fills Result.Names: hosts that stand for others, and lookups that
// failed.
func (b *builder) names() {
	b.r.Names = []Name{}
	for _, n := range b.v.Names {
		if len(n.Chain) == 0 && n.Error == "" {
			continue
		}
		out := Name{Host: clip(n.Host, maxName), Chain: []string{}, Error: clip(n.Error, maxText)}
		for _, alias := range n.Chain {
			out.Chain = append(out.Chain, clip(alias, maxName))
		}
		if p, ok := b.db.CNAME(n.Chain); ok {
			out.Party = b.partyByID(p.ID)
		}
		b.r.Names = append(b.r.Names, out)
	}
	slices.SortFunc(b.r.Names, func(a, b Name) int { return cmp.Compare(a.Host, b.Host) })
}

// events fills Result.Events.
func (b *builder) events() {
	b.r.Events = []Incident{}
	for _, run := range b.runsInOrder() {
		at := len(b.r.Events)
		for _, e := range run.Events {
			b.r.Events = append(b.r.Events, Incident{
				Scenario: run.Scenario, ID: e.ID, AtMS: int64(e.At), Kind: e.Kind,
				URL: clip(e.URL, maxURL), Text: clip(e.Text, maxText),
			})
		}
		slices.SortStableFunc(b.r.Events[at:], func(a, b Incident) int { return cmp.Compare(a.AtMS, b.AtMS) })
	}
}
