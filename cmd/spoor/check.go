package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/spoor-audit/spoor/cmd/internal/config"
	"github.com/spoor-audit/spoor/cmd/internal/fieldwork"
	"github.com/spoor-audit/spoor/cmd/internal/gate"
	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/cmd/internal/tty"
	"github.com/spoor-audit/spoor/detectors/checks"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/baseline"
	"github.com/spoor-audit/spoor/reports/lang"
)

const checkLong = `Check audits the targets of spoor.toml, several times each, and compares what they
do with what spoor.lock knows of them and what spoor.toml allows. It fails on news:
a new receiver, cookie, stored item or technique; an allowance whose time is over;
and whatever else fail-on names. "spoor lock" makes the lock, "spoor init" a first
spoor.toml.

On GitHub it annotates the run and writes its summary by itself.`

const checkExample = `  spoor check
  spoor check -o spoor.sarif -o spoor.xml --reports reports
  spoor check -c sites/spoor.toml --validate`

// lockName is the name of the lock, which stands beside spoor.toml.
const lockName = "spoor.lock"

// gateOptions are the flags that check and lock share.
type gateOptions struct {
	visit    visitOptions
	lists    listOptions
	show     showOptions
	config   string
	reports  string
	validate bool
	exitZero bool
	prune    bool
	dryRun   bool
}

func (o *gateOptions) addFlags(f *pflag.FlagSet) {
	f.SortFlags = false
	f.StringVarP(&o.config, "config", "c", "spoor.toml", "what to audit, and what is allowed (`FILE`)")
	o.visit.addFlags(f)
	o.lists.addFlags(f)
	f.StringVar(&o.reports, "reports", "", "write report and evidence of every load into a `FOLDER`")
	f.BoolVarP(&o.show.quiet, "quiet", "q", false, "print only what is against policy")
	f.BoolVarP(&o.show.verbose, "verbose", "v", false, "say more on stderr")
	f.StringVar(&o.show.color, "color", "auto", "`auto|always|never`")
	f.StringVar(&o.show.progress, "progress", "auto", "`auto|plain|json|none`")
}

func newCheckCommand(a *app) *cobra.Command {
	o := new(gateOptions)
	cmd := &cobra.Command{
		Use:     "check",
		Short:   "audit the targets of spoor.toml, and fail on news",
		Long:    checkLong + exitStatus,
		Example: checkExample,
		Args:    noArguments,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.check(cmd, o) },
	}
	f := cmd.Flags()
	o.addFlags(f)
	f.StringArrayVarP(&o.show.outputs, "output", "o", nil, "write the outcome to a `FILE`, in the format of its ending: .json .md .sarif .xml .codequality.json (repeatable)")
	f.BoolVar(&o.show.json, "json", false, "the outcome as JSON on stdout")
	f.BoolVar(&o.validate, "validate", false, "read spoor.toml and spoor.lock, and visit nothing")
	f.BoolVar(&o.exitZero, "exit-zero", false, "exit with 0 where something is against policy")
	return cmd
}

// A gateJob is a checked command line of check or lock, with the files it rests
// on.
type gateJob struct {
	*auditJob
	options *gateOptions
	file    *config.File
	gate    *gate.Gate
	lock    baseline.Lock
	locked  bool // there is a lock
}

// lockPath is where the lock stands.
func (o *gateOptions) lockPath() string { return filepath.Join(filepath.Dir(o.config), lockName) }

