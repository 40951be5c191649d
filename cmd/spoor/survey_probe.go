package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/spoor-audit/spoor/cmd/internal/config"
	"github.com/spoor-audit/spoor/cmd/internal/probetable"
	"github.com/spoor-audit/spoor/cmd/internal/tty"
	"github.com/spoor-audit/spoor/crawler/hostrules"
	"github.com/spoor-audit/spoor/crawler/names"
	"github.com/spoor-audit/spoor/crawler/probe"
	"github.com/spoor-audit/spoor/crawler/survey"
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/signatures"
)

const probeLong = `

PROBE
With --probe, no browser is started: each site is asked over plain HTTP for its page,
robots.txt, gpc.json and ads.txt, hundreds of sites a minute, to choose what deserves
a browser. The table goes to stdout as CSV, or as JSON lines with --json; to a file
with -o; or to probe.csv in the folder of --store. A file that was begun is continued.
--dns is then asked for all names, and --timeout is the budget of one site. spoor says
who it is unless --user-agent says otherwise. What scripts do, it cannot see.

The column "worth" says in a word whether a site deserves a browser; the first counts:
  no-address           the line of the list is none
  no-answer            nothing answered; "reason" says why, as in a survey
  parked               the domain is for sale
  redirects-elsewhere  it ends at another domain, whose address does not name the site
  blocked              a wall against robots, or status 401, 403, 407, 429, 503; a browser
                       may get through
  error                another status of 400 or more
  no-page              no HTML
  yes                  none of these`

// A probeOptions are the flags of spoor survey that --probe alone uses.
type probeOptions struct {
	on     bool
	asJSON bool
	output string
}

func (o *probeOptions) addFlags(f *pflag.FlagSet) {
	f.BoolVar(&o.on, "probe", false, "only ask each site over plain HTTP, without a browser, and write a table")
	f.BoolVar(&o.asJSON, "json", false, "with --probe: write JSON lines instead of CSV")
	f.StringVarP(&o.output, "output", "o", "", "with --probe: write the table to a `FILE`, or go on with it")
}

// ofProbe are the flags that have a part in a probe; those of the environment, which
// describe the machine, may stand there too.
var ofProbe = []string{
	"probe", "json", "output", "store", "concurrency", "quiet", "progress", "host-rules", "insecure", "dns", "proxy", "user-agent", "timeout", "locked", "lock",
}

// probe carries out spoor survey --probe.
func (a *app) probe(ctx context.Context, flags *pflag.FlagSet, o *surveyOptions, args []string) (err error) {
	if len(args) != 1 {
		return wrongUse(errors.New("a survey takes one list of sites"), "spoor survey sites.csv --probe -o probe.csv")
	}
	if err := onlyOfProbe(flags); err != nil {
		return err
	}
	file, err := o.table()
	if err != nil {
		return err
	}
	p := &probing{tally: map[string]int{}, going: map[int]survey.Entry{}, junk: map[int][]survey.Entry{}}
	if o.probe.asJSON {
		p.format = probetable.NDJSON
	}
	if p.list, _, err = a.readList(args[0]); err != nil {
		return err
	}
	if p.labels, err = survey.ReadList(p.list, func(survey.Entry) error { return nil }); err != nil {
		return wrongUse(err)
	}
	job, err := a.workJob(&o.work)
	if err != nil {
		return err
	}
	prober, err := a.prober(o, job)
	if err != nil {
		return err
	}
	defer prober.Close()
	out := a.stdout
	if file != "" {
		f, err := p.open(file)
		if err != nil {
			return err
		}
		defer func() {
			if closed := f.Close(); err == nil {
				err = closed
			}
		}()
		out = f
	}
	if err := p.check(file); err != nil {
		return err
	}
	if p.table, err = probetable.NewWriter(out, p.format, p.labels, p.begun.Size > 0); err != nil {
		return err
	}
	if err := a.probeAll(ctx, p, prober, job); err != nil {
		if file != "" && ctx.Err() != nil {
			a.noteAfter(job, fmt.Sprintf("%d of %s are in %s; the same command goes on", p.over(), tty.Counted(p.all, "line"), file))
		}
		return err
	}
	return a.probed(p, file)
}

// onlyOfProbe refuses flags that would change nothing.
func onlyOfProbe(flags *pflag.FlagSet) (err error) {
	flags.Visit(func(f *pflag.Flag) {
		if err == nil && !slices.Contains(ofProbe, f.Name) && config.Variable(f.Name) == "" {
			err = wrongUse(fmt.Errorf("--%s has no part in --probe, which starts no browser", f.Name))
		}
	})
	return err
}

