package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/compare"
	"github.com/spoor-audit/spoor/signatures"
)

const verifyLong = `Verify checks saved evidence (.zip): that its files have the sums that MANIFEST
names, and that every finding, every check and the score in result.json follow from
the record in visit.json. It says what does not follow.

A newer version of spoor, or other signatures, can judge the same record otherwise.
Where the result was made with others than these, a difference shows that, or a
change by hand, and spoor cannot tell which; it says which versions and lists
differ.

Of the STORE of a survey it checks the evidence of every visit in the same way, that
each file is the one that was stored, and that the facts in the store, which the
tables of the survey are made of, follow from it.

Sums protect from damage. They do not protect from somebody who changes the record,
the result and the sums together: keep the sum of the whole file elsewhere.

EXIT STATUS
  0    the sums are right, and everything follows
  1    the file was changed or damaged, or something does not follow
  2    wrong use
  3    it cannot be read or holds no result, or something does not follow but was
       judged with other versions
  130  interrupted`

func newVerifyCommand(a *app) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "verify BUNDLE|STORE",
		Short:   "check the sums of saved evidence, and derive its findings again",
		Long:    verifyLong,
		Example: "  spoor verify shop.zip\n  spoor verify media",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return wrongUse(fmt.Errorf("one bundle is verified at a time, and there are %d", len(args)), "spoor verify shop.zip")
			}
			if isStore(args[0]) {
				return a.verifySurvey(cmd.Context(), args[0], asJSON)
			}
			return a.verify(args[0], asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "the outcome as JSON")
	return cmd
}

// verify carries out spoor verify.
func (a *app) verify(file string, asJSON bool) error {
	t, err := savedTarget(file)
	if err != nil {
		return err
	}
	if pipeline.IsResult(t.text) {
		return wrongUse(fmt.Errorf("cannot verify %q: a result does not hold the record that it follows from", file), "give the evidence: spoor verify FILE.zip")
	}
	p := pipeline.Pipeline{}
	if p.DB, err = signatures.Default(); err != nil {
		return err
	}
	v, err := p.Verify(t.text, versionText())
	if err != nil {
		return fmt.Errorf("cannot verify %q: %w", file, err)
	}
	outcome := verdictOf(v)
	if asJSON {
		if err := reports.EncodeJSON(a.stdout, verifiedJSON(v, outcome)); err != nil {
			return err
		}
	} else if err := a.sayVerified(v, outcome); err != nil {
		return err
	}
	switch outcome {
	case verified:
		return nil
	case changedBundle:
		return errPolicy
	}
	return errNotMeasured
}

// The outcomes of a verification.
const (
	verified      = "verified"
	changedBundle = "changed"   // sums are wrong, or something does not follow
	undecided     = "undecided" // nothing to compare with, or judged with other versions
)

func verdictOf(v *pipeline.Verification) string {
	switch {
	case v.Sums != nil:
		return changedBundle
	case v.Saved == nil:
		return undecided
	case len(v.Differs) == 0:
		return verified
	case v.Comparable():
		return changedBundle
	}
	return undecided
}

// shownDiscrepancies is how many discrepancies are named.
const shownDiscrepancies = 50

// sayVerified writes the outcome in words.
func (a *app) sayVerified(v *pipeline.Verification, outcome string) error {
	var b strings.Builder
	say := func(label, format string, args ...any) {
		b.WriteString(strings.TrimRight(fmt.Sprintf("%-10s %s", label, clean.Line(fmt.Sprintf(format, args...))), " ") + "\n")
	}
	if v.Sums == nil {
		say("sums", "right: every file is as MANIFEST says")
	} else {
		say("sums", "WRONG: %s", strings.TrimPrefix(v.Sums.Error(), "evidence: verify bundle: "))
	}
	switch {
	case v.Unreadable != nil:
		say("result", "cannot be read: %v", v.Unreadable)
	case v.Saved == nil:
		say("result", "there is none in the bundle, so there is nothing to derive again")
	case len(v.Differs) == 0:
		say("result", "follows from the record: %d findings, %d checks, the score and all else", len(v.Saved.Findings), len(v.Saved.Checks))
	default:
		say("result", "DOES NOT FOLLOW from the record in %d parts", len(v.Differs))
	}
	if v.Saved != nil {
		for _, line := range versionsThatDiffer(v.Saved, v.Derived) {
			say("versions", "%s", line)
		}
	}
	for i := range v.Differs {
		if i == shownDiscrepancies {
			say("", "and %d more: --json", len(v.Differs)-i)
			break
		}
		d := &v.Differs[i]
		say("differs", "%s", discrepancyText(d))
		if d.Saved != "" {
			say("  saved", "%s", clean.Short(d.Saved, 300))
		}
		if d.Given != "" {
			say("  derived", "%s", clean.Short(d.Given, 300))
		}
	}
	b.WriteString(map[string]string{
		verified:      "verified",
		changedBundle: "not verified: the file was changed or damaged",
		undecided:     "not verified: it could not be told whether the result follows",
	}[outcome] + "\n")
	_, err := fmt.Fprint(a.stdout, b.String())
	return err
}

