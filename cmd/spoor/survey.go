package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/cmd/internal/tty"
	"github.com/spoor-audit/spoor/crawler/survey"
	"github.com/spoor-audit/spoor/detectors/checks"
)

const surveyLong = `Survey visits every site of LIST in a browser, as audit does, and keeps what it
finds in STORE. It goes on where it was stopped: give the same command again. A list
that has become longer adds to the survey; other settings make another survey.

LIST is a table (CSV) with a column "site", whose other columns are labels that go
through to every table; or one address on a line; or rank and domain, as Tranco has
them. "-" reads it from stdin. A name without a scheme is tried with https, then
without TLS or with "www.". Lines that are no address are told, and kept as such.

STORE is a folder, for one machine; or a database, postgres://USER@HOST/DATABASE,
for any number of them: "spoor worker" works on it from other hosts. The evidence of
each visit then goes where --evidence says: a folder that all hosts share, or
s3://BUCKET/PREFIX?endpoint=https://HOST&region=REGION, with the variables
AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY as its keys.

A visit that fails for a reason that may pass is made again, later. Walls against
robots and parked domains are told apart, and do not count as sites. While the disk
is full, the database is down or there is no network, the survey waits.`

const surveyExample = `  spoor survey media.csv --store media
  spoor survey media.csv --store media --scenarios none --repeat 3 --pages 2
  spoor survey status --store media
  spoor survey tranco.csv --probe -o probe.csv
  spoor survey tranco.csv --store postgres://spoor@db/survey --evidence s3://evidence/2026`

// A surveyOptions are the flags of spoor survey.
type surveyOptions struct {
	visit    visitOptions
	lists    listOptions
	work     workOptions
	probe    probeOptions
	store    string
	evidence string
	repeat   int
	profile  string
	fresh    bool
}

func (o *surveyOptions) addFlags(f *pflag.FlagSet) {
	f.SortFlags = false
	f.StringVar(&o.store, "store", "", "keep the survey in a folder or a database (`STORE`)")
	f.StringVar(&o.evidence, "evidence", "", "keep the evidence elsewhere: a folder or an s3:// address (`PLACE`; default: beside the store)")
	f.IntVar(&o.repeat, "repeat", 1, "visit each site `N` times")
	f.BoolVar(&o.fresh, "new", false, "begin a new survey; the one that is in the folder is put aside")
	o.work.addFlags(f)
	o.probe.addFlags(f)
	o.visit.addFlags(f)
	f.StringVar(&o.profile, "profile", checks.DefaultProfile, "view of the law that checks are made by (`ID`)")
	o.lists.addFlags(f)
}

func newSurveyCommand(a *app) *cobra.Command {
	o := new(surveyOptions)
	cmd := &cobra.Command{
		Use:     "survey LIST (--store STORE | --probe)",
		Short:   "visit many sites, on one machine or many",
		Long:    surveyLong + probeLong + exitStatus,
		Example: surveyExample,
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.probe.on {
				return a.probe(cmd.Context(), cmd.Flags(), o, args)
			}
			if o.probe.asJSON || o.probe.output != "" {
				return wrongUse(errors.New("--json and --output go with --probe"), "\"spoor survey report\" writes what a survey found")
			}
			return a.survey(cmd, o, args)
		},
	}
	o.addFlags(cmd.Flags())
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
		newSurveyRejudgeCommand(a),
	}
}

// maxRepeat is the most visits of one site.
const maxRepeat = 100

// survey carries out spoor survey.
func (a *app) survey(cmd *cobra.Command, o *surveyOptions, args []string) error {
	ctx := cmd.Context()
	switch {
	case len(args) != 1:
		return wrongUse(errors.New("a survey takes one list of sites"), "spoor survey sites.csv --store survey")
	case o.store == "":
		return wrongUse(errors.New("there is no --store"), "spoor survey "+args[0]+" --store survey")
	case o.repeat < 1 || o.repeat > maxRepeat:
		return wrongUse(fmt.Errorf("--repeat %d is not a number from 1 to %d", o.repeat, maxRepeat))
	}
	if err := a.checkStore(o.store, o.evidence); err != nil {
		return err
	}
	list, name, err := a.readList(args[0])
	if err != nil {
		return err
	}
	job, err := a.surveyJob(o)
	if err != nil {
		return err
	}
	if o.fresh {
		if err := a.putAside(o.store); err != nil {
			return err
		}
	}
	setup := o.setup(a, cmd.Flags(), job)
	setup.List = name
	store, fresh, err := survey.Create(ctx, o.store, setup, a.keys())
	if err != nil {
		return a.surveyError(err, o.store)
	}
	defer store.Close() //nolint:errcheck // All that counts is written.
	if survey.IsAddress(o.store) && !strings.Contains(setup.Evidence, "://") {
		job.bars.Note("the evidence goes to " + setup.Evidence + ": all workers must reach that folder under that name")
	}
	if err := a.loadList(ctx, job, store, list, fresh); err != nil {
		return err
	}
	return a.workOn(ctx, job, store, o.store)
}