// gateJob reads files and flags. All that can be wrong with them is found before
// the first visit.
func (a *app) gateJob(cmd *cobra.Command, o *gateOptions) (*gateJob, error) {
	file, err := readConfig(o.config)
	if err != nil {
		return nil, err
	}
	j := &gateJob{options: o, file: file}
	if j.gate, err = gate.Open(file); err != nil {
		return nil, unknownID(fmt.Errorf("%s: fail-on: %w", o.config, err), "gates are new, expired, severities and IDs, each alone or as \"high:none\"")
	}
	if j.lock, err = readLock(o.lockPath()); err != nil {
		return nil, err
	}
	j.locked = j.lock != nil
	if len(o.visit.langs) == 0 && file.Language != "" {
		o.visit.langs = []string{file.Language}
		if file.Language != "en" {
			o.visit.langs = append(o.visit.langs, "en")
		}
	}
	if o.validate {
		return j, nil
	}
	// The audit of a target is that of spoor audit.
	audit := &auditOptions{visit: o.visit, lists: o.lists, show: o.show, profile: file.Profile}
	audit.show.outputs, audit.show.json, audit.show.format = nil, false, string(pipeline.JSON)
	if audit.profile == "" {
		audit.profile = checks.DefaultProfile
	}
	var addresses []string
	for i := range file.Targets {
		address := file.Targets[i].URL
		if address == "" {
			address = "http://localhost/"
		}
		addresses = append(addresses, address)
	}
	if j.auditJob, err = a.auditJob(audit, addresses); err != nil {
		return nil, err
	}
	for i := range file.Targets {
		t := &file.Targets[i]
		if cmd.Flags().Changed("scenarios") || t.Scenarios == nil {
			t.Scenarios = o.visit.scenarios
		}
		if _, err := scenariosOf(t.Scenarios); err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", o.config, t.Line, err)
		}
		if cmd.Flags().Changed("pages") {
			t.Pages = &o.visit.pages
		}
		if *t.Pages < 0 || *t.Pages > maxPages {
			return nil, wrongUse(fmt.Errorf("%s, line %d: pages = %d is not a number from 0 to %d", o.config, t.Line, *t.Pages, maxPages))
		}
	}
	return j, nil
}

func readConfig(path string) (*config.File, error) {
	f, err := os.Open(path) //nolint:gosec // The user names it.
	if errors.Is(err, fs.ErrNotExist) {
		return nil, wrongUse(fmt.Errorf("there is no %s", path), "make one: spoor init https://shop.example")
	}
	if err != nil {
		return nil, wrongUse(err)
	}
	defer f.Close() //nolint:errcheck // Nothing is written.
	file, err := config.ReadFile(f, pipeline.Near)
	var bad *config.FileError
	switch {
	case errors.As(err, &bad) && bad.Near != "":
		return nil, wrongUse(fmt.Errorf("%s: %w", path, err), "did you mean "+bad.Near+" ?")
	case err != nil:
		return nil, wrongUse(fmt.Errorf("%s: %w", path, err))
	}
	return file, nil
}

// readLock reads the lock; it is nil where there is none.
func readLock(path string) (baseline.Lock, error) {
	data, err := os.ReadFile(path) //nolint:gosec // The user names it.
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, wrongUse(fmt.Errorf("the lock cannot be read: %w", err))
	}
	lock, err := baseline.ReadLock(bytes.NewReader(data))
	if err != nil {
		return nil, wrongUse(fmt.Errorf("%s: %s", path, strings.TrimPrefix(err.Error(), "baseline: ")), "restore it, or remove it and make it again: spoor lock")
	}
	if lock == nil {
		lock = baseline.Lock{}
	}
	return lock, nil
}

// check carries out spoor check.
func (a *app) check(cmd *cobra.Command, o *gateOptions) error {
	ctx := cmd.Context()
	outputs, err := gateOutputs(o)
	if err != nil {
		return err
	}
	j, err := a.gateJob(cmd, o)
	if err != nil {
		return err
	}
	if o.validate {
		t := lang.Get(reportLanguage(o.visit.languages(a.env)))
		_, err := fmt.Fprintln(a.stdout, t.T("gate.valid", "config", o.config, "lock", lockName,
			"targets", t.N("gate.targets", len(j.file.Targets)), "allowances", t.N("gate.allowances", len(j.file.Allow)), "facts", t.N("gate.lock.facts", len(j.lock))))
		return err
	}
	outcome, err := a.judgeTargets(ctx, j)
	if err != nil {
		return err
	}
	view := gate.View{
		Outcome: outcome, Config: filepath.ToSlash(o.config), File: a.inRepository(o.config), Lang: j.show.look.Lang, Locked: j.locked, Version: versionText(),
		Confirm: j.file.Confirm, Quiet: o.show.quiet, Width: cmp.Or(j.show.term.Width, 80), Unicode: j.show.term.Unicode,
	}
	if err := a.showOutcome(view, outputs, o.show.json); err != nil {
		return err
	}
	switch {
	case len(outcome.Against) > 0:
		_, _ = fmt.Fprintf(a.stderr, "spoor: %s against policy\n", tty.Counted(len(outcome.Against), "thing"))
		if o.exitZero {
			return nil
		}
		return errPolicy
	case len(outcome.Undecided) > 0:
		a.complain(fmt.Errorf("not everything could be measured: %s", tty.Counted(len(outcome.Undecided), "thing")))
		return errNotMeasured
	}
	return nil
}

