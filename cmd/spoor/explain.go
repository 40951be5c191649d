package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/cmd/internal/tty"
	"github.com/spoor-audit/spoor/reports/term"
)

func newExplainCommand(a *app) *cobra.Command {
	var langs []string
	var color string
	cmd := &cobra.Command{
		Use:   "explain [ID]",
		Short: "what a technique or check is, why it matters, what to do, and what spoor cannot see of it",
		Long: `Explain tells what a technique or a check is, why it matters, what the owner of a
site can do, and what spoor cannot see of it. A technique is something that can be
done to a visitor; a check asks whether what a site does fits what was chosen and
stated. Without ID it lists both.

EXIT STATUS
  0  it was explained
  2  there is no such technique or check`,
		Example: "  spoor explain fingerprint-canvas\n  spoor explain no-reject-first-layer",
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return pipeline.IDs(), cobra.ShellCompDirectiveNoFileComp
		},
		Args: cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return wrongUse(errors.New("one technique or check at a time"))
			}
			visitor := visitOptions{langs: langs}
			colored, err := tty.Color(color, a.stdout, a.env.NoColor())
			if err != nil {
				return wrongUse(fmt.Errorf("--%w", err))
			}
			o := term.Options{
				Width: tty.Width(a.stdout), Color: colored, Unicode: a.env.UTF8(), Lang: reportLanguage(visitor.languages(a.env)),
			}
			if len(args) == 0 {
				return term.List(a.stdout, o)
			}
			if err := pipeline.CheckIDs(args); err != nil {
				return unknownID(err)
			}
			return term.Explain(a.stdout, args[0], o)
		},
	}
	cmd.Flags().StringSliceVar(&langs, "lang", nil, "language of the text (`en|nl`; default: the locale's)")
	cmd.Flags().StringVar(&color, "color", "auto", "`auto|always|never`")
	return cmd
}
