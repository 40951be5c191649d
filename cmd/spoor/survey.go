package main

import (
	"github.com/spf13/cobra"
)

const surveyLong = `Survey visits every site of LIST and keeps what it finds in a store. The same
command again goes on where it was stopped.`

func newSurveyCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "survey LIST --store STORE",
		Short: "visit many sites",
		Long:  surveyLong + exitStatus,
	}
	cmd.AddCommand(surveyCommands(a)...)
	for _, sub := range cmd.Commands() {
		sub.DisableFlagsInUseLine = true
	}
	return cmd
}

// surveyCommands are what can be done with a survey that is there.
func surveyCommands(a *app) []*cobra.Command {
	return []*cobra.Command{
		newSurveyStatusCommand(a),
		newSurveyReportCommand(a),
	}
}

func newSurveyStatusCommand(*app) *cobra.Command {
	return &cobra.Command{Use: "status --store STORE", Short: "tell how far a survey is", Args: noArguments}
}
