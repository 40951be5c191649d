// Package markdown owns the summary of a result that is pasted into an issue, a
// pull request or the summary of a CI job: what was seen, who receives data, what
// is wrong, and what was not measured.
//
// It is written for GitHub's Markdown and stays under 60 KB, so that it fits a
// comment there (64 KB). Nothing of a page becomes markup, a link, a mention or
// HTML: everything but the headings goes through package clean.
package markdown

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/lang"
)

// Options say how to render.
type Options struct {
	Lang string // "en" or "nl"; English if it is another
}

const (
	maxSize   = 60_000 // bytes of the whole text
	maxEnd    = 2_000  // of them for the last lines, which always stand
	maxText   = 500    // characters of one text
	maxName   = 100
	companies = 25 // rows of the table
	gaps      = 20 // lines
)

// Render writes the summary of a result.
func Render(w io.Writer, r *reports.Result, o Options) error {
	if r == nil {
		return errors.New("markdown: render: there is no result")
	}
	p := &page{r: r, t: lang.Get(o.Lang)}
	p.head()
	p.receivers()
	p.found("clump.problem", reports.Problem, reports.Fail)
	p.found("clump.consider", reports.Consider, reports.Warn)
	p.found("clump.accepted", reports.Accepted, "")
	p.notMeasured()
	p.end()
	if _, err := io.WriteString(w, p.b.String()); err != nil {
		return fmt.Errorf("markdown: write: %w", err)
	}
	return nil
}

// A page is a text that is being made.
type page struct {
	r    *reports.Result
	t    *lang.Text
	b    strings.Builder
	left int // lines that found no room
}

// line writes a line of Markdown, or counts it as left out if there is no room.
func (p *page) line(text string) {
	if p.left > 0 || p.b.Len()+len(text)+1 > maxSize-maxEnd {
		if text != "" {
			p.left++
		}
		return
	}
	p.b.WriteString(text + "\n")
}

// safe makes a text safe and no longer than it should be.
func safe(s string, limit int) string { return clean.Markdown(clean.Short(s, limit)) }

// head writes whose result this is, the grade, the counts, and the sentences.
func (p *page) head() {
	r, t := p.r, p.t
	p.line("## spoor: " + safe(r.Subject.Site(), maxName))
	p.line("")
	var parts []string
	if r.Summary.Measured == reports.MeasuredNot {
		parts = append(parts, "**"+t.T("term.not-measured")+"**")
	} else {
		if grade := r.GradeText(t); grade != "" {
			parts = append(parts, "**"+safe(grade, maxName)+"**")
		}
		for _, c := range r.Counts() {
			parts = append(parts, t.N(c.Key, c.N))
		}
	}
	p.line(strings.Join(parts, " · "))
	p.line("")
	about := []string{safe(r.Subject.URL, maxText)}
	if at, err := time.Parse(time.RFC3339, r.Subject.Started); err == nil {
		about = append(about, t.Date(at)+", "+t.Clock(at))
	}
	if r.Subject.Vantage != "" {
		about = append(about, safe(r.Subject.Vantage, maxName))
	}
	p.line(strings.Join(about, " · "))
	for _, sentence := range r.Summary.Headline {
		p.line("")
		p.line(safe(sentence.In(t.Code()), maxText))
	}
	if text := r.ExposureText(t); text != "" && r.Summary.Measured != reports.MeasuredNot {
		p.line("")
		p.line(safe(text, maxText))
	}
}

func (p *page) title(key string) {
	p.line("")
	p.line("### " + p.t.T(key))
	p.line("")
}

// receivers writes the table of who received data: a column of requests for each
// state of consent, with a dash where that was not measured.
func (p *page) receivers() {
	list := p.r.Companies()
	if len(list) == 0 {
		return
	}
	if p.r.Summary.Measured == reports.MeasuredNot {
		p.title("term.seen-before-end")
	} else {
		p.title("term.who")
	}
	columns := p.r.Columns()
	heads, rule := []string{p.t.T("column.company"), p.t.T("column.for")}, "|---|---|"
	for i := range columns {
		heads = append(heads, p.t.T(columns[i].Key()))
		rule += "--:|"
	}
	p.row(append(heads, p.t.T("column.country")))
	p.line(rule + "---|")
	shown := min(len(list), companies)
	for i := range list[:shown] {
		c := &list[i]
		cells := []string{safe(c.Name, maxName), safe(reports.PurposeText(p.t, c), maxName)}
		for _, col := range columns {
			cells = append(cells, p.number(col, c.In(col)))
		}
		p.row(append(cells, safe(c.Country, maxName)))
	}
	if rest := list[shown:]; len(rest) > 0 {
		cells := []string{p.t.N("form.more-rows", len(rest)), ""}
		for _, col := range columns {
			n := 0
			for i := range rest {
				n += rest[i].In(col)
			}
			cells = append(cells, p.number(col, n))
		}
		p.row(append(cells, ""))
	}
}

func (p *page) number(col reports.Column, n int) string {
	if !col.Measured {
		return "–"
	}
	return p.t.Number(n)
}

func (p *page) row(cells []string) { p.line("| " + strings.Join(cells, " | ") + " |") }

// found writes the checks with an outcome and the techniques of a clump.
func (p *page) found(key, clump, outcome string) {
	checks, techniques := p.r.ChecksOf(outcome), p.r.TechniquesOf(clump)
	if len(checks)+len(techniques) == 0 {
		return
	}
	p.title(key)
	for _, c := range checks {
		text := reports.AboutCheck(p.t, c)
		if c.NeedsText() {
			text += ". " + c.Text.In(p.t.Code())
		}
		p.entry(c.Title.In(p.t.Code()), c.ID, text)
	}
	for _, t := range techniques {
		p.entry(t.Title.In(p.t.Code()), t.ID, p.r.AboutTechnique(p.t, t.ID))
	}
}

// entry writes an item of a list: what it is, its ID, and what stands behind it.
func (p *page) entry(title, id, text string) {
	p.line("- **" + safe(title, maxText) + "** (" + safe(id, maxName) + "): " + safe(text, maxText))
}

// notMeasured writes what could not be judged and what could not be observed.
func (p *page) notMeasured() {
	unjudged, texts := p.r.Unjudged(p.t), p.r.GapTexts(p.t)
	if len(unjudged)+len(texts) == 0 {
		return
	}
	p.title("clump.not-measured")
	for _, u := range unjudged {
		p.line("- " + safe(u.Why, maxText) + " (" + safe(strings.Join(u.IDs, ", "), 4*maxText) + ")")
	}
	for i, text := range texts {
		if i == gaps {
			p.line("- " + p.t.N("form.more-rows", len(texts)-gaps))
			break
		}
		p.line("- " + safe(text, maxText))
	}
}

// end writes what was left out for lack of room, and what this was made with.
func (p *page) end() {
	tools := p.r.Tools
	if p.left > 0 {
		fmt.Fprintf(&p.b, "\n%s\n", p.t.N("markdown.left", p.left))
	}
	fmt.Fprintf(&p.b, "\n%s\n", clean.Markdown(p.t.T("markdown.made", "spoor", clean.Short(tools.Spoor, 40), "chrome", clean.Short(tools.Chrome, 40),
		"signatures", clean.Short(tools.Signatures.Version, 12))+" "+p.t.T("term.next-explain")+"."))
}
