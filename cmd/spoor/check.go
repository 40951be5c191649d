package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/spoor-audit/spoor/cmd/internal/config"
	"github.com/spoor-audit/spoor/cmd/internal/gate"
	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/detectors/checks"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports/baseline"
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
	audit := &auditOptions{visit: o.visit, show: o.show, profile: file.Profile}
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
	outputs, err := gateOutputs(a, o)
	if err != nil {
		return err
	}
	j, err := a.gateJob(cmd, o)
	if err != nil {
		return err
	}
	if o.validate {
		_, err := fmt.Fprintf(a.stdout, "%s and %s can be read: %d targets, %d allowances, %d known facts\n", o.config, lockName, len(j.file.Targets), len(j.file.Allow), len(j.lock))
		return err
	}
	outcome, err := a.judgeTargets(ctx, j)
	if err != nil {
		return err
	}
	view := gate.View{
		Outcome: outcome, Config: filepath.ToSlash(o.config), Locked: j.locked, Version: versionText(),
		Confirm: j.file.Confirm, Quiet: o.show.quiet, Width: cmp.Or(j.show.term.Width, 80), Unicode: j.show.term.Unicode,
	}
	if err := a.showOutcome(view, outputs, o.show.json); err != nil {
		return err
	}
	switch {
	case len(outcome.Against) > 0:
		_, _ = fmt.Fprintf(a.stderr, "spoor: %s against policy\n", counted(len(outcome.Against), "thing"))
		if o.exitZero {
			return nil
		}
		return errPolicy
	case len(outcome.Undecided) > 0:
		a.complain(fmt.Errorf("not everything could be measured: %s", counted(len(outcome.Undecided), "thing")))
		return errNotMeasured
	}
	return nil
}

func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
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
	for n := 1; n <= t.Visits; n++ {
		audit, err := a.measure(ctx, &job, target{text: address, host: t.Name, kind: ofSite})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		switch {
		case err != nil:
			t.Failures = append(t.Failures, err.Error())
			a.complain(fmt.Errorf("%s, load %d: %w", t.Name, n, err))
			continue
		case !audit.Measured():
			t.Failures = append(t.Failures, notMeasuredWhy(audit))
			continue
		}
		t.Loads = append(t.Loads, audit.Result)
		if err := j.keep(ctx, audit, t.Name, n); err != nil {
			return err
		}
	}
	return nil
}

// notMeasuredWhy says in a few words why a visit says nothing of its site.
func notMeasuredWhy(audit *pipeline.Audit) string {
	for i := range audit.Visit.Runs {
		r := &audit.Visit.Runs[i]
		if r.Outcome == evidence.Blocked || r.Outcome == evidence.Failed {
			return strings.TrimSuffix(string(r.Outcome)+": "+r.Reason, ": ")
		}
	}
	return "nothing was measured"
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

// An outcomeFile is a file that the outcome is written to.
type outcomeFile struct {
	path   string
	format gate.Format
}

// gateOutputs reads -o of check.
func gateOutputs(_ *app, o *gateOptions) ([]outcomeFile, error) {
	var list []outcomeFile
	for _, path := range o.show.outputs {
		format, err := gate.FormatOf(path)
		if err != nil {
			return nil, wrongUse(err)
		}
		if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
			return nil, wrongUse(fmt.Errorf("cannot write %q: there is no folder %q", path, filepath.Dir(path)))
		}
		list = append(list, outcomeFile{path, format})
	}
	return list, nil
}

// showOutcome writes the outcome wherever it is wanted.
func (a *app) showOutcome(view gate.View, outputs []outcomeFile, asJSON bool) error {
	for _, out := range outputs {
		write := func(w io.Writer) error { return view.Write(w, out.format) }
		if err := evidence.Replace(out.path, write); err != nil {
			return wrongUse(err)
		}
	}
	if asJSON {
		return view.Write(a.stdout, gate.JSON)
	}
	if err := view.Write(a.stdout, gate.Text); err != nil {
		return err
	}
	if a.env.Get("GITHUB_ACTIONS") != "true" {
		return nil
	}
	// Commands to the runner are read from either stream; stdout holds the outcome.
	if err := view.Write(a.stderr, gate.Annotations); err != nil {
		return err
	}
	summary := a.env.Get("GITHUB_STEP_SUMMARY")
	if summary == "" {
		return nil
	}
	f, err := os.OpenFile(summary, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // The runner names it.
	if err != nil {
		return fmt.Errorf("write the summary: %w", err)
	}
	return errors.Join(view.Write(f, gate.Markdown), f.Close())
}
