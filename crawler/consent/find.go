package consent

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spoor-audit/spoor/evidence"
)

// Options say how to look for the question for consent.
type Options struct {
	// Wait is how long to wait for it; 0 means 10 seconds, less than 0 one look.
	Wait time.Duration
	// Scroll lets the page be scrolled once, half-way through the wait, as some
	// sites ask only then.
	Scroll bool
	// TCF says that the page's own interface reports that the question is shown.
	TCF bool
	// URL is the address that was asked for, by which a gate is told from the site.
	URL string
	// Now is the time since the run began; nil counts from the call.
	Now func() evidence.Millis

	reopened bool // a way back to the choice was pressed just before
}

// hint says that there is reason to expect a dialog.
func (o Options) hint() bool { return o.TCF || o.reopened }

const (
	defaultWait = 10 * time.Second
	firstPause  = 250 * time.Millisecond
	lastPause   = time.Second
)

func (o Options) prepared() Options {
	if o.Wait == 0 {
		o.Wait = defaultWait
	}
	if o.Now == nil {
		began := time.Now()
		o.Now = func() evidence.Millis { return evidence.MillisOf(time.Since(began)) }
	}
	return o
}

// A Handle is a dialog that was found, ready to be answered.
type Handle struct {
	words   *words
	page    Page
	options Options
	dialog  evidence.Dialog
	links   []evidence.PolicyLink
	current *candidate
	layer   int
	// switches are those that are on record, by number.
	switches map[int]bool
}

// Dialog is the dialog as far as it is known: every visited layer adds to it.
func (h *Handle) Dialog() evidence.Dialog { return h.dialog }

// Policies are the links to statements on the layers visited so far.
func (h *Handle) Policies() []evidence.PolicyLink { return h.links }

// Find waits for the question for consent and describes its first layer, pressing
// nothing. Without one, Dialog.Found is false, its certainty says how sure that
// is, and the handle is nil. An error means that the page could not be looked at.
func Find(ctx context.Context, p Page, o Options) (evidence.Dialog, *Handle, error) {
	w, err := loadWords()
	if err != nil {
		return evidence.Dialog{}, nil, err
	}
	o = o.prepared()
	began, pause, scrolled := time.Now(), firstPause, !o.Scroll
	var scenes []*scene
	for {
		next, err := w.look(ctx, p, o.hint())
		switch {
		case err == nil:
			scenes = next
		case ctx.Err() != nil, scenes == nil && time.Since(began) >= o.Wait:
			return evidence.Dialog{}, nil, err
		}
		if c := w.best(scenes, o.hint()); c != nil && c.points >= enough {
			h := &Handle{words: w, page: p, options: o, layer: 1, switches: map[int]bool{}}
			if err := h.arrive(ctx, c, scenes); err != nil {
				return evidence.Dialog{}, nil, err
			}
			return h.dialog, h, nil
		}
		waited := time.Since(began)
		if waited >= o.Wait {
			return evidence.Dialog{Certainty: w.absence(scenes, o.TCF)}, nil, nil
		}
		if !scrolled && scenes != nil && waited >= o.Wait/2 {
			scrolled = true
			_ = call(ctx, scenes[0].frame, "nudge", nil, nil) // a page that cannot be scrolled is looked at as it is
			continue
		}
		if err := rest(ctx, min(pause, o.Wait-waited)); err != nil {
			return evidence.Dialog{}, nil, err
		}
		pause = min(lastPause, pause*2)
	}
}

// rest waits.
func rest(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(max(d, time.Millisecond)):
		return nil
	}
}

// best reads and judges all candidates and returns the one that most looks like
// the question for consent, nil if there is none at all.
func (w *words) best(scenes []*scene, tcf bool) *candidate {
	var all []*candidate
	for _, s := range scenes {
		for i := range s.Candidates {
			c := &s.Candidates[i]
			if !c.known {
				w.read(c)
			}
			c.points = w.judge(c, tcf)
			all = append(all, c)
		}
	}
	if len(all) == 0 {
		return nil
	}
	slices.SortStableFunc(all, func(a, b *candidate) int {
		switch {
		case a.points != b.points:
			if a.points > b.points {
				return -1
			}
			return 1
		case len(a.Text) != len(b.Text):
			return len(a.Text) - len(b.Text)
		}
		return a.N - b.N
	})
	return closest(around(all[0], all), all)
}

// around is the dialog that stands out around words and a control of it, for a row
// of its settings may speak of consent more plainly than the whole does.
func around(c *candidate, all []*candidate) *candidate {
	if c.Why != "text" {
		return c
	}
	for _, o := range all {
		if o.standsOut() && o.scene == c.scene && slices.Contains(c.Inside, o.N) && o.points >= enough && len(o.Toggles) > len(c.Toggles) {
			return o
		}
	}
	return c
}

// standsOut reports whether a candidate is taken out of the page by itself.
func (c *candidate) standsOut() bool {
	return c.Why == "modal" || c.Why == "dialog" || c.Why == "popover" || c.Why == "fixed"
}

