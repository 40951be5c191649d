package html

import "math"

// A body is a disc that a layout moves. All lengths are CSS pixels.
type body struct {
	x, y, radius float64
	fixed        bool // it stays where it is
}

// A spring holds two bodies together.
type spring struct{ a, b int }

// The layout is that of Fruchterman and Reingold ("Graph drawing by force-directed
// placement", 1991): bodies push each other off, springs pull, and how far a body
// may move shrinks from round to round.
const (
	rounds     = 240
	loosening  = 120  // rounds in which discs that still touch are moved apart
	clearance  = 5.0  // between two discs
	gravity    = 0.02 // towards the middle, so that what nothing holds stays near
	firstStep  = 90.0
	lastStep   = 1.0
	closest    = 0.01 // nearer than this, two bodies count as in one place
	goldenSine = -0.6754902942615238
	goldenCos  = -0.7373688780783197 // of the golden angle, 137.5 degrees
)

// layout places bodies in a box of this size, the first in its middle. It begins
// with a spiral and not with chance, and rounds every product by itself (a processor
// may not join it with a sum), so that the same bodies come to the same places on
// every machine.
func layout(bodies []body, springs []spring, width, height float64) {
	if len(bodies) == 0 {
		return
	}
	middleX, middleY := width/2, height/2
	spiral(bodies, middleX, middleY)
	ideal := 0.8 * math.Sqrt(width*height/float64(len(bodies)))
	moves := make([]struct{ x, y float64 }, len(bodies))
	for round := range rounds {
		clear(moves)
		for i := range bodies {
			for j := range i {
				dx, dy, gap := apart(&bodies[i], &bodies[j])
				push := ideal * ideal / (gap * gap)
				moves[i].x, moves[i].y = moves[i].x+float64(dx*push), moves[i].y+float64(dy*push)
				moves[j].x, moves[j].y = moves[j].x-float64(dx*push), moves[j].y-float64(dy*push)
			}
		}
		for _, s := range springs {
			dx, dy, gap := apart(&bodies[s.a], &bodies[s.b])
			pull := gap / ideal
			moves[s.a].x, moves[s.a].y = moves[s.a].x-float64(dx*pull), moves[s.a].y-float64(dy*pull)
			moves[s.b].x, moves[s.b].y = moves[s.b].x+float64(dx*pull), moves[s.b].y+float64(dy*pull)
		}
		step := firstStep + float64((lastStep-firstStep)*(float64(round)/rounds))
		for i := range bodies {
			b := &bodies[i]
			if b.fixed {
				continue
			}
			// The box is wider than high, and so is what gravity makes.
			mx := moves[i].x + float64((middleX-b.x)*gravity)
			my := moves[i].y + float64(float64((middleY-b.y)*gravity)*(width/height))
			if far := length(mx, my); far > step {
				mx, my = mx*(step/far), my*(step/far)
			}
			b.x, b.y = b.x+mx, b.y+my
			b.keepIn(width, height)
		}
	}
	loosen(bodies, width, height)
}

// spiral begins with the bodies as the seeds of a sunflower stand.
func spiral(bodies []body, x, y float64) {
	sine, cosine := 0.0, 1.0
	for i := range bodies {
		far := 22 * math.Sqrt(float64(i))
		bodies[i].x, bodies[i].y = x+float64(far*cosine), y+float64(far*sine)
		sine, cosine = float64(sine*goldenCos)+float64(cosine*goldenSine), float64(cosine*goldenCos)-float64(sine*goldenSine)
	}
}

// apart returns the way from b to a and how long it is, at least a little.
func apart(a, b *body) (dx, dy, gap float64) {
	dx, dy = a.x-b.x, a.y-b.y
	if gap = length(dx, dy); gap < closest {
		return closest, 0, closest
	}
	return dx, dy, gap
}

func length(x, y float64) float64 { return math.Sqrt(float64(x*x) + float64(y*y)) }

// loosen moves discs apart that touch.
func loosen(bodies []body, width, height float64) {
	for range loosening {
		touching := false
		for i := range bodies {
			for j := range i {
				a, b := &bodies[i], &bodies[j]
				dx, dy, gap := apart(a, b)
				short := a.radius + b.radius + clearance - gap
				if short <= 0 {
					continue
				}
				touching = true
				half := short / 2
				if a.fixed || b.fixed {
					half = short
				}
				a.move(dx*(half/gap), dy*(half/gap), width, height)
				b.move(-dx*(half/gap), -dy*(half/gap), width, height)
			}
		}
		if !touching {
			return
		}
	}
}

func (b *body) move(dx, dy, width, height float64) {
	if !b.fixed {
		b.x, b.y = b.x+dx, b.y+dy
		b.keepIn(width, height)
	}
}

// keepIn moves a body back into the box.
func (b *body) keepIn(width, height float64) {
	edge := b.radius + clearance
	b.x = min(max(b.x, edge), width-edge)
	b.y = min(max(b.y, edge), height-edge)
}
