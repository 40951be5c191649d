package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/signatures"
)

func newSignaturesCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "signatures",
		Short: "ask what spoor knows of third parties, and fetch newer lists",
		Args:  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknownCommand(cmd, args[0])
		},
	}
	cmd.AddCommand(newLookupCommand(a), newListCommand(a), newShowCommand(a), newUpdateCommand(a), newTestCommand(a))
	return cmd
}

// requestTypes are the words for kinds of requests: those of filter lists and
// those of the record.
var requestTypes = [...]string{
	"beacon", "document", "fetch", "font", "image", "media", "object", "other", "ping", "script", "stylesheet",
	"subdocument", "websocket", "xhr", "xmlhttprequest",
}

func newLookupCommand(a *app) *cobra.Command {
	var q signatures.Query
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "lookup URL",
		Short: "who receives a request, and is it a tracker",
		Long: `Lookup tells who receives a request for URL, what for, and which rules say that
it serves to follow visitors. Without --page the request counts as one to
another site. A host alone will do.

EXIT STATUS
  0  it was answered, whatever the answer
  2  wrong use`,
		Example: `  spoor signatures lookup https://www.google-analytics.com/g/collect --type image
  spoor signatures lookup stats.g.doubleclick.net --json`,
		Args: cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return wrongUse(errors.New("one URL is needed"), "spoor signatures lookup https://www.google-analytics.com/g/collect")
			}
			q.URL = args[0]
			if !strings.Contains(q.URL, "://") {
				q.URL = "https://" + strings.TrimPrefix(q.URL, "//")
			}
			if u, err := url.Parse(q.URL); err != nil || u.Hostname() == "" {
				return wrongUse(fmt.Errorf("cannot look up %q: it has no host", args[0]))
			}
			if q.Type != "" && !slices.Contains(requestTypes[:], q.Type) {
				return wrongUse(fmt.Errorf("--type %q is none of %s", q.Type, strings.Join(requestTypes[:], ", ")))
			}
			db, err := a.signatures(listOptions{})
			if err != nil {
				return err
			}
			answer := lookedUp(db.Judge(q))
			if asJSON {
				return writeJSON(a.stdout, answer)
			}
			return answer.print(a.stdout, q.URL)
		},
	}
	cmd.Flags().StringVar(&q.Type, "type", "", "kind of request: script, image, xmlhttprequest, ... (`WORD`)")
	cmd.Flags().StringVar(&q.Page, "page", "", "page that makes the request (`URL`)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}

// An answer is what spoor signatures lookup prints; its JSON is in the contract.
type answer struct {
	Tracker    bool               `json:"tracker"`
	Party      string             `json:"party"`
	Name       string             `json:"name"`
	Company    string             `json:"company"`
	Country    string             `json:"country"`
	Categories []string           `json:"categories"`
	Matches    []signatures.Match `json:"matches"`
}

func lookedUp(a signatures.Answer) answer {
	out := answer{Tracker: a.Tracker, Categories: a.Categories, Matches: a.Matches}
	if p := a.Party; p != nil {
		out.Party, out.Name, out.Company, out.Country = p.ID, p.Name, p.Company, p.Country
	}
	return out
}

func (a answer) print(w io.Writer, address string) error {
	var b strings.Builder
	b.WriteString(clean.Line(address) + "\n")
	party := "not known"
	if a.Party != "" {
		party = a.Name + " (" + a.Party + ")"
	}
	company := cmp.Or(a.Company, "not known")
	if a.Country != "" {
		company += ", " + a.Country
	}
	tracker := "no rule says so"
	if a.Tracker {
		tracker = "yes"
	}
	fmt.Fprintf(&b, "tracker  %s\nparty    %s\ncompany  %s\nfor      %s\n",
		tracker, clean.Line(party), clean.Line(company), cmp.Or(strings.Join(a.Categories, ", "), "not known"))
	for _, m := range a.Matches {
		fmt.Fprintf(&b, "rule     %s: %s\n", m.List, clean.Line(m.Rule))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func newListCommand(a *app) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "the third parties that spoor's own data knows, and the packs",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			db, err := a.signatures(listOptions{})
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(a.stdout, struct {
					Version string             `json:"version"`
					Packs   []signatures.Pack  `json:"packs"`
					Parties []signatures.Party `json:"parties"`
				}{db.Version(), db.Packs(), db.Parties()})
			}
			var b strings.Builder
			fmt.Fprintf(&b, "signatures  %s\n", db.Version())
			writePacks(&b, db.Packs())
			parties := db.Parties()
			fmt.Fprintf(&b, "parties     %d\n\n", len(parties))
			for _, p := range parties {
				fmt.Fprintf(&b, "%-28s %-28s %-2s  %s\n", p.ID, clean.Short(p.Company, 28), p.Country, strings.Join(p.Categories, ", "))
			}
			_, err = io.WriteString(a.stdout, b.String())
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}