// judgeTargets audits all targets and holds them against the policy.
func (a *app) judgeTargets(ctx context.Context, j *gateJob) (*gate.Outcome, error) {
	var err error
	if j.progress, err = a.progress(&j.options.show); err != nil {
		return nil, wrongUse(err)
	}
	defer j.progress.Close()
	j.progress.Say(j.headline(a.chromeVersion(ctx, j.auditJob)))
	targets := make([]gate.Target, len(j.file.Targets))
	for i := range targets {
		targets[i] = gate.Target{Target: j.file.Targets[i]}
		if err := a.loads(ctx, j, &targets[i]); err != nil {
			return nil, err
		}
	}
	return j.gate.Judge(targets, j.lock, time.Now()), nil
}

// loads audits one target as often as the file says. A load that fails is kept
// with its reason; the error is that of an interrupt, or of a folder that cannot
// be served.
func (a *app) loads(ctx context.Context, j *gateJob, t *gate.Target) error {
	job := *j.auditJob
	address := t.URL
	if t.Serve != "" {
		served, rule, stop, err := serve(ctx, j.options.config, &t.Target)
		if err != nil {
			return wrongUse(fmt.Errorf("%s, line %d: %w", j.options.config, t.Line, err))
		}
		defer stop()
		address = served
		if job.plan.Browser.HostRules != "" {
			rule = job.plan.Browser.HostRules + ", " + rule
		}
		job.plan.Browser.HostRules = rule
	}
	var err error
	if job.plan.Scenarios, err = scenariosOf(t.Scenarios); err != nil {
		return err
	}
	job.plan.Pages = *t.Pages
	pool := &fieldwork.Pool{Browser: job.plan.Browser}
	defer pool.Close() //nolint:contextcheck // Closing must work when the context has ended.
	job.pipeline.Visit = a.visitIn(pool)
	for n := 1; n <= t.Visits; n++ {
		audit, err := a.measure(ctx, &job, target{text: address, host: t.Name, kind: ofSite})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		switch {
		case err != nil:
			t.Failures = append(t.Failures, reports.Words{EN: err.Error()})
			a.complain(fmt.Errorf("%s, load %d: %w", t.Name, n, err))
			continue
		case !audit.Measured():
			t.Failures = append(t.Failures, audit.Result.Columns()[0].Why)
			continue
		}
		t.Loads = append(t.Loads, audit.Result)
		if err := j.keep(ctx, audit, t.Name, n); err != nil {
			return err
		}
	}
	return nil
}

// keep writes report and evidence of a load into the folder for reports.
func (j *gateJob) keep(ctx context.Context, audit *pipeline.Audit, name string, n int) error {
	if j.options.reports == "" {
		return nil
	}
	if err := os.MkdirAll(j.options.reports, 0o750); err != nil {
		return wrongUse(err)
	}
	for _, format := range []pipeline.Format{pipeline.HTML, pipeline.Bundle} {
		file := filepath.Join(j.options.reports, fmt.Sprintf("%s-%d.%s", fileName(name), n, format))
		if _, err := audit.Save(ctx, file, format, j.show.look); err != nil {
			return wrongUse(err)
		}
	}
	return nil
}
