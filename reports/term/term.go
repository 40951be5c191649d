// Package term owns the report that is read in a terminal, and the texts of
// "spoor explain". It renders a result and knows nothing else: not how wide the
// terminal is, not whether it has colours; the caller says so.
//
// Rules of the terminal report:
//
//   - A word carries each state; colour repeats it and is never needed. Blue is
//     good, orange is attention, bold is a problem: safe for readers who cannot
//     tell red from green.
//   - No line is wider than the width; 80 if that is not known, and never more
//     than 100. Long names are cut in the middle, where they differ least.
//   - Everything that came from a page goes through package clean.
//   - What was not measured is said before what to do next, whatever else is
//     left out.
//   - Without Unicode, only ASCII is written.
package term

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/lang"
)

// Options say how to write.
type Options struct {
	Width   int      // columns; 0 is not known
	Color   bool     // use ANSI colours
	Unicode bool     // the terminal shows UTF-8
	All     bool     // every company, and what was looked for and not found
	Quiet   bool     // only the sentences that sum up
	Lang    string   // "en" or "nl"; English if it is another
	Files   []string // reports that were written, to be named at the end
}

const (
	defaultWidth = 80
	maxWidth     = 100
	minWidth     = 40
)

// width returns the width to write in.
func (o Options) width() int {
	if o.Width <= 0 {
		return defaultWidth
	}
	return min(max(o.Width, minWidth), maxWidth)
}

// Render writes the report of one result.
func Render(w io.Writer, r *reports.Result, o Options) error {
	if r == nil {
		return errors.New("term: render: there is no result")
	}
	p := newPrinter(o)
	p.t = p.t.About(r.Subject.Kind)
	p.several = len(r.Columns()) > 1
	if !o.Quiet {
		head(p, r)
	}
	sentences := r.Summary.Headline
	if o.All {
		sentences = r.Summary.Sentences
	}
	for _, sentence := range sentences {
		p.wrap(0, sentenceStyle(r), clean.Line(sentence.In(p.t.Code())))
	}
	if !o.Quiet {
		companies(p, r)
		message(p, r)
		question(p, r)
		compared(p, r)
		found(p, r)
		accepted(p, r)
		inventory(p, r)
		notMeasured(p, r)
		if o.All {
			inOrder(p, r)
		}
		lists(p, r)
		next(p, r, o)
	}
	return p.flush(w)
}

// flush hands what was gathered to a writer.
func (p *printer) flush(w io.Writer) error {
	if p.err != nil {
		return p.err
	}
	if _, err := io.WriteString(w, p.String()); err != nil {
		return fmt.Errorf("term: write: %w", err)
	}
	return nil
}

// sentenceStyle says how the sentences on top look.
func sentenceStyle(r *reports.Result) style {
	switch {
	case r.Summary.Measured == reports.MeasuredNot:
		return attention
	case r.Summary.Problems > 0:
		return problem
	}
	return plain
}

// head writes whose result this is, of when, and the counts.
func head(p *printer, r *reports.Result) {
	name := r.Subject.Site()
	date := ""
	if at, err := time.Parse(time.RFC3339, r.Subject.Started); err == nil {
		date = p.t.Date(at)
	}
	room := p.width - displayWidth(date) - 2
	p.sides(problem, p.middle(clean.Line(name), room), date)
	if r.Summary.Measured == reports.MeasuredNot {
		p.line(attention, p.t.T("term.not-measured"))
		p.blank()
		return
	}
	parts := grade(p, r)
	for _, c := range r.Counts() {
		look := countStyles[c.Key]
		if c.N == 0 {
			look = plain
		}
		parts = append(parts, segment{look, p.t.N(c.Key, c.N)})
	}
	p.flow(parts)
	p.wrap(0, plain, r.ExposureText(p.t))
	p.blank()
}

// countStyles says how the counts look; those without a style are plain.
var countStyles = map[string]style{
	"count.problems": problem, "count.consider": attention, "count.clean": good, "count.in-order": good, "count.not-measured": attention,
}

// lists says how old the lists are that companies were known by.
func lists(p *printer, r *reports.Result) {
	p.blank()
	p.wrap(0, plain, r.ListDates(p.t))
	if old := r.OldLists(p.t); old != "" {
		p.wrap(0, attention, old)
	}
}

// next says where to look for more.
func next(p *printer, r *reports.Result, o Options) {
	switch {
	case r.Summary.Measured != reports.MeasuredNot:
		if !o.All && r.Summary.Clean > 0 {
			key := "term.next-clean"
			if len(r.Checks) > 0 {
				key = "term.next-in-order"
			}
			p.wrap(0, plain, p.t.N(key, r.Summary.Clean))
		}
		p.wrap(0, plain, p.t.T("term.next-explain"))
	case slices.ContainsFunc(r.Runs, func(run reports.Run) bool { return run.Outcome == evidence.Blocked }):
		p.wrap(0, plain, p.t.T("term.next-blocked"))
	default:
		p.wrap(0, plain, p.t.T("term.next-failed"))
	}
	for _, file := range o.Files {
		p.line(plain, p.t.T("term.file", "file", p.middle(clean.Line(file), p.width-12)))
	}
}

// text returns the language of the options.
func (o Options) text() *lang.Text { return lang.Get(o.Lang) }
