package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/spoor-audit/spoor/cmd/internal/config"
	"github.com/spoor-audit/spoor/cmd/internal/folder"
	"github.com/spoor-audit/spoor/cmd/internal/gate"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports/baseline"
	"github.com/spoor-audit/spoor/reports/lang"
)

const lockLong = `Lock audits the targets of spoor.toml, shows what would change in spoor.lock, and
writes it: from then on those facts are known, and spoor check is silent on them.
Review the lock like code. Facts that were not seen stay in it; --prune takes them
out. Their removal is offered once at least three loads of a check lack them: the
lock keeps no history, so more visits say more. What spoor.toml allows is not
written, because an allowance ends. Facts of what could not be measured stay as
they are.`

func newLockCommand(a *app) *cobra.Command {
	o := new(gateOptions)
	cmd := &cobra.Command{
		Use:   "lock",
		Short: "write down what the targets of spoor.toml are known to do",
		Long:  lockLong + exitStatus,
		Args:  noArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.lock(cmd, o) },
	}
	f := cmd.Flags()
	o.addFlags(f)
	f.BoolVar(&o.prune, "prune", false, "take out known facts that were not seen")
	f.BoolVar(&o.dryRun, "dry-run", false, "show the difference and write nothing")
	return cmd
}

// lock carries out spoor lock.
func (a *app) lock(cmd *cobra.Command, o *gateOptions) error {
	j, err := a.gateJob(cmd, o)
	if err != nil {
		return err
	}
	outcome, err := a.judgeTargets(cmd.Context(), j)
	if err != nil {
		return err
	}
	t := lang.Get(j.show.look.Lang)
	lock := outcome.Diff.Accepted(j.lock, o.prune)
	if err := gate.WriteChange(a.stdout, j.lock, lock, j.show.look.Lang); err != nil {
		return err
	}
	if !o.dryRun {
		if err := evidence.Replace(o.lockPath(), lock.Write); err != nil {
			return wrongUse(err)
		}
		if _, err := fmt.Fprintf(a.stdout, "%s: %s\n", filepath.ToSlash(o.lockPath()), t.N("gate.lock.facts", len(lock))); err != nil {
			return err
		}
	}
	if n := outcome.Diff.Removable(); n > 0 && !o.prune {
		if _, err := fmt.Fprintln(a.stdout, t.N("gate.lock.removable", n, "least", baseline.EnoughLoads)); err != nil {
			return err
		}
	}
	for _, item := range outcome.Undecided {
		if item.Kind == "target" || item.Kind == "state" {
			a.complain(fmt.Errorf("%s %s was not measured: %s", item.Target, item.Scenario, item.Text.EN))
			err = errNotMeasured
		}
	}
	return err
}

// serve serves the folder of a target, which is named from where spoor.toml lies.
func serve(ctx context.Context, configPath string, t *config.Target) (address, rule string, stop func(), err error) {
	dir := t.Serve
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(filepath.Dir(configPath), dir)
	}
	s, err := folder.Serve(ctx, dir)
	if err != nil {
		return "", "", nil, err
	}
	return s.URL(t.Path), s.Rule(), func() { _ = s.Close() }, nil
}
