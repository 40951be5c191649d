package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/detectors/checks"
	"github.com/spoor-audit/spoor/reports/schema"
	"github.com/spoor-audit/spoor/signatures"
)

const reportLong = `Report shows again what was saved: in another format, in another language, or, of
the evidence (.zip), as this version of spoor and its signatures judge it now. A
result (.json) is shown as it was judged; its pictures and single requests are in
the evidence only. Nothing is visited.

The report goes to stdout, unless -o names a file.

` + formatsHelp

const reportExample = `  spoor report shop.zip
  spoor report shop.json -o shop.pdf --lang nl
  spoor report evidence/*.zip -o 'reports/{host}.html'
  spoor report --schema > spoor-result-1.json`

const reportExit = `

EXIT STATUS
  0    shown
  2    wrong use
  3    it cannot be read, or it says that nothing was measured
  130  interrupted`

// reportOptions are the flags of spoor report.
type reportOptions struct {
	show    showOptions
	visit   visitOptions // those that matter: the language, and the browser that prints
	profile string
	schema  bool
}

func (o *reportOptions) addFlags(f *pflag.FlagSet) {
	f.SortFlags = false
	o.show.addFlags(f)
	o.visit.addReaderFlags(f)
	f.StringVar(&o.profile, "profile", "", "judge evidence by another view of the law (`ID`; default: that of the saved result)")
	f.BoolVar(&o.schema, "schema", false, "print the JSON Schema of results and end")
}

// addReaderFlags adds the flags that commands need which visit nothing.
func (o *visitOptions) addReaderFlags(f *pflag.FlagSet) {
	f.StringSliceVar(&o.langs, "lang", nil, "language of the report (`en|nl`; default: the locale's)")
	f.StringVar(&o.chrome, "chrome", "", "browser that prints a PDF (`PATH`; default: the first that is found)")
	o.mode = browser.Headless
}

func newReportCommand(a *app) *cobra.Command {
	o := new(reportOptions)
	cmd := &cobra.Command{
		Use:     "report SAVED...",
		Short:   "show saved evidence or results again, in any format",
		Long:    reportLong + reportExit,
		Example: reportExample,
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.schema {
				if err := noArguments(cmd, args); err != nil {
					return err
				}
				_, err := a.stdout.Write(schema.Result())
				return err
			}
			return a.report(cmd.Context(), o, args)
		},
	}
	o.addFlags(cmd.Flags())
	return cmd
}

// report carries out spoor report.
func (a *app) report(ctx context.Context, o *reportOptions, args []string) error {
	targets, err := savedTargets(args)
	if err != nil {
		return err
	}
	s, err := o.show.check(a, len(targets), o.visit.languages(a.env))
	if err != nil {
		return err
	}
	if err := needsRecord(&s, targets); err != nil {
		return err
	}
	if err := a.setPrinter(&s, &o.visit, new(pipeline.Plan)); err != nil {
		return err
	}
	if _, ok := checks.ProfileByID(o.profile); !ok {
		return unknownProfile(o.profile)
	}
	p := pipeline.Pipeline{Profile: o.profile}
	if p.DB, err = signatures.Default(); err != nil {
		return err
	}
	var outcome error
	for _, t := range targets {
		audit, err := p.Open(t.text)
		if err != nil {
			a.complain(fmt.Errorf("cannot read %q: %w", t.text, err))
			outcome = errNotMeasured
			continue
		}
		if audit.Visit == nil {
			a.noteResult(&s, t)
		}
		if err := a.present(ctx, &s, t, audit); err != nil {
			return err
		}
		if !audit.Measured() {
			outcome = errNotMeasured
		}
	}
	return outcome
}

// noteResult says what a saved result lacks of what was asked for.
func (a *app) noteResult(s *show, t target) {
	if s.quiet {
		return
	}
	if s.wants(func(f pipeline.Format) bool { return f == pipeline.CSV || f == pipeline.XLSX }) {
		a.note(fmt.Sprintf("%s holds no single requests; their table is in the evidence (.zip) only", t.text))
	}
	if s.look.FullValues {
		a.note(fmt.Sprintf("%s holds no whole values; they are in the evidence (.zip) only", t.text))
	}
}

// needsRecord refuses formats that a saved result cannot give.
func needsRecord(s *show, targets []target) error {
	for _, out := range s.outputs {
		for _, t := range targets {
			if out.format.NeedsRecord() && pipeline.IsResult(t.text) {
				return wrongUse(fmt.Errorf("cannot make a %s file of %q: a result does not hold the record of the visit", out.format.Ending(), t.text),
					"give the evidence: spoor report FILE.zip")
			}
		}
	}
	return nil
}

// savedTargets checks that the arguments are files that commands which visit
// nothing can read.
func savedTargets(args []string) ([]target, error) {
	if len(args) == 0 {
		return nil, wrongUse(errors.New("there is nothing to show"), "name what was saved: spoor report shop.zip")
	}
	list := make([]target, len(args))
	for i, word := range args {
		var err error
		if list[i], err = savedTarget(word); err != nil {
			return nil, err
		}
	}
	return list, nil
}
