package visit

import (
	"cmp"
	"time"
)

// Pages are settled when nothing new begins. What goes on without an end begins
// nothing: a clock, a game, a layout that asks for the size of the screen on every
// frame.

// loopAfter is for how long uses of an API by the same code are news, and code that is
// compiled again. The tests for recognition that are known take less.
const loopAfter = 3 * time.Second

// A beginning is a use of an API by some code in a realm, or the code itself. Code that
// is made anew each time is the same code.
type beginning struct {
	realm        *realm
	row          int
	code         string // its digest, or its address
	line, column int
}

// begun is when something happened first.
func (r *recorder) begun(key beginning, now time.Time) time.Time {
	at, ok := r.realms.firsts[key]
	if !ok {
		at = now
		r.realms.firsts[key] = now
	}
	return at
}

// firstUse is when the code of a call first used an API.
func (r *recorder) firstUse(m *realm, row int, top *callFrame, now time.Time) time.Time {
	code := top.URL
	if i, ok := r.realms.scripts[scriptKey{m.session, top.ScriptID}]; ok {
		code = cmp.Or(r.run.Scripts[i].Digest, code)
	}
	return r.begun(beginning{m, row, code, top.Line, top.Column}, now)
}
