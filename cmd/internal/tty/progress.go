package tty

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spoor-audit/spoor/reports/clean"
)

// The ways to show progress.
const (
	Auto  = "auto"  // one line rewritten in place on a terminal, else plain
	Plain = "plain" // one line for each step
	JSON  = "json"  // one JSON object for each step
	None  = "none"
)

// silence is how long nothing may be said before it is said what is waited for.
const silence = 10 * time.Second

// An Event is one thing that happened in a run.
type Event struct {
	Target   string        // what is audited
	Run      string        // what the run is, in words: "before any choice"
	Number   int           // of the run, from 1
	Of       int           // how many runs
	Stage    string        // what is being done, in words
	Waiting  string        // what is waited for, in words; "" if nothing
	Requests int           // seen so far
	Open     int           // without an answer yet
	Elapsed  time.Duration // since the run began
	Left     time.Duration // of its budget
	Done     bool          // the run is over
	Failed   string        // why the run failed, "" if it did not
}

// Progress shows events on a stream. It may be used by several goroutines. A
// stream that cannot be written to is not an error: what is done matters more
// than what is said about it.
type Progress struct {
	mu    sync.Mutex
	w     io.Writer
	mode  string
	live  bool // the line is rewritten in place
	width int
	now   func() time.Time

	runs  []*run    // those that go on, in the order of their numbers
	said  time.Time // when something was last written
	dirty bool      // a line without end is on the screen
	stop  chan struct{}
	done  chan struct{}
}

// A run is what is known of one run, of which several go side by side.
type run struct {
	last  Event
	got   time.Time // when the last event came
	since time.Time // when its stage began
}

// NewProgress starts showing progress. Width is that of the terminal; 0 means 80.
func NewProgress(w io.Writer, mode string, terminal bool, width int) (*Progress, error) {
	p := newProgress(w, mode, terminal, width, time.Now)
	switch mode {
	case Auto, Plain, JSON, None, "":
	default:
		return nil, fmt.Errorf("progress %q is none of auto, plain, json, none", mode)
	}
	go func() {
		defer close(p.done)
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				p.tick()
			case <-p.stop:
				return
			}
		}
	}()
	return p, nil
}

func newProgress(w io.Writer, mode string, terminal bool, width int, now func() time.Time) *Progress {
	mode = cmp.Or(mode, Auto)
	p := &Progress{w: w, mode: mode, width: cmp.Or(width, 80), now: now, stop: make(chan struct{}), done: make(chan struct{})}
	if mode == Auto {
		p.mode, p.live = Plain, terminal
	}
	p.said = now()
	return p
}

// Close ends the display. The last line is left as it is.
func (p *Progress) Close() {
	close(p.stop)
	<-p.done
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wipe()
}

// Say writes a line that stays. The caller has cleaned it.
func (p *Progress) Say(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.mode == Plain {
		p.line(text)
	}
}

// Note writes something that the user should know whatever the mode.
func (p *Progress) Note(text string) {
	text = clean.Line(text)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.mode != JSON {
		p.line("spoor: note: " + text)
		return
	}
	p.object(struct {
		Type string `json:"type"`
		Text string `json:"text"`
	}{"note", text})
}

