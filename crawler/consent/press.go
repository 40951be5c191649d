package consent

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/spoor-audit/spoor/evidence"
)

func itoa(n int) string { return strconv.Itoa(n) }

// What became of the dialog after a press.
type became int

const (
	same    became = iota // nothing happened
	moved                 // only its switches moved
	changed               // it shows something else
	gone                  // it is no longer there
)

const (
	reactTime = 2500 * time.Millisecond // for a dialog to react to a press
	lookPause = 250 * time.Millisecond
	fewLooks  = 4 // at least, however slow the page is
)

// take carries out a step: moves the switches, presses the control, and waits for
// what becomes of it. The handle then stands on what is there afterwards.
func (w *walk) take(ctx context.Context, s *step) (became, error) {
	c := w.current
	if len(s.move) > 0 {
		if err := w.moveAll(ctx, c, s.move, s.on); err != nil {
			return same, err
		}
		if k := w.again(ctx, s.control); k != nil {
			s.control = k
		}
		c = w.current
	}
	w.choice.Presses = append(w.choice.Presses, evidence.Press{
		At: w.options.Now(), Label: clip(s.control.label(), 200), Role: s.control.means.role, Layer: w.layer,
	})
	// A document that gives no answer may be on its way to another.
	if err := press(ctx, c.scene.frame, s.control.N, false); err != nil && ctx.Err() != nil {
		return same, context.Cause(ctx)
	}
	b, err := w.react(ctx, c, s)
	if err != nil || b != same {
		return b, err
	}
	// A press that went astray, on something in front of it perhaps.
	if err := press(ctx, c.scene.frame, s.control.N, true); err != nil && ctx.Err() != nil {
		return same, context.Cause(ctx)
	}
	return w.react(ctx, c, s)
}

var errVanished = errors.New("the control is no longer there")

// press presses an element as a person does; if something lies over it, or if
// that is asked for, without the mouse.
func press(ctx context.Context, f Frame, n int, plain bool) error {
	args := map[string]int{"n": n}
	var at struct {
		Gone bool    `json:"gone"`
		Hit  bool    `json:"hit"`
		X    float64 `json:"x"`
		Y    float64 `json:"y"`
	}
	if !plain {
		if err := call(ctx, f, "ready", args, &at); err != nil {
			return err
		}
		if at.Gone {
			return errVanished
		}
		if at.Hit {
			return f.Press(ctx, at.X, at.Y)
		}
	}
	if err := call(ctx, f, "click", args, &at); err != nil {
		return err
	}
	if at.Gone {
		return errVanished
	}
	return nil
}

// moveAll moves switches one by one and checks that they moved.
func (w *walk) moveAll(ctx context.Context, c *candidate, list []*toggle, on bool) error {
	for _, t := range list {
		want := on || t.Radio
		state, err := stateOf(ctx, c.scene.frame, t.N)
		if err != nil {
			return err
		}
		if !state.There || state.On == want || state.Off {
			continue // moving another one moved it too
		}
		w.choice.Presses = append(w.choice.Presses, evidence.Press{At: w.options.Now(), Label: clip(t.name, 200), Role: evidence.RoleOther, Layer: w.layer})
		for _, plain := range []bool{false, true} {
			if err := press(ctx, c.scene.frame, t.N, plain); err != nil && !errors.Is(err, errVanished) {
				return err
			}
			if err := rest(ctx, 60*time.Millisecond); err != nil {
				return err
			}
			if state, err = stateOf(ctx, c.scene.frame, t.N); err != nil {
				return err
			}
			if !state.There || state.On == want {
				break
			}
		}
	}
	return nil
}

type switchState struct {
	There bool `json:"there"`
	On    bool `json:"on"`
	Off   bool `json:"off"`
}

func stateOf(ctx context.Context, f Frame, n int) (switchState, error) {
	var out []switchState
	if err := call(ctx, f, "stateOf", map[string][]int{"ns": {n}}, &out); err != nil {
		return switchState{}, err
	}
	if len(out) == 0 {
		return switchState{}, nil
	}
	return out[0], nil
}

// again looks anew after switches were moved, since many dialogs draw themselves
// afresh, and finds a control again.
func (w *walk) again(ctx context.Context, k *control) *control {
	scenes, err := w.words.look(ctx, w.page, true)
	if err != nil {
		return nil
	}
	c := w.following(scenes, w.current, false)
	if c == nil {
		return nil
	}
	for i := range c.Controls {
		if c.Controls[i].N == k.N {
			w.current = c
			return &c.Controls[i]
		}
	}
	if k := w.pick(c, k.means.role); k != nil {
		w.current = c
		return k
	}
	return nil
}

