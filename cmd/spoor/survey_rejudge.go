package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/cmd/internal/tty"
	"github.com/spoor-audit/spoor/crawler/survey"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
	tables "github.com/spoor-audit/spoor/reports/survey"
)

const surveyRejudgeLong = `Rejudge judges the evidence of every visit again, with the signatures and rules that
this version of spoor has, and keeps what follows for reports. Nothing is visited, and
the evidence stays as it is. It says what changed and on how many sites, and which
versions differ.

EXIT STATUS
  0    judged
  2    wrong use
  3    the store cannot be read, or the evidence of a visit cannot
  130  interrupted`

// surveyRejudgeOptions are the flags of spoor survey rejudge.
type surveyRejudgeOptions struct {
	lists  listOptions
	store  string
	dryRun bool
	json   bool
}

func newSurveyRejudgeCommand(a *app) *cobra.Command {
	o := new(surveyRejudgeOptions)
	cmd := &cobra.Command{
		Use:     "rejudge --store STORE",
		Short:   "judge all visits of a survey again, with newer signatures",
		Long:    surveyRejudgeLong,
		Example: "  spoor survey rejudge --store media --dry-run",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := storeArgument(&o.store, args); err != nil {
				return err
			}
			return a.surveyRejudge(cmd.Context(), o)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.store, "store", "", "the `STORE` of the survey: a folder or postgres://...")
	f.BoolVar(&o.dryRun, "dry-run", false, "only say what would change")
	f.BoolVar(&o.json, "json", false, "what changed as JSON")
	o.lists.addFlags(f)
	return cmd
}

// rejudging gathers what changes over all visits.
type rejudging struct {
	visits, same, changed, failed int
	changes                       map[tables.Difference]*changed
	signatures                    map[[2]string]int // visits by versions: then, now
	rules                         map[[2]string]int
}

// changed counts the sites of one change. Visits come sorted by site.
type changed struct {
	sites int
	last  string
}

// surveyRejudge carries out spoor survey rejudge.
func (a *app) surveyRejudge(ctx context.Context, o *surveyRejudgeOptions) (err error) {
	p := pipeline.Pipeline{}
	if p.DB, err = a.signatures(o.lists); err != nil {
		return err
	}
	store, err := a.finishedStore(ctx, o.store)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	j := &rejudging{changes: map[tables.Difference]*changed{}, signatures: map[[2]string]int{}, rules: map[[2]string]int{}}
	for r, err := range p.Rejudge(ctx, store) {
		if err != nil {
			return err
		}
		if err := j.take(ctx, store, &r, o.dryRun); err != nil {
			j.failed++
			a.complain(fmt.Errorf("visit %d of %s: %w", r.Row.Repeat, clean.Short(r.Row.Site, 100), err))
		}
	}
	if !o.dryRun && j.failed == 0 {
		if err := store.SetSignatures(ctx, p.DB.Version()); err != nil {
			return err
		}
	}
	if o.json {
		err = reports.EncodeJSON(a.stdout, j.document(o.dryRun))
	} else {
		_, err = fmt.Fprint(a.stdout, j.text(o.dryRun))
	}
	if err == nil && j.failed > 0 {
		return errNotMeasured
	}
	return err
}

// take counts one visit, and keeps its new facts.
func (j *rejudging) take(ctx context.Context, store *survey.Store, r *pipeline.Rejudged, dryRun bool) error {
	if r.Err != nil {
		return r.Err
	}
	j.visits++
	var differences []tables.Difference
	if r.Was == nil {
		differences = []tables.Difference{{Kind: "other", ID: "facts", Was: "unreadable"}}
	} else {
		differences = tables.Differences(r.Was, r.Is)
		count(j.signatures, r.Was.Method.Signatures, r.Is.Method.Signatures)
		count(j.rules, r.Was.Method.Rules, r.Is.Method.Rules)
	}
	if len(differences) == 0 {
		j.same++
	} else {
		j.changed++
	}
	for _, d := range differences {
		c := j.changes[d]
		if c == nil {
			c = new(changed)
			j.changes[d] = c
		}
		if c.last != r.Row.Site {
			c.last = r.Row.Site
			c.sites++
		}
	}
	if dryRun {
		return nil
	}
	facts, err := tables.EncodeFacts(r.Is)
	if err != nil {
		return err
	}
	return store.Replace(ctx, r.Row.Number, r.Row.Repeat, func(row survey.Row) ([]byte, error) {
		if row.SHA256 != r.Row.SHA256 {
			return nil, errors.New("the site was visited again meanwhile; judge the survey again")
		}
		return facts, nil
	})
}