// checkStore checks where a survey is to be kept.
func (a *app) checkStore(store, evidence string) error {
	switch {
	case survey.IsAddress(store) && evidence == "":
		return wrongUse(errors.New("a database keeps no evidence: --evidence must say where it goes"),
			"--evidence s3://BUCKET/PREFIX, or a folder that all hosts share")
	case !survey.IsAddress(store) && strings.Contains(store, "://"):
		return wrongUse(fmt.Errorf("--store %q is neither a folder nor a postgres:// address", store))
	}
	if evidence != "" {
		if _, err := survey.OpenBundles(evidence, a.keys()); err != nil {
			return wrongUse(fmt.Errorf("--evidence: %w", err))
		}
	}
	return nil
}

// keys are those of an S3 store.
func (a *app) keys() survey.Keys {
	return survey.Keys{ID: a.env.Get("AWS_ACCESS_KEY_ID"), Secret: a.env.Get("AWS_SECRET_ACCESS_KEY"), Session: a.env.Get("AWS_SESSION_TOKEN")}
}

// maxListFile is the most that is read of a list, in bytes. A million sites with
// labels are a tenth of it.
const maxListFile = 1 << 30

// readList opens the list. Stdin is read to its end at once.
func (a *app) readList(word string) (list io.ReadSeeker, name string, err error) {
	if word == "-" {
		data, err := io.ReadAll(io.LimitReader(a.stdin, maxListFile))
		if err != nil {
			return nil, "", wrongUse(fmt.Errorf("cannot read the list from stdin: %w", err))
		}
		return checkedList(data, "-")
	}
	data, err := os.ReadFile(word) //nolint:gosec // The user names the list.
	if err != nil {
		return nil, "", wrongUse(fmt.Errorf("cannot read the list: %w", err))
	}
	return checkedList(data, filepath.Base(word))
}

// checkedList reads a list once before anything is written for it.
func checkedList(data []byte, name string) (io.ReadSeeker, string, error) {
	n := 0
	_, err := survey.ReadList(bytes.NewReader(data), func(survey.Entry) error {
		n++
		return nil
	})
	if err == nil && n == 0 {
		err = errors.New("there is no site in the list")
	}
	if err != nil {
		return nil, "", wrongUse(err)
	}
	return bytes.NewReader(data), name, nil
}

// surveyJob checks the flags and finds what is needed, before anything is written.
func (a *app) surveyJob(o *surveyOptions) (*workJob, error) {
	job, err := a.workJob(&o.work)
	if err != nil {
		return nil, err
	}
	if err := a.equip(job, &o.visit, o.lists, o.profile); err != nil {
		return nil, err
	}
	return job, nil
}

// equip prepares visits: the plan, the browser, what is known of others.
func (a *app) equip(job *workJob, o *visitOptions, lists listOptions, profile string) (err error) {
	if _, ok := checks.ProfileByID(profile); !ok {
		return unknownProfile(profile)
	}
	p := &job.auditor.Pipeline
	p.Profile, p.DNS = profile, o.dns
	if job.auditor.Plan, p.Secrets, err = o.plan(a.env); err != nil {
		return err
	}
	if err := o.findBrowser(a.env, &job.auditor.Plan); err != nil {
		return err
	}
	if p.DB, err = a.signatures(lists); err != nil {
		return err
	}
	job.auditor.Plan.Ask = true
	job.auditor.Plan.Rules, err = pipeline.ConsentRules(p.DB)
	return err
}

// ofThisMachine lists the flags of a visit that are not part of what a survey was
// asked: another machine has others.
var ofThisMachine = []string{"chrome"}