// Tell shows an event. Its texts may come from a page.
func (p *Progress) Tell(e Event) {
	for _, text := range []*string{&e.Target, &e.Run, &e.Stage, &e.Waiting, &e.Failed} {
		*text = clean.Line(*text)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	fresh := p.take(e)
	switch {
	case p.mode == JSON:
		if fresh || e.Done || p.now().Sub(p.said) >= time.Second {
			p.json(e)
			p.said = p.now()
		}
	case p.mode == None:
	case e.Done:
		p.line(finished(e))
	case p.live:
		p.rewrite()
	case fresh:
		p.line(ongoing(e))
	}
}

// take notes an event and reports whether it begins a stage of its run.
func (p *Progress) take(e Event) (fresh bool) {
	i, known := slices.BinarySearchFunc(p.runs, e.Number, func(r *run, n int) int { return cmp.Compare(r.last.Number, n) })
	if e.Done {
		if known {
			p.runs = slices.Delete(p.runs, i, i+1)
		}
		return true
	}
	if !known {
		p.runs = slices.Insert(p.runs, i, &run{})
	}
	r, now := p.runs[i], p.now()
	fresh = !known || r.last.Stage != e.Stage
	if fresh {
		r.since = now
	}
	r.last, r.got = e, now
	return fresh
}

// tick is called every second.
func (p *Progress) tick() {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.mode != Plain || len(p.runs) == 0:
	case p.live:
		p.rewrite()
	case p.now().Sub(p.said) >= silence:
		p.line(waiting(p.runs[0].by(p.now())))
	}
}

// by is the last event of a run, with the time that has passed since.
func (r *run) by(now time.Time) Event {
	e, passed := r.last, now.Sub(r.got)
	e.Elapsed += passed
	e.Left = max(e.Left-passed, 0)
	return e
}

// rewrite puts a line about the first of the runs that go on in the place of the
// one before.
func (p *Progress) rewrite() {
	r := p.runs[0]
	now := p.now()
	e := r.by(now)
	text := ongoing(e)
	if now.Sub(r.since) >= silence {
		text = waiting(e)
	}
	_, _ = fmt.Fprintf(p.w, "\r\x1b[K%.*s", p.width-1, text)
	p.dirty = true
	p.said = now
}

// line writes a line that stays.
func (p *Progress) line(text string) {
	p.wipe()
	_, _ = io.WriteString(p.w, text+"\n")
	p.said = p.now()
}

// wipe takes the line that is rewritten away.
func (p *Progress) wipe() {
	if p.dirty {
		_, _ = io.WriteString(p.w, "\r\x1b[K")
		p.dirty = false
	}
}

// json writes the event as one object; the field names are fixed.
func (p *Progress) json(e Event) {
	p.object(struct {
		Type     string `json:"type"`
		Target   string `json:"target"`
		Run      string `json:"run"`
		Number   int    `json:"number"`
		Of       int    `json:"of"`
		Stage    string `json:"stage"`
		Requests int    `json:"requests"`
		Open     int    `json:"open"`
		Elapsed  int64  `json:"elapsed_ms"`
		Left     int64  `json:"left_ms"`
		Done     bool   `json:"done"`
		Failed   string `json:"failed,omitempty"`
	}{"progress", e.Target, e.Run, e.Number, e.Of, e.Stage, e.Requests, e.Open, e.Elapsed.Milliseconds(), e.Left.Milliseconds(), e.Done, e.Failed})
}

func (p *Progress) object(v any) {
	if line, err := json.Marshal(v); err == nil {
		_, _ = p.w.Write(append(line, '\n'))
	}
}

func prefix(e Event) string {
	return fmt.Sprintf("[%d/%d] %-20s %6.1f s  %s", e.Number, e.Of, e.Run, e.Elapsed.Seconds(), Counted(e.Requests, "request"))
}

func ongoing(e Event) string {
	return strings.TrimRight(prefix(e)+"  "+e.Stage, " ")
}

func finished(e Event) string {
	if e.Failed != "" {
		return prefix(e) + "  not measured: " + e.Failed
	}
	return prefix(e)
}

func waiting(e Event) string {
	text := prefix(e) + "  waiting"
	if what := cmp.Or(e.Waiting, e.Stage); what != "" {
		text += " for " + what
	}
	var more []string
	if e.Open > 0 {
		more = append(more, Counted(e.Open, "request")+" open")
	}
	if e.Left > 0 {
		more = append(more, fmt.Sprintf("%.0f s left", e.Left.Seconds()))
	}
	if len(more) > 0 {
		text += " (" + strings.Join(more, ", ") + ")"
	}
	return text
}

// Counted is a number of things, with an s where they are several.
func Counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