// discrepancyText says in a line what does not follow.
func discrepancyText(d *compare.Discrepancy) string {
	what := strings.TrimSuffix(d.Part, "s")
	if d.ID != "" {
		what += " " + d.ID
	}
	if d.What != "" {
		what += " (" + clean.Short(d.What, 200) + ")"
	}
	switch d.Kind {
	case compare.NotDerived:
		return what + ": in the result, and does not follow from the record"
	case compare.NotSaved:
		return what + ": follows from the record, and is not in the result"
	}
	if d.ID == "" {
		return d.Part + ": the record gives something else"
	}
	return what + ": the record gives something else"
}

// versionsThatDiffer says what the saved result was judged with and this program
// does not have.
func versionsThatDiffer(saved, derived *reports.Result) []string {
	var out []string
	if a, b := saved.Tools.Spoor, derived.Tools.Spoor; a != b {
		out = append(out, fmt.Sprintf("the visit was made by spoor %s; this is spoor %s", a, b))
	}
	a, b := saved.Tools.Signatures, derived.Tools.Signatures
	if a.Version == b.Version {
		return out
	}
	out = append(out, fmt.Sprintf("the result was judged with signatures %s; these are signatures %s", a.Version, b.Version))
	names := map[string][2]string{}
	for _, p := range a.Packs {
		names[p.Name] = [2]string{packText(p), "not there"}
	}
	for _, p := range b.Packs {
		was, known := names[p.Name]
		if !known {
			was[0] = "not there"
		}
		names[p.Name] = [2]string{was[0], packText(p)}
	}
	var packs []string
	for name, texts := range names {
		if texts[0] != texts[1] {
			packs = append(packs, fmt.Sprintf("list %s: then %s; now %s", name, texts[0], texts[1]))
		}
	}
	slices.Sort(packs)
	return append(out, packs...)
}

func packText(p reports.Pack) string {
	text := fmt.Sprintf("version %s with %d rules", p.Version, p.Rules)
	if p.Date != "" {
		text += " of " + p.Date
	}
	return text
}

// verifiedJSON is the outcome as a document.
func verifiedJSON(v *pipeline.Verification, outcome string) any {
	out := struct {
		Format   string                `json:"format"`
		Outcome  string                `json:"outcome"` // verified changed undecided
		Sums     string                `json:"sums"`    // right wrong
		Changed  []string              `json:"changed"`
		Missing  []string              `json:"missing"`
		Extra    []string              `json:"extra"`
		Result   string                `json:"result"` // follows differs none unreadable
		Versions []string              `json:"versions"`
		Differs  []compare.Discrepancy `json:"differs"`
	}{
		Format: "spoor-verify/1", Outcome: outcome, Sums: "right", Changed: []string{}, Missing: []string{}, Extra: []string{},
		Result: "follows", Versions: []string{}, Differs: append([]compare.Discrepancy{}, v.Differs...),
	}
	var sums *evidence.VerifyError
	if v.Sums != nil {
		out.Sums = "wrong"
	}
	if errors.As(v.Sums, &sums) {
		out.Changed, out.Missing, out.Extra = append(out.Changed, sums.Differ...), append(out.Missing, sums.Missing...), append(out.Extra, sums.Extra...)
	}
	switch {
	case v.Unreadable != nil:
		out.Result = "unreadable"
	case v.Saved == nil:
		out.Result = "none"
	case len(v.Differs) > 0:
		out.Result = "differs"
	}
	if v.Saved != nil {
		out.Versions = append(out.Versions, versionsThatDiffer(v.Saved, v.Derived)...)
	}
	return out
}
