package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/spoor-audit/spoor/cmd/internal/folder"
	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/cmd/internal/tty"
	"github.com/spoor-audit/spoor/crawler"
	"github.com/spoor-audit/spoor/crawler/find"
	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/checks"
	"github.com/spoor-audit/spoor/evidence"
)

const auditLong = `Audit opens each TARGET in a browser, three times and each time as a new
visitor: before any choice, after refusing and after accepting what its consent
dialog asks. It reports what the page does, and whether that fits what the site
states and what the visitor chose. A target is the address of a page, or a visit that was saved
with -o FILE.zip: that is judged again, without browser and network. "-" reads
targets from stdin, one a line.

--scenarios none,reject,accept,forms adds a visit that types made-up texts into
the page's forms, and sends none: a form that the page sends by itself is held
back. spoor gives the texts to nobody. What the page's own scripts do with them
before anything is sent is what is measured, so they may reach whom they tell.

A TARGET can also be an e-mail, saved as .eml: Audit shows it as a mail program
does, first without its pictures and then with them, and reports who learns that
it was opened and what its links tell. Its links are not followed. Copies of one
mailing that several recipients got are compared: what differs tells them apart.
Without a browser, an e-mail is judged by what it holds.

A TARGET can also be a page on disk, FILE.html. It is given to the browser at an
address of this machine alone, without what lies beside it: what it asks for of
that is listed as not measured. What a server would do is not there to be seen. A
whole folder is served by spoor check.

The report goes to stdout; -o writes it to a file too, in the format that the
ending names. With several targets the name must hold {host}:
-o "report-{host}.html".

` + formatsHelp + `

The variables SPOOR_CHROME, SPOOR_BROWSER_MODE, SPOOR_COLOR, SPOOR_DEVICE,
SPOOR_DNS, SPOOR_LANG, SPOOR_PROGRESS, SPOOR_PROXY, SPOOR_THIRD_PARTY_COOKIES,
SPOOR_TIMEOUT, SPOOR_USER_AGENT and SPOOR_VANTAGE stand for the flags of that
name; a flag wins.`

const auditExample = `  spoor audit https://shop.example
  spoor audit https://shop.example -o report.html -o evidence.zip
  spoor audit https://shop.example -o report.pdf -o tables.xlsx
  spoor audit evidence.zip --json
  spoor audit newsletter.eml other-copy.eml
  spoor audit report.html
  spoor audit https://shop.example --pages 3 --fail-on fingerprint-canvas
  spoor audit https://shop.example --do "click #menu" --do "wait 1s"`

// auditOptions are the flags of spoor audit.
type auditOptions struct {
	visit visitOptions
	lists listOptions
	show  showOptions

	only, skip []string
	failOn     []string
	profile    string
}

func (o *auditOptions) addFlags(f *pflag.FlagSet) {
	f.SortFlags = false
	o.visit.addFlags(f)
	f.StringSliceVar(&o.only, "only", nil, "show these techniques and checks only (`ID,...`)")
	f.StringSliceVar(&o.skip, "skip", nil, "leave these techniques and checks out (`ID,...`)")
	f.StringSliceVar(&o.failOn, "fail-on", nil, "exit with 1 on findings of a technique, on a check that fails, or on either of severity critical, high or medium and heavier (`WHAT`, repeatable)")
	f.StringVar(&o.profile, "profile", checks.DefaultProfile, "view of the law that checks are made by (`ID`): eu-strict, nl, fr, de, uk, us-ca")
	o.lists.addFlags(f)
	o.show.addFlags(f)
	o.show.addNewsFlags(f)
}

func newAuditCommand(a *app) *cobra.Command {
	o := new(auditOptions)
	cmd := &cobra.Command{
		Use:     "audit TARGET...",
		Short:   "visit pages, show e-mails, or judge saved visits again",
		Long:    auditLong + exitStatus,
		Example: auditExample,
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.audit(cmd.Context(), o, args)
		},
	}
	o.addFlags(cmd.Flags())
	ids := func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return pipeline.IDs(), cobra.ShellCompDirectiveNoFileComp
	}
	for _, name := range []string{"only", "skip", "fail-on"} {
		cobra.CheckErr(cmd.RegisterFlagCompletionFunc(name, ids))
	}
	return cmd
}

