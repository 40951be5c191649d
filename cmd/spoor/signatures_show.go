package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/signatures"
)

func newShowCommand(a *app) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "everything that is known of a third party, and from where",
		Long: `Show tells who a third party is, by which hosts, requests, cookies and keys it is
recognised, and where these facts come from. "spoor signatures list" and lookup
tell the ID.

EXIT STATUS
  0  it was shown
  2  wrong use`,
		Example: "  spoor signatures show google-analytics",
		Args:    cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return wrongUse(errors.New("one ID is needed"), "spoor signatures show google-analytics")
			}
			db, err := a.signatures(listOptions{})
			if err != nil {
				return err
			}
			d, ok := db.Describe(args[0])
			if !ok {
				return unknownParty(db, args[0])
			}
			if asJSON {
				return writeJSON(a.stdout, d)
			}
			_, err = io.WriteString(a.stdout, describe(d))
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}

// unknownParty tells which ID was probably meant.
func unknownParty(db *signatures.DB, word string) error {
	err := fmt.Errorf("there is no third party %q", word)
	var ids []string
	for _, p := range db.Parties() {
		ids = append(ids, p.ID)
	}
	if near := pipeline.Near(word, ids); near != "" {
		return wrongUse(err, "did you mean "+near+" ?")
	}
	return wrongUse(err, `"spoor signatures list" lists them`)
}

// describe writes a description for a terminal.
func describe(d signatures.Description) string {
	var b strings.Builder
	line := func(label, text string) {
		if text != "" {
			fmt.Fprintf(&b, "%-10s %s\n", label, clean.Line(text))
		}
	}
	company := cmp.Or(d.Company, "not known")
	if d.Country != "" {
		company += ", " + d.Country
	}
	fmt.Fprintf(&b, "%s (%s)\n", clean.Line(d.Name), clean.Line(d.ID))
	line("company", company)
	line("for", cmp.Or(strings.Join(d.Categories, ", "), "not known"))
	line("tracker", map[bool]string{true: "yes, on the sites of others", false: "no, unless a list says so"}[d.Tracking])
	line("homepage", d.Homepage)
	if d.TCFNumber > 0 {
		line("TCF", strconv.Itoa(d.TCFNumber))
	}
	for _, s := range d.Sources {
		line("source", s)
	}
	for _, part := range []struct {
		title string
		list  []signatures.Recognised
	}{
		{"domains", d.Domains}, {"requests", d.Requests}, {"aliases (CNAME)", d.CNAMEs}, {"headings of lists", d.Sections},
		{"script files", d.Libraries}, {"global variables", d.Globals},
	} {
		if len(part.list) > 0 {
			fmt.Fprintf(&b, "\n%s\n", part.title)
		}
		for _, r := range part.list {
			fmt.Fprintf(&b, "  %-50s %s\n", clean.Line(r.Pattern), r.List)
		}
	}
	for _, part := range []struct {
		title string
		list  []signatures.NamedUse
	}{{"cookies", d.Cookies}, {"storage", d.Storage}} {
		if len(part.list) > 0 {
			fmt.Fprintf(&b, "\n%s\n", part.title)
		}
		for _, u := range part.list {
			name := u.Name
			if u.Domain != "" {
				name += " @" + u.Domain
			}
			what := u.Purpose
			if u.MaxAge != "" {
				what += ", " + u.MaxAge
			}
			fmt.Fprintf(&b, "  %-34s %-12s %s (%s)\n", clean.Line(name), u.Category, clean.Line(what), u.List)
		}
	}
	return b.String()
}
