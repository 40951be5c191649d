package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/crawler/survey"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/lang"
	tables "github.com/spoor-audit/spoor/reports/survey"
	"github.com/spoor-audit/spoor/reports/survey/method"
	"github.com/spoor-audit/spoor/reports/survey/page"
	"github.com/spoor-audit/spoor/reports/survey/sheets"
)

const surveyReportLong = `Report writes what a survey came to: DIR/survey.html to read, DIR/METHOD.md to print
beside it, and all tables as DIR/tables/*.csv, DIR/survey.sqlite and DIR/survey.xlsx.
No browser is needed, and the survey may still be running.

Every share is told as n of m measured sites, with an interval; what was not measured
is never counted as nothing. Sites are ranked by one number, never by grade.

EXIT STATUS
  0    written
  2    wrong use
  3    the store cannot be read, or no site was measured
  130  interrupted`

// surveyReportOptions are the flags of spoor survey report.
type surveyReportOptions struct {
	store, out string
	rankBy, by string
	compare    []string
	langs      []string
}

func newSurveyReportCommand(a *app) *cobra.Command {
	o := new(surveyReportOptions)
	cmd := &cobra.Command{
		Use:     "report --store STORE --out DIR",
		Short:   "write the tables and the report of a survey",
		Long:    surveyReportLong,
		Example: "  spoor survey report --store media --out media-report --by country\n  spoor survey report media-2027 --out change --compare media-2026",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := storeArgument(&o.store, args); err != nil {
				return err
			}
			return a.surveyReport(cmd.Context(), o)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.store, "store", "", "the `STORE` of the survey: a folder or postgres://...")
	f.StringVar(&o.out, "out", "", "folder for the report (`DIR`)")
	f.StringVar(&o.rankBy, "rank-by", string(tables.DefaultNumber), "number that sites are ranked by (`NAME`): "+numberNames())
	f.StringVar(&o.by, "by", "", "compare sites by a column of the list (`LABEL`)")
	f.StringArrayVar(&o.compare, "compare", nil, "the `STORE` of an earlier survey to compare with (repeatable)")
	f.StringSliceVar(&o.langs, "lang", nil, "language of the report (`en|nl`; default: the locale's)")
	return cmd
}

// storeArgument takes the store from the only argument, where it may stand too.
func storeArgument(store *string, args []string) error {
	switch {
	case len(args) > 1 || len(args) == 1 && *store != "":
		return wrongUse(fmt.Errorf("one store is meant, and there are more: %q", slices.Concat([]string{*store}, args)))
	case len(args) == 1:
		*store = args[0]
	}
	if *store == "" {
		return wrongUse(errors.New("there is no store"), "name the store of the survey: --store STORE")
	}
	return nil
}

func numberNames() string {
	var names []string
	for _, n := range tables.Numbers() {
		names = append(names, string(n))
	}
	return strings.Join(names, ", ")
}

// finishedStore opens the store of a survey that is there.
func (a *app) finishedStore(ctx context.Context, where string) (*survey.Store, error) {
	s, err := survey.Open(ctx, where, a.keys())
	if err != nil {
		return nil, a.surveyError(err, where)
	}
	return s, nil
}

// surveyReport carries out spoor survey report.
func (a *app) surveyReport(ctx context.Context, o *surveyReportOptions) error {
	if o.out == "" {
		return wrongUse(errors.New("there is no folder to write to"), "name one: --out DIR")
	}
	number := tables.Number(o.rankBy)
	if !number.Valid() {
		hint := "there are: " + numberNames()
		if near := pipeline.Near(o.rankBy, strings.Split(numberNames(), ", ")); near != "" {
			hint = "did you mean " + near + " ?"
		}
		return wrongUse(fmt.Errorf("--rank-by %q is no number that sites can be ranked by", o.rankBy), hint)
	}
	store, err := a.finishedStore(ctx, o.store)
	if err != nil {
		return err
	}
	defer store.Close() //nolint:errcheck // It was read only.
	setup := store.Setup()
	if o.by != "" && !slices.Contains(setup.Labels, o.by) {
		return wrongUse(fmt.Errorf("the list has no column %q", o.by), "its columns are: "+strings.Join(setup.Labels, ", "))
	}
	if err := os.MkdirAll(o.out, 0o750); err != nil {
		return err
	}
	language := reportLanguage((&visitOptions{langs: o.langs}).languages(a.env))
	about := aboutSurvey(o, &setup)
	options := tables.Options{RankBy: number, By: o.by, Keep: len(o.compare) > 0, Link: linkTo(store, o.out)}
	if about.Others, err = a.otherSurveys(ctx, o, language); err != nil {
		return err
	}
	totals, err := tables.Count(ctx, tables.Unpack(ctx, pipeline.Packed(ctx, store), runtime.GOMAXPROCS(0)), setup.Labels, language, options,
		sheets.NewCSV(filepath.Join(o.out, "tables")), sheets.NewSQLite(filepath.Join(o.out, "survey.sqlite")),
		sheets.NewXLSX(filepath.Join(o.out, "survey.xlsx"), workbook(&about, language)))
	if err != nil {
		return err
	}
	if err := writeReports(o.out, totals, &about, language); err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "%s\n%d sites, %d measured, %d visits\n", filepath.Join(o.out, "survey.html"), totals.AllSites(), totals.MeasuredSites(), totals.AllVisits())
	if err == nil && totals.MeasuredSites() == 0 {
		a.complain(errors.New("no site was measured"))
		return errNotMeasured
	}
	return err
}

