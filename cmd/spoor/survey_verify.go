package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/cmd/internal/tty"
	"github.com/spoor-audit/spoor/crawler/survey"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
	tables "github.com/spoor-audit/spoor/reports/survey"
)

// isStore reports whether an argument names a store, and not a file.
func isStore(word string) bool {
	if survey.IsAddress(word) {
		return true
	}
	info, err := os.Stat(word)
	return err == nil && info.IsDir()
}

// A verifiedVisit is a visit of which something is not as it should be.
type verifiedVisit struct {
	Site    string   `json:"site"`
	Visit   int      `json:"visit"`
	Bundle  string   `json:"bundle"`
	Outcome string   `json:"outcome"` // changed undecided missing
	What    []string `json:"what"`
}

// missing says that the evidence is not there or cannot be read.
const missing = "missing"

// surveyVerification is what became of the check of a survey.
type surveyVerification struct {
	Format    string          `json:"format"`
	Outcome   string          `json:"outcome"` // verified changed undecided
	Visits    int             `json:"visits"`  // with evidence
	Verified  int             `json:"verified"`
	Changed   int             `json:"changed"`
	Undecided int             `json:"undecided"`
	Missing   int             `json:"missing"`
	List      []verifiedVisit `json:"list"` // those that are not verified, in the order of the store
}

// verifySurvey carries out spoor verify STORE.
func (a *app) verifySurvey(ctx context.Context, where string, asJSON bool) (err error) {
	p := pipeline.Pipeline{}
	if p.DB, err = a.signatures(listOptions{}); err != nil {
		return err
	}
	store, err := a.finishedStore(ctx, where)
	if err != nil {
		return err
	}
	defer store.Close() //nolint:errcheck // It was read only.
	v := surveyVerification{Format: "spoor-verify-survey/1", Outcome: verified, List: []verifiedVisit{}}
	for x, err := range p.VerifySurvey(ctx, store, versionText()) {
		if err != nil {
			return err
		}
		v.add(&x)
	}
	switch {
	case v.Changed > 0:
		v.Outcome = changedBundle
	case v.Undecided+v.Missing > 0 || v.Visits == 0:
		v.Outcome = undecided
	}
	if asJSON {
		err = reports.EncodeJSON(a.stdout, v)
	} else {
		_, err = fmt.Fprint(a.stdout, v.text())
	}
	switch {
	case err != nil || v.Outcome == verified:
		return err
	case v.Outcome == changedBundle:
		return errPolicy
	}
	return errNotMeasured
}

// add counts one visit.
func (v *surveyVerification) add(x *pipeline.Verified) {
	v.Visits++
	out := verifiedVisit{Site: x.Row.Site, Visit: x.Row.Repeat, Bundle: x.Row.Bundle, What: []string{}}
	say := func(format string, args ...any) { out.What = append(out.What, fmt.Sprintf(format, args...)) }
	switch {
	case x.Missing:
		out.Outcome = missing
		say("the evidence is not there")
	case x.Err != nil && !x.Whole:
		out.Outcome = changedBundle
		say("the file is not the one that was stored, and cannot be read: %v", x.Err)
	case x.Err != nil:
		out.Outcome = missing
		say("it cannot be read: %v", x.Err)
	default:
		out.Outcome = outcomeOf(x, say)
	}
	switch out.Outcome {
	case verified:
		v.Verified++
		return
	case changedBundle:
		v.Changed++
	case undecided:
		v.Undecided++
	case missing:
		v.Missing++
	}
	v.List = append(v.List, out)
}

// outcomeOf says what became of a visit whose evidence could be read.
func outcomeOf(x *pipeline.Verified, say func(string, ...any)) string {
	outcome := verdictOf(x.Verification)
	if !x.Whole {
		outcome = changedBundle
		say("the file is not the one that was stored: its SHA-256 is another one")
	}
	if x.Sums != nil {
		say("sums are wrong: %s", strings.TrimPrefix(x.Sums.Error(), "evidence: verify bundle: "))
	}
	for i := range x.Differs {
		say("%s", discrepancyText(&x.Differs[i]))
	}
	for _, d := range x.Facts {
		say("in the store, %s", doesNotFollow(d))
	}
	switch {
	case len(x.Facts) == 0:
	case x.FactsComparable && x.Comparable():
		outcome = changedBundle
	case outcome == verified:
		outcome = undecided
	}
	return outcome
}

// doesNotFollow says what the facts in the store and the evidence differ in.
func doesNotFollow(d tables.Difference) string {
	switch {
	case d.Kind == "other":
		return "details that no list here names do not follow from the evidence"
	case d.Was == "":
		return fmt.Sprintf("%s %s is missing, and follows from the evidence", d.Kind, d.ID)
	case d.Is == "":
		return fmt.Sprintf("%s %s does not follow from the evidence", d.Kind, d.ID)
	}
	return fmt.Sprintf("%s %s is %s, and the evidence gives %s", d.Kind, d.ID, d.Was, d.Is)
}

func (v *surveyVerification) text() string {
	var b strings.Builder
	if v.Visits == 0 {
		return "not verified: no visit has evidence\n"
	}
	fmt.Fprintf(&b, "%s with evidence: %d verified, %d changed, %d undecided, %d missing\n", tty.Counted(v.Visits, "visit"), v.Verified, v.Changed, v.Undecided, v.Missing)
	for i, x := range v.List {
		if i == shownDiscrepancies {
			fmt.Fprintf(&b, "and %d more: --json\n", len(v.List)-i)
			break
		}
		fmt.Fprintf(&b, "%-10s %s, visit %d (%s)\n", x.Outcome, clean.Short(x.Site, 100), x.Visit, clean.Short(x.Bundle, 120))
		for j, what := range x.What {
			if j == shownPerVisit {
				fmt.Fprintf(&b, "           and %d more: --json\n", len(x.What)-j)
				break
			}
			b.WriteString("           " + clean.Short(what, 300) + "\n")
		}
	}
	b.WriteString(map[string]string{
		verified:      "verified: all sums are right, and everything follows from the evidence",
		changedBundle: "not verified: something was changed or damaged",
		undecided:     "not verified: it could not be told of every visit; \"spoor survey rejudge\" judges all by the same signatures",
	}[v.Outcome] + "\n")
	return b.String()
}

// shownPerVisit is how many faults of one visit are named.
const shownPerVisit = 5
