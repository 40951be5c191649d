package visit

import (
	"time"

	"github.com/chromedp/cdproto/input"

	"github.com/spoor-audit/spoor/crawler/cdp"
	"github.com/spoor-audit/spoor/evidence"
)

// moves is how many points the pointer goes through on a page, one at each look of
// settle, so that it takes no time of its own.
const moves = 20

// A pointer is the mouse of a visitor who looks at a page and presses nothing. Many
// pages begin with what they do only when a mouse moves, and those that record
// visits send what they saw of it. The record says where it went, so that it can be
// found again in what a page sends.
type pointer struct {
	next int // of its points
}

// restX is where a pointer goes last: the left edge, where hardly anything stands
// that changes under it.
const restX = 3

// at is the n-th point of the way in a window: from the upper left to the lower
// right third, in steps that differ, and back to the edge.
func (p *pointer) at(n, width, height int) (x, y int) {
	if n == moves-1 {
		return restX, height * 11 / 20
	}
	return width*25/100 + n*width*45/100/moves + n*n%7, height*35/100 + n*height*25/100/moves + n*5%11
}

// point moves the pointer on by one point of its way, once the page has loaded.
func (d *driver) point(now time.Time) {
	p, w := d.pointer, d.rec.look.window
	if p == nil || p.next >= moves || d.rec.look.mobile || w.Width == 0 || w.Height == 0 {
		return
	}
	r := d.rec
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.hasLoaded() {
		return
	}
	x, y := p.at(p.next, w.Width, w.Height)
	p.next++
	r.run.Moves = append(r.run.Moves, evidence.Move{At: r.since(now), Page: r.page, X: x, Y: y})
	// The page may be busy: nobody waits for it to notice.
	cdp.Send(d.main, input.DispatchMouseEvent, input.DispatchMouseEventParams{
		Type: input.DispatchMouseEventTypeMouseMoved, X: float64(x), Y: float64(y),
	})
}