func count(versions map[[2]string]int, was, is string) {
	if was != is {
		versions[[2]string{was, is}]++
	}
}

// list names the changes: by kind, those on most sites first, then by name.
func (j *rejudging) list() []tables.Difference {
	out := make([]tables.Difference, 0, len(j.changes))
	for d := range j.changes {
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b tables.Difference) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(j.changes[b].sites, j.changes[a].sites), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Was, b.Was), cmp.Compare(a.Is, b.Is))
	})
	return out
}

// why lists the versions that differ.
func (j *rejudging) why() []string {
	var out []string
	for what, versions := range map[string]map[[2]string]int{"signatures": j.signatures, "rules of the score": j.rules} {
		for v, n := range versions {
			out = append(out, fmt.Sprintf("%s: %s then, %s now (%s)", what, cmp.Or(v[0], "none"), cmp.Or(v[1], "none"), tty.Counted(n, "visit")))
		}
	}
	slices.Sort(out)
	if len(out) == 0 && j.changed > 0 {
		out = append(out, "signatures and rules of the score are the same, so this version of spoor judges otherwise than the one that judged before")
	}
	return out
}

// shownChanges is how many changes of a kind are named.
const shownChanges = 20

func (j *rejudging) text(dryRun bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s judged again: %d the same, %d changed", tty.Counted(j.visits, "visit"), j.same, j.changed)
	if j.failed > 0 {
		fmt.Fprintf(&b, ", %d could not be judged", j.failed)
	}
	b.WriteString("\n")
	for _, line := range j.why() {
		b.WriteString("why        " + clean.Line(line) + "\n")
	}
	kind, shown, left := "", 0, 0
	rest := func() {
		if left > 0 {
			fmt.Fprintf(&b, "           and %d more: --json\n", left)
		}
	}
	for _, d := range j.list() {
		if d.Kind != kind {
			rest()
			kind, shown, left = d.Kind, 0, 0
		}
		if shown == shownChanges {
			left++
			continue
		}
		shown++
		fmt.Fprintf(&b, "%-10s %s\n", d.Kind, clean.Line(changeText(d, j.changes[d].sites)))
	}
	rest()
	if dryRun {
		b.WriteString("nothing was written (--dry-run)\n")
	}
	return b.String()
}

func changeText(d tables.Difference, sites int) string {
	what := clean.Short(d.ID, 120)
	switch {
	case d.Was == "":
		what += ": new"
	case d.Is == "":
		what += ": gone"
	default:
		what += ": " + d.Was + " became " + d.Is
	}
	if d.Kind == "other" {
		what = "details that no list here names"
		if d.Was != "" {
			what = "the facts that were kept could not be read"
		}
	}
	return what + ", on " + tty.Counted(sites, "site")
}

// document is what changed as JSON.
func (j *rejudging) document(dryRun bool) any {
	type change struct {
		tables.Difference
		Sites int `json:"sites"`
	}
	out := struct {
		Format  string   `json:"format"`
		DryRun  bool     `json:"dry_run"`
		Visits  int      `json:"visits"`
		Same    int      `json:"same"`
		Changed int      `json:"changed"`
		Failed  int      `json:"failed"`
		Why     []string `json:"why"`
		Changes []change `json:"changes"` // by kind, sites (most first), id
	}{"spoor-rejudge/1", dryRun, j.visits, j.same, j.changed, j.failed, append([]string{}, j.why()...), []change{}}
	for _, d := range j.list() {
		out.Changes = append(out.Changes, change{d, j.changes[d].sites})
	}
	return out
}
