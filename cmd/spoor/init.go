package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"
)

//go:embed spoor.toml.tmpl
var firstConfig string

func newInitCommand(a *app) *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use:   "init [URL | FOLDER]",
		Short: "start a spoor.toml for spoor check",
		Long: `Init writes a first spoor.toml, with one target: the page at URL, or the built site
in FOLDER. It overwrites nothing.

EXIT STATUS
  0  it was written
  2  wrong use, or there is one already`,
		Example: "  spoor init https://shop.example\n  spoor init ./public",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			target := "https://shop.example/"
			if len(args) == 1 {
				target = args[0]
			}
			line, err := targetLine(target)
			if err != nil {
				return err
			}
			f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644) //nolint:gosec // It is to be read by all who read the code beside it.
			if errors.Is(err, fs.ErrExist) {
				return wrongUse(fmt.Errorf("there is a %s already", path))
			}
			if err != nil {
				return wrongUse(err)
			}
			_, err = f.WriteString(strings.Replace(firstConfig, "@target@", line, 1))
			if err := errors.Join(err, f.Close()); err != nil {
				return wrongUse(err)
			}
			_, err = fmt.Fprintf(a.stdout, "%s: edit it, then: spoor lock, and commit both files\n", path)
			return err
		},
	}
	cmd.Flags().StringVarP(&path, "config", "c", "spoor.toml", "write to a `FILE`")
	return cmd
}

// targetLine is the line of spoor.toml that says what is audited.
func targetLine(target string) (string, error) {
	key := "url"
	if info, err := os.Stat(target); err == nil && info.IsDir() {
		key = "serve"
	} else if t, err := targetOf(target); err != nil {
		return "", err
	} else if !t.isSite() {
		return "", wrongUse(fmt.Errorf("%q is neither the address of a page nor a folder", target))
	}
	// A quoted string of TOML and one of Go agree on what addresses and paths hold.
	return fmt.Sprintf("%-5s = %q", key, target), nil
}
