package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/spoor-audit/spoor/cmd/internal/tty"
	"github.com/spoor-audit/spoor/crawler/survey"
	"github.com/spoor-audit/spoor/reports/clean"
)

func newSurveyStatusCommand(a *app) *cobra.Command {
	var store string
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "status --store STORE",
		Short:   "tell how far a survey is",
		Long:    "Status counts sites and runs of a survey, also while it goes on: a run is one scenario of one visit.",
		Example: "  spoor survey status --store media --json",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if store == "" {
				return wrongUse(errors.New("there is no --store"))
			}
			s, err := survey.Open(cmd.Context(), store, a.keys())
			if err != nil {
				return a.surveyError(err, store)
			}
			defer s.Close() //nolint:errcheck // It only reads.
			st, err := s.Status(cmd.Context())
			if err != nil {
				return err
			}
			if asJSON {
				return a.statusJSON(st)
			}
			return a.statusText(s.Setup(), st)
		},
	}
	cmd.Flags().StringVar(&store, "store", "", "of the survey (`STORE`)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}

func (a *app) statusJSON(st survey.Status) error {
	enc := json.NewEncoder(a.stdout)
	enc.SetIndent("", "  ")
	type runs struct {
		Done    int `json:"done"`
		Failed  int `json:"failed"`
		Pending int `json:"pending"`
		Running int `json:"running"`
	}
	visits := map[survey.State]int{}
	for _, state := range survey.States {
		visits[state] = st.Visits[state]
	}
	return enc.Encode(struct {
		Sites   int                  `json:"sites"`
		Runs    runs                 `json:"runs"`
		Visits  map[survey.State]int `json:"visits"`
		Reasons map[string]int       `json:"reasons"`
	}{st.Sites, runs{st.Done, st.Failed, st.Pending, st.Running}, visits, st.Reasons})
}

func (a *app) statusText(setup survey.Setup, st survey.Status) error {
	_, err := fmt.Fprintf(a.stdout, "%s, begun %s: %s, %s each, scenarios %v\n", clean.Line(setup.List), setup.Created.Format("2006-01-02"),
		tty.Counted(st.Sites, "site"), tty.Counted(setup.Repeat, "visit"), setup.Scenarios)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "runs    %d done, %d failed, %d pending, %d running\n%s", st.Done, st.Failed, st.Pending, st.Running, visitsText(st))
	return err
}

// visitsText says what came of visits, and why not more.
func visitsText(st survey.Status) string {
	text := "visits "
	for i, state := range survey.States {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprintf(" %d %s", st.Visits[state], state)
	}
	text += "\n"
	for _, reason := range slices.Sorted(maps.Keys(st.Reasons)) {
		text += fmt.Sprintf("        %d %s\n", st.Reasons[reason], clean.Line(reason))
	}
	return text
}