// table is the file that the table goes to, "" for stdout.
func (o *surveyOptions) table() (string, error) {
	switch {
	case o.probe.output == "-" || o.probe.output == "" && o.store == "":
		return "", nil
	case o.probe.output != "":
		return o.probe.output, nil
	case strings.Contains(o.store, "://"):
		return "", wrongUse(errors.New("a database keeps no table of --probe"), "-o probe.csv")
	}
	if err := os.MkdirAll(o.store, 0o750); err != nil {
		return "", fmt.Errorf("cannot make the folder of the table: %w", err)
	}
	name := "probe.csv"
	if o.probe.asJSON {
		name = "probe.ndjson"
	}
	return filepath.Join(o.store, name), nil
}

// prober prepares the asking.
func (a *app) prober(o *surveyOptions, job *workJob) (*probe.Prober, error) {
	if job.slots < 0 {
		return nil, wrongUse(errors.New("--concurrency 0 asks nobody"))
	}
	plan, _, err := o.visit.plan(a.env)
	if err != nil {
		return nil, err
	}
	rules, err := hostrules.Parse(o.visit.hostRules)
	if err != nil {
		return nil, wrongUse(fmt.Errorf("--host-rules: %w", err))
	}
	db, err := a.signatures(o.lists)
	if err != nil {
		return nil, err
	}
	options := probe.Options{
		UserAgent: cmp.Or(plan.UserAgent, plan.Agent), HostRules: rules, Proxy: o.visit.proxy, Insecure: o.visit.insecure,
		Parallel: job.slots, Budget: plan.Timeout, Known: knownBy(db),
	}
	if o.visit.dns != "" {
		server, err := names.Address(o.visit.dns)
		if err != nil {
			return nil, wrongUse(fmt.Errorf("--dns: %w", err))
		}
		options.Resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, server)
		}}
	}
	return probe.New(options)
}

// knownBy names who is behind an address by signatures.
func knownBy(db *signatures.DB) func(page, address, kind string) probe.Known {
	return func(page, address, kind string) probe.Known {
		answer := db.Judge(signatures.Query{URL: address, Type: kind, Page: page})
		known := probe.Known{Tracker: answer.Tracker, Consent: slices.Contains(answer.Categories, "consent")}
		if answer.Party != nil {
			known.Name = answer.Party.Name
		} else if answer.Tracker {
			_, rest, _ := strings.Cut(address, "//")
			host, _, _ := strings.Cut(rest, "/")
			known.Name = signatures.Site(host)
		}
		return known
	}
}

// probeAll asks all sites and writes their rows.
func (a *app) probeAll(ctx context.Context, p *probing, prober *probe.Prober, job *workJob) (err error) {
	terminal := tty.Rich(a.stderr) && a.env.Get("TERM") != "dumb"
	if p.bars, err = tty.NewBars(a.stderr, job.mode, terminal, tty.Width(a.stderr)); err != nil {
		return err
	}
	defer p.bars.Close()
	job.bars = p.bars
	if n := len(p.begun.Rows); n > 0 {
		p.bars.Note(fmt.Sprintf("%s of the table are there already", tty.Counted(n, "row")))
	}
	if p.repeats > 0 {
		p.bars.Note(fmt.Sprintf("%s of the list named a site again and was left out", tty.Counted(p.repeats, "line")))
	}
	var failed error
	if err := prober.List(ctx, p.targets(&failed), probe.Watch{Begin: p.begin, End: p.end}, p.take); err != nil {
		return err
	}
	if failed != nil {
		return failed
	}
	return errors.Join(p.writeJunk(p.next), p.release())
}

// probed says what the list came to.
func (a *app) probed(p *probing, file string) error {
	var parts []string
	for _, worth := range slices.Sorted(maps.Keys(p.tally)) {
		parts = append(parts, fmt.Sprintf("%d %s", p.tally[worth], worth))
	}
	text := fmt.Sprintf("%s: %s", tty.Counted(p.over(), "line"), strings.Join(parts, ", "))
	if file == "" {
		a.note(text)
	} else if _, err := fmt.Fprintln(a.stdout, clean.Line(text)); err != nil {
		return err
	}
	if p.tally[probe.NoAnswer]+p.tally[probetable.NoAddress] == p.over() {
		return errNotMeasured
	}
	return nil
}
