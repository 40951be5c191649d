package auto

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spoor-audit/spoor/crawler/consent"
	"github.com/spoor-audit/spoor/evidence"
)

const (
	detectLimit = 12 * time.Second // for a dialog to be found
	// emptyAfter is how long a document is watched in which no consent manager is
	// found; hiddenAfter, after one was found, for its dialog, which the script
	// waits five and a half seconds for.
	emptyAfter  = 2500 * time.Millisecond
	hiddenAfter = 6500 * time.Millisecond

	chooseLimit = 40 * time.Second        // the longest rules wait 20 s for a second layer
	nextAfter   = 8 * time.Second         // for another frame to go on with the choice
	goneAfter   = 1500 * time.Millisecond // without an answer, a frame is gone
	testLimit   = 8 * time.Second
	// ripe is how long a dialog is left to its scripts before it is answered: some
	// show their buttons before these do anything.
	ripe        = 700 * time.Millisecond
	maxCommands = 3 // frames that one choice leads through
)

// Found is what the rules know of a page.
type Found struct {
	CMP  string // name of the consent manager, as its rule is called; "" if none was found
	Rule string // the rule that found it
	// Frame is the document in which it was found.
	Frame consent.Frame
	Open  bool // its dialog is shown
	// Cosmetic says that the rule can only tell that the dialog is there; it is
	// not used for a choice.
	Cosmetic bool

	talk  *talk
	doc   *document
	press []string
	calls int
}