// react waits for what a press does to the dialog, and stands the handle on what
// is there then.
func (w *walk) react(ctx context.Context, before *candidate, s *step) (became, error) {
	w.page.Rest(ctx)
	deadline := time.Now().Add(reactTime)
	mark, switches, last := before.mark(), before.switches(), ""
	looks, missing := 0, 0
	for {
		scenes, err := w.words.look(ctx, w.page, true)
		if err != nil && ctx.Err() != nil {
			return same, context.Cause(ctx)
		}
		looks++
		late := looks >= fewLooks && time.Now().After(deadline)
		var c *candidate
		if err == nil {
			c = w.following(scenes, before, s.answers)
		}
		switch {
		case err != nil: // a page on its way to another
		case c == nil:
			// Settings take their time, and so do dialogs that slide away.
			if missing++; missing >= 2 && (s.answers || late) {
				return gone, nil
			}
		case c.mark() != mark:
			missing = 0
			if c.mark() == last || late {
				w.current = c
				return changed, nil
			}
			last = c.mark()
		default:
			missing, last = 0, ""
			w.current = c
			if c.switches() != switches && s.answers {
				return moved, nil
			}
			if late {
				return same, nil
			}
		}
		if time.Now().After(deadline.Add(4 * reactTime)) {
			return same, err
		}
		if err := rest(ctx, lookPause); err != nil {
			return same, err
		}
	}
}

// switches is how the switches of a layer stand.
func (c *candidate) switches() string {
	out := make([]byte, len(c.Toggles))
	for i := range c.Toggles {
		out[i] = '0'
		if c.Toggles[i].On {
			out[i] = '1'
		}
	}
	return string(out)
}

// following finds what the dialog shows now: the same element, or another layer.
// After an answer only what asks by itself counts, or what is left of the same
// dialog.
func (w *walk) following(scenes []*scene, before *candidate, answered bool) *candidate {
	w.words.best(scenes, false) // reads and judges
	var best *candidate
	top := 0.0
	var all []*candidate
	for _, s := range scenes {
		for i := range s.Candidates {
			c := &s.Candidates[i]
			all = append(all, c)
			p, ok := w.continues(c, before, answered)
			if ok && (best == nil || p > top || p == top && len(c.Text) < len(best.Text)) {
				best, top = c, p
			}
		}
	}
	if best == nil {
		return nil
	}
	best = itself(closest(best, all), all)
	if w.layer > 1 {
		best.keeps()
	}
	return best
}

// itself is the dialog that stands out inside a candidate that does not, where it
// has all of its switches: the rest is the page, or the layer before.
func itself(c *candidate, all []*candidate) *candidate {
	if c.standsOut() || len(c.Toggles) == 0 {
		return c
	}
	best := c
	for _, o := range all {
		if o.standsOut() && o.scene == c.scene && slices.Contains(o.Inside, c.N) && len(o.Toggles) == len(c.Toggles) && o.answers() > 0 && len(o.Text) < len(best.Text) {
			best = o
		}
	}
	return best
}

// continues judges a candidate as what comes after a layer.
func (w *walk) continues(c, before *candidate, answered bool) (float64, bool) {
	known := c.N == before.N && c.scene.URL == before.scene.URL
	p := c.points
	if c.mute {
		p -= muteAgainst // a further layer need not say again what it is about
	}
	answers := c.count(evidence.RoleAccept, evidence.RoleReject, evidence.RoleSave)
	isNew := c.mark() != before.mark()
	switch {
	case c.Why == "page" && c.scene.main && before.Why != "page" && !w.words.gateLike(c.scene.URL):
		return 0, false // the dialog has gone, and the page is left
	case known && (answers > 0 || !isNew && c.answers() > 0):
	case c.points >= enough:
	case !answered && p >= enoughNext && answers > 0:
	default:
		return 0, false
	}
	if isNew && !answered {
		p += 2
	}
	if len(c.Toggles) > 0 {
		p += min(3, float64(len(c.Toggles)))
	}
	hits, roles := 0, 0
	for i := range c.Controls {
		if c.Controls[i].means.role != evidence.RoleOther {
			roles++
			if c.Controls[i].Hit || c.Controls[i].Scrolled > 0 {
				hits++
			}
		}
	}
	switch {
	case roles > 0 && hits == 0:
		p -= 4 // something lies over all of it
	case hits*2 >= roles:
		p++
	}
	return p, true
}