// An auditJob is a checked command line.
type auditJob struct {
	targets  []target
	plan     pipeline.Plan
	pipeline pipeline.Pipeline
	policy   pipeline.Policy
	show     show
	progress *tty.Progress
	// noBrowser says why e-mail is judged without being shown: a code, "" if it is
	// shown; noBrowserNote says it in words.
	noBrowser, noBrowserNote string
}

// audit carries out spoor audit. Everything that can be wrong with the command
// line is found before the first visit.
func (a *app) audit(ctx context.Context, o *auditOptions, args []string) error {
	job, err := a.auditJob(o, args)
	if err != nil {
		return err
	}
	if job.progress, err = a.progress(&o.show); err != nil {
		return wrongUse(err)
	}
	defer job.progress.Close()
	job.progress.Say(job.headline(a.chromeVersion(ctx, job)))
	for _, note := range []string{job.noBrowserNote, mailsApart(job.targets)} {
		if note != "" && !job.show.quiet {
			job.progress.Note(note)
		}
	}
	var outcome error
	for _, t := range job.targets {
		err := a.auditTarget(ctx, job, t)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		// Something against policy weighs more than something not measured.
		if err != nil && !errors.Is(outcome, errPolicy) {
			outcome = err
		}
	}
	return outcome
}

// chromeVersion asks the browser for its version; "" if there is no browser to
// be used, or if it does not tell.
func (a *app) chromeVersion(ctx context.Context, job *auditJob) string {
	if job.plan.Browser.Path == "" || job.show.quiet {
		return ""
	}
	v, err := find.Version(ctx, job.plan.Browser.Path)
	if err != nil {
		return ""
	}
	return v
}

// auditJob checks flags and arguments.
func (a *app) auditJob(o *auditOptions, args []string) (*auditJob, error) {
	job := &auditJob{pipeline: pipeline.Pipeline{Visit: a.visit, DNS: o.visit.dns}}
	var err error
	if job.targets, err = a.targets(args); err != nil {
		return nil, err
	}
	for _, ids := range [][]string{o.only, o.skip} {
		if err := pipeline.CheckIDs(ids); err != nil {
			return nil, unknownID(err)
		}
	}
	if _, ok := checks.ProfileByID(o.profile); !ok {
		return nil, unknownProfile(o.profile)
	}
	job.pipeline.Profile = o.profile
	job.pipeline.Detect = detectors.Options{Only: o.only, Skip: o.skip}
	if job.policy, err = pipeline.NewPolicy(o.failOn); err != nil {
		return nil, unknownID(err, "severities are critical, high and medium")
	}
	if job.plan, job.pipeline.Secrets, err = o.visit.plan(a.env); err != nil {
		return nil, err
	}
	if job.show, err = o.show.check(a, len(job.targets), job.plan.Browser.Langs); err != nil {
		return nil, err
	}
	if err := a.browserFor(job, o); err != nil {
		return nil, err
	}
	if err := a.setPrinter(&job.show, &o.visit, &job.plan); err != nil {
		return nil, err
	}
	if job.pipeline.DB, err = a.signatures(o.lists); err != nil {
		return nil, err
	}
	job.plan.Ask = true
	if job.plan.Rules, err = pipeline.ConsentRules(job.pipeline.DB); err != nil {
		return nil, err
	}
	return job, nil
}

// browserFor finds the browser that the targets need. A page needs one; an e-mail
// is judged without one too, by what it holds.
func (a *app) browserFor(job *auditJob, o *auditOptions) error {
	pages, mails := slices.ContainsFunc(job.targets, target.isPage), slices.ContainsFunc(job.targets, target.isMail)
	if !pages && !mails {
		return nil
	}
	err := o.visit.findBrowser(a.env, &job.plan)
	if err == nil || pages {
		return err
	}
	job.noBrowser = "no-browser"
	job.noBrowserNote = err.Error() + "; the e-mail is judged by what it holds, without being shown"
	return nil
}

func unknownProfile(id string) error {
	return wrongUse(fmt.Errorf("--profile: there is no profile %q", id), "profiles are "+strings.Join(profileIDs(), ", "))
}

// profileIDs lists the profiles that checks can be made by.
func profileIDs() []string {
	var ids []string
	for _, p := range checks.Profiles() {
		ids = append(ids, p.ID)
	}
	return ids
}