// setup is what the survey is asked.
func (o *surveyOptions) setup(a *app, flags *pflag.FlagSet, job *workJob) survey.Setup {
	db := job.auditor.Pipeline.DB
	s := survey.Setup{
		Repeat: o.repeat, Evidence: o.evidence, Spoor: versionText(), Signatures: db.Version(),
		Created: time.Now().UTC().Truncate(time.Second), Options: []survey.Option{},
	}
	if o.evidence != "" && !strings.Contains(o.evidence, "://") {
		if path, err := filepath.Abs(o.evidence); err == nil {
			s.Evidence = path
		}
	}
	for _, scenario := range job.auditor.Plan.Scenarios {
		s.Scenarios = append(s.Scenarios, string(scenario))
	}
	visit := pflag.NewFlagSet("", pflag.ContinueOnError)
	new(visitOptions).addFlags(visit)
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Name == "profile" || visit.Lookup(f.Name) != nil && !slices.Contains(ofThisMachine, f.Name) && f.Name != "scenarios" {
			if f.Value.String() != f.DefValue {
				s.Options = append(s.Options, survey.Option{Name: f.Name, Values: valuesOf(f)})
			}
		}
	})
	// The locale of this machine decides otherwise.
	if len(o.visit.langs) == 0 {
		s.Options = append(s.Options, survey.Option{Name: "lang", Values: o.visit.languages(a.env)})
	}
	slices.SortFunc(s.Options, func(x, y survey.Option) int { return strings.Compare(x.Name, y.Name) })
	return s
}

func valuesOf(f *pflag.Flag) []string {
	if list, ok := f.Value.(pflag.SliceValue); ok {
		return list.GetSlice()
	}
	return []string{f.Value.String()}
}

// surveyError adds advice to an error of a store.
func (a *app) surveyError(err error, where string) error {
	var changed *survey.ChangedError
	switch {
	case errors.As(err, &changed):
		hints := []string{"leave the settings as they were, or take another --store"}
		if !survey.IsAddress(where) {
			hints = append(hints, "--new puts the survey that is there aside and begins anew")
		}
		return wrongUse(err, hints...)
	case errors.Is(err, survey.ErrNoSurvey):
		return wrongUse(fmt.Errorf("there is no survey in %s", storeName(where)), "make one: spoor survey LIST --store "+storeName(where))
	case errors.Is(err, survey.ErrNoPlace):
		return wrongUse(err)
	}
	return err
}

// storeName names a store without the password of its address.
func storeName(where string) string {
	if !survey.IsAddress(where) {
		return where
	}
	return survey.WithoutPassword(where)
}

// putAside moves a survey that is in a folder into a folder of that.
func (a *app) putAside(where string) error {
	if survey.IsAddress(where) {
		return wrongUse(errors.New("--new goes with a folder; a database holds one survey"), "make another database")
	}
	moved, err := survey.PutAside(where, time.Now())
	if err != nil {
		return hint(err, "is another spoor at work on it?")
	}
	if moved != "" {
		a.note("the survey that was there is in " + moved + " now")
	}
	return nil
}

// tellJunk is how many lines that are no address are told one by one.
const tellJunk = 20

// loadList reads the list into the store and tells what is wrong with it.
func (a *app) loadList(ctx context.Context, job *workJob, store *survey.Store, list io.ReadSeeker, fresh bool) error {
	loaded, err := store.Load(ctx, list)
	if err != nil {
		return err
	}
	for i, e := range loaded.Junk {
		if i == tellJunk {
			job.bars.Note(fmt.Sprintf("and %d more lines that are no addresses", len(loaded.Junk)-i))
			break
		}
		job.bars.Note(fmt.Sprintf("line %d of the list is no address (%s): %s", e.Line, e.Why, strconv.Quote(e.Site)))
	}
	if loaded.Duplicates > 0 {
		job.bars.Note(fmt.Sprintf("%s of the list named a site again and was left out", tty.Counted(loaded.Duplicates, "line")))
	}
	if !loaded.Same && !fresh && loaded.Added > 0 {
		job.bars.Note(fmt.Sprintf("the list has become longer: %s added", tty.Counted(loaded.Added, "site")))
	}
	if db := job.auditor.Pipeline.DB; store.Setup().Signatures != db.Version() {
		job.bars.Note("the survey was begun with other signatures; \"spoor survey rejudge\" judges all visits by the same ones")
	}
	return nil
}