// Detect looks for a known consent manager and its dialog in all documents of a
// page. It returns when a dialog is shown, or when it is clear that none of the
// rules finds one, after twelve seconds at most. Found nothing is no error: CMP
// is then empty. It changes nothing that a visitor sees.
func (r *Rules) Detect(ctx context.Context, page consent.Page) (Found, error) {
	t := newTalk(r, page)
	began := time.Now()
	err := t.until(ctx, func(now time.Time) bool {
		return now.Sub(began) > detectLimit || t.settled(now)
	})
	if err != nil {
		return Found{}, fmt.Errorf("auto: detect: %w", err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.heard {
		if t.last == nil {
			t.last = errors.New("no document answers")
		}
		return Found{}, fmt.Errorf("auto: detect: %w", t.last)
	}
	d := t.best()
	if d == nil {
		return Found{talk: t}, nil
	}
	return Found{CMP: d.cmp, Rule: d.cmp, Frame: d.frame, Open: d.popup != "", Cosmetic: d.cosmetic, talk: t, doc: d}, nil
}

// settled reports whether there is nothing more to wait for: a dialog that a
// rule can answer is shown, or every document has had its time.
func (t *talk) settled(now time.Time) bool {
	waiting := len(t.docs) == 0
	for _, d := range t.docs {
		switch {
		case d.popup != "" && !d.cosmetic:
			return true
		case d.popup != "" || d.lifecycle == "nothingDetected":
		case d.cmp != "":
			waiting = waiting || now.Sub(d.cmpAt) < hiddenAfter
		default:
			waiting = waiting || now.Sub(d.born) < emptyAfter
		}
	}
	return !waiting
}

// best is the document whose finding says most: a dialog that can be answered,
// one that cannot, a consent manager without one.
func (t *talk) best() *document {
	var best *document
	for _, d := range t.sorted() {
		if d.cmp != "" && (best == nil || d.rank() > best.rank()) {
			best = d
		}
	}
	return best
}

func (d *document) rank() int {
	n := 0
	if d.popup != "" {
		n += 2
	}
	if !d.cosmetic {
		n++
	}
	return n
}

// Choose carries out a choice by the rule that found the dialog:
// [evidence.Reject] and [evidence.Withdraw] refuse, [evidence.Accept] accepts.
// It reports whether the rule ran to its end, which does not say that the site
// took it for a choice, and how many clicks it made. A frame that goes away once
// the rule has begun in it counts as its end. Errors wrap [ErrNoRule],
// [ErrNotShown], [ErrGone] or [ErrTimeout], or say that the page failed.
func (f *Found) Choose(ctx context.Context, want evidence.Scenario) (ok bool, clicks int, err error) {
	command, err := f.command(want)
	if err != nil {
		return false, 0, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, chooseLimit, ErrTimeout)
	defer cancel()
	c := &choosing{talk: f.talk, known: map[int]bool{}}
	f.talk.mu.Lock()
	for id := range f.talk.docs {
		c.known[id] = true
	}
	next := f.doc
	f.talk.mu.Unlock()
	for n := 0; next != nil && n < maxCommands; n++ {
		if err = f.talk.until(ctx, func(now time.Time) bool { return now.Sub(next.popupAt) > ripe }); err != nil {
			break
		}
		f.talk.mu.Lock()
		next.commanded, next.result, next.snippets = true, nil, 0
		f.talk.mu.Unlock()
		if err = f.talk.tell(ctx, next, command); err != nil {
			break
		}
		c.reset()
		if err = f.talk.until(ctx, c.over); err != nil {
			break
		}
		next = c.next
	}
	f.talk.mu.Lock()
	defer f.talk.mu.Unlock()
	f.press, f.calls = nil, 0
	for _, d := range f.talk.sorted() {
		if d.commanded {
			f.press = append(f.press, d.labels...)
			f.calls += d.snippets
		}
	}
	clicks = len(f.press)
	if c.gone && clicks == 0 && f.calls == 0 {
		// The click that took the frame away also took the note of it.
		clicks = 1
	}
	if err != nil && !c.ok {
		return false, clicks, fmt.Errorf("auto: %s by rule %q: %w", want, f.Rule, err)
	}
	return c.ok, clicks, nil
}

func (f *Found) command(want evidence.Scenario) (string, error) {
	var command string
	switch want {
	case evidence.Reject, evidence.Withdraw:
		command = "optOut"
	case evidence.Accept:
		command = "optIn"
	}
	switch {
	case f.doc == nil || !f.Open:
		return "", ErrNotShown
	case f.Cosmetic, command == "":
		return "", fmt.Errorf("%w: %s by rule %q", ErrNoRule, want, f.Rule)
	}
	// Rules that are no data but code of the script can do both.
	if one := f.talk.rules.byName[f.Rule]; one != nil && command == "optIn" && !one.optIn {
		return "", fmt.Errorf("%w: %s by rule %q", ErrNoRule, want, f.Rule)
	}
	return command, nil
}

// Presses lists the labels of what the last choice clicked, in order. One is
// missing if its click took the frame away before it could be read.
func (f *Found) Presses() []string { return f.press }

// Scripted reports whether the last choice was made by calling functions of the
// consent manager and without a click, which no visitor can do. It then says
// nothing about how easy the choice is.
func (f *Found) Scripted() bool { return f.calls > 0 && len(f.press) == 0 }

// choosing follows a choice through the documents of a page.
type choosing struct {
	talk  *talk
	known map[int]bool // documents that were there before

	ok   bool
	gone bool      // it is taken for made because the frame went away
	next *document // goes on with the choice
	end  time.Time // when a result came, or a document went
}

func (c *choosing) reset() { c.next, c.end = nil, time.Time{} }

// over reports whether the choice is made, has failed, or has to be gone on with
// in another document, c.next.
func (c *choosing) over(now time.Time) bool {
	all := c.talk.sorted()
	for _, d := range all {
		switch {
		case d.commanded && d.result != nil && *d.result && d.finished:
			c.ok = true
			return true
		case !d.commanded && !c.known[d.id] && !d.top && d.popup != "" && !d.cosmetic && !d.isGone(now):
			// A frame that was not there before: the second layer of a dialog. The
			// page's own document, opened again, is not gone on with.
			c.next = d
			return true
		}
	}
	failed, gone, half := false, false, false
	for _, d := range all {
		switch {
		case !d.commanded:
		case d.result != nil && *d.result:
			half = true
		case d.result != nil:
			failed = true
		case d.isGone(now):
			gone = true
		default:
			return false
		}
	}
	if c.end.IsZero() {
		c.end = now
	}
	switch {
	case half: // The rule says that another frame goes on.
		return now.Sub(c.end) > nextAfter
	case gone:
		c.ok, c.gone = true, true
		return now.Sub(c.end) > goneAfter
	}
	return failed
}

// isGone reports whether the document is no longer there. The page's own is
// known to be gone only when another has taken its place: it may just be busy.
func (d *document) isGone(now time.Time) bool {
	return d.replaced || !d.top && now.Sub(d.seen) > goneAfter
}

// SelfTest asks the rule whether refusing worked, after [Found.Choose]. Few
// things are tested by rules, many of them only that a cookie exists: the state
// that a site keeps says more. It fails with [ErrNoRule] if the rule has no test.
func (f *Found) SelfTest(ctx context.Context) (bool, error) {
	if f.doc == nil {
		return false, ErrNotShown
	}
	f.talk.mu.Lock()
	var d *document
	for _, one := range f.talk.sorted() {
		if one.commanded && one.tests {
			d = one
		}
	}
	f.talk.mu.Unlock()
	if d == nil {
		return false, fmt.Errorf("%w: test of rule %q", ErrNoRule, f.Rule)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, testLimit, ErrTimeout)
	defer cancel()
	if err := f.talk.tell(ctx, d, "selfTest"); err != nil {
		return false, err
	}
	err := f.talk.until(ctx, func(now time.Time) bool { return d.passed != nil || d.isGone(now) })
	if err != nil {
		return false, fmt.Errorf("auto: test of rule %q: %w", f.Rule, err)
	}
	f.talk.mu.Lock()
	defer f.talk.mu.Unlock()
	if d.passed == nil {
		return false, fmt.Errorf("auto: test of rule %q: %w", f.Rule, ErrGone)
	}
	return *d.passed, nil
}
