package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/spoor-audit/spoor/cmd/internal/config"
	"github.com/spoor-audit/spoor/cmd/internal/fieldwork"
	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/crawler/browser"
)

// An app is what the commands share: the streams, the environment, and the way
// to visit a site.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	env            config.Env
	visit          pipeline.Visitor
	visitIn        func(*fieldwork.Pool) pipeline.Visitor // in a browser that visits share
	print          func(ctx context.Context, o browser.Options, html []byte) ([]byte, error)
}

const rootLong = `spoor opens a web page in a real browser and tells what the page does to its
visitor: who receives data, which cookies and other marks are left behind, and
which scripts try to recognise the device. It records first and judges after, so
that a saved visit can be judged again without a browser.`

// formatsHelp says what the formats are for.
const formatsHelp = `FORMATS
  .html    the report, one file that loads nothing
  .pdf     the same on paper; a browser prints it
  .md      a summary for issues and pull requests, under 60 KB
  .xlsx    tables in a workbook
  .csv     tables, one file each: shop.csv holds the findings, shop-cookies.csv
           and shop-requests.csv are written beside it
  .json    everything (spoor-result/1)
  .sarif   for code scanning
  .xml     for CI, as JUnit
  .codequality.json, gl-code-quality-report.json
           for GitLab
  .har     the requests, for the developer tools of a browser
  .zip     the evidence, to be judged again; it holds whole values
In all but .zip, values that can identify are cut, unless --full-values is given.`

const exitStatus = `

EXIT STATUS
  0    measured, and nothing against policy
  1    something is against policy (--fail-on)
  2    wrong use
  3    could not measure
  130  interrupted`

func newRootCommand(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:           "spoor",
		Short:         "audit what websites do to their visitors' privacy",
		Long:          rootLong + exitStatus,
		Example:       "  spoor audit https://shop.example -o report.html",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknownCommand(cmd, args[0])
		},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if err := config.Apply(cmd.Flags(), a.env); err != nil {
				return wrongUse(err)
			}
			return nil
		},
	}
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(
		newAuditCommand(a),
		newCheckCommand(a),
		newLockCommand(a),
		newInitCommand(a),
		newSurveyCommand(a),
		newWorkerCommand(a),
		newReportCommand(a),
		newDiffCommand(a),
		newVerifyCommand(a),
		newExplainCommand(a),
		newSignaturesCommand(a),
		newDoctorCommand(a),
		newVersionCommand(a),
		newDemoCommand(a),
	)
	root.AddCommand(newGenerateCommand(root))
	for _, cmd := range root.Commands() {
		cmd.DisableFlagsInUseLine = true
	}
	return root
}

// unknownCommand tells what was probably meant.
func unknownCommand(cmd *cobra.Command, word string) error {
	err := fmt.Errorf("there is no command %q", word)
	var known []string
	for _, c := range cmd.Commands() {
		if !c.Hidden {
			known = append(known, c.Name())
		}
	}
	switch near := pipeline.Near(word, known); {
	case near != "":
		return wrongUse(err, fmt.Sprintf("did you mean %s %s ?", cmd.CommandPath(), near))
	case cmd.Name() == "spoor" && looksLikeTarget(word):
		return wrongUse(err, fmt.Sprintf("did you mean spoor audit %s ?", word))
	}
	return wrongUse(err, fmt.Sprintf("%q lists the commands", cmd.CommandPath()+" --help"))
}

func looksLikeTarget(word string) bool {
	if _, err := os.Stat(word); err == nil {
		return true
	}
	u, err := url.Parse(word)
	return err == nil && (u.Host != "" || strings.Contains(word, "."))
}

// flagError tells which flag was probably meant.
func flagError(cmd *cobra.Command, err error) error {
	help := fmt.Sprintf("%q lists the flags", cmd.CommandPath()+" --help")
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return wrongUse(err, help)
	}
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			known = append(known, f.Name)
		}
	})
	if near := pipeline.Near(unknown.GetSpecifiedName(), known); near != "" {
		return wrongUse(err, "did you mean --"+near+" ?", help)
	}
	return wrongUse(err, help)
}

// noArguments refuses arguments.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return wrongUse(fmt.Errorf("%q takes no arguments, but there is %q", cmd.CommandPath(), args[0]))
	}
	return nil
}
