package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/cmd/internal/tty"
	"github.com/spoor-audit/spoor/reports/lang"
	"github.com/spoor-audit/spoor/reports/term"
)

// showOptions are the flags that say what happens with a result.
type showOptions struct {
	outputs    []string
	format     string
	json       bool
	all        bool
	fullValues bool
	quiet      bool
	verbose    bool
	color      string
	progress   string
}

func (o *showOptions) addFlags(f *pflag.FlagSet) {
	f.StringArrayVarP(&o.outputs, "output", "o", nil, "write the result to a `FILE`, in the format of its ending (repeatable; \"-\" is stdout)")
	f.StringVar(&o.format, "format", string(pipeline.JSON), "format of \"-o -\" (`html|json|zip|har`)")
	f.BoolVar(&o.json, "json", false, "the result as JSON on stdout")
	f.BoolVar(&o.all, "all", false, "show every company, and what was looked for and not found")
	f.BoolVar(&o.fullValues, "full-values", false, "show values of cookies and storage whole; they can identify you")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "print only the sentences that sum up")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "say more on stderr")
	f.StringVar(&o.color, "color", "auto", "`auto|always|never`")
	f.StringVar(&o.progress, "progress", tty.Auto, "`auto|plain|json|none`")
}

// An output is one place where a result goes.
type output struct {
	file   string // "-" is stdout
	format pipeline.Format
}

// show is the checked form of showOptions.
type show struct {
	outputs []output
	stdout  bool // an output goes to stdout, so that the report does not
	quiet   bool
	verbose bool
	term    term.Options
	look    pipeline.Look
	written map[string]int // names of files, and how often each was wanted
}

// fileFor puts the host of a target into the name of a file. When two targets
// have one host, the second file gets a number.
func (s *show) fileFor(out output, t target) string {
	name := fileName(t.host)
	file := strings.ReplaceAll(out.file, hostMark, name)
	s.written[file]++
	if n := s.written[file]; n > 1 && file != out.file {
		file = strings.ReplaceAll(out.file, hostMark, fmt.Sprintf("%s-%d", name, n))
	}
	return file
}

// check reads the flags for a number of targets.
func (o *showOptions) check(a *app, targets int, langs []string) (show, error) {
	s := show{quiet: o.quiet, verbose: o.verbose, written: map[string]int{}}
	if o.quiet && o.verbose {
		return s, wrongUse(errors.New("--quiet and --verbose do not go together"))
	}
	if !slices.Contains(pipeline.Formats(), pipeline.Format(o.format)) {
		return s, wrongUse(fmt.Errorf("--format %q is none of html, json, zip, har", o.format))
	}
	if o.json {
		s.outputs = append(s.outputs, output{"-", pipeline.JSON})
	}
	for _, file := range o.outputs {
		if file == "-" {
			s.outputs = append(s.outputs, output{"-", pipeline.Format(o.format)})
			continue
		}
		f, err := pipeline.FormatOf(file)
		if err != nil {
			return s, wrongUse(err)
		}
		if targets > 1 && !strings.Contains(file, hostMark) {
			return s, wrongUse(fmt.Errorf("%d targets cannot all be written to %q", targets, file), fmt.Sprintf("put %s into the name: -o %q", hostMark, "report-"+hostMark+"."+string(f)))
		}
		if info, err := os.Stat(filepath.Dir(file)); err != nil || !info.IsDir() {
			return s, wrongUse(fmt.Errorf("cannot write %q: there is no folder %q", file, filepath.Dir(file)))
		}
		s.outputs = append(s.outputs, output{file, f})
	}
	for _, out := range s.outputs {
		if out.file != "-" {
			continue
		}
		if s.stdout {
			return s, wrongUse(errors.New("only one result can go to stdout"))
		}
		s.stdout = true
		if out.format.Binary() && (tty.IsTerminal(a.stdout) || targets > 1) {
			return s, wrongUse(fmt.Errorf("a .%s file does not go to a terminal", out.format), "name a file: -o evidence.zip")
		}
	}
	color, err := tty.Color(o.color, a.stdout, a.env.NoColor())
	if err != nil {
		return s, wrongUse(fmt.Errorf("--%w", err))
	}
	language := reportLanguage(langs)
	s.look = pipeline.Look{Lang: language, FullValues: o.fullValues}
	s.term = term.Options{Width: tty.Width(a.stdout), Color: color, Unicode: a.env.UTF8(), All: o.all, Quiet: o.quiet, Lang: language}
	return s, nil
}

// reportLanguage is the first of the visitor's languages that reports speak.
func reportLanguage(langs []string) string {
	for _, l := range langs {
		short, _, _ := strings.Cut(strings.ToLower(l), "-")
		if slices.Contains(lang.Codes(), short) {
			return short
		}
	}
	return "en"
}

// hostMark in the name of a file stands for the host of the target.
const hostMark = "{host}"

// progress starts the display of progress.
func (a *app) progress(o *showOptions) (*tty.Progress, error) {
	mode := cmp.Or(o.progress, tty.Auto)
	if o.quiet && mode == tty.Auto {
		mode = tty.None
	}
	p, err := tty.NewProgress(a.stderr, mode, tty.Rich(a.stderr) && a.env.Get("TERM") != "dumb", tty.Width(a.stderr))
	if err != nil {
		return nil, fmt.Errorf("--%w", err)
	}
	return p, nil
}

// present writes the result to all outputs, and the report to stdout unless an
// output goes there.
func (a *app) present(job *auditJob, t target, result *pipeline.Audit) error {
	opts := job.show.term
	for _, out := range job.show.outputs {
		if out.file == "-" {
			if err := result.Write(a.stdout, out.format, job.show.look); err != nil {
				return err
			}
			continue
		}
		file := job.show.fileFor(out, t)
		if err := result.Save(file, out.format, job.show.look); err != nil {
			return wrongUse(err)
		}
		opts.Files = append(opts.Files, file)
	}
	if job.show.stdout {
		return nil
	}
	r := result.Result
	if job.show.look.FullValues {
		r = r.WithValues()
	}
	return term.Render(a.stdout, r, opts)
}

// fileName makes a host fit for the name of a file on any system.
func fileName(host string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("-._", r):
			return r
		}
		return '_'
	}, host)
}
