package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/spoor-audit/spoor/cmd/internal/fieldwork"
	"github.com/spoor-audit/spoor/cmd/internal/machine"
	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/cmd/internal/tty"
	"github.com/spoor-audit/spoor/crawler/survey"
	"github.com/spoor-audit/spoor/detectors/checks"
)

const workerLong = `Worker works on a survey that "spoor survey" made, with the settings that it was
made with, until all visits are over. Any number of workers, on any number of hosts,
work on one database; a folder is for one machine. All of them must reach the place
of the evidence: it is the one that --evidence of the survey named.

A worker that is interrupted gives its visits back. Those of one that dies are taken
over by the others within half a minute.`

// workOptions are the flags of commands that work on a survey.
type workOptions struct {
	concurrency string
	hostDelay   time.Duration
	quiet       bool
	progress    string
}

func (o *workOptions) addFlags(f *pflag.FlagSet) {
	f.StringVar(&o.concurrency, "concurrency", "auto", "visits side by side (`N`), by default as many as the machine bears; 0 only reads the list")
	f.DurationVar(&o.hostDelay, "per-host-delay", 2*time.Second, "time between two visits of one registrable domain (`DURATION`)")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "show no progress")
	f.StringVar(&o.progress, "progress", tty.Auto, "`auto|plain|json|none`; auto shows it on a terminal alone")
}

// A workJob is a checked command line.
type workJob struct {
	auditor fieldwork.Auditor
	slots   int // 0: as many as the machine bears; less: none
	delay   time.Duration
	bars    *tty.Bars
	mode    string
	stay    bool
}

// most is the most visits side by side that can be asked for.
const most = 1000

func (a *app) workJob(o *workOptions) (*workJob, error) {
	job := &workJob{delay: o.hostDelay}
	switch n, err := strconv.Atoi(o.concurrency); {
	case o.concurrency == "auto":
	case err != nil || n < 0 || n > most:
		return nil, wrongUse(fmt.Errorf("--concurrency %q is neither auto nor a number up to %d", o.concurrency, most))
	case n == 0:
		job.slots = -1
	default:
		job.slots = n
	}
	if o.hostDelay < 0 || o.hostDelay > time.Hour {
		return nil, wrongUse(fmt.Errorf("--per-host-delay %v is not a time up to 1h", o.hostDelay))
	}
	job.mode = o.progress
	if o.quiet && job.mode == tty.Auto {
		job.mode = tty.None
	}
	var err error
	// Before the work there is no bar.
	quiet := job.mode
	if quiet == tty.Auto {
		quiet = tty.None
	}
	if job.bars, err = tty.NewBars(a.stderr, quiet, false, 0); err != nil {
		return nil, wrongUse(fmt.Errorf("--%w", err))
	}
	return job, nil
}

func newWorkerCommand(a *app) *cobra.Command {
	o, visit, lists := new(workOptions), new(visitOptions), new(listOptions)
	var store string
	var stay bool
	cmd := &cobra.Command{
		Use:     "worker --store STORE",
		Short:   "work on a survey from another machine",
		Long:    workerLong + exitStatus,
		Example: "  spoor worker --store postgres://spoor@db/survey",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if store == "" {
				return wrongUse(errors.New("there is no --store"))
			}
			job, err := a.workJob(o)
			if err != nil {
				return err
			}
			job.stay = stay
			s, err := survey.Open(cmd.Context(), store, a.keys())
			if err != nil {
				return a.surveyError(err, store)
			}
			defer s.Close() //nolint:errcheck // All that counts is written.
			profile, err := asAsked(s.Setup(), visit)
			if err != nil {
				return err
			}
			if err := a.equip(job, visit, *lists, profile); err != nil {
				return err
			}
			if want := s.Setup().Signatures; want != job.auditor.Pipeline.DB.Version() {
				job.bars.Note("the survey was begun with other signatures than this machine has; \"spoor survey rejudge\" judges all visits by the same ones")
			}
			return a.workOn(cmd.Context(), job, s, store)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&store, "store", "", "of the survey (`STORE`)")
	f.BoolVar(&stay, "stay", false, "wait for more when all visits are over")
	o.addFlags(f)
	f.StringVar(&visit.chrome, "chrome", "", "browser to use (`PATH`; default: the first that is found)")
	lists.addFlags(f)
	return cmd
}

