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

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/spoor-audit/spoor/reports/clean"
)

// A Tally is how far many visits are.
type Tally struct {
	Sites    int
	All      int // visits, of which Over are over
	Over     int
	Failed   int
	Excluded int
	Running  int
	Waiting  int // for another try
}

// A Ended is what is told of a visit that came to an end.
type Ended struct {
	Site    string        `json:"site"`
	Repeat  int           `json:"repeat"`
	Attempt int           `json:"attempt"`
	State   string        `json:"state"`
	Reason  string        `json:"reason,omitempty"`
	Again   bool          `json:"again"` // it is made once more
	Took    time.Duration `json:"-"`
}

const (
	// rateOver is the time over which the rate is counted.
	rateOver = 5 * time.Minute
	// shownAtOnce is how many visits that go on are named.
	shownAtOnce = 8
	// barEvery is how often the bar is drawn, and jsonEvery how often a line of
	// JSON tells the tally.
	barEvery  = 500 * time.Millisecond
	jsonEvery = 2 * time.Second
)

// Bars shows how many visits go on side by side. On a terminal that is a bar, the
// rate, the time that is left, and what is visited now. It may be used by several
// goroutines.
type Bars struct {
	w     io.Writer
	mode  string // Auto is on a terminal alone, where there is a bar
	width int
	now   func() time.Time

	mu    sync.Mutex
	tally Tally
	known bool // the tally was told
	going []visiting
	marks []mark
	told  time.Time // when JSON told the tally

	container *mpb.Progress
	bar       *mpb.Bar
}

// A visiting is a visit that goes on.
type visiting struct {
	key, words string
	began      time.Time
}

// A mark is how many visits were over at a moment.
type mark struct {
	at   time.Time
	over int
}

// NewBars starts showing progress. Without a terminal, the mode auto is silent but
// for notes.
func NewBars(w io.Writer, mode string, terminal bool, width int) (*Bars, error) {
	b := newBars(w, mode, terminal, width, time.Now)
	switch mode {
	case Auto, "", Plain, JSON, None:
	default:
		return nil, fmt.Errorf("progress %q is none of auto, plain, json, none", mode)
	}
	if b.mode == Auto {
		b.container = mpb.New(mpb.WithOutput(w), mpb.WithWidth(b.width), mpb.WithRefreshRate(barEvery), mpb.WithAutoRefresh())
		b.bar = b.container.New(0, mpb.BarStyle().Lbound("[").Filler("#").Tip("#").Padding(".").Rbound("]"),
			mpb.BarWidth(min(36, b.width/3)), mpb.BarFillerTrim(),
			mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return " " + b.summary() })),
			mpb.BarExtender(mpb.BarFillerFunc(b.fill), false))
	}
	return b, nil
}

func newBars(w io.Writer, mode string, terminal bool, width int, now func() time.Time) *Bars {
	if mode == "" || mode == Auto {
		mode = None
		if terminal {
			mode = Auto
		}
	}
	if width <= 0 {
		width = 80
	}
	return &Bars{w: w, mode: mode, width: width, now: now}
}

// Close ends the display.
func (b *Bars) Close() {
	if b.bar != nil {
		b.bar.Abort(false)
		b.container.Wait()
	}
}

// Note says what the user should know.
func (b *Bars) Note(text string) {
	text = clean.Line(text)
	if b.mode == JSON {
		b.object(struct {
			Type string `json:"type"`
			Text string `json:"text"`
		}{"note", text})
		return
	}
	b.line("spoor: note: " + text)
}

// Begin tells that a visit begins or what it does now.
func (b *Bars) Begin(key, words string) {
	words = clean.Line(words)
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := b.index(key); i >= 0 {
		b.going[i].words = words
		return
	}
	b.going = append(b.going, visiting{key, words, b.now()})
}

// Stop tells that a visit does not go on, without an end.
func (b *Bars) Stop(key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := b.index(key); i >= 0 {
		b.going = slices.Delete(b.going, i, i+1)
	}
}

func (b *Bars) index(key string) int {
	return slices.IndexFunc(b.going, func(v visiting) bool { return v.key == key })
}

// End tells that a visit came to an end.
func (b *Bars) End(key string, e Ended) {
	b.Stop(key)
	e.Site, e.Reason = clean.Line(e.Site), clean.Line(e.Reason)
	switch b.mode {
	case JSON:
		b.object(struct {
			Type string `json:"type"`
			Ended
			TookMS int64 `json:"took_ms"`
		}{"visit", e, e.Took.Milliseconds()})
	case Plain:
		text := fmt.Sprintf("%-40s %6.1f s  %s", e.Site, e.Took.Seconds(), e.State)
		if e.Reason != "" {
			text += ": " + e.Reason
		}
		if e.Again {
			text += " (will be tried again)"
		}
		b.line(text)
	}
}

