package consent

import (
	"context"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
)

// Limits of a walk through a dialog.
const (
	maxLayers = 4
	maxRounds = 14
	maxMoves  = 60 // switches that are moved one by one
)

// Choose carries out a choice: Accept, Reject (and Withdraw, which refuses
// likewise), or Close. Outcome Done means that it was pressed and the dialog went
// away; whether the site took it so, its own record must tell. With the others
// comes a reason:
//
//	NotOffered  no-control        the dialog has no control for it
//	PayOrAccept                   refusing costs money
//	Failed      did-nothing       the control did nothing when it was pressed
//	            still-there       the dialog was answered and stayed
//	            went-away         it went away before it was answered
//	            no-switches       the settings can be saved, and show no switches
//	            too-many-screens  there was no end to it
//	            not-readable      the page gave no answer any more
func (h *Handle) Choose(ctx context.Context, want evidence.Scenario) evidence.Choice {
	w := newWalk(h)
	w.choice.Want = want
	switch want {
	case evidence.Accept:
		w.want = evidence.RoleAccept
	case evidence.Close:
		w.want = evidence.RoleClose
	case evidence.Reject, evidence.Withdraw:
		w.want = evidence.RoleReject
	default:
		return w.end(evidence.Failed, "no-choice")
	}
	return w.run(ctx)
}

// A walk carries out one choice.
type walk struct {
	*Handle
	want     string // role
	choice   evidence.Choice
	tried    map[string]bool // controls that did nothing, or were used
	answered bool            // the answer was pressed, and the dialog is still there
	pay      bool            // a layer asked for money
	scrolled bool            // a layer was read to its end
	marks    map[string]int  // layers by what they are known by
}

func newWalk(h *Handle) *walk {
	return &walk{Handle: h, tried: map[string]bool{}, marks: map[string]int{h.current.mark(): 1}}
}

// A step is the next thing to do in a layer.
type step struct {
	control *control
	move    []*toggle // switches to move first
	on      bool      // to where
	answers bool      // it gives the answer
	tab     bool      // it shows another part of the same layer
}

func (w *walk) end(o evidence.Outcome, reason string) evidence.Choice {
	w.choice.Outcome, w.choice.Reason = o, reason
	if n := len(w.choice.Presses); n > 0 {
		w.choice.At = w.choice.Presses[n-1].At
	}
	return w.choice
}

// exploreLayers is how many layers are looked at without answering.
const exploreLayers = 3

// Explore opens the layers behind the first one and answers nothing, so that the
// dialog holds all that a visitor can see of it. What cannot be opened is left as
// it is.
func (h *Handle) Explore(ctx context.Context) {
	w := newWalk(h)
	for range maxRounds {
		s := &step{control: w.pick(w.current, evidence.RoleSettings)}
		if k := w.tab(w.current, "interest", "tab"); k != nil {
			s.control, s.tab = k, true
		}
		if s.control == nil || !s.tab && w.layer >= exploreLayers {
			return
		}
		// Nothing is opened twice.
		w.tried[w.key(w.current, s.control.N)] = true
		if over, err := w.step(ctx, s); over || err != nil {
			return
		}
	}
}

func (w *walk) run(ctx context.Context) evidence.Choice {
	for range maxRounds {
		w.pay = w.pay || w.current.count(evidence.RolePay) > 0
		s := w.next(w.current)
		if (s == nil || s.control.means.role != w.want) && w.waits(ctx) {
			s = w.next(w.current)
		}
		if s == nil {
			return w.giveUp()
		}
		over, err := w.step(ctx, s)
		if err != nil {
			return w.end(evidence.Failed, "not-readable")
		}
		if over {
			return w.choice
		}
	}
	return w.end(evidence.Failed, "too-many-screens")
}