// aboutSurvey says what a survey is, from its setup.
func aboutSurvey(o *surveyReportOptions, setup *survey.Setup) tables.About {
	about := tables.About{
		Name: setup.List, Digest: setup.Digest, Spoor: versionText(), Created: setup.Created.UTC().Format(time.RFC3339), Labels: setup.Labels,
		Asked: setup.Scenarios, Repeat: setup.Repeat,
	}
	again := []string{"spoor survey", shellWord(setup.List), "--store", shellWord(storeName(o.store))}
	if len(setup.Scenarios) > 0 {
		again = append(again, "--scenarios", strings.Join(setup.Scenarios, ","))
	}
	if setup.Repeat > 1 {
		again = append(again, "--repeat", fmt.Sprint(setup.Repeat))
	}
	for _, option := range setup.Options {
		about.Options = append(about.Options, [2]string{option.Name, strings.Join(option.Values, ", ")})
		for _, v := range option.Values {
			again = append(again, "--"+option.Name+"="+shellWord(v))
		}
	}
	report := []string{"spoor survey report --store", shellWord(storeName(o.store)), "--out", shellWord(o.out), "--rank-by", o.rankBy}
	if o.by != "" {
		report = append(report, "--by", shellWord(o.by))
	}
	for _, other := range o.compare {
		report = append(report, "--compare", shellWord(storeName(other)))
	}
	about.Commands = []string{strings.Join(again, " "), "spoor verify " + shellWord(storeName(o.store)), strings.Join(report, " ")}
	return about
}

// shellWord quotes a word for a shell where it has to be.
func shellWord(s string) string {
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,=@%+", r)
	}) {
		return s
	}
	return "'" + strings.ReplaceAll(clean.Line(s), "'", `'\''`) + "'"
}

// linkTo returns how bundles are linked to from a folder. Those that are not in a
// folder have no link; tables name them.
func linkTo(store *survey.Store, out string) func(string) string {
	folder, ok := store.Bundles().(survey.Folder)
	if !ok {
		return func(string) string { return "" }
	}
	from, err := filepath.Abs(out)
	if err != nil {
		return func(string) string { return "" }
	}
	to, err := filepath.Abs(string(folder))
	if err != nil {
		return func(string) string { return "" }
	}
	way, err := filepath.Rel(from, to)
	if err != nil {
		return func(string) string { return "" }
	}
	base := filepath.ToSlash(way)
	return func(bundle string) string {
		if bundle == "" {
			return ""
		}
		return (&url.URL{Path: base + "/" + bundle}).String()
	}
}

// otherSurveys counts the surveys to compare with.
func (a *app) otherSurveys(ctx context.Context, o *surveyReportOptions, language string) ([]tables.Other, error) {
	var out []tables.Other
	for _, where := range o.compare {
		store, err := a.finishedStore(ctx, where)
		if err != nil {
			return nil, err
		}
		setup := store.Setup()
		totals, err := tables.Count(ctx, tables.Unpack(ctx, pipeline.Packed(ctx, store), runtime.GOMAXPROCS(0)), setup.Labels, language,
			tables.Options{RankBy: tables.Number(o.rankBy), Keep: true})
		if err := errors.Join(err, store.Close()); err != nil {
			return nil, err
		}
		name := setup.List
		if !survey.IsAddress(where) {
			name = filepath.Base(where)
		}
		out = append(out, tables.Other{Name: name, Totals: totals})
	}
	slices.SortStableFunc(out, func(a, b tables.Other) int { return strings.Compare(a.Totals.Settings.First, b.Totals.Settings.First) })
	return out, nil
}

// workbook says how the workbook is written.
func workbook(about *tables.About, language string) sheets.XLSXOptions {
	t := lang.Get(language)
	word := func(key string) string { return t.T("survey.workbook." + key) }
	return sheets.XLSXOptions{
		Lang: language, Title: about.Name, Creator: "spoor " + about.Spoor, Started: about.Created,
		About: [4]string{word("about"), word("table"), word("rows"), word("here")},
	}
}

// writeReports writes what is read by people.
func writeReports(dir string, totals *tables.Totals, about *tables.About, language string) error {
	var text strings.Builder
	if err := page.Render(&text, totals, *about, language); err != nil {
		return err
	}
	if err := writeText(filepath.Join(dir, "survey.html"), text.String()); err != nil {
		return err
	}
	text.Reset()
	if err := method.Render(&text, totals, *about, language); err != nil {
		return err
	}
	return writeText(filepath.Join(dir, "METHOD.md"), text.String())
}

func writeText(path, text string) error {
	return evidence.Replace(path, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}
