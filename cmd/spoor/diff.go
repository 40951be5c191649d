package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/cmd/internal/tty"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/compare"
	"github.com/spoor-audit/spoor/reports/term"
	"github.com/spoor-audit/spoor/signatures"
)

const diffLong = `Diff tells what changed between two visits of a site: who receives data, cookies
and stored items, techniques, checks and the score. Each of OLD and NEW is saved
evidence (.zip), which is judged again so that both are judged alike, or a result
(.json), which is taken as it is.

It compares facts, not counts, times, values or addresses of files, which change
with every load. What one of the two visits did not measure is never called new or
gone.

EXIT STATUS
  0    compared
  1    something is new (--fail-on new)
  2    wrong use
  3    one of the two cannot be read, or measured nothing
  130  interrupted`

// diffOptions are the flags of spoor diff.
type diffOptions struct {
	visit  visitOptions
	json   bool
	failOn string
	color  string
}

// failOnNew is what "--fail-on" of spoor diff knows.
const failOnNew = "new"

func newDiffCommand(a *app) *cobra.Command {
	o := new(diffOptions)
	cmd := &cobra.Command{
		Use:     "diff OLD NEW",
		Short:   "what changed between two saved visits",
		Long:    diffLong,
		Example: "  spoor diff march.zip april.zip\n  spoor diff old.json new.json --json --fail-on new",
		Args:    cobra.ArbitraryArgs,
		RunE:    func(_ *cobra.Command, args []string) error { return a.diff(o, args) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&o.json, "json", false, "the changes as JSON (spoor-diff/1)")
	f.StringVar(&o.failOn, "fail-on", "", "exit with 1 if something is `new`")
	f.StringSliceVar(&o.visit.langs, "lang", nil, "language of the text (`en|nl`; default: the locale's)")
	f.StringVar(&o.color, "color", "auto", "`auto|always|never`")
	return cmd
}

// diff carries out spoor diff.
func (a *app) diff(o *diffOptions, args []string) error {
	if len(args) != 2 {
		return wrongUse(fmt.Errorf("two saved visits are compared, and there are %d", len(args)), "spoor diff OLD NEW")
	}
	if o.failOn != "" && o.failOn != failOnNew {
		return wrongUse(fmt.Errorf("--fail-on %q is not %q", o.failOn, failOnNew))
	}
	color, err := tty.Color(o.color, a.stdout, a.env.NoColor())
	if err != nil {
		return wrongUse(fmt.Errorf("--%w", err))
	}
	targets, err := savedTargets(args)
	if err != nil {
		return err
	}
	p := pipeline.Pipeline{}
	if p.DB, err = signatures.Default(); err != nil {
		return err
	}
	results := make([]*reports.Result, len(targets))
	for i, t := range targets {
		audit, err := p.Open(t.text)
		if err != nil {
			return fmt.Errorf("cannot read %q: %w", t.text, err)
		}
		if !audit.Measured() {
			return fmt.Errorf("cannot compare %q: it says that nothing was measured", t.text)
		}
		results[i] = audit.Result
	}
	changes := compare.Results(results[0], results[1])
	if o.json {
		err = reports.EncodeJSON(a.stdout, changes)
	} else {
		err = term.Changes(a.stdout, changes, term.Options{
			Width: tty.Width(a.stdout), Color: color, Unicode: a.env.UTF8(), Lang: reportLanguage(o.visit.languages(a.env)),
		})
	}
	if err != nil {
		return err
	}
	if o.failOn == failOnNew && changes.AnyNew() {
		return errPolicy
	}
	return nil
}