// asAsked sets the flags of visits as they were when the survey was made.
func asAsked(setup survey.Setup, o *visitOptions) (profile string, err error) {
	chrome := o.chrome
	f := pflag.NewFlagSet("", pflag.ContinueOnError)
	o.addFlags(f)
	o.chrome = chrome
	o.scenarios = setup.Scenarios
	profile = checks.DefaultProfile
	for _, option := range setup.Options {
		if option.Name == "profile" && len(option.Values) == 1 {
			profile = option.Values[0]
			continue
		}
		flag := f.Lookup(option.Name)
		if flag == nil {
			return "", fmt.Errorf("the survey was made by another version of spoor: this one has no --%s", option.Name)
		}
		if list, ok := flag.Value.(pflag.SliceValue); ok {
			err = list.Replace(option.Values)
		} else if len(option.Values) == 1 {
			err = flag.Value.Set(option.Values[0])
		}
		if err != nil {
			return "", fmt.Errorf("the survey was made by another version of spoor: --%s: %w", option.Name, err)
		}
	}
	return profile, nil
}

// workOn works until all visits are over, and says what came of them.
func (a *app) workOn(ctx context.Context, job *workJob, store *survey.Store, where string) error {
	if job.slots >= 0 {
		if err := a.work(ctx, job, store); err != nil {
			if ctx.Err() != nil {
				a.sayStopped(ctx, job, store)
			}
			return err
		}
	}
	st, err := store.Status(ctx)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(a.stdout, "%s\n%s", tty.Counted(st.Sites, "site"), visitsText(st)); err != nil {
		return err
	}
	switch over := st.Pending+st.Running == 0; {
	case over && st.Done == 0:
		return errNotMeasured
	case over && job.mode != tty.None:
		a.noteAfter(job, "the report: spoor survey report --store "+storeName(where)+" --out report")
	}
	return nil
}

// noteAfter says what the user should know when the bars are gone, in the way in
// which progress is shown.
func (a *app) noteAfter(job *workJob, text string) {
	if job.mode == tty.JSON {
		job.bars.Note(text)
		return
	}
	a.note(text)
}

func (a *app) sayStopped(ctx context.Context, job *workJob, store *survey.Store) {
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if st, err := store.Status(limited); err == nil {
		over := st.Done + st.Failed
		a.noteAfter(job, fmt.Sprintf("%d of %d runs are over, nothing is lost; the same command goes on", over, st.Runs()))
	}
}

// work works on a survey.
func (a *app) work(ctx context.Context, job *workJob, store *survey.Store) (err error) {
	terminal := tty.Rich(a.stderr) && a.env.Get("TERM") != "dumb"
	if job.bars, err = tty.NewBars(a.stderr, job.mode, terminal, tty.Width(a.stderr)); err != nil {
		return err
	}
	defer job.bars.Close()
	here := os.DirFS("/")
	now := machine.Read(here)
	pool := &fieldwork.Pool{
		Browser: job.auditor.Plan.Browser, Memory: now.Memory / 2,
		Weigh: func(pid int) int64 { return machine.GroupMemory(here, pid) },
	}
	defer pool.Close() //nolint:contextcheck // Closing must work when the context has ended.
	job.auditor.Pipeline.Visit = a.visitIn(pool)
	c := &teller{bars: job.bars}
	job.auditor.News = c.stage
	plan := survey.Plan{
		Visit: job.auditor.Visit, Slots: job.slots, HostDelay: job.delay, Stay: job.stay,
		Deadline: fieldwork.Deadline(job.auditor.Plan), Tell: c.news,
	}
	if job.slots == 0 {
		start, most := now.Bounds(machine.Demand{Contexts: fieldwork.Contexts(job.auditor.Plan)})
		control := &machine.Controller{Now: start, Most: most}
		plan.Slots = most
		plan.Adapt = func() int { return control.Next(machine.Read(here)) }
	}
	counting, stop := context.WithCancel(ctx)
	counted := make(chan struct{})
	go func() {
		defer close(counted)
		c.count(counting, store)
	}()
	err = store.Work(ctx, plan)
	stop()
	<-counted
	return err
}

// share visits in the browser of a pool.
func share(p *fieldwork.Pool) pipeline.Visitor { return p.Visit }