// waits reads a layer to its end, once, if the wanted control cannot be pressed
// yet: some dialogs wait for that. It reports whether the control can be pressed
// then.
func (w *walk) waits(ctx context.Context) bool {
	off := func(c *candidate) bool {
		return slices.ContainsFunc(c.Controls, func(k control) bool { return k.Off && k.means.role == w.want && k.means.sure >= sureLikely })
	}
	if w.scrolled || !off(w.current) {
		return false
	}
	w.scrolled = true
	if err := call(ctx, w.current.scene.frame, "readOn", map[string]int{"n": w.current.N}, nil); err != nil {
		return false // what cannot be scrolled stays as it is
	}
	scenes, err := w.words.look(ctx, w.page, true)
	if err != nil {
		return false
	}
	c := w.following(scenes, w.current, false)
	if c == nil || c.N != w.current.N || off(c) {
		return false
	}
	w.current = c
	return true
}

// step takes one step and reports whether the walk is over.
func (w *walk) step(ctx context.Context, s *step) (over bool, err error) {
	before := w.current
	became, err := w.take(ctx, s)
	if err != nil {
		return true, err
	}
	switch became {
	case gone:
		w.choice.Gone = true
		if s.answers || w.answered {
			w.end(evidence.Done, "")
		} else {
			w.end(evidence.Failed, "went-away")
		}
		return true, nil
	case same:
		w.tried[w.key(before, s.control.N)] = true
	case moved:
		w.tried[w.key(before, s.control.N)] = true
		w.answered = true
	case changed:
		w.answered = w.answered || s.answers
		if s.tab {
			w.addTab(s.control.means.kind == "interest")
		} else {
			w.arrived(ctx)
		}
	}
	return false, nil
}

// arrived stands the walk on the layer that it now sees: a new one, or one where it
// has been.
func (w *walk) arrived(ctx context.Context) {
	mark := w.current.mark()
	if n, ok := w.marks[mark]; ok {
		w.layer = n
		return
	}
	w.layer = len(w.marks) + 1
	w.marks[mark] = w.layer
	w.current.keeps()
	w.enter(ctx, w.current, !w.answered)
}

func (w *walk) giveUp() evidence.Choice {
	switch {
	case w.answered:
		return w.end(evidence.Failed, "still-there")
	case w.attempted():
		return w.end(evidence.Failed, "did-nothing")
	case w.want == evidence.RoleReject && w.pay:
		return w.end(evidence.PayOrAccept, "")
	case w.want == evidence.RoleReject && w.layer > 1 && w.current.count(evidence.RoleSave) > 0:
		return w.end(evidence.Failed, "no-switches")
	}
	return w.end(evidence.NotOffered, "no-control")
}

// attempted reports whether a control with the wanted role was pressed in vain.
func (w *walk) attempted() bool {
	return slices.ContainsFunc(w.choice.Presses, func(p evidence.Press) bool { return p.Role == w.want })
}

func (w *walk) key(c *candidate, n int) string { return c.scene.URL + "#" + itoa(n) }

// next decides what to do in a layer; nil if there is nothing left.
func (w *walk) next(c *candidate) *step {
	switch w.want {
	case evidence.RoleClose:
		k := w.pick(c, evidence.RoleClose)
		if k == nil {
			k = w.cross(c)
		}
		if k != nil {
			return &step{control: k, answers: true}
		}
		return nil
	case evidence.RoleAccept:
		return w.towardsYes(c)
	}
	return w.towardsNo(c)
}

// cross finds an x that is called something else than closing, such as "continue
// without accepting".
func (w *walk) cross(c *candidate) *control {
	for i := range c.Controls {
		if k := &c.Controls[i]; sign(tokens(k.Text)) && !k.Off && !w.tried[w.key(c, k.N)] {
			return k
		}
	}
	return nil
}

func (w *walk) towardsYes(c *candidate) *step {
	save := w.pick(c, evidence.RoleSave)
	if w.answered {
		return w.finish(c, save)
	}
	if k := w.pick(c, evidence.RoleAccept); k != nil {
		return &step{control: k, answers: true}
	}
	if t := movable(c, false); save != nil && len(c.Toggles) > 0 {
		return &step{control: save, move: t, on: true, answers: true}
	}
	if k := w.pick(c, evidence.RoleSettings); k != nil && w.layer < maxLayers {
		return &step{control: k}
	}
	return nil
}