// unknownID adds the ID that was probably meant.
func unknownID(err error, more ...string) error {
	var unknown *pipeline.UnknownError
	if errors.As(err, &unknown) && unknown.Near != "" {
		more = append([]string{"did you mean " + unknown.Near + " ?"}, more...)
	}
	return wrongUse(err, append(more, `"spoor explain" lists the techniques`)...)
}

// auditTarget audits one target and shows the result. What goes wrong with it
// is said at once, because other targets follow.
func (a *app) auditTarget(ctx context.Context, job *auditJob, t target) error {
	result, err := a.measure(ctx, job, t)
	if err != nil {
		if ctx.Err() == nil {
			a.complain(fmt.Errorf("cannot audit %q: %w", t.text, err))
		}
		return errNotMeasured
	}
	if err := a.present(ctx, &job.show, t, result); err != nil {
		return err
	}
	if against := job.policy.Against(result.Result); len(against) > 0 {
		a.sayAgainst(job, len(against))
		return errPolicy
	}
	if undecided := job.policy.Undecided(result.Result); len(undecided) > 0 {
		a.complain(fmt.Errorf("cannot say whether %s is against policy: not measured", strings.Join(undecided, ", ")))
		return errNotMeasured
	}
	if !result.Measured() {
		return errNotMeasured
	}
	return nil
}

func (a *app) sayAgainst(job *auditJob, n int) {
	if job.show.quiet {
		return
	}
	word := "findings"
	if n == 1 {
		word = "finding"
	}
	_, _ = fmt.Fprintf(a.stderr, "spoor: %d %s against policy\n", n, word)
}

// measure visits a site, or judges a saved visit.
func (a *app) measure(ctx context.Context, job *auditJob, t target) (*pipeline.Audit, error) {
	plan := job.plan
	n := &narrator{target: t.text, of: len(plan.Scenarios), began: map[evidence.Scenario]time.Time{}, tell: job.progress.Tell}
	var audit *pipeline.Audit
	var err error
	switch {
	case t.isSite():
		plan.URL = t.text
		audit, err = job.pipeline.Site(ctx, plan, n.news)
	case t.kind == ofFile:
		audit, err = a.measureFile(ctx, job, t, n.news)
	case t.isMail():
		n.of, n.words = 1, "showing the message"
		plan.URL, plan.Mail = filepath.Base(t.text), t.message
		audit, err = job.pipeline.Mail(ctx, plan, job.noBrowser, n.news)
	default:
		return job.pipeline.Saved(t.text)
	}
	if err == nil && !job.show.quiet {
		job.notes(audit)
	}
	return audit, err
}

// measureFile visits a page on disk, which is served for as long as that takes.
func (a *app) measureFile(ctx context.Context, job *auditJob, t target, tell func(crawler.Progress)) (*pipeline.Audit, error) {
	served, err := folder.ServeFile(ctx, t.text)
	if err != nil {
		return nil, err
	}
	audit, err := job.pipeline.Site(ctx, job.plan.Serving(filepath.Base(t.text), served.URL(), served.Rule()), tell)
	return audit, errors.Join(err, served.Close())
}

// notes says what the user should know of the visit itself; more of it with
// --verbose.
func (job *auditJob) notes(audit *pipeline.Audit) {
	tools := audit.Visit.Tools
	if !tools.Sandbox && tools.Chrome != "" {
		why := "it cannot be used here"
		if os.Getuid() == 0 {
			why = "spoor runs as root"
		}
		job.progress.Note("the browser ran without its sandbox, because " + why)
	}
	if !job.show.verbose {
		return
	}
	job.progress.Note(fmt.Sprintf("browser %s (%s), mode %s", job.plan.Browser.Path, tools.Chrome, tools.BrowserMode))
	job.progress.Note("user agent " + tools.UserAgent)
	if len(tools.Differs) > 0 {
		job.progress.Note("differs from a person's browser in " + strings.Join(tools.Differs, ", "))
	}
	for i := range audit.Visit.Runs {
		r := &audit.Visit.Runs[i]
		job.progress.Note(fmt.Sprintf("%s: %d pages, %d documents and workers, %d requests, %d calls", r.Scenario, len(r.Pages), len(r.Targets), len(r.Requests), r.Losses.CallsSeen))
	}
	for _, g := range audit.Visit.Gaps {
		job.progress.Note(fmt.Sprintf("%s: %s not observed at %s: %s", g.Scenario, g.Kind, g.Where, g.Why))
	}
}
