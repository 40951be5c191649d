package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
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
	f.StringVar(&o.format, "format", string(pipeline.JSON), "format of \"-o -\" (`NAME`): "+formatNames())
	f.BoolVar(&o.json, "json", false, "the result as JSON on stdout")
	f.BoolVar(&o.all, "all", false, "show every company, and what was looked for and not found")
	f.BoolVar(&o.fullValues, "full-values", false, "show values of cookies and storage whole; they can identify you")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "print only the sentences that sum up")
	f.StringVar(&o.color, "color", "auto", "`auto|always|never`")
}

// addNewsFlags adds the flags of commands that take their time.
func (o *showOptions) addNewsFlags(f *pflag.FlagSet) {
	f.BoolVarP(&o.verbose, "verbose", "v", false, "say more on stderr")
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
		return s, wrongUse(fmt.Errorf("--format %q is none of %s", o.format, formatNames()))
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
			return s, wrongUse(fmt.Errorf("%d targets cannot all be written to %q", targets, file), fmt.Sprintf("put %s into the name: -o %q", hostMark, "report-"+hostMark+f.Ending()))
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
			return s, wrongUse(fmt.Errorf("a %s file does not go to a terminal", out.format.Ending()), "name a file: -o spoor"+out.format.Ending())
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
func (a *app) present(ctx context.Context, s *show, t target, result *pipeline.Audit) error {
	opts := s.term
	for _, out := range s.outputs {
		if out.file == "-" {
			if err := result.Write(ctx, a.stdout, out.format, s.look); err != nil {
				return err
			}
			continue
		}
		files, err := result.Save(ctx, s.fileFor(out, t), out.format, s.look)
		if err != nil {
			return cannotWrite(err)
		}
		opts.Files = append(opts.Files, files...)
	}
	if s.stdout {
		return nil
	}
	r := result.Result
	if s.look.FullValues {
		r = r.WithValues()
	}
	return term.Render(a.stdout, r, opts)
}

// cannotWrite marks what went wrong with a file as wrong use; what went wrong with
// the browser that was to print is none.
func cannotWrite(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	if errors.As(err, &path) || errors.As(err, &link) {
		return wrongUse(err)
	}
	return err
}

// wants reports whether an output has a format.
func (s *show) wants(want func(pipeline.Format) bool) bool {
	return slices.ContainsFunc(s.outputs, func(out output) bool { return want(out.format) })
}

// formatNames lists the names of the formats.
func formatNames() string {
	var names []string
	for _, f := range pipeline.Formats() {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}

// setPrinter finds the browser that prints, if a PDF is wanted. Path and mode are
// those of a browser that was found already, or what to look for.
func (a *app) setPrinter(s *show, o *visitOptions, p *pipeline.Plan) error {
	if !s.wants(func(f pipeline.Format) bool { return f == pipeline.PDF }) {
		return nil
	}
	if p.Browser.Path == "" {
		if err := o.findBrowser(a.env, p); err != nil {
			return fmt.Errorf("a PDF is printed by a browser: %w", err)
		}
	}
	browser := p.Browser
	s.look.Print = func(ctx context.Context, html []byte) ([]byte, error) { return a.print(ctx, browser, html) }
	return nil
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