func (w *walk) towardsNo(c *candidate) *step {
	save, settings := w.pick(c, evidence.RoleSave), w.pick(c, evidence.RoleSettings)
	reject := w.pick(c, evidence.RoleReject)
	if w.answered {
		if reject != nil {
			return &step{control: reject, answers: true}
		}
		return w.finish(c, save)
	}
	if reject != nil {
		return &step{control: reject, answers: true}
	}
	if save != nil && optional(c) {
		if k := w.tab(c, "interest"); k != nil {
			return &step{control: k, move: movable(c, true), tab: true}
		}
		return &step{control: save, move: movable(c, true), answers: true}
	}
	if settings != nil && w.layer < maxLayers {
		return &step{control: settings}
	}
	// Some switches count as soon as they are moved; then closing is all that is
	// left to do.
	if move := movable(c, true); len(move) > 0 && save == nil {
		if k := w.pick(c, evidence.RoleClose); k != nil {
			return &step{control: k, move: move, answers: true}
		}
	}
	// Further words may hide the settings, where nothing else does.
	if w.layer == 1 && !w.pay {
		for i := range c.Controls {
			k := &c.Controls[i]
			if k.means.kind == "info" && !k.Off && !w.tried[w.key(c, k.N)] && staysHere(k) {
				return &step{control: k}
			}
		}
	}
	return nil
}

// finish looks for the control that ends an answered dialog.
func (w *walk) finish(c *candidate, save *control) *step {
	if save != nil {
		return &step{control: save, answers: true}
	}
	if k := w.pick(c, evidence.RoleClose); k != nil {
		return &step{control: k, answers: true}
	}
	return nil
}

// staysHere reports whether pressing a control leaves the document as it is.
func staysHere(k *control) bool {
	return k.Href == "" || strings.HasPrefix(k.Href, "javascript:") || strings.Contains(k.Href, "#")
}

// tab finds a part of the settings that was not yet shown, by the kinds of control
// that show one: "interest" for the part about legitimate interest, "tab" for any.
func (w *walk) tab(c *candidate, kinds ...string) *control {
	for i := range c.Controls {
		k := &c.Controls[i]
		if k.Off || k.Selected == "true" || w.tried[w.key(c, k.N)] || !staysHere(k) {
			continue
		}
		if slices.Contains(kinds, k.means.kind) {
			w.tried[w.key(c, k.N)] = true
			return k
		}
	}
	return nil
}

// kindRank orders controls of one role: the plainer comes first.
var kindRank = map[string]int{"all": 0, "": 1, "bare": 2, "keep": 2, "necessary": 3, "acknowledge": 4, "sign": 1, "no": 5, "yes": 5, "go": 6, "later": 7, "confirm": 4}

// pick finds the best control of a role that was not tried yet.
func (w *walk) pick(c *candidate, role string) *control {
	var best *control
	for i := range c.Controls {
		k := &c.Controls[i]
		if k.means.role != role || k.means.sure < sureWeak || k.Off || w.tried[w.key(c, k.N)] {
			continue
		}
		if best == nil || w.before(k, best) {
			best = k
		}
	}
	return best
}

// covered reports whether something lies over a control; one that must be scrolled
// to is not.
func (k *control) covered() bool { return !k.Hit && k.Scrolled == 0 }

// before reports whether a is to be pressed rather than b.
func (w *walk) before(a, b *control) bool {
	if x, y := staysHere(a), staysHere(b); x != y && a.means.role == evidence.RoleSettings {
		return x
	}
	if x, y := a.covered(), b.covered(); x != y {
		return y
	}
	if x, y := kindRank[a.means.kind], kindRank[b.means.kind]; x != y {
		return x < y
	}
	if a.Inline != b.Inline {
		return b.Inline
	}
	if a.means.sure != b.means.sure {
		return a.means.sure > b.means.sure
	}
	return a.Box[2]*a.Box[3] > b.Box[2]*b.Box[3]
}