// Tell tells how far the visits are.
func (b *Bars) Tell(t Tally) {
	b.mu.Lock()
	now := b.now()
	b.tally, b.known = t, true
	b.marks = append(b.marks, mark{now, t.Over})
	for len(b.marks) > 2 && now.Sub(b.marks[0].at) > rateOver {
		b.marks = b.marks[1:]
	}
	tell := b.mode == JSON && now.Sub(b.told) >= jsonEvery
	if tell {
		b.told = now
	}
	b.mu.Unlock()
	if b.bar != nil {
		b.bar.SetTotal(int64(t.All), false)
		b.bar.SetCurrent(int64(min(t.Over, max(0, t.All-1)))) // A bar that is full ends.
	}
	if tell {
		b.json()
	}
}

// rate is how many visits end in a minute, and how long the rest takes; 0 if that
// is not known yet.
func (b *Bars) rate() (perMinute float64, left time.Duration) {
	if len(b.marks) < 2 {
		return 0, 0
	}
	first, last := b.marks[0], b.marks[len(b.marks)-1]
	took := last.at.Sub(first.at)
	if took <= 0 || last.over <= first.over {
		return 0, 0
	}
	each := took / time.Duration(last.over-first.over)
	return float64(time.Minute) / float64(each), each * time.Duration(b.tally.All-b.tally.Over)
}

// summary is the text beside the bar.
func (b *Bars) summary() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.known {
		return "counting"
	}
	t := b.tally
	parts := []string{fmt.Sprintf("%d of %d", t.Over, t.All)}
	if t.Failed > 0 {
		parts = append(parts, fmt.Sprintf("%d failed", t.Failed))
	}
	if t.Excluded > 0 {
		parts = append(parts, fmt.Sprintf("%d excluded", t.Excluded))
	}
	if perMinute, left := b.rate(); perMinute > 0 {
		parts = append(parts, fmt.Sprintf("%.1f a minute", perMinute), "about "+roughly(left))
	}
	return strings.Join(parts, "  ")
}

// roughly rounds a time to what can be promised.
func roughly(d time.Duration) string {
	switch {
	case d < 90*time.Second:
		return Counted(max(1, int(d.Seconds())), "second")
	case d < 90*time.Minute:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60/10*10)
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}

// fill writes the lines below the bar: what is visited now, the longest first.
func (b *Bars) fill(w io.Writer, _ decor.Statistics) error {
	_, err := io.WriteString(w, strings.Join(b.lines(), ""))
	return err
}

func (b *Bars) lines() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := slices.Clone(b.going)
	slices.SortStableFunc(list, func(a, c visiting) int { return cmp.Compare(a.began.UnixNano(), c.began.UnixNano()) })
	var out []string
	for i, v := range list {
		if i == shownAtOnce {
			out = append(out, fmt.Sprintf("  and %d more\n", len(list)-i))
			break
		}
		text := []rune(fmt.Sprintf("  %4.0f s  %s", b.now().Sub(v.began).Seconds(), v.words))
		out = append(out, string(text[:min(len(text), b.width-1)])+"\n")
	}
	return out
}

func (b *Bars) json() {
	b.mu.Lock()
	perMinute, left := b.rate()
	t, now := b.tally, []string{}
	for _, v := range b.going {
		now = append(now, v.words)
	}
	b.mu.Unlock()
	b.object(struct {
		Type      string   `json:"type"`
		Sites     int      `json:"sites"`
		Visits    int      `json:"visits"`
		Over      int      `json:"over"`
		Failed    int      `json:"failed"`
		Excluded  int      `json:"excluded"`
		Running   int      `json:"running"`
		Waiting   int      `json:"waiting"`
		PerMinute float64  `json:"per_minute"`
		Left      int64    `json:"left_ms"`
		Now       []string `json:"now"`
	}{"survey", t.Sites, t.All, t.Over, t.Failed, t.Excluded, t.Running, t.Waiting, perMinute, left.Milliseconds(), now})
}

func (b *Bars) object(v any) {
	if line, err := json.Marshal(v); err == nil {
		b.line(string(line))
	}
}

// line writes one line, above the bar if there is one.
func (b *Bars) line(text string) {
	if b.container != nil {
		_, _ = b.container.Write([]byte(text + "\n"))
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	_, _ = io.WriteString(b.w, text+"\n")
}
