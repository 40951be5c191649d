package pipeline_test

import (
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/spoor-audit/spoor/detectors/checks"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/testsites"
)

// variantsOf lists the variants of a site that is made from a template, in several
// languages.
func variantsOf(s *testsites.Site) (variants []string) {
	for _, p := range s.Pages {
		if p.Language != "" && !slices.Contains(variants, p.Variant) {
			variants = append(variants, p.Variant)
		}
	}
	slices.Sort(variants)
	return variants
}

// chosenVariant picks pages of a site that is made from a template, the number-th
// of such sites: the variant that asks rightly, and every third of the others,
// from another one on than the site before; each in one language, the next one in
// the next. A site's pages without a language show two of its variants again.
// SPOOR_TEST_ALL visits every variant in every language.
func chosenVariant(s *testsites.Site, number int, pg testsites.Page) bool {
	variants := variantsOf(s)
	if len(variants) == 0 || os.Getenv("SPOOR_TEST_ALL") != "" {
		return true
	}
	var languages []string
	for _, p := range s.Pages {
		if p.Language != "" && !slices.Contains(languages, p.Language) {
			languages = append(languages, p.Language)
		}
	}
	slices.Sort(languages)
	at := slices.Index(variants, pg.Variant)
	if at < 0 || languages[(at+number)%len(languages)] != pg.Language {
		return false
	}
	return pg.Variant == "compliant" || (at+number)%3 == 0
}

// scenarios are those that a page's expectations speak of. Checks rest on the
// three ordinary ones.
func scenarios(pg testsites.Page) []evidence.Scenario {
	list := []evidence.Scenario{evidence.None}
	if len(pg.Checks)+len(pg.ChecksNot) > 0 {
		list = append(list, evidence.Reject, evidence.Accept)
	}
	for _, s := range append(slices.Sorted(maps.Keys(pg.Consent)), pg.Scenarios...) {
		if !slices.Contains(list, evidence.Scenario(s)) {
			list = append(list, evidence.Scenario(s))
		}
	}
	return list
}

// compareConsent compares the question for consent and the outcomes of runs with
// what a page expects.
func compareConsent(pg testsites.Page, v *evidence.Visit) []string {
	var bad []string
	for _, s := range slices.Sorted(maps.Keys(pg.Consent)) {
		run := v.Run(evidence.Scenario(s))
		if run == nil {
			bad = append(bad, "no run "+s)
			continue
		}
		if want := pg.Consent[s]; string(run.Outcome) != want {
			bad = append(bad, fmt.Sprintf("%s: outcome %s (%s), want %s; choice %+v; dialog %s", s, run.Outcome, run.Reason, want, run.Choice, briefly(run.Dialog)))
		}
	}
	d := v.Runs[0].Dialog
	if want := pg.Dialog; want != nil {
		switch {
		case d == nil:
			bad = append(bad, "the dialog was not looked for")
		case d.Found != want.Found, want.By != "" && d.By != want.By, want.CMP != "" && d.CMP != want.CMP:
			bad = append(bad, fmt.Sprintf("dialog: %s, want %+v", briefly(d), *want))
		}
	}
	return bad
}

func briefly(d *evidence.Dialog) string {
	if d == nil {
		return "none"
	}
	out := fmt.Sprintf("found=%v by=%s cmp=%q certainty=%.2f lang=%s text=%.80q", d.Found, d.By, d.CMP, d.Certainty, d.Language, d.Text)
	for _, b := range d.Buttons {
		out += fmt.Sprintf(" [%s=%s/%d]", b.Label, b.Role, b.Layer)
	}
	return out
}

// compareChecks compares outcomes of checks with what a page expects.
func compareChecks(pg testsites.Page, verdicts []checks.Verdict) []string {
	var bad []string
	for _, c := range verdicts {
		want, named := pg.Checks[c.ID]
		switch {
		case named && string(c.Outcome) != want:
			bad = append(bad, fmt.Sprintf("check %s: %s (%s), want %s; %v", c.ID, c.Outcome, c.Reason, want, c.Args))
		case forbidden(pg, c.ID) && adverse(c.Outcome):
			bad = append(bad, fmt.Sprintf("check %s: %s (%s) on a page that does no such thing; %v", c.ID, c.Outcome, c.Reason, c.Args))
		}
	}
	return bad
}

func adverse(o checks.Outcome) bool { return o == checks.Fail || o == checks.Warn }

// forbidden reports whether a check must neither fail nor warn on a page.
func forbidden(pg testsites.Page, id string) bool {
	_, named := pg.Checks[id]
	return slices.Contains(pg.ChecksNot, id) || !named && slices.Contains(pg.ChecksNot, "*")
}
