package main

import (
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// newGenerateCommand makes what packagers need. It is hidden: nobody else wants it.
func newGenerateCommand(root *cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: "generate", Short: "make files for packages", Hidden: true, Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(&cobra.Command{
		Use:   "man FOLDER",
		Short: "write the man pages into a folder",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil { //nolint:gosec // Man pages are for everybody.
				return wrongUse(err)
			}
			head := &doc.GenManHeader{Title: "SPOOR", Section: "1", Date: committed(), Source: "spoor " + versionText(), Manual: "spoor"}
			root.DisableAutoGenTag = true
			if err := doc.GenManTree(root, head, args[0]); err != nil {
				return wrongUse(fmt.Errorf("write the man pages: %w", err))
			}
			return nil
		},
	})
	return cmd
}

// committed is the time of the commit that the program was built from: the same
// commit gives the same pages. Without one it is nil, and the pages say today.
func committed() *time.Time {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil
	}
	for _, s := range info.Settings {
		if s.Key != "vcs.time" {
			continue
		}
		if t, err := time.Parse(time.RFC3339, s.Value); err == nil {
			return &t
		}
	}
	return nil
}