// closest narrows a candidate down to one inside it that asks the same with
// fewer words: what holds the dialog may hold half the page too.
func closest(c *candidate, all []*candidate) *candidate {
	best := c
	for _, o := range all {
		if o.scene != c.scene || !slices.Contains(o.Inside, c.N) || o.points < c.points-1.5 || o.points < enoughNext {
			continue
		}
		// A link to the statement often stands at the foot of the dialog.
		if c.standsOut() && o.papers < c.papers {
			continue
		}
		if o.answers() == c.answers() && len(o.Toggles) == len(c.Toggles) && len(o.Text) < len(best.Text) {
			best = o
		}
	}
	return best
}

// answers counts the controls that answer the question.
func (c *candidate) answers() int {
	return c.count(evidence.RoleAccept, evidence.RoleReject, evidence.RoleSettings, evidence.RoleSave, evidence.RoleClose, evidence.RolePay)
}

// arrive waits until a dialog that was found stands still and is complete, and
// describes it.
func (h *Handle) arrive(ctx context.Context, c *candidate, scenes []*scene) error {
	mark := c.mark()
	for range 5 {
		if err := rest(ctx, 300*time.Millisecond); err != nil {
			return err
		}
		next, err := h.words.look(ctx, h.page, h.options.hint())
		if err != nil {
			break
		}
		d := h.words.best(next, h.options.hint())
		if d == nil || d.points < enough {
			continue
		}
		still := d.mark() == mark && d.Box == c.Box
		c, scenes, mark = d, next, d.mark()
		if still {
			break
		}
	}
	h.current = c
	h.describe(ctx, c, scenes)
	h.enter(ctx, c, true)
	return nil
}

// mark is by what a dialog is known again: its words and its controls.
func (c *candidate) mark() string {
	var b strings.Builder
	b.WriteString(clip(c.Text, 300))
	for i := range c.Controls {
		b.WriteString("|" + c.Controls[i].label())
	}
	for i := range c.Toggles {
		b.WriteString("#" + c.Toggles[i].name)
	}
	return b.String()
}

// absence is how sure it is that no question is asked.
func (w *words) absence(scenes []*scene, tcf bool) float64 {
	sure := 0.95
	for _, s := range scenes {
		if s.main && s.Words < 80 {
			sure = min(sure, 0.6) // hardly a page yet
		}
		if s.Shut > 0 {
			sure = min(sure, 0.55) // something is kept from sight
		}
		if s.Cut {
			sure = min(sure, 0.7)
		}
		if s.main {
			if _, known := w.number[primary(s.Lang)]; !known && s.Lang != "" {
				sure = min(sure, 0.6)
			}
		}
	}
	if c := w.best(scenes, tcf); c != nil && c.points > enough-2 {
		sure = min(sure, 0.65)
	}
	if tcf {
		sure = min(sure, 0.4)
	}
	return sure
}

// describe fills in the dialog from its first layer.
func (h *Handle) describe(ctx context.Context, c *candidate, scenes []*scene) {
	x, y := c.scene.offset()
	d := &h.dialog
	d.Found, d.By, d.Certainty = true, "heuristic", certainty(c.points)
	d.Frame, d.At, d.Language = c.scene.URL, h.options.Now(), c.lang
	d.Text = clip(c.Text, 8000)
	d.Box = evidence.Box{c.Box[0] + x, c.Box[1] + y, c.Box[2], c.Box[3]}
	d.Blocking, d.Coverage = measure(ctx, c)
	if len(scenes) > 0 {
		d.Scroll = scenes[0].Locked
	}
	if c.count(evidence.RolePay) > 0 {
		d.Price, _ = h.words.price(c.Text)
	}
	switch {
	case h.words.gate(c, h.options.URL):
		d.By, d.Coverage, d.Blocking = "gate", 1, true
	case h.options.TCF && c.points-fromTCF < enough:
		d.By = "tcf"
	}
}

// measure tells what a dialog does to the rest of the page: whether anything
// else can be pressed, and what share of the window is covered. Of a dialog in a
// frame, the frame does it.
func measure(ctx context.Context, c *candidate) (blocking bool, coverage float64) {
	f, n := c.scene.frame, c.N
	for s := c.scene; s.holder != nil && s.parent != nil; s = s.parent {
		f, n = s.parent.frame, s.holder.N
		if s.parent.main {
			break
		}
	}
	var a struct {
		Coverage float64 `json:"coverage"`
		Blocking bool    `json:"blocking"`
	}
	// A document that gives no answer now is described as far as it is known.
	if err := call(ctx, f, "around", map[string]int{"n": n}, &a); err != nil {
		return false, 0
	}
	return a.Blocking, a.Coverage
}

// gate reports whether the whole page does nothing but ask.
func (w *words) gate(c *candidate, asked string) bool {
	if !c.scene.main || c.Outside > 400 || c.Outside > len(c.Text) {
		return false
	}
	here, err := url.Parse(c.scene.URL)
	if err != nil {
		return false
	}
	if hinted(here.Host+here.Path, w.places.Gates) {
		return true
	}
	want, err := url.Parse(asked)
	return c.Flow && err == nil && asked != "" && (strings.TrimPrefix(want.Host, "www.") != strings.TrimPrefix(here.Host, "www.") || want.Path != here.Path)
}
