package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/signatures"
)

func newTestCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "test",
		Short: "run the samples of all signatures",
		Long: `Test runs the samples that every vendor file carries, and judges well-known
requests with spoor's own data alone and with the lists that are in use.

EXIT STATUS
  0  all samples are judged rightly
  1  some are not; each is named`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error { return a.testSignatures() },
	}
}

// testSignatures carries out spoor signatures test.
func (a *app) testSignatures() error {
	core, err := signatures.Core()
	if err != nil {
		return err
	}
	db, err := a.signatures(listOptions{})
	if err != nil {
		return err
	}
	var b strings.Builder
	failed := false
	report := func(what string, wrong []string) {
		state := "ok"
		if len(wrong) > 0 {
			state, failed = fmt.Sprintf("%d wrong", len(wrong)), true
		}
		fmt.Fprintf(&b, "%-51s %s\n", what, state)
		for _, w := range wrong {
			fmt.Fprintf(&b, "  %s\n", clean.Line(w))
		}
	}
	n, complaint := signatures.CheckVendors()
	var wrong []string
	if complaint != nil {
		wrong = strings.Split(complaint.Error(), "\n")
	}
	report(fmt.Sprintf("samples of %d vendor files", n), wrong)
	for _, part := range []struct {
		what  string
		check func() ([]string, error)
	}{
		{"well-known requests, spoor's own data alone", core.CheckRequests},
		{fmt.Sprintf("well-known requests, with %d packs", len(db.Packs())), db.CheckRequests},
		{"less known requests, with EasyPrivacy and EasyList", db.CheckLists},
	} {
		wrong, err := part.check()
		switch {
		case errors.Is(err, signatures.ErrNoLists):
			fmt.Fprintf(&b, "%-51s left out: these lists are not there\n", part.what)
		case err != nil:
			return err
		default:
			report(part.what, wrong)
		}
	}
	if _, err := io.WriteString(a.stdout, b.String()); err != nil {
		return err
	}
	if failed {
		return errPolicy
	}
	return nil
}
